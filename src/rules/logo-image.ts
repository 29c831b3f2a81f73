import { defineRule } from '../core/define.js'
import { explainStatus, mediaTypeOf, nameMediaType } from '../core/hosting.js'
import { cimd, rfc } from '../core/spec.js'

/** Bytes; a consent page shows it small. */
const LARGE = 262_144

export default defineRule({
  id: 'logo-image',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7591, '2'), cimd('logo')],
  needs: 'links',
  reads: ['logo_uri'],
  title: 'The logo_uri leads to an image of moderate size.',
  rationale: `
    Servers should fetch the logo beforehand and show their own copy, without following redirects. What
    is no image, or a large one, is left away, and users are asked to trust a client without a face.`,
  examples: {
    valid: [
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { type: 'image/png', body: '\u0089PNG' } },
      },
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { type: 'image/svg+xml', body: '<svg/>' } },
      },
    ],
    invalid: [
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { type: 'text/html', body: '<html>' } },
        at: ['/logo_uri'],
        messages: ['logo_uri leads to "text/html", not to an image'],
        suggestions: ['link the image itself, sent with its own media type'],
      },
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { status: 404, type: 'image/png' } },
        at: ['/logo_uri'],
        messages: ['logo_uri answers 404, not 200'],
        suggestions: ['publish the image there, or remove logo_uri'],
      },
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { status: 302, headers: [['Location', '/logo.png']] } },
        at: ['/logo_uri'],
        messages: ['logo_uri redirects (302) to "/logo.png", and servers do not follow'],
      },
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { type: 'image/png', body: 'x'.repeat(262_145) } },
        at: ['/logo_uri'],
        messages: ['logo_uri leads to an image of more than 256 KiB'],
      },
      {
        document: { logo_uri: 'https://client.example.com/logo_uri' },
        links: { logo_uri: { type: 'image/png', body: '' } },
        at: ['/logo_uri'],
      },
    ],
  },

  *check({ link: { answer, reason } }) {
    const at = '/logo_uri'
    const status = explainStatus(answer)
    const type = mediaTypeOf(answer)
    if (status !== undefined) {
      yield {
        at,
        message: `logo_uri ${status}`,
        suggestion: 'publish the image there, or remove logo_uri',
      }
    } else if (!type?.startsWith('image/')) {
      yield {
        at,
        message: `logo_uri leads to ${nameMediaType(type)}, not to an image`,
        suggestion: 'link the image itself, sent with its own media type',
      }
    } else if (reason !== undefined || answer.bytes > LARGE) {
      yield {
        at,
        message: 'logo_uri leads to an image of more than 256 KiB',
        suggestion: 'publish a small one: it is shown beside a line of text',
      }
    } else if (answer.bytes === 0) {
      yield {
        at,
        message: 'logo_uri leads to an image without content',
        suggestion: 'publish the image there, or remove logo_uri',
      }
    }
  },
})
