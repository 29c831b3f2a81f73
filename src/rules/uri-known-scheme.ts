import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { schemeOf } from '../core/redirect-uri.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'uri-known-scheme',
  level: 'SHOULD',
  floor: 'error',
  cites: [cimd('known-schemes'), rfc(7591, '5')],
  title: 'Each member that names a web page, an image or an endpoint has the scheme https or http.',
  rationale: `
    The server links to these from its consent page or fetches them. A \`javascript:\` link there runs
    in the server's own origin, and \`data:\` or \`file:\` show what nobody hosted.`,
  examples: {
    valid: [
      { document: { client_uri: 'https://client.example.com/', logo_uri: 'HTTP://example.com/l' } },
      // No scheme at all is reported by uri-absolute.
      { document: { client_uri: '/home', tos_uri: '' } },
    ],
    invalid: [
      { document: { client_uri: 'javascript:alert(1)' }, at: ['/client_uri'] },
      { document: { client_uri: 'JavaScript://x/%0aalert(1)' }, at: ['/client_uri'] },
      { document: { logo_uri: 'data:image/svg+xml,<svg/>' }, at: ['/logo_uri'] },
      { document: { 'policy_uri#ja': 'file:///etc/passwd' }, at: ['/policy_uri#ja'] },
      { document: { tos_uri: 'ftp://client.example.com/tos' }, at: ['/tos_uri'] },
    ],
  },

  *check({ urls }) {
    for (const { at, subject, text } of urls) {
      const scheme = schemeOf(text)
      if (scheme === '' || scheme === 'https' || scheme === 'http') continue
      yield {
        at,
        part: { offset: 0, length: scheme.length },
        message: `${subject} has the scheme ${quote(scheme)}, not "https"`,
        suggestion: 'publish it on the web, and write its https URL',
      }
    }
  },
})
