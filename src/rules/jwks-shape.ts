import { defineRule } from '../core/define.js'
import { describeType } from '../core/metadata.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-shape',
  level: 'MUST',
  cites: [rfc(7517, '5'), rfc(7517, '4.1')],
  reads: ['jwks'],
  title: 'The jwks is a JWK Set: an object with an array keys, of objects that each have a kty.',
  schema: {
    properties: {
      jwks: {
        required: ['keys'],
        properties: {
          keys: {
            type: 'array',
            items: {
              type: 'object',
              required: ['kty'],
              properties: { kty: { type: 'string', minLength: 1 } },
            },
          },
        },
      },
    },
  },
  rationale: `
    Servers read the keys from the array \`keys\` and choose by \`kty\` how to read each. A key that
    is not in the array, or stands there as text, is no key to them.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' }] } } },
      // An empty list is reported by jwks-nonempty, where keys are needed.
      { document: { jwks: { keys: [] } } },
      // Other types are reported by json-types.
      { document: { jwks: [{ kty: 'EC' }] } },
      { document: { jwks: '{"keys":[]}' } },
      { document: { jwks: { keys: [{ kty: 'unheard-of' }], 'x-more': null } } },
    ],
    invalid: [
      { document: { jwks: { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' } }, at: ['/jwks/keys'] },
      { document: { jwks: {} }, at: ['/jwks/keys'] },
      { text: '{"jwks":{"__proto__":{"keys":[]}}}', at: ['/jwks/keys'] },
      { document: { jwks: { keys: { a: { kty: 'EC' } } } }, at: ['/jwks/keys'] },
      {
        document: { jwks: { keys: [null, 5, '{"kty":"EC"}', [{ kty: 'EC' }], { kty: 'EC' }] } },
        at: ['/jwks/keys/0', '/jwks/keys/1', '/jwks/keys/2', '/jwks/keys/3'],
      },
      {
        document: { jwks: { keys: [{}, { kty: {} }, { kty: '' }, { KTY: 'EC' }] } },
        at: ['/jwks/keys/0/kty', '/jwks/keys/1/kty', '/jwks/keys/2/kty', '/jwks/keys/3/kty'],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    if (jwks === undefined) return
    const keys = Object.hasOwn(jwks, 'keys') ? jwks.keys : undefined
    if (!Array.isArray(keys)) {
      const fault =
        keys === undefined
          ? 'has no keys, an array of'
          : `has keys that are ${describeType(keys)}, not an array of`
      yield {
        at: '/jwks/keys',
        message: `jwks ${fault} JSON Web Keys`,
        suggestion: 'write {"keys": […]} with the keys between the brackets',
      }
      return
    }
    for (const [index, key] of keys.entries()) {
      const type = describeType(key)
      if (type !== 'an object') {
        yield {
          at: `/jwks/keys/${index}`,
          message: `key ${index} of jwks is ${type}, not an object`,
          suggestion:
            type === 'a string'
              ? 'paste the object itself, without quotes around it'
              : 'write the key as an object',
        }
      } else if (typeof key.kty !== 'string' || key.kty === '') {
        yield {
          at: `/jwks/keys/${index}/kty`,
          message: `key ${index} of jwks has no kty, the string that says of which type it is`,
          suggestion: 'write "EC", "OKP" or "RSA"',
        }
      }
    }
  },
})
