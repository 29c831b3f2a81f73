import { defineRule } from '../core/define.js'
import { headersOf } from '../core/hosting.js'
import { rfc } from '../core/spec.js'

const BARS: ReadonlyMap<number, string> = new Map([
  [401, 'asks for authentication'],
  [402, 'asks for payment'],
  [403, 'forbids it to whoever asks like a program'],
  [407, 'asks for authentication at a proxy'],
  [429, 'says that too many ask'],
])

export default defineRule({
  id: 'fetch-anonymous',
  level: 'ADVICE',
  floor: 'error',
  cites: [rfc(9110, '15.5')],
  needs: 'response',
  title: 'Anybody may fetch the document, without credentials and from anywhere.',
  rationale: `
    An authorization server asks once, without cookies, without credentials and as the program it is.
    Protection against bots, a wall for visitors of other countries or a preview deployment behind a
    login keep it out.`,
  examples: {
    valid: [{ response: {} }, { response: { status: 404 } }],
    invalid: [
      {
        response: { status: 403, type: 'text/html', headers: [['cf-mitigated', 'challenge']] },
        at: [''],
        messages: ['the URL of the document answers 403: protection against bots stands before it'],
        suggestions: ['let plain GET requests to this path through, without challenge or login'],
      },
      {
        response: { status: 401, headers: [['WWW-Authenticate', 'Basic']] },
        at: [''],
        messages: ['the URL of the document answers 401: it asks for authentication'],
      },
      { response: { status: 429, headers: [['Retry-After', '60']] }, at: [''] },
      { response: { status: 402 }, at: [''] },
      { response: { status: 407 }, at: [''] },
    ],
  },

  *check({ answer }) {
    const bar = BARS.get(answer.status)
    if (bar === undefined) return
    const isChallenge = headersOf(answer, 'cf-mitigated').length > 0
    yield {
      at: '',
      message: `the URL of the document answers ${answer.status}: ${isChallenge ? 'protection against bots stands before it' : `it ${bar}`}`,
      suggestion: 'let plain GET requests to this path through, without challenge or login',
    }
  },
})
