import { findMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'auth-self-signed-has-keys',
  level: 'MUST',
  cites: [rfc(8705, '2.2.2')],
  reads: ['token_endpoint_auth_method', 'token_endpoint_auth_methods_supported'],
  title: 'A client of self_signed_tls_client_auth publishes its certificates.',
  schema: {
    anyOf: [
      {
        properties: {
          token_endpoint_auth_method: { not: { const: 'self_signed_tls_client_auth' } },
        },
      },
      { required: ['jwks_uri'] },
      { required: ['jwks'] },
    ],
  },
  rationale: `
    Nobody vouches for a self-signed certificate, so the server compares it with those the client
    published as \`x5c\` in its key set. Without \`jwks_uri\` or \`jwks\` there is none to compare.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks_uri: 'https://client.example.com/jwks.json',
        },
      },
      {
        document: { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [] } },
      },
      { document: { token_endpoint_auth_method: 'tls_client_auth' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'self_signed_tls_client_auth'],
        },
        at: ['/token_endpoint_auth_methods_supported/1'],
      },
    ],
  },

  *check({ metadata, value }) {
    if ('jwks' in value || 'jwks_uri' in value) return
    const method = findMethod(metadata, 'self_signed_tls_client_auth')
    if (!method) return
    yield {
      at: method.at,
      message: `${method.member} names "self_signed_tls_client_auth", but neither jwks_uri nor jwks has the certificates`,
      suggestion: 'publish the certificates as x5c of keys, and name these in jwks_uri',
    }
  },
})
