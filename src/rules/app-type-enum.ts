import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, openid } from '../core/spec.js'

const TYPES = ['web', 'native']

export default defineRule({
  id: 'app-type-enum',
  level: 'MUST',
  cites: [openid('registration', '2'), atproto('Client ID Metadata Document')],
  reads: ['application_type'],
  schema: { properties: { application_type: { enum: TYPES } } },
  title: 'The application_type is "web" or "native".',
  rationale: `
    These are the two values there are, in lower case. "native" is an app on the user's device, also
    one that runs in a terminal; everything else is "web", which is the default.`,
  examples: {
    valid: [
      { document: { application_type: 'web' } },
      { document: { application_type: 'native' } },
      // Another type is reported by json-types.
      { document: { application_type: null } },
    ],
    invalid: [
      { document: { application_type: 'spa' }, at: ['/application_type'] },
      {
        document: { application_type: 'Native' },
        at: ['/application_type'],
        fixed: { application_type: 'native' },
      },
      {
        document: { application_type: 'web ' },
        at: ['/application_type'],
        fixed: { application_type: 'web' },
      },
      { document: { application_type: '' }, at: ['/application_type'] },
    ],
  },

  *check({ metadata: { application_type } }) {
    if (application_type === undefined || TYPES.includes(application_type)) return
    const meant = application_type.trim().toLowerCase()
    yield {
      at: '/application_type',
      message: `application_type is ${quote(application_type)}, expected "web" or "native"`,
      suggestion: 'write "native" for an app on the user\'s device, and "web" for anything else',
      fix: TYPES.includes(meant) ? { set: '/application_type', value: meant } : undefined,
    }
  },
})
