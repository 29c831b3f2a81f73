import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { differencesOf } from '../core/difference.js'
import { parseDocument, unreadDocument } from '../core/document.js'
import { evaluate, type Ruleset } from '../core/engine.js'
import { type Answer, conditionOf, headersOf } from '../core/hosting.js'
import type { Metadata } from '../core/metadata.js'
import type { Exchange, MetadataDocument, Report, Severity } from '../core/types.js'
import { splitUrl } from '../core/url.js'
import { freshnessOf } from '../hosting/freshness.js'
import { type Observing, observe } from '../hosting/observe.js'
import { createHttp } from '../net/http.js'
import { isPassing } from '../net/transport-error.js'
import { createBudget } from './budget.js'
import { createCache, type Entry, freeze } from './cache.js'
import type { Settings } from './options.js'
import {
  own,
  type Resolution,
  type Resolved,
  type ResolvedKeys,
  toResolved,
  toResolvedKeys,
  toUnresolved,
  type Unresolved,
} from './resolution.js'
import { createSharing, unlessAborted } from './share.js'

/** How one question is asked. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** Resolves clients for an authorization server. */
export interface ClientResolver {
  /**
   * @param clientId The `client_id` as it was received, not normalized in any way.
   *
   * @throws The reason of `signal`, and what `allow` and `deny` throw.
   */
  resolve(clientId: string, options?: CallOptions): Promise<Resolution>
  /**
   * Gives the keys of a client, from its document or its `jwks_uri`.
   *
   * @throws The reason of `signal`, and what `allow` and `deny` throw.
   */
  jwks(clientId: string, options?: CallOptions): Promise<ResolvedKeys | Unresolved>
}

/** How long a store may take before what it has counts as not found, in milliseconds. */
const STORE_PATIENCE = 500
/** How long DNS is not asked again about a name it had no public address of, in milliseconds. */
const REST = 5000
/** How many such names are remembered. */
const MAX_RESTING = 1000

const TOO_MANY = 'this server fetches too many documents now'

const sourceOf = (name: string) => ({ kind: 'url', name }) as const

/**
 * Makes a resolver.
 *
 * @param ruleset What documents are judged by; entries of another ruleset are not found in the cache.
 */
export function createResolver(ruleset: Ruleset, settings: Settings): ClientResolver {
  const { allow, ca, connectTo, deny, lookup, maxBytes, policy, timeout } = settings
  const observing = { timeout, maxBytes, retries: 0, probe: false, links: undefined }
  const http = createHttp({ lookup, ca, connectTo, ignoresEnvironment: true })
  const budget = createBudget(settings.budgetLimits)
  const clients = createSharing<Resolution>()
  const keys = createSharing<ResolvedKeys | Unresolved>()
  const resting = new LRUCache<string, Unresolved>({ max: MAX_RESTING, ttl: REST })
  const { mediaTypes, canonical, status } = policy
  // Another version may judge otherwise.
  const prefix = `mcp-cimd:${VERSION}:${ruleset.profile.id}:${mediaTypes}:${canonical}:${status}:`
  const patience = Math.min(timeout, STORE_PATIENCE)
  const cache = createCache(settings.cache, settings.cacheLimits, patience, prefix)

  /** Judges what was observed, by what this server decides too. */
  const judge = (document: MetadataDocument): Report =>
    evaluate(document, ruleset, { severities: severitiesOf(policy, document.hosting?.answer) })

  const judgeText = (clientId: string, reason: string): Report =>
    judge(unreadDocument({ clientId, source: sourceOf(clientId) }, reason))

  const refuse = (clientId: string, reason: string, retryable: boolean): Unresolved =>
    toUnresolved(judgeText(clientId, reason), retryable)

  /** Observes within the budget, or not at all; what needs no network costs none of it. */
  async function spend(
    url: string,
    act: () => Promise<MetadataDocument>,
  ): Promise<MetadataDocument | undefined> {
    if (http.refuses(url)) return act()
    const giveBack = budget.take(originOf(url))
    if (!giveBack) return undefined
    try {
      return await act()
    } finally {
      giveBack()
    }
  }

  /** Says why there is nothing to use, and remembers for a while what DNS said, and nothing else. */
  function fail(key: string, document: MetadataDocument, report: Report, status?: number) {
    const last = document.hosting?.exchanges.at(-1)
    const unresolved = toUnresolved(report, isRetryable(last, status))
    if (last?.error?.phase === 'dns') resting.set(key, unresolved)
    return unresolved
  }

  async function findClient(clientId: string, signal: AbortSignal): Promise<Resolution> {
    const isRefused = http.refuses(clientId)
    const entry = isRefused ? undefined : await cache.get(clientId, clientId)
    if (entry && cache.isFresh(entry)) return toResolved(entry, 'cached', true, [])
    const rested = resting.get(clientId)
    if (rested) return rested
    if (!isRefused) {
      const report = judgeText(clientId, 'its client identifier is refused, so it was not fetched')
      if (report.outcome === 'failed') return toUnresolved(report, false)
    }
    return fetchClient(clientId, entry, signal)
  }

  async function fetchClient(
    clientId: string,
    entry: Entry | undefined,
    signal: AbortSignal,
  ): Promise<Resolution> {
    const condition = entry && conditionOf(entry)
    const headers = condition && { [condition[0]]: condition[1] }
    const how: Observing = { ...observing, headers, signal }
    const document = await spend(clientId, () =>
      observe(clientId, sourceOf(clientId), undefined, how, http),
    )
    if (!document) return refuse(clientId, TOO_MANY, true)
    const answer = document.hosting?.answer
    if (entry && answer && isUnchanged(entry, answer)) return keepUnchanged(entry, answer)
    const report = judge(document)
    if (report.outcome !== 'passed' || !answer) {
      const unresolved = fail(clientId, document, report, answer?.status)
      // No document any more: what was kept is not used again, not even as stale.
      if (!unresolved.retryable) await cache.delete(clientId)
      return unresolved
    }
    const fresh = toEntry(clientId, answer, document.metadata, report, cache.expiryOf)
    await cache.set(clientId, fresh, answer.freshness.isStorable)
    const changed = entry
      ? Array.from(differencesOf(entry.value, fresh.value), ({ name }) => name)
      : []
    return toResolved(fresh, 'fetched', answer.freshness.isStorable, freeze(changed))
  }

  async function keepUnchanged(entry: Entry, answer: Answer): Promise<Resolved> {
    // RFC 9111 section 3.2: what the 304 says replaces what was said before.
    const named = new Set(answer.headers.map(([name]) => name.toLowerCase()))
    // It comes from the host, however long a cache on the way had kept the document before.
    const kept = entry.headers.filter(([name]) => name !== 'age' && !named.has(name))
    const headers = [...kept, ...keptOf(answer)]
    const freshness = freshnessOf(200, headers)
    const storedAt = Date.now()
    const renewed = freeze({ ...entry, headers, storedAt, freshUntil: cache.expiryOf(freshness) })
    await cache.set(entry.url, renewed, freshness.isStorable)
    return toResolved(renewed, 'revalidated', freshness.isStorable, [])
  }

  async function findKeys(
    key: string,
    clientId: string,
    client: Metadata & { readonly jwks_uri: string },
    signal: AbortSignal,
  ): Promise<ResolvedKeys | Unresolved> {
    const url = client.jwks_uri
    const entry = await cache.get(key, url)
    if (entry && cache.isFresh(entry)) return toResolvedKeys(entry, 'cached', true)
    const rested = resting.get(key)
    if (rested) return rested
    const source = sourceOf(clientId)
    const local = parseDocument(JSON.stringify(client), { source })
    const how: Observing = { ...observing, links: ['jwks_uri'] as const, signal }
    const document = await spend(url, () => observe(undefined, source, local, how, http))
    if (!document) return refuse(clientId, TOO_MANY, true)
    const report = judge(document)
    const answer = document.hosting?.links?.[0]?.answer
    const jwks = document.hosting?.keys?.document.metadata.jwks
    if (report.outcome !== 'passed' || !answer || !jwks) {
      return fail(key, document, report, answer?.status)
    }
    const fresh = toEntry(url, answer, jwks as Metadata, report, cache.expiryOf)
    await cache.set(key, fresh, answer.freshness.isStorable)
    return toResolvedKeys(fresh, 'fetched', answer.freshness.isStorable)
  }

  async function resolve(given: string, { signal }: CallOptions = {}): Promise<Resolution> {
    const clientId = String(given ?? '')
    signal?.throwIfAborted()
    if (allow || deny) {
      const work = findRefusal(clientId, settings)
      const reason = await (signal ? unlessAborted(work, signal) : work)
      if (reason !== undefined) return refuse(clientId, reason, false)
    }
    // In memory nothing is waited for.
    const entry = cache.peek(clientId)
    if (entry && cache.isFresh(entry)) return toResolved(entry, 'cached', true, [])
    return own(await clients.join(clientId, signal, (ending) => findClient(clientId, ending)))
  }

  return {
    resolve,
    async jwks(given, { signal } = {}) {
      const clientId = String(given ?? '')
      const resolution = await resolve(clientId, { signal })
      if (!resolution.ok) return resolution
      const { client, freshUntil, report, source } = resolution
      if (client.jwks) return { ok: true, jwks: client.jwks, source, freshUntil, report }
      const { jwks_uri } = client
      if (jwks_uri === undefined) return refuse(clientId, 'the client publishes no keys', false)
      // No client identifier has a space in it.
      const key = `${clientId} ${jwks_uri}`
      return own(
        await keys.join(key, signal, (ending) =>
          findKeys(key, clientId, { ...client, jwks_uri }, ending),
        ),
      )
    },
  }
}

/** Why a client is not even asked about, as a clause. */
async function findRefusal(
  clientId: string,
  { allow, deny }: Pick<Settings, 'allow' | 'deny'>,
): Promise<string | undefined> {
  // What is no URL is refused by whoever fetches it.
  if (!URL.canParse(clientId)) return undefined
  // Only the hooks see it, and each its own: the document is fetched by the raw string.
  if (await deny?.(new URL(clientId))) return 'this server denies the client, so it was not fetched'
  if (allow && !(await allow(new URL(clientId)))) {
    return 'this server does not allow the client, so it was not fetched'
  }
  return undefined
}

/** What weighs otherwise than in the profile, because this server decides it. */
function severitiesOf(
  { mediaTypes, canonical, status }: Settings['policy'],
  answer: Answer | undefined,
): ReadonlyMap<string, Severity> {
  const isOtherSuccess = answer !== undefined && answer.status > 200 && answer.status < 300
  return new Map<string, Severity>([
    ['fetch-content-type', mediaTypes === 'json' ? 'error' : 'warning'],
    ['url-canonical', canonical ? 'error' : 'warning'],
    ['fetch-no-redirect', 'error'],
    ['fetch-status-200', status === '2xx' && isOtherSuccess ? 'warning' : 'error'],
  ])
}

/** The headers of an answer that matter later: RFC 9111 sections 4.2 and 4.3. */
const KEPT = /^(?:age|cache-control|date|etag|expires|last-modified|pragma|set-cookie|vary)$/

const keptOf = ({ headers }: Answer): Entry['headers'] =>
  headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => KEPT.test(name))

/**
 * Whether an answer says that what is kept is still what its URL has: only when that was asked.
 *
 * @see [RFC 9111 - HTTP Caching](https://www.rfc-editor.org/rfc/rfc9111.html#section-4.3.4)
 */
function isUnchanged(entry: Entry, answer: Answer): boolean {
  if (answer.status !== 304 || !conditionOf(entry)) return false
  const [ours, theirs = ours] = [entry, answer].map((of) => headersOf(of, 'etag')[0])
  return ours === undefined || opaqueOf(ours) === opaqueOf(theirs ?? '')
}

/** An entity tag, weak or not: RFC 9110 section 8.8.3.2. */
const opaqueOf = (etag: string): string => etag.replace(/^W\//, '')

const toEntry = (
  url: string,
  answer: Answer,
  value: Metadata,
  report: Report,
  expiryOf: (freshness: Answer['freshness']) => number,
): Entry =>
  freeze({
    version: 1,
    url,
    storedAt: Date.now(),
    freshUntil: expiryOf(answer.freshness),
    sha256: createHash('sha256').update(answer.body).digest('hex'),
    headers: keptOf(answer),
    value,
    report,
  })

/** What passes by itself, and what a host answers when it cannot answer now: RFC 9110 section 15.6, RFC 6585. */
const isRetryable = (exchange: Exchange | undefined, status: number | undefined): boolean =>
  (exchange?.error !== undefined && isPassing(exchange.error)) ||
  status === 429 ||
  (status !== undefined && status >= 500)

/** The origin that a fetch is counted for. */
function originOf(url: string): string {
  const { host, port } = splitUrl(url) ?? {}
  return `${host?.text.toLowerCase()}:${Number(port?.text || 443)}`
}
