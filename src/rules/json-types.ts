import { defineRule } from '../core/define.js'
import { nameMember } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

/** Members that may not be there whatever their type, as rules of their own say. */
const FORBIDDEN = new Set([
  'client_secret',
  'client_secret_expires_at',
  'registration_access_token',
])

export default defineRule({
  id: 'json-types',
  level: 'MUST',
  cites: [cimd('document'), rfc(7591, '2')],
  title: 'Each registered member has its registered JSON type.',
  rationale: `
    The members and their types are those of the IANA registry "OAuth Dynamic Client Registration
    Metadata". Servers do not convert: a string where an array belongs is refused, or worse, read
    character by character.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: ['https://client.example.com/cb'],
          scope: 'openid profile',
          dpop_bound_access_tokens: true,
          default_max_age: 3600,
          'client_name#de': 'Beispiel',
          'scope#note': ['members of other names may be anything'],
          'x-internal': { anything: null },
          client_secret: null,
        },
      },
    ],
    invalid: [
      { document: { redirect_uris: 'https://client.example.com/cb' }, at: ['/redirect_uris'] },
      { document: { grant_types: ['authorization_code', 1] }, at: ['/grant_types/1'] },
      { document: { scope: ['openid'] }, at: ['/scope'] },
      { document: { dpop_bound_access_tokens: 'true' }, at: ['/dpop_bound_access_tokens'] },
      { document: { logo_uri: null }, at: ['/logo_uri'] },
      { document: { 'client_name#de': 5 }, at: ['/client_name#de'] },
      { document: { 'client_name#a/b': 5 }, at: ['/client_name#a~1b'] },
      { document: { jwks: [] }, at: ['/jwks'] },
    ],
  },

  *check({ mistyped }) {
    for (const { at, name, expected, actual } of mistyped) {
      if (FORBIDDEN.has(name)) continue
      const isItem = expected === 'a string' && at.lastIndexOf('/') > 0
      const item = isItem ? `item ${at.slice(at.lastIndexOf('/') + 1)} of ` : ''
      yield {
        at,
        message: `${item}${nameMember(name)} is ${actual}, not ${expected}`,
        suggestion: adviceFor(expected, actual),
      }
    }
  },
})

function adviceFor(expected: string, actual: string): string {
  if (actual === 'null') return `write ${expected}, or leave the member out`
  if (expected === 'an array of strings' && actual === 'a string') return 'put it in brackets'
  if (expected === 'a string' && actual === 'an array') return 'write one string'
  return `write ${expected}`
}
