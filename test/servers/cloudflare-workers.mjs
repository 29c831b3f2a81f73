/**
 * @cloudflare/workers-oauth-provider in Node, stock or with redirection URIs of private-use schemes:
 * the argument says which.
 */
import { register } from 'node:module'
import { answer, fetchDocument } from './lab.mjs'

const text = (source) => `data:text/javascript,${encodeURIComponent(source)}`

const WORKERS = text('export class WorkerEntrypoint {}')

register(
  text(`export const resolve = (specifier, context, next) =>
    specifier === 'cloudflare:workers'
      ? { url: ${JSON.stringify(WORKERS)}, shortCircuit: true }
      : next(specifier, context)`),
)
globalThis.Cloudflare = { compatibilityFlags: { global_fetch_strictly_public: true } }
globalThis.fetch = fetchDocument

const { OAuthProvider } = await import('@cloudflare/workers-oauth-provider')

const origin = 'https://as.example.com'
const env = { OAUTH_KV: { get: async () => null } }
const provider = new OAuthProvider({
  clientIdMetadataDocumentEnabled: true,
  allowPrivateUseRedirectUris: process.argv[2] === 'private-use',
  apiRoute: '/mcp',
  apiHandler: { fetch: () => new Response() },
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/oauth/token',
  resourceMetadata: { resource: `${origin}/mcp` },
  defaultHandler: {
    async fetch(request, { OAUTH_PROVIDER }) {
      try {
        return Response.json(await OAUTH_PROVIDER.parseAuthRequest(request))
      } catch (error) {
        return new Response(error.message, { status: 400 })
      }
    },
  },
})

answer(async ({ clientId, redirectUri, scope = 'mcp:tools', challenge }) => {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const response = await provider.fetch(new Request(`${origin}/authorize?${query}`), env, {})
  const said = await response.text()
  return { isAccepted: response.ok, reason: response.ok ? '' : said }
})
