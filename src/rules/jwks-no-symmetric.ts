import { defineRule } from '../core/define.js'
import { keysOf, symmetricMemberOf } from '../core/jwks.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-no-symmetric',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials'), rfc(7518, '6.4')],
  reads: ['jwks'],
  title: 'The keys in jwks are not symmetric.',
  rationale: `
    A symmetric key verifies and signs alike: published, it authenticates everybody. It is a shared
    secret, which the draft forbids.`,
  examples: {
    valid: [{ document: { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] } } }],
    invalid: [
      { document: { jwks: { keys: [{ kty: 'oct', k: 'a' }] } }, at: ['/jwks/keys/0/kty'] },
      { document: { jwks: { keys: [{ kty: 'EC' }, { k: 'a' }] } }, at: ['/jwks/keys/1/k'] },
      { document: { jwks: { keys: [{ kty: 'EC', K: 'a' }] } }, at: ['/jwks/keys/0/K'] },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      const member = symmetricMemberOf(key)
      if (member === undefined) continue
      yield {
        at: `/jwks/keys/${index}/${member}`,
        on: 'key',
        message: `key ${index} of jwks is symmetric, a secret that anyone can fetch`,
        suggestion: 'publish the public key of an EC, OKP or RSA key pair',
      }
    }
  },
})
