import { defineRule } from '../core/define.js'
import { displayTexts } from '../core/display-text.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'

/** A placeholder that can stand in a URL: of the others no URL may hold the characters. */
const CAPITALS = /\b(?:YOUR[-_][A-Z][A-Z0-9_-]*|(?:REPLACE|CHANGE)[-_]?ME(?![A-Z])[A-Z0-9_-]*)/

/** What templates put where something is to be filled in. */
const PLACEHOLDERS: readonly RegExp[] = [
  CAPITALS,
  /\{\{[^{}]*\}\}|\$\{[^{}]*\}/,
  /%[A-Z][A-Z0-9_]{2,}%/,
  /<[A-Za-z][\w .-]*>/,
  /^\s*your\b.*\bname\s*$/is,
  /^\s*(?:my|your) (?:app|application|client|company|organization)\s*$/i,
  /^\s*(?:app|application|client|company|organization)[-_ ]name\s*$/i,
]

export default defineRule({
  id: 'display-no-placeholder',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  title: 'Nothing that users see is a placeholder of a template.',
  rationale: `
    Templates and examples leave gaps to be filled in, and what is left of them stands on the consent
    page: users are asked to trust "Your Application Name", or follow a link that leads nowhere.`,
  examples: {
    valid: [
      { document: { client_name: 'My Notes App', organization_name: 'Your Name Here Ltd' } },
      {
        document: { client_name: 'TODO', description: 'Replace me, change your name: 5 < 6 > 4 %' },
      },
      { document: { client_name: 'Example', contacts: ['your-team@client.example.com'] } },
      // Markup is reported by name-honest, and what is no URL by uri-absolute.
      { document: { client_name: '<img src=x>', client_uri: 'YOUR_URL' } },
      // Percent-encoded: "é", "テスト".
      {
        document: {
          client_uri: 'https://client.example.com/caf%C3%A9/%E3%83%86%E3%82%B9',
          tos_uri: 'https://client.example.com/%C3ABC%20',
        },
      },
      {
        document: { client_name: 'CHANGE-MAKERS of YOURS', organization_name: 'REPLACEMENT_PARTS' },
      },
      // What no user sees.
      { document: { software_id: 'YOUR_ID', contacts: [5], client_name: 5 } },
    ],
    invalid: [
      {
        document: { client_name: 'Your Application Name' },
        at: ['/client_name'],
        messages: ['client_name has a placeholder left in it, "Your Application Name"'],
      },
      {
        document: {
          client_name: 'YOUR_CLIENT_NAME',
          'client_name#de': '<client name>',
          organization_name: 'About {{ name }}',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one that was forgotten
          'organization_name#fr': '${ORG}',
          description: 'Client of %COMPANY%',
          'description#it': 'REPLACE-ME',
        },
        at: [
          '/client_name',
          '/client_name#de',
          '/organization_name',
          '/organization_name#fr',
          '/description',
          '/description#it',
        ],
      },
      {
        document: {
          client_name: ' my app ',
          organization_name: 'Your Company',
          'client_name#a': 'client_name',
        },
        at: ['/client_name', '/organization_name', '/client_name#a'],
      },
      {
        document: {
          client_uri: 'https://YOUR_DOMAIN.example.com/',
          'logo_uri#de': 'https://client.example.com/YOUR-LOGO.png',
          contacts: ['a@example.com', '<email>'],
        },
        at: ['/contacts/1', '/client_uri', '/logo_uri#de'],
        messages: [
          'item 1 of contacts has a placeholder left in it, "<email>"',
          'client_uri has a placeholder left in it, "YOUR_DOMAIN"',
          'logo_uri#de has a placeholder left in it, "YOUR-LOGO"',
        ],
      },
    ],
  },

  *check({ metadata, urls }) {
    const contacts = (metadata.contacts ?? []).map((text, index) => ({
      at: `/contacts/${index}` as const,
      subject: `item ${index} of contacts`,
      text,
    }))
    const links = urls.filter(({ url }) => url !== undefined)
    for (const { at, subject, text } of [...displayTexts(metadata), ...contacts]) {
      yield* judge(at, subject, text, PLACEHOLDERS)
    }
    for (const { at, subject, text } of links) yield* judge(at, subject, text, [CAPITALS])
  },
})

function* judge(
  at: Pointer,
  subject: string,
  text: string,
  patterns: readonly RegExp[],
): Iterable<Finding> {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (!match) continue
    const [found] = match
    yield {
      at,
      part: { offset: match.index, length: found.length },
      message: `${subject} has a placeholder left in it, ${quote(found)}`,
      suggestion: 'fill it in, or leave the member out',
    }
    return
  }
}
