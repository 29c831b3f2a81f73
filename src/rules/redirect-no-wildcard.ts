import { defineRule } from '../core/define.js'
import { findWildcard, subjectOf } from '../core/redirect-uri.js'
import { cimd, rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'redirect-no-wildcard',
  level: 'MUST',
  cites: [rfc(9700, '2.1'), cimd('redirect-uris'), thread('anthropics/claude-code', 41011)],
  reads: ['redirect_uris'],
  title: 'No redirection URI has a wildcard.',
  rationale: `
    Servers compare redirection URIs character for character, and a pattern matches nothing but
    itself. Where a server did take it for one, whoever gets hold of a matching page would get the
    authorization codes.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb', 'http://127.0.0.1/cb'] } },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/a*b/*c/cb',
            'https://client.example.com/cb?q=a*&*x=1&z=**',
            'https://*@client.example.com/cb',
            'https://client.example.com/%2A',
          ],
        },
      },
      // Reported by redirect-absolute, redirect-no-dangerous-scheme and redirect-no-fragment.
      {
        document: {
          redirect_uris: ['/cb/*', '*.example.com', 'data:*', 'https://client.example.com/cb#*'],
        },
      },
    ],
    invalid: [
      { document: { redirect_uris: ['https://*.example.com/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['http://localhost:*/cb'] }, at: ['/redirect_uris/0'] },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/*',
            'https://client.example.com/cb*',
            'https://client.example.com/*/cb',
            'https://client.example.com/**?a=b',
            'com.example.app:*',
          ],
        },
        at: [
          '/redirect_uris/0',
          '/redirect_uris/1',
          '/redirect_uris/2',
          '/redirect_uris/3',
          '/redirect_uris/4',
        ],
      },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb?a=b&c=*',
            'https://client.example.com?*',
            'https://me@*/cb',
            '*',
          ],
        },
        at: ['/redirect_uris/0', '/redirect_uris/1', '/redirect_uris/2', '/redirect_uris/3'],
      },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, isDangerous } of redirects) {
      const wildcard = findWildcard(text)
      if (!wildcard || isDangerous) continue
      const { offset, place } = wildcard
      yield {
        at,
        part: { offset, length: 1 },
        message: `${subjectOf(at, text)} has a "*" ${place}, but servers compare character for character`,
        suggestion:
          'list each URI in full; http on 127.0.0.1 or [::1] without a port is good for any port',
      }
    }
  },
})
