import { defineRule } from '../core/define.js'
import { headersOf } from '../core/hosting.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-cacheable',
  level: 'SHOULD',
  cites: [cimd('caching'), rfc(9111, '5.2.2')],
  needs: 'response',
  title: 'The document says for how long a server may keep it.',
  rationale: `
    Servers should keep the document as its headers allow. Without \`max-age\` each decides for itself;
    with \`no-store\`, \`private\` or \`Vary: *\` every sign-in waits for another fetch.`,
  examples: {
    valid: [
      { response: { headers: [['Cache-Control', 'public, max-age=300']] } },
      { response: { headers: [['cache-control', 's-maxage=60']] } },
      { response: { status: 404 } },
    ],
    invalid: [
      {
        response: {},
        at: [''],
        messages: ['the document does not say how long it may be kept'],
        suggestions: ['send "Cache-Control: max-age=300"'],
      },
      {
        response: { headers: [['Cache-Control', 'no-store']] },
        at: [''],
        messages: ['the document may not be kept by a server (Cache-Control "no-store")'],
      },
      { response: { headers: [['Cache-Control', 'private, max-age=300']] }, at: [''] },
      {
        response: {
          headers: [
            ['Cache-Control', 'max-age=300'],
            ['Vary', '*'],
          ],
        },
        at: [''],
      },
      { response: { headers: [['Cache-Control', 'max-age=0']] }, at: [''] },
      { response: { headers: [['Cache-Control', 'no-cache']] }, at: [''] },
    ],
  },

  *check({ answer }) {
    const { isStorable, seconds } = answer.freshness
    if (answer.status !== 200 || (isStorable && seconds > 0)) return
    const control = headersOf(answer, 'cache-control').join(', ')
    const isVarying = headersOf(answer, 'vary').some((value) => value.trim() === '*')
    const reason = isVarying ? 'Vary "*"' : `Cache-Control ${quote(control)}`
    yield {
      at: '',
      message:
        control === '' && !isVarying
          ? 'the document does not say how long it may be kept'
          : `the document may not be kept by a server (${reason})`,
      suggestion: 'send "Cache-Control: max-age=300"',
    }
  },
})
