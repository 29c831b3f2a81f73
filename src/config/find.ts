import { dirname, join, relative } from 'node:path'
import { UsageError } from '../core/errors.js'
import { quote } from '../core/printable.js'
import { attempt, type Io } from '../io.js'

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
const MAX_BYTES = 1_048_576

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
    const shared = read(pathOf('package.json'), '/mcp-cimd', io)
    if (shared && Buffer.from(shared.bytes).includes('"mcp-cimd"') && hasKey(shared)) return shared
    if (directory === dirname(directory)) return undefined
  }
}

const read = (path: string, pointer: ConfigFile['pointer'], io: Io): ConfigFile | undefined => {
  const isFile = attempt(() => io.statOf(path))?.kind === 'file'
  const bytes = isFile ? attempt(() => io.readFile(path, MAX_BYTES + 1)) : undefined
  return bytes && { path, bytes, pointer }
}

function readNamed(named: string, io: Io): ConfigFile {
  const isPackage = /(?:^|[\\/])package\.json$/.test(named)
  const found = read(named, isPackage ? '/mcp-cimd' : '', io)
  if (found) return found
  throw new UsageError(`there is no configuration ${quote(named)} that can be read`)
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
