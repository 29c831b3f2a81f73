import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, mcp } from '../core/spec.js'

export default defineRule({
  id: 'url-path-present',
  level: 'MUST',
  cites: [cimd('url'), mcp('required-members')],
  needs: 'client-id-url',
  title: 'The client_id has a path.',
  rationale: `
    A "/" follows the host, and that slash must be written: programs that normalize URLs add it, so
    \`https://host\` and \`https://host/\` would be one client here and two there.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: 'https://client.example.com/' },
    ],
    invalid: [
      { clientId: 'https://client.example.com', at: ['/client_id'] },
      { clientId: 'https://client.example.com?cimd', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { raw, path } }) {
    if (path.text !== '') return
    yield {
      at: '/client_id',
      message: `client_id ${quote(raw)} has no path`,
      suggestion: 'publish the document under a path, such as /oauth/client-metadata.json',
    }
  },
})
