import { quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  identifierWithout,
  isLiteral,
  isLiteralOrName,
  isRegistered,
  type Known,
  known,
  membersAre,
  notFollowed,
  nothing,
  notMatched,
  objectTo,
  objectToUri,
  oneOf,
  onPublicHost,
  requiring,
  sameIdentifier,
  statusOf,
  strings,
  typeOf,
  unlessSet,
  unlike,
  within,
} from '../core/server-facts.js'
import { segmentsOf, splitUrl } from '../core/url.js'

const CIMD = 'oauth2_provider/cimd.py'
const MODELS = 'oauth2_provider/models.py'
const SETTINGS = 'oauth2_provider/settings.py'

/** The characters that the database has for them. */
const MAX_TEXT = 255

const PATH: Known = {
  says: '',
  check: ({ clientId, identifier }) =>
    clientId !== undefined &&
    identifier &&
    segmentsOf(identifier.path).some(({ text }) => text === '.' || text === '..')
      ? [objectTo(clientId, 'has a dot segment', 'write the path without "." and ".."')]
      : [],
}

const USER: Known = {
  says: '',
  check: ({ clientId, identifier }) =>
    clientId !== undefined && identifier?.userinfo?.text
      ? [objectTo(clientId, 'has a user', 'leave out what stands before "@"')]
      : [],
}

/** What it has against a redirection URI, whose scheme and host its operator allows. */
function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text, scheme, isDangerous } = redirect
  const url = splitUrl(text)
  const isWeb = scheme === 'http' || scheme === 'https'
  if (scheme === '' || (isWeb && !url)) return objectToUri(redirect, 'is no absolute URL', client)
  if (url?.fragment?.text) return objectToUri(redirect, 'has a fragment', client)
  if (!isWeb) {
    const isAllowable = url !== undefined && !isDangerous
    return objectToUri(
      redirect,
      `has the scheme ${quote(scheme)}, and http and https are taken${isDangerous || url ? '' : '; another needs "//" and a host behind it'}`,
      client,
      isAllowable ? { unless: `\`ALLOWED_REDIRECT_URI_SCHEMES\` has ${quote(scheme)}` } : {},
    )
  }
  const host = url?.host.text ?? ''
  if (!host.includes('*')) return undefined
  const isLeading = host.lastIndexOf('*') === 0 && host.split('.').length >= 3
  return objectToUri(
    redirect,
    'has a "*" in its host',
    client,
    isLeading ? { unless: '`ALLOW_URI_WILDCARDS` is True' } : {},
  )
}

export default defineServer({
  id: 'django-oauth-toolkit',
  title: 'Django OAuth Toolkit',
  version: '3.4',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: ['set `CIMD_ENABLED` to True'],
  home: 'https://github.com/django-oauth/django-oauth-toolkit/blob/1341eb7166985b12d0403c1af34dca3845784ff8/',
  facts: {
    identifier: {
      ...allOf(
        'https on a public host, with a path, at most 255 characters; without fragment, user and dot segments; a query, a port and the path "/" are taken',
        identifierWithout(['http', 'anchor', 'bare'], '', MAX_TEXT),
        USER,
        PATH,
        onPublicHost(),
      ),
      source: CIMD,
    },
    size: {
      ...unlessSet('`CIMD_MAX_DOCUMENT_SIZE` is higher', atMostBytes(16_384)),
      source: SETTINGS,
    },
    status: { ...statusOf('exactly 200'), source: CIMD },
    redirection: { ...notFollowed, source: CIMD },
    type: { ...typeOf('any JSON type'), source: CIMD },
    timeout: {
      ...unlessSet('`CIMD_FETCH_TIMEOUT_SECONDS` is higher', within(5000)),
      source: SETTINGS,
    },
    caching: {
      ...known('5 min to a day, as `max-age` says; a day without it, 5 min for no-store'),
      source: SETTINGS,
    },
    comparison: { ...sameIdentifier, source: CIMD },
    required: { ...requiring(['client_id', 'redirect_uris']), source: CIMD },
    methods: {
      ...membersAre(
        { token_endpoint_auth_method: oneOf('none') },
        '`none`, also when left out; its main branch takes `private_key_jwt` too where the server advertises it, and reads token_endpoint_auth_methods_supported',
      ),
      source: CIMD,
    },
    keys: {
      ...known('not looked at; its main branch refuses `jwks` beside `jwks_uri`'),
      source: CIMD,
    },
    grants: {
      says: '`authorization_code`, alone or beside `refresh_token`; its main branch drops what it does not know',
      source: CIMD,
      check({ value: { grant_types } }) {
        if (grant_types === undefined) return []
        if (!strings.is(grant_types)) return [unlike('grant_types', grant_types, strings.what)]
        const grants = (grant_types as readonly string[]).filter((one) => one !== 'refresh_token')
        if (grants.length === 1 && grants[0] === 'authorization_code') return []
        return [
          {
            at: '/grant_types',
            message:
              'grant_types is not "authorization_code", alone or beside "refresh_token", and nothing else is taken',
            suggestion: 'write "grant_types": ["authorization_code", "refresh_token"]',
            change: { member: 'grant_types', value: ['authorization_code', 'refresh_token'] },
          },
        ]
      },
    },
    redirects: {
      says: 'http and https on any host, other schemes with a host where `ALLOWED_REDIRECT_URI_SCHEMES` has them; no fragment; one other refuses the document; its main branch takes allowed schemes without a host too',
      source: 'oauth2_provider/validators.py',
      check: (client) =>
        client.redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? []),
    },
    matching: {
      says: 'any port on 127.0.0.1 and [::1], also where one is registered, and on localhost where `ALLOW_LOCALHOST_LOOPBACK` is True; otherwise the registered one',
      source: MODELS,
      signIn(redirect, requested) {
        const also = 'where a port is registered'
        if (isRegistered(redirect, requested, { hosts: isLiteral, also })) return []
        const objection = notMatched(redirect, requested)
        const isLocal = isRegistered(redirect, requested, { hosts: isLiteralOrName, also })
        return [{ ...objection, ...(isLocal && { unless: '`ALLOW_LOCALHOST_LOOPBACK` is True' }) }]
      },
    },
    applicationType: { ...known('not looked at'), source: CIMD },
    links: { ...known('not looked at'), source: CIMD },
    scope: { ...known('not looked at'), source: CIMD },
    others: {
      ...membersAre(
        {
          client_name: {
            what: `a string of at most ${MAX_TEXT} characters`,
            is: (held) => typeof held === 'string' && [...held].length <= MAX_TEXT,
          },
          client_secret: nothing,
          client_secret_expires_at: nothing,
        },
        'ignored, but `client_secret` and `client_secret_expires_at` refuse the document; its main branch reads id_token_signed_response_alg too, and refuses what it cannot do',
      ),
      source: CIMD,
    },
  },
})
