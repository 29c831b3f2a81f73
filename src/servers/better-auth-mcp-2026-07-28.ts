import { defineServer } from '../core/server.js'
import { requiring } from '../core/server-facts.js'
import betterAuth from './better-auth.js'

export default defineServer({
  ...betterAuth,
  id: 'better-auth-mcp-2026-07-28',
  title: 'better-auth (mcp-2026-07-28)',
  assumes: [...betterAuth.assumes, 'set `metadataProfile` of `cimd` to `mcp-2026-07-28`'],
  facts: {
    ...betterAuth.facts,
    required: {
      ...requiring(['client_id', 'client_name', 'redirect_uris']),
      source: 'cimd/src/validate-metadata-document.ts',
    },
  },
})
