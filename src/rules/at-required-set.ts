import { defineRule } from '../core/define.js'
import { atproto } from '../core/spec.js'

const REQUIRED = {
  grant_types: 'write "grant_types": ["authorization_code", "refresh_token"]',
  response_types: 'write "response_types": ["code"]',
  scope: 'write "scope": "atproto", and every other scope the client may ask for',
  dpop_bound_access_tokens: 'write "dpop_bound_access_tokens": true',
} as const

/** What a member that is left out means: RFC 7591 section 2. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  grant_types: ['authorization_code'],
  response_types: ['code'],
}

export default defineRule({
  id: 'at-required-set',
  level: 'MUST',
  cites: [atproto('Client ID Metadata Document')],
  schema: { required: ['grant_types', 'response_types', 'scope', 'dpop_bound_access_tokens'] },
  title: 'The document has the members that atproto requires.',
  rationale: `
    atproto leaves nothing to defaults: grants, response types, scope and DPoP are written out.
    \`client_id\` and \`redirect_uris\` are required too, and have rules of their own.`,
  examples: {
    valid: [
      {
        document: {
          grant_types: ['authorization_code'],
          response_types: ['code'],
          scope: 'atproto',
          dpop_bound_access_tokens: true,
        },
      },
      // Empty ones have rules of their own, and another type is reported by json-types.
      {
        document: {
          grant_types: [],
          response_types: [],
          scope: null,
          dpop_bound_access_tokens: false,
        },
      },
    ],
    invalid: [
      {
        document: {
          grant_types: ['authorization_code'],
          response_types: ['code'],
          scopes: ['atproto'],
          dpop_bound_access_tokens: true,
        },
        at: ['/scope'],
      },
      {
        document: {},
        at: ['/grant_types', '/response_types', '/scope', '/dpop_bound_access_tokens'],
        fixed: '{"grant_types": ["authorization_code"], "response_types": ["code"]}',
      },
    ],
  },

  *check({ value }) {
    for (const [member, suggestion] of Object.entries(REQUIRED)) {
      if (member in value) continue
      const meant = DEFAULTS[member]
      yield {
        at: `/${member}`,
        message: `${member} is missing, and atproto requires it`,
        suggestion,
        fix: meant && { set: `/${member}`, value: meant },
      }
    }
  },
})
