import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { originOf, readRedirectUris, subjectOf } from '../core/redirect-uri.js'
import { betterAuth } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'post-logout-same-origin',
  level: 'ADVICE',
  floor: 'warning',
  cites: [betterAuth],
  reads: ['post_logout_redirect_uris'],
  title: 'The post_logout_redirect_uris have the origin of the client_id.',
  rationale: `
    The \`client_id\` proves nothing about other origins. Better Auth refuses a document that sends users
    elsewhere after a logout; most servers have no logout of this kind and pass over the member.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: ['https://client.example.com/bye'],
        },
      },
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: ['HTTPS://Client.Example.com:443?bye'],
        },
      },
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: [],
        },
      },
      // Without an https client_id there is nothing to compare with.
      { document: { post_logout_redirect_uris: ['https://client.example.com/bye'] } },
      {
        document: {
          client_id: 'http://client.example.com/cimd.json',
          post_logout_redirect_uris: ['https://example.com/bye'],
        },
      },
      // Reported by redirect-no-dangerous-scheme, and by json-types.
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: ['javascript:alert(1)'],
        },
      },
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: 'https://example.com/bye',
        },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          post_logout_redirect_uris: ['https://example.com/bye'],
        },
        at: ['/post_logout_redirect_uris/0'],
        messages: [
          'item 0 of post_logout_redirect_uris, "https://example.com/bye", is not on "https://client.example.com", the origin of client_id',
        ],
      },
      {
        document: {
          client_id: 'HTTPS://client.example.com:8443/cimd.json',
          post_logout_redirect_uris: [
            'https://client.example.com:8443',
            'https://client.example.com/bye',
            'http://client.example.com:8443/bye',
            'http://localhost:8080/',
            'com.example.app:/bye',
            '/bye',
            'https:/bye',
          ],
        },
        at: [
          '/post_logout_redirect_uris/1',
          '/post_logout_redirect_uris/2',
          '/post_logout_redirect_uris/3',
          '/post_logout_redirect_uris/4',
          '/post_logout_redirect_uris/5',
          '/post_logout_redirect_uris/6',
        ],
        suggestions: Array<string>(6).fill(
          'write a URL that begins "https://client.example.com:8443/", or leave the member out',
        ),
      },
    ],
  },

  *check({ metadata: { client_id = '', post_logout_redirect_uris } }) {
    const client = splitUrl(client_id)
    if (client?.scheme.text.toLowerCase() !== 'https') return
    const origin = `https://${client.raw.slice(client.host.offset, client.path.offset)}`
    const uris = readRedirectUris(post_logout_redirect_uris, 'post_logout_redirect_uris')
    for (const { at, text, scheme, url, isDangerous } of uris) {
      if (isDangerous) continue
      if (scheme === 'https' && url && originOf(url) === originOf(client)) continue
      yield {
        at,
        message: `${subjectOf(at, text)} is not on ${quote(origin)}, the origin of client_id`,
        suggestion: `write a URL that begins ${quote(`${origin}/`)}, or leave the member out`,
      }
    }
  },
})
