import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atproto, atprotoServer } from '../core/spec.js'
import { splitUrl } from '../core/url.js'

export default defineRule({
  id: 'url-at-localhost-client',
  level: 'MUST',
  cites: [
    atproto('Localhost Client Development'),
    atprotoServer('oauth-types/src/oauth-client-id-loopback.ts'),
  ],
  needs: 'development-client',
  title:
    'The client_id of a development client is http://localhost and says nothing but its parameters.',
  rationale: `
    For development atproto knows clients without a document: the server makes one from the
    client_id, \`http://localhost\` with \`redirect_uri\` and \`scope\` in its query. There is no port,
    no path, and redirection URIs name the address, not \`localhost\`.`,
  examples: {
    valid: [
      { clientId: 'http://localhost' },
      { clientId: 'http://localhost/' },
      {
        clientId:
          'http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fcb&redirect_uri=http%3A%2F%2F%5B%3A%3A1%5D%2Fcb&scope=atproto%20transition%3Ageneric',
      },
    ],
    invalid: [
      { clientId: 'http://localhost:3000', at: ['/client_id'] },
      { clientId: 'http://localhost/client-metadata.json', at: ['/client_id'] },
      { clientId: 'http://me@localhost/', at: ['/client_id'] },
      { clientId: 'http://localhost/#', at: ['/client_id'] },
      { clientId: 'http://localhost?client_name=Example', at: ['/client_id'] },
      { clientId: 'http://localhost?scope=atproto&scope=atproto', at: ['/client_id'] },
      { clientId: 'http://localhost?scope=openid', at: ['/client_id'] },
      { clientId: 'http://localhost?redirect_uri=http%3A%2F%2Flocalhost%2Fcb', at: ['/client_id'] },
      {
        clientId: 'http://localhost?redirect_uri=https%3A%2F%2F127.0.0.1%2Fcb',
        at: ['/client_id'],
      },
    ],
  },

  *check({ clientIdUrl: { userinfo, port, path, query, fragment } }) {
    const suggestion = 'write http://localhost?redirect_uri=…&scope=…, with http://127.0.0.1 inside'
    const absent = { 'a user name': userinfo, 'a port': port, 'a fragment': fragment }
    for (const [what, component] of Object.entries(absent)) {
      if (!component) continue
      yield {
        at: '/client_id',
        message: `client_id of a development client has ${what}`,
        suggestion,
      }
    }
    if (path.text !== '' && path.text !== '/') {
      const message = `client_id of a development client has the path ${quote(path.text)}`
      yield { at: '/client_id', message, suggestion }
    }
    const parameters = new URLSearchParams(query?.text ?? '')
    for (const [name, value] of parameters) {
      const problem = describeParameter(name, value)
      if (problem !== undefined) {
        yield { at: '/client_id', message: `client_id has ${problem}`, suggestion }
      }
    }
    if (parameters.getAll('scope').length > 1) {
      yield { at: '/client_id', message: 'client_id has the parameter scope twice', suggestion }
    }
  },
})

function describeParameter(name: string, value: string): string | undefined {
  if (name === 'scope') {
    const hasAtproto = value.split(' ').includes('atproto')
    return hasAtproto ? undefined : `the scope ${quote(value)}, without "atproto"`
  }
  if (name !== 'redirect_uri') return `the parameter ${quote(name)}, which means nothing there`
  const url = splitUrl(value)
  const isLoopback = url?.host.text === '127.0.0.1' || url?.host.text === '[::1]'
  if (url?.scheme.text === 'http' && isLoopback) return undefined
  return `the redirect_uri ${quote(value)}, which is not http on 127.0.0.1 or [::1]`
}
