import { defineRule } from '../core/define.js'
import { subjectAt } from '../core/place.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'

/** Members that may hold no such character anyway, and whose own rules say so. */
const APART = new Set(['client_id', 'redirect_uris', 'jwks_uri', 'scope', 'software_statement'])

export default defineRule({
  id: 'json-portable-strings',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(8259, '8.2'), rfc(7493, '2.1')],
  title: 'No string has U+0000 or half of a surrogate pair.',
  rationale: `
    JSON can escape them, and then they cannot be stored or sent on: UTF-8 has no half pairs, and
    databases and C programs end a string at U+0000. One server fails, the next replaces them and
    sees another value.`,
  examples: {
    valid: [
      { text: '{"client_name":"\\ud83d\\udcda \\\\u0000"}' },
      // Their own rules report them there.
      { text: '{"client_id":"a\\u0000","redirect_uris":["a\\u0000"],"jwks_uri":"\\u0000"}' },
      { text: '{"scope":"a\\u0000","software_statement":"\\u0000","logo_uri":"\\u0000"}' },
      { text: '{"client_id":"a\\ud800","redirect_uris":["a\\ud800"],"request_uris":["\\ud800"]}' },
    ],
    invalid: [
      {
        text: '{"client_name":"a\\u0000b"}',
        at: ['/client_name'],
        messages: ['client_name has U+0000, which not every program can store'],
      },
      {
        text: '{"client_name":"\\ud800"}',
        at: ['/client_name'],
        messages: ['client_name has half of a surrogate pair, which not every program can store'],
      },
      {
        text: '{"contacts":["a","\\udc00b"]}',
        at: ['/contacts/1'],
        messages: [
          'item 1 of contacts has half of a surrogate pair, which not every program can store',
        ],
      },
      {
        text: '{"x":{"a\\ud800":1,"b":{"c":"\\u0000"}}}',
        at: ['/x/a\ud800', '/x/b/c'],
        messages: [
          'the member name "a\ud800" has half of a surrogate pair, which not every program can store',
          'the value at "/x/b/c" has U+0000, which not every program can store',
        ],
      },
    ],
  },

  *check({ value, urls, text }) {
    // Neither can stand in the text as it is.
    if (!text.includes('\\u')) return
    const apart = new Set<string>(urls.map(({ at }) => at))
    for (const [name, member] of Object.entries(value)) {
      const at: Pointer = `/${escapeToken(name)}`
      yield* judge(name, at, 'key')
      if (!APART.has(name)) yield* judgeValue(member, at, apart)
    }
  },
})

function* judgeValue(value: unknown, at: Pointer, apart: ReadonlySet<string>): Iterable<Finding> {
  if (typeof value === 'string') {
    if (!apart.has(at)) yield* judge(value, at, 'value')
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const within: Pointer = `${at}/${escapeToken(key)}`
      yield* judge(key, within, 'key')
      yield* judgeValue(item, within, apart)
    }
  }
}

function* judge(text: string, at: Pointer, on: 'key' | 'value'): Iterable<Finding> {
  const isWellFormed = text.isWellFormed()
  if (isWellFormed && !text.includes('\0')) return
  const what = isWellFormed ? 'has U+0000' : 'has half of a surrogate pair'
  const subject = on === 'key' ? `the member name ${quote(text)}` : subjectAt(at)
  yield {
    at,
    on,
    message: `${subject} ${what}, which not every program can store`,
    suggestion: 'write the character that was meant, or leave it out',
  }
}
