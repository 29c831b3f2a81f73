import { defineRule } from '../core/define.js'
import { NO_REDIRECTING_GRANT, redirectingGrantOf } from '../core/redirect-uri.js'
import { atproto, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-uris-nonempty',
  level: 'MUST',
  cites: [rfc(7591, '2'), atproto('Client ID Metadata Document')],
  reads: ['redirect_uris'],
  title: 'The redirect_uris of a redirect-based grant list at least one URI.',
  schema: {
    anyOf: [{ properties: { redirect_uris: { minItems: 1 } } }, NO_REDIRECTING_GRANT],
    properties: { redirect_uris: { items: { minLength: 1 } } },
  },
  rationale: `
    An empty list registers nothing, and no authorization request can match it.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      { document: { redirect_uris: [], grant_types: ['client_credentials'] } },
      { document: { redirect_uris: [], grant_types: 'client_credentials' } },
    ],
    invalid: [
      { document: { redirect_uris: [] }, at: ['/redirect_uris'] },
      { document: { redirect_uris: [''] }, at: ['/redirect_uris/0'] },
      {
        document: { redirect_uris: ['https://client.example.com/cb', ''] },
        at: ['/redirect_uris/1'],
        fixed: { redirect_uris: ['https://client.example.com/cb'] },
      },
    ],
  },

  *check(document) {
    const { metadata, redirects } = document
    const suggestion = 'list every URI the server may redirect to'
    if (metadata.redirect_uris?.length === 0 && redirectingGrantOf(document) !== undefined) {
      yield {
        at: '/redirect_uris',
        message: 'redirect_uris is empty, so it registers nothing',
        suggestion,
      }
    }
    for (const [index, { at, text }] of redirects.entries()) {
      if (text !== '') continue
      yield {
        at,
        message: `item ${index} of redirect_uris is empty`,
        suggestion,
        fix: redirects.some((other) => other.text !== '') ? { remove: at } : undefined,
      }
    }
  },
})
