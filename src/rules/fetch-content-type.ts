import { defineRule } from '../core/define.js'
import { headersOf, isJsonType, mediaTypeOf } from '../core/hosting.js'
import { quote } from '../core/printable.js'
import { atproto, cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-content-type',
  level: 'SHOULD',
  floor: 'warning',
  cites: [rfc(9110, '8.3'), cimd('media-type'), atproto('Client ID Metadata Document')],
  needs: 'response',
  title: 'The document is sent as JSON: application/json, or a type that ends in +json.',
  rationale: `
    Several servers refuse a document of another media type, and none refuses \`application/json\`.
    Hosts of plain files, such as those of code, send \`text/plain\`; a file without the ending
    \`.json\` is often sent as \`application/octet-stream\`.`,
  examples: {
    valid: [
      { response: {} },
      { response: { type: 'APPLICATION/JSON; charset=UTF-8' } },
      { response: { type: 'application/oauth-client-metadata+json' } },
      // No document, so its type does not matter.
      { response: { status: 404, type: 'text/html' } },
    ],
    invalid: [
      {
        response: { type: 'text/plain; charset=utf-8' },
        at: [''],
        messages: ['the document is sent as "text/plain", which several servers refuse'],
        suggestions: ['send "Content-Type: application/json"'],
      },
      {
        response: { type: undefined },
        at: [''],
        messages: ['the document is sent without Content-Type, and several servers refuse that'],
      },
      { response: { type: 'text/html', body: '<html>' }, at: [''] },
      { response: { type: 'text/json' }, at: [''] },
      { response: { type: 'application/jsonp' }, at: [''] },
      {
        response: { headers: [['content-type', 'text/html']] },
        at: [''],
        messages: ['the document is sent with 2 values of Content-Type, of which servers take any'],
      },
      { response: { type: 'application/json, text/html' }, at: [''] },
      {
        response: { type: 'application/json; charset=utf-16' },
        at: [''],
        messages: ['the document is sent with the charset "utf-16", and JSON is UTF-8'],
      },
    ],
  },

  *check({ answer }) {
    if (answer.status < 200 || answer.status > 299) return
    const message = describe(answer)
    if (message === undefined) return
    yield { at: '', message, suggestion: 'send "Content-Type: application/json"' }
  },
})

function describe(answer: Parameters<typeof mediaTypeOf>[0]): string | undefined {
  const type = mediaTypeOf(answer)
  const values = headersOf(answer, 'content-type')
  if (type === undefined) {
    const count = values.join(',').split(',').length
    return `the document is sent with ${count} values of Content-Type, of which servers take any`
  }
  if (type === '')
    return 'the document is sent without Content-Type, and several servers refuse that'
  if (!isJsonType(type)) {
    return `the document is sent as ${quote(type)}, which several servers refuse`
  }
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(values[0] ?? '') ?? []
  // RFC 8259 section 11: no parameter is defined, and a wrong one is taken for the truth by some.
  if (charset === undefined || /^utf-?8$/i.test(charset)) return undefined
  return `the document is sent with the charset ${quote(charset)}, and JSON is UTF-8`
}
