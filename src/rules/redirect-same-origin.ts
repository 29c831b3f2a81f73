import { applicationTypeOf } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { findForeignOrigins } from '../core/redirect-uri.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'redirect-same-origin',
  level: 'MAY',
  cites: [cimd('redirect-origin')],
  reads: ['redirect_uris'],
  title: 'The https redirection URIs of a web client have the origin of its client_id.',
  rationale: `
    The \`client_id\` proves nothing about other origins, so a server may refuse redirection URIs
    there: a document on a shared host could name the page of anybody. Many clients have them all the
    same.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://client.example.com/c.json',
          redirect_uris: ['https://client.example.com/cb'],
        },
      },
      {
        document: {
          client_id: 'https://client.example.com/c.json',
          redirect_uris: [
            'https://client.example.com/cb',
            'HTTPS://Client.Example.com:443',
            'https://client.example.com:?a',
            'http://127.0.0.1/cb',
            'com.example.app:/cb',
          ],
        },
      },
      // Without an https client_id there is nothing to compare with.
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      { document: { client_id: 'c.json', redirect_uris: ['https://client.example.com/cb'] } },
      // Reported by redirect-loopback-http, and by redirect-no-wildcard.
      {
        document: {
          client_id: 'https://client.example.com/c.json',
          redirect_uris: ['https://localhost/cb', 'https://*.example.com/cb'],
        },
      },
      // Of native clients: reported by app-type-native-redirects and redirect-at-native-origin.
      {
        document: {
          client_id: 'https://client.example.com/c.json',
          redirect_uris: ['https://example.com/cb'],
          application_type: 'native',
        },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://client.example.com/c.json',
          redirect_uris: [
            'https://client.example.com/cb',
            'https://app.client.example.com/cb',
            'https://client.example.com:8443/cb',
          ],
        },
        at: ['/redirect_uris/1', '/redirect_uris/2'],
      },
      {
        document: {
          client_id: 'https://client.example.com:8443/c.json',
          redirect_uris: ['https://client.example.com/cb'],
        },
        at: ['/redirect_uris/0'],
      },
    ],
  },

  *check(document) {
    if (applicationTypeOf(document) === 'native') return
    for (const finding of findForeignOrigins(document.metadata.client_id, document.redirects)) {
      yield { ...finding, suggestion: 'publish the document on the origin that users return to' }
    }
  },
})
