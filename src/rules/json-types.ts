import { defineRule } from '../core/define.js'
import { nameMember } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'
import type { Fix, Pointer } from '../core/types.js'

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
      {
        document: { redirect_uris: 'https://client.example.com/cb' },
        at: ['/redirect_uris'],
        fixed: { redirect_uris: ['https://client.example.com/cb'] },
      },
      { document: { grant_types: ['authorization_code', 1] }, at: ['/grant_types/1'] },
      // It may be one grant of that name, or two.
      { document: { grant_types: 'authorization_code refresh_token' }, at: ['/grant_types'] },
      {
        document: { scope: ['openid', 'profile'] },
        at: ['/scope'],
        fixed: { scope: 'openid profile' },
      },
      {
        document: { dpop_bound_access_tokens: 'true' },
        at: ['/dpop_bound_access_tokens'],
        fixed: { dpop_bound_access_tokens: true },
      },
      {
        document: { default_max_age: '3600', require_auth_time: 'yes' },
        at: ['/default_max_age', '/require_auth_time'],
        fixed: { default_max_age: 3600, require_auth_time: 'yes' },
      },
      {
        document: { client_name: ['Example Client'], logo_uri: null },
        at: ['/client_name', '/logo_uri'],
        fixed: { client_name: 'Example Client' },
      },
      { document: { 'client_name#de': 5 }, at: ['/client_name#de'] },
      { document: { 'client_name#a/b': 5 }, at: ['/client_name#a~1b'] },
      { document: { jwks: [] }, at: ['/jwks'] },
    ],
  },

  *check({ mistyped, value }) {
    for (const { at, name, expected, actual } of mistyped) {
      if (FORBIDDEN.has(name)) continue
      const isItem = expected === 'a string' && at.lastIndexOf('/') > 0
      const item = isItem ? `item ${at.slice(at.lastIndexOf('/') + 1)} of ` : ''
      yield {
        at,
        message: `${item}${nameMember(name)} is ${actual}, not ${expected}`,
        suggestion: adviceFor(expected, actual),
        fix: isItem ? undefined : fixOf(at, name, expected, value[name]),
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

/** The same, of the registered type, where nothing else can have been meant. */
function fixOf(at: Pointer, name: string, expected: string, held: unknown): Fix | undefined {
  if (held === null) return { remove: at }
  const value = convert(name, expected, held)
  return value === undefined ? undefined : { set: at, value }
}

function convert(name: string, expected: string, held: unknown) {
  const isList = Array.isArray(held) && held.every((item) => typeof item === 'string')
  if (expected === 'a string' && isList) return toText(name, held)
  if (typeof held !== 'string') return undefined
  switch (expected) {
    case 'an array of strings':
      return /^[^\s,;[\]"]+$/.test(held) ? [held] : undefined
    case 'true or false':
      return held === 'true' || held === 'false' ? held === 'true' : undefined
    case 'a number':
      return /^(?:0|[1-9][0-9]{0,14})$/.test(held) ? Number(held) : undefined
  }
  return undefined
}

/** A scope is the one string that is a list. */
const toText = (name: string, [first, ...others]: readonly string[]): string | undefined =>
  name === 'scope' ? [first, ...others].join(' ') : others.length > 0 ? undefined : first
