import { quote } from '../core/printable.js'
import { redact } from '../core/secrets.js'
import type { Diagnostic, Report, Source, Suppression } from '../core/types.js'
import type { Waiver } from './config.js'

/** The waivers of a run. */
export interface Waivers {
  /**
   * Says of a finding why it does not count. One whose waiver is over becomes an error that says so,
   * even where it is known.
   *
   * @param known Why it does not count otherwise.
   * @param isFolded Whether it stands for others too, which may be elsewhere: a waiver for one place is
   * not for them.
   */
  settle(
    source: Source,
    found: Diagnostic,
    known: Suppression | undefined,
    isFolded: boolean,
  ): Suppression | undefined
  /** Takes note of what was asked of a document; the report has what passed, too. */
  note(source: Source, report: Report): void
  /** A line for each waiver that was not needed by any document it is for. */
  describeUnused(): readonly string[]
  /** Those that are for a document. */
  of(source: Source): readonly (Waiver & { readonly isOver: boolean })[]
}

/** A waiver, where it stands, and how it went. */
export interface Waiving {
  readonly waiver: Waiver
  readonly place: string
  readonly isFor: (source: Source) => boolean
}

/**
 * Makes the waivers of a run.
 *
 * @param today As the last day of a waiver is written.
 */
export function createWaivers(given: readonly Waiving[], today: string): Waivers {
  const used = new Set<Waiving>()
  const asked = new Set<Waiving>()
  const isOver = ({ waiver }: Waiving) => waiver.until !== undefined && waiver.until < today
  return {
    settle(source, found, known, isFolded) {
      const matching = given.filter(
        ({ waiver, isFor }) =>
          waiver.rule === found.id &&
          isAt(waiver, found) &&
          !(isFolded && waiver.at) &&
          isFor(source),
      )
      for (const waiving of matching) used.add(waiving)
      const { waiver } = matching.find((waiving) => !isOver(waiving)) ?? {}
      if (waiver) {
        const { reason, until } = waiver
        return { by: 'waiver', reason: redact(reason), ...(until !== undefined && { until }) }
      }
      const ends = matching.flatMap((waiving) => waiving.waiver.until ?? []).sort()
      const end = ends.at(-1)
      if (end === undefined) return known
      found.severity = 'error'
      found.message += `; the waiver for this ended on ${end}`
      return undefined
    },
    note(source, { results }) {
      for (const waiving of given) {
        if (used.has(waiving) || asked.has(waiving) || !waiving.isFor(source)) continue
        const result = results.find(({ id }) => id === waiving.waiver.rule)
        if (result?.status === 'passed' || result?.status === 'failed') asked.add(waiving)
      }
    },
    describeUnused: () =>
      given
        .filter((waiving) => asked.has(waiving) && !used.has(waiving))
        .map(
          ({ place, waiver: { rule } }) =>
            `${place}the waiver of ${quote(rule)} is for nothing that was found in the documents judged: take it out, or narrow it`,
        ),
    of: (source) =>
      given
        .filter(({ isFor }) => isFor(source))
        .map((waiving) => ({ ...waiving.waiver, isOver: isOver(waiving) })),
  }
}

/** Whether a finding is at the place of a waiver, or in it; one about an answer is at no place. */
function isAt({ at }: Waiver, { location }: Diagnostic): boolean {
  if (at === undefined || at === '') return true
  if (location.kind === 'exchange') return false
  const pointer = location.kind === 'url' ? '/client_id' : location.pointer
  return pointer === at || pointer.startsWith(`${at}/`)
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether a text is a day of the calendar, as 2026-12-31: RFC 3339 section 5.6. */
export function isDate(text: string): boolean {
  const [, year, month, day] = (/^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || !day) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const length = month === 2 && isLeap ? 29 : (LENGTHS[month - 1] ?? 0)
  return day <= length
}
