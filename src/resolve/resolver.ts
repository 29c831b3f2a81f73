import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { differencesOf } from '../core/difference.js'
import { parseDocument, unreadDocument } from '../core/document.js'
import { evaluate, type Ruleset } from '../core/engine.js'
import { type Answer, headersOf } from '../core/hosting.js'
import type { Metadata } from '../core/metadata.js'
import type { Exchange, MetadataDocument, Report, Severity } from '../core/types.js'
import { splitUrl } from '../core/url.js'
import { freshnessOf } from '../hosting/freshness.js'
import { type Observing, observe } from '../hosting/observe.js'
import { createHttp, type HttpOptions } from '../net/http.js'
import { isPassing } from '../net/transport-error.js'
import { type BudgetLimits, createBudget } from './budget.js'
import { type CacheLimits, createCache, type Entry, type Store } from './cache.js'
import { createSharing } from './share.js'

/** What a server accepts beyond what the specifications say. */
export interface ResolvePolicy {
  /** Whether a document must be sent as JSON; by default it must. */
  readonly mediaTypes?: 'json' | 'any' | undefined
  /** Whether a client identifier must be spelled as URL parsers spell it; by default it must. */
  readonly canonical?: boolean | undefined
  /** Which answers are documents; by default those with status 200 alone. */
  readonly status?: 'exactly-200' | '2xx' | undefined
}

/** What a resolver asks for and keeps at most. */
export interface ResolveLimits {
  /** Fetches at the same time; by default 16, of which one origin gets 4. */
  readonly concurrency?: number | undefined
  readonly concurrencyPerOrigin?: number | undefined
  /** Fetches in a minute; by default 120, of which one origin gets 30. */
  readonly fetchesPerMinute?: number | undefined
  readonly fetchesPerMinutePerOrigin?: number | undefined
  /** Documents and key sets in memory; by default 1000. Another `cache` has limits of its own. */
  readonly cacheEntries?: number | undefined
  /** Memory of all of them, in bytes; by default 8 MiB. */
  readonly cacheBytes?: number | undefined
  /** For how long a document is used at least that may be kept at all, in seconds; by default 0. */
  readonly minFreshSeconds?: number | undefined
  /** For how long a document is used at most, in seconds; by default a day. */
  readonly maxFreshSeconds?: number | undefined
}

/** How clients are resolved. */
export interface ResolverOptions {
  readonly policy?: ResolvePolicy | undefined
  /** Whether a client may be asked about; only what it allows is fetched. */
  readonly allow?: ((url: URL) => boolean | Promise<boolean>) | undefined
  /** Whether a client must not be asked about. */
  readonly deny?: ((url: URL) => boolean | Promise<boolean>) | undefined
  /** Replaces DNS; every address it gives is judged. */
  readonly lookup?: HttpOptions['lookup']
  /** Addresses that are named explicitly and not judged: `host:port` to `address:port`. */
  readonly connectTo?: Readonly<Record<string, string>> | undefined
  /** Certificates in PEM that are trusted instead of the public ones. */
  readonly ca?: string | undefined
  /** For everything from DNS to the last byte, in milliseconds; by default 5000. */
  readonly timeout?: number | undefined
  /** The longest document that is read, in bytes; by default 5120. */
  readonly maxBytes?: number | undefined
  /** Where documents are kept; by default in memory. */
  readonly cache?: Store | undefined
  readonly limits?: ResolveLimits | undefined
}

/** Where something came from: its URL, the cache, or the cache after its URL said that it is unchanged. */
type Origin = 'fetched' | 'cached' | 'revalidated'

/** A client that may be used. */
export interface Resolved {
  readonly ok: true
  /** The members of the document that are of their registered type. */
  readonly client: Metadata
  /** SHA-256 of the document as it was sent, in hexadecimal. */
  readonly sha256: string
  readonly source: Origin
  /** Until when the document may be used without asking again. */
  readonly freshUntil: Date
  /** The members that changed since the document was last kept. */
  readonly changed: readonly string[]
  readonly report: Report
}

/** Keys that may be used. */
export interface ResolvedKeys {
  readonly ok: true
  /** A JWK Set, of the document itself or of its `jwks_uri`. */
  readonly jwks: Readonly<Record<string, unknown>>
  readonly source: Origin
  readonly freshUntil: Date
  readonly report: Report
}

/** A client that may not be used. */
export interface Unresolved {
  readonly ok: false
  readonly error: 'invalid_client' | 'temporarily_unavailable'
  /** For whoever sent the client identifier: always the same, so that it tells nothing of a network. */
  readonly publicMessage: string
  /** Whether another attempt may succeed. */
  readonly retryable: boolean
  /** For the operator: everything that was seen. */
  readonly report: Report
}

/** What became of a client identifier. */
export type Resolution = Resolved | Unresolved

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

const PUBLIC_MESSAGE = 'the client metadata could not be retrieved or used'

/** The specification recommends 5 kilobytes, and implementers take the larger. */
const MAX_BYTES = 5120
const TIMEOUT = 5000
/** How long DNS is not asked again about a name it had no public address of, in milliseconds. */
const REST = 5000

const sourceOf = (name: string) => ({ kind: 'url', name }) as const

/**
 * Makes a resolver.
 *
 * @param ruleset What documents are judged by; entries of another ruleset are not found in the cache.
 */
export function createResolver(ruleset: Ruleset, options: ResolverOptions): ClientResolver {
  const { allow, deny, limits = {}, policy = {}, timeout = TIMEOUT, maxBytes = MAX_BYTES } = options
  const observing = { timeout, maxBytes, retries: 0, probe: false, links: undefined }
  const http = createHttp({
    lookup: options.lookup,
    ca: options.ca,
    connectTo: Object.entries(options.connectTo ?? {}).map(toConnectTo),
    ignoresEnvironment: true,
  })
  const cache = createCache(options.cache, cacheLimitsOf(limits), timeout)
  const budget = createBudget(budgetLimitsOf(limits))
  const clients = createSharing<Resolution>()
  const keys = createSharing<ResolvedKeys | Unresolved>()
  const resting = new LRUCache<string, Unresolved>({ max: 1000, ttl: REST })
  const prefix = `mcp-cimd:1:${ruleset.profile.id}:${JSON.stringify(policy)}:`

  /** Judges what was observed, by what this server decides too. */
  const judge = (document: MetadataDocument): Report =>
    evaluate(document, ruleset, { severities: severitiesOf(policy, document.hosting?.answer) })

  const refuse = (clientId: string, reason: string, retryable: boolean): Unresolved =>
    toUnresolved(judge(unreadDocument({ clientId, source: sourceOf(clientId) }, reason)), retryable)

  /** Fetches within the budget; what needs no network costs none of it. */
  async function spend<T>(
    url: string,
    clientId: string,
    act: () => Promise<T>,
  ): Promise<T | Unresolved> {
    if (http.refuses(url)) return act()
    const giveBack = budget.take(originOf(url))
    if (!giveBack) return refuse(clientId, 'this server fetches too many documents now', true)
    try {
      return await act()
    } finally {
      giveBack()
    }
  }

  async function fetchClient(
    key: string,
    clientId: string,
    entry: Entry | undefined,
    signal: AbortSignal,
  ): Promise<Resolution> {
    const headers = entry ? validatorsOf(entry) : {}
    const how: Observing = { ...observing, headers, signal }
    const document = await observe(clientId, sourceOf(clientId), undefined, how, http)
    const answer = document.hosting?.answer
    if (entry && answer?.status === 304 && Object.keys(headers).length > 0) {
      return keepUnchanged(key, entry, answer)
    }
    const report = judge(document)
    if (report.outcome !== 'passed' || !answer) {
      const retryable = isRetryable(document.hosting?.exchanges.at(-1), answer?.status)
      const resolution = toUnresolved(report, retryable)
      if (document.hosting?.exchanges.at(-1)?.error?.phase === 'dns') {
        resting.set(clientId, resolution)
      }
      // No document any more: what was kept is not used again, not even as stale.
      if (!retryable) await cache.delete(key)
      return resolution
    }
    const fresh = toEntry(clientId, answer, document.metadata, report, cache.expiryOf)
    await cache.set(key, fresh, answer.freshness.isStorable)
    const changed = entry
      ? Array.from(differencesOf(entry.value, fresh.value), ({ name }) => name)
      : []
    return toResolved(fresh, 'fetched', answer.freshness.isStorable, changed)
  }

  async function keepUnchanged(key: string, entry: Entry, answer: Answer): Promise<Resolved> {
    // RFC 9111 section 3.2: what the 304 says replaces what was said before.
    const named = new Set(answer.headers.map(([name]) => name.toLowerCase()))
    const kept = entry.headers.filter(([name]) => !named.has(name.toLowerCase()))
    const headers = [...kept, ...answer.headers]
    const freshness = freshnessOf(200, headers)
    const storedAt = Date.now()
    const renewed = freeze({ ...entry, headers, storedAt, freshUntil: cache.expiryOf(freshness) })
    await cache.set(key, renewed, freshness.isStorable)
    return toResolved(renewed, 'revalidated', freshness.isStorable, [])
  }

  async function fetchKeys(
    key: string,
    clientId: string,
    client: Metadata,
    signal: AbortSignal,
  ): Promise<ResolvedKeys | Unresolved> {
    const source = sourceOf(clientId)
    const local = parseDocument(JSON.stringify(client), { source })
    const how: Observing = { ...observing, links: ['jwks_uri'] as const, signal }
    const document = await observe(undefined, source, local, how, http)
    const report = judge(document)
    const answer = document.hosting?.links?.[0]?.answer
    const jwks = document.hosting?.keys?.document.metadata.jwks
    if (report.outcome !== 'passed' || !answer || !jwks) {
      return toUnresolved(report, isRetryable(document.hosting?.exchanges.at(-1), answer?.status))
    }
    const fresh = toEntry(answer.url, answer, jwks as Metadata, report, cache.expiryOf)
    await cache.set(key, fresh, answer.freshness.isStorable)
    return toResolvedKeys(fresh, 'fetched', answer.freshness.isStorable)
  }

  async function resolve(clientId: string, { signal }: CallOptions = {}): Promise<Resolution> {
    signal?.throwIfAborted()
    if (allow || deny) {
      const reason = await findRefusal(clientId, options)
      if (reason !== undefined) return refuse(clientId, reason, false)
    }
    const key = `${prefix}client:${clientId}`
    const found = cache.get(key)
    const entry = ofUrl(found instanceof Promise ? await found : found, clientId)
    if (entry && cache.isFresh(entry)) return toResolved(entry, 'cached', true, [])
    return clients.join(
      key,
      signal,
      async (ending) =>
        resting.get(clientId) ??
        spend(clientId, clientId, () => fetchClient(key, clientId, entry, ending)),
    )
  }

  return {
    resolve,
    async jwks(clientId, { signal } = {}) {
      const resolution = await resolve(clientId, { signal })
      if (!resolution.ok) return resolution
      const { client, freshUntil, report, source } = resolution
      if (client.jwks) return { ok: true, jwks: client.jwks, source, freshUntil, report }
      const url = client.jwks_uri
      if (url === undefined) return refuse(clientId, 'the client publishes no keys', false)
      const key = `${prefix}keys:${clientId} ${url}`
      const found = cache.get(key)
      const entry = ofUrl(found instanceof Promise ? await found : found, url)
      if (entry && cache.isFresh(entry)) return toResolvedKeys(entry, 'cached', true)
      return keys.join(key, signal, (ending) =>
        spend(url, clientId, () => fetchKeys(key, clientId, client, ending)),
      )
    },
  }
}

const budgetLimitsOf = (limits: ResolveLimits): BudgetLimits => ({
  concurrency: limits.concurrency ?? 16,
  concurrencyPerOrigin: limits.concurrencyPerOrigin ?? 4,
  fetchesPerMinute: limits.fetchesPerMinute ?? 120,
  fetchesPerMinutePerOrigin: limits.fetchesPerMinutePerOrigin ?? 30,
})

const cacheLimitsOf = (limits: ResolveLimits): CacheLimits => ({
  entries: limits.cacheEntries ?? 1000,
  bytes: limits.cacheBytes ?? 8 * 1_048_576,
  minFreshSeconds: limits.minFreshSeconds ?? 0,
  maxFreshSeconds: limits.maxFreshSeconds ?? 86_400,
})

/** Why a client is not even asked about, as a clause. */
async function findRefusal(
  clientId: string,
  { allow, deny }: ResolverOptions,
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
  { mediaTypes = 'json', canonical = true, status = 'exactly-200' }: ResolvePolicy,
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

/** An entry is that of a URL when it says so: a store may give anything. */
const ofUrl = (entry: Entry | undefined, url: string): Entry | undefined =>
  entry?.url === url ? entry : undefined

/** What asks whether something changed: RFC 9110 sections 13.1.2 and 13.1.3. */
function validatorsOf({ headers }: Entry): Record<string, string> {
  const [etag] = headersOf({ headers }, 'etag')
  if (etag !== undefined) return { 'If-None-Match': etag }
  const [modified] = headersOf({ headers }, 'last-modified')
  return modified === undefined ? {} : { 'If-Modified-Since': modified }
}

const toEntry = (
  url: string,
  { body, freshness, headers }: Answer,
  value: Metadata,
  report: Report,
  expiryOf: (freshness: Answer['freshness']) => number,
): Entry =>
  freeze({
    version: 1,
    url,
    storedAt: Date.now(),
    freshUntil: expiryOf(freshness),
    sha256: createHash('sha256').update(body).digest('hex'),
    headers: headers.map(([name, value]) => [name, value] as const),
    value,
    report,
  })

const toResolved = (
  { freshUntil, report, sha256, storedAt, value }: Entry,
  source: Origin,
  isKept: boolean,
  changed: readonly string[],
): Resolved => ({
  ok: true,
  client: value,
  sha256,
  source,
  freshUntil: new Date(isKept ? freshUntil : storedAt),
  changed,
  report,
})

const toResolvedKeys = (
  { freshUntil, report, storedAt, value }: Entry,
  source: Origin,
  isKept: boolean,
): ResolvedKeys => ({
  ok: true,
  jwks: value as Readonly<Record<string, unknown>>,
  source,
  freshUntil: new Date(isKept ? freshUntil : storedAt),
  report,
})

const toUnresolved = (report: Report, retryable: boolean): Unresolved => ({
  ok: false,
  error: retryable ? 'temporarily_unavailable' : 'invalid_client',
  publicMessage: PUBLIC_MESSAGE,
  retryable,
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
  return `${host?.text.toLowerCase()}:${port?.text || '443'}`
}

/** Several callers get the same objects, and none may change what another sees. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const item of Object.values(value)) freeze(item)
    Object.freeze(value)
  }
  return value
}

/** `host:port` and `address:port`, an IPv6 address in brackets. */
const PLACE = /^(\[[^\]]+\]|[^:[\]]+):([0-9]{1,5})$/

function toConnectTo([from, to]: readonly [string, string]) {
  const [, host = '', port = ''] = PLACE.exec(from) ?? []
  const [, toHost = '', toPort = ''] = PLACE.exec(to) ?? []
  if (host === '' || toHost === '') {
    throw new TypeError(
      `connectTo has ${JSON.stringify(from)}: ${JSON.stringify(to)}: write "host:port": "address:port"`,
    )
  }
  return { host: unbracket(host), port, toHost: unbracket(toHost), toPort }
}

const unbracket = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')
