import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'json-within-limits',
  level: 'ADVICE',
  floor: 'error',
  cites: [rfc(8259, '9')],
  needs: 'bytes',
  title: 'The document is of a size and depth that every parser reads.',
  rationale: `
    A parser may limit the size and the nesting of what it reads, and authorization servers do:
    most stop after about 5 KiB. Beyond 1 MiB or 64 levels this tool does not read a document
    either. Real documents have half a kilobyte and three levels.`,
  examples: {
    valid: [{ text: `${'{"a":'.repeat(64)}1${'}'.repeat(64)}` }],
    invalid: [
      { text: `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, at: [''] },
      { text: ' '.repeat(1_048_577), at: [''] },
    ],
  },

  *check({ faults }) {
    for (const { kind, pointer, ...fault } of faults) {
      if (kind === 'limit') yield { at: pointer, ...fault }
    }
  },
})
