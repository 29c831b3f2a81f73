import { defineRule } from '../core/define.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'no-client-secret-expires-at',
  level: 'MUST',
  cites: [cimd('credentials')],
  reads: ['client_secret_expires_at'],
  title: 'The document has no client_secret_expires_at.',
  schema: { properties: { client_secret_expires_at: false } },
  rationale: `
    It belongs to the answer of a registration server and says when a secret ends. Here is no
    secret.`,
  examples: {
    valid: [{ document: { token_endpoint_auth_method: 'none' } }],
    invalid: [
      {
        document: { client_secret_expires_at: 0 },
        at: ['/client_secret_expires_at'],
        fixed: {},
      },
      {
        document: { client_secret_expires_at: null },
        at: ['/client_secret_expires_at'],
        fixed: {},
      },
      // It says when the published secret ends by itself.
      {
        document: { client_secret: 's', client_secret_expires_at: 1800000000 },
        at: ['/client_secret_expires_at'],
      },
    ],
  },

  *check({ value }) {
    yield {
      at: '/client_secret_expires_at',
      on: 'key',
      message: 'client_secret_expires_at is in the document, and the client can have no secret',
      suggestion: 'remove it',
      fix: 'client_secret' in value ? undefined : { remove: '/client_secret_expires_at' },
    }
  },
})
