import { defineRule } from '../core/define.js'
import { subjectAt } from '../core/place.js'
import { type PolicyPattern, withoutTag } from '../core/policy.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import type { Pointer } from '../core/types.js'

/** The longest text that is matched, in UTF-16 units, so that matching stays quick. */
const MAX_LENGTH = 2048

export default defineRule({
  id: 'policy-patterns',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'Each string that the policy has a pattern for matches it as a whole.',
  rationale: `
    Names, contacts and paths of an organisation follow conventions of its own. A member that is
    missing matches; one that is neither a string nor an array of strings does not.`,
  examples: {
    valid: [
      {
        document: { client_name: 'Acme CLI', contacts: ['a@example.com', 'b@example.com'] },
        policy: { patterns: { client_name: 'Acme .+', contacts: '[^@]+@example\\.com' } },
      },
      { document: {}, policy: { patterns: { client_name: 'Acme .+' } } },
      { document: { client_name: 'A' }, policy: {} },
      { document: { client_name: 'A' } },
    ],
    invalid: [
      {
        document: {
          client_name: 'The Acme CLI',
          'client_name#de': 'Acme\nCLI',
          contacts: ['a@example.com', 'a@example.com.example.net'],
        },
        policy: { patterns: { client_name: 'Acme.+', contacts: '[^@]+@example\\.com' } },
        at: ['/client_name', '/client_name#de', '/contacts/1'],
        messages: [
          'client_name is "The Acme CLI", and the policy wants it to match "Acme.+"',
          '"client_name#de" is "Acme\nCLI", and the policy wants it to match "Acme.+"',
          'item 1 of contacts is "a@example.com.example.net", and the policy wants it to match "[^@]+@example\\.com"',
        ],
      },
      {
        document: { x: { y: 'a' }, z: ['a', 1] },
        policy: { patterns: { x: 'a', z: 'a' } },
        at: ['/x', '/z/1'],
        messages: [
          'x is no string, and the policy wants it to match "a"',
          'item 1 of z is no string, and the policy wants it to match "a"',
        ],
      },
      {
        document: { client_name: 'a'.repeat(2049) },
        policy: { patterns: { client_name: 'a*' } },
        at: ['/client_name'],
        messages: ['client_name has 2049 characters, and a pattern is asked of 2048 at most'],
      },
    ],
  },

  *check({ value, policy: { patterns = [] } }) {
    if (patterns.length === 0) return
    for (const [name, held] of Object.entries(value)) {
      const pattern = patterns.find(({ member }) => member === name || member === withoutTag(name))
      if (!pattern) continue
      const at: Pointer = `/${escapeToken(name)}`
      const items = Array.isArray(held) ? held.entries() : undefined
      if (!items) yield* judge(pattern, at, held)
      else for (const [index, item] of items) yield* judge(pattern, `${at}/${index}`, item)
    }
  },
})

function* judge({ source, matches }: PolicyPattern, at: Pointer, held: unknown) {
  const wanted = `and the policy wants it to match ${quote(source)}`
  let fault: string
  if (typeof held !== 'string') fault = `is no string, ${wanted}`
  else if (held.length > MAX_LENGTH) {
    fault = `has ${held.length} characters, and a pattern is asked of ${MAX_LENGTH} at most`
  } else if (matches(held)) return
  else fault = `is ${quote(held)}, ${wanted}`
  yield { at, message: `${subjectAt(at)} ${fault}`, suggestion: 'change it, or the policy' }
}
