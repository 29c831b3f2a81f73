import { plural, printable } from '../core/printable.js'
import type { Reporter, Run } from '../core/reporter.js'
import type { Diagnostic, Location, Severity } from '../core/types.js'

/** GitHub shows this many annotations of one kind for a step. */
const MAX_ANNOTATIONS = 10

const COMMANDS = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
} as const satisfies Record<Severity, string>

/**
 * Workflow commands that make annotations, worst first; what is more than GitHub shows is counted.
 *
 * @see [Workflow commands for GitHub Actions](https://docs.github.com/actions/reference/workflow-commands-for-github-actions)
 */
const github: Reporter = (sink, run) => {
  const kept: Record<Severity, string[]> = { error: [], warning: [], info: [] }
  const left: Record<Severity, number> = { error: 0, warning: 0, info: 0 }
  const add = (severity: Severity, command: () => string) => {
    if (kept[severity].length < MAX_ANNOTATIONS) kept[severity].push(command())
    else left[severity]++
  }
  return {
    report({ target, outcome, results }) {
      for (const { diagnostics } of results) {
        for (const diagnostic of diagnostics) {
          if (!diagnostic.suppressed) {
            add(diagnostic.severity, () => annotate(diagnostic, target, run))
          }
        }
      }
      if (outcome === 'incomplete') {
        add('warning', () => toCommand('warning', {}, `${target} could not be judged as a whole`))
      }
    },
    end() {
      for (const severity of ['error', 'warning', 'info'] as const) {
        for (const command of kept[severity]) sink.write(`${command}\n`)
      }
      const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
        const count = left[severity]
        const noun = severity === 'info' ? 'remark' : severity
        return count > 0 ? [`${count} more ${plural(count, noun)}`] : []
      })
      if (counts.length > 0) sink.write(`mcp-cimd: ${counts.join(', ')} without annotation\n`)
    },
  }
}

export default github

function annotate(
  { id, severity, message, suggestion, location }: Diagnostic,
  target: string,
  run: Run,
): string {
  const advice = suggestion === undefined ? '' : `; ${suggestion}`
  const place = placeOf(location, run)
  // Without a file the annotation itself says what it is about.
  const subject = 'file' in place ? '' : `${target}: `
  return toCommand(COMMANDS[severity], { ...place, title: id }, subject + message + advice)
}

function placeOf(location: Location, run: Run): Readonly<Record<string, string | number>> {
  const { path: file, line: first, isDocument } = run.file() ?? {}
  if (file === undefined || first === undefined) return {}
  // A URL that was given beside the document, or in a list of them.
  if (location.kind !== 'document' || !isDocument) return { file, line: first }
  const { line, column, endLine, endColumn } = location
  // A column is only taken with one line.
  const isOneLine = line === endLine
  return isOneLine ? { file, line, endLine, col: column, endColumn } : { file, line, endLine }
}

/** Data first is made printable: then a line break or a percent sign is the only thing to escape. */
function toCommand(
  command: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const pairs = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(printable(`${value}`))}`,
  )
  return `::${command} ${pairs.join(',')}::${escapeData(printable(message))}`
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
