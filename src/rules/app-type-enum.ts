import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, openid } from '../core/spec.js'

export default defineRule({
  id: 'app-type-enum',
  level: 'MUST',
  cites: [openid('registration', '2'), atproto('Client ID Metadata Document')],
  reads: ['application_type'],
  schema: { properties: { application_type: { enum: ['web', 'native'] } } },
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
      { document: { application_type: 'Native' }, at: ['/application_type'] },
      { document: { application_type: 'web ' }, at: ['/application_type'] },
      { document: { application_type: '' }, at: ['/application_type'] },
    ],
  },

  *check({ metadata: { application_type } }) {
    if (application_type === undefined || ['web', 'native'].includes(application_type)) return
    yield {
      at: '/application_type',
      message: `application_type is ${quote(application_type)}, expected "web" or "native"`,
      suggestion: 'write "native" for an app on the user\'s device, and "web" for anything else',
    }
  },
})
