import { isForAtproto } from './core/atproto-scope.js'
import { showPointer } from './core/engine.js'
import { isRedirect, mediaTypeOf } from './core/hosting.js'
import { readMetadata } from './core/metadata.js'
import { nameMember, quote } from './core/printable.js'
import type { RedirectUri } from './core/redirect-uri.js'
import {
  type Change,
  type Client,
  type Fact,
  type Objection,
  type Part,
  type Server,
  sourceOf,
  TOPICS,
  type Topic,
  topicsOf,
} from './core/server.js'
import { quoteSome } from './core/server-facts.js'
import { unknownName } from './core/suggest.js'
import type {
  Acceptance,
  Finding,
  MetadataDocument,
  Pointer,
  Rule,
  ServerObjection,
  ServerVerdict,
  Severity,
  Verdict,
} from './core/types.js'
import { splitUrl } from './core/url.js'
import { servers } from './servers/index.js'

/** Begins the id of the requirement that a server accepts a client. */
const PREFIX = 'accepted-by-'

/** A server that is asked, and how much its refusal weighs. */
export interface AskedServer {
  readonly server: Server
  /** Whether somebody named it, and not all of them. */
  readonly isNamed: boolean
}

/** What named authorization servers make of documents. */
export interface Acceptances {
  /** A requirement for each of them: that it accepts the client. */
  readonly rules: readonly Rule[]
  /** Says what they make of a document; undefined when it is no JSON object. */
  of(document: MetadataDocument): Acceptance | undefined
}

/** The redirection URIs of a document that sign-ins are tried with. */
const MAX_SIGN_INS = 50

/** The objections that one fact may give. */
const MAX_OBJECTIONS = 20

/** The changes that are tried. */
const MAX_CHANGES = 20

/**
 * Finds the servers that somebody names; `all` is each of them.
 *
 * @throws UsageError when there is none of that name.
 */
export function askServers(names: readonly string[]): Acceptances {
  const ids = servers.map(({ id }) => id)
  for (const name of names.map(String)) {
    if (name === 'all' || (ids as readonly string[]).includes(name)) continue
    throw unknownName('server', name, [...ids, 'all'], `there are ${ids.join(', ')}, and all`)
  }
  const isAll = names.includes('all')
  return createAcceptances(
    servers.flatMap((server: Server) => {
      const isNamed = names.includes(server.id)
      return isAll || isNamed ? [{ server, isNamed }] : []
    }),
  )
}

/** Asks servers about documents, each once for all that is wanted of its answer. */
export function createAcceptances(asked: readonly AskedServer[]): Acceptances {
  let last: { readonly document: unknown; readonly judged: readonly Judged[] } | undefined
  const judge = (document: MetadataDocument): readonly Judged[] => {
    if (last?.document !== document) {
      const client = toClient(document)
      last = { document, judged: asked.map((one) => judgeByAsked(one, client)) }
    }
    return last.judged
  }
  return {
    rules: asked.map((one, index) =>
      toRule(one, (document) => {
        const judged = judge(document)[index]
        return judged ? objectionsOf(judged) : []
      }),
    ),
    of(document) {
      if (document.stage !== 'object') return undefined
      const judged = judge(document)
      const change = findChange(judged, toClient(document))
      return {
        servers: judged.map(toVerdict),
        accepted: judged.filter(isAccepting).length,
        ...(change && { change }),
      }
    },
  }
}

/** The requirement that a server accepts the client. */
function toRule(
  { server, isNamed }: AskedServer,
  find: (document: MetadataDocument) => readonly Found[],
): Rule<string, 'server'> {
  const { id, title, version, home } = server
  return {
    id: `${PREFIX}${id}`,
    level: 'ADVICE',
    needs: 'server',
    cites: [{ spec: 'fixed', text: `${title} ${version}`, url: home }],
    title: `${title} ${version} accepts the client, and a sign-in with each of its redirection URIs.`,
    check: (document) =>
      find(document).map(
        ({ fact, objection, isHosting }): Finding => ({
          at: objection.at,
          ...exchangeOf(isHosting, document),
          severity: objection === FOREIGN ? 'info' : severityOf(objection, isNamed),
          message: messageOf(objection),
          ...(objection.suggestion !== undefined && { suggestion: objection.suggestion }),
          source: sourceOf(server, fact),
        }),
      ),
  }
}

/** The answer that is meant, of what is about how a document is hosted. */
function exchangeOf(
  isHosting: boolean,
  { hosting }: MetadataDocument,
): { readonly exchange?: number } {
  const { exchange } = (isHosting && hosting?.answer) || {}
  return exchange === undefined ? {} : { exchange }
}

/** Whoever names a server wants in; whoever asks all of them wants to know. */
function severityOf({ unless }: Objection, isNamed: boolean): Severity {
  if (unless !== undefined) return isNamed ? 'warning' : 'info'
  return isNamed ? 'error' : 'warning'
}

const messageOf = ({ message, unless }: Objection): string =>
  unless === undefined ? message : `${message}, unless ${unless}`

/** An objection, and the fact it follows from. */
interface Found {
  readonly fact: Fact
  readonly objection: Objection
  /** Whether it is about how the document is hosted. */
  readonly isHosting: boolean
}

/** What a server makes of a client. */
interface Judged {
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

function toClient(document: MetadataDocument): Client {
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
function judgeByAsked({ server, isNamed }: AskedServer, client: Client): Judged {
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

const FOREIGN: Objection = {
  at: '/scope',
  message: 'scope is without "atproto", and the server is for clients of atproto alone',
}

function judgeBy(server: Server, client: Client): Judged {
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

const objectionsOf = ({ document, hosting, signIns }: Judged): readonly Found[] => [
  ...document,
  ...hosting,
  ...signIns.flatMap(({ found }) => found),
]

const verdictOf = (found: readonly Found[]): Verdict => {
  if (found.length === 0) return 'accepted'
  return found.every(({ objection }) => objection.unless !== undefined) ? 'depends' : 'refused'
}

const isAccepting = (judged: Judged): boolean => objectionsOf(judged).length === 0

function toVerdict(judged: Judged): ServerVerdict {
  const { server, isHostingKnown, document, hosting, signIns } = judged
  const { id, title, version, date, verified } = server
  const toObjections = (found: readonly Found[]): ServerObjection[] =>
    found.map(({ fact, objection }) => ({
      pointer: showPointer(objection.at),
      message: objection.message,
      ...(objection.suggestion !== undefined && { suggestion: objection.suggestion }),
      ...(objection.unless !== undefined && { unless: objection.unless }),
      source: sourceOf(server, fact),
    }))
  return {
    id,
    title,
    version,
    date,
    verified,
    verdict: verdictOf(objectionsOf(judged)),
    document: { verdict: verdictOf(document), objections: toObjections(document) },
    hosting: {
      verdict: isHostingKnown || hosting.length > 0 ? verdictOf(hosting) : 'unknown',
      objections: toObjections(hosting),
    },
    signIns: signIns.map(({ redirect, found }) => ({
      pointer: redirect.at,
      redirectUri: nameMember(redirect.text),
      verdict: verdictOf([...document, ...hosting, ...found]),
      objections: toObjections(found),
    })),
  }
}

/** Finds the one change of the document after which the most servers accept it, and none less. */
function findChange(judged: readonly Judged[], client: Client): Acceptance['change'] {
  const accepting = judged.filter(isAccepting)
  const refusing = judged.filter((one) => !isAccepting(one))
  const changes = new Map<string, { readonly at: Pointer; readonly change: Change }>()
  for (const { objection } of refusing.flatMap(objectionsOf)) {
    const { at, change } = objection
    if (!change || changes.size === MAX_CHANGES || isHarmful(change, client)) continue
    changes.set(JSON.stringify([change.member, change.value]), { at, change })
  }
  let best: { at: Pointer; change: Change; accepted: number } | undefined
  for (const { at, change } of changes.values()) {
    // No more can come to accept it than those that are against nothing else.
    const hopeful = refusing.filter((one) =>
      objectionsOf(one).every((found) => isAbout(change, found)),
    )
    if (accepting.length + hopeful.length <= (best?.accepted ?? accepting.length)) continue
    const changed = withChange(client, change)
    const accepts = ({ server }: Judged) => isAccepting(judgeBy(server, changed))
    if (!accepting.every(accepts)) continue
    const after = accepting.length + hopeful.filter(accepts).length
    if (after <= (best?.accepted ?? accepting.length)) continue
    best = { change, at, accepted: after }
  }
  if (!best) return undefined
  const { change, at } = best
  const changed = withChange(client, change)
  return {
    pointer: showPointer(at),
    suggestion: describeChange(change, client),
    accepted: judged.filter(({ server }) => isAccepting(judgeBy(server, changed))).length,
  }
}

/** Members that nobody should leave out to please a server: what a client may do depends on them. */
const KEPT = ['client_uri', 'jwks', 'jwks_uri', 'scope', 'token_endpoint_auth_method']

/** Whether a change takes more from the client than the servers that it wins are worth. */
function isHarmful({ member, value }: Change, { redirects }: Client): boolean {
  if (value === undefined) return KEPT.includes(member)
  if (member !== 'redirect_uris') return false
  // Whoever signs in there would have no other way of that kind.
  const kept = redirects.filter(({ text }) => (value as readonly string[]).includes(text))
  return redirects.some((one) => !kept.some((other) => kindOf(one) === kindOf(other)))
}

const kindOf = ({ scheme, isOnLoopback }: RedirectUri): string => `${scheme} ${isOnLoopback}`

/** Says what to do, as an imperative. */
function describeChange({ member, value }: Change, { value: before }: Client): string {
  const name = nameMember(member)
  if (value === undefined) return `leave out ${name}`
  if (!Array.isArray(value)) {
    return `write "${name}": ${typeof value === 'string' ? quote(value) : String(value)}`
  }
  const held = new Set<string>([before[member] ?? []].flat() as string[])
  const wanted = new Set<string>(value)
  const lost = [...held].filter((item) => !wanted.has(item))
  const added = [...wanted].filter((item) => !held.has(item))
  const said = [
    ...(lost.length > 0 ? [`leave ${quoteSome(lost)} out of ${name}`] : []),
    ...(added.length > 0 ? [`add ${quoteSome(added)} to ${name}`] : []),
  ]
  return said.join(', and ') || `name each item of ${name} once`
}

/** Whether a change may answer an objection: one to that member, or that asks for a change of it. */
const isAbout = ({ member }: Change, { objection: { at, change } }: Found): boolean =>
  change?.member === member || at === `/${member}` || at.startsWith(`/${member}/`)

function withChange(client: Client, { member, value }: Change): Client {
  const { [member]: _, ...rest } = client.value
  const changed = Object.assign(
    Object.create(null) as Record<string, unknown>,
    rest,
    value === undefined ? {} : { [member]: value },
  )
  const read = readMetadata(changed)
  return { ...client, ...read, value: changed, redirects: read.redirects.slice(0, MAX_SIGN_INS) }
}
