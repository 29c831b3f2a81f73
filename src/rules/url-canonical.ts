import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer, rfc } from '../core/spec.js'
import type { RawUrl } from '../core/url.js'

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
    the request with a URL parser sends the spelling of the parser: lower case, no empty port, IPv6
    addresses at their shortest.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/Cimd.JSON' },
      { clientId: 'https://[2606:4700::1111]/c' },
      // The default port is judged by url-no-port, dot segments by their own rules.
      { clientId: 'https://client.example.com:443/c' },
      { clientId: 'https://client.example.com/a/../c' },
      // No parser takes it: reported by url-host-public.
      { clientId: 'https://[::G]/c' },
    ],
    invalid: [
      { clientId: 'HTTPS://client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://Client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com:/c', at: ['/client_id'] },
      { clientId: 'https://[2606:4700:0::1111]/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl }) {
    const { scheme, host, port } = clientIdUrl
    const origin = `${scheme.text}://${host.text}${port ? `:${port.text}` : ''}`
    const canonical = canonicalOrigin(clientIdUrl)
    if (canonical === undefined || canonical === origin) return
    yield {
      at: '/client_id',
      message: `client_id begins ${quote(origin)}, which URL parsers spell ${quote(canonical)}`,
      suggestion: `write ${quote(canonical)}, here and in every request`,
    }
  },
})

/** Scheme, host and port as parsers write them, with a default port kept. */
function canonicalOrigin({ scheme, host, port }: RawUrl): string | undefined {
  const name = scheme.text.toLowerCase()
  try {
    // Only host and case: parsers would drop a default port, which another rule judges.
    const { hostname } = new URL(`https://${host.text}`)
    return `${name}://${hostname}${port?.text ? `:${port.text}` : ''}`
  } catch {
    return undefined
  }
}
