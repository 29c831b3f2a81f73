import { defineRule } from '../core/define.js'
import { findMissingPage } from '../core/missing-page.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'tos-uri-page',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7591, '2')],
  needs: 'links',
  reads: ['tos_uri'],
  title: 'The tos_uri leads to a page.',
  rationale: `
    Users are asked to agree to what stands there, and an operator who reviews clients reads it.`,
  examples: {
    valid: [
      {
        document: { tos_uri: 'https://client.example.com/tos_uri' },
        links: { tos_uri: { type: 'text/html', body: '<html>' } },
      },
      // A browser follows, and passes what keeps programs out.
      {
        document: { tos_uri: 'https://client.example.com/tos_uri' },
        links: { tos_uri: { status: 301 } },
      },
      {
        document: { tos_uri: 'https://client.example.com/tos_uri' },
        links: { tos_uri: { status: 403 } },
      },
    ],
    invalid: [
      {
        document: { tos_uri: 'https://client.example.com/tos_uri' },
        links: { tos_uri: { status: 404 } },
        at: ['/tos_uri'],
        messages: ['tos_uri answers 404: there is no page'],
        suggestions: ['publish the page there, or remove tos_uri'],
      },
      {
        document: { tos_uri: 'https://client.example.com/tos_uri' },
        links: { tos_uri: { status: 500 } },
        at: ['/tos_uri'],
      },
    ],
  },

  check: ({ link }) => findMissingPage(link),
})
