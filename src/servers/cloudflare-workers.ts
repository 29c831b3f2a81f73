import { keysOf } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { unescapeToken } from '../core/scan.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  atMostBytes,
  followed,
  identifierWithout,
  isAbsolute,
  isAnyLoopback,
  isRegistered,
  known,
  lacking,
  membersAre,
  NO_KEYS,
  nothing,
  notMatched,
  objectToKeys,
  objectToUri,
  oneOf,
  requiring,
  sameIdentifier,
  statusOf,
  typed,
  unlike,
  webUrl,
  within,
} from '../core/server-facts.js'
import { splitUrl } from '../core/url.js'

const CODE = 'dist/oauth-provider.js'

const PRIVATE_USE = '`allowPrivateUseRedirectUris` is true'

const METHODS = ['none', 'private_key_jwt']

const NEED_SECRETS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']

/** The algorithms of client assertions, and the keys that are for them. */
const SIGNING = {
  RS256: ({ kty }: Key) => kty === 'RSA',
  ES256: ({ kty, crv }: Key) => kty === 'EC' && crv === 'P-256',
} as const

type Key = Readonly<Record<string, unknown>>

const PORTS = { hosts: isAnyLoopback, also: 'where a port is registered' } as const

/** Schemes that nobody may list. */
const DANGEROUS = ['javascript', 'data', 'vbscript', 'file', 'mailto', 'blob']

/** The URLs that users may follow, and that have to be some. */
const LINKS = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri']

/** The members that have to be of their type. */
const TYPED = typed(
  ['client_name', 'redirect_uris'],
  [
    ...LINKS,
    'client_name',
    'contacts',
    'grant_types',
    'jwks_uri',
    'response_types',
    'token_endpoint_auth_method',
    'token_endpoint_auth_methods_supported',
    'token_endpoint_auth_signing_alg',
    'token_endpoint_auth_signing_alg_values_supported',
  ],
  '',
)

const SECRETS = membersAre({ client_secret: nothing, client_secret_expires_at: nothing }, '')

/** The methods that a document offers. */
const offeredBy = ({ metadata }: Client): readonly string[] =>
  metadata.token_endpoint_auth_methods_supported ?? [metadata.token_endpoint_auth_method ?? 'none']

/** What it has against one member that a choice of values is without. */
function judgeChoice(
  preferred: 'token_endpoint_auth_method' | 'token_endpoint_auth_signing_alg',
  choices:
    | 'token_endpoint_auth_methods_supported'
    | 'token_endpoint_auth_signing_alg_values_supported',
  { metadata }: Client,
): readonly Objection[] {
  const [held, all] = [metadata[preferred], metadata[choices]]
  if (held === undefined || all === undefined || all.includes(held)) return []
  return [
    {
      at: `/${choices}`,
      message: `${choices} is without ${quote(held)}, which ${preferred} says`,
      suggestion: `add it to ${choices}`,
      change: { member: choices, value: [...all, held] },
    },
  ]
}

/** Something against an array that has none of two items. */
const hasNone = (
  member:
    | 'token_endpoint_auth_methods_supported'
    | 'token_endpoint_auth_signing_alg_values_supported',
  items: readonly string[],
): Objection => ({
  at: `/${member}`,
  message: `${member} has neither ${items.map((item) => `"${item}"`).join(' nor ')}, and one is needed`,
  suggestion: 'add the one that the client can use',
})

/** What it has against the keys of a client that has no other method than private_key_jwt. */
function judgeOnlyKeys({ metadata }: Client): readonly Objection[] {
  const {
    jwks,
    jwks_uri,
    token_endpoint_auth_signing_alg: alg,
    token_endpoint_auth_signing_alg_values_supported: algs,
  } = metadata
  if (jwks !== undefined && jwks_uri !== undefined) {
    return [unlike('jwks', jwks, 'left out beside jwks_uri')]
  }
  const algorithms = Object.entries(SIGNING).filter(
    ([name]) => (alg === undefined || alg === name) && (algs?.includes(name) ?? true),
  )
  if (algorithms.length === 0) {
    const names = Object.keys(SIGNING)
    if (alg === undefined) {
      return [hasNone('token_endpoint_auth_signing_alg_values_supported', names)]
    }
    // Another fact says that the choice is without it.
    if (names.includes(alg)) return []
    return [unlike('token_endpoint_auth_signing_alg', alg, oneOf(...names).what)]
  }
  if (jwks_uri !== undefined) {
    const url = splitUrl(jwks_uri)
    const isFine = url?.scheme.text.toLowerCase() === 'https' && !url.userinfo && !url.fragment
    return isFine ? [] : [unlike('jwks_uri', jwks_uri, 'an https URL without user and fragment')]
  }
  if (jwks === undefined) {
    return [NO_KEYS]
  }
  const isUsable = algorithms.some(([name, isFor]) =>
    keysOf(jwks).some(
      ([, key]) =>
        isFor(key) &&
        (key.use ?? 'sig') === 'sig' &&
        (key.alg ?? name) === name &&
        (!Array.isArray(key.key_ops) || key.key_ops.includes('verify')),
    ),
  )
  if (isUsable) return []
  return [
    {
      at: '/jwks',
      message: `jwks has no key for signatures with ${algorithms.map(([name]) => name).join(' or ')}, and private_key_jwt needs one`,
      suggestion: 'add such a key',
    },
  ]
}

/** What it has against a redirection URI that a sign-in uses: only the port is of the request. */
function judgeUse(redirect: RedirectUri): { clause: string; unless?: string } | undefined {
  const { scheme, text, url } = redirect
  if (!isAbsolute(redirect)) return { clause: 'is no absolute URI' }
  if (text.includes('#')) return { clause: 'has a fragment' }
  if (url?.userinfo) return { clause: 'has a user' }
  if (scheme === 'https') return undefined
  if (scheme !== 'http') return { clause: 'has a scheme of its own', unless: PRIVATE_USE }
  const isOnLoopback = isAnyLoopback(url?.host.text.toLowerCase() ?? '')
  return isOnLoopback ? undefined : { clause: 'is http, but not on loopback' }
}

export default defineServer({
  id: 'cloudflare-workers',
  title: 'workers-oauth-provider',
  version: '1.2.3',
  date: '2026-11',
  verified: 'run',
  serves: 'mcp',
  assumes: [
    'set `clientIdMetadataDocumentEnabled`',
    'set the compatibility flag `global_fetch_strictly_public`',
  ],
  home: 'https://unpkg.com/@cloudflare/workers-oauth-provider@1.2.3/',
  facts: {
    identifier: {
      ...identifierWithout(
        ['http', 'fragment', 'userinfo', 'dots', 'bare'],
        'https with a path, `/` too, without fragment, user and dot segments; a query and a port are taken',
      ),
      source: CODE,
    },
    size: { ...atMostBytes(5120), source: CODE },
    status: { ...statusOf('any 2xx'), source: CODE },
    redirection: { ...followed, source: CODE },
    type: { ...known('any, or none'), source: CODE },
    timeout: { ...within(10_000), source: CODE },
    caching: {
      ...known(
        'as long as s-maxage or max-age say, at most 7 days; not at all without them, and for no-store, no-cache and private',
      ),
      source: CODE,
    },
    comparison: { ...sameIdentifier, source: CODE },
    required: { ...requiring(['client_id', 'client_name', 'redirect_uris']), source: CODE },
    methods: {
      says: '`none`, and `private_key_jwt` with keys; left out it is `none`; of token_endpoint_auth_methods_supported one is enough',
      source: CODE,
      check(client) {
        const { token_endpoint_auth_method: held } = client.metadata
        const found = [
          ...judgeChoice(
            'token_endpoint_auth_method',
            'token_endpoint_auth_methods_supported',
            client,
          ),
          ...judgeChoice(
            'token_endpoint_auth_signing_alg',
            'token_endpoint_auth_signing_alg_values_supported',
            client,
          ),
        ]
        const wanted = oneOf(...METHODS)
        const offered = offeredBy(client)
        const isSecret = held !== undefined && NEED_SECRETS.includes(held)
        if (!isSecret && offered.some((one) => wanted.is(one))) return found
        const { token_endpoint_auth_methods_supported: choices } = client.metadata
        return [
          ...found,
          isSecret || choices === undefined
            ? unlike('token_endpoint_auth_method', held, wanted.what)
            : hasNone('token_endpoint_auth_methods_supported', METHODS),
        ]
      },
    },
    keys: {
      says: 'public keys only; where `private_key_jwt` is the only method, `jwks` or an https `jwks_uri`, not both, for RS256 or ES256',
      source: CODE,
      check(client) {
        const { jwks_uri } = client.metadata
        const offered = offeredBy(client)
        const isOnlyKeys = offered.includes('private_key_jwt') && !offered.includes('none')
        const found = [...objectToKeys(client), ...(isOnlyKeys ? judgeOnlyKeys(client) : [])]
        if (client.value.jwks === null) found.push(unlike('jwks', null, 'an object'))
        if (isOnlyKeys || jwks_uri === undefined || webUrl.is(jwks_uri)) return found
        return [...found, unlike('jwks_uri', jwks_uri, webUrl.what)]
      },
    },
    grants: {
      says: 'what it does not know is dropped; `authorization_code` and the response type `code` have to stay',
      source: CODE,
      check(client) {
        const { grant_types = ['authorization_code'], response_types = ['code'] } = client.metadata
        return [
          ...(grant_types.includes('authorization_code')
            ? []
            : [lacking('grant_types', client, 'authorization_code')]),
          ...(response_types.includes('code') ? [] : [lacking('response_types', client, 'code')]),
        ]
      },
    },
    redirects: {
      says: 'any scheme may be listed, but for dangerous ones, of which one refuses the document',
      source: CODE,
      check(client) {
        return client.redirects.flatMap((redirect) => {
          const { scheme, text } = redirect
          const clause = /\p{Cc}/u.test(text.trim())
            ? 'has a control character'
            : !text.includes(':')
              ? 'is no absolute URI'
              : DANGEROUS.includes(scheme) && `has the scheme ${quote(scheme)}`
          if (!clause) return []
          return [objectToUri(redirect, clause, client, { suggestion: 'leave it out' })]
        })
      },
    },
    matching: {
      says: 'https, and http on localhost, 127.0.0.0/8 and [::1], there with any port, also where one is registered; otherwise character by character; other schemes with `allowPrivateUseRedirectUris`',
      source: CODE,
      signIn(redirect, requested) {
        const { at, scheme, text } = redirect
        // The document is refused for it.
        if (DANGEROUS.includes(scheme)) return []
        if (!isRegistered(redirect, requested, PORTS, ['http', 'https'])) {
          return [notMatched(redirect, requested)]
        }
        const fault = judgeUse(redirect)
        if (!fault) return []
        const { clause, unless } = fault
        return [
          {
            at,
            message: `${subjectOf(at, text)} ${clause}, and a sign-in with it is refused`,
            suggestion: 'ask for one that is https, or http on loopback',
            ...(unless !== undefined && { unless }),
          },
        ]
      },
    },
    applicationType: { ...known('not read'), source: CODE },
    links: {
      says: 'http or https, on any origin, also with a language tag',
      source: CODE,
      check: ({ urls }) =>
        urls.flatMap(({ at, subject, member, text }) => {
          if (!LINKS.includes(member) || webUrl.is(text)) return []
          const change = { member: unescapeToken(at.slice(1)), value: undefined }
          return [{ ...unlike(subject, text, webUrl.what), at, change }]
        }),
    },
    scope: { ...known('not read'), source: CODE },
    others: {
      says: 'ignored when unknown; those that it knows have to be of their type, and `null` is none; no client_secret',
      source: CODE,
      check: (client) => [...(TYPED.check?.(client) ?? []), ...(SECRETS.check?.(client) ?? [])],
    },
  },
})
