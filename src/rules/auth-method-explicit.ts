import { defineRule } from '../core/define.js'
import { atprotoServer, cimd, rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'auth-method-explicit',
  level: 'ADVICE',
  cites: [
    rfc(7591, '2'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
    cimd('credentials'),
    thread('keycloak/keycloak', 51039),
  ],
  title: 'The document states its token_endpoint_auth_method.',
  schema: {
    required: ['token_endpoint_auth_method'],
    properties: { token_endpoint_auth_method: { minLength: 1 } },
  },
  rationale: `
    Left out it means \`client_secret_basic\` in RFC 7591, and that method is forbidden here. Some
    servers refuse such a document, others take it for \`none\`; who states the method depends on
    neither. A list in \`token_endpoint_auth_methods_supported\` is not read by every server.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      // Another type is reported once, by json-types.
      { document: { token_endpoint_auth_method: null } },
    ],
    invalid: [
      { document: {}, at: ['/token_endpoint_auth_method'] },
      { document: { token_endpoint_auth_method: '' }, at: ['/token_endpoint_auth_method'] },
      {
        document: { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({ metadata: { token_endpoint_auth_method }, value }) {
    const isMissing = !('token_endpoint_auth_method' in value)
    if (!isMissing && token_endpoint_auth_method !== '') return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is ${isMissing ? 'missing, and its default "client_secret_basic" needs a secret' : 'empty'}`,
      suggestion: 'write "none", or "private_key_jwt" for a client with keys',
    }
  },
})
