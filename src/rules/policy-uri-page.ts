import { defineRule } from '../core/define.js'
import { findMissingPage } from '../core/missing-page.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'policy-uri-page',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7591, '2')],
  needs: 'links',
  reads: ['policy_uri'],
  title: 'The policy_uri leads to a page.',
  rationale: `
    Users are told there what becomes of their data, and an operator who reviews clients reads it.`,
  examples: {
    valid: [
      {
        document: { policy_uri: 'https://client.example.com/policy_uri' },
        links: { policy_uri: { type: 'text/html', body: '<html>' } },
      },
      // A browser follows, and passes what keeps programs out.
      {
        document: { policy_uri: 'https://client.example.com/policy_uri' },
        links: { policy_uri: { status: 301 } },
      },
      {
        document: { policy_uri: 'https://client.example.com/policy_uri' },
        links: { policy_uri: { status: 403 } },
      },
    ],
    invalid: [
      {
        document: { policy_uri: 'https://client.example.com/policy_uri' },
        links: { policy_uri: { status: 404 } },
        at: ['/policy_uri'],
        messages: ['policy_uri answers 404: there is no page'],
        suggestions: ['publish the page there, or remove policy_uri'],
      },
      {
        document: { policy_uri: 'https://client.example.com/policy_uri' },
        links: { policy_uri: { status: 500 } },
        at: ['/policy_uri'],
      },
    ],
  },

  check: ({ link }) => findMissingPage(link),
})
