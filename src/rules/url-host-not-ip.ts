import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'url-host-not-ip',
  level: 'ADVICE',
  cites: [rfc(3986, '3.2.2'), atprotoServer('oauth-types/src/oauth-client-id-discoverable.ts')],
  needs: 'client-id-url',
  title: 'The host of the client_id is a name, not an IP address.',
  rationale: `
    The host is what users are shown to decide whom they trust, and an address belongs to whoever
    rents it next. Certificates for addresses are rare, and the reference server of atproto refuses
    them.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c' },
      { clientId: 'https://8.8.8.8.example.com/c' },
      // Not public: reported by url-host-public.
      { clientId: 'https://10.0.0.1/c' },
      { clientId: 'https://[::1]/c' },
    ],
    invalid: [
      { clientId: 'https://8.8.8.8/c', at: ['/client_id'] },
      { clientId: 'https://[2606:4700::1111]/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { host } }) {
    if (!/^(?:\[.*\]|[0-9.]+)$/.test(host.text) || specialUseOfHost(host.text)) return
    yield {
      at: '/client_id',
      part: { offset: host.offset, length: host.text.length },
      message: `the host of client_id is the IP address ${quote(host.text)}, not a name`,
      suggestion: 'publish the document under a domain name',
    }
  },
})
