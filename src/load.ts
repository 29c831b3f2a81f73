import type { Dirent } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MAX_BYTES, parseDocument, unreadDocument } from './core/document.js'
import { UsageError } from './core/errors.js'
import { plural, quote } from './core/printable.js'
import type { MetadataDocument, Source } from './core/types.js'
import { attempt, type Io, isSystemError, say } from './io.js'

/** A document to be judged: where it is, not what is in it, since there may be thousands. */
export interface Target {
  readonly source: Source
}

const DEFAULT_FILE = 'client-metadata.json'

/** One byte more than a document may have tells that it has too many. */
const READ_LIMIT = MAX_BYTES + 1

/**
 * Finds the documents that were named.
 *
 * @param names Files, directories or `-`; without any, the file that is expected here.
 *
 * @throws UsageError before anything is judged, when a name leads to no document.
 */
export function findTargets(names: readonly string[], io: Io): Target[] {
  if (names.length === 0) {
    if (attempt(() => io.statOf(DEFAULT_FILE))?.kind === 'file') return findTarget(DEFAULT_FILE, io)
    throw new UsageError(
      `no document given: name a file or directory, pipe one to "-", or put ${DEFAULT_FILE} here`,
    )
  }
  if (names.includes('-') && names.length > 1) {
    throw new UsageError(
      '"-" stands for one document on standard input: give no other target with it',
    )
  }
  return names.flatMap((name) => findTarget(name, io))
}

const fileTarget = (name: string): Target => ({ source: { kind: 'file', name } })

function findTarget(name: string, io: Io): Target[] {
  if (name === '') throw new UsageError('a target is empty: name a file or directory')
  if (name === '-') return [{ source: { kind: 'stdin', name: '<stdin>' } }]
  if (/^https?:\/\//i.test(name)) {
    throw new UsageError(
      `${quote(name)} is a URL, and this version reads files only: fetch it first and pipe it to "-" with --client-id`,
    )
  }
  try {
    switch (io.statOf(name)?.kind) {
      case 'file':
        io.checkReadable(name)
        return [fileTarget(name)]
      case 'directory':
        return findInDirectory(name, io.readDirectory(name), io)
      case 'other':
        throw new UsageError(`${quote(name)} is no regular file: pipe it to "-" instead`)
      case undefined:
        throw new UsageError(`there is no file ${quote(name)}`)
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`${quote(name)} cannot be read: ${explain(error)}`)
  }
}

function findInDirectory(root: string, top: readonly Dirent[], io: Io): Target[] {
  const targets: Target[] = []
  let skipped = 0
  const walk = (directory: string, entries: readonly Dirent[]) => {
    for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name)
      if (!entry.isDirectory()) {
        if (!entry.name.endsWith('.json')) continue
        const target = recognize(path, io)
        if (target) targets.push(target)
        else skipped++
      } else if (isSearched(entry.name)) {
        // What cannot be read on a walk becomes a target, and is reported as not judged.
        const below = attempt(() => io.readDirectory(path))
        if (below) walk(path, below)
        else targets.push(fileTarget(path))
      }
    }
  }
  walk(root, top)
  if (targets.length === 0) {
    throw new UsageError(`no client metadata document was found in ${quote(root)}: name the file`)
  }
  if (skipped > 0)
    say(io, `skipped ${skipped} other JSON ${plural(skipped, 'file')} in ${quote(root)}`)
  return targets
}

/** Everything but dependencies and hidden directories; `.well-known` is hidden in name only. */
const isSearched = (name: string): boolean =>
  name === '.well-known' || (name !== 'node_modules' && !name.startsWith('.'))

const NAMES = /^(?:.*client.*metadata.*|oauth-client.*|cimd.*)\.json$/

/** Takes a file for client metadata by its name, or else by its members. */
function recognize(path: string, io: Io): Target | undefined {
  const name = basename(path)
  const parent = basename(dirname(path))
  const isNamed =
    NAMES.test(name) || (name === 'client.json' && (parent === 'oauth' || parent === '.well-known'))
  const stat = attempt(() => io.statOf(path))
  // A link to nowhere counts by its name; one to a directory might lead in a circle.
  if (!stat) return isNamed ? fileTarget(path) : undefined
  if (stat.kind !== 'file' || stat.size > MAX_BYTES) return undefined
  if (isNamed) return fileTarget(path)
  const bytes = attempt(() => io.readFile(path, READ_LIMIT))
  return !bytes || hasClientMembers(bytes) ? fileTarget(path) : undefined
}

function hasClientMembers(bytes: Uint8Array): boolean {
  const { stage, value } = parseDocument(bytes)
  if (stage !== 'object') return false
  const { client_id, redirect_uris } = value as Record<string, unknown>
  return (
    redirect_uris !== undefined || (typeof client_id === 'string' && client_id.startsWith('https:'))
  )
}

/**
 * Reads a document. What cannot be read is a document too, of which nothing can be judged.
 *
 * @param clientId The https URL it is published at.
 */
export async function loadDocument(
  { source }: Target,
  clientId: string | undefined,
  io: Io,
): Promise<MetadataDocument> {
  if (source.kind === 'stdin') {
    return parseDocument(await io.readStdin(READ_LIMIT), { source, clientId })
  }
  try {
    return parseDocument(io.readFile(source.name, READ_LIMIT), { source, clientId })
  } catch (error) {
    if (!isSystemError(error)) throw error
    say(io, `${quote(source.name)} cannot be read: ${explain(error)}`)
    return unreadDocument({ source, clientId })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'it is gone',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
}

/** Says in words why the operating system refused. */
const explain = ({ code = 'unknown error' }: NodeJS.ErrnoException): string => REASONS[code] ?? code
