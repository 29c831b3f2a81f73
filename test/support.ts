import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { run } from '../src/cli.js'
import { createFiles, type Io, TURN } from '../src/io.js'

/** Makes a directory with the given files in it. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'mcp-cimd-'))
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return root
}

/** What a run wrote, and its exit code. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Setting {
  readonly cwd?: string
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Columns of a terminal; without, the output is none. */
  readonly columns?: number
  readonly io?: Partial<Io>
}

/** Runs a command line in this process. */
export async function runHere(argv: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const { cwd = process.cwd(), stdin = '', env = {}, columns, io } = setting
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr') => ({
    isClosed: false,
    isRedrawn: false,
    failure: undefined,
    overlay: undefined,
    columns,
    write: (text: string) => {
      written[name] += text
    },
    flush: () => {},
  })
  let clock = 0
  const code = await run(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env,
    // Every look at the clock is a turn later, so that signals are seen at once.
    now: () => (clock += TURN),
    today: () => '2026-06-15',
    resolve: (path) => resolve(cwd, path),
    ...createFiles((path) => resolve(cwd, path)),
    async *readStdin() {
      yield Buffer.from(stdin)
    },
    heedSignals: () => {},
    onInterrupt: () => {},
    interruption: async () => undefined,
    ...io,
  })
  return { code, ...written }
}

export const EXECUTABLE = resolve('bin/mcp-cimd.js')

/**
 * Starts the executable as a process of its own.
 *
 * @param through What starts it, with the command line as further arguments.
 */
export function start(
  argv: readonly string[],
  options: Parameters<typeof spawn>[2] = {},
  through: readonly string[] = [],
): ChildProcess {
  const [command = '', ...rest] = [...through, process.execPath, EXECUTABLE, ...argv]
  return spawn(command, rest, { stdio: 'pipe', ...options })
}

/** Waits for a process, and gives what it wrote. */
export async function finish(child: ChildProcess, stdin?: string | Uint8Array): Promise<Outcome> {
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  child.stdin?.on('error', () => {})
  if (stdin !== undefined) child.stdin?.end(stdin)
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, ...written }
}

/** A document without a fault, under the default profile. */
export const GOOD = JSON.stringify(
  {
    client_id: 'https://client.example.com/cimd.json',
    client_name: 'Example Client',
    redirect_uris: ['https://client.example.com/callback'],
  },
  null,
  2,
)
