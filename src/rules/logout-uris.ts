import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, readRedirectUris } from '../core/redirect-uri.js'
import { openid } from '../core/spec.js'

export default defineRule({
  id: 'logout-uris',
  level: 'SHOULD',
  cites: [openid('rp-initiated-logout', '3.1')],
  reads: ['post_logout_redirect_uris'],
  title:
    'Each of the post_logout_redirect_uris is https, on loopback, or of a scheme of the client.',
  rationale: `
    The server redirects users there when they have signed out, and compares the URI as it does
    redirection URIs. Plain http to another machine can be changed on its way, and a relative reference
    leads to the server itself.`,
  examples: {
    valid: [
      {
        document: {
          post_logout_redirect_uris: [
            'https://client.example.com/',
            'http://localhost:8080/',
            'http://127.0.0.1/out',
            'com.example.client:/out',
          ],
        },
      },
      { document: { post_logout_redirect_uris: [] } },
      // Reported by json-types.
      { document: { post_logout_redirect_uris: ['/', 5] } },
    ],
    invalid: [
      {
        document: {
          post_logout_redirect_uris: [
            '/',
            'http://client.example.com/',
            'javascript:alert(1)',
            'https:/client.example.com/',
            '',
          ],
        },
        at: [
          '/post_logout_redirect_uris/0',
          '/post_logout_redirect_uris/1',
          '/post_logout_redirect_uris/2',
          '/post_logout_redirect_uris/3',
          '/post_logout_redirect_uris/4',
        ],
        messages: [
          'item 0 of post_logout_redirect_uris, "/", is no absolute URI',
          'item 1 of post_logout_redirect_uris, "http://client.example.com/", is plain http',
          'item 2 of post_logout_redirect_uris, "javascript:alert(1)", has a scheme that no client owns',
          'item 3 of post_logout_redirect_uris, "https:/client.example.com/", has no host',
          'item 4 of post_logout_redirect_uris, "", is no absolute URI',
        ],
      },
    ],
  },

  *check({ metadata: { post_logout_redirect_uris } }) {
    for (const [index, uri] of readRedirectUris(post_logout_redirect_uris).entries()) {
      const fault = faultOf(uri)
      if (fault === undefined) continue
      yield {
        at: `/post_logout_redirect_uris/${index}`,
        message: `item ${index} of post_logout_redirect_uris, ${quote(uri.text)}, ${fault}`,
        suggestion: 'write an https URI in full, as in https://client.example.com/',
      }
    }
  },
})

function faultOf({ scheme, isDangerous, isPrivateUse, url, isOnLoopback }: RedirectUri) {
  if (scheme === '') return 'is no absolute URI'
  if (isDangerous) return 'has a scheme that no client owns'
  if (isPrivateUse) return undefined
  if (!url) return 'has no host'
  return scheme === 'http' && !isOnLoopback ? 'is plain http' : undefined
}
