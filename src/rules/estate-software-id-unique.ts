import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

const CLIENT_ID = 'https://client.example.com/cimd.json'
const STAGING = 'https://staging.example.com/cimd.json'
const SOFTWARE = '4NRB1-0XZABZI9E6-5SM3R'

export default defineRule({
  id: 'estate-software-id-unique',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  needs: 'estate',
  reads: ['software_id'],
  title: 'No client on another host in the run has the software_id.',
  rationale: `
    A \`software_id\` stays the same for every instance of one piece of software, so production and
    staging share theirs by design, and this is only told. It is wrong where a document was copied for
    another piece of software: a server that trusts or blocks the one then means both. Compared is
    character by character, with the documents before it.`,
  examples: {
    valid: [
      {
        document: { client_id: CLIENT_ID, software_id: SOFTWARE },
        beside: [
          { client_id: 'https://client.example.com/other.json', software_id: SOFTWARE },
          { client_id: STAGING, software_id: SOFTWARE.toLowerCase() },
          { client_id: STAGING },
        ],
      },
    ],
    invalid: [
      {
        document: { client_id: STAGING, software_id: SOFTWARE },
        beside: [{ client_id: CLIENT_ID, software_id: SOFTWARE }],
        at: ['/software_id'],
        messages: [
          'software_id "4NRB1-0XZABZI9E6-5SM3R" is also that of a client on "client.example.com", in "other.json", so both are instances of one piece of software',
        ],
        suggestions: ['keep it if they are, and else give each piece of software its own'],
      },
    ],
  },

  *check({ metadata: { software_id = '' }, neighbours }) {
    const { host = '', name } = neighbours.software ?? {}
    if (name === undefined) return
    yield {
      at: '/software_id',
      message: `software_id ${quote(software_id)} is also that of a client on ${quote(host)}, in ${quote(name)}, so both are instances of one piece of software`,
      suggestion: 'keep it if they are, and else give each piece of software its own',
    }
  },
})
