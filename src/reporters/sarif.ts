import { createHash } from 'node:crypto'
import type {
  Log,
  Notification,
  ReportingDescriptor,
  Location as SarifLocation,
  Result as SarifResult,
} from 'sarif'
import { printable } from '../core/printable.js'
import { explainSuppression, type Reporter, type Run } from '../core/reporter.js'
import type { Diagnostic, Report, Result, Severity } from '../core/types.js'
import { stringify } from './json.js'

/** GitHub keeps this many results of a run, the gravest first. */
const MAX_RESULTS = 5000

const LEVELS = {
  error: 'error',
  warning: 'warning',
  info: 'note',
} as const satisfies Record<Severity, SarifResult.level>

/** The requirements that results name, each once, and its place in the list of them. */
type Rules = Map<string, { readonly index: number; readonly descriptor: ReportingDescriptor }>

/**
 * SARIF 2.1.0, for code scanning: what was found, with the requirements it was found by. Of more
 * than GitHub keeps the gravest are there, and how many are not.
 *
 * @see [Static Analysis Results Interchange Format (SARIF) 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)
 */
const sarif: Reporter = (sink, run) => {
  const rules: Rules = new Map()
  const found: Record<Severity, SarifResult[]> = { error: [], warning: [], info: [] }
  const notes: Notification[] = []
  let omitted = 0
  return {
    report(report) {
      for (const result of report.results) {
        for (const diagnostic of result.diagnostics) {
          const { severity } = diagnostic
          if (found[severity].length >= MAX_RESULTS) omitted++
          else found[severity].push(toResult(diagnostic, result, report, rules, run))
        }
      }
      if (report.outcome === 'incomplete') {
        if (notes.length >= MAX_RESULTS) omitted++
        else notes.push(toNotification(report, run))
      }
    },
    end() {
      const all = [...found.error, ...found.warning, ...found.info]
      const results = all.slice(0, MAX_RESULTS)
      omitted += all.length - results.length
      sink.write(
        `${stringify(
          toLog(
            results,
            Array.from(rules.values(), ({ descriptor }) => descriptor),
            notes,
            omitted,
            run,
          ),
        )}\n`,
      )
    },
  }
}

export default sarif

const toLog = (
  results: SarifResult[],
  rules: ReportingDescriptor[],
  notes: Notification[],
  omitted: number,
  { tool }: Run,
): Log => ({
  $schema:
    'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: tool.name,
          version: tool.version,
          semanticVersion: tool.version,
          informationUri: `https://www.npmjs.com/package/${tool.name}`,
          rules,
        },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [{ executionSuccessful: notes.length === 0, toolExecutionNotifications: notes }],
      results,
      ...(omitted > 0 && { properties: { truncated: true, omitted } }),
    },
  ],
})

function toResult(
  diagnostic: Diagnostic,
  result: Result,
  report: Report,
  rules: Rules,
  run: Run,
): SarifResult {
  const { id, severity, message, suggestion, suppressed } = diagnostic
  const rule = rules.get(id) ?? { index: rules.size, descriptor: toRule(result) }
  rules.set(id, rule)
  const advice = suggestion === undefined ? '' : `; ${suggestion}`
  return {
    ruleId: id,
    ruleIndex: rule.index,
    level: LEVELS[severity],
    message: { text: toMessage(message + advice) },
    locations: [toLocation(diagnostic, report, run)],
    partialFingerprints: { 'mcpCimd/v1': fingerprint(diagnostic, report) },
    properties: { profile: report.profile },
    ...(suppressed && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: printable(explainSuppression(suppressed)),
        },
      ],
    }),
  }
}

const toRule = ({ id, title, level, cites }: Result): ReportingDescriptor => ({
  id,
  shortDescription: { text: title },
  help: {
    text: `Run "mcp-cimd explain ${id}". Sources: ${cites.map(({ text }) => text).join(', ')}`,
  },
  ...(cites[0] && { helpUri: cites[0].url }),
  properties: { keyword: level },
})

/** Where something was found; GitHub takes no result without a file, so whatever was judged is one. */
function toLocation(
  { location }: Pick<Diagnostic, 'location'>,
  { target }: Report,
  run: Run,
): SarifLocation {
  const file = run.file()
  const artifactLocation = file
    ? { uri: toRelativeUri(file.path), uriBaseId: '%SRCROOT%' }
    : { uri: toRelativeUri(printable(target).replace(/^[/\\]+/, '')) }
  const region =
    location.kind === 'document' && file?.isDocument !== false
      ? {
          startLine: location.line,
          startColumn: location.column,
          endLine: location.endLine,
          endColumn: location.endColumn,
        }
      : { startLine: file?.line ?? 1 }
  return {
    physicalLocation: { artifactLocation, region },
    logicalLocations: [{ fullyQualifiedName: printable(target) }],
  }
}

/** RFC 3986 section 4.2: a first segment with a colon would be a scheme, and encoding hides it. */
const toRelativeUri = (path: string): string =>
  path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/')

/**
 * Foreign text that no viewer takes for more than text: section 3.11.5 has placeholders in braces,
 * 3.11.6 links in brackets.
 */
const toMessage = (text: string): string => {
  const plain = printable(text).replaceAll('](', '] (')
  return /\{[0-9]+\}/.test(plain) ? plain.replaceAll('{', '{{').replaceAll('}', '}}') : plain
}

/** The same as long as the finding is: lines may move. */
function fingerprint({ id, location, message }: Diagnostic, { target, profile }: Report): string {
  const place = location.kind === 'document' ? location.pointer : ''
  return createHash('sha256')
    .update(JSON.stringify([target, profile, id, place, message]))
    .digest('hex')
}

const toNotification = (report: Report, run: Run): Notification => {
  const { target, profile, results } = report
  const reasons = new Set(
    results.flatMap(({ status, reason }) => (status === 'could-not-run' && reason ? [reason] : [])),
  )
  const text = `${target} (${profile}) was not judged as a whole: ${[...reasons].join('; ')}`
  const location = { kind: 'url', url: '', offset: 0, length: 0 } as const
  return {
    level: 'error',
    message: { text: toMessage(text) },
    locations: [toLocation({ location }, report, run)],
  }
}
