import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

/** Seconds: five minutes and a day. */
const SHORTEST = 300
const LONGEST = 86_400

export default defineRule({
  id: 'fetch-max-age-sane',
  level: 'ADVICE',
  cites: [rfc(9111, '5.2.2.1'), cimd('caching')],
  needs: 'response',
  title: 'The document may be kept for five minutes to a day.',
  rationale: `
    Shorter makes nearly every sign-in wait for a fetch; longer, and a changed redirect URI or a key
    that was taken back is still in use the next day. Large clients publish \`max-age=300\`.`,
  examples: {
    valid: [
      { response: { headers: [['Cache-Control', 'max-age=300']] } },
      { response: { headers: [['Cache-Control', 'max-age=86400']] } },
      // Reported by fetch-cacheable.
      { response: {} },
      { response: { headers: [['Cache-Control', 'no-store, max-age=5']] } },
    ],
    invalid: [
      {
        response: { headers: [['Cache-Control', 'max-age=31536000, immutable']] },
        at: [''],
        messages: ['the document may be kept for 31536000 s, longer than a day'],
        suggestions: ['send "Cache-Control: max-age=86400" or less'],
      },
      {
        response: { headers: [['Cache-Control', 'max-age=10']] },
        at: [''],
        messages: ['the document may be kept for 10 s only'],
        suggestions: ['send "Cache-Control: max-age=300"'],
      },
    ],
  },

  *check({ answer: { freshness, status } }) {
    const { isStorable, seconds } = freshness
    if (status !== 200 || !isStorable || seconds === 0) return
    if (seconds > LONGEST) {
      yield {
        at: '',
        message: `the document may be kept for ${seconds} s, longer than a day`,
        suggestion: `send "Cache-Control: max-age=${LONGEST}" or less`,
      }
    } else if (seconds < SHORTEST) {
      yield {
        at: '',
        message: `the document may be kept for ${seconds} s only`,
        suggestion: `send "Cache-Control: max-age=${SHORTEST}"`,
      }
    }
  },
})
