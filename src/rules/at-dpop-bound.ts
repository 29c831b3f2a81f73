import { defineRule } from '../core/define.js'
import { atproto, atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'at-dpop-bound',
  level: 'MUST',
  cites: [
    atproto('Client ID Metadata Document'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
    rfc(9449, '5.2'),
  ],
  reads: ['dpop_bound_access_tokens'],
  schema: { properties: { dpop_bound_access_tokens: { const: true } } },
  title: 'The member dpop_bound_access_tokens is true.',
  rationale: `
    Every atproto session is bound to a key of the client by DPoP. The default of the member is false,
    so the document has to say true.`,
  examples: {
    valid: [
      { document: { dpop_bound_access_tokens: true } },
      // Reported by at-required-set, and by json-types.
      { document: {} },
      { document: { dpop_bound_access_tokens: 'true' } },
    ],
    invalid: [{ document: { dpop_bound_access_tokens: false }, at: ['/dpop_bound_access_tokens'] }],
  },

  *check({ metadata: { dpop_bound_access_tokens } }) {
    if (dpop_bound_access_tokens !== false) return
    yield {
      at: '/dpop_bound_access_tokens',
      message: 'dpop_bound_access_tokens is false, but atproto binds every token with DPoP',
      suggestion: 'set it to true, and send DPoP proofs',
    }
  },
})
