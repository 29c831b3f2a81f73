import { specialUseOfHost } from '../core/ip.js'
import { keysOf } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  atMostBytes,
  httpsUrl,
  identifierWithout,
  isAnyLoopback,
  known,
  lacking,
  membersAre,
  notFollowed,
  notMatched,
  objectTo,
  objectToUri,
  oneOf,
  requiring,
  statusOf,
  string,
  strings,
  unlike,
  type Wanted,
  webUrl,
  within,
} from '../core/server-facts.js'
import { spellingOf, splitUrl } from '../core/url.js'

const DOCUMENT = 'cimd.py'
const FETCH = 'ssrf.py'
const REDIRECTS = 'redirect_validation.py'

const PROXIED = 'FASTMCP_SSRF_TRUST_PROXY is true, and a proxy reaches it'

const orNull = ({ what, is }: Wanted): Wanted => ({
  what: `${what}, or null`,
  is: (held, client) => held === null || is(held, client),
})

const page = orNull(webUrl)
const name = orNull(string)

const METHODS = membersAre(
  { token_endpoint_auth_method: oneOf('none', 'private_key_jwt') },
  '`none`, `private_key_jwt` with RS256 alone; left out it is `none`',
)

const IDENTIFIERS = identifierWithout(
  ['http', 'bare', 'root'],
  'https, at a path, on a host that leads to public addresses alone; a query, a port and a slash at the end are taken',
)

/** What it has against the client identifier. */
function judgeIdentifier(client: Client): readonly Objection[] {
  const { clientId, identifier } = client
  const found = IDENTIFIERS.check?.(client) ?? []
  const reason = identifier && specialUseOfHost(identifier.host.text)
  if (clientId === undefined || reason === undefined) return found
  return [
    ...found,
    {
      ...objectTo(clientId, `is not on a public host (${reason})`, 'publish it on a public one'),
      unless: PROXIED,
    },
  ]
}

/** How URL parsers spell a web URL; any other text as it is. */
function spell(text: string): string {
  const url = splitUrl(text)
  return (url && !url.userinfo && /^https?$/i.test(url.scheme.text) && spellingOf(url)) || text
}

const withoutSlashes = (url: string): string => {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}

/** What it has against the method of client authentication. */
function judgeMethod(client: Client): readonly Objection[] {
  const { token_endpoint_auth_method, token_endpoint_auth_signing_alg: alg } = client.metadata
  const found = METHODS.check?.(client) ?? []
  if (token_endpoint_auth_method !== 'private_key_jwt' || !alg || alg === 'RS256') return found
  return [
    ...found,
    {
      at: '/token_endpoint_auth_signing_alg',
      message: `token_endpoint_auth_signing_alg is ${quote(alg)}, and only RS256 is taken of clients that sign`,
      suggestion: 'sign with RS256',
    },
  ]
}

/** What it has against the keys. */
function judgeKeys({ metadata, value }: Client): readonly Objection[] {
  const { jwks, jwks_uri } = value
  const found: Objection[] = []
  if (jwks !== undefined && (typeof jwks !== 'object' || Array.isArray(jwks))) {
    found.push(unlike('jwks', jwks, 'an object, or null'))
  }
  if (jwks_uri !== undefined && jwks_uri !== null) {
    const url = typeof jwks_uri === 'string' ? splitUrl(jwks_uri) : undefined
    const reason = url && specialUseOfHost(url.host.text)
    if (!httpsUrl.is(jwks_uri)) {
      found.push(unlike('jwks_uri', jwks_uri, 'an https URL, or null'))
    } else if (reason !== undefined) {
      found.push({
        at: '/jwks_uri',
        message: `jwks_uri ${quote(String(jwks_uri))} is not on a public host (${reason})`,
        suggestion: 'publish the keys on a public one',
        unless: PROXIED,
      })
    }
  }
  const isKeyed = metadata.token_endpoint_auth_method === 'private_key_jwt'
  if (isKeyed && (jwks_uri ?? undefined) === undefined && keysOf(metadata.jwks).length === 0) {
    found.push({
      at: '/jwks_uri',
      message: 'jwks has no key, and jwks_uri is not there: private_key_jwt needs one of them',
      suggestion: 'publish the public keys, and write jwks_uri',
    })
  }
  return found
}

const ARRAYS = membersAre({ grant_types: strings, response_types: strings }, '')

/** A URI as it is taken apart, also where it is a pattern; nothing is decoded. */
interface Parts {
  readonly scheme: string
  readonly userinfo: boolean
  readonly host: string
  readonly port: string
  readonly path: string
}

/** What it takes a URI apart into; undefined for what has no scheme. */
function partsOf(uri: string): Parts | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/.exec(uri)
  if (!match) return undefined
  const [, scheme = '', authority = '', path = ''] = match
  const at = authority.lastIndexOf('@')
  const place = authority.slice(at + 1)
  const colon = place.lastIndexOf(':')
  const hasPort = colon > place.lastIndexOf(']')
  return {
    scheme: scheme.toLowerCase(),
    userinfo: at >= 0,
    host: (hasPort ? place.slice(0, colon) : place).toLowerCase(),
    port: hasPort ? place.slice(colon + 1) : '',
    path,
  }
}

const isLoopback = (host: string): boolean => {
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return isAnyLoopback(name) || name.endsWith('.localhost')
}

/** Whether a path is what a pattern stands for, in which "*" is any text. */
function isLike(path: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return path === pattern
  if (!path.startsWith(first)) return false
  let offset = first.length
  for (const text of others) {
    const found = path.indexOf(text, offset)
    if (found < 0) return false
    offset = found + text.length
  }
  return path.length - last.length >= offset && path.endsWith(last)
}

/** Whether a URI is one that a registered one stands for, by scheme, host, port and path. */
function isMatch(asked: Parts, registered: Parts): boolean {
  const { scheme, host, port, path } = registered
  const isHost = host.startsWith('*.')
    ? asked.host.endsWith(host.slice(1)) && asked.host !== host.slice(2)
    : asked.host === host
  if (asked.userinfo || asked.scheme !== scheme || !isHost) return false
  const standard = scheme === 'https' ? '443' : '80'
  const isAnyPort = port === '*' || (port === '' && isLoopback(host))
  if (!isAnyPort && (asked.port || standard) !== (port || standard)) return false
  return path === '' || path === '/' || isLike(asked.path || '/', path)
}

/** Schemes that no sign-in may ask for. */
const DANGEROUS = ['javascript', 'data', 'file', 'vbscript']

/** What it has against a sign-in. */
function judgeSignIn(redirect: RedirectUri, requested: string, client: Client): Objection[] {
  const asked = partsOf(spell(requested))
  const registered = partsOf(redirect.text)
  // Refused with its document already.
  if (!registered) return []
  if (!asked || !isMatch(asked, registered)) {
    if (redirect.text !== requested) return [notMatched(redirect, requested)]
    const clause = 'has a user or a dot segment, and is not matched even by itself'
    return [objectToUri(redirect, clause, client)]
  }
  const { scheme, host } = asked
  if (scheme === 'http' && !isLoopback(host)) {
    return [objectToUri(redirect, 'is http, but not on loopback', client)]
  }
  if (!DANGEROUS.includes(scheme)) return []
  return [objectToUri(redirect, `has the scheme ${quote(scheme)}`, client)]
}

/** What it has against a redirection URI of the document. */
function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { text, scheme } = redirect
  if (scheme === '') return objectToUri(redirect, 'is not absolute', client)
  if (/^[^:]*:\/\/[^/?#]/.test(text) || text.startsWith('urn:')) return undefined
  return objectToUri(redirect, 'names no host after its scheme, and has to name one', client)
}

export default defineServer({
  id: 'fastmcp',
  title: 'FastMCP',
  version: 'main at 743ddff',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: [],
  home: 'https://github.com/PrefectHQ/fastmcp/blob/743ddff/fastmcp_slim/fastmcp/server/auth/',
  facts: {
    identifier: { says: IDENTIFIERS.says, source: DOCUMENT, check: judgeIdentifier },
    size: { ...atMostBytes(5120), source: DOCUMENT },
    status: { ...statusOf('exactly 200'), source: FETCH },
    redirection: { ...notFollowed, source: FETCH },
    type: { ...known('any, or none'), source: FETCH },
    timeout: { ...within(10_000), says: '10 s for each read, 30 s in all', source: FETCH },
    caching: {
      ...known('as the headers say, `no-store` and `no-cache` too; an hour without them'),
      source: DOCUMENT,
    },
    comparison: {
      says: 'what the document says is spelled as URL parsers do, the URL that is asked for is not; slashes at the end do not matter',
      source: DOCUMENT,
      check({ clientId, metadata: { client_id = '' } }) {
        if (clientId === undefined) return []
        const spelled = withoutSlashes(spell(clientId))
        if (spelled !== withoutSlashes(clientId)) {
          const clause = `is spelled ${quote(spelled)} by URL parsers`
          return [objectTo(clientId, clause, 'write that spelling, and send it')]
        }
        if (withoutSlashes(spell(client_id)) === spelled) return []
        return [
          {
            at: '/client_id',
            message: `client_id is not ${quote(clientId)}, where the document is`,
            suggestion: 'write that URL',
            change: { member: 'client_id', value: clientId },
          },
        ]
      },
    },
    required: { ...requiring(['client_id', 'redirect_uris']), source: DOCUMENT },
    methods: { says: METHODS.says, source: DOCUMENT, check: judgeMethod },
    keys: {
      says: '`jwks`, or an https `jwks_uri` on a public host, which comes first; `private_key_jwt` needs one of them for tokens',
      source: DOCUMENT,
      check: judgeKeys,
    },
    grants: {
      says: 'any are taken; without `authorization_code` no token is given, and without `refresh_token` none is refreshed; response types do not matter',
      source: DOCUMENT,
      check(client) {
        const { grant_types = ['authorization_code'] } = client.metadata
        const isGranted = grant_types.includes('authorization_code')
        return [
          ...(ARRAYS.check?.(client) ?? []),
          ...(isGranted
            ? []
            : [
                {
                  ...lacking('grant_types', client, 'authorization_code'),
                  message:
                    'grant_types is without "authorization_code", and a code brings no token',
                },
              ]),
        ]
      },
    },
    redirects: {
      says: 'any with a host after its scheme, and `urn:`; also patterns with `*`; one without host, such as `com.example.app:/callback`, refuses the document',
      source: DOCUMENT,
      check: (client) => client.redirects.flatMap((one) => judgeRedirect(one, client) ?? []),
    },
    matching: {
      says: 'by scheme, host, port and path; any port on loopback where none is registered, with `localhost` and all of 127.0.0.0/8; http on loopback alone',
      source: REDIRECTS,
      signIn: judgeSignIn,
    },
    applicationType: { ...known('ignored; every client is native'), source: REDIRECTS },
    links: {
      ...membersAre(
        { client_uri: page, logo_uri: page, tos_uri: page, policy_uri: page },
        'http or https, on any origin; `null` is none',
      ),
      source: DOCUMENT,
    },
    scope: {
      ...membersAre(
        { scope: name },
        'any; it also is the most that may be asked for, and left out the scopes of the server are',
      ),
      source: DOCUMENT,
    },
    others: {
      ...membersAre(
        {
          client_name: name,
          contacts: orNull(strings),
          software_id: name,
          software_version: name,
        },
        'ignored when unknown; names, contacts and software have to be of their type, and `null` is none',
      ),
      source: DOCUMENT,
    },
  },
})
