import { closest, distance } from 'fastest-levenshtein'

/**
 * Asks whether a name was meant that is spelled almost alike.
 *
 * @returns A clause for the end of a message, empty when nothing is near.
 */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const near = closest(name, candidates)
  const allowed = Math.max(2, Math.floor(name.length / 3))
  return near !== undefined && distance(name, near) <= allowed ? `; did you mean "${near}"?` : ''
}
