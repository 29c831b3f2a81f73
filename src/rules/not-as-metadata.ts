import { defineRule } from '../core/define.js'
import { isServerMember } from '../core/server-metadata.js'
import { rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'not-as-metadata',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(8414, '2'), rfc(9728, '2'), thread('keycloak/keycloak', 51236)],
  title: 'No member is one that describes a server.',
  rationale: `
    The metadata of a server and that of a client look alike, and each has members of its own. What a
    client says about endpoints or code challenges no server reads: it knows its own, and sees how the
    client goes about it in each request. Strict servers, Keycloak among them, refuse the document.`,
  examples: {
    valid: [
      // Names that clients have too.
      {
        document: {
          jwks_uri: 'a',
          token_endpoint_auth_methods_supported: ['none'],
          subject_types_supported: ['public'],
          require_pushed_authorization_requests: true,
        },
      },
      { document: { Issuer: 'a', code_challenge_method: 'S256' } },
    ],
    invalid: [
      {
        document: {
          issuer: 'https://client.example.com',
          code_challenge_methods_supported: ['S256'],
        },
        at: ['/issuer', '/code_challenge_methods_supported'],
        parts: ['"issuer"', '"code_challenge_methods_supported"'],
        messages: [
          'issuer describes a server, so in the document of a client it is ignored or refused',
          'code_challenge_methods_supported describes a server, so in the document of a client it is ignored or refused',
        ],
      },
      {
        document: { scopes_supported: [], authorization_servers: null },
        at: ['/scopes_supported', '/authorization_servers'],
      },
    ],
  },

  *check({ value }) {
    for (const name of Object.keys(value)) {
      if (!isServerMember(name)) continue
      yield {
        at: `/${name}`,
        on: 'key',
        message: `${name} describes a server, so in the document of a client it is ignored or refused`,
        suggestion: 'remove it',
      }
    }
  },
})
