import { MAX_BYTES, parseDocument, unreadDocument } from './core/document.js'
import { quote } from './core/printable.js'
import type { Listed, MetadataDocument, Source } from './core/types.js'
import { explain, type Io, isSystemError, say, toUsageError } from './io.js'

/** A document to be judged. */
export interface Loaded {
  readonly document: MetadataDocument
  /** The profile it asks for itself, as a line of NDJSON may. */
  readonly profile?: string
}

/** Documents as they come: what is at hand together is one batch. */
type Batches = AsyncIterable<Iterable<Loaded>> | Iterable<Iterable<Loaded>>

/** What a run is given to judge. */
export interface Input {
  /** How many documents there will be; undefined when nobody can know. */
  readonly count: number | undefined
  readonly batches: Batches
  /** Whether it ends by itself when the run is interrupted, with what there is; and may take its time. */
  readonly endsItself?: boolean
  /** What is to be said of all of it, at the end of a report. */
  readonly remark?: string | undefined
}

/** One byte more than a document may have tells that it has too many. */
export const READ_LIMIT = MAX_BYTES + 1

/** Documents in files of their own, read one after the other; those at URLs are left to be fetched. */
export const fromFiles = (
  { names, listed }: Found,
  clientIdOf: (name: string) => string | undefined,
  io: Io,
): Input => ({
  count: names.length,
  batches: [readFiles(names, (name) => listed?.get(name), clientIdOf, io)],
})

/** What targets lead to. */
export interface Found {
  readonly names: readonly string[]
  /** Which line of a list names a URL. */
  readonly listed?: ReadonlyMap<string, Listed>
}

function* readFiles(
  names: readonly string[],
  listedAt: (url: string) => Listed | undefined,
  clientIdOf: (name: string) => string | undefined,
  io: Io,
): Iterable<Loaded> {
  for (const name of names) {
    const document = isUrl(name)
      ? awaitDocument(name, listedAt(name))
      : loadFile(name, clientIdOf(name), io)
    yield { document }
  }
}

/** Stands for a document that is still to be fetched. */
const awaitDocument = (name: string, listed: Listed | undefined): MetadataDocument =>
  unreadDocument({ source: { kind: 'url', name, ...(listed && { listed }) }, clientId: name })

/** Whether a target is the URL of a document, however it is spelled. */
export const isUrl = (name: string): boolean => /^https?:/i.test(name)

/** What cannot be read is a document too, of which nothing can be judged. */
function loadFile(name: string, clientId: string | undefined, io: Io): MetadataDocument {
  const source: Source = { kind: 'file', name }
  try {
    return parseDocument(io.readFile(name, READ_LIMIT), { source, clientId })
  } catch (error) {
    if (!isSystemError(error)) throw error
    const reason = `cannot be read: ${explain(error)}`
    say(io, `${quote(name)} ${reason}`)
    return unreadDocument({ source, clientId }, `the document ${reason}`)
  }
}

/** The document on standard input. */
export const fromStdin = (clientId: string | undefined, io: Io): Input => ({
  count: 1,
  batches: readStdin(clientId, io),
})

async function* readStdin(clientId: string | undefined, io: Io): AsyncIterable<Iterable<Loaded>> {
  const source: Source = { kind: 'stdin', name: '<stdin>' }
  yield [{ document: parseDocument(await collectStdin(READ_LIMIT, io), { source, clientId }) }]
}

/** Reads standard input to its end, at most `limit` bytes of it. */
export async function collectStdin(limit: number, io: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of io.readStdin()) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit)
}

/** One part of the targets of a run. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Target k, counted from 1, belongs to shard k mod n: 1/3, 2/3 and 3/3, which is 0/3 too. */
export const isInShard = ({ index, count }: Shard, k: number): boolean =>
  k % count === index % count

/** Each file once, by the name it was first given. */
export function withoutRepeated(names: readonly string[], io: Io): string[] {
  const seen = new Set<string>()
  return names.filter((name) => {
    const path = isUrl(name) ? name : io.resolve(name)
    return !seen.has(path) && seen.add(path)
  })
}

/**
 * Says whether a name is that of a regular file that can be read.
 *
 * @returns False for whatever else the name may be: a directory, a pattern, nothing at all.
 *
 * @throws UsageError when it is a file that cannot be read.
 */
export function isReadableFile(name: string, io: Io): boolean {
  try {
    if (io.statOf(name)?.kind !== 'file') return false
    io.checkReadable(name)
    return true
  } catch (error) {
    throw toUsageError(name, error)
  }
}
