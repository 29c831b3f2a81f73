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
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '127.0.0.1' || host === '[::1]'

/** Grants that end in a redirection: RFC 6749 sections 4.1 and 4.2. */
const REDIRECTING = ['authorization_code', 'implicit']

/**
 * The first grant of a client that ends in a redirection; without `grant_types` it is the default of
 * RFC 7591 section 2.
 */
export const redirectingGrantOf = (
  grant_types: readonly string[] = ['authorization_code'],
): string | undefined => grant_types.find((grant) => REDIRECTING.includes(grant))

/** Schemes that run code, read files or start other programs than the client: never a client's own. */
const DANGEROUS = new Set(
  (
    'about android-app blob chrome data file filesystem ftp intent jar javascript ldap mailto ' +
    'moz-extension ms-msdt ms-officecmd res resource search-ms shell sms smb tel urn vbscript ' +
    'view-source ws wss x-apple.systempreferences'
  ).split(' '),
)

/** The scheme of a URI in lower case; whether no client may own it, or one does: RFC 8252 section 7.1. */
export function schemeOf(
  uri: string,
): { name: string; isDangerous: boolean; isPrivateUse: boolean } | undefined {
  const name = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(uri)?.[0].toLowerCase()
  if (name === undefined) return undefined
  const isDangerous = DANGEROUS.has(name)
  return { name, isDangerous, isPrivateUse: !isDangerous && name !== 'http' && name !== 'https' }
}
