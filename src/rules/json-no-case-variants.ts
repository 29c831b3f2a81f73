import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc } from '../core/spec.js'
import type { Pointer } from '../core/types.js'

/** What folding changes, or makes equal to another name; two names without are never alike. */
const FOLDS = /[^a-z0-9_#-]/

export default defineRule({
  id: 'json-no-case-variants',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(8259, '8.3')],
  title: 'No two member names differ in letter case only.',
  rationale: `
    Names are compared code unit by code unit, but some JSON libraries, that of Go among them, fold
    letter case and keep the last of the two. One server then sees another client than the next.`,
  examples: {
    valid: [
      { document: { client_id: 'a', client_ID_: 'b' } },
      { document: { 'client_name#de': 'a', 'client_name#fr': 'b' } },
      // Two letters for one, and letters that are one in Turkish only.
      { document: { straße: 'a', strasse: 'b', ﬁ: 'a', fi: 'b' } },
      { document: { client_id: 'a', client_ıd: 'b', client_İd: 'c' } },
      // Alone it is just another name.
      { document: { Client_ID: 'a' } },
    ],
    invalid: [
      { document: { client_id: 'a', Client_ID: 'b' }, at: ['/Client_ID'] },
      {
        document: { client_id: 'a', Client_ID: 'a' },
        at: ['/Client_ID'],
        fixed: { client_id: 'a' },
      },
      {
        document: { REDIRECT_URIS: [], redirect_uris: [] },
        at: ['/redirect_uris'],
        fixed: { redirect_uris: [] },
      },
      // U+017F and U+212A fold to "s" and "k".
      {
        document: { redirect_uris: [], 'redirect_uri\u017f': [] },
        at: ['/redirect_uri\u017f'],
        fixed: { redirect_uris: [] },
      },
      {
        document: { jwks: {}, 'jw\u212as': {} },
        at: ['/jw\u212as'],
        fixed: { jwks: {} },
      },
      { document: { 'client_name#ja': 'a', 'client_name#JA': 'b' }, at: ['/client_name#JA'] },
      {
        document: { Ärger: 'a', ärger: 'b', '\u{10400}': 'a', '\u{10428}': 'b' },
        at: ['/ärger', '/\u{10428}'],
      },
    ],
  },

  *check({ value }) {
    if (!Object.keys(value).some((name) => FOLDS.test(name))) return
    const seen = new Map<string, string>()
    for (const name of Object.keys(value)) {
      const folded = Array.from(name, foldCase).join('')
      const first = seen.get(folded)
      seen.set(folded, first ?? name)
      if (first === undefined) continue
      yield {
        at: `/${escapeToken(name)}`,
        on: 'key',
        message: `${quote(name)} differs from ${quote(first)} in letter case only, and some servers read them as one`,
        suggestion: 'keep the one that is spelled as registered',
        fix: isSame(value[first], value[name]) ? { remove: toRemove(first, name) } : undefined,
      }
    }
  },
})

/** The one that is not registered, since registered names are in lower case; else the later one. */
const toRemove = (first: string, name: string): Pointer =>
  `/${escapeToken(FOLDS.test(first) && !FOLDS.test(name) ? first : name)}`

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * Folds the letter case of one character as `EqualFold` of Go does: to one character, and in no
 * language. What becomes two in upper or lower case is left as it is.
 */
function foldCase(character: string): string {
  // Dotless "ı" is a case of "i" in Turkish only.
  if (character === '\u0131') return character
  const folded = character.toUpperCase().toLowerCase()
  return Array.from(folded).length === 1 ? folded : character
}
