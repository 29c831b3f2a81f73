import { isBase64url } from '../core/base64url.js'
import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import { describeType } from '../core/metadata.js'
import { rfc } from '../core/spec.js'
import type { Fix, Pointer } from '../core/types.js'

/** RFC 7518 sections 6.2.1 and 6.3.1, RFC 8037 section 2. */
const REQUIRED: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['RSA', ['n', 'e']],
])

export default defineRule({
  id: 'jwks-required-members',
  level: 'MUST',
  cites: [rfc(7518, '6')],
  reads: ['jwks'],
  title: 'A key of jwks has the public members of its type, and its numbers are base64url.',
  rationale: `
    A key is its numbers, and each type has its own: EC the two of a point on a curve, RSA modulus
    and exponent. Base64url has "-" and "_" where base64 has "+" and "/", and no "=" at the end.`,
  examples: {
    valid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'e-_Q' },
              { kty: 'OKP', crv: 'Ed25519', x: 'eA' },
              { kty: 'RSA', n: 'w'.repeat(342), e: 'AQAB' },
              { kty: 'unheard-of' },
            ],
          },
        },
      },
      // Reported by jwks-shape and by jwks-no-symmetric.
      { document: { jwks: { keys: [null, 5, {}, { kty: {} }, { kty: 'oct' }] } } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'eA' }] } },
        at: ['/jwks/keys/0/y'],
        messages: ['key 0 of jwks has no "y", which a key of kty "EC" must have'],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'OKP', crv: '', x: 5 },
              { kty: 'RSA', n: 'ab+/', e: 'AQ==' },
              { kty: 'EC', crv: 'any crv will do', x: '', y: 'abcde' },
            ],
          },
        },
        at: [
          '/jwks/keys/0/crv',
          '/jwks/keys/0/x',
          '/jwks/keys/1/n',
          '/jwks/keys/1/e',
          '/jwks/keys/2/x',
          '/jwks/keys/2/y',
        ],
        messages: [
          'key 0 of jwks has an empty "crv"',
          'key 0 of jwks has "x" that is a number, not a string',
          'key 1 of jwks has "n" that is not base64url',
          'key 1 of jwks has "e" that is not base64url',
          'key 2 of jwks has an empty "x"',
          'key 2 of jwks has "y" that is not base64url',
        ],
        fixed: {
          jwks: {
            keys: [
              { kty: 'OKP', crv: '', x: 5 },
              { kty: 'RSA', n: 'ab-_', e: 'AQ' },
              { kty: 'EC', crv: 'any crv will do', x: '', y: 'abcde' },
            ],
          },
        },
      },
      {
        document: { jwks: { keys: [{ kty: 'RSA', n: 'ab+/', e: 'AQ==' }] } },
        at: ['/jwks/keys/0/n', '/jwks/keys/0/e'],
        fixed: { jwks: { keys: [{ kty: 'RSA', n: 'ab-_', e: 'AQ' }] } },
      },
      {
        text: '{"jwks":{"keys":[{"kty":"RSA","n":"eA","__proto__":{"e":"AQAB"}}]}}',
        at: ['/jwks/keys/0/e'],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      for (const name of REQUIRED.get(key.kty) ?? []) {
        const fault = faultOf(name, key[name], key.kty)
        if (fault === undefined) continue
        yield {
          at: `/jwks/keys/${index}/${name}`,
          message: `key ${index} of jwks has ${fault}`,
          suggestion: 'export the public key as a JWK again',
          fix: fixOf(`/jwks/keys/${index}/${name}`, key[name]),
        }
      }
    }
  },
})

/** Says what a member is that should be a name or, but for `crv`, a number. */
function faultOf(name: string, member: unknown, kty: unknown): string | undefined {
  if (member === undefined) return `no "${name}", which a key of kty "${kty}" must have`
  if (typeof member !== 'string') return `"${name}" that is ${describeType(member)}, not a string`
  if (member === '') return `an empty "${name}"`
  return name === 'crv' || isBase64url(member) ? undefined : `"${name}" that is not base64url`
}

/** The same number in base64url, where it is written in base64. */
function fixOf(at: Pointer, member: unknown): Fix | undefined {
  if (typeof member !== 'string') return undefined
  const value = member
    .replace(/={1,2}$/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
  return isBase64url(value) ? { set: at, value } : undefined
}
