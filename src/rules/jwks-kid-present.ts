import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import { rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'jwks-kid-present',
  level: 'ADVICE',
  cites: [rfc(7517, '4.5'), thread('bluesky-social/atproto', 3234)],
  reads: ['jwks'],
  title: 'Where jwks lists several keys, each has a kid.',
  rationale: `
    An assertion names its key by \`kid\`. A server that cannot tell the keys apart tries one after the
    other, takes the first, or refuses the assertion.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kid: 'a' }, { kid: 'b' }] } } },
      // One key needs no name to be found.
      { document: { jwks: { keys: [{ kty: 'EC' }] } } },
      // Reported by jwks-shape and jwks-kid.
      { document: { jwks: { keys: [{ kid: 'a' }, 'b', null] } } },
      { document: { jwks: { keys: [{ kid: 'a' }, { kid: 'a' }] } } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kid: 'a' }, { kty: 'EC' }] } },
        at: ['/jwks/keys/1/kid'],
        messages: ['key 1 of jwks has no kid, and there are 2 keys to choose from'],
      },
      {
        document: { jwks: { keys: [{ kid: '' }, { kid: 5 }, { kid: 'b' }] } },
        at: ['/jwks/keys/0/kid', '/jwks/keys/1/kid'],
      },
      {
        text: '{"jwks":{"keys":[{"kid":"a"},{"__proto__":{"kid":"b"}}]}}',
        at: ['/jwks/keys/1/kid'],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    const keys = keysOf(jwks)
    if (keys.length < 2) return
    for (const [index, key] of keys) {
      const kid = Object.hasOwn(key, 'kid') ? key.kid : undefined
      if (typeof kid === 'string' && kid !== '') continue
      yield {
        at: `/jwks/keys/${index}/kid`,
        message: `key ${index} of jwks has no kid, and there are ${keys.length} keys to choose from`,
        suggestion: 'give each key a kid of its own, and name it in the header of each assertion',
      }
    }
  },
})
