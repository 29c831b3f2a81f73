import { defineRule } from '../core/define.js'
import { plural } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-tls-valid',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(9110, '4.3.4')],
  needs: 'response',
  title: 'The certificate of the host is valid, and stays so for two weeks.',
  rationale: `
    The day a certificate expires, no server can fetch the document any more, and nobody can sign in.
    Where renewal works by itself there are always some weeks left. \`--min-tls-days\` asks for
    another time, and makes it an error to have less.`,
  examples: {
    valid: [{ response: { daysLeft: 60 } }, { response: { daysLeft: 14 } }],
    invalid: [
      {
        response: { daysLeft: 13 },
        at: [''],
        messages: ['the certificate of the host expires in 13 days, and 14 are wanted'],
        suggestions: ['renew it, and see why it was not renewed by itself'],
      },
      {
        response: { daysLeft: 1 },
        at: [''],
        messages: ['the certificate of the host expires in 1 day, and 14 are wanted'],
      },
      { response: { daysLeft: 0 }, at: [''] },
    ],
  },

  *check({ answer: { daysLeft }, minTlsDays, isTlsAsked }) {
    if (daysLeft === undefined || daysLeft >= minTlsDays) return
    yield {
      at: '',
      ...(isTlsAsked && { severity: 'error' }),
      message: `the certificate of the host expires in ${daysLeft} ${plural(daysLeft, 'day')}, and ${minTlsDays} are wanted`,
      suggestion: 'renew it, and see why it was not renewed by itself',
    }
  },
})
