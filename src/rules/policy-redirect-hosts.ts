import { defineRule } from '../core/define.js'
import { subjectAt } from '../core/place.js'
import { judgeHost } from '../core/policy.js'

export default defineRule({
  id: 'policy-redirect-hosts',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'Each http or https redirection URI is on a host that the policy allows.',
  rationale: `
    Authorization codes are sent there. Loopback is left to policy-no-loopback, and private-use
    schemes have no host: \`patterns\` can say which of them are wanted.`,
  examples: {
    valid: [
      {
        document: { redirect_uris: ['https://app.example.com/cb', 'https://example.com/cb'] },
        policy: { hosts: { redirect_uris: ['example.com', '*.example.com'] } },
      },
      {
        document: {
          redirect_uris: ['http://127.0.0.1/cb', 'http://localhost/cb', 'com.example.app:/cb'],
        },
        policy: { hosts: { redirect_uris: [] } },
      },
      { document: { redirect_uris: ['https://example.net/cb'] }, policy: { hosts: {} } },
      { document: { redirect_uris: ['https://example.net/cb'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://app.example.com/cb', 'https://example.net/cb'] },
        policy: { hosts: { redirect_uris: ['*.example.com'] } },
        at: ['/redirect_uris/1'],
        parts: ['example.net'],
        messages: [
          'the host of item 1 of redirect_uris is "example.net", and the policy allows "*.example.com"',
        ],
      },
      {
        document: { redirect_uris: ['http://example.net/cb'] },
        policy: { hosts: { redirect_uris: [] } },
        at: ['/redirect_uris/0'],
        messages: [
          'the host of item 0 of redirect_uris is "example.net", and the policy allows none',
        ],
      },
    ],
  },

  *check({ redirects, policy }) {
    const allowed = policy.says.hosts?.redirect_uris
    if (!allowed) return
    for (const { at, url, isOnLoopback } of redirects) {
      if (!url || isOnLoopback) continue
      yield* judgeHost(allowed, subjectAt(at), at, url)
    }
  },
})
