import { defineRule } from '../core/define.js'
import { findPrivateHost } from '../core/public-host.js'
import { cimd, rfc } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'jwks-uri-public',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('linked-urls'), rfc(6890, '2.2')],
  reads: ['jwks_uri'],
  title: 'The host of the jwks_uri is on the public internet.',
  rationale: `
    The server fetches the keys itself. From loopback, private or reserved addresses it could be led
    into its own network, so it does not fetch from them, and the client cannot authenticate.`,
  examples: {
    valid: [
      { document: { jwks_uri: 'https://client.example.com/jwks.json' } },
      { document: { jwks_uri: 'https://localhost.example.com/jwks.json' } },
      { document: { jwks_uri: 'https://8.8.8.8/jwks.json' } },
      // Reported by jwks-uri-https.
      { document: { jwks_uri: 'localhost/jwks.json' } },
      { document: { jwks_uri: 'ftp://localhost/jwks.json' } },
      { document: { jwks_uri: 'xhttps://10.0.0.1/' } },
      { document: { jwks_uri: 'httpsx://10.0.0.1/' } },
    ],
    invalid: [
      { document: { jwks_uri: 'https://localhost:8080/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'HTTP://127.0.0.1/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://client.internal/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://me@[::1]/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'HTTPS://10.0.0.1/' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://169.254.169.254/' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://2130706433/' }, at: ['/jwks_uri'] },
    ],
  },

  *check({ metadata: { jwks_uri = '' } }) {
    const url = splitUrl(jwks_uri)
    if (!url || !/^https?$/i.test(url.scheme.text)) return
    const found = findPrivateHost('/jwks_uri', 'jwks_uri', url, 'publish the keys on a public host')
    if (found) yield found
  },
})
