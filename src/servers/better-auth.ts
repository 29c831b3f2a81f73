import { headersOf } from '../core/hosting.js'
import { isLoopbackHost, specialUseOfHost } from '../core/ip.js'
import { keysOf } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, readRedirectUris, subjectOf } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  atMostBytes,
  flag,
  foreignItems,
  identifierWithout,
  isAnyLoopback,
  isLiteral,
  isSameOrigin,
  lacking,
  matching,
  membersAre,
  NO_KEYS,
  notFollowed,
  nothing,
  objectTo,
  objectToKeys,
  objectToScopes,
  objectToUri,
  oneOf,
  ownUrl,
  requiring,
  sameIdentifier,
  statusOf,
  string,
  strings,
  text,
  typeOf,
  unlike,
  type Wanted,
  webUrl,
  within,
} from '../core/server-facts.js'
import { type RawUrl, splitUrl } from '../core/url.js'

const FETCH = 'cimd/src/client-store.ts'
const DOCUMENT = 'cimd/src/validate-metadata-document.ts'
const REGISTRATION = 'oauth-provider/src/register.ts'

const GRANTS = ['authorization_code', 'client_credentials', 'refresh_token']

const SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** The setting under which a member may be on another origin than the client identifier. */
const unbound = (member: string) => ({ unless: `\`originBoundFields\` is without ${member}` })

/** Members that only the server may set, in the spelling of the wire and in its own. */
const RESERVED = (
  'disabled client_secret client_secret_expires_at client_id_issued_at skip_consent ' +
  'enable_end_session require_pkce reference_id user_id resources clientSecret clientDiscoveryId ' +
  'skipConsent enableEndSession requirePKCE referenceId userId clientId applicationType ' +
  'tokenEndpointAuthMethod redirectUris postLogoutRedirectUris grantTypes responseTypes scopes ' +
  'expiresAt createdAt updatedAt softwareId softwareVersion softwareStatement ' +
  'backchannelLogoutUri backchannelLogoutSessionRequired jwksUri dpopBoundAccessTokens ' +
  'subjectType backchannel_logout_uri backchannel_logout_session_required'
).split(' ')

/* Hosts. */

/** Names that clouds give to what they tell their machines. */
const METADATA = [
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]

/** Whether a host is public as far as its name or address tells. */
function isPublic({ host }: RawUrl): boolean {
  const name = host.text.toLowerCase().replace(/\.$/, '')
  if (isLoopbackHost(name) || METADATA.includes(name)) return false
  const isAddress = name.startsWith('[') || /(?:^|\.)[0-9]+$/.test(name)
  return !isAddress || specialUseOfHost(name) === undefined
}

const publicLink: Wanted = {
  what: 'an http or https URL on a public host, without a user',
  is(held) {
    const url = webUrl.is(held) ? splitUrl(held as string) : undefined
    return url !== undefined && !url.userinfo && isPublic(url)
  },
}

const keysUrl: Wanted = {
  what: 'an https URL on a public host, without a user and a fragment',
  is: (held) => publicLink.is(held) && /^https:[^#]*$/i.test(held as string),
}

const IDENTIFIER = identifierWithout(
  ['http', 'fragment', 'userinfo', 'dots', 'bare'],
  'https, on a public host, with a path, without fragment, user and dot segments; a query, a port, and the path "/" are taken',
)

const LINKS = membersAre(
  { client_uri: publicLink, logo_uri: publicLink, tos_uri: publicLink, policy_uri: publicLink },
  '',
)

/* Keys. */

const ES = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
])

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** What a key must have, and the algorithms it may name; undefined for keys that it has no use for. */
function typeOfKey({ kty, crv }: Readonly<Record<string, unknown>>) {
  if (kty === 'RSA') return { needed: ['n', 'e'], algorithms: RSA }
  if (kty === 'OKP' && crv === 'Ed25519') return { needed: ['x'], algorithms: ['EdDSA'] }
  const alg = kty === 'EC' && typeof crv === 'string' ? ES.get(crv) : undefined
  return alg === undefined ? undefined : { needed: ['x', 'y'], algorithms: [alg] }
}

/** What it has against a public key, as a clause. */
function faultOfKey(key: Readonly<Record<string, unknown>>): string | undefined {
  const type = typeOfKey(key)
  if (!type) return 'is neither RSA, nor on P-256, P-384, P-521 or Ed25519'
  const lost = type.needed.find((name) => !text.is(key[name]))
  if (lost !== undefined) return `is without ${quote(lost)}`
  if (key.alg === undefined || oneOf(...type.algorithms).is(key.alg)) return undefined
  return `has an "alg" that is not ${oneOf(...type.algorithms).what}`
}

/** Something against where keys are, which `private_key_jwt` cannot do without. */
function objectToSource(name: 'jwks' | 'jwks_uri', what: string, { value }: Client): Objection {
  const { change, ...objection } = unlike(name, value[name], what)
  const isNeeded = value.token_endpoint_auth_method === 'private_key_jwt'
  if (isNeeded) return { ...objection, suggestion: `write ${what}` }
  return { ...objection, ...(change && { change }) }
}

function judgeKeysUri(client: Client): readonly Objection[] {
  const { jwks, jwks_uri } = client.value
  if (jwks_uri === undefined || jwks_uri === '') return []
  const found: Objection[] = []
  if (!keysUrl.is(jwks_uri)) {
    found.push(objectToSource('jwks_uri', keysUrl.what, client))
  } else if (!ownUrl.is(jwks_uri, client)) {
    const unless = '`trustedOrigins` has its origin'
    found.push({ ...objectToSource('jwks_uri', ownUrl.what, client), unless })
  }
  if (jwks !== undefined) found.push(unlike('jwks', jwks, 'left out beside jwks_uri'))
  return found
}

function judgeKeySet(client: Client): readonly Objection[] {
  const { jwks } = client.value
  if (jwks === undefined) return []
  const objections = objectToKeys(client)
  if (objections.length > 0) return objections
  const keys = keysOf(client.metadata.jwks)
  if (keys.length === 0) return [objectToSource('jwks', 'an object with keys', client)]
  return keys.flatMap(([index, key]): Objection[] => {
    const fault = faultOfKey(key)
    if (fault === undefined) return []
    const message = `key ${index} of jwks ${fault}, and the document is refused for it`
    return [{ at: `/jwks/keys/${index}`, message, suggestion: 'leave it out of jwks' }]
  })
}

function judgeKeys(client: Client): readonly Objection[] {
  const { jwks, jwks_uri, token_endpoint_auth_method } = client.value
  const found = [...judgeKeysUri(client), ...judgeKeySet(client)]
  if (token_endpoint_auth_method !== 'private_key_jwt' || jwks || jwks_uri) return found
  return [...found, NO_KEYS]
}

/* Redirection URIs. */

/** Whether a URI has a domain reversed as its scheme, and no authority: RFC 8252 section 7.1. */
const isReversed = ({ scheme, text }: RedirectUri): boolean =>
  /^(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z0-9]+(?:-+[a-z0-9]+)*$/.test(scheme) &&
  /^\/(?!\/)/.test(text.slice(scheme.length + 1))

/** What it has against a redirection URI of the document; what is not "web" is "native". */
function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text, scheme, url, isOnLoopback } = redirect
  const isWeb = scheme === 'http' || scheme === 'https'
  if (scheme === '' || (isWeb && !URL.canParse(text))) {
    return objectToUri(redirect, 'is no absolute URL', client)
  }
  if (text.includes('#')) return objectToUri(redirect, 'has a fragment', client)
  if (url?.userinfo?.text) return objectToUri(redirect, 'has a user', client)
  if (scheme === 'https') {
    if (!url || !isAnyLoopback(url.host.text.toLowerCase())) return undefined
    return objectToUri(redirect, 'is https on loopback', client)
  }
  if (scheme === 'http' && !isOnLoopback) {
    return objectToUri(redirect, 'is http, but not on 127.0.0.1, [::1] or localhost', client)
  }
  if (!isWeb && !isReversed(redirect)) {
    const clause = 'has a scheme of its own, but not a domain reversed and a single slash behind it'
    return objectToUri(redirect, clause, client)
  }
  if (client.metadata.application_type !== 'web') return undefined
  return objectToUri(redirect, 'is not https, and application_type is "web"', client, {
    suggestion: 'write "application_type": "native", or leave it out',
    change: { member: 'application_type', value: 'native' },
  })
}

/** What it has against URIs that a logout ends at. */
const judgeLogout = (client: Client): readonly Objection[] =>
  readRedirectUris(client.metadata.post_logout_redirect_uris, 'post_logout_redirect_uris').flatMap(
    (redirect): Objection[] => {
      const { at, scheme, text, url, isDangerous } = redirect
      const member = 'post_logout_redirect_uris'
      const objection: Objection = {
        at,
        message: `${subjectOf(at, text)} is neither on the origin of client_id nor of an app on the user's machine`,
        suggestion: `leave it out of ${member}`,
        change: { member, value: undefined },
      }
      if (scheme === '' || isDangerous || text.includes('#')) return [objection]
      if (isReversed(redirect) || isSameOrigin(text, client.identifier)) return []
      if (url && isLoopbackHost(url.host.text)) return []
      return scheme === 'http' ? [objection] : [{ ...objection, ...unbound(member) }]
    },
  )

/* Hosting. */

/** Whether a document has to be asked for again at once, by the headers of its answer. */
function isNeverFresh(answer: NonNullable<Client['answer']>): boolean {
  const directives = headersOf(answer, 'cache-control')
    .flatMap((value) => value.split(','))
    .map((directive) => directive.trim().toLowerCase())
  const age =
    directives.find((directive) => directive.startsWith('s-maxage=')) ??
    directives.find((directive) => directive.startsWith('max-age='))
  return (
    ['no-store', 'no-cache', 'private'].some((one) => directives.includes(one)) ||
    (age !== undefined && !(Number(age.slice(age.indexOf('=') + 1)) > 0)) ||
    headersOf(answer, 'vary').some((value) => value.includes('*'))
  )
}

const filled: Wanted = {
  what: text.what,
  is: (held) => typeof held === 'string' && held.trim() !== '',
}

const someStrings: Wanted = {
  what: 'an array of strings that is not empty',
  is: (held) => strings.is(held) && (held as readonly string[]).length > 0,
}

const OTHERS = membersAre(
  {
    ...Object.fromEntries(RESERVED.map((name) => [name, nothing])),
    client_name: filled,
    contacts: {
      ...someStrings,
      is: (held) => someStrings.is(held) && (held as readonly string[]).every((one) => one !== ''),
    },
    software_id: string,
    software_version: string,
    software_statement: string,
    post_logout_redirect_uris: someStrings,
    dpop_bound_access_tokens: flag,
    subject_type: oneOf('public', 'pairwise'),
  },
  '',
)

export default defineServer({
  id: 'better-auth',
  title: 'better-auth',
  version: '1.7.0-rc.4',
  date: '2026-11',
  verified: 'run',
  serves: 'mcp',
  assumes: [
    'add the plugins `jwt`, `oauthProvider` and `cimd`, and give the last a `fetchClientMetadataResource`',
    'list the resource that clients ask for in `resources` and `clientRegistrationDefaultResources`',
  ],
  home: 'https://github.com/better-auth/better-auth/blob/v1.7.0-rc.4/packages/',
  facts: {
    identifier: {
      ...IDENTIFIER,
      source: DOCUMENT,
      check(client) {
        const { clientId, identifier } = client
        const found = IDENTIFIER.check?.(client) ?? []
        if (clientId === undefined || !identifier || isPublic(identifier)) return found
        const suggestion = 'publish it where everybody can read it'
        return [...found, objectTo(clientId, 'is not on a public host', suggestion)]
      },
    },
    size: { ...atMostBytes(5120), source: FETCH },
    status: { ...statusOf('exactly 200'), source: FETCH },
    redirection: { ...notFollowed, source: FETCH },
    type: { ...typeOf('any JSON type'), source: FETCH },
    timeout: { ...within(5000), source: FETCH },
    caching: {
      says: 'as the headers say, up to an hour; an hour without them; what is stale at once is refused when it is needed again within a second, as a sign-in does',
      source: 'cimd/src/resolver.ts',
      check: ({ answer }) =>
        answer && isNeverFresh(answer)
          ? [
              {
                at: '',
                message:
                  'the headers make the document stale at once, and it is not asked for again within a second, as a sign-in needs',
                suggestion: 'send "Cache-Control: max-age=3600", or a minute at least',
                unless: '`metadataFetchPolicy.minimumFetchInterval` is 0',
              },
            ]
          : [],
    },
    comparison: { ...sameIdentifier, source: DOCUMENT },
    required: {
      ...requiring(
        ['client_id', 'redirect_uris'],
        'client_id, and redirect_uris for the grant `authorization_code`',
      ),
      source: REGISTRATION,
    },
    methods: {
      ...membersAre(
        { token_endpoint_auth_method: oneOf('none', 'private_key_jwt') },
        '`none`, `private_key_jwt`; left out it is `none`',
      ),
      source: DOCUMENT,
    },
    keys: {
      says: '`jwks` or an https `jwks_uri` on the origin of client_id or one of `trustedOrigins`, not both, and one of them for `private_key_jwt`; each key public, RSA, on P-256, P-384, P-521 or Ed25519, its `alg` of that type; judged with `none` too',
      source: 'oauth-provider/src/client-jwks.ts',
      check: judgeKeys,
    },
    grants: {
      says: '`authorization_code`, `client_credentials`, `refresh_token`, and those of `grantTypes`; the response type `code`; any other refuses the document',
      source: REGISTRATION,
      check(client) {
        const { grant_types: grants, response_types: responses } = client.value
        const found = foreignItems('grant_types', GRANTS, client).map(
          (objection): Objection => ({
            ...objection,
            unless: '`grantTypes` has it',
          }),
        )
        for (const [name, held, item] of [
          ['grant_types', grants, 'authorization_code'],
          ['response_types', responses, 'code'],
        ] as const) {
          if (held === undefined) continue
          if (!strings.is(held)) found.push(unlike(name, held, strings.what))
          else if (!client.metadata[name]?.includes(item)) found.push(lacking(name, client, item))
        }
        return [...found, ...foreignItems('response_types', ['code'], client)]
      },
    },
    redirects: {
      says: 'https off loopback, on any host; unless `application_type` is `web` also http on 127.0.0.1, [::1] and localhost, and a domain reversed with one slash, com.example.app:/callback; no fragment, no user; one other refuses the document',
      source: REGISTRATION,
      check(client) {
        const { redirects } = client
        return redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? [])
      },
    },
    matching: {
      ...matching(
        { hosts: isLiteral, also: 'where a port is registered' },
        'any port on 127.0.0.1 and [::1], also where one is registered; otherwise character by character, on localhost the port too',
      ),
      source: 'oauth-provider/src/authorize.ts',
    },
    applicationType: {
      ...membersAre(
        { application_type: oneOf('web', 'native') },
        '`web`, `native`; left out, redirection URIs are judged as for `native`',
      ),
      source: REGISTRATION,
    },
    links: {
      says: 'http or https, on a public host, without a user; client_uri on the origin of client_id, unless `originBoundFields` is without it; the others on any origin',
      source: DOCUMENT,
      check(client) {
        const { identifier } = client
        const { client_uri } = client.value
        const found = LINKS.check?.(client) ?? []
        if (!publicLink.is(client_uri) || ownUrl.is(client_uri, client)) return found
        const { host, path, raw } = identifier ?? {}
        const origin = raw?.slice(0, path?.offset)
        return [
          ...found,
          {
            ...unlike('client_uri', client_uri, ownUrl.what),
            suggestion: 'write a page on the origin of client_id',
            ...unbound('client_uri'),
            ...(host && { change: { member: 'client_uri', value: origin } }),
          },
        ]
      },
    },
    scope: {
      says: 'each has to be one the server knows; it does not limit what may be asked for',
      source: REGISTRATION,
      check({ value: { scope } }) {
        if (scope === undefined) return []
        if (typeof scope !== 'string') return [unlike('scope', scope, string.what)]
        return objectToScopes(
          scope.split(' ').filter((one) => one !== ''),
          SCOPES,
          'scopes',
        )
      },
    },
    others: {
      says: 'ignored when unknown; what the server sets itself, such as `client_secret`, `client_id_issued_at` and `skip_consent`, has to be left out, and `backchannel_logout_uri` too; `post_logout_redirect_uris` as bound as client_uri, but for those of native apps; those that it knows have to be of their type, and `null` is none',
      source: 'oauth-provider/src/types/zod.ts',
      check(client) {
        const { subject_type } = client.value
        const found = [...(OTHERS.check?.(client) ?? []), ...judgeLogout(client)]
        if (subject_type !== 'pairwise') return found
        const hosts = new Set(client.redirects.map(({ url }) => url?.raw.slice(0, url.path.offset)))
        const objection = unlike('subject_type', subject_type, '"public"')
        const isOne = hosts.size < 2
        return [...found, isOne ? { ...objection, unless: '`pairwiseSecret` is set' } : objection]
      },
    },
  },
})
