import { defineRule } from '../core/define.js'
import { findPrivateHost } from '../core/public-host.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'url-host-public',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('ssrf'), rfc(6890, '2.2')],
  needs: 'client-id-url',
  title: 'The host of the client_id is on the public internet.',
  rationale: `
    An authorization server that fetched from loopback, private or reserved addresses could be used
    to reach into its own network, so no conforming server does. Names such as \`localhost\` or
    \`.internal\` lead there.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c' },
      { clientId: 'https://localhost.example.com/c' },
      { clientId: 'https://8.8.8.8/c' },
      { clientId: 'https://[2606:4700::1111]/c' },
    ],
    invalid: [
      { clientId: 'https://localhost/c', at: ['/client_id'] },
      { clientId: 'https://localhost.:8443/c', at: ['/client_id'] },
      { clientId: 'https://intranet/c', at: ['/client_id'] },
      { clientId: 'https://client.internal/c', at: ['/client_id'] },
      { clientId: 'https://client.example/c', at: ['/client_id'] },
      { clientId: 'https://10.0.0.1/c', at: ['/client_id'] },
      { clientId: 'https://169.254.169.254/c', at: ['/client_id'] },
      { clientId: 'https://2130706433/c', at: ['/client_id'] },
      { clientId: 'https://127.1/c', at: ['/client_id'] },
      { clientId: 'https://127.0.0.%31/c', at: ['/client_id'] },
      { clientId: 'https://a.interna%6C/c', at: ['/client_id'] },
      { clientId: 'https://a..example.com/c', at: ['/client_id'] },
      { clientId: 'https://localhost../c', at: ['/client_id'] },
      { clientId: 'https://[::1]/c', at: ['/client_id'] },
      { clientId: 'https://[::ffff:8.8.8.8]/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl }) {
    const suggestion = 'publish the document on a public host'
    const found = findPrivateHost('/client_id', 'client_id', clientIdUrl, suggestion)
    if (found) yield found
  },
})
