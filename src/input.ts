import type { ReadConfig } from './config/read.js'
import { parseDocument, unreadDocument } from './core/document.js'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import type { Source } from './core/types.js'
import type { FetchOptions } from './fetching.js'
import { attempt, type Io } from './io.js'
import {
  type Found,
  fromFiles,
  fromStdin,
  type Input,
  isInShard,
  isReadableFile,
  isUrl,
  type Loaded,
  type Shard,
  withoutRepeated,
} from './load.js'
import type { OptionsOf } from './options.js'
import { findProfile } from './rulesets.js'
import type { Named } from './targets.js'

const DEFAULT_FILE = 'client-metadata.json'

/** The options that say what is judged. */
type InputOptions = Pick<
  OptionsOf<'validate'>,
  'targetsFrom' | 'ndjson' | 'shard' | 'clientId' | 'quiet' | 'verbose'
> &
  FetchOptions & {
    /** The option that asks for repairs. */
    readonly repairs?: '--fix' | '--fix-dry-run' | undefined
  }

/**
 * Finds the documents of a run.
 *
 * @param names The targets on the command line.
 * @param except Absolute paths of what the run reads or writes besides.
 *
 * @throws UsageError before anything is judged.
 */
export async function findInput(
  names: readonly string[],
  options: InputOptions,
  config: ReadConfig | undefined,
  except: ReadonlySet<string>,
  io: Io,
): Promise<Input> {
  refuseContradictions(names, options)
  const { clientId } = options
  const shard = shardOf(options)
  if (options.ndjson) return observe(await findLines(names, shard, io), options, false, io)
  if (names[0] === '-') return observe(fromStdin(clientId, io), options, false, io)

  const found = await findFiles(names, options, shard, config, except, io)
  const hasUrls = found.names.some(isUrl)
  if (clientId !== undefined && (found.names.length > 1 || hasUrls)) {
    throw new UsageError(
      hasUrls
        ? '--client-id is the URL of a file, and a target that is a URL is its own: leave it out'
        : `--client-id is the URL of one document, and here are ${found.names.length}: give one target`,
    )
  }
  if (hasUrls && options.repairs) {
    throw new UsageError(
      `${options.repairs} repairs files, and ${quote(found.names.find(isUrl) ?? '')} is a URL: name the file that is published there`,
    )
  }
  const clientIds = new Map(
    config?.documents.map((document) => [io.resolve(document.name), document.clientId]),
  )
  const clientIdOf =
    clientIds.size === 0
      ? () => clientId
      : (name: string) => clientId ?? clientIds.get(io.resolve(name))
  return observe(fromFiles(found, clientIdOf, io), options, hasUrls, io)
}

/**
 * Finds the names of what a run would judge, and reads none of it.
 *
 * @param except Absolute paths of what the run reads or writes besides.
 *
 * @throws UsageError when a name leads to no document.
 */
export async function findTargets(
  names: readonly string[],
  options: InputOptions,
  config: ReadConfig | undefined,
  except: ReadonlySet<string>,
  io: Io,
): Promise<readonly Source[]> {
  refuseContradictions(names, options)
  const kind = names[0] === '-' ? 'stdin' : 'file'
  const shard = shardOf(options)
  const found =
    options.ndjson || kind === 'stdin'
      ? names
      : (await findFiles(names, options, shard, config, except, io)).names
  return found.map((name): Source => {
    if (kind === 'stdin') return { kind, name: '<stdin>' }
    return { kind: isUrl(name) ? 'url' : kind, name }
  })
}

const shardOf = ({ shard }: InputOptions): Shard | undefined =>
  shard === undefined ? undefined : readShard(shard)

/** Fetches what has to be fetched; most runs read files, and need nothing to fetch with. */
async function observe(
  input: Input,
  options: InputOptions,
  hasUrls: boolean,
  io: Io,
): Promise<Input> {
  if (!hasUrls && !asksToFetch(options)) return input
  const { observed, readFetching } = await import('./observed.js')
  const fetching = readFetching(options, io)
  if (!hasUrls && !fetching.hosted && !fetching.linked) return input
  return observed(input, fetching, options.quiet, io)
}

const asksToFetch = ({ hosted, linked, connectTo, ...options }: FetchOptions): boolean =>
  hosted ||
  linked ||
  connectTo.length > 0 ||
  [
    options.timeout,
    options.maxBytes,
    options.concurrency,
    options.retries,
    options.ca,
    options.proxy,
    options.minTlsDays,
  ].some((value) => value !== undefined)

function refuseContradictions(
  names: readonly string[],
  { clientId, ndjson, repairs, shard, targetsFrom }: InputOptions,
): void {
  const isStdin = names.includes('-')
  if (repairs && ndjson) {
    throw new UsageError(`${repairs} repairs files of one document, and --ndjson reads lines`)
  }
  if (repairs === '--fix' && isStdin) {
    throw new UsageError(
      '--fix repairs files, and standard input is none: name one, or see with --fix-dry-run what it would change',
    )
  }
  if (isStdin && (names.length > 1 || targetsFrom !== undefined)) {
    throw new UsageError(
      '"-" stands for one document on standard input: give no other target with it',
    )
  }
  if (ndjson && targetsFrom !== undefined) {
    throw new UsageError(
      '--ndjson reads documents and --targets-from their names: give one of them',
    )
  }
  if ((isStdin || clientId !== undefined) && !ndjson && shard !== undefined) {
    const one = isStdin ? '"-" is' : '--client-id is the URL of'
    throw new UsageError(`${one} one document, and --shard divides many: leave one of them out`)
  }
  if (clientId === '') throw new UsageError('--client-id is empty: give the URL of the document')
  if (clientId !== undefined && ndjson) {
    throw new UsageError(
      '--client-id is the URL of one document: in NDJSON write client_id_url beside each',
    )
  }
}

async function findFiles(
  names: readonly string[],
  { targetsFrom, quiet, verbose }: InputOptions,
  shard: Shard | undefined,
  config: ReadConfig | undefined,
  except: ReadonlySet<string>,
  io: Io,
): Promise<Found> {
  const [first] = names
  for (const name of names) {
    if (!isUrl(name) && except.has(io.resolve(name))) {
      throw new UsageError(`${quote(name)} is judged, and a report of this run too: name another`)
    }
  }
  // Most runs name one file, and need nothing to look for it with.
  const isOne = names.length === 1 && targetsFrom === undefined && shard === undefined
  if (isOne && first && (isUrl(first) || isReadableFile(first, io))) return { names }
  const targets = await import('./targets.js')
  const named: Named[] = names.map((name) => ({ name }))
  if (targetsFrom !== undefined) {
    for (const target of await targets.readList(targetsFrom, io)) named.push(target)
  } else if (names.length === 0) {
    named.push(...defaultTargets(config, io))
  }
  return targets.findFiles(named, { shard, isQuiet: quiet, isVerbose: verbose, except }, io)
}

/** What is judged when nothing is named. */
function defaultTargets(config: ReadConfig | undefined, io: Io): readonly Named[] {
  if (config && config.documents.length > 0) {
    return config.documents.map((document) => ({ ...document, isFile: true }))
  }
  if (attempt(() => io.statOf(DEFAULT_FILE))?.kind === 'file') return [{ name: DEFAULT_FILE }]
  throw new UsageError(
    `no document given: name a file, a directory or an https URL, pipe one to "-", or put ${DEFAULT_FILE} here`,
  )
}

/** Reads `i/n`. */
function readShard(text: string): Shard {
  const [, index = '', count = ''] = /^([0-9]{1,6})\/([0-9]{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  if (count !== '' && shard.count > 0 && shard.index <= shard.count) return shard
  throw new UsageError(`--shard is ${quote(text)}: write which of how many, such as 1/4`)
}

/** The documents that stand one on a line. */
async function findLines(
  names: readonly string[],
  shard: Shard | undefined,
  io: Io,
): Promise<Input> {
  if (names.length === 0) {
    throw new UsageError('--ndjson needs files of lines, or "-" for standard input')
  }
  if (names[0] !== '-') {
    for (const name of names) {
      if (isUrl(name)) {
        throw new UsageError(`${quote(name)} is a URL, and --ndjson reads files: fetch it first`)
      }
      const kind = isReadableFile(name, io) ? 'file' : attempt(() => io.statOf(name))?.kind
      if (kind === undefined) throw new UsageError(`there is no file ${quote(name)}`)
      if (kind === 'directory') {
        throw new UsageError(`${quote(name)} is a directory: --ndjson reads files, and "-"`)
      }
    }
  }
  return { count: undefined, batches: readLines(withoutRepeated(names, io), shard, io) }
}

async function* readLines(
  names: readonly string[],
  shard: Shard | undefined,
  io: Io,
): AsyncIterable<Iterable<Loaded>> {
  const { readNdjson } = await import('./ndjson.js')
  const isTaken = (line: number) => !shard || isInShard(shard, line)
  const reading = { parseDocument, unreadDocument, checkProfile: findProfile, isTaken }
  for (const name of names) yield* readNdjson(name, reading, io)
}
