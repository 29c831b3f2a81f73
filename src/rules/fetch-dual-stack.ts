import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'

export default defineRule({
  id: 'fetch-dual-stack',
  level: 'ADVICE',
  cites: [],
  needs: 'response',
  title: 'The host of the document can be reached over IPv4.',
  rationale: `
    Many servers run where there is no IPv6, and cannot fetch what has an AAAA record alone.`,
  examples: {
    valid: [{ response: { address: '93.184.216.34' } }],
    invalid: [
      {
        response: { address: '2606:4700::1111' },
        at: [''],
        messages: ['the host answered at "2606:4700::1111", and at no IPv4 address'],
        suggestions: ['give its name an A record too'],
      },
    ],
  },

  *check({ answer: { address } }) {
    // IPv4 is tried first.
    if (address === undefined || !address.includes(':')) return
    yield {
      at: '',
      message: `the host answered at ${quote(address)}, and at no IPv4 address`,
      suggestion: 'give its name an A record too',
    }
  },
})
