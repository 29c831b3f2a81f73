import { bitsOf, isBase64url, isOdd } from '../core/base64url.js'
import { defineRule } from '../core/define.js'
import { keysOf, MIN_RSA_BITS } from '../core/jwks.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-rsa-odd',
  level: 'MUST',
  cites: [rfc(8017, '3.1'), rfc(7518, '6.3.1')],
  reads: ['jwks'],
  title:
    'The modulus and the exponent of an RSA key of jwks are odd, and the exponent is 3 or more.',
  rationale: `
    A modulus is a product of odd primes, and an exponent has no factor in common with what is even.
    With the exponent 1 every text is its own signature, so anybody could sign as this client.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kty: 'RSA', n: `${'w'.repeat(341)}Q`, e: 'AQAB' }] } } },
      { document: { jwks: { keys: [{ kty: 'RSA', n: `${'w'.repeat(682)}E`, e: 'Aw' }] } } },
      { document: { jwks: { keys: [{ kty: 'EC', n: 'AA', e: 'AQ' }] } } },
      // Reported by jwks-required-members, and by jwks-rsa-min.
      { document: { jwks: { keys: [{ kty: 'RSA' }, { kty: 'RSA', n: 5, e: '=' }] } } },
      { document: { jwks: { keys: [{ kty: 'RSA', n: 'AA', e: 'AQAB' }] } } },
    ],
    invalid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'RSA', n: `${'w'.repeat(341)}Q`, e: 'AQ' },
              { kty: 'RSA', n: `${'w'.repeat(341)}Q`, e: 'AAAA' },
              { kty: 'RSA', n: `${'w'.repeat(341)}Q`, e: 'AQAA' },
              { kty: 'RSA', n: `${'w'.repeat(341)}Q`, e: 'BA' },
            ],
          },
        },
        at: ['/jwks/keys/0/e', '/jwks/keys/1/e', '/jwks/keys/2/e', '/jwks/keys/3/e'],
        messages: [
          'key 0 of jwks has the exponent 1, and an RSA key has an odd one of 3 or more',
          'key 1 of jwks has the exponent 0, and an RSA key has an odd one of 3 or more',
          'key 2 of jwks has an even exponent, and an RSA key has an odd one of 3 or more',
          'key 3 of jwks has an even exponent, and an RSA key has an odd one of 3 or more',
        ],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'RSA', n: `${'w'.repeat(341)}g`, e: 'AQAB' },
              { kty: 'RSA', n: 'w'.repeat(344), e: 'AQAB' },
            ],
          },
        },
        at: ['/jwks/keys/0/n', '/jwks/keys/1/n'],
        messages: [
          'key 0 of jwks has an even modulus, and that of an RSA key is odd',
          'key 1 of jwks has an even modulus, and that of an RSA key is odd',
        ],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    const suggestion = 'export the public key as a JWK again, or make a new key pair'
    for (const [index, { kty, n, e }] of keysOf(jwks)) {
      if (kty !== 'RSA') continue
      const isLong = typeof n === 'string' && isBase64url(n) && bitsOf(n) >= MIN_RSA_BITS
      if (isLong && !isOdd(n)) {
        yield {
          at: `/jwks/keys/${index}/n`,
          message: `key ${index} of jwks has an even modulus, and that of an RSA key is odd`,
          suggestion,
        }
      }
      if (typeof e !== 'string' || !isBase64url(e)) continue
      const bits = bitsOf(e)
      if (bits > 1 && isOdd(e)) continue
      yield {
        at: `/jwks/keys/${index}/e`,
        message: `key ${index} of jwks has ${bits > 1 ? 'an even exponent' : `the exponent ${bits}`}, and an RSA key has an odd one of 3 or more`,
        suggestion,
      }
    }
  },
})
