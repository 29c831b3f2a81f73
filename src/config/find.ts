import { basename, dirname, join, relative } from 'node:path'
import { UsageError } from '../core/errors.js'
import { quote } from '../core/printable.js'
import { attempt, type Io, toUsageError } from '../io.js'

/** A file that holds a configuration, or does not. */
export interface ConfigFile {
  /** Seen from the working directory. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Where in the file the configuration is. */
  readonly pointer: '' | '/mcp-cimd'
}

const FILE = 'mcp-cimd.config.json'

/** The longest configuration that is read, in bytes. */
const MAX_BYTES = 4 * 1_048_576

/**
 * Finds the configuration: the file that was named, or the nearest `mcp-cimd.config.json` or
 * `package.json` with the key `mcp-cimd`, from the working directory upwards.
 *
 * @throws UsageError when the file that was named cannot be read.
 */
export function findConfig(named: string | undefined, io: Io): ConfigFile | undefined {
  if (named !== undefined) return readNamed(named, io)
  const here = io.resolve('.')
  for (let directory = here; ; directory = dirname(directory)) {
    const pathOf = (name: string) => relative(here, join(directory, name))
    const own = read(pathOf(FILE), '', io)
    if (own) return own
    const shared = readPackage(pathOf('package.json'), io)
    if (shared && Buffer.from(shared.bytes).includes('"mcp-cimd"') && hasKey(shared)) return shared
    if (directory === dirname(directory)) return undefined
  }
}

/** Reads a file that may be there; what is there and cannot be read is not passed over. */
function read(path: string, pointer: ConfigFile['pointer'], io: Io): ConfigFile | undefined {
  const kind = attempt(() => io.statOf(path))?.kind
  if (kind === undefined) return undefined
  if (kind === 'directory') throw new UsageError(`the configuration ${quote(path)} is a directory`)
  // To read from a pipe that nobody writes to would take for ever.
  if (kind === 'other') throw new UsageError(`the configuration ${quote(path)} is no regular file`)
  try {
    const bytes = io.readFile(path, MAX_BYTES + 1)
    if (bytes.length <= MAX_BYTES) return { path, bytes, pointer }
  } catch (error) {
    throw toUsageError(path, error)
  }
  throw new UsageError(`${quote(path)} is larger than 4 MiB, and is not read`)
}

/** A package that cannot be read is not known to hold a configuration. */
function readPackage(path: string, io: Io): ConfigFile | undefined {
  if (attempt(() => io.statOf(path))?.kind !== 'file') return undefined
  const bytes = attempt(() => io.readFile(path, MAX_BYTES))
  return bytes && { path, bytes, pointer: '/mcp-cimd' }
}

function readNamed(named: string, io: Io): ConfigFile {
  const isPackage = basename(named) === 'package.json'
  const found = read(named, isPackage ? '/mcp-cimd' : '', io)
  if (!found) throw new UsageError(`there is no configuration ${quote(named)}`)
  if (isPackage && !hasKey(found)) throw new UsageError(`${quote(named)} has no key "mcp-cimd"`)
  return found
}

/** Whether a package has the key; one that is no JSON is not ours to judge. */
function hasKey({ bytes }: ConfigFile): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'mcp-cimd')
  } catch {
    return false
  }
}
