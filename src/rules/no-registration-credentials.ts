import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'no-registration-credentials',
  level: 'ADVICE',
  floor: 'error',
  cites: [rfc(7592, '3'), cimd('credentials')],
  reads: ['registration_access_token'],
  title: 'The document has no registration_access_token.',
  schema: { properties: { registration_access_token: false } },
  rationale: `
    It is a bearer token: whoever has it may change or delete the registration it was issued for. It
    comes in the answer to a dynamic registration and was never meant to be published.`,
  examples: {
    valid: [{ document: { token_endpoint_auth_method: 'none' } }],
    invalid: [
      {
        document: { registration_access_token: 'reg-23410913' },
        at: ['/registration_access_token'],
      },
    ],
  },

  *check() {
    yield {
      at: '/registration_access_token',
      on: 'key',
      message: 'registration_access_token, a bearer token, is in a document that anyone can fetch',
      suggestion: 'remove it, and have the token revoked where it was ever published',
    }
  },
})
