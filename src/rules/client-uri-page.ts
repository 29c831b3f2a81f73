import { defineRule } from '../core/define.js'
import { findMissingPage } from '../core/missing-page.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'client-uri-page',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7591, '2')],
  needs: 'links',
  reads: ['client_uri'],
  title: 'The client_uri leads to a page.',
  rationale: `
    Users follow it to see who is asking. A page that is gone makes an honest client look like a fraud.`,
  examples: {
    valid: [
      {
        document: { client_uri: 'https://client.example.com/client_uri' },
        links: { client_uri: { type: 'text/html', body: '<html>' } },
      },
      // A browser follows, and passes what keeps programs out.
      {
        document: { client_uri: 'https://client.example.com/client_uri' },
        links: { client_uri: { status: 301 } },
      },
      {
        document: { client_uri: 'https://client.example.com/client_uri' },
        links: { client_uri: { status: 403 } },
      },
    ],
    invalid: [
      {
        document: { client_uri: 'https://client.example.com/client_uri' },
        links: { client_uri: { status: 404 } },
        at: ['/client_uri'],
        messages: ['client_uri answers 404: there is no page'],
        suggestions: ['publish the page there, or remove client_uri'],
      },
      {
        document: { client_uri: 'https://client.example.com/client_uri' },
        links: { client_uri: { status: 500 } },
        at: ['/client_uri'],
      },
    ],
  },

  check: ({ link }) => findMissingPage(link),
})
