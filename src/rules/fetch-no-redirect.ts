import { defineRule } from '../core/define.js'
import { explainStatus, isRedirect } from '../core/hosting.js'
import { atproto, cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-no-redirect',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('redirects', '01'), atproto('Client ID Metadata Document'), rfc(9110, '15.4')],
  needs: 'response',
  title: 'The URL of the document answers itself, and redirects nowhere.',
  rationale: `
    Servers must not follow redirects on their own: the document would come from a URL that is not the
    client_id, and a redirect can lead into their own network. Hosts often redirect from a name
    without \`www.\`, to a URL with a slash at its end, or to a page for signing in.`,
  examples: {
    valid: [{ response: {} }, { response: { status: 304 } }, { response: { status: 404 } }],
    invalid: [
      {
        response: {
          status: 301,
          headers: [['Location', 'https://www.client.example.com/cimd.json']],
        },
        at: [''],
        messages: [
          'the URL of the document redirects (301) to "https://www.client.example.com/cimd.json", and servers do not follow',
        ],
        suggestions: [
          'serve the document at this URL itself, or publish the other URL as client_id',
        ],
      },
      {
        response: { status: 302 },
        at: [''],
        messages: [
          'the URL of the document redirects (302) without saying where, and servers do not follow',
        ],
      },
      { response: { status: 307, headers: [['Location', 'file:///etc/passwd']] }, at: [''] },
      {
        response: {
          status: 308,
          headers: [
            ['location', '/a'],
            ['location', '/b'],
          ],
        },
        at: [''],
      },
    ],
  },

  *check({ answer }) {
    if (!isRedirect(answer)) return
    yield {
      at: '',
      message: `the URL of the document ${explainStatus(answer)}`,
      suggestion: 'serve the document at this URL itself, or publish the other URL as client_id',
    }
  },
})
