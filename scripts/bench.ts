/**
 * Measures what the program costs to start, as ratios to `node -e 0` taken in turn: this tells what a
 * part costs on any machine, however noisy. `npm run bench -- --bulk` measures many documents instead,
 * as ratios to a loop that only parses them, and memory. `-- --net` measures fetching, `-- --resolve` the
 * resolver. `--node <binary>` measures on another Node.js too, `--rounds <n>` sets how often.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchNet } from './bench-net.js'
import { benchResolve } from './bench-resolve.js'

const { values } = parseArgs({
  options: {
    bulk: { type: 'boolean' },
    net: { type: 'boolean' },
    resolve: { type: 'boolean' },
    node: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '41' },
  },
})
const rounds = Number(values.rounds)
/** A bulk run takes a hundred times as long as a start. */
const bulkRounds = Math.max(3, Math.round(rounds / 6))

const directory = mkdtempSync(join(tmpdir(), 'mcp-cimd-bench-'))
const file = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const program = join(process.cwd(), 'bin/mcp-cimd.js')
const fixture = 'fixtures/valid/cli.json'
const client = file('client.json', JSON.stringify(toDocument(0), null, 2))

/** What is started, from the least to the whole. */
const CASES: readonly (readonly [what: string, ...argv: string[]])[] = [
  ['an empty CommonJS file', file('empty.cjs', '')],
  ['an empty ES module', file('empty.mjs', '')],
  [
    'loading the program',
    file('load.cjs', `require(${JSON.stringify(join(process.cwd(), 'dist/cli.cjs'))})`),
  ],
  ['--version', program, '--version'],
  ['commander, a wrong option', program, 'validate', '--nothing'],
  ['validate file.json', program, 'validate', fixture],
  ['validate file.json --format json', program, 'validate', fixture, '--format', 'json'],
  ['lint file.json', program, 'lint', client],
  // What eleven accept, and what many have something to say of.
  [
    'lint --server all portable.json',
    program,
    'lint',
    '--server',
    'all',
    'fixtures/valid/portable.json',
  ],
  ['lint --server all file.json', program, 'lint', '--server', 'all', client],
  ['validate broken.json', program, 'validate', 'fixtures/invalid/redirect-uris.json'],
  ['explain <id>', program, 'explain', 'json-utf8'],
]

/** Milliseconds that a process takes from start to end. */
function time(node: string, argv: readonly string[]): number {
  const start = process.hrtime.bigint()
  const { error, status, stderr } = spawnSync(node, argv, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 30,
    env: { ...process.env, NODE_COMPILE_CACHE: undefined },
  })
  if (error) throw error
  if (status === null || status > 2 || stderr.includes('Error'))
    throw new Error(`${argv}: ${stderr}`)
  return Number(process.hrtime.bigint() - start) / 1e6
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

/** A process that judges many documents, what it is compared with, and how many times as long it may take. */
interface BulkCase {
  readonly what: string
  readonly argv: readonly string[]
  readonly base: readonly string[]
  readonly budget?: number
}

const DOCUMENTS = 20_000

/** Writes documents of about 1 kB, a tenth of them faulty; in files and on the lines of one file. */
function writeDocuments(count: number): { files: string; lines: string } {
  const files = join(directory, `files-${count}`)
  const lines = join(directory, `${count}.ndjson`)
  mkdirSync(files)
  const texts = Array.from({ length: count }, (_, n) => toDocument(n))
  for (const [n, document] of texts.entries()) {
    writeFileSync(join(files, `cimd-${n}.json`), JSON.stringify(document, null, 2))
  }
  writeFileSync(lines, texts.map((document) => `${JSON.stringify(document)}\n`).join(''))
  return { files, lines }
}

function toDocument(n: number): object {
  const origin = `https://client-${n}.example.com`
  const isFaulty = n % 10 === 9
  return {
    client_id: `${origin}/oauth/client-metadata.json`,
    client_name: `Example Client ${n}`,
    client_uri: `${origin}/`,
    logo_uri: `${origin}/logo-${n % 7}.png`,
    tos_uri: `${origin}/terms`,
    policy_uri: `${origin}/privacy`,
    redirect_uris: [
      'http://127.0.0.1/callback',
      'http://[::1]/callback',
      // One error in a tenth of them.
      isFaulty ? `http://client-${n}.example.com/callback` : 'http://127.0.0.1:33418/callback',
    ],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'openid profile mcp:read mcp:write',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    contacts: [`operations-${n}@example.com`],
    software_id: `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`,
    software_version: `1.${n % 100}.0`,
  }
}

/** A script that reads what our program reads, and does one thing with each document. */
const loop = (name: string, source: 'files' | 'lines', prepare: string, each: string): string =>
  file(
    name,
    source === 'files'
      ? `const fs = require('node:fs'), { join } = require('node:path'); ${prepare}
let n = 0; const root = process.argv[2]
for (const { name } of fs.readdirSync(root, { withFileTypes: true })) {
  const value = JSON.parse(fs.readFileSync(join(root, name), 'utf8')); ${each}; n++
}
console.log(n)`
      : `const fs = require('node:fs'); ${prepare}
let n = 0, rest = ''; const fd = fs.openSync(process.argv[2]), buffer = Buffer.allocUnsafe(262144)
const decoder = new TextDecoder()
for (;;) {
  const read = fs.readSync(fd, buffer, 0, buffer.length, null)
  if (read === 0) break
  const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split('\\n')
  rest = lines.pop()
  for (const line of lines) { const value = JSON.parse(line); ${each}; n++ }
}
console.log(n)`,
  )

/** Compiles the schema of the default profile with ajv at run time. */
const AJV = `const { Ajv2020 } = require(${JSON.stringify(join(process.cwd(), 'node_modules/ajv/dist/2020.js'))})
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(fs.readFileSync(${JSON.stringify(join(process.cwd(), 'schemas/client-metadata.mcp-2026-07-28-cimd-02.schema.json'))})))`

function bulkCases(): BulkCase[] {
  const { files, lines } = writeDocuments(DOCUMENTS)
  return [
    {
      what: 'validate <directory>',
      argv: [program, 'validate', files],
      base: [loop('parse-files.cjs', 'files', '', ''), files],
      budget: 2,
    },
    {
      what: 'lint <directory>',
      argv: [program, 'lint', files],
      base: [loop('parse-files.cjs', 'files', '', ''), files],
      budget: 4,
    },
    {
      what: 'run-time ajv on the same files',
      argv: [loop('ajv-files.cjs', 'files', AJV, 'validate(value)'), files],
      base: [loop('parse-files.cjs', 'files', '', ''), files],
    },
    {
      what: 'validate --ndjson <file>',
      argv: [program, 'validate', '--ndjson', lines],
      base: [loop('parse-lines.cjs', 'lines', '', ''), lines],
      budget: 2.5,
    },
    {
      what: 'run-time ajv on the same lines',
      argv: [loop('ajv-lines.cjs', 'lines', AJV, 'validate(value)'), lines],
      base: [loop('parse-lines.cjs', 'lines', '', ''), lines],
    },
  ]
}

/** The most memory that a process had, in megabytes. */
function memoryOf(node: string, argv: readonly string[]): number {
  const hook = file(
    'memory.cjs',
    "process.on('exit', () => require('node:fs').writeSync(2, '\\nmaxRSS ' + process.resourceUsage().maxRSS + '\\n'))",
  )
  const { stderr } = spawnSync(node, ['--require', hook, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  return Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024
}

const versionOf = (node: string): string =>
  spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()

function benchStart(node: string): void {
  const ratios = CASES.map((): number[] => [])
  const base: number[] = []
  // The first round warms the disk, and the compile cache where there is one.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, ...argv]] of CASES.entries()) {
      const nothing = time(node, ['-e', '0'])
      const whole = time(node, argv)
      if (round === 0) continue
      base.push(nothing)
      ratios[index]?.push(whole / nothing)
    }
  }
  console.log(`start, ratio to node -e 0, which takes ${median(base).toFixed(1)} ms:`)
  for (const [index, [what]] of CASES.entries()) {
    console.log(`  ${median(ratios[index] ?? []).toFixed(2)}  ${what}`)
  }
}

function benchBulk(node: string, cases: readonly BulkCase[]): void {
  console.log(`${DOCUMENTS} documents, ratio to the same loop with JSON.parse only:`)
  for (const { what, argv, base, budget } of cases) {
    const pairs = Array.from(
      { length: bulkRounds },
      () => [time(node, base), time(node, argv)] as const,
    )
    const ratio = median(pairs.map(([nothing, whole]) => whole / nothing))
    const ms = (times: readonly number[]) => median(times).toFixed(0)
    const wanted = budget === undefined ? '' : `, budget ${budget.toFixed(1)}`
    console.log(
      `  ${ratio.toFixed(2)}  ${what} (${ms(pairs.map(([, whole]) => whole))} ms to ${ms(pairs.map(([nothing]) => nothing))} ms${wanted})`,
    )
  }
}

/** Documents that are alike, so that only their number grows. */
function benchMemory(node: string): void {
  console.log('memory at most, in MB:')
  for (const count of [1000, 10_000, 100_000]) {
    const { files, lines } = writeDocuments(count)
    const of = (...argv: readonly string[]) =>
      memoryOf(node, [program, 'validate', ...argv]).toFixed(0)
    const formats = ['text', 'json', 'ndjson', 'github'].map(
      (format) => `${format} ${of('--ndjson', lines, '--format', format)}`,
    )
    console.log(`  ${`${count}`.padStart(6)}  files ${of(files)}, lines: ${formats.join(', ')}`)
    rmSync(files, { recursive: true })
  }
}

const cases = values.bulk ? bulkCases() : []
for (const node of [process.execPath, ...(values.node ?? [])]) {
  const isLong = values.bulk || values.net || values.resolve
  console.log(`Node.js ${versionOf(node)}, ${isLong ? bulkRounds : rounds} rounds`)
  const bench = { file, time, median, program, rounds: bulkRounds }
  if (values.net) {
    await benchNet(node, bench)
  } else if (values.resolve) {
    await benchResolve(node, bench)
  } else if (values.bulk) {
    benchBulk(node, cases)
    benchMemory(node)
  } else {
    benchStart(node)
  }
}
rmSync(directory, { recursive: true })
