import { defineRule } from '../core/define.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'no-client-secret',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials')],
  reads: ['client_secret'],
  title: 'The document has no client_secret.',
  schema: { properties: { client_secret: false } },
  rationale: `
    The document is public: whoever can fetch it has the secret. A secret that was published is
    known, whatever becomes of the file.`,
  examples: {
    valid: [{ document: { token_endpoint_auth_method: 'none' } }],
    invalid: [
      { document: { client_secret: 'correct horse' }, at: ['/client_secret'] },
      { document: { client_secret: null }, at: ['/client_secret'] },
    ],
  },

  *check() {
    yield {
      at: '/client_secret',
      on: 'key',
      message: 'client_secret is in a document that anyone can fetch',
      suggestion: 'remove it, and revoke the secret where it was ever published',
    }
  },
})
