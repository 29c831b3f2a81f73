import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer, cimd } from '../core/spec.js'

export default defineRule({
  id: 'url-path-not-root',
  level: 'SHOULD',
  floor: 'warning',
  cites: [cimd('url-root-path'), atprotoServer('oauth-types/src/oauth-client-id-discoverable.ts')],
  needs: 'client-id-url',
  title: 'The path of the client_id is more than "/".',
  rationale: `
    The root of a host is its home page, and normalization confuses it with no path at all. The
    draft advises against it since -02, and several MCP clients and servers refuse it.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: 'https://client.example.com' },
    ],
    invalid: [{ clientId: 'https://client.example.com/', at: ['/client_id'] }],
  },

  *check({ clientIdUrl: { raw, path } }) {
    if (path.text !== '/') return
    yield {
      at: '/client_id',
      part: { offset: path.offset, length: 1 },
      message: `the path of client_id ${quote(raw)} is only "/", which several servers refuse`,
      suggestion: 'publish the document under a path, such as /oauth/client-metadata.json',
    }
  },
})
