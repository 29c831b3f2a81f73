import { defineRule } from '../core/define.js'
import { findImplicit } from '../core/grants.js'
import { quote } from '../core/printable.js'
import { atprotoServer, oauth21, rfc } from '../core/spec.js'

export default defineRule({
  id: 'grant-no-implicit',
  level: 'SHOULD',
  floor: 'warning',
  cites: [
    rfc(9700, '2.1.2'),
    oauth21('implicit-grant'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
  ],
  reads: ['grant_types', 'response_types'],
  title: 'The client gets no access token from the authorization endpoint.',
  rationale: `
    The implicit grant puts access tokens into the address of a page, from where they leak and where
    they can be replaced. RFC 9700 advises against it, and OAuth 2.1 no longer has it. The response
    type "code id_token" is another matter: it issues no access token there.`,
  examples: {
    valid: [
      { document: { grant_types: ['authorization_code'], response_types: ['code'] } },
      { document: { response_types: ['code id_token', 'id_token', 'tokens', 'x-token'] } },
      { document: { grant_types: ['Implicit', 'token'] } },
    ],
    invalid: [
      { document: { grant_types: ['authorization_code', 'implicit'] }, at: ['/grant_types/1'] },
      // Two signs of one grant.
      {
        document: { grant_types: ['implicit'], response_types: ['token'] },
        at: ['/grant_types/0'],
      },
      { document: { response_types: ['code', 'code token'] }, at: ['/response_types/1'] },
      {
        document: { grant_types: ['authorization_code'], response_types: ['id_token token'] },
        at: ['/response_types/0'],
      },
    ],
  },

  *check({ metadata }) {
    const implicit = findImplicit(metadata)
    if (!implicit) return
    const { member, index, text } = implicit
    yield {
      at: `/${member}/${index}`,
      message: `item ${index} of ${member} is ${quote(text)}, which sends access tokens through the browser`,
      suggestion: 'use "authorization_code" and "code" with PKCE',
    }
  },
})
