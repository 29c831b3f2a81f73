import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import { describeType } from '../core/metadata.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-use',
  level: 'SHOULD',
  cites: [rfc(7517, '4.3'), rfc(7517, '4.2')],
  reads: ['jwks'],
  title: 'The use of a key in jwks is "sig" or "enc", and stands without key_ops.',
  rationale: `
    Servers look for a key whose \`use\` is \`sig\`, and compare it letter by letter. What \`key_ops\`
    says beside it says the same once more, or something else.`,
  examples: {
    valid: [
      {
        document: {
          jwks: { keys: [{ use: 'sig' }, { use: 'enc' }, { key_ops: ['verify'] }, {}, 'a', null] },
        },
      },
      { text: '{"jwks":{"keys":[{"__proto__":{"use":"x"}}]}}' },
      { document: { jwks: { keys: 'a' } } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ use: 'sig' }, { use: 'sig', key_ops: ['verify'] }] } },
        at: ['/jwks/keys/1/key_ops'],
        messages: ['key 1 of jwks has key_ops beside use, and only one of them should be there'],
      },
      {
        document: {
          jwks: { keys: [{ use: 'signature' }, { use: 'Sig', key_ops: [] }, { use: 1 }] },
        },
        at: ['/jwks/keys/0/use', '/jwks/keys/1/use', '/jwks/keys/2/use'],
        messages: [
          'key 0 of jwks has the use "signature", which is neither "sig" nor "enc"',
          'key 1 of jwks has the use "Sig", which is neither "sig" nor "enc"',
          'key 2 of jwks has a use that is a number, not "sig" or "enc"',
        ],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      if (!Object.hasOwn(key, 'use')) continue
      const { use } = key
      if (use !== 'sig' && use !== 'enc') {
        const what =
          typeof use === 'string'
            ? `the use ${quote(use)}, which is neither "sig" nor "enc"`
            : `a use that is ${describeType(use)}, not "sig" or "enc"`
        yield {
          at: `/jwks/keys/${index}/use`,
          message: `key ${index} of jwks has ${what}`,
          suggestion: 'write "sig" for a key that signs assertions',
        }
      } else if (Object.hasOwn(key, 'key_ops')) {
        yield {
          at: `/jwks/keys/${index}/key_ops`,
          on: 'key',
          message: `key ${index} of jwks has key_ops beside use, and only one of them should be there`,
          suggestion: 'remove key_ops',
        }
      }
    }
  },
})
