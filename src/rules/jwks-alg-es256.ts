import { defineRule } from '../core/define.js'
import { isForSignatures, keysOf } from '../core/jwks.js'
import { atproto } from '../core/spec.js'

export default defineRule({
  id: 'jwks-alg-es256',
  level: 'MUST',
  cites: [atproto('Confidential Client Authentication')],
  reads: ['jwks'],
  title: 'A client of private_key_jwt has a key for ES256.',
  rationale: `
    Every atproto server and every confidential client supports ES256, so that any two of them have an
    algorithm in common. A client without a key on the curve P-256 cannot sign with it.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'RSA' }, { kty: 'EC', crv: 'P-256' }] },
        },
      },
      // Nobody signs with them.
      { document: { token_endpoint_auth_method: 'none', jwks: { keys: [{ kty: 'RSA' }] } } },
      // Reported by jwks-nonempty, and by jwks-shape.
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } } },
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{}] } } },
      // Reported by jwks-alg-match.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'RSA' }] },
        },
      },
    ],
    invalid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'RSA' }, { kty: 'EC', crv: 'P-384' }] },
        },
        at: ['/jwks/keys'],
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: {
            keys: [
              { kty: 'OKP', crv: 'Ed25519' },
              { kty: 'EC', crv: 'P-256', use: 'enc' },
            ],
          },
        },
        at: ['/jwks/keys'],
      },
      // P-256 is a curve of EC keys.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'OKP', crv: 'P-256' }] },
        },
        at: ['/jwks/keys'],
      },
    ],
  },

  *check({ metadata: { jwks, token_endpoint_auth_method, token_endpoint_auth_signing_alg: alg } }) {
    if (token_endpoint_auth_method !== 'private_key_jwt' || alg === 'ES256') return
    const keys = keysOf(jwks).filter(
      ([, key]) => typeof key.kty === 'string' && isForSignatures(key),
    )
    if (keys.length === 0 || keys.some(([, { kty, crv }]) => kty === 'EC' && crv === 'P-256'))
      return
    yield {
      at: '/jwks/keys',
      message: 'jwks has no key on the curve P-256, but every atproto client supports ES256',
      suggestion: 'add an EC key on P-256, and sign with ES256',
    }
  },
})
