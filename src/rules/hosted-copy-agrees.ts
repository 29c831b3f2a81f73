import { defineRule } from '../core/define.js'
import { differencesOf } from '../core/difference.js'
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
      {
        document: { client_name: 'A' },
        response: { body: '<html>' },
        at: [''],
        messages: ['the hosted copy is no JSON object, and this file is'],
      },
      {
        document: { client_secret: 'verysecret' },
        response: { body: '{}' },
        at: ['/client_secret'],
        messages: ['client_secret is "**********" here and missing in the hosted copy'],
      },
    ],
  },

  *check({ value, copy }) {
    const suggestion = 'deploy this file, or take over what is hosted'
    if (copy.stage !== 'object') {
      yield { at: '', message: 'the hosted copy is no JSON object, and this file is', suggestion }
      return
    }
    for (const { name, here, there } of differencesOf(value, copy.value as typeof value)) {
      yield {
        at: `/${escapeToken(name)}`,
        message: `${nameMember(name)} is ${here ?? 'missing'} here and ${there ?? 'missing'} in the hosted copy`,
        suggestion,
      }
    }
  },
})
