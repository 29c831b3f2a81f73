import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { mcp } from '../core/spec.js'

export default defineRule({
  id: 'redirect-no-custom-scheme-mcp',
  level: 'MUST',
  cap: 'warning',
  cites: [mcp('communication-security')],
  reads: ['redirect_uris'],
  title: 'The redirection URIs of an MCP client are https or on loopback.',
  rationale: `
    MCP allows only https and loopback, to the letter. Installed apps use schemes of their own all
    the same, as RFC 8252 section 7.1 describes, and most servers take them; so this is a warning.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb', 'http://127.0.0.1/cb'] } },
      // Not absolute: reported by redirect-absolute.
      { document: { redirect_uris: ['/cb'] } },
      // A scheme without a dot is reported by redirect-private-scheme-reverse-dns.
      { document: { redirect_uris: ['exampleapp://cb', 'exampleapp:/cb.html'] } },
    ],
    invalid: [
      { document: { redirect_uris: ['com.example.app:/cb'] }, at: ['/redirect_uris/0'] },
      { document: { redirect_uris: ['com.example.app://cb'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text, scheme, isPrivateUse } of redirects) {
      // A dangerous one is reported by redirect-no-dangerous-scheme.
      if (!isPrivateUse || !scheme.includes('.')) continue
      yield {
        at,
        part: { offset: 0, length: scheme.length },
        message: `${subjectOf(at, text)} is neither https nor on loopback, and MCP names only those`,
        suggestion: 'register an https or loopback URI beside it',
      }
    }
  },
})
