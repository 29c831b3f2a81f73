import { defineRule } from '../core/define.js'
import { type Deception, displayTexts, findDeception } from '../core/display-text.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'name-honest',
  level: 'ADVICE',
  cites: [rfc(7591, '5'), rfc(8264, '12.5')],
  title: 'What users read of the client is what it seems, and is text.',
  rationale: `
    On the consent page the name is what users trust. Characters that nobody sees and letters that look
    like others make it the name of another; markup and URLs are obeyed or followed where they are not
    escaped. Careful servers show such a name in a changed form, or the \`client_id\` instead.`,
  examples: {
    valid: [
      { document: { client_name: "Example & Co. — Client (beta), 5 < 6 > 4, it's \\u200b" } },
      {
        document: { client_name: 'npm.example.dev', description: 'See\thttps://example.com/\r\n' },
      },
      // Whole words of other scripts, beside Latin ones.
      {
        document: {
          client_name: 'Перемена Client',
          'client_name#el': 'Πελάτης',
          'client_name#ja': 'クライアント Client',
        },
      },
      { document: { client_name: 'µTorrent λcalc Ωmega café Ångström Übersicht' } },
      // Right to left, with a mark for the order, and with letters that are joined or are not.
      { document: { 'client_name#he': 'לקוח (Beta)\u200f', 'client_name#fa': 'می\u200cخواهم' } },
      { document: { 'client_name#hi': 'क्\u200dष', 'client_name#ja': '葛\u{e0100}城' } },
      // Emoji: joined, of a skin, with a selector, and the flag of Wales.
      {
        document: {
          client_name:
            '👩🏽\u200d💻 ❤\ufe0f\u200d🔥 1\ufe0f⃣ 🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
        },
      },
      // Reported by json-types and json-portable-strings.
      { document: { client_name: ['\u200b'] } },
      { text: '{"client_name":"a\\u0000\\ud800"}' },
      // What nobody reads.
      { document: { software_id: '\u200b', client_name_: '\u200b' } },
    ],
    invalid: [
      {
        document: { client_name: 'Pay\u200bpal' },
        at: ['/client_name'],
        parts: ['\u200b'],
        messages: ['client_name has U+200B, which nobody sees'],
      },
      {
        document: {
          client_name: 'Example\u202egnp.exe',
          'client_name#de': 'a\u00adb',
          organization_name: '\u3164',
          'description#fr': 'a\n\u000bb',
        },
        at: ['/client_name', '/client_name#de', '/organization_name', '/description#fr'],
        messages: [
          'client_name has U+202E, which nobody sees',
          'client_name#de has U+00AD, which nobody sees',
          'organization_name has U+3164, which nobody sees',
          'description#fr has U+000B, which nobody sees',
        ],
      },
      // Not after what they belong to.
      {
        document: {
          client_name: 'a\u200db',
          'client_name#a': 'a\ufe0f',
          'client_name#b': 'a\u200f',
          'client_name#c': '\u{e0067}',
          'client_name#d': 'п\u200cп',
        },
        at: [
          '/client_name',
          '/client_name#a',
          '/client_name#b',
          '/client_name#c',
          '/client_name#d',
        ],
      },
      { document: { client_name: 'a\nb' }, at: ['/client_name'] },
      {
        document: {
          client_name: 'a\u2028b',
          'client_name#a': 'a\u180b',
          'client_name#b': 'a\u2800b',
          'client_name#hy': 'exaմple',
        },
        at: ['/client_name', '/client_name#a', '/client_name#b', '/client_name#hy'],
      },
      {
        document: { client_name: 'A\ue000' },
        at: ['/client_name'],
        messages: ['client_name has U+E000, which each system shows in its own way or not at all'],
      },
      {
        document: { client_name: 'The Clаude', organization_name: 'Αpple', description: 'Ꭺpple' },
        at: ['/client_name', '/organization_name', '/description'],
        parts: ['а', 'Α', 'Ꭺ'],
        messages: [
          'client_name has U+0430 "а" among Latin letters, which is taken for one of them',
          'organization_name has U+0391 "Α" among Latin letters, which is taken for one of them',
          'description has U+13AA "Ꭺ" among Latin letters, which is taken for one of them',
        ],
      },
      {
        document: { client_name: 'A <img src=x onerror=alert(1)> B', description: '<b>bold</b>' },
        at: ['/client_name', '/description'],
        messages: [
          'client_name has markup, "<img src=x onerror=alert(1)>"',
          'description has markup, "</b>"',
        ],
      },
      {
        document: {
          client_name: 'Visit HTTPS://client.example.com/',
          organization_name: 'http://a',
        },
        at: ['/client_name', '/organization_name'],
        messages: [
          'client_name has a URL in it, "HTTPS://"',
          'organization_name has a URL in it, "http://"',
        ],
      },
    ],
  },

  *check({ metadata }) {
    for (const { at, subject, member, text } of displayTexts(metadata)) {
      const isProse = member === 'description'
      const fault =
        findDeception(isProse ? text.replaceAll(/[\t\n\r]/g, ' ') : text) ??
        findForeign(text, isProse)
      if (!fault) continue
      const { offset, length, clause } = fault
      yield {
        at,
        part: { offset, length },
        message: `${subject} ${clause}`,
        suggestion: 'write it in plain letters of one script, as users would type it',
      }
    }
  },
})

/** A tag that is closed, or has an attribute: `5 < 6 > 4` and `<name>` are none. */
const MARKUP = /<\/[a-z][^<>]*>|<[a-z][^<>=]*=[^<>]*>/i

/** What a text has that is no text: markup, and a URL where there is no prose around it. */
function findForeign(text: string, isProse: boolean): Deception | undefined {
  const markup = MARKUP.exec(text)
  if (markup) return toDeception(markup, 'has markup,')
  const url = isProse ? null : /https?:\/\//i.exec(text)
  return url ? toDeception(url, 'has a URL in it,') : undefined
}

const toDeception = ({ 0: found, index }: RegExpExecArray, clause: string): Deception => ({
  offset: index,
  length: found.length,
  clause: `${clause} ${quote(found)}`,
})
