import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc } from '../core/spec.js'
import { TAGGED } from '../core/validate-members.js'

/** Without client_name, which is reported by client-name-required. */
const NAMES: ReadonlySet<string> = new Set(
  TAGGED.split(' ').filter((name) => name !== 'client_name'),
)

export default defineRule({
  id: 'i18n-default',
  level: 'SHOULD',
  cites: [rfc(7591, '2.2')],
  title: 'A member with a language tag is there without one too.',
  rationale: `
    Users of all other languages see the member without a tag, and many servers read no other. So the
    name in Japanese does not do without the name as such.`,
  examples: {
    valid: [
      {
        document: {
          tos_uri: 'https://client.example.com/',
          'tos_uri#de': 'https://client.example.com/de',
        },
      },
      // Reported by client-name-required and json-unknown-member.
      { document: { 'client_name#de': 'Beispiel' } },
      { document: { 'scope#de': 'a', 'x#de': 'a', '#de': 'a' } },
      // Reported by json-types.
      { document: { logo_uri: 5, 'logo_uri#de': 'https://client.example.com/de.png' } },
    ],
    invalid: [
      {
        document: {
          'logo_uri#de': 'https://client.example.com/de.png',
          'logo_uri#fr': 'https://client.example.com/fr.png',
          'description#ja': 'a',
        },
        at: ['/logo_uri#de', '/description#ja'],
        messages: [
          'the member "logo_uri#de" has a language tag, but there is no logo_uri without one',
          'the member "description#ja" has a language tag, but there is no description without one',
        ],
      },
      { document: { 'client_uri#a/b': 'a' }, at: ['/client_uri#a~1b'] },
    ],
  },

  *check({ value }) {
    const reported = new Set<string>()
    for (const name of Object.keys(value)) {
      const hash = name.indexOf('#')
      const member = name.slice(0, Math.max(0, hash))
      if (!NAMES.has(member) || member in value || reported.has(member)) continue
      reported.add(member)
      yield {
        at: `/${escapeToken(name)}`,
        on: 'key',
        message: `the member ${quote(name)} has a language tag, but there is no ${member} without one`,
        suggestion: `add ${member}, for users of all other languages`,
      }
    }
  },
})
