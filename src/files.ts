import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { attempt, explain, type Io, isSystemError } from './io.js'
import type { Target } from './outputs.js'

/** What is held back at most before it is written, in UTF-16 units. */
const HELD_BACK = 65_536

/**
 * Opens a file that is there as a whole once it is ended, and untouched until then; its directory is
 * made. What is no regular file, such as a device or a named pipe, is written to as it comes.
 *
 * @throws UsageError when it cannot be written.
 */
export function openReplaced(file: string, io: Io): Target {
  try {
    const path = io.resolve(file)
    if (path.includes('\0')) throw new UsageError(`${quote(file)} is no path: it has U+0000`)
    // A descriptor of this process, whatever it leads to.
    if (/^\/(?:dev|proc)\//.test(path)) return openStream(path)
    const present = attempt(() => statSync(path))
    if (!present) {
      if (attempt(() => lstatSync(path))) {
        throw new UsageError(`${quote(file)} is a link to nowhere: name what it should lead to`)
      }
      mkdirSync(dirname(path), { recursive: true })
      return openTemporary(join(realpathSync(dirname(path)), basename(path)), undefined)
    }
    if (present.isDirectory()) {
      throw new UsageError(`${quote(file)} is a directory: name a file in it`)
    }
    // A link stays one: what it leads to is replaced.
    return present.isFile() ? openTemporary(realpathSync(path), present.mode) : openStream(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`${quote(file)} cannot be written: ${explain(error)}`)
  }
}

function openTemporary(path: string, mode: number | undefined): Target {
  const temporary = join(dirname(path), `.mcp-cimd-${randomBytes(6).toString('hex')}.tmp`)
  const descriptor = openSync(temporary, 'wx', 0o666)
  const writer = createWriter(descriptor)
  return {
    ...writer,
    path,
    end() {
      writer.flush()
      if (mode !== undefined) fchmodSync(descriptor, mode & 0o777)
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(temporary, path)
    },
    discard() {
      attempt(() => closeSync(descriptor))
      attempt(() => rmSync(temporary, { force: true }))
    },
  }
}

/** What is there, such as a log that this process writes to, stays. */
const openStream = (path: string): Target =>
  streamTo(openSync(path, constants.O_WRONLY | constants.O_APPEND))

/** Writes to a file as it comes, and closes it. */
function streamTo(descriptor: number): Target {
  const writer = createWriter(descriptor)
  return {
    ...writer,
    end() {
      writer.flush()
      closeSync(descriptor)
    },
    discard: () => void attempt(() => closeSync(descriptor)),
  }
}

/** What a summary needs to say anything at all, in bytes. */
const LEAST_ROOM = 16_384

/**
 * Opens a regular file to be added to.
 *
 * @param limit The most bytes it may have in the end.
 *
 * @returns Undefined when it cannot be opened, is no regular file, or has no room.
 */
export function openAppended(
  path: string,
  limit: number,
): (Target & { readonly maxBytes: number }) | undefined {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants
  const present = attempt(() => lstatSync(path))
  if (present && (!present.isFile() || limit - present.size < LEAST_ROOM)) return undefined
  const descriptor = attempt(() =>
    openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o666),
  )
  if (descriptor === undefined) return undefined
  return { ...streamTo(descriptor), maxBytes: limit - fstatSync(descriptor).size }
}

/** Writes in pieces that are worth a call of the operating system. */
function createWriter(descriptor: number) {
  let held = ''
  const flush = () => {
    const bytes = Buffer.from(held)
    held = ''
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset)
  }
  return {
    isClosed: false,
    write(text: string) {
      held += text
      if (held.length > HELD_BACK) flush()
    },
    flush,
  }
}
