import { defineRule } from '../core/define.js'

export default defineRule({
  id: 'policy-size',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The document is not larger than the policy allows.',
  rationale: `
    Servers read only so much of a document: the draft recommends 5 KB. An organisation that knows its
    servers can be stricter than they are.`,
  examples: {
    valid: [
      { document: { client_name: 'A' }, policy: { maxSize: 19 } },
      { document: { client_name: 'A' }, policy: {} },
      { document: { client_name: 'A' } },
    ],
    invalid: [
      {
        document: { client_name: 'Ä' },
        policy: { maxSize: 19 },
        at: [''],
        messages: ['the document has 20 bytes, and the policy allows 19'],
      },
    ],
  },

  *check({ bytes, policy: { says } }) {
    const { maxSize = Number.POSITIVE_INFINITY } = says
    if (bytes <= maxSize) return
    yield {
      at: '',
      message: `the document has ${bytes} bytes, and the policy allows ${maxSize}`,
      suggestion: 'leave out what no server reads',
    }
  },
})
