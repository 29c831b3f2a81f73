/**
 * Members of a JWK that are private: RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2, and
 * `priv` of AKP keys.
 */
export const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'] as const

/** The first private member of a JWK. */
export const privateMemberOf = (key: object): string | undefined =>
  PRIVATE_JWK_MEMBERS.find((name) => Object.hasOwn(key, name))

/** The member that makes a JWK symmetric: RFC 7518 section 6.4. */
export function symmetricMemberOf(key: object): 'kty' | 'k' | undefined {
  if (Object.hasOwn(key, 'kty') && (key as { kty: unknown }).kty === 'oct') return 'kty'
  return Object.hasOwn(key, 'k') ? 'k' : undefined
}

/**
 * The keys of a JWK Set that are objects, with their index; of anything else none.
 *
 * @see [RFC 7517 - JSON Web Key (JWK)](https://www.rfc-editor.org/rfc/rfc7517.html#section-5)
 */
export function keysOf(
  jwks: Readonly<Record<string, unknown>> | undefined,
): [index: number, key: Readonly<Record<string, unknown>>][] {
  const keys = jwks !== undefined && Object.hasOwn(jwks, 'keys') ? jwks.keys : undefined
  if (!Array.isArray(keys)) return []
  return keys
    .map((key: unknown, index): [number, unknown] => [index, key])
    .filter(
      (entry): entry is [number, Record<string, unknown>] =>
        typeof entry[1] === 'object' && entry[1] !== null,
    )
}
