import type { Report, Source, Summary, Suppression } from './types.js'

/** Where a reporter writes. */
export interface Sink {
  write(text: string): void
}

/** What a reporter may know of a run besides its reports. */
export interface Run {
  readonly command: string
  readonly tool: { readonly name: string; readonly version: string }
  readonly hasColor: boolean
  /** Columns of the terminal; undefined when the output is none, and is not wrapped. */
  readonly columns: number | undefined
  /** Only what is wrong. */
  readonly isQuiet: boolean
  /** The most bytes there is room for, for a reporter that can leave out what is less grave. */
  readonly maxBytes: number
  /** Remarks for people, at the end. */
  remarks(): readonly string[]
  /** The text that the report being reported speaks of, its secrets masked. */
  source(): { readonly text: string; readonly within: Source['within'] } | undefined
  /**
   * The file that the report being reported speaks of, or the list that names its URL, as the
   * repository has it, with slashes, and the line it begins at; undefined for what is no file, and for
   * one elsewhere. `isDocument` says whether lines of the document are lines of this file.
   */
  file(): { readonly path: string; readonly line: number; readonly isDocument: boolean } | undefined
  /**
   * What an inventory says of the document that the report being reported speaks of, the same object
   * for each of its reports; undefined for a command without inventory.
   */
  entry(): Entry | undefined
}

/** A document in an inventory: what it says of its client, without secrets and cut where it is long. */
export interface Entry {
  /** Whether it is a JSON object. */
  readonly isRead: boolean
  readonly clientId: string | undefined
  /** The host of the client identifier. */
  readonly host: string | undefined
  readonly name: string | undefined
  readonly applicationType: string | undefined
  readonly authMethod: string | undefined
  /** The redirection URIs by their kind. */
  readonly redirects: readonly RedirectKind[]
  readonly grants: readonly string[]
  readonly scope: string | undefined
  /** What its host answered, as a clause; undefined when nobody asked. */
  readonly hosted: string | undefined
  /** The days left to a certificate that should be renewed. */
  readonly expiresIn: number | undefined
}

/** Redirection URIs of one kind: how many, and the hosts or schemes they have. */
export interface RedirectKind {
  readonly kind: 'https' | 'http' | 'loopback' | 'custom scheme' | 'other'
  readonly count: number
  readonly places: readonly string[]
}

/** Turns reports into text on a sink as they come, and nothing else. */
export type Reporter = (sink: Sink, run: Run) => Reporting | Promise<Reporting>

/** A reporter at work on one run. */
export interface Reporting {
  /** Whether it needs what passed and what does not apply too. */
  readonly needsAll?: boolean
  begin?(): void
  report(report: Report): void
  end(summary: Summary): void
}

/** Names an HTTP exchange of a report for people: what was asked, and what came. */
export function nameExchange({ exchanges }: Report, index: number): string {
  const { request, response } = exchanges[index] ?? {}
  if (!request) return `exchange ${index}`
  const asked = `${request.method} ${request.url}`
  return response ? `${asked}, answered ${response.status}` : asked
}

/** Says why a diagnostic does not count, and until when. */
export const explainSuppression = ({ reason, until }: Suppression): string =>
  until === undefined ? reason : `${reason}, until ${until}`

/** The counts of a run before its first report. */
export const emptySummary = (): Summary => ({
  targets: 0,
  reports: 0,
  passed: 0,
  failed: 0,
  incomplete: 0,
  errors: 0,
  warnings: 0,
  infos: 0,
  suppressed: 0,
})

/** Adds a report to the counts; targets are counted by who knows them. */
export function addToSummary(summary: Summary, { outcome, counts }: Report): void {
  summary.reports++
  summary[outcome]++
  summary.errors += counts.error
  summary.warnings += counts.warning
  summary.infos += counts.info
  summary.suppressed += counts.suppressed
}
