import { defineRule } from '../core/define.js'
import { atproto, rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-xor-jwks-uri',
  level: 'MUST',
  cites: [rfc(7591, '2'), atproto('Client ID Metadata Document')],
  reads: ['jwks'],
  title: 'Not both jwks and jwks_uri are present.',
  schema: { not: { required: ['jwks', 'jwks_uri'] } },
  rationale: `
    Two key sets that differ make it a matter of chance which keys a server trusts. \`jwks_uri\` is
    preferred: keys rotate without a change of the document.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [] } } },
      { document: { jwks_uri: 'https://client.example.com/jwks.json' } },
    ],
    invalid: [
      {
        document: { jwks: { keys: [] }, jwks_uri: 'https://client.example.com/jwks.json' },
        at: ['/jwks'],
      },
    ],
  },

  *check({ value }) {
    if (!('jwks_uri' in value)) return
    yield {
      at: '/jwks',
      on: 'key',
      message: 'jwks stands beside jwks_uri, and only one of them may',
      suggestion: 'keep jwks_uri',
    }
  },
})
