/**
 * The authorization server of atproto: requests are pushed, with a proof of possession.
 *
 * Its own `safeFetchWrap` keeps every check of its default but that of the address: the port, the
 * protocol, the forbidden hosts, the size, the time.
 */
import { createServer } from 'node:http'
import { JoseKey } from '@atproto/jwk-jose'
import { OAuthProvider, oauthMiddleware } from '@atproto/oauth-provider'
import { safeFetchWrap } from '@atproto-labs/fetch-node'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { answer, fetchDocument } from './lab.mjs'

const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const origin = `http://127.0.0.1:${server.address().port}`
const provider = new OAuthProvider({
  issuer: origin,
  name: 'Lab',
  keyset: [await JoseKey.generate(['ES256'])],
  safeFetch: safeFetchWrap({ allowPrivateIps: true, fetch: fetchDocument }),
  accountStore: { listDeviceAccounts: async () => [] },
  deviceStore: {},
  lexiconStore: {},
  requestStore: { createRequest: async () => {} },
  tokenStore: {},
})

let issues
const onError = (_, __, { cause }) => {
  issues = cause?.issues?.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
server.on('request', oauthMiddleware(provider, { onError }))

const { privateKey, publicKey } = await generateKeyPair('ES256')
const jwk = await exportJWK(publicKey)
let nonce

const prove = (url) =>
  new SignJWT({ htm: 'POST', htu: url, nonce, jti: crypto.randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .setIssuedAt()
    .sign(privateKey)

async function push(request) {
  const url = `${origin}/oauth/par`
  const response = await fetch(url, {
    method: 'POST',
    headers: { DPoP: await prove(url) },
    body: new URLSearchParams(request),
  })
  nonce = response.headers.get('dpop-nonce')
  const said = await response.json()
  return said.error === 'use_dpop_nonce' ? push(request) : said
}

const accepted = { isAccepted: true, reason: '' }
const refused = ({ error, error_description }) => ({
  isAccepted: false,
  reason: [error, error_description, ...(issues ?? [])].join('; '),
})

answer(async ({ clientId, redirectUri, scope = 'atproto', challenge }) => {
  const request = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  issues = undefined
  const said = await push(request)
  if (said.request_uri !== undefined) return accepted
  if (!said.error_description?.endsWith('required a "client_assertion"')) return refused(said)
  // The document is accepted, and only a signature missing, for which the test has no key. What
  // comes after it is asked of the authorization endpoint, where a client need not authenticate.
  const device = { deviceId: 'dev-0', deviceMetadata: {} }
  return provider.authorize(request, device).then(() => accepted, refused)
})
