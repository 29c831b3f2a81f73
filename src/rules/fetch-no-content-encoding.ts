import { defineRule } from '../core/define.js'
import { headersOf, isIdentity } from '../core/hosting.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-no-content-encoding',
  level: 'SHOULD',
  floor: 'error',
  cites: [rfc(9110, '12.5.3'), rfc(9110, '8.4')],
  needs: 'response',
  title: 'The document is sent as it is when nobody asks for it compressed.',
  rationale: `
    A server that fetches hostile documents asks for them uncompressed, because a few bytes can become
    gigabytes. Whoever compresses all the same is refused, or depends on what a library happens to
    undo.`,
  examples: {
    valid: [
      { response: {} },
      { response: { headers: [['Content-Encoding', 'identity']] } },
      { response: { headers: [['Content-Encoding', '']] } },
      { response: { status: 404, headers: [['Content-Encoding', 'gzip']] } },
    ],
    invalid: [
      {
        response: { headers: [['Content-Encoding', 'gzip']], body: '\u001f' },
        at: [''],
        messages: [
          'the document is sent compressed ("gzip") although the request asks for "identity"',
        ],
        suggestions: [
          'serve it uncompressed, or at least to whoever sends "Accept-Encoding: identity"',
        ],
      },
      { response: { headers: [['content-encoding', 'GZIP']] }, at: [''] },
      { response: { headers: [['content-encoding', 'aws-chunked']] }, at: [''] },
      { response: { headers: [['content-encoding', 'gzip, gzip']] }, at: [''] },
    ],
  },

  *check({ answer }) {
    if (answer.status < 200 || answer.status > 299 || isIdentity(answer)) return
    const encodings = headersOf(answer, 'content-encoding').join(', ')
    yield {
      at: '',
      message: `the document is sent compressed (${quote(encodings)}) although the request asks for "identity"`,
      suggestion: 'serve it uncompressed, or at least to whoever sends "Accept-Encoding: identity"',
    }
  },
})
