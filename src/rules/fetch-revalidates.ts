import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-revalidates',
  level: 'ADVICE',
  cites: [rfc(9110, '13.2.2'), cimd('caching')],
  needs: 'probes',
  title: 'Asked whether it changed, an unchanged document answers 304.',
  rationale: `
    A server that kept the document asks with the ETag or the date it was given. Where the answer is
    never 304, every such question costs the whole document; where it is another error, the document
    is lost.`,
  examples: {
    valid: [
      {
        response: { headers: [['ETag', '"a"']] },
        probes: [
          { kind: 'conditional', how: 'with If-None-Match', response: { status: 304, body: '' } },
        ],
      },
    ],
    invalid: [
      {
        response: { headers: [['ETag', '"a"']] },
        probes: [{ kind: 'conditional', how: 'with If-None-Match', response: {} }],
        at: [''],
        messages: ['asked with If-None-Match, the URL answers 200, not 304'],
        suggestions: ['let the server compare If-None-Match and If-Modified-Since'],
      },
      {
        response: { headers: [['ETag', '"a"']] },
        probes: [{ kind: 'conditional', how: 'with If-None-Match', response: { status: 412 } }],
        at: [''],
      },
    ],
  },

  *check({ probes }) {
    for (const { kind, how, exchange, answer } of probes) {
      if (kind !== 'conditional' || !answer || answer.status === 304) continue
      yield {
        at: '',
        exchange,
        message: `asked ${how}, the URL answers ${answer.status}, not 304`,
        suggestion: 'let the server compare If-None-Match and If-Modified-Since',
      }
    }
  },
})
