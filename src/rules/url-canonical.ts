import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer, rfc } from '../core/spec.js'
import { portOf } from '../core/url.js'

export default defineRule({
  id: 'url-canonical',
  level: 'ADVICE',
  floor: 'warning',
  cites: [
    rfc(3986, '6.2.1'),
    atprotoServer('oauth-types/src/oauth-client-id-discoverable.ts'),
    atproto('Clients'),
  ],
  needs: 'client-id-url',
  title: 'The client_id is spelled as URL parsers spell it.',
  rationale: `
    Scheme and host are the same in any letter case, but two spellings are two clients. Whoever builds
    the request with a URL parser sends the spelling of the parser: lower case, and no empty or default
    port.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/Cimd.JSON' },
      { clientId: 'https://[2606:4700::1111]/c' },
      { clientId: 'https://Me@client.example.com/c' },
      // Another port is judged by url-no-port, dot segments by their own rules.
      { clientId: 'https://client.example.com:8443/c' },
      { clientId: 'http://client.example.com:443/c' },
      { clientId: 'https://client.example.com/a/../c' },
    ],
    invalid: [
      { clientId: 'HTTPS://client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://Client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com:/c', at: ['/client_id'] },
      { clientId: 'https://[2606:4700::ABCD]/c', at: ['/client_id'] },
      {
        clientId: 'https://client.example.com:443/c',
        at: ['/client_id'],
        messages: [
          'client_id begins "https://client.example.com:443", which URL parsers spell "https://client.example.com"',
        ],
        parts: ['https://client.example.com:443'],
      },
      { clientId: 'https://client.example.com:0443/c', at: ['/client_id'] },
      { clientId: 'http://client.example.com:80/c', at: ['/client_id'] },
      {
        clientId: 'https://client.example.com:08443/c',
        at: ['/client_id'],
        messages: [
          'client_id begins "https://client.example.com:08443", which URL parsers spell "https://client.example.com:8443"',
        ],
      },
    ],
  },

  *check({ clientIdUrl: url }) {
    const { raw, userinfo, path } = url
    // Reported by url-no-userinfo.
    if (userinfo) return
    const origin = raw.slice(0, path.offset)
    const place = origin.slice(0, url.host.offset + url.host.text.length)
    const port = portOf(url)
    const canonical = `${place}${port && ':'}${port}`.toLowerCase()
    if (canonical === origin) return
    yield {
      at: '/client_id',
      part: { offset: 0, length: origin.length },
      message: `client_id begins ${quote(origin)}, which URL parsers spell ${quote(canonical)}`,
      suggestion: `write ${quote(canonical)}, here and in every request`,
    }
  },
})
