import { defineRule } from '../core/define.js'
import { displayTexts } from '../core/display-text.js'
import { rfc } from '../core/spec.js'

/** In code points: what a line of a consent page holds. */
const LONG = 64

export default defineRule({
  id: 'name-concise',
  level: 'ADVICE',
  cites: [rfc(7591, '2'), rfc(8266, '2.1')],
  title: 'The names have at most 64 characters and no blanks around them.',
  rationale: `
    A consent page has one line for the name of the client and cuts what is longer, so that users read
    the beginning alone. Blanks at its ends make two names of one wherever names are compared.`,
  examples: {
    valid: [
      { document: { client_name: 'Example Client', organization_name: 'Example\u00a0Ltd' } },
      { document: { client_name: 'é'.repeat(64), 'client_name#ja': '💻'.repeat(64) } },
      // Meant to be read at length.
      { document: { description: ` ${'a'.repeat(200)}` } },
      // Reported by client-name-required, json-no-empty-strings and json-types.
      { document: { client_name: ' ', organization_name: '', 'client_name#de': 5 } },
    ],
    invalid: [
      {
        document: { client_name: 'é'.repeat(65), 'client_name#ja': '💻'.repeat(65) },
        at: ['/client_name', '/client_name#ja'],
        messages: [
          'client_name has 65 characters, and consent pages have room for about 64',
          'client_name#ja has 65 characters, and consent pages have room for about 64',
        ],
      },
      {
        document: { client_name: ' Example', organization_name: 'Example\u3000' },
        at: ['/client_name', '/organization_name'],
        messages: ['client_name begins with a blank', 'organization_name ends with a blank'],
      },
    ],
  },

  *check({ metadata }) {
    for (const { at, subject, member, text } of displayTexts(metadata)) {
      if (member === 'description' || text.trim() === '') continue
      if (text.trim() !== text) {
        const where = text.trimStart() === text ? 'ends' : 'begins'
        yield { at, message: `${subject} ${where} with a blank`, suggestion: 'remove it' }
      }
      const length = text.length > LONG ? Array.from(text).length : 0
      if (length <= LONG) continue
      yield {
        at,
        message: `${subject} has ${length} characters, and consent pages have room for about ${LONG}`,
        suggestion: 'shorten it to the name that users know',
      }
    }
  },
})
