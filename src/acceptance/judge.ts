import { isForAtproto } from '../core/atproto-scope.js'
import { isRedirect, mediaTypeOf } from '../core/hosting.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import {
  type Client,
  type Fact,
  type Objection,
  type Part,
  type Server,
  TOPICS,
  type Topic,
  topicsOf,
} from '../core/server.js'
import type { MetadataDocument, Verdict } from '../core/types.js'
import { splitUrl } from '../core/url.js'

/** A server that is asked, and how much its refusal weighs. */
export interface AskedServer {
  readonly server: Server
  /** Whether somebody named it, and not all of them. */
  readonly isNamed: boolean
}

/** The redirection URIs of a document that sign-ins are tried with. */
export const MAX_SIGN_INS = 50

/** The objections that one fact may give. */
const MAX_OBJECTIONS = 20

/** An objection, and the fact it follows from. */
export interface Found {
  readonly fact: Fact
  readonly objection: Objection
  /** Whether it is about how the document is hosted. */
  readonly isHosting: boolean
}

/** What a server makes of a client. */
export interface Judged {
  readonly server: Server
  /** Whether it is known what it makes of the answer that came, if one came. */
  readonly isHostingKnown: boolean
  readonly document: readonly Found[]
  readonly hosting: readonly Found[]
  readonly signIns: readonly { readonly redirect: RedirectUri; readonly found: readonly Found[] }[]
}

/**
 * Says whether a server would let a user log in, or consent.
 *
 * @param requested The redirection URI that is asked for.
 */
export function judgeRequest(
  server: Server,
  document: MetadataDocument,
  requested: string,
): Verdict {
  const client = toClient(document)
  const { document: found, hosting } = judgeBy(server, client)
  const verdicts = client.redirects.map((redirect) =>
    verdictOf([...found, ...hosting, ...objectToSignIn(server, redirect, requested, client)]),
  )
  return (['accepted', 'depends'] as const).find((one) => verdicts.includes(one)) ?? 'refused'
}

const objectToSignIn = (
  server: Server,
  redirect: RedirectUri,
  requested: string,
  client: Client,
): Found[] =>
  Object.values(server.facts).flatMap((fact) =>
    withoutAssumed(server, fact.signIn?.(redirect, requested, client)).map((objection) => ({
      fact,
      objection,
      isHosting: false,
    })),
  )

/** What is left of objections when the server is set up so that it can be used. */
const withoutAssumed = (
  { assumed }: Server,
  objections: readonly Objection[] = [],
): readonly Objection[] =>
  assumed === undefined
    ? objections
    : objections.filter(({ unless }) => !unless?.startsWith(assumed))

/** Many redirection URIs would be much to compare, and are more than a document of 5 kB can have. */
const TOO_MANY: Objection = {
  at: '/redirect_uris',
  message: `redirect_uris has more than ${MAX_SIGN_INS} URIs, and the others were not judged`,
  suggestion: 'register fewer, in several documents',
}

/** What servers see of a document. */
export function toClient(document: MetadataDocument): Client {
  const { bytes, clientId, hosting, metadata, mistyped, url, urls, value } = document
  const redirects = document.redirects.slice(0, MAX_SIGN_INS)
  return {
    bytes,
    clientId,
    metadata,
    mistyped,
    redirects,
    url,
    urls,
    value: value as Client['value'],
    identifier: clientId === undefined ? undefined : splitUrl(clientId),
    answer: hosting?.answer,
  }
}

/** A server of another kind of clients need not say more than that, unless somebody named it. */
export function judgeByAsked({ server, isNamed }: AskedServer, client: Client): Judged {
  const { facts, serves } = server
  const isForeign = serves === 'atproto' && !isForAtproto(client.metadata)
  if (isNamed || !isForeign || !facts.scope) return judgeBy(server, client)
  const found = [{ fact: facts.scope, objection: FOREIGN, isHosting: false }]
  return {
    server,
    isHostingKnown: client.answer !== undefined,
    document: found,
    hosting: [],
    signIns: client.redirects.map((redirect) => ({ redirect, found: [] })),
  }
}

/** Something against a client that the server is not for. */
export const FOREIGN: Objection = {
  at: '/scope',
  message: 'scope is without "atproto", and the server is for clients of atproto alone',
}

/** Judges a client by all that is known of a server. */
export function judgeBy(server: Server, client: Client): Judged {
  const document: Found[] = []
  const hosting: Found[] = []
  const facts = topicsOf(server.facts)
  for (const [topic, fact] of facts) {
    if (!isAsked(topic, client)) continue
    const objections = withoutAssumed(server, fact.check?.(client))
    const part: Part = TOPICS[topic][1]
    const isHosting = part === 'hosting'
    const found = isHosting ? hosting : document
    for (const objection of gravest(objections)) found.push({ fact, objection, isHosting })
    if (topic === 'redirects' && (client.metadata.redirect_uris?.length ?? 0) > MAX_SIGN_INS) {
      found.push({ fact, objection: TOO_MANY, isHosting })
    }
  }
  const signIns = client.redirects.map((redirect) => {
    const requested = requestedOf(redirect, client)
    const own = client.redirects.find(({ text }) => text === requested) ?? redirect
    return { redirect, found: objectToSignIn(server, own, requested, client) }
  })
  return { server, isHostingKnown: isHostingKnown(server, client), document, hosting, signIns }
}

/** As many objections as are told, those first that no setting takes away. */
function gravest(objections: readonly Objection[]): readonly Objection[] {
  if (objections.length <= MAX_OBJECTIONS) return objections
  const isGrave = ({ unless }: Objection) => unless === undefined
  const [grave, others] = [objections.filter(isGrave), objections.filter((one) => !isGrave(one))]
  return [...grave, ...others].slice(0, MAX_OBJECTIONS)
}

/** Whether it is known what a server makes of an answer: of a plain one all make the same. */
function isHostingKnown({ facts }: Server, { answer }: Client): boolean {
  if (!answer) return false
  // What is behind a redirect was not asked for.
  if (isRedirect(answer)) return false
  const isStatusPlain = answer.status === 200 || facts.status !== undefined
  const isTypePlain = mediaTypeOf(answer) === 'application/json' || facts.type !== undefined
  return isStatusPlain && isTypePlain
}

/** Whether a document, or what is known of it, has what a topic is about. */
function isAsked(topic: Topic, { answer, value }: Client): boolean {
  if (TOPICS[topic][1] === 'hosting') return answer !== undefined
  if (topic !== 'keys' || 'jwks' in value || 'jwks_uri' in value) return true
  const { token_endpoint_auth_method, token_endpoint_auth_methods_supported } = value
  const methods = [token_endpoint_auth_method, token_endpoint_auth_methods_supported].flat()
  return methods.includes('private_key_jwt')
}

/** A port that the operating system gives to whoever asks for any. */
const ANY_PORT = 49_152

/**
 * What a client asks for that registers this URI: itself, and on loopback without port a port that it
 * registers beside, or else any, as RFC 8252 section 7.3 has it.
 */
function requestedOf(redirect: RedirectUri, { redirects }: Client): string {
  const { text, url, isOnLoopback, scheme } = redirect
  if (!url || !isOnLoopback || scheme !== 'http' || url.port) return text
  const end = url.host.offset + url.host.text.length
  const [before, after] = [`${text.slice(0, end)}:`, text.slice(end)]
  const beside = redirects
    .slice(0, MAX_SIGN_INS)
    .find(
      (other) =>
        other.text.startsWith(before) &&
        other.text.endsWith(after) &&
        /^[0-9]+$/.test(other.text.slice(before.length, other.text.length - after.length)),
    )
  return beside ? beside.text : `${before}${ANY_PORT}${after}`
}

/** All that a server has against a client. */
export const objectionsOf = ({ document, hosting, signIns }: Judged): readonly Found[] => [
  ...document,
  ...hosting,
  ...signIns.flatMap(({ found }) => found),
]

/** What objections come to. */
export const verdictOf = (found: readonly Found[]): Verdict => {
  if (found.length === 0) return 'accepted'
  return found.every(({ objection }) => objection.unless !== undefined) ? 'depends' : 'refused'
}

/** Whether a server has nothing against a client. */
export const isAccepting = (judged: Judged): boolean => objectionsOf(judged).length === 0
