import {
  accessSync,
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from './core/errors.js'
import { printable, quote } from './core/printable.js'
import type { Sink } from './core/reporter.js'

/** A stream that a command writes to. */
export interface Output extends Sink {
  /** Writes what was held back to be written in larger pieces. */
  flush(): void
  /** Whoever read it went away; what is written now is lost, and that is no error. */
  readonly isClosed: boolean
  /** Columns of the terminal, undefined when it is none. */
  readonly columns: number | undefined
  /** Whether a line can be drawn over: a terminal that knows how wide it is. */
  readonly isRedrawn: boolean
  /** Why nothing can be written any more, but for a reader that went away. */
  readonly failure: NodeJS.ErrnoException | undefined
  /** What is drawn below the last line, and goes away before the next. */
  overlay: { clear(): void } | undefined
}

/** What a path leads to. */
interface Stat {
  readonly kind: 'file' | 'directory' | 'other'
  readonly size: number
}

/** Everything a command may touch. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since some moment. */
  now(): number
  /** The day it is in UTC, as 2026-12-31. */
  today(): string
  /** The absolute path of a path, seen from the working directory. */
  resolve(path: string): string
  /**
   * What a path is, and its size in bytes; undefined when there is nothing.
   *
   * @throws The error of the operating system, with its `code`.
   */
  statOf(path: string): Stat | undefined
  /**
   * Reads a file, at most `limit` bytes of it.
   *
   * @throws The error of the operating system, with its `code`.
   */
  readFile(path: string, limit: number): Uint8Array
  /**
   * Reads a file in pieces; a piece is overwritten by the next.
   *
   * @param size The bytes of a piece at most.
   *
   * @throws The error of the operating system, with its `code`.
   */
  readChunks(path: string, size: number): Iterable<Uint8Array>
  /** @throws The error of the operating system, with its `code`, when it would not be read. */
  checkReadable(path: string): void
  /** @throws The error of the operating system, with its `code`. */
  readDirectory(path: string): readonly Dirent[]
  /** Standard input as it comes. */
  readStdin(): AsyncIterable<Uint8Array>
  /** From here on SIGINT and SIGTERM ask to stop, and do not stop at once. */
  heedSignals(): void
  /** Calls this when a signal asks to stop. */
  onInterrupt(act: () => void): void
  /** Lets signals in: gives the one that asked to stop. To be called every `TURN` milliseconds. */
  interruption(): Promise<NodeJS.Signals | undefined>
}

/** Writes a line for people, whatever foreign text is in it. */
export function say({ stdout, stderr }: Io, line: string): void {
  stdout.flush()
  stderr.write(`${printable(line)}\n`)
  stderr.flush()
}

/** The longest time without looking for signals, in milliseconds. */
export const TURN = 50

/** The longest silence on standard input that a CI job waits for, in milliseconds. */
const STDIN_PATIENCE = 30_000

/** The world of this process. */
export function systemIo(): Io {
  let signal: NodeJS.Signals | undefined
  const onSignal: (() => void)[] = []

  const stdout = createOutput(1)
  return {
    stdout,
    stderr: createOutput(2),
    env: process.env,
    now() {
      // Not performance.now(): to load what that is in takes a millisecond.
      const [seconds, nanoseconds] = process.hrtime()
      return seconds * 1e3 + nanoseconds / 1e6
    },
    today: () => new Date().toISOString().slice(0, 10),
    resolve,
    ...createFiles((path) => path),
    heedSignals() {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        // For good: whoever else listens, such as a spinner, ends the process when nobody else does.
        process.on(name, () => {
          if (signal !== undefined) {
            // Asked twice, it stops at once.
            process.removeAllListeners(name)
            process.kill(process.pid, name)
          }
          signal = name
          for (const act of onSignal) act()
        })
      }
    },
    onInterrupt: (act) => {
      onSignal.push(act)
    },
    async *readStdin() {
      if (fstatSync(0).isDirectory()) {
        throw new UsageError('standard input is a directory: name it as a target')
      }
      let timer: NodeJS.Timeout | undefined
      const { stdin } = process
      const stop = (error?: Error) => stdin.destroy(error)
      onSignal.push(() => stop(new Error('interrupted')))
      const wait = () => {
        clearTimeout(timer)
        if (!isSet(process.env.CI)) return
        timer = setTimeout(
          () =>
            stop(
              new UsageError(
                'nothing came on standard input for 30 seconds; pipe a document in, or name a file',
              ),
            ),
          STDIN_PATIENCE,
        )
      }
      try {
        wait()
        for await (const chunk of stdin as AsyncIterable<Buffer>) {
          clearTimeout(timer)
          yield chunk
          wait()
        }
      } catch (error) {
        if (signal === undefined) throw error
      } finally {
        clearTimeout(timer)
      }
    },
    async interruption() {
      stdout.flush()
      await new Promise(setImmediate)
      return signal
    },
  }
}

/** Tells an error of the operating system from a bug. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && ('syscall' in error || isUnspeakablePath(error))

/** Node.js itself refuses a path that has U+0000. */
const isUnspeakablePath = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ERR_INVALID_ARG_VALUE'

/** Says why something that was named cannot be read; a bug stays what it is. */
export function toUsageError(name: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  return new UsageError(`${quote(name)} cannot be read: ${explain(error)}`)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'it is gone',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  EFBIG: 'it would be too large',
  EROFS: 'the file system is read-only',
  ERR_INVALID_ARG_VALUE: 'no path has U+0000',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the device failed',
  EPIPE: 'whoever read it went away',
  EEXIST: 'a file is in the way',
  ENXIO: 'it cannot be opened',
  ENOTDIR: 'it is below something that is no directory',
}

/** Says in words why the operating system refused. */
export const explain = ({ code = 'unknown error' }: NodeJS.ErrnoException): string =>
  REASONS[code] ?? code

/** Gives nothing where the operating system refuses. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!isSystemError(error)) throw error
    return undefined
  }
}

/** What a file is read into: nearly every document fits, and memory is asked for only once. */
const SCRATCH_BYTES = 16_384
let scratch: Buffer | undefined

/** Files; `at` says where a path leads. */
export const createFiles = (
  at: (path: string) => string,
): Pick<Io, 'statOf' | 'readFile' | 'readChunks' | 'checkReadable' | 'readDirectory'> => ({
  statOf(path) {
    try {
      const stat = statSync(at(path), { throwIfNoEntry: false })
      if (!stat) return undefined
      const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other'
      return { kind, size: stat.size }
    } catch (error) {
      // Below something that is no directory there is nothing.
      if (isSystemError(error) && error.code === 'ENOTDIR') return undefined
      throw error
    }
  },
  readFile(path, limit) {
    const descriptor = openSync(at(path), 'r')
    try {
      // Never by the size that the file system tells: it is 0 for files that are made when read.
      scratch ??= Buffer.allocUnsafe(SCRATCH_BYTES)
      let buffer = scratch
      let length = 0
      for (;;) {
        const room = Math.min(limit, buffer.length) - length
        const read = readSync(descriptor, buffer, length, room, null)
        length += read
        // A copy: the next file is read into the same memory.
        if (read === 0 || length === limit) return Buffer.from(buffer.subarray(0, length))
        if (read < room) continue
        const larger = Buffer.allocUnsafe(Math.min(limit, buffer.length * 4))
        buffer.copy(larger)
        buffer = larger
      }
    } finally {
      closeSync(descriptor)
    }
  },
  *readChunks(path, size) {
    const descriptor = openSync(at(path), 'r')
    try {
      const buffer = Buffer.allocUnsafe(size)
      for (;;) {
        const read = readSync(descriptor, buffer, 0, size, null)
        if (read === 0) return
        yield buffer.subarray(0, read)
      }
    } finally {
      closeSync(descriptor)
    }
  },
  checkReadable: (path) => accessSync(at(path), constants.R_OK),
  readDirectory: (path) => readdirSync(at(path), { withFileTypes: true }),
})

/** What is held back at most, in UTF-16 units. */
const HELD_BACK = 65_536

/** Writes to a file descriptor: cheaper to start with than the streams of `process`. */
function createOutput(descriptor: 1 | 2): Output {
  let isClosed = false
  let failure: NodeJS.ErrnoException | undefined
  let held = ''
  const isTerminal = () =>
    // Asking node:tty costs; a pipe or a file needs no asking.
    isCharacterDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor)
  const widthOf = () => (descriptor === 1 ? process.stdout : process.stderr).columns
  return {
    overlay: undefined,
    get failure() {
      return failure
    },
    get isRedrawn() {
      return isTerminal() && widthOf() > 0
    },
    get isClosed() {
      return isClosed
    },
    get columns() {
      return isTerminal() ? widthOf() || 80 : undefined
    },
    write(text) {
      held += text
      if (held.length > HELD_BACK) this.flush()
    },
    flush() {
      if (held === '') return
      const bytes = Buffer.from(held)
      held = ''
      this.overlay?.clear()
      for (let offset = 0; offset < bytes.length && !isClosed; ) {
        try {
          offset += writeSync(descriptor, bytes, offset)
        } catch (error) {
          const code = isSystemError(error) ? error.code : undefined
          if (code === 'EAGAIN') {
            sleep(5)
            continue
          }
          isClosed = true
          if (code !== 'EPIPE' && code !== 'EOF') failure = error as NodeJS.ErrnoException
        }
      }
    },
  }
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice()
  } catch {
    return false
  }
}

/** Waits without turning the event loop, for a pipe that is full. */
const sleep = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Whether nobody looks at the terminal: a CI job, or no terminal at all. */
export const isUnattended = ({ stderr, env }: Io): boolean =>
  !stderr.isRedrawn || isSet(env.CI) || env.TERM === 'dumb'

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false'

/**
 * Decides whether an output is coloured.
 *
 * @param when What the user asked for on the command line, which beats everything.
 */
export function hasColor(when: string, { columns }: Output, env: Io['env']): boolean {
  if (when !== 'auto') return when === 'always'
  const { FORCE_COLOR, NO_COLOR, TERM } = env
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return columns !== undefined && TERM !== 'dumb'
}
