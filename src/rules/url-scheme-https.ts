import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, cimd, mcp } from '../core/spec.js'

export default defineRule({
  id: 'url-scheme-https',
  level: 'MUST',
  cites: [cimd('url'), mcp('required-members'), atproto('Clients')],
  needs: 'client-id-url',
  title: 'The scheme of the client_id is https.',
  rationale: `
    Only TLS proves that the document comes from the host it names. A server that fetched plain
    http would take the word of whoever sits on the line.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c' },
      { clientId: 'HTTPS://client.example.com/c' },
    ],
    invalid: [
      { clientId: 'http://client.example.com/c', at: ['/client_id'] },
      { clientId: 'ftp://client.example.com/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { scheme } }) {
    // RFC 3986 section 3.1: schemes are case-insensitive.
    if (scheme.text.toLowerCase() === 'https') return
    yield {
      at: '/client_id',
      part: { offset: scheme.offset, length: scheme.text.length },
      message: `the scheme of client_id is ${quote(scheme.text)}, not "https"`,
      suggestion: 'publish the document over https',
    }
  },
})
