import { defineRule } from '../core/define.js'
import { findForeignOrigins } from '../core/redirect-uri.js'
import { atproto } from '../core/spec.js'

export default defineRule({
  id: 'redirect-at-native-origin',
  level: 'MUST',
  cites: [atproto('Request Fields')],
  reads: ['application_type'],
  title: 'The https redirection URIs of a native client have the origin of its client_id.',
  rationale: `
    An installed app may claim https URLs of its own domain, and the \`client_id\` proves which one
    that is. atproto says so of native clients only: a web client may be redirected to other origins.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['https://app.example.com/cb', 'com.example.app:/cb', 'http://[::1]/'],
          application_type: 'native',
        },
      },
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['https://example.com/cb'],
          application_type: 'web',
        },
      },
    ],
    invalid: [
      {
        document: {
          client_id: 'https://app.example.com/c.json',
          redirect_uris: ['https://app.example.com/cb', 'https://example.com/cb'],
          application_type: 'native',
        },
        at: ['/redirect_uris/1'],
      },
    ],
  },

  *check({ metadata, redirects }) {
    if (metadata.application_type !== 'native') return
    for (const finding of findForeignOrigins(metadata.client_id, redirects)) {
      yield {
        ...finding,
        suggestion: 'use a URI on the origin of client_id, or the reversed host of it as scheme',
      }
    }
  },
})
