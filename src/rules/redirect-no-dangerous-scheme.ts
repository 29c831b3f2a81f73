import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { readRedirectUris, subjectOf } from '../core/redirect-uri.js'
import { cimd, rfc } from '../core/spec.js'

/** Where else users are redirected to: after a logout, and when claims were gathered. */
const OTHERS = ['post_logout_redirect_uris', 'claims_redirect_uris'] as const

export default defineRule({
  id: 'redirect-no-dangerous-scheme',
  level: 'SHOULD',
  floor: 'error',
  cites: [cimd('known-schemes'), rfc(7591, '5')],
  reads: ['redirect_uris', ...OTHERS],
  title: 'No redirection URI has a scheme that runs code or belongs to another program.',
  rationale: `
    A browser that is redirected to \`javascript:\` or \`data:\` runs what stands there, with the
    authorization code at hand; others open files, mails or system tools. No client owns such a
    scheme, and servers that check at all refuse them.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb',
            'com.example.app:/cb',
            'exampleapp://cb',
          ],
          post_logout_redirect_uris: ['com.example.app:/bye', 'exampleapp://bye', '/bye'],
          claims_redirect_uris: [],
        },
      },
      // Reported by json-types.
      { document: { post_logout_redirect_uris: 'javascript:alert(1)' } },
    ],
    invalid: [
      { document: { redirect_uris: ['javascript:alert(1)'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['JavaScript://h/%0aalert(1)'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['data:text/html,x'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['file:///tmp/x'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['intent://x'] }, at: ['/redirect_uris/0'] },
      {
        document: {
          claims_redirect_uris: ['data:text/html,x'],
          post_logout_redirect_uris: ['https://client.example.com/bye', 'JavaScript:alert(1)'],
        },
        at: ['/post_logout_redirect_uris/1', '/claims_redirect_uris/0'],
        messages: [
          'item 1 of post_logout_redirect_uris, "JavaScript:alert(1)", has the scheme "javascript", which no client owns',
          'item 0 of claims_redirect_uris, "data:text/html,x", has the scheme "data", which no client owns',
        ],
        parts: ['JavaScript', 'data'],
      },
    ],
  },

  *check({ metadata, redirects }) {
    const others = OTHERS.flatMap((member) => readRedirectUris(metadata[member], member))
    for (const { at, text, scheme, isDangerous } of others.length > 0
      ? [...redirects, ...others]
      : redirects) {
      if (!isDangerous) continue
      yield {
        at,
        part: { offset: 0, length: scheme.length },
        message: `${subjectOf(at, text)} has the scheme ${quote(scheme)}, which no client owns`,
        suggestion: 'use https, loopback, or the reversed domain of the app as scheme',
      }
    }
  },
})
