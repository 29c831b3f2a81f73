import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { mcp, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-kind',
  level: 'MUST',
  cites: [rfc(7591, '5'), rfc(9700, '2.6'), mcp('communication-security')],
  reads: ['redirect_uris'],
  title: 'Plain http redirection URIs lead to loopback only.',
  rationale: `
    A redirection URI is https, http on the user's own machine, or a scheme of an installed app.
    Over http to any other host the authorization code crosses the network for all to read. Loopback
    is \`127.0.0.1\`, \`[::1]\` or \`localhost\`, spelled so.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb',
            'http://127.0.0.1/cb',
            'http://[::1]:8080/cb',
            'http://localhost:3000/cb',
            'com.example.app:/cb',
          ],
        },
      },
      // Reported by redirect-absolute, and by redirect-no-wildcard.
      { document: { redirect_uris: ['http:///cb', 'http://localhost:*/cb'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['http://client.example.com/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['http://192.168.1.5/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['http://127.1/cb'] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['http://localhost.example.com/cb'] },
        at: ['/redirect_uris/0'],
      },
      {
        document: { redirect_uris: ['http://localhost@example.com/cb'] },
        at: ['/redirect_uris/0'],
      },
      { document: { redirect_uris: ['HTTP://client.example.com/cb'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text: uri, scheme, url, isOnLoopback } of redirects) {
      if (scheme !== 'http' || !url || isOnLoopback) continue
      const { text, offset } = url.host
      yield {
        at,
        part: { offset, length: text.length },
        message: `${subjectOf(at, uri)} is plain http, and ${quote(text)} is not loopback`,
        suggestion: 'use https, or http on 127.0.0.1 or [::1] for a native app',
      }
    }
  },
})
