import { defineRule } from '../core/define.js'
import { NO_REDIRECTING_GRANT, redirectingGrantOf } from '../core/redirect-uri.js'
import { cimd, mcp, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-uris-required',
  level: 'MUST',
  cites: [rfc(7591, '2'), cimd('redirect-uris'), mcp('required-members')],
  title: 'A client of a redirect-based grant registers redirect_uris.',
  schema: { anyOf: [{ required: ['redirect_uris'] }, NO_REDIRECTING_GRANT] },
  rationale: `
    The server sends authorization codes only to registered redirection URIs. \`grant_types\` is
    \`["authorization_code"]\` where it is left out, so most clients need them.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      { document: { grant_types: ['client_credentials'] } },
      // Of another type, it names no grant: json-types, mcp-redirect-uris-required.
      { document: { grant_types: 'client_credentials' } },
      { document: { grant_types: ['authorization_code', 1] } },
      // An empty list is reported by redirect-uris-nonempty, another type by json-types.
      { document: { redirect_uris: [] } },
    ],
    invalid: [
      { document: {}, at: ['/redirect_uris'] },
      { document: { grant_types: ['authorization_code'] }, at: ['/redirect_uris'] },
      { document: { grant_types: ['implicit'] }, at: ['/redirect_uris'] },
      { document: { redirect_uri: 'https://client.example.com/cb' }, at: ['/redirect_uris'] },
    ],
  },

  *check(document) {
    const grant = redirectingGrantOf(document)
    if ('redirect_uris' in document.value || grant === undefined) return
    yield {
      at: '/redirect_uris',
      message: `redirect_uris is missing, and the grant "${grant}" ends in a redirection`,
      suggestion: 'list every URI the server may redirect to',
    }
  },
})
