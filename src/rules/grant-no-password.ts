import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'grant-no-password',
  level: 'MUST',
  cites: [rfc(9700, '2.4')],
  reads: ['grant_types'],
  title: 'The grant_types do not list "password".',
  schema: { properties: { grant_types: { items: { not: { const: 'password' } } } } },
  rationale: `
    The resource owner password credentials grant hands the user's password to the client. RFC 9700
    forbids it, and OAuth 2.1 no longer has it.`,
  examples: {
    valid: [{ document: { grant_types: ['authorization_code', 'refresh_token'] } }],
    invalid: [
      { document: { grant_types: ['password'] }, at: ['/grant_types/0'] },
      { document: { grant_types: ['authorization_code', 'password'] }, at: ['/grant_types/1'] },
    ],
  },

  *check({ metadata: { grant_types = [] } }) {
    for (const [index, grant] of grant_types.entries()) {
      if (grant !== 'password') continue
      yield {
        at: `/grant_types/${index}`,
        message: `item ${index} of grant_types is "password", which hands the user's password to the client`,
        suggestion: 'use "authorization_code" with PKCE',
      }
    }
  },
})
