import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, openid } from '../core/spec.js'
import type { Finding } from '../core/types.js'
import { judgeAbsolute, splitUrl } from '../core/url.js'

export default defineRule({
  id: 'jwks-uri-https',
  level: 'MUST',
  cites: [openid('registration', '2'), atproto('Confidential Client Authentication')],
  reads: ['jwks_uri'],
  title: 'The jwks_uri is an absolute https URL without userinfo and fragment.',
  schema: { properties: { jwks_uri: { pattern: '^[Hh][Tt][Tt][Pp][Ss]://' } } },
  rationale: `
    Whoever can change the keys on their way to the server can authenticate as this client, and only
    TLS prevents that. A user name has no place in a public document, and a fragment is never sent.`,
  examples: {
    valid: [
      { document: { jwks_uri: 'https://client.example.com/jwks.json' } },
      { document: { jwks_uri: 'HTTPS://client.example.com:8443?keys' } },
      // Reported by no-embedded-secrets.
      { document: { jwks_uri: 'https://me:pw@client.example.com/jwks.json' } },
      // Reported by jwks-uri-public.
      { document: { jwks_uri: 'https://localhost/jwks.json' } },
    ],
    invalid: [
      { document: { jwks_uri: 'http://client.example.com/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: '' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: '/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https:/client.example.com/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://' }, at: ['/jwks_uri'] },
      {
        document: { jwks_uri: 'https://h.example.com:99999/' },
        at: ['/jwks_uri'],
        messages: [
          'jwks_uri "https://h.example.com:99999/" has the port "99999", which is above 65535',
        ],
      },
      { document: { jwks_uri: 'data:application/json,{}' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: ' https://client.example.com/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://client.example.com\\jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://me@client.example.com/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://me:@client.example.com/jwks.json' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'https://client.example.com/jwks.json#' }, at: ['/jwks_uri'] },
      { document: { jwks_uri: 'http://me@client.example.com/jwks.json#' }, at: ['/jwks_uri'] },
    ],
  },

  *check({ metadata: { jwks_uri } }) {
    const fault = jwks_uri === undefined ? undefined : faultOf(jwks_uri)
    if (fault) yield { at: '/jwks_uri', ...fault }
  },
})

/** The first thing wrong. */
function faultOf(jwks_uri: string): Omit<Finding, 'at'> | undefined {
  const suggestion = 'write the https URL the keys are published at'
  const url = splitUrl(jwks_uri)
  if (!url) return judgeAbsolute('jwks_uri', jwks_uri, suggestion)
  const { fragment, scheme, userinfo } = url
  if (scheme.text.toLowerCase() !== 'https') {
    return {
      part: { offset: 0, length: scheme.text.length },
      message: `jwks_uri ${quote(jwks_uri)} has the scheme ${quote(scheme.text)}, and keys must come by https`,
      suggestion,
    }
  }
  if (userinfo && !/:./.test(userinfo.text)) {
    return {
      part: { offset: userinfo.offset, length: userinfo.text.length + 1 },
      message: 'jwks_uri has userinfo, a user name before the "@"',
      suggestion: 'remove everything between "//" and "@", and the "@"',
    }
  }
  if (!fragment) return undefined
  return {
    part: { offset: fragment.offset - 1, length: fragment.text.length + 1 },
    message: 'jwks_uri has a fragment, which is never sent to a server',
    suggestion: 'remove the "#" and what follows it',
  }
}
