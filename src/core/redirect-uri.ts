import { quote } from './printable.js'
import type { Finding, JsonSchema, Pointer, RuleDocument } from './types.js'
import { type RawUrl, splitUrl } from './url.js'

/** Loopback hosts of native apps, whose port is free: RFC 8252 section 7.3, and `localhost` by OAuth 2.1. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::([0-9]{1,5}))?(?=[/?]|$)/

/**
 * Finds the registered redirection URI that a request names.
 *
 * URIs are compared character for character. The one exception is the port of `http` on 127.0.0.1,
 * [::1] and `localhost`: it may differ, and the three never stand for each other.
 *
 * @param registered The `redirect_uris` of the client.
 * @param requested The `redirect_uri` of the authorization request, undefined when it has none.
 *
 * @returns The registered URI, to be stored with the code. Without a requested one the only
 * registered one, and undefined when there are several.
 *
 * @see [RFC 8252 - OAuth 2.0 for Native Apps](https://www.rfc-editor.org/rfc/rfc8252.html#section-7.3)
 * @see [RFC 9700 - Best Current Practice for OAuth 2.0 Security](https://www.rfc-editor.org/rfc/rfc9700.html#section-2.1)
 */
export function findRedirectUri(
  registered: readonly string[],
  requested: string | undefined,
): string | undefined {
  // A string has `includes` too, and would find pieces of itself.
  if (!Array.isArray(registered)) return undefined
  if (requested === undefined) return registered.length === 1 ? registered[0] : undefined
  if (registered.includes(requested)) return requested
  const portless = typeof requested === 'string' ? withoutLoopbackPort(requested) : undefined
  if (portless === undefined) return undefined
  return registered.find((uri: string) => withoutLoopbackPort(uri) === portless)
}

/**
 * Tells whether a request names a registered redirection URI; the rules are those of
 * {@link findRedirectUri}.
 */
export const matchRedirectUri = (
  registered: readonly string[],
  requested: string | undefined,
): boolean => findRedirectUri(registered, requested) !== undefined

/** Removes the port of a loopback redirection URI; any other has none that could be removed. */
function withoutLoopbackPort(uri: string): string | undefined {
  const match = LOOPBACK.exec(uri)
  if (!match || Number(match[2] ?? 1) > 65_535) return undefined
  return `http://${match[1]}${uri.slice(match[0].length)}`
}

/** The hosts that are the user's own machine. */
const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '127.0.0.1' || host === '[::1]'

/** Grants that end in a redirection: RFC 6749 sections 4.1 and 4.2. */
const REDIRECTING = ['authorization_code', 'implicit']

/** `grant_types` of which none ends in a redirection, as a JSON Schema of a document. */
export const NO_REDIRECTING_GRANT: JsonSchema = {
  required: ['grant_types'],
  properties: {
    grant_types: {
      not: { type: 'array', items: { type: 'string' }, contains: { enum: REDIRECTING } },
    },
  },
}

/**
 * The first grant of a client that ends in a redirection; without `grant_types` it is the default of
 * RFC 7591 section 2.
 *
 * @returns Undefined too when `grant_types` is of another type, and names no grant.
 */
export function redirectingGrantOf({
  metadata,
  value,
}: Pick<RuleDocument, 'metadata' | 'value'>): string | undefined {
  const grants = 'grant_types' in value ? metadata.grant_types : ['authorization_code']
  return grants?.find((grant) => REDIRECTING.includes(grant))
}

/** Schemes that run code, read files or start other programs than the client: never a client's own. */
const DANGEROUS = new Set(
  (
    'about android-app blob chrome data file filesystem ftp intent jar javascript ldap mailto ' +
    'moz-extension ms-msdt ms-officecmd res resource search-ms shell sms smb tel urn vbscript ' +
    'view-source ws wss x-apple.systempreferences'
  ).split(' '),
)

/** The scheme of a URI in lower case, empty when it has none: RFC 3986 section 3.1. */
export const schemeOf = (uri: string): string =>
  /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(uri)?.[0].toLowerCase() ?? ''

/** A redirection URI as it was registered. */
export interface RedirectUri {
  readonly at: Pointer
  readonly text: string
  /** In lower case; empty when the URI is not absolute. */
  readonly scheme: string
  /** Whether the scheme is one that no client may own. */
  readonly isDangerous: boolean
  /** Whether the scheme is one that the client owns: RFC 8252 section 7.1. */
  readonly isPrivateUse: boolean
  /** The parts of an http or https URI; undefined when it has no host. */
  readonly url: RawUrl | undefined
  /** Whether it is http or https on the user's own machine. */
  readonly isOnLoopback: boolean
}

/** Takes the redirection URIs of a client apart, once for all rules; or those of another member. */
export const readRedirectUris = (
  redirect_uris: readonly string[] = [],
  member = 'redirect_uris',
): RedirectUri[] =>
  redirect_uris.map((text, index) => {
    const scheme = schemeOf(text)
    const isDangerous = DANGEROUS.has(scheme)
    const isWeb = scheme === 'http' || scheme === 'https'
    const url = isWeb ? splitUrl(text) : undefined
    return {
      at: `/${member}/${index}`,
      text,
      scheme,
      isDangerous,
      isPrivateUse: scheme !== '' && !isWeb && !isDangerous,
      url,
      isOnLoopback: url !== undefined && isLoopbackHost(url.host.text.toLowerCase()),
    }
  })

/** How a message names a redirection URI. */
export function subjectOf(at: Pointer, text: string): string {
  const [, member, index] = at.split('/')
  return `item ${index} of ${member}, ${quote(text)},`
}

/**
 * Whether only a native app can have a redirection URI: RFC 9700 section 2.6 on loopback, OpenID
 * Registration section 2 on schemes. One without a dot is no private-use scheme of RFC 8252.
 */
export const isNativeUri = ({ scheme, isPrivateUse, isOnLoopback }: RedirectUri): boolean =>
  isPrivateUse ? scheme.includes('.') : scheme === 'http' && isOnLoopback

/** Where a `*` stands that asks for any value, if it stands there; each pattern ends with it. */
const WILDCARDS = [
  ['in its host or port', /\*/],
  ['in its path', /\*(?=\/|$)/],
  ['in its query', /(?:^|&)(?:[^&=]*=)?\*(?=&|$)/],
] as const

/**
 * Finds a `*` that asks for any value: in the host or as port, at the end of a path segment, as value
 * of a query parameter, or alone. Anywhere else it is a character like others.
 */
export function findWildcard(uri: string): { offset: number; place: string } | undefined {
  if (!uri.includes('*')) return undefined
  if (uri === '*') return { offset: 0, place: 'and nothing else' }
  const match =
    /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?/d.exec(uri)
  for (const [index, [place, pattern]] of WILDCARDS.entries()) {
    const [start, end] = match?.indices?.[index + 1] ?? [0, 0]
    const found = pattern.exec(uri.slice(start, end))
    if (found) return { offset: start + found.index + found[0].length - 1, place }
  }
  return undefined
}

/** Finds the https redirection URIs whose origin is not the one of the client identifier. */
export function* findForeignOrigins(
  client_id = '',
  redirects: readonly RedirectUri[],
): Generator<Finding> {
  const client = splitUrl(client_id)
  if (client?.scheme.text.toLowerCase() !== 'https') return
  const expected = originOf(client)
  const expectedPlace = quote(placeOf(client))
  for (const { at, text, scheme, url, isOnLoopback } of redirects) {
    if (scheme !== 'https' || !url || originOf(url) === expected) continue
    // Reported by redirect-loopback-http, and by redirect-no-wildcard.
    if (isOnLoopback || url.host.text.includes('*')) continue
    const place = placeOf(url)
    yield {
      at,
      part: { offset: url.host.offset, length: place.length },
      message: `${subjectOf(at, text)} is on ${quote(place)}, but client_id is on ${expectedPlace}`,
    }
  }
}

/** Host and port as they are written. */
const placeOf = ({ raw, host, path }: RawUrl): string => raw.slice(host.offset, path.offset)

/** RFC 6454 section 4, for https: host and port, without letter case and default. */
export const originOf = ({ host, port }: RawUrl): string =>
  `${host.text.toLowerCase()}:${Number(port?.text || 443)}`
