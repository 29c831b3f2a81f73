import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, cimd } from '../core/spec.js'
import { portOf } from '../core/url.js'

export default defineRule({
  id: 'url-no-port',
  level: 'MAY',
  cites: [cimd('url-port'), atproto('Clients')],
  needs: 'client-id-url',
  title: 'The client_id has no port.',
  rationale: `
    The draft allows a port, and makes it a part of the client's identity: the same host on another
    port, or without one, is another client. atproto forbids it.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c:8443' },
      // Another spelling, not another port: url-canonical.
      { clientId: 'https://client.example.com:/c' },
      { clientId: 'https://client.example.com:443/c' },
    ],
    invalid: [
      { clientId: 'https://client.example.com:8443/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com:80/c', at: ['/client_id'] },
      { clientId: 'https://[2606:4700::1111]:8443/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl }) {
    const { port } = clientIdUrl
    if (!port || portOf(clientIdUrl) === '') return
    yield {
      at: '/client_id',
      part: { offset: port.offset - 1, length: port.text.length + 1 },
      message: `client_id has the port ${quote(port.text)}, which is a part of the client's identity`,
      suggestion: 'publish the document on the default port, and leave the port out',
    }
  },
})
