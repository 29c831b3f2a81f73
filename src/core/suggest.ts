import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from './errors.js'
import { quote } from './printable.js'

/**
 * Refuses a name that there is not.
 *
 * @param what What it should have been the name of.
 * @param otherwise What to say when no candidate is near.
 */
export const unknownName = (
  what: string,
  name: string,
  candidates: readonly string[],
  otherwise: string,
): UsageError =>
  new UsageError(
    `there is no ${what} ${quote(name)}${didYouMean(name, candidates) || `; ${otherwise}`}`,
  )

/**
 * Asks whether a name was meant that is spelled almost alike.
 *
 * @returns A clause for the end of a message, empty when nothing is near.
 */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const lower = name.toLowerCase()
  const near = closest(lower, candidates)
  // Of a short name not everything may be another.
  const allowed = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1)
  if (near !== undefined && distance(lower, near) <= allowed) return `; did you mean "${near}"?`
  const longer = name.length < 3 ? [] : candidates.filter((candidate) => candidate.includes(lower))
  if (longer.length === 1) return `; did you mean "${longer[0]}"?`
  return longer.length > 0 ? `; did you mean one of ${longer.slice(0, 5).join(', ')}?` : ''
}

/**
 * Finds the name that differs least from another, and by few letters only.
 *
 * @returns Undefined when none does.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  // Of a short name two letters are too much of it.
  const allowed = name.length < 8 ? 1 : 2
  const near = closest(
    name,
    candidates.filter(({ length }) => Math.abs(length - name.length) <= allowed),
  )
  return near !== undefined && distance(name, near) <= allowed ? near : undefined
}
