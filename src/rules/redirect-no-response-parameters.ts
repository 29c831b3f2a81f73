import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'

const APPENDED = new Set(['code', 'state', 'iss', 'error', 'error_description', 'error_uri'])

export default defineRule({
  id: 'redirect-no-response-parameters',
  level: 'MUST',
  cites: [rfc(6749, '3.1'), rfc(6749, '4.1.2'), rfc(9207, '2')],
  reads: ['redirect_uris'],
  title: 'No redirection URI has a query parameter that the response appends.',
  rationale: `
    The server appends \`code\`, \`state\` and \`iss\`, or an \`error\`, to the query of the registered
    URI. No parameter of a response may be there twice, and clients that find two may read the wrong
    one.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb?tenant=a'] } },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb?tenant=state&Code=1&error.code=2&=code&codes=1',
            'https://client.example.com/cb/code=1',
            'https://client.example.com/cb?a=b;code=1&%63%ff=1',
          ],
        },
      },
      // Reported by redirect-no-fragment, and by redirect-no-dangerous-scheme.
      { document: { redirect_uris: ['https://client.example.com/#/cb?code=1', 'data:?code=1'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://client.example.com/cb?state=1'] },
        at: ['/redirect_uris/0'],
      },
      {
        document: {
          redirect_uris: ['https://client.example.com?a=b&%63o%64e', 'com.example:/?iss='],
        },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
      },
      ...['code', 'iss', 'error', 'error_description', 'error_uri'].map((name) => ({
        document: { redirect_uris: [`https://client.example.com/cb?${name}=1`] },
        at: ['/redirect_uris/0'] as const,
      })),
      {
        document: { redirect_uris: ['https://client.example.com?error=a?b&error_description=&x'] },
        at: ['/redirect_uris/0'],
      },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, isDangerous } of redirects) {
      // Reported by redirect-no-dangerous-scheme.
      if (isDangerous || !text.includes('?')) continue
      const query = /^[^?#]*\?([^#]*)/.exec(text)?.[1] ?? ''
      let offset = text.indexOf('?') + 1
      for (const parameter of query.split('&')) {
        const [written = ''] = parameter.split('=', 1)
        const name = decode(written)
        if (APPENDED.has(name)) {
          yield {
            at,
            part: { offset, length: written.length },
            message: `${subjectOf(at, text)} has the parameter "${name}", which the server appends itself`,
            suggestion: 'give the parameter another name, or remember its value with the state',
          }
          break
        }
        offset += parameter.length + 1
      }
    }
  },
})

/** Never decodeURIComponent(): it throws on bytes that are no UTF-8, and these names are ASCII. */
const decode = (name: string): string =>
  name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
