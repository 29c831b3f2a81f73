import { plural } from '../core/printable.js'
import { explainSuppression, nameExchange, type Reporter } from '../core/reporter.js'
import type { Diagnostic, Location, Report, Result, Summary, Suppression } from '../core/types.js'
import { renderAcceptance } from '../markdown/acceptance.js'
import { code } from '../markdown/code.js'
import { createInventory } from '../markdown/inventory.js'

/** What the end needs, in bytes. */
const RESERVE = 2048

/** The names of documents without a finding that are listed at most. */
const MAX_LISTED = 100

/**
 * Tables of what was found, for a job summary, a pull request or a page, and the inventory where the
 * command has one. All of it is written at the end, so memory grows with what is found and listed.
 */
const markdown: Reporter = (sink, run) => {
  const sections: string[] = []
  const fine: string[] = []
  const inventory = createInventory()
  let room = run.maxBytes - RESERVE
  let omitted = 0
  return {
    report(report) {
      inventory.add(run.entry(), report)
      const hasFindings = report.results.some(({ diagnostics }) => diagnostics.length > 0)
      if (!hasFindings && !report.acceptance && report.outcome === 'passed') {
        fine.push(fine.length < MAX_LISTED ? nameOf(report) : '')
        return
      }
      const section = renderReport(report)
      const bytes = Buffer.byteLength(section)
      if (bytes > room) omitted++
      else {
        room -= bytes
        sections.push(section)
      }
    },
    end(summary) {
      sink.write(`# ${headline(summary)}\n\n${renderCounts(summary)}\n`)
      for (const section of sections) sink.write(section)
      if (omitted > 0) {
        sink.write(`\n${omitted} more ${plural(omitted, 'report')} had no room here.\n`)
      }
      if (fine.length > 0) {
        const text = `\n${renderFine(fine, room)}\n`
        room -= Buffer.byteLength(text)
        sink.write(text)
      }
      sink.write(inventory.render(room))
      for (const remark of run.remarks()) sink.write(`\nNote: ${code(remark)}\n`)
    },
  }
}

export default markdown

function headline({ failed, incomplete, reports }: Summary): string {
  const subject = `${reports} ${plural(reports, 'report')} on client metadata`
  const bad = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(incomplete > 0 ? [`${incomplete} incomplete`] : []),
  ]
  return `${subject}: ${bad.length > 0 ? bad.join(', ') : 'all passed'}`
}

const renderCounts = ({
  targets,
  passed,
  failed,
  incomplete,
  errors,
  warnings,
  infos,
  suppressed,
}: Summary): string =>
  [
    '| documents | passed | failed | incomplete | errors | warnings | remarks | suppressed |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${[targets, passed, failed, incomplete, errors, warnings, infos, suppressed].join(' | ')} |`,
  ].join('\n')

const nameOf = ({ target, profile }: Report): string => `${code(target)} (${profile})`

function renderReport(report: Report): string {
  const rows = report.results.flatMap((result) =>
    result.diagnostics.map((diagnostic) => renderRow(diagnostic, result, report)),
  )
  const reasons = new Map<string, number>()
  for (const { status, reason = '' } of report.results) {
    if (status === 'could-not-run') reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const unjudged = Array.from(
    reasons,
    ([reason, count]) =>
      `\nNot judged: ${count} ${plural(count, 'requirement')}, because ${code(reason)}\n`,
  )
  const table =
    rows.length > 0
      ? `\n| | where | what | what to do | source |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
      : ''
  const matrix = report.acceptance ? renderAcceptance(report.acceptance) : ''
  return `\n## ${report.outcome}: ${nameOf(report)}\n${table}${matrix}${unjudged.join('')}`
}

const MARKS = { baseline: 'known', waiver: 'waived' } as const satisfies Record<
  Suppression['by'],
  string
>

function renderRow(
  { id, severity, message, suggestion, source, location, suppressed }: Diagnostic,
  { cites }: Result,
  report: Report,
): string {
  const label = suppressed
    ? `${severity}, ${MARKS[suppressed.by]} (${code(explainSuppression(suppressed), true)})`
    : `**${severity}**`
  // Citations are the tool's own words and addresses.
  const sources = (source ? [source] : cites).map(({ text, url }) => `[${text}](${url})`).join(', ')
  const cells = [
    `${label} \`${id}\``,
    code(placeOf(location, report), true),
    code(message, true),
    suggestion === undefined ? '' : code(suggestion, true),
    sources,
  ]
  return `| ${cells.join(' | ')} |`
}

function placeOf(location: Location, report: Report): string {
  switch (location.kind) {
    case 'document':
      return `${location.line}:${location.column}`
    case 'url':
      return location.url
    case 'exchange':
      return nameExchange(report, location.exchange)
  }
}

function renderFine(names: readonly string[], room: number): string {
  const listed: string[] = []
  let left = room
  for (const name of names) {
    left -= Buffer.byteLength(name) + 2
    if (name === '' || left < 0) break
    listed.push(name)
  }
  const more = names.length - listed.length
  const rest = more > 0 ? `${listed.length > 0 ? ', and ' : ''}${more} more` : ''
  return `Without a finding: ${listed.join(', ')}${rest}`
}
