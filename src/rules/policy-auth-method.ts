import { defineRule } from '../core/define.js'
import { judgeChoice } from '../core/policy.js'

export default defineRule({
  id: 'policy-auth-method',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The authentication methods are ones that the policy allows.',
  rationale: `
    An organisation may want keys where the specifications leave the choice. Where
    \`token_endpoint_auth_method\` is left out, it is \`client_secret_basic\` to whoever follows
    RFC 7591.`,
  examples: {
    valid: [
      {
        document: { token_endpoint_auth_method: 'private_key_jwt' },
        policy: { token_endpoint_auth_method: { allowed: ['private_key_jwt'] } },
      },
      { document: {}, policy: { token_endpoint_auth_method: { forbidden: ['none'] } } },
      // Reported by json-types.
      {
        document: { token_endpoint_auth_method: 1 },
        policy: { token_endpoint_auth_method: { allowed: [] } },
      },
      { document: { token_endpoint_auth_method: 'none' }, policy: {} },
      { document: { token_endpoint_auth_method: 'none' } },
    ],
    invalid: [
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
        },
        policy: { token_endpoint_auth_method: { allowed: ['private_key_jwt'] } },
        at: ['/token_endpoint_auth_method', '/token_endpoint_auth_methods_supported/1'],
        messages: [
          'token_endpoint_auth_method has "none", and the policy allows "private_key_jwt"',
          'token_endpoint_auth_methods_supported has "none", and the policy allows "private_key_jwt"',
        ],
      },
      {
        document: {},
        policy: { token_endpoint_auth_method: { allowed: ['private_key_jwt', 'none'] } },
        at: ['/token_endpoint_auth_method'],
        messages: [
          'token_endpoint_auth_method, which is missing, has "client_secret_basic", and the policy allows "private_key_jwt", "none"',
        ],
      },
    ],
  },

  *check({ metadata, value, policy }) {
    const choice = policy.says.token_endpoint_auth_method
    if (!choice) return
    const [member, supported] = [
      'token_endpoint_auth_method',
      'token_endpoint_auth_methods_supported',
    ] as const
    const isMissing = !(member in value)
    const method = isMissing ? 'client_secret_basic' : metadata[member]
    const subject = isMissing ? `${member}, which is missing,` : member
    if (method !== undefined) {
      yield* judgeChoice(choice, subject, `/${member}`, [{ at: `/${member}`, name: method }])
    }
    const names = metadata[supported] ?? []
    const given = names.map((name, index) => ({ at: `/${supported}/${index}` as const, name }))
    yield* judgeChoice(choice, supported, `/${supported}`, given)
  },
})
