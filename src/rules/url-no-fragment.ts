import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'url-no-fragment',
  level: 'MUST',
  cites: [cimd('url')],
  needs: 'client-id-url',
  title: 'The client_id has no fragment.',
  rationale: `
    A fragment never reaches the host, so every fragment of one URL would be another client with
    the same document. A lone "#" is a fragment too, an empty one.`,
  examples: {
    valid: [{ clientId: 'https://client.example.com/c%23d' }],
    invalid: [
      { clientId: 'https://client.example.com/c#d', at: ['/client_id'] },
      { clientId: 'https://client.example.com/c#', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { fragment } }) {
    if (!fragment) return
    yield {
      at: '/client_id',
      part: { offset: fragment.offset - 1, length: fragment.text.length + 1 },
      message: `client_id has the fragment ${quote(`#${fragment.text}`)}, and may have none`,
      suggestion: 'remove it, with its "#"',
    }
  },
})
