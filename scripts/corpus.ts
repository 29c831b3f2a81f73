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
import {
  type Diagnostic,
  lintDocument,
  type ProfileName,
  type Report,
  validateDocument,
} from '../src/index.js'
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
  /** How many of its findings were read, one by one, and found true. */
  readonly read?: number
}

/** How many rules, of those that find most, have every finding read. */
const MOST_FREQUENT = 10

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
  /** What `validate` says. */
  readonly validated: Report
  /** What `lint` says, which is that and more. */
  readonly linted: Report
}

function judge(line: Line): Judged {
  const { id, kind, client_id_url_expected, document, raw } = line
  const text = raw ?? JSON.stringify(document, null, 2)
  const options = {
    profile: profileOf(kind),
    clientId: client_id_url_expected ?? undefined,
    source: id,
  }
  return {
    ...line,
    validated: validateDocument(text, options),
    linted: lintDocument(text, options),
  }
}

function diagnosticsOf({ results }: Report): Diagnostic[] {
  return results.flatMap(({ diagnostics }) => diagnostics)
}

function findingsOf({ linted }: Judged): Diagnostic[] {
  return diagnosticsOf(linted)
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
  const unread = frequent(judged).filter(({ rule, count }) => judgements[rule]?.read !== count)
  return [
    ...unread.map(
      ({ rule, count }) => `${rule} finds ${count} times, and not all of it was read one by one`,
    ),
    ...missing.map((rule) => `${rule} fires, and nobody judged one of its findings`),
    ...stale.map(
      ([rule, { document }]) => `${rule} is judged in ${document}, but finds nothing there`,
    ),
  ]
}

/** The rules that find most. */
function frequent(judged: readonly Judged[]): { rule: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const line of judged) {
    for (const { id } of findingsOf(line)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return Array.from(counts, ([rule, count]) => ({ rule, count }))
    .sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1))
    .slice(0, MOST_FREQUENT)
}

function render(judged: readonly Judged[]): string {
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort()
  const outcomes = kinds.map((kind) => {
    const lines = judged.filter((line) => line.kind === kind)
    const count = (holds: (line: Judged) => boolean) => `${lines.filter(holds).length}`
    return [
      kind,
      `\`${lines[0]?.validated.profile}\``,
      `${lines.length}`,
      count(({ validated }) => validated.outcome === 'passed'),
      count(({ validated }) => validated.outcome === 'failed'),
      count(({ linted }) => linted.counts.error + linted.counts.warning > 0),
      count(({ linted }) => diagnosticsOf(linted).length === 0),
    ]
  })
  const read = frequent(judged).map(({ rule, count }) => [linkTo(rule), `${count}`])
  return [
    NOTICE.replace('generate', 'corpus'),
    '# What is found in real documents\n',
    `${judged.length} client metadata documents from public repositories, issue threads and`,
    'documentation of 2026, each judged under the profile of its kind and at the URL it is meant for,',
    'where that is known. The documents belong to their authors: they are named by their number and',
    'not repeated here. `validate` passes or fails a document by its errors alone; `lint` says more, and',
    'is silent where there is nothing to say.\n',
    `${table(['kind', 'profile', 'documents', 'validate: passed', 'validate: failed', 'lint: warnings or errors', 'lint: silent'], outcomes)}\n`,
    'Each rule that fires, in how many documents under which command, and one of its findings that a',
    'person has read and found true.\n',
    `${table(['rule', 'severity', 'validate', 'lint', 'findings', 'one of them', 'why it is true'], rowsOf(judged))}\n`,
    `Of the ${MOST_FREQUENT} rules that find most, a person has read every finding, and found all of them true.\n`,
    `${table(['rule', 'findings read'], read)}\n`,
  ].join('\n')
}

function linkTo(rule: string): string {
  return `[\`${rule}\`](rules/${rule}.md)`
}

function rowsOf(judged: readonly Judged[]): string[][] {
  const rules = [...new Set(judged.flatMap((line) => findingsOf(line).map(({ id }) => id)))].sort()
  return rules.map((rule) => {
    const own = judged.flatMap((line) => findingsOf(line).filter(({ id }) => id === rule))
    const documents = (pick: (line: Judged) => Report) =>
      judged.filter((line) => diagnosticsOf(pick(line)).some(({ id }) => id === rule)).length
    const { document = '', because = 'not judged' } = judgements[rule] ?? {}
    return [
      linkTo(rule),
      [...new Set(own.map(({ severity }) => severity))].sort().join(', '),
      `${documents(({ validated }) => validated)}`,
      `${documents(({ linted }) => linted)}`,
      `${own.length}`,
      document,
      because,
    ]
  })
}
