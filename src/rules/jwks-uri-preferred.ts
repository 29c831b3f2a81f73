import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-uri-preferred',
  level: 'ADVICE',
  cites: [rfc(7591, '2')],
  // Both are read, or the rule would be asked about the keys at jwks_uri too.
  reads: ['jwks', 'jwks_uri'],
  title: 'The keys of the client are at jwks_uri, not in the document.',
  rationale: `
    A key at \`jwks_uri\` can be changed without a change of the document, and the document stays
    short. Some servers, Auth0 among them, refuse keys in the document.`,
  examples: {
    valid: [
      { document: { jwks_uri: 'https://client.example.com/jwks.json' } },
      // Reported by jwks-xor-jwks-uri.
      { document: { jwks: { keys: [] }, jwks_uri: 'https://client.example.com/jwks.json' } },
    ],
    invalid: [
      { document: { jwks: { keys: [{ kty: 'EC' }] } }, at: ['/jwks'] },
      { document: { jwks: {} }, at: ['/jwks'] },
    ],
  },

  *check({ metadata: { jwks }, value }) {
    if (jwks === undefined || 'jwks_uri' in value) return
    yield {
      at: '/jwks',
      on: 'key',
      message: 'jwks holds the keys in the document, and not every server takes them from there',
      suggestion: 'publish the key set at an https URL and name it in jwks_uri',
    }
  },
})
