import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer } from '../core/spec.js'

export default defineRule({
  id: 'at-auth-method',
  level: 'MUST',
  cites: [
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
    atproto('Client ID Metadata Document'),
  ],
  reads: ['token_endpoint_auth_method'],
  title: 'An atproto client uses none or private_key_jwt.',
  rationale: `
    atproto has public clients and confidential ones that sign assertions, and no third kind. Its
    reference server refuses every other method.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      { document: { token_endpoint_auth_method: 'private_key_jwt' } },
      // Reported by no-symmetric-auth-method, and by auth-method-explicit.
      { document: { token_endpoint_auth_method: 'client_secret_basic' } },
      { document: { token_endpoint_auth_method: '' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
      },
      { document: { token_endpoint_auth_method: 'None' }, at: ['/token_endpoint_auth_method'] },
    ],
  },

  *check({ metadata: { token_endpoint_auth_method: method = '' } }) {
    if (['', 'none', 'private_key_jwt'].includes(method) || isSymmetricMethod(method)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is ${quote(method)}, and atproto has only "none" and "private_key_jwt"`,
      suggestion: 'use "none" with PKCE, or "private_key_jwt" with "jwks_uri"',
    }
  },
})
