import { defineRule } from '../core/define.js'
import { keysOf, privateMemberOf } from '../core/jwks.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-no-private-members',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials', '02'), rfc(7591, '2')],
  reads: ['jwks'],
  title: 'The keys in jwks have no private members.',
  rationale: `
    A JWK holds a public or a private key in one format, and only a member or two tells them apart.
    Whoever fetches the private one can authenticate as this client.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'a' }] } } },
      { document: { jwks: { keys: ['not a key'] } } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } },
        at: ['/jwks/keys/0/d'],
      },
      {
        document: { jwks: { keys: [{ kty: 'RSA', n: 'n', e: 'AQAB', p: 'p', q: 'q', d: 'd' }] } },
        at: ['/jwks/keys/0/d'],
      },
      // It holds the same bytes in another letter case.
      {
        document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', D: 'd' }] } },
        at: ['/jwks/keys/0/D'],
      },
      ...['p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv', 'Priv'].map((name) => ({
        document: { jwks: { keys: [{ kty: 'unheard-of', [name]: 'a' }] } },
        at: [`/jwks/keys/0/${name}`] as const,
      })),
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      // One private key is one finding, however many of its members are there.
      const member = privateMemberOf(key)
      if (member === undefined) continue
      yield {
        at: `/jwks/keys/${index}/${member}`,
        on: 'key',
        message: `key ${index} of jwks has "${member}", so it is a private key, and anyone can fetch it`,
        suggestion: 'make a new key pair, and publish only the public key',
      }
    }
  },
})
