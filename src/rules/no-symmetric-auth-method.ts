import { isSymmetricMethod, SYMMETRIC_METHODS } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'no-symmetric-auth-method',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials')],
  reads: ['token_endpoint_auth_method'],
  title: 'The authentication method needs no shared secret.',
  schema: { properties: { token_endpoint_auth_method: { not: { enum: SYMMETRIC_METHODS } } } },
  rationale: `
    The document is public and no secret was ever agreed upon. Use \`none\` with PKCE, or
    \`private_key_jwt\` with \`jwks_uri\`.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      { document: { token_endpoint_auth_method: 'private_key_jwt' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'client_secret_post' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: { token_endpoint_auth_method: 'client_secret_jwt' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: { token_endpoint_auth_method: 'CLIENT_SECRET_BASIC ' },
        at: ['/token_endpoint_auth_method'],
      },
    ],
  },

  *check({ metadata: { token_endpoint_auth_method } }) {
    if (token_endpoint_auth_method === undefined) return
    if (!isSymmetricMethod(token_endpoint_auth_method)) return
    yield {
      at: '/token_endpoint_auth_method',
      message: `token_endpoint_auth_method is ${quote(token_endpoint_auth_method)}, which needs a shared secret, and this client cannot have one`,
      suggestion: 'use "none" with PKCE, or "private_key_jwt" with "jwks_uri"',
    }
  },
})
