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
  get(key: string): Entry | undefined | Promise<Entry | undefined>
  isFresh(entry: Entry): boolean
  /** Until when something may be used; in the past for what may not be kept. */
  expiryOf(freshness: Freshness): number
  set(key: string, entry: Entry, isKept: boolean): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * Makes a cache in a store, by default in memory.
 *
 * @param patience How long a store may take, in milliseconds.
 */
export function createCache(
  store: Store | undefined,
  limits: CacheLimits,
  patience: number,
): Cache {
  const inUse = store ?? createMemory(limits)
  const ceiling = limits.maxFreshSeconds * 1000
  const tolerate = async (work: () => unknown): Promise<unknown> => {
    try {
      return await within(patience, work())
    } catch {
      // A cache that fails costs a fetch, nothing else.
      return undefined
    }
  }
  return {
    get(key) {
      // In memory nothing is waited for.
      if (!store) return inUse.get(key) as Entry | undefined
      return tolerate(() => inUse.get(key)).then((value) => (isEntry(value) ? value : undefined))
    },
    isFresh({ freshUntil, storedAt }) {
      const now = Date.now()
      // Another process may have another clock, or had other limits.
      return freshUntil > now && freshUntil - now <= ceiling && storedAt <= freshUntil
    },
    expiryOf({ remaining }) {
      const seconds = Math.max(limits.minFreshSeconds, Math.min(limits.maxFreshSeconds, remaining))
      return Date.now() + seconds * 1000
    },
    async set(key, entry, isKept) {
      if (!isKept) return this.delete(key)
      const ttl = entry.freshUntil - Date.now() + STALE
      await tolerate(() => inUse.set(key, entry, ttl))
    },
    async delete(key) {
      await tolerate(() => inUse.delete(key))
    },
  }
}

function createMemory({ entries, bytes }: CacheLimits): Store {
  const memory = new LRUCache<string, Entry>({
    max: entries,
    maxSize: bytes,
    sizeCalculation: ({ report, value }) =>
      // Two bytes for a character.
      OVERHEAD + 2 * (JSON.stringify(report).length + JSON.stringify(value).length),
  })
  return {
    get: (key) => memory.get(key),
    set: (key, entry, ttl) => memory.set(key, entry as Entry, { ttl: ttl ?? 0 }),
    delete: (key) => memory.delete(key),
  }
}

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
    isObject(entry.value) &&
    isObject(entry.report)
  )
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
