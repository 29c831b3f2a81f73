import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer } from '../core/spec.js'
import { portOf, splitUrl } from '../core/url.js'

export default defineRule({
  id: 'at-client-uri-parent',
  level: 'MUST',
  cites: [atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['client_uri'],
  title: 'The client_uri has the origin of the client_id, and a path above it.',
  rationale: `
    The reference server of atproto goes further than its specification, which asks for the same host:
    scheme and port are the same too, and the path of \`client_id\` begins with that of
    \`client_uri\`.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://client.example.com/oauth/cimd.json',
          client_uri: 'https://client.example.com',
        },
      },
      {
        document: {
          client_id: 'https://client.example.com/oauth/cimd.json',
          client_uri: 'https://client.example.com/oauth',
        },
      },
      // Another host is reported by client-uri-same-host.
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://example.com/home',
        },
      },
      // Plain http is reported by uri-https.
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'http://client.example.com/home',
        },
      },
      // The default port, and another spelling of the host.
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://Client.example.com:443/',
        },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://client.example.com/home',
        },
        at: ['/client_uri'],
      },
      {
        document: {
          client_id: 'https://client.example.com/oauth-client/cimd.json',
          client_uri: 'https://client.example.com/oauth',
        },
        at: ['/client_uri'],
      },
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://client.example.com:8443/',
        },
        at: ['/client_uri'],
      },
      {
        document: {
          client_id: 'https://client.example.com/a/oauth/c.json',
          client_uri: 'https://client.example.com/oauth',
        },
        at: ['/client_uri'],
      },
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          client_uri: 'https://Client.example.com/home',
        },
        at: ['/client_uri'],
      },
    ],
  },

  *check({ metadata: { client_id = '', client_uri = '' } }) {
    const own = splitUrl(client_id)
    const url = splitUrl(client_uri)
    if (!own || !url || own.host.text.toLowerCase() !== url.host.text.toLowerCase()) return
    if (url.scheme.text.toLowerCase() !== 'https') return
    if (portOf(own) === portOf(url) && isAbove(url.path.text, own.path.text)) return
    yield {
      at: '/client_uri',
      message: `client_uri is ${quote(client_uri)}, which is not above client_id ${quote(client_id)}`,
      suggestion: `write ${quote(`https://${own.host.text}`)}, or leave client_uri out`,
    }
  },
})

const isAbove = (path: string, own: string): boolean =>
  path === own || own.startsWith(path.endsWith('/') ? path : `${path}/`)
