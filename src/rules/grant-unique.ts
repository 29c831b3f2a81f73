import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'grant-unique',
  level: 'ADVICE',
  cites: [rfc(7591, '2'), atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['grant_types'],
  schema: { properties: { grant_types: { uniqueItems: true } } },
  title: 'The grant_types list nothing twice.',
  rationale: `
    A grant that is listed again says nothing new. Most servers pass over it; the one of atproto refuses
    the document.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code', 'refresh_token'] } },
      { document: { grant_types: ['authorization_code', 'Authorization_Code'] } },
      { document: { grant_types: [] } },
    ],
    invalid: [
      {
        document: { grant_types: ['authorization_code', 'refresh_token', 'authorization_code'] },
        at: ['/grant_types/2'],
        fixed: { grant_types: ['authorization_code', 'refresh_token'] },
      },
      {
        document: { grant_types: ['', '', ''] },
        at: ['/grant_types/1', '/grant_types/2'],
        fixed: { grant_types: [''] },
      },
    ],
  },

  *check({ metadata: { grant_types = [] } }) {
    const seen = new Set<string>()
    for (const [index, grant] of grant_types.entries()) {
      if (seen.has(grant)) {
        yield {
          at: `/grant_types/${index}`,
          message: `item ${index} of grant_types is ${quote(grant)}, which is listed before`,
          suggestion: 'remove it',
          fix: { remove: `/grant_types/${index}` },
        }
      }
      seen.add(grant)
    }
  },
})
