import { defineRule } from '../core/define.js'
import { NO_REDIRECTING_GRANT, redirectingGrantOf } from '../core/redirect-uri.js'
import { mcp } from '../core/spec.js'

export default defineRule({
  id: 'mcp-redirect-uris-required',
  level: 'MUST',
  cites: [mcp('required-members')],
  title: 'An MCP client registers redirect_uris, whatever its grants.',
  schema: { anyOf: [{ required: ['redirect_uris'] }, { not: NO_REDIRECTING_GRANT }] },
  rationale: `
    MCP names \`redirect_uris\` among the three members every document has. Other specifications
    spare clients whose grants never redirect.`,
  examples: {
    valid: [
      { document: { grant_types: ['client_credentials'], redirect_uris: [] } },
      // A grant that redirects is judged by redirect-uris-required.
      { document: { grant_types: ['authorization_code'] } },
    ],
    invalid: [
      { document: { grant_types: ['client_credentials'] }, at: ['/redirect_uris'] },
      { document: { grant_types: [] }, at: ['/redirect_uris'] },
      { document: { grant_types: 'authorization_code' }, at: ['/redirect_uris'] },
      { document: { grant_types: ['authorization_code', 1] }, at: ['/redirect_uris'] },
    ],
  },

  *check(document) {
    if ('redirect_uris' in document.value || redirectingGrantOf(document) !== undefined) return
    yield {
      at: '/redirect_uris',
      message: 'redirect_uris is missing, which MCP requires of every client',
      suggestion: 'list every URI the server may redirect to',
    }
  },
})
