import { isLoopbackHost } from '../core/ip.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  identifierWithout,
  isAnyLoopback,
  type Known,
  known,
  lacking,
  matching,
  membersAre,
  notFollowed,
  objectTo,
  objectToScopes,
  objectToUri,
  onPublicHost,
  orNull,
  requiring,
  sameIdentifier,
  statusOf,
  string,
  strings,
  typeOf,
  unlike,
  within,
} from '../core/server-facts.js'

const IDENTIFIER = 'pkg/oauthproto/cimd.go'
const FETCH = 'pkg/oauthproto/cimd/fetch.go'
const STORAGE = 'pkg/authserver/storage/cimd_decorator.go'

/** The scopes that are supported from the start. */
const SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** The bytes that a redirection URI may have. */
const MAX_URI = 2048

const HTTPS: Known = {
  says: 'https',
  check({ clientId, identifier }) {
    if (clientId === undefined || !identifier) return []
    const { scheme, host } = identifier
    if (scheme.text === 'https') return []
    if (scheme.text === 'http' && isLoopbackHost(host.text)) return []
    return [objectTo(clientId, 'does not begin with "https://"', 'publish it there')]
  },
}

/** Where http is taken. */
const isNear = (host: string): boolean => isAnyLoopback(host) || host.endsWith('.localhost')

function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text, scheme, url } = redirect
  if (scheme !== 'http' && scheme !== 'https') {
    return objectToUri(redirect, 'is neither https, nor http on loopback', client)
  }
  if (!url) return objectToUri(redirect, 'is no absolute URL', client)
  if (url.fragment?.text) return objectToUri(redirect, 'has a fragment', client)
  if (scheme === 'http' && !isNear(url.host.text.toLowerCase())) {
    return objectToUri(redirect, 'is http, but not on loopback', client)
  }
  if (new TextEncoder().encode(text).length > MAX_URI) {
    return objectToUri(redirect, `has more than ${MAX_URI} bytes`, client)
  }
  return undefined
}

export default defineServer({
  id: 'toolhive',
  title: 'ToolHive',
  version: 'main at 006adaa',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: ['set `cimd.enabled` to true'],
  home: 'https://github.com/stacklok/toolhive/blob/006adaa8001a9adb98d5a38e13df4cb3a7daecc0/',
  facts: {
    identifier: {
      ...allOf(
        'https on a public host, with a path other than "/"; without fragment, user and dot segments; a query and a port are taken',
        HTTPS,
        identifierWithout(['anchor', 'userinfo', 'dots', 'bare', 'root'], ''),
        onPublicHost(isLoopbackHost),
      ),
      source: IDENTIFIER,
    },
    size: { ...atMostBytes(10_240), source: FETCH },
    status: { ...statusOf('exactly 200'), source: FETCH },
    redirection: { ...notFollowed, source: FETCH },
    type: { ...typeOf('any JSON type'), source: FETCH },
    timeout: { ...within(5000), source: FETCH },
    caching: {
      ...known('5 min (`cimd.cache_fallback_ttl`), whatever the headers say'),
      source: STORAGE,
    },
    comparison: { ...sameIdentifier, source: FETCH },
    required: { ...requiring(['client_id', 'redirect_uris']), source: FETCH },
    methods: {
      says: '`none`, also when left out; another one that needs no secret becomes `none` where token_endpoint_auth_methods_supported has it',
      source: STORAGE,
      check({ metadata, value }) {
        const held = value.token_endpoint_auth_method ?? ''
        if (held === '' || held === 'none') return []
        const isSecret = typeof held === 'string' && held.startsWith('client_secret_')
        const offered = metadata.token_endpoint_auth_methods_supported ?? []
        if (typeof held === 'string' && !isSecret && offered.includes('none')) return []
        return [unlike('token_endpoint_auth_method', held, '"none"')]
      },
    },
    keys: { ...known('not looked at'), source: FETCH },
    grants: {
      says: 'what it does not know is dropped; the grant `authorization_code` and the response type `code` have to stay',
      source: STORAGE,
      check(client) {
        const { grant_types = [], response_types = [] } = client.metadata
        const isGranted = grant_types.length === 0 || grant_types.includes('authorization_code')
        const isAnswered = response_types.length === 0 || response_types.includes('code')
        return [
          ...(isGranted ? [] : [lacking('grant_types', client, 'authorization_code')]),
          ...(isAnswered ? [] : [lacking('response_types', client, 'code')]),
        ]
      },
    },
    redirects: {
      says: 'https on any host, http on loopback and localhost; no fragment; one other refuses the document',
      source: 'pkg/oauthproto/redirect.go',
      check: (client) =>
        client.redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? []),
    },
    matching: {
      ...matching(
        { hosts: isAnyLoopback, also: 'where a port is registered' },
        'any port on loopback addresses and localhost, also where one is registered; otherwise character by character',
      ),
      source: 'pkg/authserver/server/handlers/authorize.go',
    },
    applicationType: { ...known('not looked at'), source: STORAGE },
    links: { ...known('not looked at'), source: FETCH },
    scope: {
      says: 'each has to be in `scopes_supported`; it also is the most that may be asked for',
      source: STORAGE,
      check({ metadata: { scope = '' } }) {
        return objectToScopes(
          scope.split(/\s/).filter((one) => one !== ''),
          SCOPES,
          'scopes_supported',
        )
      },
    },
    others: {
      ...membersAre(
        {
          client_name: orNull(string),
          logo_uri: orNull(string),
          client_uri: orNull(string),
          tos_uri: orNull(string),
          policy_uri: orNull(string),
          scope: orNull(string),
          application_type: orNull(string),
          redirect_uris: orNull(strings),
          grant_types: orNull(strings),
          response_types: orNull(strings),
          token_endpoint_auth_methods_supported: orNull(strings),
          post_logout_redirect_uris: orNull(strings),
        },
        'ignored when unknown; those that it knows have to be of their type',
      ),
      source: FETCH,
    },
  },
})
