/**
 * Measures what the program costs to start, as ratios to `node -e 0` taken in turn: this tells what a
 * part costs on any machine, however noisy. `npm run bench -- --node <binary>` measures on another
 * Node.js too, `--rounds <n>` sets how often.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { node: { type: 'string', multiple: true }, rounds: { type: 'string', default: '41' } },
})
const rounds = Number(values.rounds)

const directory = mkdtempSync(join(tmpdir(), 'mcp-cimd-bench-'))
const file = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const program = join(process.cwd(), 'bin/mcp-cimd.js')
const fixture = 'fixtures/valid/cli.json'

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
  ['validate broken.json', program, 'validate', 'fixtures/invalid/redirect-uris.json'],
  ['explain <id>', program, 'explain', 'json-utf8'],
]

/** Milliseconds that a process takes from start to end. */
function time(node: string, argv: readonly string[]): number {
  const start = process.hrtime.bigint()
  const { error } = spawnSync(node, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: undefined },
  })
  if (error) throw error
  return Number(process.hrtime.bigint() - start) / 1e6
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

for (const node of [process.execPath, ...(values.node ?? [])]) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
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
  console.log(`Node.js ${version}: node -e 0 takes ${median(base).toFixed(1)} ms, ${rounds} rounds`)
  for (const [index, [what]] of CASES.entries()) {
    console.log(`  ${median(ratios[index] ?? []).toFixed(2)}  ${what}`)
  }
}
rmSync(directory, { recursive: true })
