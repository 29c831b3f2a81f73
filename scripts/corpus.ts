/**
 * Runs the tool on real documents, where they are: each line of the file is one. Counts what is found
 * by rule and fails when judging one throws. `npm run corpus -- <file>` reads another file, and
 * `--show <rule>` prints what a rule found, and where.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { printable } from '../src/core/printable.js'
import { type ProfileName, validateDocument } from '../src/index.js'

interface Line {
  readonly id: string
  readonly kind: string
  readonly client_id_url_expected: string | null
  readonly document?: unknown
  readonly raw?: string
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string' } },
})
const [path = '../shared/corpus/real-documents.ndjson'] = positionals

/** The profile that documents of a kind are written for. */
const PROFILES: Readonly<Record<string, ProfileName>> = { mcp: 'mcp', atproto: 'atproto' }

if (existsSync(path)) judgeAll()
else console.log(`there is no ${path}: nothing to run on`)

function judgeAll(): void {
  const counts = new Map<string, number>()
  const outcomes = new Map<string, number>()
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  for (const line of lines) {
    const { id, kind, client_id_url_expected, document, raw } = JSON.parse(line) as Line
    const report = validateDocument(raw ?? JSON.stringify(document, null, 2), {
      profile: PROFILES[kind] ?? 'cimd',
      clientId: client_id_url_expected ?? undefined,
      source: id,
    })
    add(outcomes, `${kind} ${report.outcome}`)
    for (const { diagnostics } of report.results) {
      for (const { id: rule, severity, message } of diagnostics) {
        add(counts, `${severity} ${rule}`)
        if (values.show === rule) console.log(`${id}: ${printable(message)}`)
      }
    }
  }
  console.log(`${lines.length} documents judged`)
  print(outcomes)
  print(counts)
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function print(counts: ReadonlyMap<string, number>): void {
  for (const [key, count] of [...counts].sort(([, a], [, b]) => b - a)) {
    console.log(`${`${count}`.padStart(5)}  ${key}`)
  }
}
