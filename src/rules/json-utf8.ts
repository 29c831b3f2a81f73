import { defineRule } from '../core/define.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'json-utf8',
  level: 'MUST',
  cites: [rfc(8259, '8.1'), cimd('document')],
  needs: 'bytes',
  title: 'The document is encoded in UTF-8, without a byte order mark.',
  rationale: `
    JSON exchanged between systems is UTF-8, and a sender adds no byte order mark. Some servers
    strip the mark, others fail on it; a byte that is not UTF-8 becomes a replacement character in
    one server and an error in the next.`,
  examples: {
    valid: [{ text: '{"client_name":"Bücher 📚"}' }, { bytes: [0x7b, 0x7d] }],
    invalid: [
      { bytes: [0xef, 0xbb, 0xbf, 0x7b, 0x7d], at: [''], fixed: '{}' },
      { bytes: [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], at: [''] },
      { bytes: [0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d], at: [''] },
      { bytes: [0x22, 0xed, 0xa0, 0x80, 0x22], at: [''] },
    ],
  },

  *check({ faults, value }) {
    for (const { kind, pointer, ...fault } of faults) {
      // What could be parsed all the same has no other fault than a byte order mark.
      const fix = value === undefined ? undefined : ({ unmark: true } as const)
      if (kind === 'encoding') yield { at: pointer, ...fault, fix }
    }
  },
})
