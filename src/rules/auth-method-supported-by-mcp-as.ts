import { isForAtproto } from '../core/atproto-scope.js'
import { defineRule } from '../core/define.js'
import { rfc, thread } from '../core/spec.js'

const WITH_CERTIFICATE = new Set(['tls_client_auth', 'self_signed_tls_client_auth'])

export default defineRule({
  id: 'auth-method-supported-by-mcp-as',
  level: 'ADVICE',
  cites: [rfc(8705, '2'), thread('cloudflare/workers-oauth-provider', 264)],
  reads: ['token_endpoint_auth_method'],
  title: 'The client authenticates without a TLS certificate.',
  rationale: `
    The methods with certificates are registered, but the servers that take client metadata documents
    have \`none\`, and some of them \`private_key_jwt\`. A client with a certificate is accepted by
    few.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      { document: { token_endpoint_auth_method: 'private_key_jwt' } },
      // A server has the choice.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'],
        },
      },
      // Reported by auth-method-known, and by at-auth-method.
      { document: { token_endpoint_auth_method: 'TLS_client_auth' } },
      { document: { token_endpoint_auth_method: 'tls_client_auth', scope: 'atproto' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
        messages: [
          'token_endpoint_auth_method is "tls_client_auth", which few servers of such documents have',
        ],
      },
      {
        document: { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({ metadata }) {
    const { token_endpoint_auth_method: method = '' } = metadata
    if (!WITH_CERTIFICATE.has(method) || isForAtproto(metadata)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is "${method}", which few servers of such documents have`,
      suggestion: 'use "private_key_jwt" with "jwks_uri", or "none" with PKCE',
    }
  },
})
