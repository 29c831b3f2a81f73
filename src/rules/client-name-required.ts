import { defineRule } from '../core/define.js'
import { mcp, rfc } from '../core/spec.js'

export default defineRule({
  id: 'client-name-required',
  level: 'SHOULD',
  cites: [rfc(7591, '2'), mcp('required-members')],
  title: 'The document has a client_name.',
  schema: { required: ['client_name'], properties: { client_name: { pattern: '\\S' } } },
  rationale: `
    It is what the user reads on the consent page. MCP requires it; elsewhere a server may show the
    bare \`client_id\` instead.`,
  examples: {
    valid: [
      { document: { client_name: 'Example Client' } },
      // Another type is reported once, by json-types.
      { document: { client_name: 5 } },
    ],
    invalid: [
      { document: {}, at: ['/client_name'] },
      { document: { client_name: '' }, at: ['/client_name'] },
      { document: { client_name: ' \u00a0' }, at: ['/client_name'] },
      { document: { 'client_name#de': 'Beispiel' }, at: ['/client_name'] },
    ],
  },

  *check({ metadata: { client_name }, value }) {
    const suggestion = 'write the name that users know the client by'
    if (!('client_name' in value)) {
      yield { at: '/client_name', message: 'client_name is missing', suggestion }
    } else if (client_name?.trim() === '') {
      yield { at: '/client_name', message: 'client_name is empty', suggestion }
    }
  },
})
