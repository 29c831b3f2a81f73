import { defineRule } from '../core/define.js'
import { headersOf } from '../core/hosting.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-validators',
  level: 'ADVICE',
  cites: [rfc(9111, '4.3'), rfc(9110, '8.8')],
  needs: 'response',
  title: 'The document has an ETag or a Last-Modified.',
  rationale: `
    With one of them a server that kept the document can ask whether it changed, and need not read it
    again.`,
  examples: {
    valid: [
      { response: { headers: [['ETag', '"a1"']] } },
      { response: { headers: [['Last-Modified', 'Mon, 02 Nov 2026 10:00:00 GMT']] } },
      { response: { status: 404 } },
    ],
    invalid: [
      {
        response: {},
        at: [''],
        messages: ['the document has neither ETag nor Last-Modified'],
        suggestions: ['send an ETag that changes with the document'],
      },
      {
        response: { headers: [['ETag', 'W/a1']] },
        at: [''],
        messages: ['the document has an ETag that is not written in double quotes'],
      },
    ],
  },

  *check({ answer }) {
    if (answer.status !== 200) return
    const [etag] = headersOf(answer, 'etag')
    if (etag === undefined && headersOf(answer, 'last-modified').length > 0) return
    // RFC 9110 section 8.8.3.
    if (etag !== undefined && /^(?:W\/)?"[^"]*"$/.test(etag)) return
    yield {
      at: '',
      message:
        etag === undefined
          ? 'the document has neither ETag nor Last-Modified'
          : 'the document has an ETag that is not written in double quotes',
      suggestion: 'send an ETag that changes with the document',
    }
  },
})
