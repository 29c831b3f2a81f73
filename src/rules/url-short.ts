import { defineRule } from '../core/define.js'
import { auth0, cimd } from '../core/spec.js'

/** What Auth0 takes; its URLs are ASCII, so that characters are bytes. */
const MAX_LENGTH = 120

export default defineRule({
  id: 'url-short',
  level: 'SHOULD',
  floor: 'warning',
  cites: [cimd('url-short'), auth0],
  needs: 'client-id-url',
  title: 'The client_id is short: at most 120 characters.',
  rationale: `
    Users read it on consent pages, and administrators in lists. The draft names no number; Auth0
    refuses more than 120 bytes.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: `https://client.example.com/${'c'.repeat(93)}` },
    ],
    invalid: [
      {
        clientId: `https://client.example.com/${'c'.repeat(94)}`,
        at: ['/client_id'],
        messages: ['client_id has 121 characters, and some servers take no more than 120'],
      },
    ],
  },

  *check({ clientIdUrl: { raw } }) {
    if (raw.length <= MAX_LENGTH) return
    yield {
      at: '/client_id',
      message: `client_id has ${raw.length} characters, and some servers take no more than ${MAX_LENGTH}`,
      suggestion: 'publish the document under a short path, such as /oauth/cimd.json',
    }
  },
})
