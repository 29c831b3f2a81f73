import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { cimd, rfc } from '../core/spec.js'
import { explainForeignCharacter, splitUrl } from '../core/url.js'

export default defineRule({
  id: 'url-parse',
  level: 'MUST',
  cites: [cimd('url'), rfc(3986, '4.3')],
  needs: 'client-id',
  title: 'The client_id is an absolute URL with a host.',
  rationale: `
    Web browsers repair what they are given: a missing slash, a backslash, a space, a letter beyond
    ASCII. Two servers repair differently and see two clients, so the URL must be right as written,
    by the grammar of RFC 3986.`,
  examples: {
    valid: [
      { clientId: 'https://client.example.com/cimd.json' },
      { clientId: 'https://xn--bcher-kva.example.com/caf%C3%A9' },
      { clientId: 'https://[2001:db8::1]:8443/c?a=/../b#c' },
    ],
    invalid: [
      { clientId: 'my-client', at: ['/client_id'] },
      { clientId: '', at: ['/client_id'] },
      { clientId: 'https:/client.example.com/c', at: ['/client_id'] },
      { clientId: 'https:///client.example.com/c', at: ['/client_id'] },
      { clientId: ' https://client.example.com/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com/a b', at: ['/client_id'] },
      { clientId: 'https://client.example.com\\c', at: ['/client_id'] },
      { clientId: 'https://bücher.example.com/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com/%zz', at: ['/client_id'] },
      { clientId: 'https://client.example.com:https/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com:65536/c', at: ['/client_id'] },
      { clientId: 'https://client.example.com/c\n', at: ['/client_id'] },
    ],
  },

  *check({ clientId }) {
    const at = '/client_id'
    if (splitUrl(clientId)) return
    const foreign = explainForeignCharacter(clientId)
    if (foreign) {
      const { part, clause, suggestion } = foreign
      yield { at, part, message: `client_id ${clause}`, suggestion }
    } else {
      yield {
        at,
        message: `client_id is ${quote(clientId)}, which is not an absolute URL`,
        suggestion: 'write it as https://host/path',
      }
    }
  },
})
