import { quote } from '../core/printable.js'
import { type RedirectUri, schemeOf } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  flag,
  httpsUrl,
  identifierWithout,
  isLiteralOrName,
  isRegistered,
  known,
  lacking,
  membersAre,
  NO_KEYS,
  notFollowed,
  nothing,
  notMatched,
  objectToKeys,
  objectToScopes,
  objectToUri,
  oneOf,
  onPublicHost,
  requiring,
  sameIdentifier,
  seconds,
  statusOf,
  strings,
  stringsThat,
  stringsWith,
  text,
  unlike,
  within,
} from '../core/server-facts.js'

const SCHEMA = 'lib/helpers/client_schema.js'
const DOCUMENT = 'lib/helpers/client_id_metadata_document.js'

const NATIVE = 'clientDefaults.application_type is "native"'

/** The algorithms that its keys and defaults leave for client assertions. */
const SIGNING = oneOf('RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA')

const SCOPES = ['openid', 'offline_access']

/** Schemes that nobody may register. */
const DANGEROUS = ['javascript', 'data', 'vbscript', 'file', 'blob', 'about']

/** Grants that it knows from the start; what else there is, it drops. */
const GRANTS = ['authorization_code', 'implicit', 'refresh_token']

/** The arrays that have to be some. */
const ARRAYS = membersAre({ grant_types: strings, response_types: strings }, '')

/** What it has against a redirection URI of the document, by the kind of the application. */
function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text, scheme, url, isOnLoopback } = redirect
  const { application_type } = client.metadata
  const isWeb = scheme === 'http' || scheme === 'https'
  if (scheme === '' || (isWeb && !url)) return objectToUri(redirect, 'is no absolute URL', client)
  if (text.includes('#')) return objectToUri(redirect, 'has a fragment', client)
  if (DANGEROUS.includes(scheme)) {
    return objectToUri(redirect, `has the scheme ${quote(scheme)}`, client)
  }
  if (application_type === 'native') {
    if (scheme === 'https' && isOnLoopback) {
      return objectToUri(redirect, 'is https on loopback', client)
    }
    if (scheme === 'http' && !isOnLoopback) {
      return objectToUri(redirect, 'is http, but not on 127.0.0.1, [::1] or localhost', client)
    }
    return undefined
  }
  if (isWeb) {
    const isImplicit = client.metadata.grant_types?.includes('implicit') === true
    if (!isImplicit || (scheme === 'https' && !isOnLoopback)) return undefined
    const { grant_types } = client.metadata
    return objectToUri(redirect, 'is not https elsewhere, beside the grant "implicit"', client, {
      suggestion: 'leave "implicit" out of grant_types',
      change: { member: 'grant_types', value: grant_types?.filter((one) => one !== 'implicit') },
    })
  }
  const isOmitted = application_type === undefined
  return objectToUri(
    redirect,
    `has a scheme of its own, and application_type is ${isOmitted ? 'missing, and "web" stands for it' : '"web"'}`,
    client,
    {
      suggestion: 'write "application_type": "native"',
      change: { member: 'application_type', value: 'native' },
      ...(isOmitted && { unless: NATIVE }),
    },
  )
}

/** What it makes of the document without the method of client authentication. */
function judgeOmitted({ metadata }: Client): readonly Objection[] {
  const hasAlg = metadata.token_endpoint_auth_signing_alg !== undefined
  const value = hasAlg ? 'private_key_jwt' : 'none'
  return [
    {
      at: '/token_endpoint_auth_method',
      message:
        'token_endpoint_auth_method is missing, and "client_secret_basic" stands for it, which needs a secret',
      suggestion: `write "token_endpoint_auth_method": "${value}"`,
      unless: `clientDefaults.token_endpoint_auth_method is "${value}"`,
      change: { member: 'token_endpoint_auth_method', value },
    },
  ]
}

export default defineServer({
  id: 'oidc-provider',
  title: 'oidc-provider',
  version: '9.13.3',
  date: '2026-11',
  verified: 'run',
  serves: 'mcp',
  assumes: [
    'set `features.clientIdMetadataDocument.enabled`',
    'have an RS256 key, or name another in `clientDefaults.id_token_signed_response_alg`',
  ],
  home: 'https://github.com/panva/node-oidc-provider/blob/v9.13.3/',
  facts: {
    identifier: {
      ...allOf(
        'https, without fragment, user and dot segments, on a public host; a query, a port, and no path are taken',
        identifierWithout(['http', 'fragment', 'userinfo', 'dots'], ''),
        onPublicHost(),
      ),
      source: DOCUMENT,
    },
    size: { ...atMostBytes(5120), source: 'lib/helpers/defaults.js' },
    status: { ...statusOf('exactly 200'), source: 'lib/helpers/fetch_request.js' },
    redirection: { ...notFollowed, source: 'lib/helpers/fetch_request.js' },
    type: { ...known('any, or none'), source: DOCUMENT },
    timeout: { ...within(2500), source: 'lib/helpers/fetch_request.js' },
    caching: {
      ...known('30 s to a day, as the headers say; 30 s without them, and for no-store'),
      source: DOCUMENT,
    },
    comparison: { ...sameIdentifier, source: DOCUMENT },
    required: { ...requiring(['client_id', 'redirect_uris']), source: SCHEMA },
    methods: {
      says: '`none`, `private_key_jwt`; left out it is `client_secret_basic`, which is refused, unless clientDefaults says otherwise; token_endpoint_auth_signing_alg only beside `private_key_jwt`',
      source: SCHEMA,
      check(client) {
        const { token_endpoint_auth_method: held, token_endpoint_auth_signing_alg: alg } =
          client.value
        if (held === undefined) return judgeOmitted(client)
        if (held !== 'none' && held !== 'private_key_jwt') {
          return [unlike('token_endpoint_auth_method', held, '"none" or "private_key_jwt"')]
        }
        if (alg === undefined || (held === 'private_key_jwt' && SIGNING.is(alg))) return []
        const what = held === 'none' ? nothing.what : SIGNING.what
        return [unlike('token_endpoint_auth_signing_alg', alg, what)]
      },
    },
    keys: {
      says: '`jwks` or an https `jwks_uri`, not both, and one of them for `private_key_jwt`; public keys only',
      source: SCHEMA,
      check(client) {
        const { metadata, value } = client
        const found: Objection[] = []
        const isKeyed = metadata.token_endpoint_auth_method === 'private_key_jwt'
        const { jwks, jwks_uri } = value
        if (jwks_uri !== undefined && !httpsUrl.is(jwks_uri)) {
          found.push(unlike('jwks_uri', jwks_uri, httpsUrl.what))
        }
        if (jwks !== undefined && jwks_uri !== undefined) {
          found.push(unlike('jwks', jwks, 'left out beside jwks_uri'))
        }
        if (isKeyed && (jwks ?? jwks_uri ?? undefined) === undefined) {
          found.push(NO_KEYS)
        }
        return [...found, ...objectToKeys(client)]
      },
    },
    grants: {
      says: 'what it does not know is dropped; some grant has to stay, and the response type `code`',
      source: SCHEMA,
      check(client) {
        const { grant_types = [], response_types = ['code'] } = client.metadata
        const isGranted =
          grant_types.length === 0 || GRANTS.some((one) => grant_types.includes(one))
        return [
          ...(ARRAYS.check?.(client) ?? []),
          ...(isGranted ? [] : [lacking('grant_types', client, 'authorization_code')]),
          ...(response_types.includes('code') ? [] : [lacking('response_types', client, 'code')]),
        ]
      },
    },
    redirects: {
      says: 'web: http and https on any host; native: https elsewhere, http on 127.0.0.1, [::1] and localhost, any other scheme but dangerous ones; no fragment; one other refuses the document',
      source: SCHEMA,
      check(client) {
        const { redirects } = client
        return redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? [])
      },
    },
    matching: {
      says: 'native: any port on 127.0.0.1, [::1] and localhost, also where one is registered; otherwise character by character',
      source: 'lib/models/client.js',
      signIn(redirect, requested, { metadata: { application_type } }) {
        if (redirect.text === requested) return []
        const isNear = isRegistered(redirect, requested, {
          hosts: isLiteralOrName,
          also: 'where a port is registered',
        })
        if (isNear && application_type === 'native') return []
        const objection = notMatched(redirect, requested)
        if (!isNear) return [objection]
        return [
          {
            ...objection,
            message: `${objection.message}, as application_type is ${application_type === undefined ? 'missing, and "web" stands for it' : quote(application_type)}`,
            suggestion: 'write "application_type": "native"',
            change: { member: 'application_type', value: 'native' },
            ...(application_type === undefined && { unless: NATIVE }),
          },
        ]
      },
    },
    applicationType: {
      ...membersAre(
        { application_type: oneOf('web', 'native') },
        '`web`, `native`; left out it is `web`',
      ),
      source: SCHEMA,
    },
    links: {
      ...membersAre(
        {
          client_uri: httpsUrl,
          logo_uri: httpsUrl,
          tos_uri: httpsUrl,
          policy_uri: httpsUrl,
          initiate_login_uri: httpsUrl,
        },
        'https, on any origin',
      ),
      source: DOCUMENT,
    },
    scope: {
      says: 'each has to be one the server knows; it also is the most that may be asked for',
      source: SCHEMA,
      check({ value: { scope } }) {
        if (scope === undefined) return []
        if (typeof scope !== 'string' || scope === '') return [unlike('scope', scope, text.what)]
        return objectToScopes(scope.split(' '), SCOPES, 'scopes')
      },
    },
    others: {
      ...membersAre(
        {
          client_name: text,
          client_secret: nothing,
          client_secret_expires_at: nothing,
          contacts: stringsThat('e-mail addresses', (one) => /^[^@\s]+@[^@\s]+$/.test(one)),
          post_logout_redirect_uris: stringsThat('absolute URIs', (one) => schemeOf(one) !== ''),
          default_max_age: seconds,
          default_acr_values: {
            what: 'empty',
            is: (held) => Array.isArray(held) && held.length === 0,
          },
          require_auth_time: flag,
          require_pushed_authorization_requests: {
            what: 'false, where nothing is pushed',
            is: (held) => held === false,
          },
          id_token_signed_response_alg: oneOf('RS256'),
          response_modes: stringsWith('query'),
          subject_type: oneOf('public'),
          dpop_bound_access_tokens: flag,
        },
        'ignored when unknown; those that it knows have to be of their type, and `null` is none',
      ),
      source: SCHEMA,
    },
  },
})
