import { defineRule } from '../core/define.js'

export default defineRule({
  id: 'policy-schema',
  level: 'ADVICE',
  needs: 'policy',
  cites: [],
  title: 'The document satisfies the JSON Schema of the policy.',
  rationale: `
    What the other members of a policy cannot say, a JSON Schema can: draft 2020-12, or draft-07 where
    its \`$schema\` says so. Of a document beyond 64 KiB only the first fault is told.`,
  examples: {
    valid: [
      {
        document: { client_name: 'Acme CLI', contacts: ['a@example.com'] },
        policy: {
          schema: { required: ['client_name'], properties: { contacts: { minItems: 1 } } },
        },
      },
      { document: { client_name: 'A' }, policy: {} },
      { document: { client_name: 'A' } },
    ],
    invalid: [
      {
        document: { contacts: ['a@example.com', 5], 'x/y': 1 },
        policy: {
          schema: {
            $schema: 'http://json-schema.org/draft-07/schema#',
            required: ['client_name'],
            properties: {
              client_name: { type: 'string' },
              contacts: { $ref: '#/definitions/contacts' },
            },
            additionalProperties: false,
            definitions: { contacts: { type: 'array', items: { type: 'string' } } },
          },
        },
        at: ['/client_name', '/x~1y', '/contacts/1'],
        messages: [
          'client_name is missing, which the schema of the policy requires at "#/required"',
          '"x/y" has a name that the schema of the policy does not allow at "#/additionalProperties"',
          'item 1 of contacts must be string, as the schema of the policy has it at "#/definitions/contacts/items/type"',
        ],
      },
    ],
  },

  *check({ bytes, value, policy }) {
    yield* policy.findFaults?.(value, bytes) ?? []
  },
})
