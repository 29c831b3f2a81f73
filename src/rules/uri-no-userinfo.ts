import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'uri-no-userinfo',
  level: 'ADVICE',
  cites: [rfc(3986, '7.6')],
  title: 'No member that names a web page, an image or an endpoint has a user name.',
  rationale: `
    What stands before "@" leads nowhere else, but people read it as the host. A server that fetches
    with the \`fetch\` of browsers and Node.js gets an error and nothing else.`,
  examples: {
    valid: [
      { document: { client_uri: 'https://client.example.com/@me' } },
      { document: { client_uri: 'https://client.example.com/?to=me@example.com' } },
      // An empty one is no user name.
      { document: { logo_uri: 'https://@client.example.com/', tos_uri: 'https://:@example.com/' } },
      // Reported by no-embedded-secrets, uri-known-scheme and jwks-uri-https.
      { document: { client_uri: 'https://me:pw@client.example.com/' } },
      { document: { client_uri: 'ftp://me@client.example.com/' } },
      { document: { jwks_uri: 'https://me@client.example.com/jwks.json' } },
    ],
    invalid: [
      {
        document: { client_uri: 'https://accounts.example.net@client.example.com/' },
        at: ['/client_uri'],
        messages: ['client_uri has a user name before the "@"'],
        parts: ['accounts.example.net@'],
      },
      {
        document: {
          'tos_uri#de': 'HTTPS://me:@client.example.com/',
          request_uris: ['https://client.example.com/r', 'https://me@client.example.com/r'],
        },
        at: ['/tos_uri#de', '/request_uris/1'],
      },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, url } of urls) {
      if (!url?.userinfo || !/^[^:]+:?$/.test(url.userinfo.text)) continue
      if (!/^https?$/i.test(url.scheme.text)) continue
      const { offset, text } = url.userinfo
      yield {
        at,
        part: { offset, length: text.length + 1 },
        message: `${subject} has a user name before the "@"`,
        suggestion: 'remove everything between "//" and "@", and the "@"',
      }
    }
  },
})
