import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  atMostBytes,
  exactly,
  identifierWithout,
  isAbsolute,
  known,
  notFollowed,
  objectTo,
  objectToUri,
  requiring,
  sameIdentifier,
  statusOf,
  typed,
  within,
} from '../core/server-facts.js'

const DOCUMENT = 'src/auth/utils/cimd.ts'
const PROXY = 'src/auth/OAuthProxy.ts'

/** Hosts of the machine itself and of networks that are not public. */
const PRIVATE =
  /^(?:localhost$|0\.0\.0\.0$|127\.0\.0\.1$|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2[0-9]|3[01])\.)/

const isPrivate = (host: string): boolean =>
  host.startsWith('[') ? specialUseOfHost(host) !== undefined : PRIVATE.test(host)

const IDENTIFIER = identifierWithout(
  ['http', 'query', 'userinfo'],
  'https on a public host, without query and user; a port, `/` and no path are taken',
)

/** The patterns that there are from the start. */
const PATTERNS = /^http:\/\/(?:localhost|127\.0\.0\.1):/

/** What it has against a redirection URI of the document. */
function judgeRedirect(redirect: RedirectUri, client: Client): readonly Objection[] {
  const { text, url, isDangerous } = redirect
  if (!isAbsolute(redirect)) return [objectToUri(redirect, 'is no absolute URI', client)]
  if (url?.userinfo) return [objectToUri(redirect, 'has a user', client)]
  if (PATTERNS.test(text)) return []
  const clause = 'matches neither "http://localhost:*" nor "http://127.0.0.1:*"'
  return [
    objectToUri(redirect, clause, client, {
      ...(!isDangerous && {
        unless: `\`allowedRedirectUriPatterns\` has ${quote(text)}`,
      }),
    }),
  ]
}

export default defineServer({
  id: 'fastmcp-ts',
  title: 'fastmcp for TypeScript',
  version: '4.20.16',
  date: '2026-11',
  verified: 'run',
  serves: 'mcp',
  assumes: [
    'set `enableCimd` on `OAuthProxy`',
    'list the https redirection URIs of clients in `allowedRedirectUriPatterns`',
  ],
  assumed: '`allowedRedirectUriPatterns` has "https:',
  home: 'https://github.com/punkpeye/fastmcp/blob/v4.20.16/',
  facts: {
    identifier: {
      ...IDENTIFIER,
      source: DOCUMENT,
      check(client) {
        const { clientId, identifier } = client
        const found = IDENTIFIER.check?.(client) ?? []
        if (!clientId || !identifier || !isPrivate(identifier.host.text.toLowerCase())) return found
        return [...found, objectTo(clientId, 'is not on a public host', 'publish it on one')]
      },
    },
    size: { ...atMostBytes(65_536), source: DOCUMENT },
    status: { ...statusOf('any 2xx'), source: DOCUMENT },
    redirection: { ...notFollowed, source: DOCUMENT },
    type: { ...known('any, or none'), source: DOCUMENT },
    timeout: { ...within(5000), source: DOCUMENT },
    caching: { ...known('15 minutes, whatever the headers say'), source: DOCUMENT },
    comparison: { ...sameIdentifier, source: DOCUMENT },
    required: { ...requiring(['client_id', 'redirect_uris']), source: DOCUMENT },
    methods: {
      ...known('not read: every client is public, and proves its code with PKCE'),
      source: PROXY,
    },
    keys: { ...known('not read'), source: DOCUMENT },
    grants: { ...known('not read'), source: DOCUMENT },
    redirects: {
      says: '`allowedRedirectUriPatterns`, from the start `http://localhost:*` and `http://127.0.0.1:*`; one other refuses the document',
      source: PROXY,
      check: (client) => client.redirects.flatMap((redirect) => judgeRedirect(redirect, client)),
    },
    matching: { ...exactly, source: PROXY },
    applicationType: { ...known('not read'), source: DOCUMENT },
    links: { ...known('taken as they are'), source: DOCUMENT },
    scope: { ...known('not used'), source: PROXY },
    others: {
      ...typed(['redirect_uris'], [], 'ignored, of whatever type they are'),
      source: DOCUMENT,
    },
  },
})
