import { isImplicitWebClient } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-loopback-http',
  level: 'ADVICE',
  cites: [rfc(8252, '7.3'), atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['redirect_uris'],
  title: 'Loopback redirection URIs are http.',
  rationale: `
    No authority certifies loopback, so https there means a certificate the browser warns of. Nothing
    leaves the machine, and http is what RFC 8252 describes; servers leave the port free for http
    only.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb'] } },
      {
        document: {
          redirect_uris: [
            'http://localhost/cb',
            'https://localhost.example.com/cb',
            'https://127.0.0.2/cb',
          ],
        },
      },
      // Reported by app-type-web-redirects.
      { document: { redirect_uris: ['https://localhost/cb'], grant_types: ['implicit'] } },
      { document: { redirect_uris: ['https://LOCALHOST/cb'], grant_types: ['implicit'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://127.0.0.1:5050/cb', 'https://[::1]/cb'] },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
      },
      { document: { redirect_uris: ['HTTPS://Localhost:8443'] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['https://127.0.0.1/cb'], grant_types: ['implicit'] },
        at: ['/redirect_uris/0'],
      },
    ],
  },

  *check(document) {
    const isImplicit = isImplicitWebClient(document)
    for (const { at, text, scheme, url, isOnLoopback } of document.redirects) {
      if (scheme !== 'https' || !url || !isOnLoopback) continue
      if (isImplicit && url.host.text.toLowerCase() === 'localhost') continue
      yield {
        at,
        part: { offset: 0, length: url.scheme.text.length },
        message: `${subjectOf(at, text)} is https on loopback, where http is expected`,
        suggestion: 'use http on 127.0.0.1 or [::1]',
      }
    }
  },
})
