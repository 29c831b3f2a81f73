import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

const CLIENT_ID = 'https://client.example.com/cimd.json'
const STAGING = 'https://staging.example.com/cimd.json'

export default defineRule({
  id: 'estate-client-name-unique',
  level: 'ADVICE',
  cites: [rfc(7591, '5')],
  needs: 'estate',
  reads: ['client_name'],
  title: 'No client on another host in the run has the client_name.',
  rationale: `
    Users know a client by its name. Where two on different hosts share one, such as production and
    staging, nobody can tell on a consent page or in a list of grants which is meant, and one that
    imitates another looks the same. Compared is as people read, without letter case, width and further
    blanks, with the documents before it; names in further languages are not.`,
  examples: {
    valid: [
      // On one host, and on one that nobody knows.
      {
        document: { client_id: CLIENT_ID, client_name: 'Example' },
        beside: [
          { client_id: 'https://Client.example.com/other.json', client_name: 'Example' },
          { client_name: 'Example' },
          { client_id: STAGING, client_name: 'Example (staging)' },
        ],
      },
      { document: { client_name: 'A' }, beside: [{ client_id: STAGING, client_name: 'A' }] },
      {
        document: { client_id: CLIENT_ID, client_name: ' ' },
        beside: [{ client_id: STAGING, client_name: '' }],
      },
      {
        document: { client_id: CLIENT_ID, client_name: 'Beispiel' },
        beside: [{ client_id: STAGING, client_name: 'Example', 'client_name#de': 'Beispiel' }],
      },
    ],
    invalid: [
      {
        document: { client_id: STAGING, client_name: 'Example Client' },
        beside: [{ client_id: CLIENT_ID, client_name: 'Example Client' }],
        at: ['/client_name'],
        messages: [
          'client_name "Example Client" is also that of a client on "client.example.com", in "other.json", and users cannot tell them apart',
        ],
        suggestions: ['say in the name what tells it apart, such as "(staging)"'],
      },
      {
        document: { client_id: STAGING, client_name: '\uff25xample\u00a0 STRASSE' },
        beside: [{ client_id: CLIENT_ID, client_name: ' example stra\u00dfe' }],
        at: ['/client_name'],
      },
      // The first on another host, though the first of all is on this one.
      {
        document: { client_id: CLIENT_ID, client_name: 'A' },
        beside: [
          { client_id: 'https://client.example.com/a.json', client_name: 'A' },
          { client_id: STAGING, client_name: 'A' },
        ],
        at: ['/client_name'],
        messages: [
          'client_name "A" is also that of a client on "staging.example.com", in "other-2.json", and users cannot tell them apart',
        ],
      },
    ],
  },

  *check({ metadata: { client_name = '' }, neighbours }) {
    const { host = '', name } = neighbours.name ?? {}
    if (name === undefined) return
    yield {
      at: '/client_name',
      message: `client_name ${quote(client_name)} is also that of a client on ${quote(host)}, in ${quote(name)}, and users cannot tell them apart`,
      suggestion: 'say in the name what tells it apart, such as "(staging)"',
    }
  },
})
