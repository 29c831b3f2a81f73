import { showPointer } from '../core/engine.js'
import { nameMember } from '../core/printable.js'
import { type Objection, type Server, sourceOf } from '../core/server.js'
import { unknownName } from '../core/suggest.js'
import type {
  Acceptance,
  Finding,
  MetadataDocument,
  Rule,
  ServerObjection,
  ServerVerdict,
  Severity,
} from '../core/types.js'
import { servers } from '../servers/index.js'
import { findChange } from './change.js'
import {
  type AskedServer,
  FOREIGN,
  type Found,
  isAccepting,
  type Judged,
  judgeByAsked,
  objectionsOf,
  toClient,
  verdictOf,
} from './judge.js'

/** Begins the id of the requirement that a server accepts a client. */
const PREFIX = 'accepted-by-'

/** What named authorization servers make of documents. */
export interface Acceptances {
  /** A requirement for each of them: that it accepts the client. */
  readonly rules: readonly Rule[]
  /** Says what they make of a document; undefined when it is no JSON object. */
  of(document: MetadataDocument): Acceptance | undefined
}

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
