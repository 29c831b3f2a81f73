import { defineRule } from '../core/define.js'
import { judgeChoice, withoutTag } from '../core/policy.js'
import { escapeToken } from '../core/scan.js'

export default defineRule({
  id: 'policy-members',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The document has the members that the policy requires, and none that it does not allow.',
  rationale: `
    Servers pass over members they do not know, so nobody notices one that is missing, misspelt or not
    wanted. A member with a language tag goes by the name before the tag.`,
  examples: {
    valid: [
      {
        document: { client_id: 'https://example.com/c', client_name: 'A', 'client_name#de': 'B' },
        policy: { members: { allowed: ['client_id', 'client_name'], required: ['client_name'] } },
      },
      { document: { client_name: 'A' }, policy: { members: {} } },
      { document: { client_name: 'A' }, policy: {} },
      { document: { client_name: 'A' } },
    ],
    invalid: [
      {
        document: { client_name: 'A', logo_uri: 'https://example.com/logo.png', 'x#y': 1 },
        policy: {
          members: {
            allowed: ['client_name', 'logo_uri', 'contacts'],
            forbidden: ['x'],
            required: ['contacts'],
          },
        },
        at: ['/x#y', '/contacts'],
        messages: [
          'the document has "x", which the policy forbids',
          'the document has no "contacts", which the policy requires',
        ],
      },
      {
        document: { 'a/b': 1 },
        policy: { members: { allowed: [] } },
        at: ['/a~1b'],
        messages: ['the document has "a/b", and the policy allows none'],
      },
      {
        document: { 'client_name#de': 'A' },
        policy: { members: { required: ['client_name'] } },
        at: ['/client_name'],
      },
    ],
  },

  *check({ value, policy }) {
    const { required = [], ...choice } = policy.says.members ?? {}
    const given = Object.keys(value).map((name) => ({
      at: `/${escapeToken(name)}` as const,
      on: 'key' as const,
      name: withoutTag(name),
    }))
    yield* judgeChoice(choice, 'the document', '', given)
    for (const name of required) {
      if (name in value) continue
      yield* judgeChoice({ required: [name] }, 'the document', `/${escapeToken(name)}`, [])
    }
  },
})
