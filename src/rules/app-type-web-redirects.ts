import { isImplicitWebClient } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { isNativeUri, subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, openid } from '../core/spec.js'

export default defineRule({
  id: 'app-type-web-redirects',
  level: 'MUST',
  cites: [
    openid('registration', '2'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
  ],
  reads: ['grant_types'],
  title: 'A web client of the implicit grant has https redirection URIs, not on localhost.',
  rationale: `
    The implicit grant sends access tokens to whoever answers at the redirection URI, and for a web
    client OpenID Registration trusts only https on a public host. \`application_type\` is "web" where
    it is left out.`,
  examples: {
    valid: [
      {
        document: { redirect_uris: ['https://client.example.com/cb'], grant_types: ['implicit'] },
      },
      {
        document: {
          redirect_uris: ['http://127.0.0.1/cb', 'https://localhost/cb'],
          grant_types: ['implicit'],
          application_type: 'native',
        },
      },
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'https://localhost/cb'] } },
      // Reported by redirect-kind, redirect-private-scheme-reverse-dns and redirect-loopback-http.
      {
        document: {
          redirect_uris: ['http://client.example.com/cb', 'app:/cb', 'https://127.0.0.1/cb'],
          grant_types: ['implicit'],
        },
      },
    ],
    invalid: [
      {
        document: {
          redirect_uris: ['https://client.example.com/cb', 'http://127.0.0.1/cb'],
          grant_types: ['authorization_code', 'implicit'],
        },
        at: ['/redirect_uris/1'],
      },
      {
        document: {
          redirect_uris: [
            'https://Localhost:8443/cb',
            'http://localhost/cb',
            'com.example.app:/cb',
          ],
          grant_types: ['implicit'],
          application_type: 'web',
        },
        at: ['/redirect_uris/0', '/redirect_uris/1', '/redirect_uris/2'],
      },
    ],
  },

  *check(document) {
    if (!isImplicitWebClient(document)) return
    for (const redirect of document.redirects) {
      const { at, text, scheme, url } = redirect
      const isLocalhost = scheme === 'https' && url?.host.text.toLowerCase() === 'localhost'
      if (!isLocalhost && !isNativeUri(redirect)) continue
      yield {
        at,
        message: `${subjectOf(at, text)} is not https on a public host, but a web client of the grant "implicit" needs that`,
        suggestion: 'use "authorization_code" with PKCE instead of "implicit"',
      }
    }
  },
})
