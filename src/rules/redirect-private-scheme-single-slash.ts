import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
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

  *check({ redirects }) {
    for (const { at, text, scheme, isPrivateUse } of redirects) {
      if (!isPrivateUse) continue
      const start = scheme.length + 1
      const slashes = /^\/*/.exec(text.slice(start))?.[0].length ?? 0
      if (slashes === 1) continue
      yield {
        at,
        part: { offset: 0, length: start + slashes },
        message: `${subjectOf(at, text)} has ${slashes || 'no'} slashes after ${quote(text.slice(0, start))}, where one is expected`,
        suggestion: 'write one slash and the path, as in com.example.app:/callback',
      }
    }
  },
})
