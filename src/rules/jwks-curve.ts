import { defineRule } from '../core/define.js'
import { AGREEMENT_CURVES, CURVES, isSaidToSign, keysOf, signingAlgorithm } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-curve',
  level: 'MUST',
  cites: [rfc(7518, '3.4'), rfc(8037, '3')],
  reads: ['jwks'],
  title: 'The curve of a key of jwks is one of its kty and of its alg.',
  rationale: `
    An algorithm of elliptic curves names one curve: ES256 is P-256, and no other curve will do.
    X25519 and X448 are for key agreement; what is signed with Ed25519 or Ed448 cannot be
    signed with them.`,
  examples: {
    valid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', alg: 'ES256' },
              { kty: 'EC', crv: 'secp256k1', x: 'eA', y: 'eQ' },
              { kty: 'OKP', crv: 'Ed448', x: 'eA', alg: 'EdDSA', use: 'sig' },
            ],
          },
        },
      },
      // For encryption: at least they do not say that they sign.
      { document: { jwks: { keys: [{ kty: 'OKP', crv: 'X25519', x: 'eA', use: 'enc' }] } } },
      { document: { jwks: { keys: [{ kty: 'OKP', crv: 'X25519', x: 'eA', alg: 'ECDH-ES' }] } } },
      { document: { jwks: { keys: [{ kty: 'OKP', crv: 'X448', x: 'eA' }] } } },
      // Curves and algorithms that are not known here.
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'BP-256' },
              { kty: 'EC', alg: 'XY1' },
            ],
          },
        },
      },
      // Reported by jwks-alg-match, by jwks-required-members and by jwks-shape.
      { document: { jwks: { keys: [{ kty: 'EC', crv: 'Ed25519', alg: 'EdDSA' }] } } },
      { document: { jwks: { keys: [{ kty: 'EC', crv: 5, alg: 'ES256' }, { crv: 'P-256' }] } } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kty: 'EC', crv: 'P-384', x: 'eA', y: 'eQ', alg: 'ES256' }] } },
        at: ['/jwks/keys/0/crv'],
        messages: ['key 0 of jwks has the crv "P-384", and its alg "ES256" needs P-256'],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'Ed25519', x: 'eA' },
              { kty: 'OKP', crv: 'X25519', x: 'eA', use: 'sig' },
              { kty: 'OKP', crv: 'X448', x: 'eA', alg: 'EdDSA' },
              { kty: 'OKP', crv: 'Ed448', x: 'eA', alg: 'Ed25519' },
              { kty: 'EC', crv: 'p-521', x: 'eA', y: 'eQ', alg: 'ES512' },
            ],
          },
        },
        at: [
          '/jwks/keys/0/crv',
          '/jwks/keys/1/crv',
          '/jwks/keys/2/crv',
          '/jwks/keys/3/crv',
          '/jwks/keys/4/crv',
        ],
        messages: [
          'key 0 of jwks has the crv "Ed25519", which is a curve of kty "OKP", not "EC"',
          'key 1 of jwks has the crv "X25519" and the use "sig", and nothing can be signed on that curve',
          'key 2 of jwks has the crv "X448", and its alg "EdDSA" needs Ed25519 or Ed448',
          'key 3 of jwks has the crv "Ed448", and its alg "Ed25519" needs Ed25519',
          'key 4 of jwks has the crv "p-521", and its alg "ES512" needs P-521',
        ],
      },
      // A curve has one kty.
      ...['P-256', 'P-384', 'P-521', 'secp256k1'].map((crv) => ({
        document: { jwks: { keys: [{ kty: 'OKP', crv, x: 'eA' }] } },
        at: ['/jwks/keys/0/crv'] as const,
      })),
      ...['Ed25519', 'Ed448', 'X25519', 'X448'].map((crv) => ({
        document: { jwks: { keys: [{ kty: 'EC', crv, x: 'eA', y: 'eQ' }] } },
        at: ['/jwks/keys/0/crv'] as const,
      })),
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      const fault = faultOf(key)
      if (fault === undefined) continue
      yield {
        at: `/jwks/keys/${index}/crv`,
        message: `key ${index} of jwks has the crv ${fault}`,
        suggestion: 'export the public key as a JWK again',
      }
    }
  },
})

/** Says what the curve of a key is, and what was expected. */
function faultOf(key: Readonly<Record<string, unknown>>): string | undefined {
  const { alg, crv, kty } = key
  if (typeof crv !== 'string' || crv === '' || (kty !== 'EC' && kty !== 'OKP')) return undefined
  const needed = signingAlgorithm(alg)
  if (needed) {
    if (needed.kty !== kty || needed.curves?.includes(crv)) return undefined
    return `${quote(crv)}, and its alg "${alg}" needs ${needed.curves?.join(' or ')}`
  }
  const type = CURVES.get(crv)?.kty ?? kty
  if (type !== kty) return `"${crv}", which is a curve of kty "${type}", not "${kty}"`
  if (!AGREEMENT_CURVES.has(crv) || !isSaidToSign(key)) return undefined
  return `"${crv}" and the use "sig", and nothing can be signed on that curve`
}
