import { defineRule } from '../core/define.js'
import { findWildcard, type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { oauth21, rfc } from '../core/spec.js'
import { explainForeignCharacter } from '../core/url.js'

export default defineRule({
  id: 'redirect-absolute',
  level: 'MUST',
  cites: [rfc(6749, '3.1.2'), oauth21('redirect-uris'), rfc(3986, '4.3')],
  reads: ['redirect_uris'],
  title: 'Each redirection URI is an absolute URI.',
  rationale: `
    The server compares strings and then sends the browser there, so the URI begins with a scheme
    and has no character that a URI may not have.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb?a=b',
            'com.example.app:/cb',
            'com.example.app:',
            'http://[::1]/cb',
          ],
        },
      },
      // Reported by redirect-no-wildcard.
      { document: { redirect_uris: ['http://localhost:*/cb', '*'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['//client.example.com/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['client.example.com/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['https:///cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['https://:443/cb'] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['https://client.example.com:x/cb'] },
        at: ['/redirect_uris/0'],
      },
      {
        document: { redirect_uris: ['https://client.example.com/cb', 'https://a b/cb'] },
        at: ['/redirect_uris/1'],
      },
      { document: { redirect_uris: ['https://client.example.com/%'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const redirect of redirects) {
      const { at, text } = redirect
      // Reported by redirect-uris-nonempty.
      if (text === '') continue
      const foreign = explainForeignCharacter(text)
      if (foreign) {
        const { part, clause, suggestion } = foreign
        yield { at, part, message: `${subjectOf(at, text)} ${clause}`, suggestion }
      } else {
        const problem = describeRelative(redirect)
        if (problem === undefined || findWildcard(text)) continue
        yield {
          at,
          message: `${subjectOf(at, text)} ${problem}`,
          suggestion: 'write it in full, as in https://client.example.com/callback',
        }
      }
    }
  },
})

/** RFC 3986 section 4.3, and RFC 9110 section 4.2: http and https have a host. */
function describeRelative({ scheme, url }: RedirectUri): string | undefined {
  if (scheme === '') return 'is not absolute: it has no scheme'
  if (scheme !== 'http' && scheme !== 'https') return undefined
  return url ? undefined : 'has no host, or a port that is no number'
}
