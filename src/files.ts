import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { attempt, explain, type Io, isSystemError } from './io.js'
import type { Target } from './outputs.js'
import { pathIn } from './workspace.js'

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
    return present.isFile() ? openTemporary(realpathSync(path), present) : openStream(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`${quote(file)} cannot be written: ${explain(error)}`)
  }
}

/**
 * Replaces the text of a file as a whole, or leaves it as it was: nothing in between, also when the
 * process dies. A link stays one; the file it leads to keeps its mode and, where that is allowed, its
 * owner.
 *
 * @param before What was read from it; what somebody wrote since is not overwritten.
 *
 * @returns Why it was not replaced, as a clause; undefined when it was.
 */
export function replaceText(
  file: string,
  before: string,
  after: string,
  io: Io,
): string | undefined {
  let target: ReturnType<typeof openTemporary> | undefined
  try {
    const path = realpathSync(io.resolve(file))
    // What is here may be a stranger's, and what a link of his leads to need not be.
    const isHere = pathIn(io.resolve('.'), io.resolve(file)) !== undefined
    if (isHere && pathIn(realpathSync(io.resolve('.')), path) === undefined) {
      return 'was left: it is a link that leads out of this directory; name what it leads to'
    }
    const present = statSync(path)
    // To be replaced, a file need not be writable.
    if ((present.mode & 0o222) === 0) return 'cannot be written: it is read-only'
    accessSync(path, constants.W_OK)
    if (present.nlink > 1) {
      return 'was left: it has another name (a hard link), under which the old text would stay; part them first'
    }
    target = openTemporary(path, present)
    target.write(after)
    const expected = Buffer.from(before)
    const reason = target.end(() =>
      expected.equals(io.readFile(path, expected.length + 1))
        ? undefined
        : 'was left: it changed since it was read; run this again',
    )
    if (reason !== undefined) target.discard()
    return reason
  } catch (error) {
    target?.discard()
    if (!isSystemError(error)) throw error
    return `cannot be written: ${explain(error)}`
  }
}

/** A file beside another, to take its place. */
function openTemporary(path: string, present: Stats | undefined) {
  const temporary = join(dirname(path), `.mcp-cimd-${randomBytes(6).toString('hex')}.tmp`)
  const mode = present && present.mode & 0o777
  // Never open to more readers than what it replaces.
  const descriptor = openSync(temporary, 'wx', mode ?? 0o666)
  const writer = createWriter(descriptor)
  let isOpen = true
  const settle = () => {
    writer.flush()
    // Only root may give a file away, and then it does.
    if (present) attempt(() => fchownSync(descriptor, present.uid, present.gid))
    const isOfGroup = !present || fstatSync(descriptor).gid === present.gid
    // For another group than before it is closed.
    if (mode !== undefined) fchmodSync(descriptor, isOfGroup ? mode : mode & 0o707)
    fsyncSync(descriptor)
    isOpen = false
    closeSync(descriptor)
  }
  return {
    ...writer,
    path,
    /** Takes its place, unless there is a reason against it at the last moment. */
    end(objection: () => string | undefined = () => undefined): string | undefined {
      settle()
      const reason = objection()
      if (reason === undefined) renameSync(temporary, path)
      return reason
    },
    discard() {
      if (isOpen) attempt(() => closeSync(descriptor))
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
