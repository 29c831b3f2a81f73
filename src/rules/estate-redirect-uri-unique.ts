import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'

const CLIENT_ID = 'https://client.example.com/cimd.json'
const OTHER = 'https://other.example.com/cimd.json'

export default defineRule({
  id: 'estate-redirect-uri-unique',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(6749, '10.2'), rfc(8252, '8.6')],
  needs: 'estate',
  reads: ['redirect_uris'],
  title: 'Each redirection URI is that of no other client in the run.',
  rationale: `
    The redirection URI is what keeps one public client from passing as another. Where two share one,
    the codes of either arrive at the same place; with a scheme of its own it is whichever app
    registered that scheme last. URIs are compared character by character, with the documents before it, and
    clients are two where their \`client_id\` differs. Loopback is everybody's and does not count.`,
  examples: {
    valid: [
      {
        document: { client_id: CLIENT_ID, redirect_uris: ['https://client.example.com/cb'] },
        beside: [{ client_id: OTHER, redirect_uris: ['https://other.example.com/cb'] }],
      },
      {
        document: {
          client_id: CLIENT_ID,
          redirect_uris: [
            'https://client.example.com/cb',
            'http://127.0.0.1/cb',
            'http://localhost:3000/cb',
            'http://[::1]/cb',
            '/cb',
            'urn:ietf:wg:oauth:2.0:oob',
          ],
        },
        beside: [
          {
            client_id: OTHER,
            redirect_uris: [
              'https://client.example.com/cb/',
              'http://127.0.0.1/cb',
              'http://localhost:3000/cb',
              'http://[::1]/cb',
              '/cb',
              'urn:ietf:wg:oauth:2.0:oob',
            ],
          },
        ],
      },
      // The same client, and one that nobody knows.
      {
        document: { client_id: CLIENT_ID, redirect_uris: ['https://client.example.com/cb'] },
        beside: [
          { client_id: CLIENT_ID, redirect_uris: ['https://client.example.com/cb'] },
          { redirect_uris: ['https://client.example.com/cb'] },
        ],
      },
      {
        document: {
          client_id: CLIENT_ID,
          redirect_uris: ['https://client.example.com/cb', 'https://client.example.com/cb'],
        },
        beside: [{ client_id: OTHER }],
      },
    ],
    invalid: [
      {
        document: { client_id: CLIENT_ID, redirect_uris: ['com.example.app:/cb'] },
        beside: [{ client_id: OTHER, redirect_uris: ['com.example.app:/cb'] }],
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "com.example.app:/cb", is also that of the client "https://other.example.com/cimd.json", in "other.json", and either may get the codes of the other',
        ],
        suggestions: ['give each client a redirection URI of its own'],
      },
      {
        document: {
          client_id: CLIENT_ID,
          redirect_uris: [
            'https://a.example.com/cb',
            'http://localhost/cb',
            'https://b.example.com/cb',
          ],
        },
        beside: [
          { client_id: CLIENT_ID, redirect_uris: ['https://b.example.com/cb'] },
          {
            client_id: OTHER,
            redirect_uris: ['https://b.example.com/cb', 'https://a.example.com/cb'],
          },
        ],
        at: ['/redirect_uris/0', '/redirect_uris/2'],
      },
    ],
  },

  *check({ neighbours }) {
    for (const { redirect, neighbour } of neighbours.redirects) {
      const { client = '', name } = neighbour
      yield {
        at: redirect.at,
        message: `${subjectOf(redirect.at, redirect.text)} is also that of the client ${quote(client)}, in ${quote(name)}, and either may get the codes of the other`,
        suggestion: 'give each client a redirection URI of its own',
      }
    }
  },
})
