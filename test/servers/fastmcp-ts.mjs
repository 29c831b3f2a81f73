/**
 * The OAuth proxy of fastmcp, stock or with patterns that allow more redirection URIs: the argument says
 * which. There is no server behind it.
 */
import { OAuthProxy, OAuthProxyError } from 'fastmcp/auth'
import { answer, fetchDocument } from './lab.mjs'

const OPEN = {
  allowedRedirectUriPatterns: [
    'https://*',
    'http://localhost/*',
    'http://localhost:*',
    'http://127.0.0.1/*',
    'http://127.0.0.1:*',
    'http://[::1]/*',
    'http://[::1]:*',
    'com.example.app:/*',
    'cursor://*',
  ],
}

globalThis.fetch = fetchDocument

const proxy = new OAuthProxy({
  ...(process.argv[2] === 'open' && OPEN),
  enableCimd: true,
  baseUrl: 'https://as.example.com',
  upstreamAuthorizationEndpoint: 'https://upstream.example.com/authorize',
  upstreamTokenEndpoint: 'https://upstream.example.com/token',
  upstreamClientId: 'proxy',
  upstreamClientSecret: 'secret',
})

answer(async ({ clientId, redirectUri, scope = 'mcp:tools', challenge }) => {
  try {
    // The page that asks for consent.
    const { ok } = await proxy.authorize({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    return { isAccepted: ok, reason: '' }
  } catch (error) {
    if (!(error instanceof OAuthProxyError)) throw error
    return { isAccepted: false, reason: `${error.code}: ${error.description}` }
  }
})
