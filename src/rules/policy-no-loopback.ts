import { defineRule } from '../core/define.js'
import { isLoopbackHost } from '../core/ip.js'
import { subjectAt } from '../core/place.js'
import { quote } from '../core/printable.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'policy-no-loopback',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title:
    "Where the policy forbids loopback, no URI in the document leads to the user's own machine.",
  rationale: `
    Redirection URIs on loopback are right for native apps, and left over from development in all
    others: any program on the user's machine may receive what is sent there.`,
  examples: {
    valid: [
      {
        document: { redirect_uris: ['https://client.example.com/cb', 'com.example.app:/cb'] },
        policy: { forbidLoopback: true },
      },
      { document: { redirect_uris: ['http://127.0.0.1/cb'] }, policy: { forbidLoopback: false } },
      { document: { redirect_uris: ['http://127.0.0.1/cb'] }, policy: {} },
      { document: { redirect_uris: ['http://127.0.0.1/cb'] } },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://localhost:8443/cimd.json',
          redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:4000/cb', 'https://localhost/cb'],
          logo_uri: 'http://localhost/logo.png',
          jwks_uri: 'https://127.0.0.1/jwks.json',
        },
        policy: { forbidLoopback: true },
        at: [
          '/client_id',
          '/redirect_uris/0',
          '/redirect_uris/1',
          '/redirect_uris/2',
          '/logo_uri',
          '/jwks_uri',
        ],
        parts: ['localhost', '127.0.0.1', '[::1]', 'localhost', 'localhost', '127.0.0.1'],
      },
    ],
  },

  *check({ clientId = '', metadata: { jwks_uri = '' }, redirects, urls, policy }) {
    if (!policy.says.forbidLoopback) return
    const all = [
      { at: '/client_id' as const, url: splitUrl(clientId) },
      ...redirects,
      ...urls,
      { at: '/jwks_uri' as const, url: splitUrl(jwks_uri) },
    ]
    for (const { at, url } of all) {
      if (!url || !isLoopbackHost(url.host.text)) continue
      yield {
        at,
        part: { offset: url.host.offset, length: url.host.text.length },
        isLoopback: true,
        message: `the host of ${subjectAt(at)} is ${quote(url.host.text)}, and the policy forbids loopback`,
        suggestion: 'leave it out, or keep it in a document for development',
      }
    }
  },
})
