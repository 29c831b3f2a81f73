import { isImplicitWebClient } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, oauth21, rfc, thread } from '../core/spec.js'
import type { RawUrl } from '../core/url.js'

export default defineRule({
  id: 'redirect-loopback-literal',
  level: 'SHOULD',
  cites: [
    rfc(8252, '8.3'),
    oauth21('loopback-redirects'),
    thread('spring-ai-community/mcp-security', 84),
    atprotoServer('oauth-types/src/oauth-redirect-uri.ts'),
  ],
  reads: ['redirect_uris'],
  title: 'Loopback redirection URIs name 127.0.0.1 or [::1], not localhost.',
  rationale: `
    What \`localhost\` means is up to the resolver of the user's machine, and a program that listens
    on it may listen on other interfaces too. The IP literals mean loopback and nothing else. Some
    servers leave the port free for those only, and the one of atproto refuses \`localhost\`.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb'] } },
      {
        document: {
          redirect_uris: [
            'http://[::1]:8080/localhost',
            'https://client.example.com/localhost',
            'com.example.app:/localhost',
          ],
        },
      },
      // Reported by redirect-kind, redirect-loopback-http and redirect-no-wildcard.
      {
        document: {
          redirect_uris: [
            'http://localhost.example.com/cb',
            'https://localhost/cb',
            'http://localhost:*/cb',
          ],
        },
      },
      // Reported by app-type-web-redirects.
      { document: { redirect_uris: ['http://localhost/cb'], grant_types: ['implicit'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['http://localhost:3000/cb'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "http://localhost:3000/cb", names "localhost", where an IP literal is expected',
        ],
        suggestions: ['list "http://127.0.0.1/cb", and listen there'],
      },
      {
        document: { redirect_uris: ['http://localhost/cb', 'http://127.0.0.1/CB'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "http://localhost/cb", names "localhost", and some servers leave the port free for IP literals only',
        ],
        suggestions: ['list "http://127.0.0.1/cb", and listen there'],
      },
      {
        document: {
          redirect_uris: ['http://localhost/cb', 'http://localhost/a', 'HTTP://[::1]:80/cb'],
        },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
        suggestions: [
          'listen on the IP literal that is listed beside it, and request that one',
          'list "http://127.0.0.1/a", and listen there',
        ],
      },
      {
        document: { redirect_uris: ['http://127.0.0.1', 'HTTP://LocalHost', 'http://localhost?a'] },
        at: ['/redirect_uris/1', '/redirect_uris/2'],
      },
    ],
  },

  *check(document) {
    if (isImplicitWebClient(document)) return
    let beside: ReadonlySet<string> | undefined
    for (const { at, text, scheme, url } of document.redirects) {
      if (scheme !== 'http' || !url || !isLocalhost(url)) continue
      const { host, port, path } = url
      const why = port?.text
        ? 'where an IP literal is expected'
        : 'and some servers leave the port free for IP literals only'
      const target = text.slice(path.offset)
      beside ??= new Set(document.redirects.filter(isLiteral).map(targetOf))
      yield {
        at,
        part: { offset: host.offset, length: host.text.length },
        message: `${subjectOf(at, text)} names ${quote(host.text)}, ${why}`,
        suggestion: beside.has(target)
          ? 'listen on the IP literal that is listed beside it, and request that one'
          : `list ${quote(`http://127.0.0.1${target}`)}, and listen there`,
      }
    }
  },
})

const isLocalhost = ({ host }: RawUrl): boolean => host.text.toLowerCase() === 'localhost'

/** Whether it is on loopback by an IP literal. */
const isLiteral = ({ scheme, url, isOnLoopback }: RedirectUri): boolean =>
  scheme === 'http' && isOnLoopback && url !== undefined && !isLocalhost(url)

/** Path and query. */
const targetOf = ({ text, url }: RedirectUri): string => text.slice(url?.path.offset)
