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
