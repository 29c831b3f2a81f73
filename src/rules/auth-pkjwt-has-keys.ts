import { findMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { atproto, cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'auth-pkjwt-has-keys',
  level: 'MUST',
  cites: [cimd('client-authentication'), rfc(7591, '2'), atproto('Client ID Metadata Document')],
  reads: ['token_endpoint_auth_method', 'token_endpoint_auth_methods_supported'],
  title: 'A client of private_key_jwt publishes its public keys.',
  rationale: `
    The server checks the signature of the client's assertion with a key it finds through the
    document. Without \`jwks_uri\` or \`jwks\` there is none, and no authentication can succeed.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: 'https://client.example.com/jwks.json',
        },
      },
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } } },
      { document: { token_endpoint_auth_method: 'none' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'private_key_jwt' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        },
        at: ['/token_endpoint_auth_methods_supported/1'],
      },
    ],
  },

  *check({ metadata, value }) {
    if ('jwks' in value || 'jwks_uri' in value) return
    const method = findMethod(metadata, 'private_key_jwt')
    if (!method) return
    yield {
      at: method.at,
      message: `${method.member} names "private_key_jwt", but neither jwks_uri nor jwks says which keys`,
      suggestion: 'publish the public keys and name them in jwks_uri',
    }
  },
})
