import { defineRule } from '../core/define.js'
import { findWildcard, type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { oauth21, rfc } from '../core/spec.js'
import { explainForeignCharacter, explainUrl, type UrlFault } from '../core/url.js'

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
      {
        document: { redirect_uris: ['/cb', '//client.example.com/cb', 'client.example.com/cb'] },
        at: ['/redirect_uris/0', '/redirect_uris/1', '/redirect_uris/2'],
        messages: [
          'item 0 of redirect_uris, "/cb", is not absolute: it has no scheme',
          'item 1 of redirect_uris, "//client.example.com/cb", is not absolute: it has no scheme',
          'item 2 of redirect_uris, "client.example.com/cb", is not absolute: it has no scheme',
        ],
      },
      {
        document: { redirect_uris: ['https:///cb', 'https://:443/cb', 'http:/127.0.0.1/cb'] },
        at: ['/redirect_uris/0', '/redirect_uris/1', '/redirect_uris/2'],
        messages: [
          'item 0 of redirect_uris, "https:///cb", has no host',
          'item 1 of redirect_uris, "https://:443/cb", has no host',
          'item 2 of redirect_uris, "http:/127.0.0.1/cb", has no "//" after "http:", and so no host',
        ],
      },
      {
        document: { redirect_uris: ['https://h.example.com:x/cb', 'https://h.example.com:99999'] },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
        messages: [
          'item 0 of redirect_uris, "https://h.example.com:x/cb", has the port "x", which is not a number',
          'item 1 of redirect_uris, "https://h.example.com:99999", has the port "99999", which is above 65535',
        ],
        parts: ['x', '99999'],
      },
      {
        document: { redirect_uris: ['https://u@a@h.example.com/', 'https://u@[::1/cb'] },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
        messages: [
          'item 0 of redirect_uris, "https://[redacted]@h.example.com/", has a second "@" before its path, and programs disagree about its host',
          'item 1 of redirect_uris, "https://[redacted]@[::1/cb", has the host "[::1", which is neither a name nor an IPv6 address in brackets',
        ],
        parts: ['u@a@h.example.com', '[::1'],
      },
      {
        document: { redirect_uris: ['https://client.example.com/cb', 'https://a b/cb'] },
        at: ['/redirect_uris/1'],
        parts: [' '],
      },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/%',
            'https://client.example.com/%cb%',
            'https://client.example.com/<img src=x>',
            'https://client.example.com/{}',
            'https://{{host}}/cb',
            `https://$\{HOST}/cb`,
            '%BASE_URL%/cb',
            'https://<your domain>/cb',
            '%HOST%/cb',
            'https://client.example.com/%CB%',
          ],
        },
        at: [
          '/redirect_uris/0',
          '/redirect_uris/1',
          '/redirect_uris/2',
          '/redirect_uris/3',
          '/redirect_uris/4',
          '/redirect_uris/5',
          '/redirect_uris/6',
          '/redirect_uris/7',
          '/redirect_uris/8',
          '/redirect_uris/9',
        ],
        suggestions: [
          'write "%25" for a percent sign',
          'write "%25" for a percent sign',
          'percent-encode it, as "%3C"',
          'percent-encode it, as "%7B"',
          'write what the placeholder "{{host}}" stands for',
          'write what the placeholder "{HOST}" stands for',
          'write what the placeholder "%BASE_URL%" stands for',
          'write what the placeholder "<your domain>" stands for',
          'write what the placeholder "%HOST%" stands for',
          'write "%25" for a percent sign',
        ],
      },
    ],
  },

  *check({ redirects }) {
    for (const redirect of redirects) {
      const { at, text } = redirect
      // Reported by redirect-uris-nonempty.
      if (text === '') continue
      const fault = faultOf(redirect)
      if (!fault) continue
      const { part, clause, suggestion } = fault
      yield {
        at,
        ...(part && { part }),
        message: `${subjectOf(at, text)} ${clause}`,
        suggestion: suggestion ?? 'write it in full, as in https://client.example.com/callback',
      }
    }
  },
})

/** RFC 3986 section 4.3, and RFC 9110 section 4.2: http and https have a host. */
function faultOf({ scheme, text, url }: RedirectUri): UrlFault | undefined {
  if (url) return undefined
  const foreign = explainForeignCharacter(text)
  // Reported by redirect-no-wildcard.
  if (foreign || findWildcard(text)) return foreign
  return ['', 'http', 'https'].includes(scheme) ? explainUrl(text) : undefined
}
