import { defineRule } from '../core/define.js'
import { isLoopbackHost } from '../core/ip.js'
import { judgeHost } from '../core/policy.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'policy-client-id-host',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The host of the client_id is one that the policy allows.',
  rationale: `
    Whoever controls the host of a client identifier is the client. An organisation that lists its own
    hosts sees at once when a document names another. Loopback is left to policy-no-loopback.`,
  examples: {
    valid: [
      {
        document: { client_id: 'https://Apps.example.com/cimd.json' },
        policy: { hosts: { client_id: ['*.example.com'] } },
      },
      {
        document: { client_id: 'https://example.com:8443/cimd.json' },
        policy: { hosts: { client_id: ['*.example.com', 'example.com'] } },
      },
      { document: { client_id: 'https://example.net/cimd.json' }, policy: { hosts: {} } },
      { document: { client_id: 'https://example.net/cimd.json' } },
      // Reported by policy-no-loopback, url-parse and client-id-present.
      ...['https://localhost/cimd.json', 'example.net/cimd.json', ''].map((client_id) => ({
        document: { client_id },
        policy: { hosts: { client_id: ['example.com'] } },
      })),
    ],
    invalid: [
      {
        document: { client_id: 'https://example.com.example.net/cimd.json' },
        policy: { hosts: { client_id: ['example.com', '*.example.com'] } },
        at: ['/client_id'],
        parts: ['example.com.example.net'],
        messages: [
          'the host of client_id is "example.com.example.net", and the policy allows "example.com", "*.example.com"',
        ],
      },
      {
        document: { client_id: 'https://example.com/cimd.json' },
        policy: { hosts: { client_id: ['*.example.com'] } },
        at: ['/client_id'],
      },
      {
        document: { client_id: 'https://notexample.com/cimd.json' },
        policy: { hosts: { client_id: ['*.example.com', 'example.com'] } },
        at: ['/client_id'],
      },
      {
        document: {},
        url: 'https://example.net/cimd.json',
        policy: { hosts: { client_id: [] } },
        at: ['/client_id'],
      },
    ],
  },

  *check({ clientId, policy }) {
    const allowed = policy.says.hosts?.client_id
    const url = splitUrl(clientId ?? '')
    if (!allowed || !url || isLoopbackHost(url.host.text)) return
    yield* judgeHost(allowed, 'client_id', '/client_id', url)
  },
})
