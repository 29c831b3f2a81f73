import { defineRule } from '../core/define.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'url-no-userinfo',
  level: 'MUST',
  cites: [cimd('url')],
  needs: 'client-id-url',
  title: 'The client_id has no user name and no password.',
  rationale: `
    What stands before "@" is a credential in a public name, and a way to make one host look like
    another: \`https://trusted.example.com@other.example.net/c\`. An empty one is one too.`,
  examples: {
    valid: [{ clientId: 'https://client.example.com/@me/cimd.json' }],
    invalid: [
      { clientId: 'https://me@client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://me:pw@client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://@client.example.com/c', at: ['/client_id'] },
    ],
  },

  *check({ clientIdUrl: { userinfo } }) {
    if (!userinfo) return
    yield {
      at: '/client_id',
      part: { offset: userinfo.offset, length: userinfo.text.length + 1 },
      message: 'client_id has userinfo, a user name or password before the "@", and may have none',
      suggestion: 'remove everything between "//" and "@", and the "@"',
    }
  },
})
