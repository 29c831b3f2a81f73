import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { openid } from '../core/spec.js'

export default defineRule({
  id: 'auth-methods-include-singular',
  level: 'MUST',
  cites: [openid('metadata-choices', '2')],
  reads: ['token_endpoint_auth_method', 'token_endpoint_auth_methods_supported'],
  title: 'The token_endpoint_auth_method is one of token_endpoint_auth_methods_supported.',
  rationale: `
    Where both are present the first is the preferred one of the second. A server that reads the
    list and one that reads the single method would expect different things of the client.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        },
      },
      { document: { token_endpoint_auth_method: 'none' } },
      { document: { token_endpoint_auth_methods_supported: ['none'] } },
      // Reported by no-symmetric-auth-method.
      {
        document: {
          token_endpoint_auth_method: 'client_secret_basic',
          token_endpoint_auth_methods_supported: ['none'],
        },
      },
    ],
    invalid: [
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
        },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['None', ''],
        },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: [],
        },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({
    metadata: { token_endpoint_auth_method: method, token_endpoint_auth_methods_supported },
  }) {
    if (method === undefined || !token_endpoint_auth_methods_supported) return
    if (isSymmetricMethod(method) || token_endpoint_auth_methods_supported.includes(method)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is ${quote(method)}, which token_endpoint_auth_methods_supported does not list`,
      suggestion: 'add it to the list, or write a method of the list',
    }
  },
})
