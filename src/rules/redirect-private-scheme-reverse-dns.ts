import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atproto, oauth21, rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'redirect-private-scheme-reverse-dns',
  level: 'SHOULD',
  floor: 'warning',
  cites: [
    rfc(8252, '8.4'),
    rfc(8252, '7.1'),
    oauth21('private-use-schemes'),
    thread('MCPJam/inspector', 3027),
    atproto('Request Fields'),
  ],
  reads: ['redirect_uris'],
  title: 'Each private-use scheme of a redirection URI is a reversed domain name.',
  rationale: `
    Any app on a device can claim any scheme. A reversed domain, \`com.example.app\`, collides with no
    other by chance and says whose it is; a server SHOULD refuse a scheme without a dot, and that of
    atproto does. Well-known apps use such schemes all the same.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['com.example.app:/cb'] } },
      {
        document: {
          redirect_uris: ['com.example:cb', 'https://client.example.com/cb'],
        },
      },
      // Reported by redirect-no-dangerous-scheme, and by redirect-absolute.
      { document: { redirect_uris: ['javascript:alert(1)', '/cb', '127.0.0.1:3000/cb'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['exampleapp://cb'] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['com.example.app:/cb', 'Example-App:/cb.html'] },
        at: ['/redirect_uris/1'],
      },
      { document: { redirect_uris: ['localhost:3000/cb'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, scheme, isPrivateUse } of redirects) {
      if (!isPrivateUse || scheme.includes('.')) continue
      yield {
        at,
        part: { offset: 0, length: scheme.length },
        message: `${subjectOf(at, text)} has the scheme ${quote(scheme)}, which is no reversed domain name`,
        suggestion:
          'use https or loopback, which every server takes, or a scheme such as com.example.app',
      }
    }
  },
})
