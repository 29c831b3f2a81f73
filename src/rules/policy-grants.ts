import { defineRule } from '../core/define.js'
import { judgeChoice } from '../core/policy.js'

export default defineRule({
  id: 'policy-grants',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The grants are those that the policy requires and allows.',
  rationale: `
    A grant that a client does not use is one more way to get a token in its name. Where
    \`grant_types\` is left out, the client has the grant \`authorization_code\`.`,
  examples: {
    valid: [
      {
        document: { grant_types: ['authorization_code', 'refresh_token'] },
        policy: {
          grant_types: {
            allowed: ['authorization_code', 'refresh_token'],
            required: ['authorization_code'],
          },
        },
      },
      { document: {}, policy: { grant_types: { required: ['authorization_code'] } } },
      // Reported by json-types.
      {
        document: { grant_types: 'implicit' },
        policy: { grant_types: { required: ['authorization_code'] } },
      },
      { document: { grant_types: ['implicit'] }, policy: {} },
      { document: { grant_types: ['implicit'] } },
    ],
    invalid: [
      {
        document: { grant_types: ['authorization_code', 'implicit', 'password'] },
        policy: {
          grant_types: {
            allowed: ['authorization_code', 'refresh_token'],
            forbidden: ['password'],
            required: ['refresh_token'],
          },
        },
        at: ['/grant_types/1', '/grant_types/2', '/grant_types'],
        messages: [
          'grant_types has "implicit", and the policy allows "authorization_code", "refresh_token"',
          'grant_types has "password", which the policy forbids',
          'grant_types has no "refresh_token", which the policy requires',
        ],
      },
      {
        document: {},
        policy: { grant_types: { forbidden: ['authorization_code'] } },
        at: ['/grant_types'],
      },
    ],
  },

  *check({ metadata, value, policy }) {
    const choice = policy.says.grant_types
    const isDefault = !('grant_types' in value)
    const grants = isDefault ? ['authorization_code'] : metadata.grant_types
    if (!choice || !grants) return
    const given = grants.map((name, index) => ({
      at: isDefault ? ('/grant_types' as const) : (`/grant_types/${index}` as const),
      name,
    }))
    yield* judgeChoice(choice, 'grant_types', '/grant_types', given)
  },
})
