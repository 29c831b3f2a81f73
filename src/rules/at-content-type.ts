import { defineRule } from '../core/define.js'
import { isJsonType, mediaTypeOf } from '../core/hosting.js'
import { quote } from '../core/printable.js'
import { atproto } from '../core/spec.js'

export default defineRule({
  id: 'at-content-type',
  level: 'MUST',
  cites: [atproto('Client ID Metadata Document')],
  needs: 'response',
  title: 'The document is sent as application/json and no more specific type.',
  rationale: `
    Where CIMD allows more specific types of JSON, atproto names \`application/json\`, and its
    reference server takes nothing else.`,
  examples: {
    valid: [
      { response: {} },
      { response: { type: 'application/json; charset=utf-8' } },
      // Reported by fetch-content-type.
      { response: { type: 'text/plain' } },
    ],
    invalid: [
      {
        response: { type: 'application/oauth-client-metadata+json' },
        at: [''],
        messages: [
          'the document is sent as "application/oauth-client-metadata+json", and atproto takes "application/json" only',
        ],
      },
    ],
  },

  *check({ answer }) {
    const type = mediaTypeOf(answer)
    if (answer.status !== 200 || type === 'application/json' || !isJsonType(type)) return
    yield {
      at: '',
      message: `the document is sent as ${quote(type ?? '')}, and atproto takes "application/json" only`,
      suggestion: 'send "Content-Type: application/json"',
    }
  },
})
