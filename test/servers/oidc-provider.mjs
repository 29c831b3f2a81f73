/** oidc-provider, stock or with the defaults that MCP clients need: the argument says which. */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { answer, fetchDocument } from './lab.mjs'

const FRIENDLY = {
  clientDefaults: { token_endpoint_auth_method: 'none', application_type: 'native' },
}

const { privateKey } = await generateKeyPair('RS256', { extractable: true })
const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const origin = `http://127.0.0.1:${server.address().port}`
const provider = new Provider(origin, {
  ...(process.argv[2] === 'friendly' && FRIENDLY),
  features: {
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    devInteractions: { enabled: false },
  },
  fetch: fetchDocument,
  interactions: { url: () => '/interaction' },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
})
server.on('request', provider.callback())

let reason = ''
provider.on('authorization.error', (_, error) => {
  reason = [error.error_description, error.error_detail].filter(Boolean).join('; ')
})

answer(async ({ clientId, redirectUri, scope = 'openid', challenge }) => {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const { headers, status } = await fetch(`${origin}/auth?${query}`, { redirect: 'manual' })
  const isAccepted = headers.get('location')?.endsWith('/interaction') ?? false
  return { isAccepted, reason: isAccepted ? '' : `${status} ${reason}` }
})
