import { defineRule } from '../core/define.js'
import { differencesOf } from '../core/difference.js'

export default defineRule({
  id: 'hosted-copy-same-bytes',
  level: 'ADVICE',
  cites: [],
  needs: 'copy',
  title: 'What is hosted has the bytes of the file.',
  rationale: `
    The same members in other bytes mean the same to every server, but a hash of the document differs,
    and something between the file and the host rewrites it.`,
  examples: {
    valid: [
      { document: { client_name: 'A' }, response: { body: '{"client_name":"A"}' } },
      // Reported by hosted-copy-agrees.
      { document: { client_name: 'A' }, response: { body: '{ "client_name": "B" }' } },
      { document: { client_name: 'A' }, response: { body: '<html>' } },
    ],
    invalid: [
      {
        document: { client_name: 'A' },
        response: { body: '{ "client_name": "A" }' },
        at: [''],
        messages: ['the hosted copy says the same in other bytes: 22 there, and 19 here'],
        suggestions: ['see what rewrites it on the way to the host'],
      },
    ],
  },

  *check({ text, value, copy }) {
    if (text === copy.text || copy.stage !== 'object') return
    const [difference] = differencesOf(value, copy.value as typeof value)
    if (difference) return
    yield {
      at: '',
      message: `the hosted copy says the same in other bytes: ${copy.bytes} there, and ${Buffer.byteLength(text)} here`,
      suggestion: 'see what rewrites it on the way to the host',
    }
  },
})
