import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-unique',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  reads: ['redirect_uris'],
  schema: { properties: { redirect_uris: { uniqueItems: true } } },
  title: 'The redirect_uris list nothing twice.',
  rationale: `
    A URI that is listed again allows nothing new, and often another one was meant. With two in the list
    a server must ask for \`redirect_uri\` in each request, which one alone could spare.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      {
        document: {
          redirect_uris: ['https://client.example.com/cb', 'https://client.example.com/cb/'],
        },
      },
      { document: { redirect_uris: ['http://127.0.0.1/cb', 'http://127.0.0.1/CB'] } },
      { document: { redirect_uris: [] } },
    ],
    invalid: [
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb',
            'http://127.0.0.1/cb',
            'https://client.example.com/cb',
          ],
        },
        at: ['/redirect_uris/2'],
        messages: ['item 2 of redirect_uris, "https://client.example.com/cb", is listed before'],
        suggestions: ['remove it, or write the one that was meant'],
        fixed: { redirect_uris: ['https://client.example.com/cb', 'http://127.0.0.1/cb'] },
      },
      {
        document: {
          redirect_uris: ['com.example.app:/', 'com.example.app:/', 'com.example.app:/'],
        },
        at: ['/redirect_uris/1', '/redirect_uris/2'],
        fixed: { redirect_uris: ['com.example.app:/'] },
      },
    ],
  },

  *check({ redirects }) {
    const seen = new Set<string>()
    for (const { at, text } of redirects) {
      if (seen.has(text)) {
        yield {
          at,
          message: `${subjectOf(at, text)} is listed before`,
          suggestion: 'remove it, or write the one that was meant',
          fix: { remove: at },
        }
      }
      seen.add(text)
    }
  },
})
