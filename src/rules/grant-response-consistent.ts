import { defineRule } from '../core/define.js'
import { codeUseOf } from '../core/grants.js'
import { atproto, rfc } from '../core/spec.js'

export default defineRule({
  id: 'grant-response-consistent',
  level: 'SHOULD',
  floor: 'warning',
  cites: [rfc(7591, '2.1'), atproto('Client ID Metadata Document')],
  reads: ['grant_types', 'response_types'],
  title: 'The grant "authorization_code" and the response type "code" are listed together.',
  rationale: `
    The code that the authorization endpoint issues is what the grant spends at the token endpoint;
    one without the other is of no use, and servers refuse it. A member that is left out has its
    default, \`["authorization_code"]\` or \`["code"]\`.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code'], response_types: ['code'] } },
      { document: { grant_types: ['refresh_token', 'authorization_code'] } },
      { document: { response_types: ['code id_token'] } },
      { document: { grant_types: ['client_credentials'], response_types: [] } },
      // Reported by grant-no-implicit, grant-no-password and json-types.
      { document: { grant_types: ['implicit'] } },
      { document: { response_types: ['token'] } },
      { document: { grant_types: ['password'] } },
      { document: { grant_types: 'client_credentials' } },
      { document: { grant_types: ['client_credentials'], response_types: 'token' } },
    ],
    invalid: [
      {
        document: { grant_types: ['refresh_token'], response_types: ['code'] },
        at: ['/response_types'],
      },
      { document: { grant_types: ['client_credentials'] }, at: ['/grant_types'] },
      { document: { grant_types: [] }, at: ['/grant_types'] },
      {
        document: { grant_types: ['authorization_code'], response_types: [] },
        at: ['/response_types'],
      },
      { document: { response_types: ['id_token', 'Code'] }, at: ['/response_types'] },
    ],
  },

  *check(document) {
    const { value } = document
    const use = codeUseOf(document)
    if (!use || use.grant === use.response) return
    if (use.grant) {
      const is = 'grant_types' in value ? 'lists' : 'is missing, which means'
      yield {
        at: '/response_types',
        message: `response_types has no "code", but grant_types ${is} "authorization_code"`,
        suggestion: 'add "code" to response_types',
      }
    } else if ('response_types' in value) {
      yield {
        at: '/response_types',
        message: 'response_types has "code", but grant_types does not list "authorization_code"',
        suggestion: 'add "authorization_code" to grant_types, or remove "code"',
      }
    } else {
      yield {
        at: '/grant_types',
        message:
          'grant_types does not list "authorization_code", but response_types is missing, which means "code"',
        suggestion: 'add "authorization_code", or set response_types to []',
      }
    }
  },
})
