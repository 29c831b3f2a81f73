import { defineRule } from '../core/define.js'
import { openid, rfc } from '../core/spec.js'

export default defineRule({
  id: 'grant-refresh-token',
  level: 'ADVICE',
  cites: [openid('core', '11'), rfc(7591, '2')],
  reads: ['scope'],
  title: 'A client that asks for offline_access lists the grant "refresh_token".',
  rationale: `
    The scope asks for refresh tokens, and the grant spends them. A server that issues tokens by
    the grants of the client leaves them out, and users sign in again whenever a token expires.`,
  examples: {
    valid: [
      {
        document: {
          scope: 'openid offline_access',
          grant_types: ['authorization_code', 'refresh_token'],
        },
      },
      { document: { scope: 'offline_access:x xoffline_access', grant_types: [] } },
      { document: { grant_types: ['authorization_code'] } },
      // Reported by json-types.
      { document: { scope: 'offline_access', grant_types: 'refresh_token' } },
      { document: { scope: ['offline_access'] } },
    ],
    invalid: [
      {
        document: { scope: 'openid offline_access', grant_types: ['authorization_code'] },
        at: ['/grant_types'],
        messages: [
          'grant_types does not list "refresh_token", but scope has "offline_access", which asks for refresh tokens',
        ],
      },
      {
        document: { scope: 'offline_access' },
        at: ['/grant_types'],
        messages: [
          'grant_types is missing, which means "authorization_code" alone, but scope has "offline_access", which asks for refresh tokens',
        ],
      },
      { document: { scope: 'offline_access', grant_types: [] }, at: ['/grant_types'] },
    ],
  },

  *check({ metadata: { scope = '', grant_types }, value }) {
    const isMissing = !('grant_types' in value)
    if (!isMissing && (!grant_types || grant_types.includes('refresh_token'))) return
    if (!scope.split(' ').includes('offline_access')) return
    const is = isMissing
      ? 'is missing, which means "authorization_code" alone'
      : 'does not list "refresh_token"'
    yield {
      at: '/grant_types',
      message: `grant_types ${is}, but scope has "offline_access", which asks for refresh tokens`,
      suggestion: 'add "refresh_token" to grant_types, or take "offline_access" out of scope',
    }
  },
})
