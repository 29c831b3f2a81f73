import { defineRule } from '../core/define.js'
import { explainStatus, isRedirect } from '../core/hosting.js'
import { atproto, cimd, rfc } from '../core/spec.js'

/** What a host answers that wants to know first who asks; `fetch-anonymous` speaks of it. */
const BARRED = new Set([401, 402, 403, 407, 429])

export default defineRule({
  id: 'fetch-status-200',
  level: 'MUST',
  cites: [cimd('status', '01'), atproto('Client ID Metadata Document'), rfc(9110, '15.3.1')],
  needs: 'response',
  title: 'The URL of the document answers with status 200.',
  rationale: `
    Everything but 200 is an error to a server that fetches the document, also 203 and 206, and a 304
    that nobody asked for. Editions of CIMD before -01 do not say so, and some servers take any 2xx.`,
  examples: {
    valid: [
      { response: {} },
      // Redirects are reported by fetch-no-redirect, and these by fetch-anonymous.
      { response: { status: 302, headers: [['Location', '/elsewhere']] } },
      { response: { status: 403 } },
    ],
    invalid: [
      {
        response: { status: 404, type: 'text/html', body: '<h1>Not Found</h1>' },
        at: [''],
        messages: ['the URL of the document answers 404, not 200'],
        suggestions: ['publish the document at this URL, or mend the client_id'],
      },
      { response: { status: 500 }, at: [''] },
      { response: { status: 203 }, at: [''] },
      { response: { status: 206 }, at: [''] },
      { response: { status: 304 }, at: [''] },
    ],
  },

  *check({ answer }) {
    const { status } = answer
    if (status === 200 || BARRED.has(status) || isRedirect(answer)) return
    yield {
      at: '',
      // Whatever the edition says: there is no document.
      ...(status >= 300 && { severity: 'error' }),
      message: `the URL of the document ${explainStatus(answer)}`,
      suggestion:
        status === 404 || status === 410
          ? 'publish the document at this URL, or mend the client_id'
          : status >= 500
            ? 'mend the server, or serve the document as a static file'
            : 'answer a plain GET with 200 and the whole document',
    }
  },
})
