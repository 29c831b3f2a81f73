import { defineRule } from '../core/define.js'
import { codeUseOf } from '../core/grants.js'
import { atproto } from '../core/spec.js'

export default defineRule({
  id: 'grant-code-present',
  level: 'MUST',
  cites: [atproto('Client ID Metadata Document')],
  reads: ['grant_types'],
  title: 'The grant_types list "authorization_code".',
  rationale: `
    It is the only grant that an atproto session begins with. \`refresh_token\` prolongs a session, and
    cannot begin one.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code'], response_types: ['code'] } },
      { document: { grant_types: ['refresh_token', 'authorization_code'], response_types: [] } },
      // Reported by grant-response-consistent, once for both members.
      { document: { grant_types: ['refresh_token'], response_types: ['code'] } },
      { document: { grant_types: ['refresh_token'] } },
      // Reported by grant-no-implicit, and by grant-no-password.
      { document: { grant_types: ['implicit'], response_types: ['token'] } },
      { document: { grant_types: ['password'], response_types: [] } },
    ],
    invalid: [
      { document: { grant_types: [], response_types: [] }, at: ['/grant_types'] },
      {
        document: { grant_types: ['client_credentials'], response_types: ['id_token'] },
        at: ['/grant_types'],
      },
    ],
  },

  *check(document) {
    const use = codeUseOf(document)
    if (!use || use.grant || use.response) return
    yield {
      at: '/grant_types',
      message:
        'grant_types does not list "authorization_code", which every atproto session begins with',
      suggestion: 'add "authorization_code" to grant_types, and "code" to response_types',
    }
  },
})
