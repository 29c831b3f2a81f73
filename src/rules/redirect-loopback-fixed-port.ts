import { isForAtproto } from '../core/atproto-scope.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'redirect-loopback-fixed-port',
  level: 'ADVICE',
  cites: [
    rfc(8252, '7.3'),
    thread('anthropics/claude-code', 37767),
    thread('BuilderIO/agent-native', 2532),
    thread('sprawz/gtm-mcp-server', 72),
  ],
  reads: ['redirect_uris'],
  title: 'Beside loopback redirection URIs without a port stands one with a fixed port.',
  rationale: `
    The port of a loopback redirection URI is free, and an app listens on whichever it gets. Servers
    that compare the whole string know none of those ports and refuse the login. An app that tries a
    port of its own first, and lists it, gets in there too.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: [
            'http://127.0.0.1/cb',
            'http://localhost/cb',
            'http://127.0.0.1:33418/cb',
          ],
        },
      },
      // A port of one path does for all.
      { document: { redirect_uris: ['http://[::1]/cb', 'http://127.0.0.1:33418/'] } },
      { document: { redirect_uris: ['https://client.example.com/cb', 'com.example.app:/cb'] } },
      // The servers of atproto leave the port free.
      { document: { redirect_uris: ['http://127.0.0.1/cb'], scope: 'atproto' } },
      // Reported by redirect-loopback-http and redirect-no-wildcard.
      { document: { redirect_uris: ['https://127.0.0.1/cb', 'http://localhost:*/cb'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['http://127.0.0.1/cb'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "http://127.0.0.1/cb", has no port, and servers that compare it refuse the one the app listens on',
        ],
        suggestions: [
          'list one with a port of your own too, such as "http://127.0.0.1:33418/cb", and try that port first',
        ],
      },
      {
        document: {
          redirect_uris: ['https://client.example.com/', 'http://localhost/a', 'http://[::1]?b'],
        },
        at: ['/redirect_uris/2'],
        suggestions: [
          'list one with a port of your own too, such as "http://[::1]:33418/?b", and try that port first',
        ],
      },
      {
        document: { redirect_uris: ['http://localhost/a'] },
        at: ['/redirect_uris/0'],
        suggestions: [
          'list one with a port of your own too, such as "http://127.0.0.1:33418/a", and try that port first',
        ],
      },
      // Port 80 is the port of a URI without one.
      { document: { redirect_uris: ['http://127.0.0.1:/cb'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ metadata, redirects }) {
    if (isForAtproto(metadata)) return
    const portless = redirects.filter(
      (redirect) => isOnLoopback(redirect) && !redirect.url?.port?.text,
    )
    const first =
      portless.find(({ url }) => url?.host.text.toLowerCase() !== 'localhost') ?? portless[0]
    if (!first?.url) return
    if (redirects.some((redirect) => isOnLoopback(redirect) && redirect.url?.port?.text)) return
    const { at, text, url } = first
    const { host, path } = url
    const literal = host.text.startsWith('[') ? host.text : '127.0.0.1'
    const rest = path.text === '' ? `/${text.slice(path.offset)}` : text.slice(path.offset)
    yield {
      at,
      message: `${subjectOf(at, text)} has no port, and servers that compare it refuse the one the app listens on`,
      suggestion: `list one with a port of your own too, such as ${quote(`http://${literal}:33418${rest}`)}, and try that port first`,
    }
  },
})

const isOnLoopback = ({ scheme, isOnLoopback }: RedirectUri): boolean =>
  scheme === 'http' && isOnLoopback
