import { unbracket } from '../core/url.js'
import type { ConnectTo } from '../net/dial.js'
import type { HttpOptions } from '../net/http.js'
import type { BudgetLimits } from './budget.js'
import type { CacheLimits, Store } from './cache.js'

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

/** What there is when nobody says otherwise. */
const LIMITS = {
  concurrency: 16,
  concurrencyPerOrigin: 4,
  fetchesPerMinute: 120,
  fetchesPerMinutePerOrigin: 30,
  cacheEntries: 1000,
  cacheBytes: 8 * 1_048_576,
  minFreshSeconds: 0,
  maxFreshSeconds: 86_400,
} as const satisfies Record<keyof ResolveLimits, number>

/** The specification recommends 5 kilobytes, and implementers take the larger. */
const MAX_BYTES = 5120
const TIMEOUT = 5000

/** No timer of Node.js is longer, in milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** Options that were judged, none of them missing that has a default. */
export interface Settings extends Pick<ResolverOptions, 'allow' | 'deny' | 'lookup' | 'ca'> {
  readonly policy: Required<{ [K in keyof ResolvePolicy]: NonNullable<ResolvePolicy[K]> }>
  readonly connectTo: readonly ConnectTo[]
  readonly timeout: number
  readonly maxBytes: number
  readonly cache: Store | undefined
  readonly budgetLimits: BudgetLimits
  readonly cacheLimits: CacheLimits
}

/**
 * Judges options before anything is asked for.
 *
 * @throws TypeError when one is not of its form.
 */
export function settingsOf(options: ResolverOptions): Settings {
  const { allow, ca, cache, connectTo = {}, deny, lookup, policy = {} } = options
  const { timeout = TIMEOUT, maxBytes = MAX_BYTES } = options
  for (const [name, hook] of Object.entries({ allow, deny, lookup })) {
    if (hook !== undefined && typeof hook !== 'function') throw wrong(name, hook, 'a function')
  }
  for (const name of ['get', 'set', 'delete'] as const) {
    if (cache !== undefined && typeof cache?.[name] !== 'function') {
      throw wrong(`cache.${name}`, cache?.[name], 'a function')
    }
  }
  checkNumber('timeout', timeout, 1, LONGEST_TIMEOUT)
  checkNumber('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER)
  return {
    ...limitsOf(options.limits ?? {}),
    allow,
    deny,
    lookup,
    ca,
    cache,
    timeout,
    maxBytes,
    connectTo: Object.entries(connectTo).map(toConnectTo),
    policy: {
      mediaTypes: policy.mediaTypes ?? 'json',
      canonical: policy.canonical ?? true,
      status: policy.status ?? 'exactly-200',
    },
  }
}

function limitsOf(given: ResolveLimits): Pick<Settings, 'budgetLimits' | 'cacheLimits'> {
  const limit = (name: keyof ResolveLimits): number => {
    const value = given[name] ?? LIMITS[name]
    const least = name.endsWith('Seconds') ? 0 : 1
    checkNumber(`limits.${name}`, value, least, Number.MAX_SAFE_INTEGER)
    return value
  }
  const cacheLimits = {
    entries: limit('cacheEntries'),
    bytes: limit('cacheBytes'),
    minFreshSeconds: limit('minFreshSeconds'),
    maxFreshSeconds: limit('maxFreshSeconds'),
  }
  const { minFreshSeconds, maxFreshSeconds } = cacheLimits
  if (minFreshSeconds > maxFreshSeconds) {
    throw wrong('limits.minFreshSeconds', minFreshSeconds, `at most ${maxFreshSeconds}`)
  }
  return {
    cacheLimits,
    budgetLimits: {
      concurrency: limit('concurrency'),
      concurrencyPerOrigin: limit('concurrencyPerOrigin'),
      fetchesPerMinute: limit('fetchesPerMinute'),
      fetchesPerMinutePerOrigin: limit('fetchesPerMinutePerOrigin'),
    },
  }
}

const wrong = (name: string, value: unknown, expected: string): TypeError =>
  new TypeError(`${name} is ${typeof value === 'number' ? value : typeof value}, not ${expected}`)

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return
  throw wrong(name, value, `a whole number from ${least} to ${most}`)
}

/** `host:port` and `address:port`, an IPv6 address in brackets. */
const PLACE = /^(\[[^\]]+\]|[^:[\]]+):([0-9]{1,5})$/

function toConnectTo([from, to]: readonly [string, string]): ConnectTo {
  const [, host = '', port = ''] = PLACE.exec(from) ?? []
  const [, toHost = '', toPort = ''] = PLACE.exec(to) ?? []
  if (host === '' || toHost === '' || Number(port) > 65_535 || Number(toPort) > 65_535) {
    throw new TypeError(
      `connectTo has ${JSON.stringify(from)}: ${JSON.stringify(to)}: write "host:port": "address:port"`,
    )
  }
  return { host: unbracket(host), port, toHost: unbracket(toHost), toPort }
}
