import { defineRule } from '../core/define.js'
import { faultOfAlgorithm } from '../core/jwks.js'
import { atprotoServer, openid } from '../core/spec.js'

const WITH_ASSERTION = new Set(['private_key_jwt', 'client_secret_jwt'])

export default defineRule({
  id: 'auth-none-has-no-signing-alg',
  level: 'ADVICE',
  floor: 'warning',
  cites: [
    openid('registration', '2'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
  ],
  reads: ['token_endpoint_auth_signing_alg'],
  title: 'A client that does not authenticate names no token_endpoint_auth_signing_alg.',
  rationale: `
    The member says how the assertions of a client are signed, and a client of \`none\` has no
    assertions. Servers such as oidc-provider and that of atproto refuse the two together.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
          token_endpoint_auth_signing_alg: 'ES256',
        },
      },
      // A missing method is reported by auth-method-explicit.
      { document: { token_endpoint_auth_signing_alg: 'ES256' } },
      // Reported by auth-signing-alg.
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_signing_alg: 'none',
        },
      },
    ],
    invalid: [
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_signing_alg: 'ES256',
        },
        at: ['/token_endpoint_auth_signing_alg'],
        fixed: { token_endpoint_auth_method: 'none' },
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'tls_client_auth'],
          token_endpoint_auth_signing_alg: 'RS256',
        },
        at: ['/token_endpoint_auth_signing_alg'],
        fixed: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'tls_client_auth'],
        },
      },
    ],
  },

  *check({ metadata }) {
    const { token_endpoint_auth_method, token_endpoint_auth_signing_alg: alg } = metadata
    const { token_endpoint_auth_methods_supported: methods = [] } = metadata
    if (token_endpoint_auth_method !== 'none' || alg === undefined) return
    if (faultOfAlgorithm(alg) || methods.some((method) => WITH_ASSERTION.has(method))) return
    yield {
      at: '/token_endpoint_auth_signing_alg',
      on: 'key',
      message:
        'token_endpoint_auth_signing_alg is in the document, but token_endpoint_auth_method is "none", so there is nothing to sign',
      suggestion: 'remove it',
      fix: { remove: '/token_endpoint_auth_signing_alg' },
    }
  },
})
