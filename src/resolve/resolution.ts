import type { Metadata } from '../core/metadata.js'
import type { Report } from '../core/types.js'
import { type Entry, freeze } from './cache.js'

/** Where something came from: its URL, the cache, or the cache after its URL said that it is unchanged. */
export type Origin = 'fetched' | 'cached' | 'revalidated'

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

const PUBLIC_MESSAGE = 'the client metadata could not be retrieved or used'

/** Says what may be used; what may not be kept is as old as it is. */
export const toResolved = (
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

/** Says which keys may be used. */
export const toResolvedKeys = (
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

/** Says why something may not be used. */
export const toUnresolved = (report: Report, retryable: boolean): Unresolved =>
  freeze({
    ok: false,
    error: retryable ? 'temporarily_unavailable' : 'invalid_client',
    publicMessage: PUBLIC_MESSAGE,
    retryable,
    report,
  })

/** Gives each caller an object of its own: what is in it is frozen, but for the date. */
export const own = <T extends Resolved | ResolvedKeys | Unresolved>(resolution: T): T =>
  resolution.ok ? { ...resolution, freshUntil: new Date(resolution.freshUntil) } : resolution
