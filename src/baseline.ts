import { UsageError } from './core/errors.js'
import { plural, quote } from './core/printable.js'
import type { Diagnostic, Report, Source, Suppression } from './core/types.js'
import { attempt, type Io, toUsageError } from './io.js'

/** The largest report that is read as a baseline, in bytes. */
const MAX_BYTES = 512 * 1024 * 1024

/** What was found before. */
export interface Baseline {
  /**
   * Begins to judge a document: says of a finding whether it was found before, and of each only once.
   * Nothing counts until the report is settled.
   */
  suppressing(source: Source, profile: string): (found: Diagnostic) => Suppression | undefined
  /** Takes note of a report: what it found, and what it did not find again if it could look. */
  settle(source: Source, report: Report): void
  /** What changed since: in the reports that were asked for, nothing else. */
  describe(): string
}

/** How often each finding was there, by what it is. */
type Counts = Map<string, number>

/**
 * Reads a report as a baseline: what it has found is known, and only what it has not counts.
 *
 * @param path A report of `--format json`.
 *
 * @throws UsageError when there is none, or it is no report of this version.
 */
export function readBaseline(path: string, io: Io): Baseline {
  /** A file is known by its path, however it was named. */
  const keyOf = (kind: string, name: string, profile: string): string =>
    JSON.stringify([kind === 'file' ? io.resolve(name) : name, profile])
  const known = new Map<string, Counts>()
  for (const report of parseReports(path, io)) {
    const key = keyOf(report.source, report.target, report.profile)
    known.set(key, countFindings(report, known.get(key)))
  }
  const judged = new Set<string>()
  const counts = { added: 0, known: 0 }
  return {
    suppressing({ kind, name }, profile) {
      const left = new Map(known.get(keyOf(kind, name, profile)))
      return (found) =>
        take(left, findingKey(found))
          ? { by: 'baseline', reason: `known since ${path}` }
          : undefined
    },
    settle({ kind, name }, { profile, evaluated, results }) {
      const key = keyOf(kind, name, profile)
      const left = known.get(key)
      for (const found of results.flatMap(({ diagnostics }) => diagnostics)) {
        if (left && take(left, findingKey(found))) counts.known++
        else counts.added++
      }
      if (evaluated.couldNotRun === 0) judged.add(key)
    },
    describe() {
      let gone = 0
      for (const key of judged) for (const count of known.get(key)?.values() ?? []) gone += count
      return `since ${quote(path)}: ${counts.added} new ${plural(counts.added, 'finding')}, ${counts.known} known, ${gone} gone`
    },
  }
}

/** Takes one finding from those that are left, if it is there. */
function take(left: Counts, finding: string): boolean {
  const count = left.get(finding) ?? 0
  if (count > 0) left.set(finding, count - 1)
  return count > 0
}

/** Lines may move: a finding is known by its requirement, its place in the document and its words. */
const findingKey = ({ id, location, message }: Diagnostic): string =>
  JSON.stringify([id, location.kind === 'document' ? location.pointer : '', message])

/** As much of a report as a baseline needs. */
interface KnownReport {
  readonly target: string
  readonly source: string
  readonly profile: string
  readonly results: readonly { readonly diagnostics: readonly Diagnostic[] }[]
}

function countFindings({ results }: KnownReport, counts: Counts = new Map()): Counts {
  for (const diagnostic of results.flatMap(({ diagnostics }) => diagnostics)) {
    const finding = findingKey(diagnostic)
    counts.set(finding, (counts.get(finding) ?? 0) + 1)
  }
  return counts
}

function parseReports(path: string, io: Io): readonly KnownReport[] {
  if (!attempt(() => io.statOf(path))) throw new UsageError(`there is no baseline ${quote(path)}`)
  let bytes: Uint8Array
  try {
    bytes = io.readFile(path, MAX_BYTES + 1)
  } catch (error) {
    throw toUsageError(path, error)
  }
  if (bytes.length > MAX_BYTES) throw new UsageError(`${quote(path)} is larger than 512 MiB`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    value = undefined
  }
  if (isReportFile(value)) return value.reports
  throw new UsageError(
    `${quote(path)} is no report that can be compared with: write one with --format json=<file>`,
  )
}

function isReportFile(value: unknown): value is { reports: readonly KnownReport[] } {
  const { version, reports } = isRecord(value) ? value : {}
  return version === 1 && Array.isArray(reports) && reports.every(isKnownReport)
}

const isKnownReport = (value: unknown): value is KnownReport =>
  isRecord(value) &&
  typeof value.target === 'string' &&
  typeof value.source === 'string' &&
  typeof value.profile === 'string' &&
  Array.isArray(value.results) &&
  value.results.every(
    (result) =>
      isRecord(result) &&
      Array.isArray(result.diagnostics) &&
      result.diagnostics.every(
        (found) =>
          isRecord(found) &&
          typeof found.id === 'string' &&
          typeof found.message === 'string' &&
          isRecord(found.location),
      ),
  )

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
