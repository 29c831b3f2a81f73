import { specialUseOfHost } from '../core/ip.js'
import { CURVES, keysOf } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  atMostBytes,
  flag,
  foreignItems,
  identifierWithout,
  isLiteral,
  isSameOrigin,
  known,
  lacking,
  matching,
  membersAre,
  missing,
  NO_KEYS,
  notFollowed,
  nothing,
  objectTo,
  objectToUri,
  oneOf,
  requiring,
  statusOf,
  string,
  strings,
  stringsThat,
  text,
  typeOf,
  unlike,
  type Wanted,
  within,
} from '../core/server-facts.js'
import { portOf, type RawUrl, spellingOf, splitUrl } from '../core/url.js'

const CLIENT = 'src/client/client-manager.ts'
const TYPES = 'https://unpkg.com/@atproto/oauth-types@0.6.3/src/'
const SCHEMA = `${TYPES}oauth-client-metadata.ts`
const IDENTIFIER = `${TYPES}oauth-client-id-discoverable.ts`
const KEYS = 'https://unpkg.com/@atproto/jwk@0.6.0/src/jwk.ts'
const FETCH = 'https://unpkg.com/@atproto-labs/fetch-node@0.2.0/src/safe.ts'
const RESPONSE = 'https://unpkg.com/@atproto-labs/fetch@0.2.3/src/fetch-response.ts'

const IDENTIFIERS = identifierWithout(
  ['http', 'userinfo', 'dots', 'bare', 'root', 'slash'],
  'https at port 443, on a host with a dot that is no address; a path that does not end with a slash; no user, fragment and dot segments; a query is taken; not below `example.com`, `.org`, `.net` and `googleusercontent.com`',
)

/** Domains that nothing is fetched from. */
const FORBIDDEN = ['example.com', 'example.org', 'example.net', 'googleusercontent.com']

const isIpv4 = (host: string): boolean => /^[0-9]+(?:\.[0-9]+){3}$/.test(host)

/** A name of at least two labels, of which the last is not for a network of its own. */
const isPublicName = (host: string): boolean =>
  host.includes('.') &&
  !host.startsWith('[') &&
  !isIpv4(host) &&
  !/\.(?:test|local|localhost|invalid|example)$/.test(host)

/** What keeps it from fetching a URL, and which setting does not: each as a clause. */
function refusalsOf(url: RawUrl): { clause: string; suggestion: string; unless: string }[] {
  const host = url.host.text.toLowerCase()
  const isForbidden = FORBIDDEN.some((domain) => host === domain || host.endsWith(`.${domain}`))
  const isAddress = isIpv4(host) || host.startsWith('[')
  const reason = isAddress ? specialUseOfHost(host) : undefined
  return [
    ...(portOf(url) === ''
      ? []
      : [
          {
            clause: 'has a port',
            suggestion: 'publish it on port 443, and leave it out',
            unless: 'safeFetch is safeFetchWrap({ allowCustomPort: true })',
          },
        ]),
    ...(isForbidden
      ? [
          {
            clause: `is on ${quote(host)}, from which nothing is fetched`,
            suggestion: 'publish it on a domain of the client',
            unless: 'safeFetch is safeFetchWrap({ forbiddenDomainNames: [] })',
          },
        ]
      : []),
    ...(reason === undefined
      ? []
      : [
          {
            clause: `is not on a public host (${reason})`,
            suggestion: 'publish it on a public one',
            unless: 'safeFetch is safeFetchWrap({ allowPrivateIps: true })',
          },
        ]),
  ]
}

/** What it has against the client identifier. */
function judgeIdentifier(client: Client): readonly Objection[] {
  const { clientId, identifier } = client
  const found = [...(IDENTIFIERS.check?.(client) ?? [])]
  if (clientId === undefined || !identifier) return found
  if (identifier.fragment?.text) {
    found.push(objectTo(clientId, 'has a fragment', 'leave out "#" and what follows'))
  }
  if (!isPublicName(identifier.host.text.toLowerCase())) {
    const { text: host } = identifier.host
    found.push(
      objectTo(
        clientId,
        `is on ${quote(host)}, which is no public name`,
        'publish it on a domain of the client',
      ),
    )
    return found
  }
  for (const { clause, suggestion, unless } of refusalsOf(identifier)) {
    found.push({ ...objectTo(clientId, clause, suggestion), unless })
  }
  return found
}

/** An https URL on a host that may be public, or http on this machine. */
const webUri: Wanted = {
  what: 'an https URL on a public host',
  is(held) {
    const url = typeof held === 'string' ? splitUrl(held) : undefined
    if (!url) return false
    const host = url.host.text.toLowerCase()
    const isLoopback = isLiteral(host) || host === 'localhost'
    if (url.scheme.text === 'http') return isLoopback
    if (url.scheme.text !== 'https' || isLoopback) return false
    return host.startsWith('[') || (host.includes('.') && !host.endsWith('.local'))
  },
}

/** The page of the client: on its origin, and the path of its identifier, or one above. */
const ownPage: Wanted = {
  what: 'an https URL on the origin of client_id, at its path or above it',
  is(held, client) {
    const { identifier } = client ?? {}
    if (typeof held !== 'string' || !webUri.is(held)) return false
    if (!isSameOrigin(held, identifier)) return false
    const path = splitUrl(held)?.path.text ?? ''
    const own = identifier?.path.text ?? ''
    return own === path || own.startsWith(path.endsWith('/') ? path : `${path}/`)
  },
}

/** What it has against the method of client authentication, and what belongs to it. */
function judgeMethod({ metadata, value }: Client): readonly Objection[] {
  const { token_endpoint_auth_method: held, token_endpoint_auth_signing_alg: alg } = value
  const member = 'token_endpoint_auth_method'
  const change = { member, value: 'none' }
  if (held === undefined) {
    return [
      {
        at: `/${member}`,
        message: `${member} is missing, and "client_secret_basic" stands for it, which needs a secret`,
        suggestion: `write "${member}": "none"`,
        change,
      },
    ]
  }
  if (held !== 'none' && held !== 'private_key_jwt') {
    const suggestion = `write "${member}": "none"`
    return [{ ...unlike(member, held, '"none" or "private_key_jwt"'), suggestion, change }]
  }
  if (alg !== undefined && typeof alg !== 'string') {
    return [unlike('token_endpoint_auth_signing_alg', alg, string.what)]
  }
  if (held === 'none') {
    return alg ? [unlike('token_endpoint_auth_signing_alg', alg, nothing.what)] : []
  }
  const isNative = metadata.application_type === 'native'
  return [
    ...(alg ? [] : [missing('token_endpoint_auth_signing_alg', value)]),
    ...(isNative
      ? [
          {
            at: `/${member}`,
            message: `${member} is "private_key_jwt", and has to be "none" where application_type is "native"`,
            suggestion: 'write "none", or publish a document of its own for the web',
          } as const,
        ]
      : []),
  ]
}

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const ECDSA = ['ES256', 'ES384', 'ES512']

/** The algorithms that a key may name, by its curve, or by its type where it has none. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA,
  'P-256': ECDSA,
  'P-384': ECDSA,
  'P-521': ECDSA,
  secp256k1: ['ES256K'],
  Ed25519: ['EdDSA'],
  Ed448: ['EdDSA'],
}

/** Members without which a key is none. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['x', 'y'],
  OKP: ['x'],
}

/** Whether it takes a key of the document; it drops all others. */
function isUsable(key: Readonly<Record<string, unknown>>): boolean {
  const { alg, crv, d, kid, kty, use } = key
  const type = String(kty)
  const known = ALGORITHMS[type === 'RSA' ? type : String(crv)]
  return (
    known !== undefined &&
    (type === 'RSA' || CURVES.get(crv)?.kty === type) &&
    (PARTS[type] ?? []).every((name) => text.is(key[name])) &&
    text.is(kid) &&
    d === undefined &&
    (alg === undefined || known.includes(String(alg))) &&
    (use === undefined || use === 'sig' || use === 'enc')
  )
}

/** What it has against the keys. */
function judgeKeys({ metadata, value }: Client): readonly Objection[] {
  const { jwks, jwks_uri } = value
  const isKeyed = metadata.token_endpoint_auth_method === 'private_key_jwt'
  const found: Objection[] = []
  if (jwks_uri !== undefined) {
    const url = typeof jwks_uri === 'string' ? splitUrl(jwks_uri) : undefined
    if (!url || !webUri.is(jwks_uri) || url.scheme.text !== 'https') {
      found.push(unlike('jwks_uri', jwks_uri, webUri.what))
    } else {
      for (const { clause, suggestion, unless } of refusalsOf(url)) {
        found.push({
          at: '/jwks_uri',
          message: `jwks_uri ${quote(url.raw)} ${clause}`,
          suggestion,
          unless,
        })
      }
    }
    if (jwks !== undefined) found.push(unlike('jwks', jwks, 'left out beside jwks_uri'))
  }
  if (jwks === undefined) {
    if (isKeyed && jwks_uri === undefined) {
      found.push(NO_KEYS)
    }
    return found
  }
  if (!Array.isArray((jwks as { keys?: unknown } | null)?.keys)) {
    found.push(unlike('jwks', jwks, 'an object with an array "keys"'))
  } else if (isKeyed && !keysOf(metadata.jwks).some(([, key]) => isUsable(key))) {
    found.push({
      at: '/jwks',
      message:
        'jwks has no public key with a kid, of a known type and algorithm, and one is needed',
      suggestion: 'add "kid" to the keys, and publish public ones alone',
    })
  }
  return found
}

const GRANTS = ['authorization_code', 'refresh_token']

const RESPONSES = [
  'code',
  'token',
  'none',
  'id_token',
  'code token',
  'code id_token',
  'id_token token',
  'code id_token token',
]

const ARRAYS = membersAre({ grant_types: strings, response_types: strings }, '')

/** What it has against grants and response types. */
function judgeGrants(client: Client): readonly Objection[] {
  const { grant_types = ['authorization_code'], response_types = ['code'] } = client.metadata
  const distinct = [...new Set(grant_types)]
  return [
    ...(ARRAYS.check?.(client) ?? []),
    ...foreignItems('grant_types', GRANTS, client),
    ...foreignItems('response_types', RESPONSES, client),
    ...(distinct.length === grant_types.length
      ? []
      : [
          {
            at: '/grant_types',
            message: 'grant_types names one grant twice, and the document is refused for it',
            suggestion: 'name each grant once',
            change: { member: 'grant_types', value: distinct },
          } as const,
        ]),
    ...(distinct.includes('authorization_code')
      ? []
      : [lacking('grant_types', client, 'authorization_code')]),
    ...(response_types.includes('code') ? [] : [lacking('response_types', client, 'code')]),
  ]
}

/** What it has against a redirection URI that only native applications may have. */
function judgeNative(redirect: RedirectUri, client: Client): Objection | undefined {
  const { application_type } = client.metadata
  if (application_type === 'native') return undefined
  return objectToUri(
    redirect,
    `is for native applications, and application_type is ${application_type === undefined ? 'missing, and "web" stands for it' : quote(application_type)}`,
    client,
    {
      suggestion: 'write "application_type": "native"',
      change: { member: 'application_type', value: 'native' },
    },
  )
}

/** The change that puts another redirection URI in the place of one. */
const inPlaceOf = ({ text }: RedirectUri, other: string, { redirects }: Client) => ({
  suggestion: `register ${quote(other)} in its place`,
  change: {
    member: 'redirect_uris',
    value: redirects.map((uri) => (uri.text === text ? other : uri.text)),
  },
})

/** What it has against a redirection URI of the document. */
function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text: uri, scheme, url } = redirect
  if (scheme === 'https' || scheme === 'http') {
    if (!url) return objectToUri(redirect, 'is no absolute URL', client)
    if (url.scheme.text !== scheme) {
      return objectToUri(redirect, 'has its scheme in capitals', client)
    }
    if (url.userinfo?.text) return objectToUri(redirect, 'has a user', client)
    const host = url.host.text.toLowerCase()
    if (scheme === 'http') {
      if (isLiteral(host)) return judgeNative(redirect, client)
      const clause = 'is http, but not on 127.0.0.1 or [::1]'
      if (host !== 'localhost') return objectToUri(redirect, clause, client)
      const { offset } = url.host
      const literal = `${uri.slice(0, offset)}127.0.0.1${uri.slice(offset + host.length)}`
      return objectToUri(redirect, clause, client, inPlaceOf(redirect, literal, client))
    }
    if (isPublicName(host) || (isIpv4(host) && host !== '127.0.0.1')) return undefined
    return objectToUri(redirect, `is on ${quote(host)}, which is no public name`, client)
  }
  if (!scheme.includes('.')) {
    return objectToUri(redirect, 'is neither https nor of a reversed domain name', client)
  }
  const host = client.identifier?.host.text.toLowerCase()
  const own = host?.split('.').reverse().join('.')
  const path = uri.slice(scheme.length + 1).replace(/^\/+/, '/')
  if (own !== undefined && scheme !== own) {
    return objectToUri(
      redirect,
      `has another scheme than ${quote(own)}, the host of client_id reversed`,
      client,
      inPlaceOf(redirect, `${own}:${path}`, client),
    )
  }
  if (uri.startsWith('//', scheme.length + 1)) {
    return objectToUri(
      redirect,
      'has two slashes after its scheme, and one is expected',
      client,
      inPlaceOf(redirect, `${scheme}:${path}`, client),
    )
  }
  return judgeNative(redirect, client)
}

/** What it has against the scope of the document. */
function judgeScope({ value }: Client): readonly Objection[] {
  const { scope } = value
  if (scope === undefined) {
    const suggestion = 'write "scope": "atproto"'
    return [{ ...missing('scope', value, { member: 'scope', value: 'atproto' }), suggestion }]
  }
  // RFC 6749 section 3.3.
  if (typeof scope !== 'string' || !/^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/.test(scope)) {
    return [
      {
        ...unlike('scope', scope, 'names with one space between two'),
        suggestion: 'write "scope": "atproto", and what else is needed',
        change: { member: 'scope', value: 'atproto' },
      },
    ]
  }
  const scopes = scope.split(' ')
  const distinct = [...new Set(scopes)]
  if (!scopes.includes('atproto')) {
    return [
      {
        at: '/scope',
        message: `scope is ${quote(scope)}, and has to have "atproto"`,
        suggestion: 'add "atproto" to scope',
        change: { member: 'scope', value: ['atproto', ...distinct].join(' ') },
      },
    ]
  }
  if (distinct.length === scopes.length) return []
  return [
    {
      at: '/scope',
      message: 'scope names one of its items twice, and the document is refused for it',
      suggestion: 'name each once',
      change: { member: 'scope', value: distinct.join(' ') },
    },
  ]
}

const REQUIRED = requiring(['client_id', 'redirect_uris'])

const OTHERS = membersAre(
  {
    client_name: string,
    contacts: stringsThat('e-mail addresses', (one) =>
      /^[\w'+.-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(one),
    ),
    subject_type: oneOf('public'),
    default_max_age: nothing,
    id_token_signed_response_alg: nothing,
    userinfo_signed_response_alg: nothing,
    userinfo_encrypted_response_alg: nothing,
    authorization_encrypted_response_enc: nothing,
    authorization_encrypted_response_alg: string,
    authorization_signed_response_alg: string,
    request_object_signing_alg: string,
    require_auth_time: flag,
    tls_client_certificate_bound_access_tokens: {
      what: 'false, as only DPoP binds tokens',
      is: (held) => held === false,
    },
    authorization_details_types: strings,
  },
  'ignored when unknown; those that it knows have to be of their type, and `null` is none; refused are `default_max_age`, algorithms of ID tokens and UserInfo, pairwise subjects, and tokens bound to certificates',
)

export default defineServer({
  id: 'atproto',
  title: 'atproto OAuth provider',
  version: '0.15.15',
  date: '2026-11',
  verified: 'run',
  serves: 'atproto',
  assumes: [],
  home: 'https://unpkg.com/@atproto/oauth-provider@0.15.15/',
  facts: {
    identifier: { says: IDENTIFIERS.says, source: IDENTIFIER, check: judgeIdentifier },
    size: { ...atMostBytes(524_288), source: FETCH },
    status: { ...statusOf('any 2xx'), source: RESPONSE },
    redirection: { ...notFollowed, source: CLIENT },
    type: { ...typeOf('application/json'), source: RESPONSE },
    timeout: { ...within(10_000), source: FETCH },
    caching: {
      ...known('10 min, whatever the headers say; what was refused is asked for again'),
      source: 'src/oauth-provider.ts',
    },
    comparison: {
      says: 'with the URL as URL parsers spell it, character by character',
      source: CLIENT,
      check({ clientId, identifier, metadata: { client_id } }) {
        if (clientId === undefined) return []
        const expected = (identifier && spellingOf(identifier)) ?? clientId
        if (client_id === expected) return []
        return [
          {
            at: '/client_id',
            message: `client_id is not ${quote(expected)}, where the document is`,
            suggestion: 'write that URL',
            change: { member: 'client_id', value: expected },
          },
        ]
      },
    },
    required: {
      says: '`client_id`, `redirect_uris`, `token_endpoint_auth_method`, `scope` with `atproto`, and `dpop_bound_access_tokens`, which has to be true',
      source: CLIENT,
      check(client) {
        const { dpop_bound_access_tokens: held } = client.value
        const found = REQUIRED.check?.(client) ?? []
        if (held === true) return found
        const member = 'dpop_bound_access_tokens'
        const change = { member, value: true }
        const objection = {
          ...missing(member, client.value, change),
          ...(held !== undefined && { message: `${member} is not true, and has to be` }),
        }
        return [...found, { ...objection, suggestion: `write "${member}": true` }]
      },
    },
    methods: {
      says: '`none`, and for the web `private_key_jwt` with `token_endpoint_auth_signing_alg`; left out it is refused',
      source: CLIENT,
      check: judgeMethod,
    },
    keys: {
      says: '`jwks` or an https `jwks_uri`, not both; `private_key_jwt` needs a public key with a `kid`; what is at `jwks_uri` is asked for whatever the method, and has to be `application/json`',
      source: KEYS,
      check: judgeKeys,
    },
    grants: {
      says: '`authorization_code`, which has to be there, and `refresh_token`, each once; any other refuses the document; the response type `code` has to be there',
      source: CLIENT,
      check: judgeGrants,
    },
    redirects: {
      says: 'https on any public name; native also http on 127.0.0.1 and [::1], and the host of `client_id` reversed, with one slash; not `localhost`; one other refuses the document',
      source: CLIENT,
      check: (client) => client.redirects.flatMap((one) => judgeRedirect(one, client) ?? []),
    },
    matching: {
      ...matching(
        { hosts: isLiteral },
        'character by character; any port on 127.0.0.1 and [::1] where none is registered',
      ),
      source: 'src/lib/util/redirect-uri.ts',
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
        { client_uri: ownPage, logo_uri: webUri, tos_uri: webUri, policy_uri: webUri },
        'https on any public host; `client_uri` on the origin of `client_id`, at its path or above',
      ),
      source: CLIENT,
    },
    scope: {
      says: '`atproto` has to be there, and nothing twice; unknown ones are taken; it also is the most that may be asked for',
      source: CLIENT,
      check: judgeScope,
    },
    others: {
      says: OTHERS.says,
      source: SCHEMA,
      check(client) {
        const { authorization_details_types: types = [] } = client.metadata
        const found = OTHERS.check?.(client) ?? []
        if (types.length === 0) return found
        const member = 'authorization_details_types'
        return [
          ...found,
          {
            at: `/${member}`,
            message: `${member} names types that are not known from the start`,
            suggestion: `remove ${member}`,
            unless: 'metadata.authorization_details_types_supported has them',
            change: { member, value: undefined },
          },
        ]
      },
    },
  },
})
