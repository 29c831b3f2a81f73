import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import type { Metadata, UrlMember } from '../core/metadata.js'
import { findPrivateHost } from '../core/public-host.js'
import { cimd, rfc } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

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
      { document: { client_uri: 'xhttps://10.0.0.1/', tos_uri: 'httpsx://10.0.0.1/' } },
      // Redirection URIs may be on loopback, and jwks_uri has a rule of its own.
      { document: { redirect_uris: ['http://127.0.0.1/cb'], jwks_uri: 'https://localhost/jwks' } },
    ],
    invalid: [
      { document: { logo_uri: 'http://localhost:3000/logo.png' }, at: ['/logo_uri'] },
      { document: { 'client_uri#de': 'https://10.0.0.1/' }, at: ['/client_uri#de'] },
      { document: { client_uri: 'HTTPS://10.0.0.1/' }, at: ['/client_uri'] },
      {
        document: { client_uri: 'https://127.1/' },
        at: ['/client_uri'],
        messages: [
          'the host of client_uri, "127.1", is not public (a number that programs read as an IP address, or refuse), so servers will not fetch from it',
        ],
        parts: ['127.1'],
      },
      { document: { policy_uri: 'https://client.internal/' }, at: ['/policy_uri'] },
      { document: { request_uris: ['https://[::1]/r'] }, at: ['/request_uris/0'] },
      {
        document: { jwks: { keys: [{ kty: 'RSA' }, { x5u: 'https://10.0.0.1/cert' }] } },
        at: ['/jwks/keys/1/x5u'],
      },
    ],
  },

  *check({ metadata: { jwks }, urls }) {
    for (const { at, subject, url } of [...urls, ...certificatesOf(jwks)]) {
      if (!url || !/^https?$/i.test(url.scheme.text)) continue
      const found = findPrivateHost(at, subject, url, 'write a public URL, or leave the member out')
      if (found) yield found
    }
  },
})

/** The URLs of certificates in keys: RFC 7517 section 4.6. */
const certificatesOf = (jwks: Metadata['jwks']): Pick<UrlMember, 'at' | 'subject' | 'url'>[] =>
  keysOf(jwks).map(([index, { x5u }]) => ({
    at: `/jwks/keys/${index}/x5u`,
    subject: `x5u of key ${index} of jwks`,
    url: typeof x5u === 'string' ? splitUrl(x5u) : undefined,
  }))
