import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

/** Services that answer with a redirect to where a long URL leads. */
const SHORTENERS = new Set([
  'bit.ly',
  'buff.ly',
  'cutt.ly',
  'dub.sh',
  'is.gd',
  'lnkd.in',
  'ow.ly',
  'rb.gy',
  'rebrand.ly',
  's.id',
  'shorturl.at',
  't.co',
  't.ly',
  'tiny.cc',
  'tinyurl.com',
  'v.gd',
])

export default defineRule({
  id: 'url-not-shortener',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(9110, '15.4'), cimd('redirects'), cimd('url', '02')],
  needs: 'client-id-url',
  title: 'The client_id is no URL of a shortening service.',
  rationale: `
    Such a service redirects to where the document is, and servers do not follow: what they get is no
    document. To whom the short URL leads is for the service to say, too.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/c' },
      { clientId: 'https://bit.ly.example.com/c' },
      { clientId: 'https://orbit.ly/c' },
    ],
    invalid: [
      {
        clientId: 'https://bit.ly/cimd',
        at: ['/client_id'],
        messages: [
          'the host of client_id, "bit.ly", shortens URLs: it redirects, and servers do not follow',
        ],
        parts: ['bit.ly'],
      },
      { clientId: 'https://TinyURL.com/cimd', at: ['/client_id'] },
      { clientId: 'https://www.tinyurl.com/cimd', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { host } }) {
    if (!SHORTENERS.has(host.text.toLowerCase().replace(/^www\./, ''))) return
    yield {
      at: '/client_id',
      part: { offset: host.offset, length: host.text.length },
      message: `the host of client_id, ${quote(host.text)}, shortens URLs: it redirects, and servers do not follow`,
      suggestion: 'use the URL that it redirects to',
    }
  },
})
