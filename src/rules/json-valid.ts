import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'json-valid',
  level: 'MUST',
  cites: [cimd('document'), rfc(8259, '2')],
  needs: 'text',
  title: 'The document is well-formed JSON.',
  rationale: `
    A server that cannot parse the document has no client to talk to. Comments, trailing commas
    and single quotes belong to other languages.`,
  examples: {
    valid: [{ text: '{"client_id":"https://client.example.com/cimd.json"}' }, { text: '[]' }],
    invalid: [
      { text: '{"redirect_uris":[],}', at: [''] },
      { text: '{"a":1 /* why */}', at: [''] },
      { text: "{'a':1}", at: [''] },
      { text: '{"a":"b', at: [''] },
      { text: '', at: [''] },
      { text: '<!doctype html>', at: [''] },
    ],
  },

  *check({ faults }) {
    for (const { kind, pointer, ...fault } of faults) {
      if (kind === 'syntax') yield { at: pointer, ...fault }
    }
  },
})
