import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { oauth21, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-no-fragment',
  level: 'MUST',
  cites: [rfc(6749, '3.1.2'), oauth21('redirect-uris')],
  reads: ['redirect_uris'],
  title: 'No redirection URI has a fragment.',
  rationale: `
    The server appends the answer as a query, and after a fragment it would never arrive. A lone
    "#" is a fragment too, an empty one.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb?route=%23home'] } },
      // Reported by redirect-no-dangerous-scheme.
      { document: { redirect_uris: ['intent://x#Intent;end', 'javascript:alert(1)#x'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://client.example.com/#/cb'] },
        at: ['/redirect_uris/0'],
      },
      { document: { redirect_uris: ['https://client.example.com/cb#'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app:/cb#x'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, isDangerous } of redirects) {
      const offset = text.indexOf('#')
      if (offset < 0 || isDangerous) continue
      yield {
        at,
        part: { offset, length: text.length - offset },
        message: `${subjectOf(at, text)} has a fragment, and may have none`,
        suggestion: 'remove everything from the "#" on',
      }
    }
  },
})
