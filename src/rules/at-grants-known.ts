import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer } from '../core/spec.js'

// Of these, "implicit" is reported by grant-no-implicit and "password" by grant-no-password.
const KNOWN = ['authorization_code', 'refresh_token', 'implicit', 'password']

export default defineRule({
  id: 'at-grants-known',
  level: 'MUST',
  cites: [atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['grant_types'],
  title: 'The grant_types list no grant that atproto servers do not know.',
  rationale: `
    The specification names two grants, and the server refuses a document that lists any other
    instead of passing over it. A client that uses more elsewhere needs a document of its own for
    atproto.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code', 'refresh_token'] } },
      { document: { grant_types: [] } },
      // Reported by grant-no-implicit, and by grant-no-password.
      { document: { grant_types: ['implicit', 'password'] } },
    ],
    invalid: [
      {
        document: {
          grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        },
        at: ['/grant_types/1'],
      },
      { document: { grant_types: ['x', 'x'] }, at: ['/grant_types/0'] },
      {
        document: { grant_types: ['Authorization_Code', 'client_credentials', 'refresh_token '] },
        at: ['/grant_types/0', '/grant_types/1', '/grant_types/2'],
      },
    ],
  },

  *check({ metadata: { grant_types = [] } }) {
    const passed = new Set(KNOWN)
    for (const [index, grant] of grant_types.entries()) {
      if (passed.has(grant)) continue
      // One that is listed again is reported by grant-unique.
      passed.add(grant)
      yield {
        at: `/grant_types/${index}`,
        message: `item ${index} of grant_types is ${quote(grant)}, but atproto servers know only "authorization_code" and "refresh_token"`,
        suggestion: 'remove it',
      }
    }
  },
})
