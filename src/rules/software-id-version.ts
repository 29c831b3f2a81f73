import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'software-id-version',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  reads: ['software_version'],
  title: 'A software_version stands beside the software_id it is a version of.',
  rationale: `
    The version is that of the software which \`software_id\` names, and which stays the same from one
    version to the next. Alone it does not say what it is a version of.`,
  examples: {
    valid: [
      { document: { software_version: '1.0', software_id: 'example-client' } },
      { document: { software_id: 'example-client' } },
      // Reported by json-types and json-no-empty-strings.
      { document: { software_version: 1 } },
      { document: { software_version: '1.0', software_id: '' } },
    ],
    invalid: [
      { document: { software_version: '1.0' }, at: ['/software_version'] },
      { document: { software_version: '1.0', 'software_id#de': 'a' }, at: ['/software_version'] },
    ],
  },

  *check({ metadata: { software_version }, value }) {
    if (software_version === undefined || 'software_id' in value) return
    yield {
      at: '/software_version',
      on: 'key',
      message: 'software_version is there, but no software_id says what it is a version of',
      suggestion: 'add a software_id that never changes, or remove software_version',
    }
  },
})
