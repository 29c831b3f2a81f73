import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { findWildcard, schemeOf } from '../core/redirect-uri.js'
import { oauth21, rfc } from '../core/spec.js'
import { explainForeignCharacter, splitUrl } from '../core/url.js'

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

  *check({ metadata: { redirect_uris = [] } }) {
    for (const [index, uri] of redirect_uris.entries()) {
      // Reported by redirect-uris-nonempty.
      if (uri === '') continue
      const at = `/redirect_uris/${index}` as const
      const foreign = explainForeignCharacter(uri)
      if (foreign) {
        const { part, clause, suggestion } = foreign
        yield { at, part, message: `redirection URI ${quote(uri)} ${clause}`, suggestion }
      } else {
        const problem = describeRelative(uri)
        if (problem === undefined || findWildcard(uri)) continue
        yield {
          at,
          message: `redirection URI ${quote(uri)} ${problem}`,
          suggestion: 'write it in full, as in https://client.example.com/callback',
        }
      }
    }
  },
})

/** RFC 3986 section 4.3, and RFC 9110 section 4.2: http and https have a host. */
function describeRelative(uri: string): string | undefined {
  const scheme = schemeOf(uri)?.name
  if (scheme === undefined) return 'is not absolute: it has no scheme'
  if (scheme !== 'http' && scheme !== 'https') return undefined
  return splitUrl(uri) ? undefined : 'has no host, or a port that is no number'
}
