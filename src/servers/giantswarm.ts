import { headersOf } from '../core/hosting.js'
import { parseAddress, specialUseOfAddress } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { type RedirectUri, subjectOf } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  identifierWithout,
  isAnyLoopback,
  isRegistered,
  type Known,
  known,
  membersAre,
  notFollowed,
  notMatched,
  objectTo,
  objectToUri,
  oneOf,
  onPublicHost,
  orNull,
  requiring,
  sameIdentifier,
  statusOf,
  string,
  strings,
  typeOf,
  unlessSet,
  within,
} from '../core/server-facts.js'
import { unbracket } from '../core/url.js'

const CIMD = 'server/cimd.go'
const SECURITY = 'server/redirect_uri_security.go'

/** Where http is taken, as it is written. */
const NEAR = ['localhost', '127.0.0.1', '[::1]']

const LOOPBACK = '`AllowLocalhostRedirectURIs` is true'

const QUERY: Known = {
  says: '',
  check: ({ clientId, identifier }) =>
    clientId !== undefined && identifier?.query?.text
      ? [objectTo(clientId, 'has a query', 'publish it at a URL without "?"')]
      : [],
}

const CHARSET: Known = {
  says: '',
  check({ answer }) {
    const [type = ''] = answer ? headersOf(answer, 'content-type') : []
    const charsets = type.split(';').flatMap((parameter) => {
      const [name = '', value = ''] = parameter.split('=')
      const isCharset = name.trim().toLowerCase() === 'charset'
      return isCharset ? [value.replaceAll('"', '').trim().toLowerCase()] : []
    })
    const foreign = charsets.find((charset) => charset !== 'utf-8' && charset !== 'utf8')
    if (foreign === undefined) return []
    return [
      {
        at: '',
        message: `the URL answers with the charset ${quote(foreign)}, and only UTF-8 is read`,
        suggestion: 'send "Content-Type: application/json"',
      },
    ]
  },
}

function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { scheme, url } = redirect
  if (scheme !== 'http' && scheme !== 'https') {
    return objectToUri(redirect, 'is neither https, nor http on loopback', client)
  }
  if (!url) return objectToUri(redirect, 'is no absolute URL', client)
  if (scheme === 'https' || NEAR.includes(url.host.text)) return undefined
  return objectToUri(redirect, 'is http, but not on 127.0.0.1, [::1] or localhost', client)
}

/** What it has against the place that a user would be sent to. */
function judgePlace({ at, text, url }: RedirectUri): Objection | undefined {
  const subject = subjectOf(at, text)
  if (!url) return undefined
  const host = url.host.text.toLowerCase()
  if (url.fragment?.text) {
    return { at, message: `${subject} has a fragment`, suggestion: 'write it without' }
  }
  if (isAnyLoopback(host)) {
    return {
      at,
      message: `${subject} is on loopback, and a sign-in there is refused`,
      suggestion: 'ask the operator of the server to allow it',
      unless: LOOPBACK,
    }
  }
  const address = unbracket(host)
  if (address === '0.0.0.0' || address === '::') {
    return {
      at,
      message: `${subject} is on ${quote(host)}, which is no host`,
      suggestion: 'write one',
    }
  }
  const reason = parseAddress(address) && specialUseOfAddress(address)
  if (reason === undefined) return undefined
  const isLinkLocal = reason.startsWith('link-local')
  const isPrivate = reason.startsWith('private') || reason.startsWith('unique local')
  if (!isLinkLocal && !isPrivate) return undefined
  return {
    at,
    message: `${subject} is on an address that is not public (${reason})`,
    unless: `\`${isPrivate ? 'AllowPrivateIPRedirectURIs' : 'AllowLinkLocalRedirectURIs'}\` is true`,
  }
}

export default defineServer({
  id: 'giantswarm',
  title: 'Giant Swarm mcp-oauth',
  version: 'main at 9203e70',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: ['set `EnableClientIDMetadataDocuments` to true'],
  home: 'https://github.com/giantswarm/mcp-oauth/blob/9203e70596db4c890d5f3b87b55b8180ebb39365/',
  facts: {
    identifier: {
      ...allOf(
        'https on a public host, without query, fragment and user; a port, the path "/" and no path are taken',
        identifierWithout(['http', 'anchor', 'userinfo'], ''),
        QUERY,
        unlessSet('`AllowPrivateIPClientMetadata` is true', onPublicHost()),
      ),
      source: CIMD,
    },
    size: { ...atMostBytes(1_048_576), source: CIMD },
    status: { ...statusOf('exactly 200'), source: CIMD },
    redirection: { ...notFollowed, source: CIMD },
    type: {
      ...allOf(
        'application/json, with no other charset than UTF-8',
        typeOf('application/json'),
        CHARSET,
      ),
      source: CIMD,
    },
    timeout: {
      ...unlessSet('`ClientMetadataFetchTimeout` is higher', within(10_000)),
      source: CIMD,
    },
    caching: {
      ...known('at most an hour, as `max-age` says; 5 min without it, and for no-store'),
      source: 'server/cimd_cache.go',
    },
    comparison: { ...sameIdentifier, source: CIMD },
    required: { ...requiring(['client_id', 'redirect_uris']), source: CIMD },
    methods: {
      ...membersAre(
        { token_endpoint_auth_method: orNull({ ...oneOf('none', ''), what: '"none"' }) },
        '`none`, also when left out; a client with any other gets no token',
      ),
      source: CIMD,
    },
    keys: { ...known('not looked at'), source: CIMD },
    grants: { ...known('not looked at'), source: CIMD },
    redirects: {
      says: 'https on any host, http on 127.0.0.1, [::1] and localhost; one other refuses the document',
      source: CIMD,
      check: (client) =>
        client.redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? []),
    },
    matching: {
      says: 'nothing on loopback, unless `AllowLocalhostRedirectURIs` is true: then any port, also where one is registered; otherwise character by character, on hosts with public addresses, and without fragment',
      source: SECURITY,
      signIn(redirect, requested) {
        const isMatched = isRegistered(
          redirect,
          requested,
          { hosts: isAnyLoopback, also: 'where a port is registered' },
          ['http', 'https'],
        )
        return isMatched ? [judgePlace(redirect) ?? []].flat() : [notMatched(redirect, requested)]
      },
    },
    applicationType: { ...known('not looked at'), source: CIMD },
    links: { ...known('not looked at'), source: CIMD },
    scope: {
      ...known('any; it is the most that may be asked for'),
      source: 'server/scope.go',
    },
    others: {
      ...membersAre(
        {
          client_name: orNull({
            what: 'a text of at most 256 printable characters without "<" and ">"',
            is: (held) =>
              typeof held === 'string' &&
              [...held].length <= 256 &&
              !/[<>]/.test(held) &&
              // Most names are plain, and properties of Unicode take long to be made ready.
              (/^[ -~\t]*$/.test(held) || /^[\p{L}\p{M}\p{N}\p{P}\p{S}\t ]*$/u.test(held)),
          }),
          client_uri: orNull(string),
          logo_uri: orNull(string),
          jwks_uri: orNull(string),
          scope: orNull(string),
          redirect_uris: orNull(strings),
          grant_types: orNull(strings),
          response_types: orNull(strings),
          contacts: orNull(strings),
        },
        'ignored when unknown; those that it knows have to be of their type, and client_name printable, without "<" and ">"',
      ),
      source: CIMD,
    },
  },
})
