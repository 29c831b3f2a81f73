/**
 * Runs the tool on real documents, where they are: each line of the file is one. Writes
 * `docs/corpus.md`: what is found, how often, and for each rule one finding with the sentence that
 * makes it true, from `corpus-judgements.json`. Fails when judging a document throws, or a rule fires
 * that nobody judged. `npm run corpus -- <file>` reads another file, `--show <rule>` prints what a rule
 * found, and `--check` writes nothing and fails when the page is not current.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { printable } from '../src/core/printable.js'
import { type Diagnostic, type ProfileName, type Report, validateDocument } from '../src/index.js'
import { NOTICE, table } from './pages.js'

interface Line {
  readonly id: string
  readonly kind: string
  readonly client_id_url_expected: string | null
  readonly document?: unknown
  readonly raw?: string
}

/** One finding of a rule, judged by a person; `document` is the number of the document. */
interface Judgement {
  readonly document: string
  readonly because: string
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string' }, check: { type: 'boolean' } },
})
const [path = '../shared/corpus/real-documents.ndjson'] = positionals

const PAGE = 'docs/corpus.md'

/** The profile that documents of a kind are written for. */
const PROFILES: Readonly<Record<string, ProfileName>> = { mcp: 'mcp', atproto: 'atproto' }
const profileOf = (kind: string): ProfileName => PROFILES[kind] ?? 'cimd'

const judgements = JSON.parse(readFileSync('scripts/corpus-judgements.json', 'utf8')) as Readonly<
  Record<string, Judgement>
>

if (existsSync(path)) run(readFileSync(path, 'utf8').trim().split('\n'))
else console.log(`there is no ${path}: nothing to run on`)

function run(lines: readonly string[]): void {
  const judged = lines.map((line) => judge(JSON.parse(line) as Line))
  if (values.show !== undefined) {
    show(judged, values.show)
    return
  }
  const page = render(judged)
  const isCurrent = existsSync(PAGE) && readFileSync(PAGE, 'utf8') === page
  if (!values.check) writeFileSync(PAGE, page)
  console.log(`${judged.length} documents judged; ${PAGE} ${isCurrent ? 'is' : 'was not'} current`)
  const problems = [...unjudged(judged), ...(values.check && !isCurrent ? ['not current'] : [])]
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}

interface Judged extends Line {
  readonly report: Report
}

function judge(line: Line): Judged {
  const { id, kind, client_id_url_expected, document, raw } = line
  const report = validateDocument(raw ?? JSON.stringify(document, null, 2), {
    profile: profileOf(kind),
    clientId: client_id_url_expected ?? undefined,
    source: id,
  })
  return { ...line, report }
}

function findingsOf({ report }: Judged): Diagnostic[] {
  return report.results.flatMap(({ diagnostics }) => diagnostics)
}

function show(judged: readonly Judged[], rule: string): void {
  for (const line of judged) {
    for (const { id, message } of findingsOf(line)) {
      if (id === rule) console.log(`${line.id}: ${printable(message)}`)
    }
  }
}

/** The number a document has in the collection: whose it is does not matter here. */
function numberOf(id: string): string {
  return id.slice(0, 3)
}

/** What is missing before every rule that fires has a judged finding. */
function unjudged(judged: readonly Judged[]): string[] {
  const fired = new Set(judged.flatMap((line) => findingsOf(line).map(({ id }) => id)))
  const missing = [...fired].filter((rule) => !judgements[rule])
  const stale = Object.entries(judgements).filter(([rule, { document }]) => {
    const line = judged.find(({ id }) => numberOf(id) === document)
    return !line || !findingsOf(line).some(({ id }) => id === rule)
  })
  return [
    ...missing.map((rule) => `${rule} fires, and nobody judged one of its findings`),
    ...stale.map(
      ([rule, { document }]) => `${rule} is judged in ${document}, but finds nothing there`,
    ),
  ]
}

function render(judged: readonly Judged[]): string {
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort()
  const outcomes = kinds.map((kind) => {
    const reports = judged.filter((line) => line.kind === kind).map(({ report }) => report)
    const count = (outcome: Report['outcome']) =>
      reports.filter((report) => report.outcome === outcome).length
    const profile = `\`${reports[0]?.profile}\``
    return [kind, profile, `${reports.length}`, `${count('passed')}`, `${count('failed')}`]
  })
  return [
    NOTICE.replace('generate', 'corpus'),
    '# What is found in real documents\n',
    `${judged.length} client metadata documents from public repositories, issue threads and`,
    'documentation of 2026, each judged under the profile of its kind and at the URL it is meant for,',
    'where that is known. The documents belong to their authors: they are named by their number and',
    'not repeated here. A document with an error fails; warnings alone do not.\n',
    `${table(['kind', 'profile', 'documents', 'passed', 'failed'], outcomes)}\n`,
    'Each rule that fires, how often, and one of its findings that a person has read and found true.\n',
    `${table(['rule', 'severity', 'documents', 'findings', 'one of them', 'why it is true'], rowsOf(judged))}\n`,
  ].join('\n')
}

function rowsOf(judged: readonly Judged[]): string[][] {
  const found = judged.flatMap((line) =>
    findingsOf(line).map(({ id, severity }) => ({ id, severity, document: line.id })),
  )
  const rules = [...new Set(found.map(({ id }) => id))].sort()
  return rules.map((rule) => {
    const own = found.filter(({ id }) => id === rule)
    const severities = [...new Set(own.map(({ severity }) => severity))].sort().join(', ')
    const documents = new Set(own.map(({ document }) => document)).size
    const { document = '', because = 'not judged' } = judgements[rule] ?? {}
    return [
      `[\`${rule}\`](rules/${rule}.md)`,
      severities,
      `${documents}`,
      `${own.length}`,
      document,
      because,
    ]
  })
}
