import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

const SHOWN = new Set(['logo_uri', 'tos_uri', 'policy_uri'])

export default defineRule({
  id: 'uri-same-host-as-redirects',
  level: 'ADVICE',
  cites: [rfc(7591, '5')],
  reads: ['logo_uri', 'tos_uri', 'policy_uri'],
  title:
    'The logo, the terms and the policy are on the host of the client_id or of a redirection URI.',
  rationale: `
    A server should check that they are on the host of the redirection URIs, says RFC 7591, so that no
    client decorates itself with the logo of another. Servers that trust some hosts only ask it of
    each URL. Where all redirection URIs are on the user's machine there is nothing to compare with.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://Client.example.com/cimd.json',
          redirect_uris: ['https://App.example.com/cb'],
          logo_uri: 'https://APP.example.com:8443/logo.png',
          tos_uri: 'https://client.example.com/tos',
        },
      },
      // Reported by client-uri-same-host.
      {
        document: {
          redirect_uris: ['https://app.example.com/cb'],
          client_uri: 'https://example.net/',
          logo_uri: 'https://app.example.com/logo.png',
        },
      },
      // Nothing to compare with.
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          redirect_uris: ['http://127.0.0.1/cb', 'https://localhost/cb', 'com.example.app:/cb'],
          logo_uri: 'https://example.net/logo.png',
        },
      },
      { document: { logo_uri: 'https://example.net/logo.png' } },
      // Reported by uri-absolute, uri-known-scheme and uri-public.
      {
        document: {
          redirect_uris: ['https://app.example.com/cb'],
          logo_uri: '/logo.png',
          tos_uri: 'ftp://example.net/tos',
          policy_uri: 'https://localhost/policy',
        },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          redirect_uris: ['http://127.0.0.1/cb', 'https://app.example.com/cb'],
          logo_uri: 'https://cdn.example.net/logo.png',
          'policy_uri#de': 'https://example.com/datenschutz',
        },
        at: ['/logo_uri', '/policy_uri#de'],
        messages: [
          'the host of logo_uri, "cdn.example.net", is neither that of client_id nor that of a redirection URI',
          'the host of policy_uri#de, "example.com", is neither that of client_id nor that of a redirection URI',
        ],
        parts: ['cdn.example.net', 'example.com'],
      },
    ],
  },

  *check({ metadata: { client_id = '' }, redirects, urls }) {
    const hosts = new Set<string>()
    for (const { scheme, url, isOnLoopback } of redirects) {
      if (scheme === 'https' && url && !isOnLoopback) hosts.add(url.host.text.toLowerCase())
    }
    if (hosts.size === 0) return
    hosts.add(splitUrl(client_id)?.host.text.toLowerCase() ?? '')
    for (const { at, subject, member, url } of urls) {
      if (!SHOWN.has(member) || !url || !/^https?$/i.test(url.scheme.text)) continue
      const { text, offset } = url.host
      if (hosts.has(text.toLowerCase()) || specialUseOfHost(text)) continue
      yield {
        at,
        part: { offset, length: text.length },
        message: `the host of ${subject}, ${quote(text)}, is neither that of client_id nor that of a redirection URI`,
        suggestion: 'publish it beside the document',
      }
    }
  },
})
