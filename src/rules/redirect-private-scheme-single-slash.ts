import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { schemeOf } from '../core/redirect-uri.js'
import { atproto, oauth21, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-private-scheme-single-slash',
  level: 'ADVICE',
  cites: [rfc(8252, '7.1'), oauth21('private-use-schemes'), atproto('Request Fields')],
  reads: ['redirect_uris'],
  title: 'One slash follows the private-use scheme of a redirection URI.',
  rationale: `
    Two slashes announce a host, and an app has none: what stands there is lower-cased or refused by
    whoever parses it as one. RFC 8252 therefore writes \`com.example.app:/callback\`, and atproto
    demands it.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['com.example.app:/cb'] } },
      {
        document: {
          redirect_uris: [
            'com.example.app:/',
            'com.example.app:/cb//x',
            'https://client.example.com/cb',
          ],
        },
      },
      // Reported by redirect-no-dangerous-scheme.
      { document: { redirect_uris: ['file:///cb'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['com.example.app://cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app:///cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app:cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app:'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app:?x=/'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ metadata: { redirect_uris = [] } }) {
    for (const [index, uri] of redirect_uris.entries()) {
      const scheme = schemeOf(uri)
      if (!scheme?.isPrivateUse) continue
      const start = scheme.name.length + 1
      const slashes = /^\/*/.exec(uri.slice(start))?.[0].length ?? 0
      if (slashes === 1) continue
      yield {
        at: `/redirect_uris/${index}`,
        part: { offset: 0, length: start + slashes },
        message: `redirection URI ${quote(uri)} has ${slashes || 'no'} slashes after ${quote(uri.slice(0, start))}, where one is expected`,
        suggestion: 'write one slash and the path, as in com.example.app:/callback',
      }
    }
  },
})
