import { isImplicitWebClient } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, oauth21, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-loopback-literal',
  level: 'SHOULD',
  cites: [
    rfc(8252, '8.3'),
    oauth21('loopback-redirects'),
    atprotoServer('oauth-types/src/oauth-redirect-uri.ts'),
  ],
  reads: ['redirect_uris'],
  title: 'Loopback redirection URIs name 127.0.0.1 or [::1], not localhost.',
  rationale: `
    What \`localhost\` means is up to the resolver of the user's machine, and a program that listens
    on it may listen on other interfaces too. The IP literals mean loopback and nothing else. The
    server of atproto refuses \`localhost\`.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb'] } },
      {
        document: {
          redirect_uris: [
            'http://[::1]:8080/localhost',
            'https://client.example.com/localhost',
            'com.example.app:/localhost',
          ],
        },
      },
      // Reported by redirect-kind, redirect-loopback-http and redirect-no-wildcard.
      {
        document: {
          redirect_uris: [
            'http://localhost.example.com/cb',
            'https://localhost/cb',
            'http://localhost:*/cb',
          ],
        },
      },
      // Reported by app-type-web-redirects.
      { document: { redirect_uris: ['http://localhost/cb'], grant_types: ['implicit'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['http://localhost:3000/cb'] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['http://127.0.0.1', 'HTTP://LocalHost', 'http://localhost?a'] },
        at: ['/redirect_uris/1', '/redirect_uris/2'],
      },
    ],
  },

  *check(document) {
    if (isImplicitWebClient(document)) return
    for (const { at, text, scheme, url } of document.redirects) {
      const host = url?.host
      if (scheme !== 'http' || host?.text.toLowerCase() !== 'localhost') continue
      yield {
        at,
        part: { offset: host.offset, length: host.text.length },
        message: `${subjectOf(at, text)} names ${quote(host.text)}, where an IP literal is expected`,
        suggestion: 'use 127.0.0.1 or [::1], and listen there',
      }
    }
  },
})
