import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { openid, rfc } from '../core/spec.js'

export default defineRule({
  id: 'app-type-native-redirects',
  level: 'MUST',
  cap: 'warning',
  cites: [openid('registration', '2'), rfc(8252, '7.2')],
  reads: ['application_type'],
  title: 'A native client has loopback and private-use redirection URIs, and no https ones.',
  rationale: `
    OpenID Registration section 2 forbids https to native clients, and servers that follow it refuse
    the document. RFC 8252 section 7.2 recommends https URLs that an app claims from the system; so
    this is a warning.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: ['http://127.0.0.1/cb', 'http://localhost/cb', 'com.example.app:/cb'],
          application_type: 'native',
        },
      },
      { document: { redirect_uris: ['https://client.example.com/cb'], application_type: 'web' } },
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      // Reported by redirect-loopback-http, and by redirect-kind.
      {
        document: {
          redirect_uris: ['https://localhost:8443/cb', 'http://client.example.com/cb'],
          application_type: 'native',
        },
      },
    ],
    invalid: [
      {
        document: {
          redirect_uris: [
            'http://127.0.0.1/cb',
            'https://client.example.com/cb',
            'https://client.example.com/cb/2',
          ],
          application_type: 'native',
        },
        at: ['/redirect_uris/1'],
      },
    ],
  },

  *check({ metadata: { application_type }, redirects }) {
    if (application_type !== 'native') return
    for (const { at, text, scheme, url, isOnLoopback } of redirects) {
      if (scheme !== 'https' || !url || isOnLoopback) continue
      yield {
        at,
        part: { offset: 0, length: url.scheme.text.length },
        message: `${subjectOf(at, text)} is https, but application_type is "native"`,
        suggestion: 'register https URIs of a web client in a document of its own',
      }
      return
    }
  },
})
