import { defineRule } from '../core/define.js'
import { schemeOf } from '../core/redirect-uri.js'
import { atproto, rfc } from '../core/spec.js'
import { judgeAbsolute } from '../core/url.js'

export default defineRule({
  id: 'uri-absolute',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(7591, '2'), rfc(3986, '4.3'), atproto('Client ID Metadata Document')],
  title: 'Each member that names a web page, an image or an endpoint is an absolute URL.',
  rationale: `
    A server has no base to resolve a relative reference against, and does not repair what is
    misspelled. An empty string is no URL either: leave the member out. Several servers refuse the
    whole document.`,
  examples: {
    valid: [
      {
        document: {
          client_uri: 'https://client.example.com/',
          'tos_uri#de': 'https://client.example.com/agb',
          request_uris: ['https://client.example.com/r#hash'],
        },
      },
      // Another scheme is reported by uri-known-scheme.
      { document: { logo_uri: 'data:image/png;base64,AA==' } },
      // What nobody registered may be anything.
      { document: { icon_uri: '/icon.png', 'scope#x': '/' } },
    ],
    invalid: [
      { document: { logo_uri: '/logo.png' }, at: ['/logo_uri'] },
      { document: { logo_uri: 'https:/client.example.com/logo.png' }, at: ['/logo_uri'] },
      { document: { client_uri: '' }, at: ['/client_uri'] },
      { document: { 'client_uri#ja': 'client.example.com' }, at: ['/client_uri#ja'] },
      { document: { tos_uri: 'https://client.example.com/a b' }, at: ['/tos_uri'] },
      {
        document: { request_uris: ['https://client.example.com/r', 'r'] },
        at: ['/request_uris/1'],
      },
      { document: { policy_uri: '%BASE_URL%/policy' }, at: ['/policy_uri'] },
      {
        document: { logo_uri: 'https://h.example.com:99999/', tos_uri: '' },
        at: ['/logo_uri', '/tos_uri'],
        messages: [
          'logo_uri "https://h.example.com:99999/" has the port "99999", which is above 65535',
          'tos_uri is empty',
        ],
      },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, text, url } of urls) {
      if (url || isOtherScheme(text)) continue
      const advice = 'write it in full, as in https://client.example.com/, or leave it out'
      const fault = judgeAbsolute(subject, text, advice)
      if (fault) yield { at, ...fault }
    }
  },
})

function isOtherScheme(text: string): boolean {
  const scheme = schemeOf(text)
  return scheme !== '' && scheme !== 'http' && scheme !== 'https'
}
