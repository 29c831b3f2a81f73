import { defineRule } from '../core/define.js'
import { codeUseOf, hasValue } from '../core/grants.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer } from '../core/spec.js'

export default defineRule({
  id: 'at-response-types',
  level: 'MUST',
  cites: [atproto('Request Fields'), atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['response_types'],
  title: 'The response_types list nothing but "code".',
  rationale: `
    An atproto request asks for a code and nothing beside it: there are no ID tokens, and access
    tokens come from the token endpoint. The server refuses a document that lists another type.`,
  examples: {
    valid: [
      { document: { response_types: ['code'] } },
      // Without any "code": reported by grant-response-consistent.
      { document: { response_types: [] } },
      { document: { response_types: ['id_token'] } },
      // Reported by grant-no-implicit.
      { document: { response_types: ['code', 'token', 'code token'] } },
      { document: { grant_types: ['implicit'], response_types: ['id_token'] } },
    ],
    invalid: [
      { document: { response_types: ['code', 'code id_token'] }, at: ['/response_types/1'] },
      {
        document: { response_types: ['code', 'Code', 'code '] },
        at: ['/response_types/1', '/response_types/2'],
      },
      { document: { response_types: ['none'], grant_types: [] }, at: ['/response_types/0'] },
    ],
  },

  *check(document) {
    const { grant_types, response_types = [] } = document.metadata
    const use = codeUseOf(document)
    if (use?.grant && !use.response) return
    const implicit = grant_types?.includes('implicit') ? ['token', 'id_token'] : ['token']
    for (const [index, type] of response_types.entries()) {
      if (type === 'code' || implicit.some((value) => hasValue(type, value))) continue
      yield {
        at: `/response_types/${index}`,
        message: `item ${index} of response_types is ${quote(type)}, and atproto knows only "code"`,
        suggestion: 'remove it',
      }
    }
  },
})
