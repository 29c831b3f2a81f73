import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atproto, atprotoServer, rfc } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'redirect-private-scheme-matches-client-id',
  level: 'MUST',
  cites: [
    atproto('Request Fields'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
    rfc(8252, '7.1'),
  ],
  reads: ['redirect_uris'],
  title: 'Each private-use scheme of a redirection URI is the reversed host of the client_id.',
  rationale: `
    The \`client_id\` proves that its domain is the client's own, and its reverse is the one scheme
    that this proof covers. A client of \`https://app.example.com/c.json\` has \`com.example.app\`.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['com.example.app:/cb'],
        },
      },
      {
        document: {
          client_id: 'https://App.example.com:8443/c.json',
          redirect_uris: ['com.example.app:/cb', 'COM.example.app:/cb', 'https://example.com/cb'],
        },
      },
      // A scheme without a dot is reported by redirect-private-scheme-reverse-dns.
      {
        document: { client_id: 'https://app.example.com/c.json', redirect_uris: ['app://cb'] },
      },
      // Without a client_id there is nothing to compare with.
      { document: { client_id: 'app.example.com', redirect_uris: ['com.example.app:/cb'] } },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['com.example.app:/cb', 'com.example:/cb', 'com.example.app.dev:/cb'],
        },
        at: ['/redirect_uris/1', '/redirect_uris/2'],
      },
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['app.example.com:/cb'],
        },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "app.example.com:/cb", has another scheme than "com.example.app", the host of client_id reversed',
        ],
        parts: ['app.example.com'],
      },
    ],
  },

  *check({ metadata: { client_id = '' }, redirects }) {
    const host = splitUrl(client_id)?.host.text.toLowerCase()
    if (host === undefined) return
    const expected = host.split('.').reverse().join('.')
    const quoted = quote(expected)
    for (const { at, text, scheme, isPrivateUse } of redirects) {
      if (!isPrivateUse || !scheme.includes('.') || scheme === expected) continue
      yield {
        at,
        part: { offset: 0, length: scheme.length },
        message: `${subjectOf(at, text)} has another scheme than ${quoted}, the host of client_id reversed`,
        suggestion: `use the scheme ${quoted}, or publish the document on the domain of the scheme`,
      }
    }
  },
})
