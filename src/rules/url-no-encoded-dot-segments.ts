import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'
import { segmentsOf } from '../core/url.js'

export default defineRule({
  id: 'url-no-encoded-dot-segments',
  level: 'MUST',
  cites: [cimd('url'), rfc(3986, '6.2.2.2')],
  needs: 'client-id-url',
  title: 'No path segment of the client_id is a percent-encoded "." or "..".',
  rationale: `
    "%2e" is a dot that is written longer, and URL parsers treat \`/a/%2e%2e/b\` as \`/b\`. The draft
    forbids dot segments, and this is one.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/a/%2e%2e%2fb' },
      { clientId: 'https://client.example.com/%2ewell-known/cimd.json' },
      { clientId: 'https://client.example.com/a/../b' },
    ],
    invalid: [
      { clientId: 'https://client.example.com/a/%2e%2E/b', at: ['/client_id'] },
      { clientId: 'https://client.example.com/a/.%2e/b', at: ['/client_id'] },
      { clientId: 'https://client.example.com/%2e', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { path } }) {
    if (!path.text.includes('%')) return
    for (const { text, offset } of segmentsOf(path)) {
      if (!text.includes('%') || !/^\.{1,2}$/.test(text.replace(/%2e/gi, '.'))) continue
      yield {
        at: '/client_id',
        part: { offset, length: text.length },
        message: `the path of client_id has the segment ${quote(text)}, an encoded dot segment`,
        suggestion: 'write the path that it leads to',
      }
    }
  },
})
