import { defineRule } from '../core/define.js'
import { atprotoServer, rfc } from '../core/spec.js'

const WITH_KEY = new Set(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'])

export default defineRule({
  id: 'auth-native-public',
  level: 'SHOULD',
  floor: 'warning',
  cites: [rfc(8252, '8.4'), atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['application_type'],
  title: 'A native client has no authentication method that needs a private key.',
  rationale: `
    A key that ships with an app is in the hands of everybody who has the app, so native clients are
    public clients. One exception is an app whose backend holds the key and authenticates for it. The
    server of atproto takes no such client.`,
  examples: {
    valid: [
      { document: { application_type: 'native', token_endpoint_auth_method: 'none' } },
      { document: { application_type: 'web', token_endpoint_auth_method: 'private_key_jwt' } },
      { document: { token_endpoint_auth_method: 'private_key_jwt' } },
      // Reported by no-symmetric-auth-method.
      {
        document: { application_type: 'native', token_endpoint_auth_method: 'client_secret_basic' },
      },
      // It may, and does not have to.
      {
        document: {
          application_type: 'native',
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        },
      },
    ],
    invalid: [
      {
        document: { application_type: 'native', token_endpoint_auth_method: 'private_key_jwt' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: { application_type: 'native', token_endpoint_auth_method: 'tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: {
          application_type: 'native',
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
        },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({ metadata: { application_type, token_endpoint_auth_method: method = '' } }) {
    if (application_type !== 'native' || !WITH_KEY.has(method)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is "${method}", but application_type is "native", and a key that ships with an app is not private`,
      suggestion:
        'use "none" with PKCE, or the application_type "web" where a backend holds the key',
    }
  },
})
