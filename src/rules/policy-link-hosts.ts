import { defineRule } from '../core/define.js'
import { isLoopbackHost } from '../core/ip.js'
import type { UrlMember } from '../core/metadata.js'
import { judgeHost } from '../core/policy.js'
import { quote } from '../core/printable.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'policy-link-hosts',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'Each URL that the document links to is on a host that the policy allows.',
  rationale: `
    Keys, logo and pages speak for the client: who controls the host of \`jwks_uri\` can sign as the
    client. Loopback is left to policy-no-loopback.`,
  examples: {
    valid: [
      {
        document: {
          logo_uri: 'https://cdn.example.com/logo.png',
          jwks_uri: 'https://keys.example.com/jwks.json',
        },
        policy: { hosts: { links: ['*.example.com'] } },
      },
      {
        document: { logo_uri: '/logo.png', tos_uri: 'https://localhost/tos' },
        policy: { hosts: { links: [] } },
      },
      { document: { logo_uri: 'https://example.net/logo.png' }, policy: { hosts: {} } },
      { document: { logo_uri: 'https://example.net/logo.png' } },
    ],
    invalid: [
      {
        document: { logo_uri: 'https://elsewhere.example\\@cdn.example.com/logo.png', tos_uri: '' },
        policy: { hosts: { links: ['cdn.example.com'] } },
        at: ['/logo_uri'],
        messages: [
          'logo_uri is no URL, so its host is not known, and the policy allows "cdn.example.com"',
        ],
      },
      {
        document: {
          'logo_uri#de': 'https://example.net/logo.png',
          jwks_uri: 'https://example.org/jwks.json',
        },
        policy: { hosts: { links: ['*.example.com'] } },
        at: ['/logo_uri#de', '/jwks_uri'],
        parts: ['example.net', 'example.org'],
      },
    ],
  },

  *check({ metadata: { jwks_uri = '' }, urls, policy }) {
    const allowed = policy.says.hosts?.links
    if (!allowed) return
    const keys: Omit<UrlMember, 'member'> = {
      at: '/jwks_uri',
      subject: 'jwks_uri',
      text: jwks_uri,
      url: splitUrl(jwks_uri),
    }
    for (const { at, subject, text, url } of [...urls, keys]) {
      if (url) {
        if (!isLoopbackHost(url.host.text)) yield* judgeHost(allowed, subject, at, url)
      } else if (/[\\:]|\/\//.test(text)) {
        // Programs that repair it may be led anywhere.
        yield {
          at,
          message: `${subject} is no URL, so its host is not known, and the policy allows ${allowed.map(quote).join(', ')}`,
          suggestion: 'write an absolute URL on an allowed host',
        }
      }
    }
  },
})
