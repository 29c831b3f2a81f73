import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, openid } from '../core/spec.js'

export default defineRule({
  id: 'no-symmetric-auth-methods-supported',
  level: 'ADVICE',
  floor: 'warning',
  cites: [openid('metadata-choices', '2'), cimd('credentials')],
  reads: ['token_endpoint_auth_methods_supported'],
  title: 'No method in token_endpoint_auth_methods_supported needs a shared secret.',
  rationale: `
    A server may choose any method of the list, and with one of these no authentication can
    succeed: client and server never agreed upon a secret. The drafts up to -02 forbid such methods
    in \`token_endpoint_auth_method\`; the list says the same in another place.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] } },
      { document: { token_endpoint_auth_methods_supported: ['my_client_secret_basic'] } },
      // The single method is judged by no-symmetric-auth-method.
      { document: { token_endpoint_auth_method: 'client_secret_basic' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'] },
        at: ['/token_endpoint_auth_methods_supported/1'],
      },
      {
        document: {
          token_endpoint_auth_methods_supported: [
            'client_secret_jwt',
            'none',
            'Client_Secret_Post ',
          ],
        },
        at: [
          '/token_endpoint_auth_methods_supported/0',
          '/token_endpoint_auth_methods_supported/2',
        ],
      },
    ],
  },

  *check({ metadata: { token_endpoint_auth_methods_supported = [] } }) {
    for (const [index, method] of token_endpoint_auth_methods_supported.entries()) {
      if (!isSymmetricMethod(method)) continue
      yield {
        at: `/token_endpoint_auth_methods_supported/${index}`,
        message: `item ${index} of token_endpoint_auth_methods_supported is ${quote(method)}, which needs a shared secret, and this client cannot have one`,
        suggestion: 'remove it from the list',
      }
    }
  },
})
