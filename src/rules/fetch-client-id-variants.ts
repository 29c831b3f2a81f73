import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-client-id-variants',
  level: 'ADVICE',
  cites: [rfc(3986, '6.2.1'), cimd('document')],
  needs: 'probes',
  title: 'Other spellings of the URL serve no document with another client_id.',
  rationale: `
    Each spelling is a client identifier of its own, and the document it serves names another. A user
    who copies such a URL gets an error that is hard to read; 404 tells at once.`,
  examples: {
    valid: [
      {
        response: {},
        probes: [
          { kind: 'spelling', how: 'at "https://client.example.com/x"', response: { status: 404 } },
        ],
      },
    ],
    invalid: [
      {
        response: {},
        probes: [
          {
            kind: 'spelling',
            how: 'at "https://client.example.com/cimd.json/"',
            url: 'https://client.example.com/cimd.json/',
            response: {},
          },
        ],
        at: [''],
        messages: [
          'asked at "https://client.example.com/cimd.json/", the host sends a document whose client_id is "https://client.example.com/cimd.json"',
        ],
        suggestions: ['answer 404 at every URL but the client_id'],
      },
    ],
  },

  *check({ probes }) {
    for (const { kind, how, exchange, answer, clientId } of probes) {
      if (kind !== 'spelling' || answer?.status !== 200 || clientId === undefined) continue
      if (answer.url === clientId) continue
      yield {
        at: '',
        exchange,
        message: `asked ${how}, the host sends a document whose client_id is ${quote(clientId)}`,
        suggestion: 'answer 404 at every URL but the client_id',
      }
    }
  },
})
