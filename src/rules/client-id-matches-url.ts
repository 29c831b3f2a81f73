import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, cimd, mcp, rfc } from '../core/spec.js'

export default defineRule({
  id: 'client-id-matches-url',
  level: 'MUST',
  cites: [
    cimd('document'),
    rfc(3986, '6.2.1'),
    mcp('required-members'),
    atproto('Client ID Metadata Document'),
  ],
  needs: 'url',
  title: 'The client_id is the URL of the document, character for character.',
  rationale: `
    The comparison is a simple string comparison: letter case, a port, a trailing slash or a percent
    sign more makes another client. Authorization servers must refuse a document that names
    another URL than the one they fetched.`,
  examples: {
    valid: [
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_id: 'https://client.example.com/cimd.json' },
      },
    ],
    invalid: [
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_id: 'https://client.example.com:443/cimd.json' },
        at: ['/client_id'],
        parts: [':443/cimd.json'],
        fixed: { client_id: 'https://client.example.com/cimd.json' },
      },
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_id: 'https://Client.example.com/cimd.json' },
        at: ['/client_id'],
        parts: ['Client.example.com/cimd.json'],
        fixed: { client_id: 'https://client.example.com/cimd.json' },
      },
      {
        url: 'https://client.example.com/cimd.json',
        document: { client_id: 'https://client.example.com/cimd.json/' },
        at: ['/client_id'],
        parts: ['/'],
        fixed: { client_id: 'https://client.example.com/cimd.json' },
      },
      {
        url: 'https://client.example.com/%7Eme/cimd.json',
        document: { client_id: 'https://client.example.com/~me/cimd.json' },
        at: ['/client_id'],
        parts: ['~me/cimd.json'],
        fixed: { client_id: 'https://client.example.com/%7Eme/cimd.json' },
      },
    ],
  },

  *check({ metadata: { client_id }, url }) {
    if (client_id === undefined || client_id === url) return
    let offset = 0
    while (offset < url.length && client_id[offset] === url[offset]) offset++
    yield {
      at: '/client_id',
      part: { offset, length: client_id.length - offset },
      message: `client_id is ${quote(client_id)} but the document is at ${quote(url)}`,
      suggestion: 'write the URL exactly as clients send it',
      fix: { identify: '/client_id' },
    }
  },
})
