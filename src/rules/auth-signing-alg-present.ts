import { defineRule } from '../core/define.js'
import { atprotoServer } from '../core/spec.js'

export default defineRule({
  id: 'auth-signing-alg-present',
  level: 'MUST',
  cites: [atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['token_endpoint_auth_method'],
  title: 'A client of private_key_jwt states its token_endpoint_auth_signing_alg.',
  schema: {
    anyOf: [
      { properties: { token_endpoint_auth_method: { not: { const: 'private_key_jwt' } } } },
      { required: ['token_endpoint_auth_signing_alg'] },
    ],
  },
  rationale: `
    The reference server of atproto refuses documents of confidential clients that leave it out. Other
    servers take any algorithm they know.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
        },
      },
      { document: { token_endpoint_auth_method: 'none' } },
      // Another type is reported once, by json-types.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: null,
        },
      },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'private_key_jwt' },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: '',
        },
        at: ['/token_endpoint_auth_signing_alg'],
      },
    ],
  },

  *check({ metadata: { token_endpoint_auth_method, token_endpoint_auth_signing_alg }, value }) {
    if (token_endpoint_auth_method !== 'private_key_jwt') return
    const isMissing = !('token_endpoint_auth_signing_alg' in value)
    if (!isMissing && token_endpoint_auth_signing_alg !== '') return
    yield {
      at: '/token_endpoint_auth_signing_alg',
      message: `token_endpoint_auth_signing_alg is ${isMissing ? 'missing' : 'empty'}, and atproto requires it with "private_key_jwt"`,
      suggestion: 'write the algorithm that signs the assertions, such as "ES256"',
    }
  },
})
