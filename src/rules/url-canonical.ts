import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'url-canonical',
  level: 'ADVICE',
  cites: [
    rfc(3986, '6.2.1'),
    atprotoServer('oauth-types/src/oauth-client-id-discoverable.ts'),
    atproto('Clients'),
  ],
  needs: 'client-id-url',
  title: 'The client_id is spelled as URL parsers spell it.',
  rationale: `
    Scheme and host are the same in any letter case, but two spellings are two clients. Whoever builds
    the request with a URL parser sends the spelling of the parser: lower case, and no empty port.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/Cimd.JSON' },
      { clientId: 'https://[2606:4700::1111]/c' },
      { clientId: 'https://Me@client.example.com/c' },
      // The default port is judged by url-no-port, dot segments by their own rules.
      { clientId: 'https://client.example.com:443/c' },
      { clientId: 'https://client.example.com/a/../c' },
    ],
    invalid: [
      { clientId: 'HTTPS://client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://Client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com:/c', at: ['/client_id'] },
      { clientId: 'https://[2606:4700::ABCD]/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { raw, userinfo, host, port } }) {
    // Reported by url-no-userinfo.
    if (userinfo) return
    const origin = raw.slice(0, host.offset + host.text.length + (port ? port.text.length + 1 : 0))
    const canonical = (port?.text === '' ? origin.slice(0, -1) : origin).toLowerCase()
    if (canonical === origin) return
    yield {
      at: '/client_id',
      part: { offset: 0, length: origin.length },
      message: `client_id begins ${quote(origin)}, which URL parsers spell ${quote(canonical)}`,
      suggestion: `write ${quote(canonical)}, here and in every request`,
    }
  },
})
