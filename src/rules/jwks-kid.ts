import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-kid',
  level: 'SHOULD',
  floor: 'warning',
  cites: [rfc(7517, '4.5')],
  reads: ['jwks'],
  title: 'No two keys of jwks have the same kid.',
  rationale: `
    A signature names its key by \`kid\`. Where two keys share one, a server takes the first, or
    refuses both, and rotating keys becomes a matter of chance.`,
  examples: {
    valid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', kid: 'a' },
              { kty: 'EC', kid: 'A' },
            ],
          },
        },
      },
      { document: { jwks: { keys: [{ kty: 'EC' }, { kty: 'EC' }] } } },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', kid: 1 },
              { kty: 'EC', kid: 1 },
            ],
          },
        },
      },
      { document: { jwks: { keys: [{ kid: 'constructor' }, { kid: '__proto__' }, null] } } },
    ],
    invalid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', kid: 'a' },
              { kty: 'EC', kid: 'a' },
            ],
          },
        },
        at: ['/jwks/keys/1/kid'],
      },
      {
        document: { jwks: { keys: [{ kid: '' }, { kid: 'b' }, { kid: '' }, 'b', { kid: '' }] } },
        at: ['/jwks/keys/2/kid', '/jwks/keys/4/kid'],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    const first = new Map<string, number>()
    for (const [index, { kid }] of keysOf(jwks)) {
      if (typeof kid !== 'string') continue
      const before = first.get(kid)
      if (before === undefined) first.set(kid, index)
      else {
        yield {
          at: `/jwks/keys/${index}/kid`,
          message: `key ${index} of jwks has the kid ${quote(kid)}, as key ${before} has`,
          suggestion: 'give each key a kid of its own',
        }
      }
    }
  },
})
