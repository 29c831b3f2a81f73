import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-no-dangerous-scheme',
  level: 'SHOULD',
  floor: 'error',
  cites: [cimd('known-schemes'), rfc(7591, '5')],
  reads: ['redirect_uris'],
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
        },
      },
    ],
    invalid: [
      { document: { redirect_uris: ['javascript:alert(1)'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['JavaScript://h/%0aalert(1)'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['data:text/html,x'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['file:///tmp/x'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['intent://x'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, scheme, isDangerous } of redirects) {
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
