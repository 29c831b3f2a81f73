import { defineRule } from '../core/define.js'
import { judgeChoice } from '../core/policy.js'

export default defineRule({
  id: 'policy-scopes',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The scope has the values that the policy requires, and none that it does not allow.',
  rationale: `
    The \`scope\` of a document says what the client may ask for: the less, the smaller the damage
    when a token is stolen.`,
  examples: {
    valid: [
      {
        document: { scope: 'openid profile' },
        policy: { scope: { allowed: ['openid', 'profile', 'email'], required: ['openid'] } },
      },
      { document: {}, policy: { scope: { allowed: ['openid'], forbidden: ['admin'] } } },
      // Reported by json-types.
      { document: { scope: ['admin'] }, policy: { scope: { required: ['openid'] } } },
      { document: { scope: 'admin' }, policy: {} },
      { document: { scope: 'admin' } },
    ],
    invalid: [
      {
        document: { scope: 'openid  admin  email' },
        policy: { scope: { forbidden: ['admin'], allowed: ['openid', 'admin'] } },
        at: ['/scope', '/scope'],
        parts: ['admin', 'email'],
        messages: [
          'scope has "admin", which the policy forbids',
          'scope has "email", and the policy allows "openid", "admin"',
        ],
      },
      { document: {}, policy: { scope: { required: ['openid'] } }, at: ['/scope'] },
    ],
  },

  *check({ metadata: { scope }, value, policy }) {
    const choice = policy.says.scope
    if (!choice || (scope === undefined && 'scope' in value)) return
    const given = Array.from((scope ?? '').matchAll(/[^ ]+/g), ({ 0: name, index }) => ({
      at: '/scope' as const,
      part: { offset: index, length: name.length },
      name,
    }))
    yield* judgeChoice(choice, 'scope', '/scope', given)
  },
})
