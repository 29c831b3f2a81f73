import { isForAtproto } from '../core/atproto-scope.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { rfc, thread } from '../core/spec.js'

// Of these, "implicit" is reported by grant-no-implicit and "password" by grant-no-password.
const USUAL = ['authorization_code', 'refresh_token', 'implicit', 'password']

export default defineRule({
  id: 'grant-extra-ok',
  level: 'ADVICE',
  floor: 'warning',
  cites: [
    rfc(7591, '2'),
    thread('keycloak/keycloak', 50362),
    thread('better-auth/better-auth', 9734),
    thread('stacklok/toolhive', 6290),
  ],
  reads: ['grant_types'],
  title: 'Beside "authorization_code" the grant_types list only "refresh_token".',
  rationale: `
    A client may list every grant it knows, and a server should pass over those it does not have.
    But better-auth, and Keycloak and ToolHive in versions that are still in use, refuse the whole
    document for \`device_code\` or \`jwt-bearer\`, so that nobody can sign in there.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code', 'refresh_token'] } },
      // Another kind of client.
      { document: { grant_types: ['client_credentials'], response_types: [] } },
      { document: { grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] } },
      { document: { grant_types: [] } },
      // Reported by grant-no-implicit, grant-no-password, grant-unique and json-types.
      { document: { grant_types: ['authorization_code', 'implicit', 'password'] } },
      { document: { grant_types: ['authorization_code', 'authorization_code'] } },
      { document: { grant_types: ['authorization_code', 5] } },
      // Reported by at-grants-known.
      { document: { grant_types: ['authorization_code', 'x'], scope: 'atproto' } },
    ],
    invalid: [
      {
        document: {
          grant_types: [
            'authorization_code',
            'refresh_token',
            'urn:ietf:params:oauth:grant-type:device_code',
          ],
        },
        at: ['/grant_types/2'],
        messages: [
          'item 2 of grant_types is "urn:ietf:params:oauth:grant-type:device_code", for which some servers refuse the document',
        ],
      },
      {
        document: {
          grant_types: [
            'urn:ietf:params:oauth:grant-type:jwt-bearer',
            'Refresh_Token',
            'authorization_code',
            'Refresh_Token',
            '',
          ],
        },
        at: ['/grant_types/0', '/grant_types/1', '/grant_types/4'],
      },
    ],
  },

  *check({ metadata }) {
    const { grant_types = [] } = metadata
    if (grant_types.every((grant) => USUAL.includes(grant))) return
    if (!grant_types.includes('authorization_code') || isForAtproto(metadata)) return
    const passed = new Set(USUAL)
    for (const [index, grant] of grant_types.entries()) {
      if (passed.has(grant)) continue
      // One that is listed again is reported by grant-unique.
      passed.add(grant)
      yield {
        at: `/grant_types/${index}`,
        message: `item ${index} of grant_types is ${quote(grant)}, for which some servers refuse the document`,
        suggestion: 'remove it where the client can do without, or publish a document for each use',
      }
    }
  },
})
