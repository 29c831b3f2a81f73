import { defineRule } from '../core/define.js'
import { nameMember } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'

export default defineRule({
  id: 'hosted-copy-agrees',
  level: 'ADVICE',
  floor: 'error',
  cites: [],
  needs: 'copy',
  title: 'What is hosted has the members of the file, with the same values.',
  rationale: `
    Servers see what is hosted. Where it differs from the file in the repository, a deployment failed
    or somebody changed it by hand, and what was reviewed is not what is in use.`,
  examples: {
    valid: [
      {
        document: { client_name: 'A', contacts: ['a@example.com'] },
        response: { body: '{ "contacts": ["a@example.com"], "client_name": "A" }' },
      },
    ],
    invalid: [
      {
        document: { client_name: 'A', scope: 'read' },
        response: { body: '{"client_name":"B","jwks_uri":"https://client.example.com/jwks"}' },
        at: ['/client_name', '/scope', '/jwks_uri'],
        messages: [
          'client_name is "A" here and "B" in the hosted copy',
          'scope is "read" here and missing in the hosted copy',
          'jwks_uri is missing here and "https://client.example.com/jwks" in the hosted copy',
        ],
        suggestions: [
          'deploy this file, or take over what is hosted',
          'deploy this file, or take over what is hosted',
          'deploy this file, or take over what is hosted',
        ],
      },
    ],
  },

  *check({ value, copy }) {
    const hosted = copy.value as Readonly<Record<string, unknown>>
    for (const name of new Set([...Object.keys(value), ...Object.keys(hosted)])) {
      const [here, there] = [value, hosted].map((members) =>
        name in members ? canonical(members[name]) : undefined,
      )
      if (here === there) continue
      yield {
        at: `/${escapeToken(name)}`,
        message: `${nameMember(name)} is ${show(here)} here and ${show(there)} in the hosted copy`,
        suggestion: 'deploy this file, or take over what is hosted',
      }
    }
  },
})

/** A value as text in which the order of members does not matter: JSON has none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

/** The longest value that a message shows, in UTF-16 units. */
const LONGEST = 60

const show = (text: string | undefined): string =>
  text === undefined ? 'missing' : text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
