import { defineRule } from '../core/define.js'

/** Milliseconds; servers are known to give up after five seconds. */
const SLOW = 2000

export default defineRule({
  id: 'fetch-fast',
  level: 'ADVICE',
  floor: 'warning',
  cites: [],
  needs: 'response',
  title: 'The document comes within two seconds.',
  rationale: `
    A user waits while the server fetches the document, and servers give up soon: known limits are 5
    and 10 seconds for everything. A host that has to wake up first fails just the first sign-in.`,
  examples: {
    valid: [{ response: { milliseconds: 2000 } }],
    invalid: [
      {
        response: { milliseconds: 2100 },
        at: [''],
        messages: ['the document took 2.1 s to come, and servers give up after 5 s'],
        suggestions: ['serve it as a static file, near whoever fetches it'],
      },
    ],
  },

  *check({ answer: { milliseconds, status } }) {
    if (milliseconds <= SLOW || status !== 200) return
    yield {
      at: '',
      message: `the document took ${(milliseconds / 1000).toFixed(1)} s to come, and servers give up after 5 s`,
      suggestion: 'serve it as a static file, near whoever fetches it',
    }
  },
})
