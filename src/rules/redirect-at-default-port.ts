import { applicationTypeOf } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { subjectOf } from '../core/redirect-uri.js'
import { atproto } from '../core/spec.js'

export default defineRule({
  id: 'redirect-at-default-port',
  level: 'MUST',
  cites: [atproto('Request Fields')],
  reads: ['redirect_uris'],
  title: 'No https redirection URI of a web client names the default port.',
  rationale: `
    Software that builds URLs drops \`:443\`, and the redirection URI of the request then differs from
    the registered one. atproto allows a port only where it is another.`,
  examples: {
    valid: [
      {
        document: {
          redirect_uris: ['https://client.example.com/cb', 'https://client.example.com:8443/cb'],
        },
      },
      {
        document: {
          redirect_uris: [
            'https://client.example.com:4430/:443',
            'http://127.0.0.1:443/cb',
            'com.example.app://cb:443',
          ],
        },
      },
      // The sentence is about web clients.
      {
        document: {
          redirect_uris: ['https://client.example.com:443/cb'],
          application_type: 'native',
        },
      },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://client.example.com:443/cb'] },
        at: ['/redirect_uris/0'],
      },
      {
        document: {
          redirect_uris: ['https://[2001:db8::1]:443', 'https://client.example.com:0443'],
        },
        at: ['/redirect_uris/0', '/redirect_uris/1'],
      },
    ],
  },

  *check(document) {
    if (applicationTypeOf(document) === 'native') return
    for (const { at, text, scheme, url } of document.redirects) {
      const port = url?.port
      if (scheme !== 'https' || !port || Number(port.text) !== 443) continue
      yield {
        at,
        part: { offset: port.offset - 1, length: port.text.length + 1 },
        message: `${subjectOf(at, text)} names port 443, the default of https`,
        suggestion: `remove ":${port.text}"`,
      }
    }
  },
})
