/** better-auth with its plugins for OAuth and for CIMD: the argument is the profile of the latter. */
import { cimd } from '@better-auth/cimd'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { getAuthTables } from 'better-auth/db'
import { jwt } from 'better-auth/plugins'
import { answer, fetchDocument } from './lab.mjs'

const ORIGIN = 'http://localhost:3000'
const RESOURCE = `${ORIGIN}/mcp`
const UNLIMITED = Number.MAX_SAFE_INTEGER
const [, , variant = 'generic'] = process.argv

const options = {
  baseURL: ORIGIN,
  secret: 'a secret of more than thirty-two characters',
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/login',
      consentPage: '/consent',
      resources: [RESOURCE],
      clientRegistrationDefaultResources: [RESOURCE],
    }),
    cimd({
      fetchClientMetadataResource: fetchDocument,
      ...(variant !== 'generic' && { metadataProfile: variant }),
      metadataFetchPolicy: {
        minimumFetchInterval: 0,
        maximumConcurrentFetches: UNLIMITED,
        maximumConcurrentFetchesPerOrigin: UNLIMITED,
        maximumFetchesPerMinute: UNLIMITED,
        maximumFetchesPerOriginPerMinute: UNLIMITED,
      },
    }),
  ],
}
const tables = Object.values(getAuthTables(options)).map(({ modelName }) => [modelName, []])
const auth = betterAuth({ ...options, database: memoryAdapter(Object.fromEntries(tables)) })

answer(async ({ clientId, redirectUri, scope, challenge }) => {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    ...(scope !== undefined && { scope }),
    resource: RESOURCE,
    state: 'state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const response = await auth.handler(new Request(`${ORIGIN}/api/auth/oauth2/authorize?${query}`))
  const location = response.headers.get('location')
  if (location?.startsWith('/login?')) return { isAccepted: true, reason: '' }
  const { error, error_description } =
    location === null ? await response.json() : Object.fromEntries(new URL(location).searchParams)
  return { isAccepted: false, reason: `${response.status} ${error}: ${error_description}` }
})
