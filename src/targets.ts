import type { Dirent } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import picomatch from 'picomatch'
import { MAX_BYTES, parseDocument } from './core/document.js'
import { UsageError } from './core/errors.js'
import { plural, quote } from './core/printable.js'
import type { Listed } from './core/types.js'
import { attempt, type Io, isSystemError, say, toUsageError } from './io.js'
import {
  collectStdin,
  type Found,
  isInShard,
  isReadableFile,
  isUrl,
  READ_LIMIT,
  type Shard,
  withoutRepeated,
} from './load.js'

/** A target as it was named. */
export interface Named {
  readonly name: string
  /** Where it was named, for messages; undefined for the command line. */
  readonly place?: string
  /** The line of the list that names it. */
  readonly listed?: Listed
  /** Whether it is the name of a file, and nothing else. */
  readonly isFile?: boolean
}

/** How targets are looked for. */
interface Search {
  readonly shard?: Shard | undefined
  /** Names each file that is skipped. */
  readonly isVerbose: boolean
  /** Says nothing of what is skipped. */
  readonly isQuiet: boolean
  /** Absolute paths of what this run reads or writes besides: no targets. */
  readonly except: ReadonlySet<string>
}

/**
 * Finds the files that were named.
 *
 * @param named Files, directories or globs.
 *
 * @returns Each file and URL once, by the name it is reported by; with a shard sorted by name.
 *
 * @throws UsageError before anything is judged, when a name leads to no document.
 */
export function findFiles(named: readonly Named[], search: Search, io: Io): Found {
  const found: string[] = []
  const listed = new Map<string, Listed>()
  for (const target of named) {
    if (target.listed && isUrl(target.name) && !listed.has(target.name)) {
      listed.set(target.name, target.listed)
    }
    for (const name of findTarget(target, search, io)) found.push(name)
  }
  // One name cannot lead to a file twice.
  const files = named.length > 1 ? withoutRepeated(found, io) : found
  const names = search.shard ? takeShard(files.sort(byName), search.shard, io) : files
  return { names, listed }
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function takeShard(names: readonly string[], shard: Shard, io: Io): string[] {
  const taken = names.filter((_, index) => isInShard(shard, index + 1))
  if (taken.length === 0) {
    const documents = `${names.length} ${plural(names.length, 'document')}`
    say(io, `shard ${shard.index}/${shard.count} has none of the ${documents}`)
  }
  return taken
}

function findTarget(target: Named, search: Search, io: Io): readonly string[] {
  const { name, place } = target
  const problem = (message: string) => new UsageError((place ?? '') + message)
  if (name === '') throw problem('a target is empty: name a file or directory')
  if (isUrl(name)) return [name]
  if (place === undefined && isReadableFile(name, io)) return [name]
  const kind = kindOf(name, io)
  // A list is long: what cannot be read of it is reported as not judged, as on a walk.
  if (place !== undefined && (kind === 'file' || kind === 'unknown')) return [name]
  if (target.isFile && kind !== undefined)
    throw problem(`${quote(name)} is no regular file: name one`)
  if (kind === 'directory') return findInDirectory(name, search, io)
  if (kind === 'other') throw problem(`${quote(name)} is no regular file: pipe it to "-" instead`)
  if (target.isFile || !picomatch.scan(name).isGlob) {
    throw problem(`there is no file ${quote(name)}`)
  }
  const files = findMatching(name, search, io)
  if (files.length === 0) throw problem(`no file matches ${quote(name)}`)
  return files
}

/** What a path leads to; `unknown` when the operating system does not tell. */
const kindOf = (name: string, io: Io): 'file' | 'directory' | 'other' | 'unknown' | undefined => {
  try {
    return io.statOf(name)?.kind
  } catch (error) {
    if (!isSystemError(error) || error.code === 'ERR_INVALID_ARG_VALUE') return undefined
    return 'unknown'
  }
}

/** The files that a glob matches, sorted by name; hidden directories and dependencies are not searched. */
function findMatching(pattern: string, { except }: Search, io: Io): string[] {
  const { base } = picomatch.scan(pattern)
  // What is hidden is named to be meant; `.well-known` is hidden in name only.
  const matchesName = picomatch(pattern)
  const matchesHidden = picomatch(pattern, { dot: true })
  const names: string[] = []
  const entries = attempt(() => io.readDirectory(base || '.'))
  if (!entries) return []
  walk(base, entries, io, (path, entry) => {
    if (except.has(io.resolve(path))) return
    // What is in a directory that cannot be read might match.
    if (entry.isDirectory()) names.push(path)
    const matches = entry.name.startsWith('.') ? matchesName : matchesHidden
    if (!matches(sep === '/' ? path : path.replaceAll(sep, '/'))) return
    // A link to nowhere counts by its name; one to a directory might lead in a circle.
    if (entry.isFile() || (entry.isSymbolicLink() && isFileOrNothing(path, io))) names.push(path)
  })
  return names
}

function isFileOrNothing(path: string, io: Io): boolean {
  const kind = kindOf(path, io)
  return kind === 'file' || kind === 'unknown' || kind === undefined
}

function findInDirectory(root: string, { except, isQuiet, isVerbose }: Search, io: Io): string[] {
  const names: string[] = []
  let skipped = 0
  let top: readonly Dirent[]
  try {
    top = io.readDirectory(root)
  } catch (error) {
    throw toUsageError(root, error)
  }
  walk(root, top, io, (path, entry) => {
    if (!entry.name.endsWith('.json') && !entry.isDirectory()) return
    if (except.has(io.resolve(path))) return
    if (entry.isDirectory() || isDocument(path, entry, io)) names.push(path)
    else {
      skipped++
      if (isVerbose) say(io, `skipped ${quote(path)}: it is no client metadata`)
    }
  })
  if (names.length === 0) {
    throw new UsageError(`no client metadata document was found in ${quote(root)}: name the file`)
  }
  if (skipped > 0 && !isQuiet) {
    say(io, `skipped ${skipped} other JSON ${plural(skipped, 'file')} in ${quote(root)}`)
  }
  return names
}

/**
 * Visits every file below a directory, sorted by name, and never through a link to a directory. A
 * directory that cannot be read is visited like a file: what is in it is not judged, and is said so.
 */
function walk(
  directory: string,
  entries: readonly Dirent[],
  io: Io,
  visit: (path: string, entry: Dirent) => void,
): void {
  for (const entry of [...entries].sort((a, b) => byName(a.name, b.name))) {
    const path = join(directory, entry.name)
    if (!entry.isDirectory()) visit(path, entry)
    else if (isSearched(entry.name)) {
      const below = attempt(() => io.readDirectory(path))
      if (below) walk(path, below, io, visit)
      else visit(path, entry)
    }
  }
}

/** Everything but dependencies and hidden directories; `.well-known` is hidden in name only. */
const isSearched = (name: string): boolean =>
  name === '.well-known' || (name !== 'node_modules' && !name.startsWith('.'))

const NAMES = /^(?:.*client.*metadata.*|oauth-client.*|cimd.*)\.json$/

/** Takes a file for client metadata by its name, or else by its members. */
function isDocument(path: string, entry: Dirent, io: Io): boolean {
  const { name } = entry
  const parent = basename(dirname(path))
  const isNamed =
    NAMES.test(name) || (name === 'client.json' && (parent === 'oauth' || parent === '.well-known'))
  const stat = attempt(() => io.statOf(path))
  // A link to nowhere counts by its name; one to a directory might lead in a circle.
  if (!stat) return isNamed
  if (stat.kind !== 'file' || stat.size > MAX_BYTES) return false
  if (isNamed) return true
  const bytes = attempt(() => io.readFile(path, READ_LIMIT))
  return !bytes || hasClientMembers(bytes)
}

function hasClientMembers(bytes: Uint8Array): boolean {
  const { stage, value } = parseDocument(bytes)
  if (stage !== 'object') return false
  const { client_id, redirect_uris } = value as Record<string, unknown>
  return (
    redirect_uris !== undefined || (typeof client_id === 'string' && client_id.startsWith('https:'))
  )
}

/** The longest list of targets that is read, in bytes. */
const MAX_LIST_BYTES = 64 * 1024 * 1024

/**
 * Reads a list of targets, one a line; blank lines and lines that begin with `#` are left out.
 *
 * @param list A file, or `-` for standard input.
 */
export async function readList(list: string, io: Io): Promise<Named[]> {
  const text = await readListText(list, io)
  const targets = text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const name = line.trim()
    const place = `${list === '-' ? '<stdin>' : list}:${index + 1}: `
    if (name === '' || name.startsWith('#')) return []
    const listed = { uri: list, line: index + 1 }
    return [list === '-' ? { name, place } : { name, place, listed }]
  })
  if (targets.length === 0) throw new UsageError(`${quote(list)} lists no target: write one a line`)
  return targets
}

async function readListText(list: string, io: Io): Promise<string> {
  const limit = MAX_LIST_BYTES + 1
  const bytes = list === '-' ? await collectStdin(limit, io) : readListFile(list, limit, io)
  if (bytes.length > MAX_LIST_BYTES) {
    throw new UsageError(`${quote(list)} is longer than 64 MiB: split it`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${quote(list)} is not UTF-8: write one target a line`)
  }
}

function readListFile(list: string, limit: number, io: Io): Uint8Array {
  if (!kindOf(list, io)) throw new UsageError(`there is no file ${quote(list)}`)
  try {
    return io.readFile(list, limit)
  } catch (error) {
    throw toUsageError(list, error)
  }
}
