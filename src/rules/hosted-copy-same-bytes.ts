import { defineRule } from '../core/define.js'

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
    valid: [{ document: { client_name: 'A' }, response: { body: '{"client_name":"A"}' } }],
    invalid: [
      {
        document: { client_name: 'A' },
        response: { body: '{ "client_name": "A" }' },
        at: [''],
        messages: ['the hosted copy has other bytes than this file: 22 and 19'],
        suggestions: ['see what rewrites it on the way to the host'],
      },
    ],
  },

  *check({ text, copy }) {
    if (text === copy.text) return
    yield {
      at: '',
      message: `the hosted copy has other bytes than this file: ${copy.bytes} and ${Buffer.byteLength(text)}`,
      suggestion: 'see what rewrites it on the way to the host',
    }
  },
})
