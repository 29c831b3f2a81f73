import { defineRule } from '../core/define.js'
import { displayTexts } from '../core/display-text.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'

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
    page: users are asked to trust "Your Application Name".`,
  examples: {
    valid: [
      { document: { client_name: 'My Notes App', organization_name: 'Your Name Here Ltd' } },
      {
        document: { client_name: 'TODO', description: 'Replace me, change your name: 5 < 6 > 4 %' },
      },
      { document: { client_name: 'Example', contacts: ['your-team@client.example.com'] } },
      // Markup is reported by name-honest, URLs by uri-no-placeholder.
      {
        document: {
          client_name: '<img src=x>',
          client_uri: 'https://client.example.com/YOUR_PAGE',
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
          contacts: ['a@example.com', '<email>'],
        },
        at: ['/contacts/1'],
        messages: ['item 1 of contacts has a placeholder left in it, "<email>"'],
      },
    ],
  },

  *check({ metadata }) {
    for (const { at, subject, text } of displayTexts(metadata)) {
      const placeholder = findPlaceholder(text)
      if (placeholder) yield toFinding(at, subject, placeholder)
    }
    for (const [index, text] of (metadata.contacts ?? []).entries()) {
      const placeholder = findPlaceholder(text)
      if (placeholder)
        yield toFinding(`/contacts/${index}`, `item ${index} of contacts`, placeholder)
    }
  },
})

function findPlaceholder(text: string): RegExpExecArray | undefined {
  for (const pattern of PLACEHOLDERS) {
    const match = pattern.exec(text)
    if (match) return match
  }
  return undefined
}

const toFinding = (
  at: Pointer,
  subject: string,
  { 0: found, index }: RegExpExecArray,
): Finding => ({
  at,
  part: { offset: index, length: found.length },
  message: `${subject} has a placeholder left in it, ${quote(found)}`,
  suggestion: at === '/client_name' ? 'fill it in' : 'fill it in, or leave the member out',
})
