import { UsageError } from './core/errors.js'
import { plural, quote } from './core/printable.js'
import type { Diagnostic, Suppression } from './core/types.js'
import { attempt, type Io, toUsageError } from './io.js'

/** The largest report that is read as a baseline, in bytes. */
const MAX_BYTES = 512 * 1024 * 1024

/** What was found before. */
export interface Baseline {
  /** Says of each diagnostic of a report whether it was found before; call it once for each. */
  suppressionsFor(target: string, profile: string): (found: Diagnostic) => Suppression | undefined
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
  const known = countFindings(parseReports(path, io))
  const counts = { added: 0, known: 0, gone: 0 }
  let current: Counts = new Map()
  /** What a report did not find again is gone. */
  const close = () => {
    for (const count of current.values()) counts.gone += count
  }
  return {
    suppressionsFor(target, profile) {
      close()
      current = new Map(known.get(reportKey(target, profile)))
      return (found) => {
        const key = findingKey(found)
        const left = current.get(key) ?? 0
        if (left === 0) {
          counts.added++
          return undefined
        }
        current.set(key, left - 1)
        counts.known++
        return { by: 'baseline', reason: `known since ${path}` }
      }
    },
    describe() {
      close()
      current = new Map()
      const { added, known, gone } = counts
      return `since ${quote(path)}: ${added} new ${plural(added, 'finding')}, ${known} known, ${gone} gone`
    },
  }
}

const reportKey = (target: string, profile: string): string =>
  JSON.stringify([target.replace(/^(?:\.[\\/])+/, ''), profile])

/** Lines may move: a finding is known by its requirement, its place in the document and its words. */
const findingKey = ({ id, location, message }: Diagnostic): string =>
  JSON.stringify([id, location.kind === 'document' ? location.pointer : '', message])

/** As much of a report as a baseline needs. */
interface KnownReport {
  readonly target: string
  readonly profile: string
  readonly results: readonly { readonly diagnostics: readonly Diagnostic[] }[]
}

function countFindings(reports: readonly KnownReport[]): ReadonlyMap<string, Counts> {
  const known = new Map<string, Counts>()
  for (const { target, profile, results } of reports) {
    const key = reportKey(target, profile)
    const counts = known.get(key) ?? new Map<string, number>()
    known.set(key, counts)
    for (const diagnostic of results.flatMap(({ diagnostics }) => diagnostics)) {
      const finding = findingKey(diagnostic)
      counts.set(finding, (counts.get(finding) ?? 0) + 1)
    }
  }
  return known
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
