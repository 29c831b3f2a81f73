import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'uri-public',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('linked-urls'), rfc(6890, '2.2')],
  title: 'The host of each URL in the document is on the public internet.',
  rationale: `
    A server that fetched a logo from loopback or private addresses could be used to reach into its
    own network, so it must not. For users the link leads to their own machine, or nowhere.`,
  examples: {
    valid: [
      { document: { logo_uri: 'https://cdn.example.com/logo.png' } },
      { document: { client_uri: 'https://localhost.example.com/' } },
      // Reported by uri-known-scheme.
      { document: { client_uri: 'ftp://localhost/' } },
      // Redirection URIs may be on loopback, and jwks_uri has a rule of its own.
      { document: { redirect_uris: ['http://127.0.0.1/cb'], jwks_uri: 'https://localhost/jwks' } },
    ],
    invalid: [
      { document: { logo_uri: 'http://localhost:3000/logo.png' }, at: ['/logo_uri'] },
      { document: { 'client_uri#de': 'https://10.0.0.1/' }, at: ['/client_uri#de'] },
      { document: { policy_uri: 'https://client.internal/' }, at: ['/policy_uri'] },
      { document: { request_uris: ['https://[::1]/r'] }, at: ['/request_uris/0'] },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, url } of urls) {
      if (!url || !/^https?$/i.test(url.scheme.text)) continue
      const { text, offset } = url.host
      const reason = specialUseOfHost(text)
      if (reason === undefined) continue
      yield {
        at,
        part: { offset, length: text.length },
        message: `the host of ${subject}, ${quote(text)}, is not public (${reason}), so servers will not fetch from it`,
        suggestion: 'write a public URL, or leave the member out',
      }
    }
  },
})
