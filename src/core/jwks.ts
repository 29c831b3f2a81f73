/**
 * Members of a JWK that are private: RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2, and
 * `priv` of AKP keys.
 */
export const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'] as const

/** A member of a JWK by its name, also by one in another letter case: it holds the same bytes. */
const memberOf = (key: object, name: string): string | undefined =>
  Object.hasOwn(key, name)
    ? name
    : Object.keys(key).find((other) => other.length <= 4 && other.toLowerCase() === name)

/** The first private member of a JWK, as it is spelled. */
export function privateMemberOf(key: object): string | undefined {
  for (const name of PRIVATE_JWK_MEMBERS) {
    const member = memberOf(key, name)
    if (member !== undefined) return member
  }
  return undefined
}

/** The member that makes a JWK symmetric, as it is spelled: RFC 7518 section 6.4. */
export function symmetricMemberOf(key: object): 'kty' | 'k' | 'K' | undefined {
  if (Object.hasOwn(key, 'kty') && (key as { kty: unknown }).kty === 'oct') return 'kty'
  return memberOf(key, 'k') as 'k' | 'K' | undefined
}

/**
 * The curves that are known, with the key type they belong to and the bytes of a coordinate: RFC 7518
 * sections 6.2.1.1 and 6.2.1.2, RFC 8812 section 3.1, RFC 8037 section 2.
 */
export const CURVES: ReadonlyMap<unknown, { readonly kty: string; readonly bytes: number }> =
  new Map([
    ['P-256', { kty: 'EC', bytes: 32 }],
    ['P-384', { kty: 'EC', bytes: 48 }],
    ['P-521', { kty: 'EC', bytes: 66 }],
    ['secp256k1', { kty: 'EC', bytes: 32 }],
    ['Ed25519', { kty: 'OKP', bytes: 32 }],
    ['Ed448', { kty: 'OKP', bytes: 57 }],
    ['X25519', { kty: 'OKP', bytes: 32 }],
    ['X448', { kty: 'OKP', bytes: 56 }],
  ])

/** The bits of the shortest RSA key that may sign: RFC 7518 section 3.3. */
export const MIN_RSA_BITS = 2048

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

/** What a key must be to make the signatures of an algorithm. */
interface SigningAlgorithm {
  readonly kty: string
  /** Undefined when keys of the type have no curve. */
  readonly curves?: readonly string[]
}

const RSA: SigningAlgorithm = { kty: 'RSA' }
const AKP: SigningAlgorithm = { kty: 'AKP' }

/** RFC 7518 section 3.1, RFC 8812, RFC 8037, RFC 9864 and ML-DSA, without the symmetric ones. */
const SIGNING: ReadonlyMap<unknown, SigningAlgorithm> = new Map<unknown, SigningAlgorithm>([
  ['RS256', RSA],
  ['RS384', RSA],
  ['RS512', RSA],
  ['PS256', RSA],
  ['PS384', RSA],
  ['PS512', RSA],
  ['ES256', { kty: 'EC', curves: ['P-256'] }],
  ['ES384', { kty: 'EC', curves: ['P-384'] }],
  ['ES512', { kty: 'EC', curves: ['P-521'] }],
  ['ES256K', { kty: 'EC', curves: ['secp256k1'] }],
  ['EdDSA', { kty: 'OKP', curves: ['Ed25519', 'Ed448'] }],
  ['Ed25519', { kty: 'OKP', curves: ['Ed25519'] }],
  ['Ed448', { kty: 'OKP', curves: ['Ed448'] }],
  ['ML-DSA-44', AKP],
  ['ML-DSA-65', AKP],
  ['ML-DSA-87', AKP],
])

/** What is known of an asymmetric signing algorithm; undefined of any other value. */
export const signingAlgorithm = (alg: unknown): SigningAlgorithm | undefined => SIGNING.get(alg)

/** Says in a clause why no client that has only key pairs may sign with an algorithm. */
export function faultOfAlgorithm(alg: string): string | undefined {
  if (/^none$/i.test(alg)) return 'which signs nothing'
  return /^HS[0-9]/i.test(alg) ? 'which needs a shared secret' : undefined
}

/** The curves of key agreement, RFC 8037 section 3.2: nothing can be signed on them. */
export const AGREEMENT_CURVES: ReadonlySet<unknown> = new Set(['X25519', 'X448'])

/** Symmetric keys are among them: jwks-no-symmetric reports those. */
const KEY_TYPES: ReadonlySet<unknown> = new Set(['EC', 'RSA', 'OKP', 'AKP', 'oct'])

/**
 * Whether a JWK is meant for signatures, or leaves it open: RFC 7517 sections 4.1 to 4.4. A key that
 * is private, or without a type, is no other key for that.
 */
export function isForSignatures(key: Readonly<Record<string, unknown>>): boolean {
  const { alg, crv, key_ops, kty, use } = key
  if (use === 'enc' || (typeof kty === 'string' && !KEY_TYPES.has(kty))) return false
  if (typeof alg === 'string' && /^(?:RSA-OAEP|RSA1_5|ECDH-ES)/.test(alg)) return false
  if (AGREEMENT_CURVES.has(crv)) return isSaidToSign(key)
  const verifies = privateMemberOf(key) === undefined ? ['verify'] : ['verify', 'sign']
  return !Array.isArray(key_ops) || verifies.some((operation) => key_ops.includes(operation))
}

/** Whether a JWK says by its `use` or its `alg` that it is for signatures. */
export const isSaidToSign = ({ alg, use }: Readonly<Record<string, unknown>>): boolean =>
  use === 'sig' || signingAlgorithm(alg) !== undefined
