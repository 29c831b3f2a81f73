import { defineRule } from '../core/define.js'
import { atproto, cimd, mcp } from '../core/spec.js'

export default defineRule({
  id: 'client-id-present',
  level: 'MUST',
  cites: [cimd('document'), mcp('required-members'), atproto('Client ID Metadata Document')],
  title: 'The document names its own client_id.',
  schema: { required: ['client_id'], properties: { client_id: { minLength: 1 } } },
  rationale: `
    The authorization server compares the \`client_id\` in the document with the URL it fetched.
    Without one anybody could republish the document under another name, so servers refuse it.`,
  examples: {
    valid: [
      { document: { client_id: 'https://client.example.com/cimd.json' } },
      // Another type is reported once, by json-types.
      { document: { client_id: 7 } },
    ],
    invalid: [
      { document: {}, at: ['/client_id'] },
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_name: 'Example Client' },
        at: ['/client_id'],
        fixed: { client_name: 'Example Client', client_id: 'https://client.example.com/cimd.json' },
      },
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_id: '' },
        at: ['/client_id'],
        fixed: { client_id: 'https://client.example.com/cimd.json' },
      },
      { document: { client_id: '' }, at: ['/client_id'] },
      { document: { Client_ID: 'https://client.example.com/cimd.json' }, at: ['/client_id'] },
      { text: '{"__proto__":{"client_id":"https://client.example.com/c"}}', at: ['/client_id'] },
    ],
  },

  *check({ metadata, value }) {
    const suggestion = 'write the https URL the document is published at'
    const fix = { identify: '/client_id' } as const
    if (metadata.client_id === '') {
      yield { at: '/client_id', message: 'client_id is empty', suggestion, fix }
    } else if (!('client_id' in value)) {
      yield { at: '/client_id', message: 'client_id is missing', suggestion, fix }
    }
  },
})
