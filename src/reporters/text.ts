import { eastAsianWidth } from 'get-east-asian-width'
import { tableOf } from '../core/acceptance-table.js'
import { plural, printable } from '../core/printable.js'
import { explainSuppression, nameExchange, type Reporter, type Run } from '../core/reporter.js'
import type {
  Acceptance,
  Diagnostic,
  Location,
  Report,
  Result,
  Severity,
  Summary,
  Verdict,
} from '../core/types.js'

/** The widest line of a document that is shown where there is no terminal to ask. */
const FRAME_COLUMNS = 100

/** How each part of the text looks; without colour every look is plain. */
export type Paint = Readonly<Record<Severity | 'ok' | 'strong' | 'faint', (text: string) => string>>

const plain = (text: string): string => text

const PLAIN: Paint = {
  error: plain,
  warning: plain,
  info: plain,
  ok: plain,
  strong: plain,
  faint: plain,
}

/** Loads chalk, which costs, only where there is colour. */
export async function loadPaint(hasColor: boolean): Promise<Paint> {
  if (!hasColor) return PLAIN
  const { Chalk } = await import('chalk')
  const { red, yellow, blue, green, bold, dim } = new Chalk({ level: 1 })
  return { error: red, warning: yellow, info: blue, ok: green, strong: bold, faint: dim }
}

/** What is found, with the line of the document it stands in, for people. */
const text: Reporter = async (sink, run) => {
  const paint = await loadPaint(run.hasColor)
  return {
    report(report) {
      const { evaluated, outcome, results } = report
      // Of thousands most pass, and have nothing to be shown but that.
      if (results.length > 0 || report.acceptance) {
        const blocks = [
          ...renderDiagnostics(report, run, paint),
          ...(run.isQuiet ? [] : renderHolding(report, paint)),
          ...renderReasons(report, run, paint),
          ...(report.acceptance && !run.isQuiet
            ? renderAcceptance(report.acceptance, run, paint)
            : []),
        ]
        for (const block of blocks) sink.write(`${block}\n`)
      }
      const isSilent = run.isQuiet && outcome === 'passed' && isClean(report)
      if (!isSilent) sink.write(`${renderStatus(report, run, paint)}\n`)
      if (evaluated.failed + evaluated.couldNotRun > 0 && !isSilent) sink.write('\n')
    },
    end(summary) {
      if (run.isQuiet) return
      if (summary.reports > 1) sink.write(`${renderSummary(summary)}\n`)
      for (const remark of run.remarks()) {
        sink.write(`${wrap(`note: ${printable(remark)}`, run.columns, '      ')}\n`)
      }
    },
  }
}

export default text

const isClean = ({ counts }: Report): boolean => counts.warning + counts.info === 0

/** The diagnostics in the order of their places. */
function renderDiagnostics(report: Report, run: Run, paint: Paint): string[] {
  const found = report.results.flatMap(({ diagnostics, cites }) =>
    diagnostics
      .filter(({ suppressed }) => !suppressed || !run.isQuiet)
      .map((diagnostic) => ({ diagnostic, cites })),
  )
  if (found.length === 0) return []
  const shown = toShown(run.source())
  const sorted = found.sort((a, b) => offsetOf(a.diagnostic) - offsetOf(b.diagnostic))
  const told: readonly Told[] = report.acceptance ? fold(sorted) : sorted
  return told.map((one, index) =>
    renderDiagnostic(one, isAtSame(told[index - 1], one), report, shown, run, paint),
  )
}

/** Whether a server says something of a place that another spoke of just before. */
const isAtSame = (before: Told | undefined, { diagnostic: { source, location } }: Told): boolean =>
  source !== undefined &&
  before?.diagnostic.source !== undefined &&
  JSON.stringify(before.diagnostic.location) === JSON.stringify(location)

/** A diagnostic, and where its requirement is written. */
interface Told {
  readonly diagnostic: Diagnostic
  readonly cites: Result['cites']
  /** The requirements that it is about, where there are several. */
  readonly ids?: readonly string[]
}

/** What several servers have against a client is told once. */
function fold(found: readonly Told[]): Told[] {
  const told = new Map<string, Told>()
  for (const { diagnostic, cites } of found) {
    const { id, source, ...same } = diagnostic
    // What no server says is told by itself.
    const key = JSON.stringify(source ? same : diagnostic)
    const { ids = [], ...first } = told.get(key) ?? { diagnostic, cites: [] }
    told.set(key, {
      ...first,
      cites: [...first.cites, ...(source ? [source] : cites)],
      ids: [...ids, id],
    })
  }
  return [...told.values()]
}

/** The text of a document by lines, and which line and column of its file the first begins at. */
interface Shown {
  readonly lines: readonly string[]
  readonly line: number
  readonly column: number
}

function toShown(source: ReturnType<Run['source']>): Shown | undefined {
  const { line, column } = source?.within ?? { line: 1, column: 1 }
  return source && { lines: source.text.split(/\r\n|\n|\r/), line, column }
}

/** A number that orders places: no line is longer than a document. */
const offsetOf = ({ location }: Diagnostic): number =>
  location.kind === 'document' ? location.line * 2 ** 21 + location.column : 0

/** The requirements that hold or do not apply, which are only in the report when asked for. */
const renderHolding = ({ results }: Report, paint: Paint): string[] =>
  results.flatMap(({ id, title, status, reason }) => {
    if (status === 'passed') return [`${paint.ok('passed')}[${id}]: ${title}`]
    if (status !== 'not-applicable') return []
    return [`${paint.faint('not applicable')}[${id}]: ${title} (${printable(reason ?? '')})`]
  })

function renderDiagnostic(
  { diagnostic, cites, ids = [] }: Told,
  isPlaceShown: boolean,
  report: Report,
  shown: Shown | undefined,
  { columns }: Run,
  paint: Paint,
): string {
  const { id, severity, message, suggestion, location, suppressed } = diagnostic
  const see = cites.map(({ text }) => text).join('; ')
  const head = `${severity}[${id}]`
  const wrapped = wrap(`${head}: ${printable(message)}`, columns, '  ')
  const remark = (label: string, value: string) =>
    `   ${paint.faint('=')} ${wrap(`${label}: ${printable(value)}`, columns && columns - 5, '          ')}`
  return [
    paint[severity](head) + paint.strong(wrapped.slice(head.length)),
    ...(isPlaceShown
      ? []
      : [
          `  ${paint.faint('-->')} ${printable(nameLocation(location, report))}`,
          ...renderFrame(location, shown, columns, severity, paint),
        ]),
    ...(ids.length > 1 ? [remark('too', ids.slice(1).join(', '))] : []),
    ...(suggestion === undefined ? [] : [remark('fix', suggestion)]),
    ...(see === '' ? [] : [remark('see', see)]),
    ...(suppressed ? [remark('off', `${suppressed.by}, ${explainSuppression(suppressed)}`)] : []),
  ].join('\n')
}

function nameLocation(location: Location, report: Report): string {
  switch (location.kind) {
    case 'document':
      return `${location.uri}:${location.line}:${location.column}`
    case 'url':
      return location.url
    case 'exchange':
      return nameExchange(report, location.exchange)
  }
}

/** The line that is meant, and a mark under what is meant in it. */
function renderFrame(
  location: Location,
  shown: Shown | undefined,
  columns: number | undefined,
  severity: Severity,
  paint: Paint,
): string[] {
  const place = toPlace(location, shown)
  if (!place || place.line.trim() === '') return []
  const gutter = `${place.number}`.padStart(3)
  const room = Math.max(20, (columns ?? FRAME_COLUMNS) - gutter.length - 4)
  const [before, marked, after] = cut(place, room)
  const bar = paint.faint('|')
  const indent = ' '.repeat(widthOf(before))
  return [
    ` ${paint.faint(gutter)}${bar} ${before}${marked}${after}`,
    ` ${' '.repeat(gutter.length)}${bar} ${indent}${paint[severity]('^'.repeat(Math.max(1, widthOf(marked))))}`,
  ]
}

interface Place {
  readonly number: string
  readonly line: string
  /** Offsets in the line. */
  readonly start: number
  readonly end: number
}

function toPlace(location: Location, shown: Shown | undefined): Place | undefined {
  if (location.kind === 'url') {
    const { url, offset, length } = location
    return { number: '', line: url, start: offset, end: offset + length }
  }
  if (location.kind === 'exchange' || shown === undefined) return undefined
  const index = location.line - shown.line
  const line = shown.lines[index] ?? ''
  const before = index === 0 ? shown.column : 1
  const isOneLine = location.line === location.endLine
  return {
    number: `${location.line} `,
    line,
    start: location.column - before,
    end: isOneLine ? location.endColumn - before : line.length,
  }
}

/** A line before, in and after what is marked in it. */
type Pieces = readonly [before: string, marked: string, after: string]

/** Makes the three pieces of a line printable and cuts them to the room there is. */
function cut(place: Place, room: number): Pieces {
  const { line, start, end } = place
  // Never more than there is room for: a document may be one line of a mebibyte.
  const show = (from: number, to: number) =>
    printable(line.slice(from, to).toWellFormed().replaceAll('\t', '  '))
  const pieces = [
    show(Math.max(0, start - room), start),
    show(start, Math.min(end, start + room)),
    show(end, end + room),
  ] as const
  return squeeze(defuse(pieces), place, room)
}

/** Runners read "##[" anywhere in a line, also where two pieces meet. */
function defuse(pieces: Pieces): Pieces {
  const command = /##(?=\[|vso\[|teamcity\[)/.exec(pieces.join(''))
  if (!command) return pieces
  let at = command.index
  const [before, marked, after] = pieces.map((piece) => {
    const offset = at
    at -= piece.length
    return offset < 0 || offset >= piece.length
      ? piece
      : `${piece.slice(0, offset)}\\u{23}${piece.slice(offset + 1)}`
  })
  return defuse([before ?? '', marked ?? '', after ?? ''])
}

function squeeze(
  [before, marked, after]: Pieces,
  { line, start, end }: Place,
  room: number,
): Pieces {
  const isWhole = start <= room && end - start <= room && line.length - end <= room
  if (isWhole && widthOf(before + marked + after) <= room) return [before, marked, after]
  const head = start > room / 3 ? `…${takeEnd(before, Math.floor(room / 3))}` : before
  const left = room - widthOf(head) - 1
  if (widthOf(marked) > left || end - start > room) {
    return [head, takeStart(marked, left), '…']
  }
  const tail = takeStart(after, left - widthOf(marked))
  const isCut = tail.length < after.length || line.length - end > room
  return [head, marked, isCut ? `${tail}…` : tail]
}

/** The longest beginning of a text that is not wider than this. */
function takeStart(text: string, columns: number): string {
  if (isNarrow(text)) return text.slice(0, Math.max(0, columns))
  let width = 0
  let taken = ''
  for (const character of text) {
    width += measure(character)
    if (width > columns) break
    taken += character
  }
  return taken
}

const takeEnd = (text: string, columns: number): string =>
  isNarrow(text)
    ? text.slice(Math.max(0, text.length - columns))
    : [...takeStart([...text].reverse().join(''), columns)].reverse().join('')

/** Whether each character takes one column; what stands for the rest of a line does too. */
const isNarrow = (text: string): boolean => !/[^ -~…]/.test(text)

/** Columns that a text takes on a terminal. */
function widthOf(text: string): number {
  if (isNarrow(text)) return text.length
  let width = 0
  for (const character of text) width += measure(character)
  return width
}

/** Columns of one character: none of combining marks, and of vowels and final consonants of decomposed Hangul. */
const measure = (character: string): number =>
  /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(character)
    ? 0
    : eastAsianWidth(character.codePointAt(0) ?? 0)

/** Breaks a line between words; outside a terminal lines stay whole, for programs that search them. */
export function wrap(line: string, columns: number | undefined, indent: string): string {
  if (columns === undefined || widthOf(line) <= columns) return line
  const [first = '', ...words] = line.trimStart().split(' ')
  const lines: string[] = []
  let current = line.slice(0, line.length - line.trimStart().length) + first
  for (const word of words) {
    // GitHub takes a line that begins with "::" for a command.
    if (widthOf(current) + 1 + widthOf(word) > columns && !word.startsWith('::')) {
      lines.push(current)
      current = indent + word
    } else {
      current = `${current} ${word}`
    }
  }
  return [...lines, current].join('\n')
}

/** Columns of the table for each sign-in, and for the document and its hosting. */
const [SIGN_IN_COLUMNS, PART_COLUMNS] = [5, 10]

const LOOKS = { accepted: 'ok', refused: 'error', depends: 'warning' } as const satisfies Record<
  Verdict,
  keyof Paint
>

/** What named servers make of the client: a table, what its columns are, and what it comes to. */
function renderAcceptance(acceptance: Acceptance, { columns }: Run, paint: Paint): string[] {
  const names = acceptance.servers.map(({ id, version }) => id.length + version.length)
  const room = (columns ?? FRAME_COLUMNS) - Math.max(0, ...names) - 3 - 2 * PART_COLUMNS
  const { head, rows, signIns, summary, change } = tableOf(
    acceptance,
    Math.max(1, Math.floor(room / SIGN_IN_COLUMNS)),
  )
  const [first = '', ...others] = head
  const widths = others.map((name, index) =>
    Math.max(name.length, ...rows.map(({ cells }) => cells[index]?.text.length ?? 0)),
  )
  const width = Math.max(first.length, ...rows.map(({ server }) => server.length))
  const line = (cells: readonly string[]) => `  ${cells.join('  ')}`.trimEnd()
  const pad = (text: string, index: number) => text.padEnd(widths[index] ?? 0)
  return [
    paint.strong(line([first.padEnd(width), ...others.map(pad)])),
    ...rows.map(({ server, cells }) =>
      line([
        server.padEnd(width),
        ...cells.map(({ text, verdict }, index) => paint[LOOKS[verdict]](pad(text, index))),
      ]),
    ),
    ...signIns.map(({ number, redirectUri }) =>
      wrap(`  ${number}: a sign-in with ${printable(redirectUri)}`, columns, '     '),
    ),
    wrap(`${summary}${change === undefined ? '' : `: ${printable(change)}`}`, columns, '  '),
  ]
}

/** What was not judged, counted by reason. */
function renderReasons({ results }: Report, run: Run, paint: Paint): string[] {
  const counts = new Map<string, number>()
  for (const { status, reason = '' } of results) {
    if (status === 'could-not-run') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return Array.from(counts, ([reason, count]) => {
    const label = 'not judged'
    const requirements = `${count} ${plural(count, 'requirement')}`
    const line = wrap(`${label}: ${requirements}, because ${printable(reason)}`, run.columns, '  ')
    return paint.warning(label) + line.slice(label.length)
  })
}

const STATUS = {
  passed: ['ok', 'ok'],
  failed: ['failed', 'error'],
  incomplete: ['incomplete', 'warning'],
} as const satisfies Record<Report['outcome'], readonly [string, keyof Paint]>

function renderStatus(
  { target, profile, outcome, counts, evaluated }: Report,
  { columns }: Run,
  paint: Paint,
): string {
  const [word, look] = STATUS[outcome]
  const details = [
    ...(['error', 'warning'] as const).map((severity) => [counts[severity], severity] as const),
    [counts.info, 'remark'] as const,
  ].flatMap(([count, noun]) => (count > 0 ? [`${count} ${plural(count, noun)}`] : []))
  if (counts.suppressed > 0) details.push(`${counts.suppressed} suppressed`)
  details.push(`${evaluated.passed} ${plural(evaluated.passed, 'requirement')} met`)
  const line = wrap(
    `${word} ${printable(target)} (${profile}): ${details.join(', ')}`,
    columns,
    '  ',
  )
  return paint.strong(paint[look](word)) + line.slice(word.length)
}

function renderSummary({
  targets,
  reports,
  passed,
  failed,
  incomplete,
  errors,
  warnings,
}: Summary): string {
  const outcomes = [
    `${passed} ok`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(incomplete > 0 ? [`${incomplete} incomplete`] : []),
  ]
  const subject =
    reports === targets
      ? `${targets} ${plural(targets, 'document')}`
      : `${targets} ${plural(targets, 'document')}, ${reports} reports`
  return `${subject}: ${outcomes.join(', ')}; ${errors} ${plural(errors, 'error')}, ${warnings} ${plural(warnings, 'warning')}`
}
