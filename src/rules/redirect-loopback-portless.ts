import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, rfc, thread } from '../core/spec.js'
import { portOf } from '../core/url.js'

export default defineRule({
  id: 'redirect-loopback-portless',
  level: 'ADVICE',
  cites: [
    rfc(8252, '7.3'),
    thread('github/copilot-cli', 4800),
    thread('github/copilot-cli', 4793),
    atprotoServer('oauth-provider/src/lib/util/redirect-uri.ts'),
  ],
  reads: ['redirect_uris'],
  title: 'Each loopback redirection URI with a port is listed without one too.',
  rationale: `
    A native app listens on a port that is free when the login begins. Several servers let it, but only
    where the registered URI has no port, and take one that has a port by the letter. A few always
    do: for those the port may stay, and the app tries it first.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb'] } },
      {
        document: {
          redirect_uris: ['http://127.0.0.1:8080/cb?a', 'http://127.0.0.1/cb?a', 'http://[::1]:/'],
        },
      },
      {
        document: {
          redirect_uris: ['https://client.example.com:8443/cb', 'com.example.app://127.0.0.1:80/'],
        },
      },
      // Reported by redirect-loopback-literal, redirect-loopback-http, redirect-kind,
      // redirect-no-userinfo and redirect-canonical.
      {
        document: {
          redirect_uris: [
            'http://localhost:8080/cb',
            'http://LocalHost:8080/cb',
            'https://127.0.0.1:8080/cb',
            'http://127.0.0.2:8080/cb',
            'http://me@127.0.0.1:8080/cb',
            'http://127.0.0.1:80/cb',
          ],
        },
      },
    ],
    invalid: [
      {
        document: { redirect_uris: ['http://127.0.0.1:8080/cb'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "http://127.0.0.1:8080/cb", has a port, and several servers then take no other',
        ],
        suggestions: ['list "http://127.0.0.1/cb" too, which most servers take for any port'],
        parts: ['8080'],
      },
      {
        document: {
          redirect_uris: [
            'http://127.0.0.1:8080/cb',
            'http://127.0.0.1:8081/cb',
            'http://127.0.0.1:8080/cb/2',
            'http://127.0.0.1/CB/2',
            'HTTP://[::1]:8080',
            'http://[::1]',
          ],
        },
        at: ['/redirect_uris/0', '/redirect_uris/2', '/redirect_uris/4'],
      },
    ],
  },

  *check({ redirects }) {
    let listed: Set<string> | undefined
    for (const redirect of redirects) {
      const portless = withoutPort(redirect)
      if (portless === undefined) continue
      const { at, text, url } = redirect
      listed ??= new Set(redirects.map(({ text }) => text))
      if (listed.has(portless)) continue
      // One is enough to say of a range of ports.
      listed.add(portless)
      yield {
        at,
        ...(url?.port && { part: { offset: url.port.offset, length: url.port.text.length } }),
        message: `${subjectOf(at, text)} has a port, and several servers then take no other`,
        suggestion: `list ${quote(portless)} too, which most servers take for any port`,
      }
    }
  },
})

/** The URI for any port; undefined where it is that already, or no port is free. */
function withoutPort({ text, scheme, url, isOnLoopback }: RedirectUri): string | undefined {
  if (scheme !== 'http' || !url || !isOnLoopback || url.userinfo || portOf(url) === '') {
    return undefined
  }
  const { host, path } = url
  if (host.text.toLowerCase() === 'localhost') return undefined
  return text.slice(0, host.offset + host.text.length) + text.slice(path.offset)
}
