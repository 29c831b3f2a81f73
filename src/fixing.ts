import { structuredPatch } from 'diff'
import { nameMember, plural, quote } from './core/printable.js'
import { maskSecrets } from './core/secrets.js'
import type { MetadataDocument, Report, Summary } from './core/types.js'
import { fix, type Measure, wholeText } from './fix.js'
import { type Io, say } from './io.js'

/** What repairs the documents of a run. */
export interface Fixing {
  /**
   * Repairs a document, and writes it to its file where that is asked for.
   *
   * @returns The document as it now is, or would be.
   */
  repair(document: MetadataDocument, measures: readonly Measure[]): MetadataDocument
  /** Takes note of what is left in a document. */
  note(report: Report): void
  /** Says what was done and what was left, and gives whether all could be written. */
  end(summary: Summary): boolean
}

/** What no repair makes good, since somebody may have read it. */
const PUBLISHED_SECRETS: ReadonlySet<string> = new Set([
  'jwks-no-private-members',
  'jwks-no-symmetric',
  'no-client-secret',
  'no-embedded-secrets',
  'no-private-key-material',
  'no-registration-credentials',
  'no-secret-in-software-statement',
])

/**
 * Prepares to repair documents.
 *
 * @param isWriting Whether files are written; otherwise it is shown what would change.
 * @param isQuiet Says only what could not be done.
 */
export async function createFixing(isWriting: boolean, isQuiet: boolean, io: Io): Promise<Fixing> {
  const { replaceText } = await import('./files.js')
  const would = isWriting ? '' : 'would be '
  let isUntold = true
  let isComplete = true
  const exposed = new Set<string>()
  return {
    repair(document, measures) {
      const { name } = document.source
      const { document: fixed, count } = fix(document, measures)
      const reason = whyLeft(document)
      if (reason !== undefined) say(io, `${quote(name)} was left as it is: ${reason}`)
      if (reason !== undefined || count > 0) isUntold = false
      if (count === 0) return document
      const [before, after] = [wholeText(document), wholeText(fixed)]
      const objection = isWriting ? replaceText(name, before, after, io) : undefined
      if (objection !== undefined) {
        say(io, `${quote(name)} ${objection}`)
        isComplete = false
        return document
      }
      if (!isWriting) for (const line of compare(name, before, after)) say(io, line)
      if (!isQuiet) say(io, `${quote(name)}: ${count} ${plural(count, 'defect')} ${would}repaired`)
      return fixed
    },
    note({ target, results }) {
      const isExposed = results.some(
        ({ id, status }) => status === 'failed' && PUBLISHED_SECRETS.has(id),
      )
      if (isExposed) exposed.add(target)
    },
    end({ errors, warnings, infos }) {
      for (const name of exposed) {
        say(
          io,
          `${quote(name)} publishes a secret, and to remove it is not enough: revoke it, make a new one, and only then take it out`,
        )
      }
      if (isQuiet) return isComplete
      const left = [
        [errors, 'error'],
        [warnings, 'warning'],
        [infos, 'remark'],
      ] as const
      const counts = left.flatMap(([count, noun]) =>
        count > 0 ? `${count} ${plural(count, noun)}` : [],
      )
      if (isUntold) say(io, 'there was nothing to repair')
      if (counts.length > 0) say(io, `left to the author: ${counts.join(', ')}`)
      return isComplete
    },
  }
}

/** Why nothing can be repaired in a document, where that is so. */
function whyLeft({ stage, faults }: MetadataDocument): string | undefined {
  if (stage === 'object' || stage === 'nothing') return undefined
  return stage === 'json' ? 'it is no JSON object' : faults.at(-1)?.message
}

/** What changes, as a unified diff to be read: without secrets, and without the ends of lines. */
function compare(name: string, before: string, after: string): string[] {
  const { hunks } = structuredPatch(name, name, maskSecrets(before), maskSecrets(after))
  return [
    `--- ${nameMember(name)}`,
    `+++ ${nameMember(name)}`,
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines.map((line) => line.replace(/\r$/, '')),
    ]),
  ]
}
