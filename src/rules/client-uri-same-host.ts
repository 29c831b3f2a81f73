import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { atproto, betterAuth, rfc, thread } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'client-uri-same-host',
  level: 'ADVICE',
  floor: 'warning',
  cites: [
    rfc(7591, '5'),
    betterAuth,
    thread('arcadeai-labs/smithery-cli', 817),
    atproto('Client ID Metadata Document'),
  ],
  reads: ['client_uri'],
  title: 'The client_uri is on the host of the client_id.',
  rationale: `
    The consent page links the name of the client to \`client_uri\`. On a host of its own it borrows
    the good name of another, so atproto forbids it, and Better Auth refuses the document by default.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://Client.example.com:8443/home',
        },
      },
      {
        document: {
          client_id: 'https://Client.example.com/cimd.json',
          client_uri: 'https://client.example.com/',
        },
      },
      { document: { client_uri: 'https://example.net/' } },
      // Reported by uri-public, and by uri-known-scheme.
      ...['https://localhost/', 'http://10.0.0.1/', 'ftp://example.com/'].map((client_uri) => ({
        document: { client_id: 'https://client.example.com/cimd.json', client_uri },
      })),
      {
        document: { client_id: 'https://client.example.com/cimd.json', client_uri: '/home' },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://example.com/',
        },
        at: ['/client_uri'],
      },
    ],
  },

  *check({ metadata: { client_id = '', client_uri = '' } }) {
    const own = splitUrl(client_id)?.host.text
    const { host, scheme } = splitUrl(client_uri) ?? {}
    if (own === undefined || !host || own.toLowerCase() === host.text.toLowerCase()) return
    // Reported by uri-known-scheme, and by uri-public.
    if (!/^https?$/i.test(scheme?.text ?? '') || specialUseOfHost(host.text)) return
    yield {
      at: '/client_uri',
      part: { offset: host.offset, length: host.text.length },
      message: `the host of client_uri is ${quote(host.text)}, that of client_id is ${quote(own)}`,
      suggestion: `name a page on ${quote(own)}, or leave client_uri out`,
    }
  },
})
