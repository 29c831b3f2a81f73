import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atprotoServer, rfc } from '../core/spec.js'

export default defineRule({
  id: 'redirect-no-userinfo',
  level: 'ADVICE',
  cites: [rfc(3986, '7.6'), atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['redirect_uris'],
  title: 'No redirection URI has a user name.',
  rationale: `
    What stands before "@" leads nowhere else, but people read it as the host. Nothing needs it in a
    redirection URI, and the server of atproto refuses one that has it.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/@me',
            'https://client.example.com/cb?to=me@example.com',
            'com.example.app://me@cb',
          ],
        },
      },
      // An empty one is no user name.
      { document: { redirect_uris: ['https://@client.example.com/', 'https://:@example.com/'] } },
      // Reported by no-embedded-secrets, and by redirect-kind.
      { document: { redirect_uris: ['https://me:pw@example.com/', 'http://me@example.com/'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://me@client.example.com/cb', 'HTTPS://me:@h.test'] },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
      },
      { document: { redirect_uris: ['http://me@127.0.0.1/cb'] }, at: ['/redirect_uris/0'] },
    ],
  },

  *check({ redirects }) {
    for (const { at, text: uri, scheme, url, isOnLoopback } of redirects) {
      if (!url?.userinfo || !/^[^:]+:?$/.test(url.userinfo.text)) continue
      if (scheme !== 'https' && !isOnLoopback) continue
      const { offset, text } = url.userinfo
      yield {
        at,
        part: { offset, length: text.length + 1 },
        message: `${subjectOf(at, uri)} has a user name before the "@"`,
        suggestion: 'remove everything between "//" and "@", and the "@"',
      }
    }
  },
})
