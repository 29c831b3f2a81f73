import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'
import { segmentsOf } from '../core/url.js'

export default defineRule({
  id: 'url-no-dot-segments',
  level: 'MUST',
  cites: [cimd('url'), rfc(3986, '3.3')],
  needs: 'client-id-url',
  title: 'No path segment of the client_id is "." or "..".',
  rationale: `
    Programs remove dot segments before they fetch, so the URL that is fetched is not the one that
    was compared.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/.well-known/cimd.json' },
      { clientId: 'https://client.example.com/a/.../b' },
      { clientId: 'https://client.example.com/a?u=/../b' },
    ],
    invalid: [
      { clientId: 'https://client.example.com/a/../b', at: ['/client_id'] },
      { clientId: 'https://client.example.com/./b', at: ['/client_id'] },
      { clientId: 'https://client.example.com/a/..', at: ['/client_id'] },
      { clientId: 'https://client.example.com/../../b', at: ['/client_id', '/client_id'] },
    ],
  },

  *check({ clientIdUrl: { path } }) {
    if (!path.text.includes('/.')) return
    for (const { text, offset } of segmentsOf(path)) {
      if (text !== '.' && text !== '..') continue
      yield {
        at: '/client_id',
        part: { offset, length: text.length },
        message: `the path of client_id has the segment ${quote(text)}, which URL parsers remove`,
        suggestion: 'write the path that it leads to',
      }
    }
  },
})
