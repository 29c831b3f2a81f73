import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'fetch-deterministic',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(9110, '9.3.1')],
  needs: 'probes',
  title: 'Whoever asks, and however, gets the same document.',
  rationale: `
    What a server judged once must be what the next one gets. A host that answers browsers with a page,
    or programs without User-Agent with an error, makes the client work with some servers only.`,
  examples: {
    valid: [
      { response: {}, probes: [{ kind: 'browser', how: 'as a browser', response: {} }] },
      {
        response: { status: 404 },
        probes: [{ kind: 'browser', how: 'as a browser', response: {} }],
      },
    ],
    invalid: [
      {
        response: {},
        probes: [{ kind: 'browser', how: 'as a browser', response: { body: '<html>' } }],
        at: [''],
        messages: ['asked as a browser, the URL sends other bytes than before'],
        suggestions: ['serve the same bytes to everybody'],
      },
      {
        response: {},
        probes: [{ kind: 'no-agent', how: 'without User-Agent', response: { status: 403 } }],
        at: [''],
        messages: ['asked without User-Agent, the URL answers 403, not 200'],
      },
    ],
  },

  *check({ answer, probes }) {
    if (answer.status !== 200) return
    for (const { kind, how, exchange, answer: other } of probes) {
      if (kind === 'conditional' || kind === 'spelling') continue
      const difference = describe(answer, other)
      if (difference === undefined) continue
      yield {
        at: '',
        exchange,
        message: `asked ${how}, the URL ${difference}`,
        suggestion: 'serve the same bytes to everybody',
      }
    }
  },
})

interface Sent {
  readonly status: number
  readonly body: Uint8Array
}

function describe(first: Sent, other: Sent | undefined): string | undefined {
  if (!other) return 'does not answer'
  if (other.status !== first.status) return `answers ${other.status}, not ${first.status}`
  return Buffer.compare(first.body, other.body) === 0 ? undefined : 'sends other bytes than before'
}
