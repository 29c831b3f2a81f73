import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'url-no-trailing-slash',
  level: 'ADVICE',
  cites: [rfc(3986, '6.2.1'), atprotoServer('oauth-types/src/oauth-client-id-discoverable.ts')],
  needs: 'client-id-url',
  title: 'The path of the client_id does not end in "/".',
  rationale: `
    Hosts redirect between the two forms and people drop the slash when they copy the URL, but with
    and without it are two clients. The reference server of atproto refuses it.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/oauth/cimd.json' },
      // Reported by url-path-not-root.
      { clientId: 'https://client.example.com/' },
      { clientId: 'https://client.example.com/c?next=/' },
    ],
    invalid: [{ clientId: 'https://client.example.com/oauth/', at: ['/client_id'] }],
  },

  *check({ clientIdUrl: { path } }) {
    if (path.text === '/' || !path.text.endsWith('/')) return
    yield {
      at: '/client_id',
      part: { offset: path.offset + path.text.length - 1, length: 1 },
      message: `the path of client_id, ${quote(path.text)}, ends in "/"`,
      suggestion: 'publish the document under a path without it, such as /oauth/cimd.json',
    }
  },
})
