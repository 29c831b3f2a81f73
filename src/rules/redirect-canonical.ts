import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'
import { spellingOf } from '../core/url.js'

export default defineRule({
  id: 'redirect-canonical',
  level: 'ADVICE',
  cites: [rfc(3986, '6.2.1'), rfc(9700, '2.1')],
  reads: ['redirect_uris'],
  title: 'Each http or https redirection URI is spelled as URL parsers spell it.',
  rationale: `
    Servers compare character for character. A client that builds the URI with a URL parser sends the
    spelling of the parser: lower case, no default port, a "/" where there is no path, and no dot
    segments.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      {
        document: {
          redirect_uris: [
            'https://client.example.com:8443/CB/%7ea?b=%2F&c',
            'http://[::1]/',
            'com.example.app:/a/../cb',
          ],
        },
      },
      // Where both spellings are listed, one of them is right.
      {
        document: { redirect_uris: ['https://client.example.com', 'https://client.example.com/'] },
      },
      // Reported by redirect-absolute, redirect-kind, redirect-no-wildcard and redirect-no-userinfo.
      {
        document: {
          redirect_uris: [
            'HTTPS:/cb',
            'HTTP://client.example.com',
            'http://LOCALHOST:*/cb',
            'HTTPS://me@client.example.com',
          ],
        },
      },
      // Hosts that parsers rewrite in ways of their own.
      { document: { redirect_uris: ['https://0X7F.1', 'https://[2606:4700::ABCD]'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://client.example.com'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "https://client.example.com", is spelled "https://client.example.com/" by URL parsers',
        ],
        suggestions: [
          'write "https://client.example.com/", unless the client sends the other letter by letter',
        ],
      },
      {
        document: {
          redirect_uris: [
            'https://Client.example.com/cb',
            'https://client.example.com:443/cb',
            'https://client.example.com/a/../cb',
            'HTTP://127.0.0.1/cb',
            'https://@client.example.com/cb',
            'http://[0:0::1]/',
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
    ],
  },

  *check({ redirects }) {
    let listed: ReadonlySet<string> | undefined
    for (const redirect of redirects) {
      const { at, text } = redirect
      const parsed = parsedFormOf(redirect)
      if (parsed === undefined || parsed === text) continue
      listed ??= new Set(redirects.map(({ text }) => text))
      if (listed.has(parsed)) continue
      yield {
        at,
        message: `${subjectOf(at, text)} is spelled ${quote(parsed)} by URL parsers`,
        suggestion: `write ${quote(parsed)}, unless the client sends the other letter by letter`,
      }
    }
  },
})

/** What has nothing that parsers could spell in another way. */
const PLAIN =
  /^https?:\/\/(?:\[::1\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?!80\/|443\/)[1-9][0-9]*)?\/[^.%'?#]*$/

/** How URL parsers spell it; undefined where nothing is to be said of it, or where another rule says that it is no redirection URI. */
function parsedFormOf({ scheme, url, isOnLoopback }: RedirectUri): string | undefined {
  if (!url || PLAIN.test(url.raw) || (scheme !== 'https' && !isOnLoopback)) return undefined
  // An empty one is left out by parsers, any other is reported by redirect-no-userinfo.
  if (url.userinfo && /[^:]/.test(url.userinfo.text)) return undefined
  return spellingOf(url)
}
