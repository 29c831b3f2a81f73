import { bitsOf, isBase64url } from '../core/base64url.js'
import { defineRule } from '../core/define.js'
import { keysOf, MIN_RSA_BITS } from '../core/jwks.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-rsa-min',
  level: 'MUST',
  cites: [rfc(7518, '3.3')],
  reads: ['jwks'],
  title: 'An RSA key of jwks has 2048 bits or more.',
  rationale: `
    Shorter keys can be factored, or soon will be, and whoever does so can sign as this client. Zeros
    that the modulus begins with do not count.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kty: 'RSA', n: 'w'.repeat(342), e: 'AQAB' }] } } },
      { document: { jwks: { keys: [{ kty: 'RSA', n: 'w'.repeat(683), e: 'AQAB' }] } } },
      { document: { jwks: { keys: [{ kty: 'EC', n: 'AQAB' }] } } },
      // Missing, or no base64url: reported by jwks-required-members.
      {
        document: {
          jwks: { keys: [{ kty: 'RSA' }, { kty: 'RSA', n: 5 }, { kty: 'RSA', n: 'n=' }] },
        },
      },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kty: 'RSA', n: 'w'.repeat(171), e: 'AQAB' }] } },
        at: ['/jwks/keys/0/n'],
      },
      // 2047 bits, 2048 bits with 32 zeros before, and none.
      {
        document: {
          jwks: {
            keys: [
              { kty: 'RSA', n: `f${'w'.repeat(341)}`, e: 'AQAB' },
              { kty: 'RSA', n: `AAAAAA${'w'.repeat(336)}`, e: 'AQAB' },
              { kty: 'RSA', n: 'A'.repeat(400), e: 'AQAB' },
            ],
          },
        },
        at: ['/jwks/keys/0/n', '/jwks/keys/1/n', '/jwks/keys/2/n'],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, { kty, n }] of keysOf(jwks)) {
      if (kty !== 'RSA' || typeof n !== 'string' || !isBase64url(n)) continue
      const bits = bitsOf(n)
      if (bits >= MIN_RSA_BITS) continue
      yield {
        at: `/jwks/keys/${index}/n`,
        message: `key ${index} of jwks has ${bits} bits, and an RSA key must have ${MIN_RSA_BITS} or more`,
        suggestion: 'make a new key pair, of RSA with 2048 bits or of P-256',
      }
    }
  },
})
