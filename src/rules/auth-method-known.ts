import { isForAtproto } from '../core/atproto-scope.js'
import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { schemeOf } from '../core/redirect-uri.js'
import { rfc, thread } from '../core/spec.js'

/** The registered methods without a shared secret; the empty one is no method at all. */
const REGISTERED = new Set([
  'none',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  '',
])

export default defineRule({
  id: 'auth-method-known',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(7591, '2'), rfc(8705, '2'), thread('doorkeeper-gem/doorkeeper', 1941)],
  reads: ['token_endpoint_auth_method'],
  title: 'The token_endpoint_auth_method is one that servers know.',
  rationale: `
    A server refuses a client whose method it does not have, and methods are compared letter by letter.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      { document: { token_endpoint_auth_method: 'private_key_jwt' } },
      // Reported by auth-method-supported-by-mcp-as.
      { document: { token_endpoint_auth_method: 'tls_client_auth' } },
      { document: { token_endpoint_auth_method: 'self_signed_tls_client_auth' } },
      // RFC 7591 takes absolute URIs without registration.
      { document: { token_endpoint_auth_method: 'urn:example:method' } },
      // Reported by no-symmetric-auth-method, auth-method-explicit and json-types.
      { document: { token_endpoint_auth_method: 'Client_Secret_Post' } },
      { document: { token_endpoint_auth_method: '' } },
      { document: { token_endpoint_auth_method: ['none'] } },
      // Reported by at-auth-method.
      { document: { token_endpoint_auth_method: 'None', scope: 'atproto transition:generic' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'None' },
        at: ['/token_endpoint_auth_method'],
        messages: [
          'token_endpoint_auth_method is "None", which is no registered method, and servers refuse it',
        ],
      },
      {
        document: { token_endpoint_auth_method: 'private-key-jwt' },
        at: ['/token_endpoint_auth_method'],
      },
      { document: { token_endpoint_auth_method: 'none ' }, at: ['/token_endpoint_auth_method'] },
      {
        document: { token_endpoint_auth_method: 'pkce', scope: 'xatproto' },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({ metadata }) {
    const { token_endpoint_auth_method: method = '' } = metadata
    if (REGISTERED.has(method) || isSymmetricMethod(method) || schemeOf(method) !== '') return
    if (isForAtproto(metadata)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is ${quote(method)}, which is no registered method, and servers refuse it`,
      suggestion: 'use "none" with PKCE, or "private_key_jwt" with "jwks_uri"',
    }
  },
})
