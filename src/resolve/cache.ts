import { LRUCache } from 'lru-cache'
import type { Freshness } from '../core/hosting.js'
import type { Metadata } from '../core/metadata.js'
import type { Report } from '../core/types.js'

/**
 * Where a resolver keeps what it may keep: a `Map`, a Keyv instance, or anything alike. Values are plain
 * JSON. What it throws, and what takes too long, counts as not found.
 */
export interface Store {
  get(key: string): unknown
  /** @param ttl Milliseconds after which the value is of no use any more. */
  set(key: string, value: unknown, ttl?: number): unknown
  delete(key: string): unknown
}

/** What is kept of a document or a JWK Set. */
export interface Entry {
  readonly version: 1
  /** What was asked for, character for character. */
  readonly url: string
  /** When it was fetched or found unchanged, in milliseconds since 1970. */
  readonly storedAt: number
  /** Until when it may be used without asking, in milliseconds since 1970. */
  readonly freshUntil: number
  /** SHA-256 of the body, in hexadecimal. */
  readonly sha256: string
  /** Those that say how long it is fresh, and what to ask with whether it changed. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The members of a document, or a JWK Set. */
  readonly value: Metadata
  readonly report: Report
}

/** How long what is kept may be used. */
export interface CacheLimits {
  readonly entries: number
  readonly bytes: number
  readonly minFreshSeconds: number
  readonly maxFreshSeconds: number
}

/** How long a stale entry is kept to be revalidated and compared with, in milliseconds. */
const STALE = 86_400_000

/** What an entry weighs besides its report and its members, in bytes. */
const OVERHEAD = 512

/** Keeps entries, never longer than allowed, and never fails. */
export interface Cache {
  /** What is in memory is there at once, and nothing else. */
  peek(key: string): Entry | undefined
  /** What is kept of a URL: a store may give anything. */
  get(key: string, url: string): Promise<Entry | undefined>
  isFresh(entry: Entry): boolean
  /** Until when something may be used that may be kept. */
  expiryOf(freshness: Freshness): number
  set(key: string, entry: Entry, isKept: boolean): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * Makes a cache in a store, by default in memory.
 *
 * @param patience How long a store may take, in milliseconds.
 * @param prefix What keys in a store begin with; memory is not shared.
 */
export function createCache(
  store: Store | undefined,
  limits: CacheLimits,
  patience: number,
  prefix: string,
): Cache {
  const memory = store ? undefined : createMemory(limits)
  const inUse = (store ?? memory) as Store
  const nameOf = (key: string): string => (store ? prefix + key : key)
  const ceiling = limits.maxFreshSeconds * 1000
  const tolerate = async (work: () => unknown): Promise<unknown> => {
    try {
      const made = work()
      return isThenable(made) ? await within(patience, made) : made
    } catch {
      // A cache that fails costs a fetch, nothing else.
      return undefined
    }
  }
  return {
    peek: (key) => memory?.get(key),
    async get(key, url) {
      if (memory) return memory.get(key)
      const found = await tolerate(() => inUse.get(prefix + key))
      return isEntry(found) && found.url === url ? freeze(found) : undefined
    },
    isFresh({ freshUntil, storedAt }) {
      const now = Date.now()
      // Another process may have another clock, or had other limits.
      return storedAt <= now && now < freshUntil && now < storedAt + ceiling
    },
    expiryOf({ remaining }) {
      const seconds = Math.max(limits.minFreshSeconds, Math.min(limits.maxFreshSeconds, remaining))
      // Stores such as Redis take whole milliseconds only.
      return Date.now() + Math.floor(seconds * 1000)
    },
    async set(key, entry, isKept) {
      if (!isKept) return this.delete(key)
      const ttl = entry.freshUntil - Date.now() + STALE
      await tolerate(() => inUse.set(nameOf(key), entry, ttl))
    },
    async delete(key) {
      await tolerate(() => inUse.delete(nameOf(key)))
    },
  }
}

interface Memory extends Store {
  get(key: string): Entry | undefined
}

function createMemory({ entries, bytes }: CacheLimits): Memory {
  const memory = new LRUCache<string, Entry>({
    max: entries,
    maxSize: bytes,
    sizeCalculation: ({ headers, report, value }, key) =>
      // Two bytes for a character.
      OVERHEAD + 2 * (JSON.stringify([headers, report, value]).length + key.length),
  })
  return {
    get: (key) => memory.get(key),
    // Without a time: what is stale weighs no more than what is fresh, and the clock is looked at once.
    set: (key, entry) => memory.set(key, entry as Entry),
    delete: (key) => memory.delete(key),
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'

/** Waits for something a number of milliseconds at most. */
async function within(patience: number, work: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patience, undefined)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What comes out of a store was put there by another program, or by another version of this one. */
function isEntry(value: unknown): value is Entry {
  const entry = (value ?? {}) as Partial<Entry>
  return (
    entry.version === 1 &&
    typeof entry.url === 'string' &&
    typeof entry.sha256 === 'string' &&
    Number.isFinite(entry.storedAt) &&
    Number.isFinite(entry.freshUntil) &&
    Array.isArray(entry.headers) &&
    entry.headers.every(isHeader) &&
    isObject(entry.value) &&
    isObject(entry.report) &&
    entry.report?.outcome === 'passed'
  )
}

const isHeader = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Several callers get the same objects, and none may change what another sees. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const item of Object.values(value)) freeze(item)
    Object.freeze(value)
  }
  return value
}
