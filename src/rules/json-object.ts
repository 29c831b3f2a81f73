import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'json-object',
  level: 'MUST',
  cites: [cimd('document'), rfc(7591, '2')],
  needs: 'json',
  title: 'The document is a JSON object.',
  rationale: `
    Client metadata are the members of one object, \`client_id\` among them. A list of clients, a
    string or \`null\` has no members.`,
  examples: {
    valid: [{ text: '{}' }],
    invalid: [
      { text: '[{"client_id":"https://client.example.com/cimd.json"}]', at: [''] },
      { text: 'null', at: [''] },
      { text: '"https://client.example.com/cimd.json"', at: [''] },
    ],
  },

  *check({ value }) {
    const isList = Array.isArray(value)
    if (typeof value === 'object' && value !== null && !isList) return
    const actual = isList ? 'an array' : value === null ? 'null' : `a ${typeof value}`
    yield {
      at: '',
      message: `the document is ${actual}, not an object`,
      suggestion: 'publish one object with the metadata of one client',
    }
  },
})
