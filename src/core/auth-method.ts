import type { Metadata } from './metadata.js'
import type { Pointer } from './types.js'

/** The methods that need a shared secret: RFC 7591 section 2, OpenID Connect Core 1.0 section 9. */
export const SYMMETRIC_METHODS: readonly string[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
]

/**
 * Whether an authentication method needs a shared secret. Servers that compare loosely would take
 * another letter case for the method.
 */
export const isSymmetricMethod = (method: string): boolean =>
  SYMMETRIC_METHODS.includes(method.trim().toLowerCase())

/** Where a client says that it uses an authentication method: alone, or among those it supports. */
export function findMethod(
  metadata: Metadata,
  method: string,
): { readonly at: Pointer; readonly member: string } | undefined {
  const { token_endpoint_auth_method, token_endpoint_auth_methods_supported = [] } = metadata
  if (token_endpoint_auth_method === method) {
    return { at: '/token_endpoint_auth_method', member: 'token_endpoint_auth_method' }
  }
  const index = token_endpoint_auth_methods_supported.indexOf(method)
  if (index < 0) return undefined
  const member = 'token_endpoint_auth_methods_supported'
  return { at: `/${member}/${index}`, member }
}
