import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'url-no-query',
  level: 'SHOULD',
  cites: [cimd('url-query')],
  needs: 'client-id-url',
  title: 'The client_id has no query.',
  rationale: `
    Hosts and caches reorder and drop parameters, and each spelling is another client. A lone "?"
    is a query too, an empty one.`,
  examples: {
    valid: [{ clientId: 'https://client.example.com/c%3Fd' }],
    invalid: [
      { clientId: 'https://client.example.com/c?v=1', at: ['/client_id'] },
      { clientId: 'https://client.example.com/c?', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { query } }) {
    if (!query) return
    yield {
      at: '/client_id',
      part: { offset: query.offset - 1, length: query.text.length + 1 },
      message: `client_id has the query ${quote(`?${query.text}`)}, and should have none`,
      suggestion: 'put what distinguishes the document into its path',
    }
  },
})
