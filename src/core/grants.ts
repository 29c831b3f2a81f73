import type { Metadata } from './metadata.js'
import type { RuleDocument } from './types.js'

/** Whether a response type, a set separated by spaces, has a value: RFC 6749 section 3.1.1. */
const hasValue = (response_type: string, value: string): boolean =>
  response_type === value ||
  (response_type.includes(' ') && response_type.split(' ').includes(value))

/** Finds what says that a client may get access tokens from the authorization endpoint. */
export function findImplicit({
  grant_types = [],
  response_types = [],
}: Metadata):
  | { member: 'grant_types' | 'response_types'; index: number; text: string }
  | undefined {
  const grant = grant_types.indexOf('implicit')
  if (grant >= 0) return { member: 'grant_types', index: grant, text: 'implicit' }
  const index = response_types.findIndex((type) => hasValue(type, 'token'))
  const text = response_types[index]
  return text === undefined ? undefined : { member: 'response_types', index, text }
}

/**
 * Says whether the grants and the response types of a client have authorization codes, with the
 * defaults of RFC 7591 section 2.
 *
 * @returns Undefined when one of the members is of another type, and when the client asks for the
 * implicit or the password grant: what it lacks then is reported with those.
 */
export function codeUseOf({
  metadata,
  value,
}: Pick<RuleDocument, 'metadata' | 'value'>): { grant: boolean; response: boolean } | undefined {
  const grants = 'grant_types' in value ? metadata.grant_types : ['authorization_code']
  const responses = 'response_types' in value ? metadata.response_types : ['code']
  if (!grants || !responses || grants.includes('password') || findImplicit(metadata)) {
    return undefined
  }
  return {
    grant: grants.includes('authorization_code'),
    response: responses.some((type) => hasValue(type, 'code')),
  }
}
