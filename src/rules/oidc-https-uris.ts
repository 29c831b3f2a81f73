import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { openid } from '../core/spec.js'

const HTTPS_ONLY = ['initiate_login_uri', 'sector_identifier_uri'] as const

export default defineRule({
  id: 'oidc-https-uris',
  level: 'MUST',
  cites: [openid('registration', '2')],
  reads: HTTPS_ONLY,
  title: 'The initiate_login_uri and the sector_identifier_uri are https.',
  rationale: `
    OpenID Connect defines both as URLs of the scheme https: the one starts a login, the other decides
    which clients see the same user identifier.`,
  examples: {
    valid: [
      { document: { initiate_login_uri: 'https://client.example.com/login' } },
      // No host that is public: reported by uri-public. No URL: by uri-absolute.
      { document: { initiate_login_uri: 'http://localhost/login', sector_identifier_uri: '/s' } },
      // Reported by uri-https.
      {
        document: {
          logo_uri: 'http://client.example.com/l.png',
          initiate_login_uri: 'https://client.example.com/login',
        },
      },
    ],
    invalid: [
      {
        document: { initiate_login_uri: 'http://client.example.com/login' },
        at: ['/initiate_login_uri'],
      },
      {
        document: { sector_identifier_uri: 'http://client.example.com/sector.json' },
        at: ['/sector_identifier_uri'],
      },
      {
        document: { initiate_login_uri: 'HTTP://client.example.com/' },
        at: ['/initiate_login_uri'],
      },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, member, url } of urls) {
      if (!HTTPS_ONLY.some((name) => name === member)) continue
      if (url?.scheme.text.toLowerCase() !== 'http' || specialUseOfHost(url.host.text)) continue
      yield {
        at,
        part: { offset: 0, length: url.scheme.text.length },
        message: `${subject} is plain http, and OpenID Connect takes only https there`,
        suggestion: 'serve it over https',
      }
    }
  },
})
