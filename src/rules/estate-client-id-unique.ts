import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

const CLIENT_ID = 'https://client.example.com/cimd.json'

export default defineRule({
  id: 'estate-client-id-unique',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(3986, '6.2.1'), cimd('document')],
  needs: 'estate',
  reads: ['client_id'],
  title: 'The client_id is that of no other document in the run.',
  rationale: `
    A \`client_id\` is one URL, and one document is published there: of two files with the same one,
    one is published by mistake or not at all, and servers ask users for consent to the other. Compared
    is character by character, with the documents before it. A file and what is fetched from its URL are
    one document, and so is one that is judged under several profiles.`,
  examples: {
    valid: [
      {
        document: { client_id: CLIENT_ID },
        beside: [
          { client_id: 'https://client.example.com/other.json' },
          { client_id: 'https://client.example.com:443/cimd.json' },
          { client_name: 'Example Client' },
        ],
      },
      { document: { client_id: '' }, beside: [{ client_id: '' }] },
      // The published document, and the file.
      {
        response: { body: JSON.stringify({ client_id: CLIENT_ID }) },
        url: CLIENT_ID,
        beside: [{ client_id: CLIENT_ID }],
      },
    ],
    invalid: [
      {
        document: { client_id: CLIENT_ID, client_name: 'Example Client' },
        beside: [{ client_id: CLIENT_ID, client_name: 'Old Client' }],
        at: ['/client_id'],
        messages: [
          'client_id is also that of "other.json", but only one document can be published at a URL',
        ],
        suggestions: ['give each client a client_id of its own, or keep one of the documents'],
      },
      {
        document: { client_id: 'a' },
        beside: [{ client_id: 'b' }, { client_id: 'a' }, { client_id: 'a' }],
        at: ['/client_id'],
        messages: [
          'client_id is also that of "other-2.json", but only one document can be published at a URL',
        ],
      },
    ],
  },

  *check({ neighbours }) {
    if (!neighbours.clientId) return
    yield {
      at: '/client_id',
      message: `client_id is also that of ${quote(neighbours.clientId.name)}, but only one document can be published at a URL`,
      suggestion: 'give each client a client_id of its own, or keep one of the documents',
    }
  },
})
