import picomatch from 'picomatch'
import { quote } from '../core/printable.js'
import type { Pointer, Source } from '../core/types.js'
import { isUrl } from '../load.js'
import { pathIn } from '../workspace.js'
import { nameAt, type Problem } from './explain.js'

/** The longest glob, and the longest name that one is asked of, in UTF-16 units. */
const MAX_GLOB = 200
const MAX_NAME = 1024

/** The most places of a glob that may stand for this or that: each multiplies what a name costs. */
const MAX_CHOICES = 3

/** Finds the globs that can match nothing. */
export const findGlobProblems = (globs: readonly string[], at: Pointer): Problem[] =>
  globs.flatMap((glob, index): Problem[] => {
    const fault = faultOf(glob)
    const place: Pointer = `${at}/${index}`
    return fault === undefined ? [] : [{ at: place, message: `${nameAt(place)} ${fault}` }]
  })

function faultOf(glob: string): string | undefined {
  if (glob === '') return 'is empty: write a glob such as "clients/*.json"'
  if (glob.length > MAX_GLOB) return `has ${glob.length} characters, and ${MAX_GLOB} are allowed`
  if (glob.includes('(')) return `is ${quote(glob)}, where "(" is not read: write "{a,b}" or "?"`
  if (/^!|[\]}]\+|\||\[!/.test(glob)) {
    return `is ${quote(glob)}, where "!", "|" and a "+" after a bracket are not read: write what is meant, not what is not`
  }
  const choices = glob.match(/\*+|\{/g)?.length ?? 0
  if (choices > MAX_CHOICES) {
    return `has ${choices} "*" and "{", and ${MAX_CHOICES} are allowed: write two globs, or a shorter one`
  }
  if (isUrl(glob)) return undefined
  const help = 'write it as it is seen from the directory of the configuration'
  if (/^(?:[/\\]|[a-z]:[/\\])/i.test(glob)) return `is ${quote(glob)}, an absolute path: ${help}`
  if (glob.split(/[/\\]/).includes('..')) {
    return `is ${quote(glob)}, which leads out of its directory and matches nothing: ${help}`
  }
  return undefined
}

/**
 * Says of a document whether a glob is for it: a file by its path, seen from a directory, a URL as it
 * is written.
 *
 * @param directory Absolute.
 * @param resolve Makes the path of a document absolute.
 */
export function createMatcher(
  globs: readonly string[],
  directory: string,
  resolve: (path: string) => string,
): (source: Source) => boolean {
  const matchesUrl = compile(globs.filter(isUrl))
  const matchesFile = compile(globs.filter((glob) => !isUrl(glob)))
  return ({ kind, name, within }) => {
    if (kind === 'url') return matchesUrl(name)
    const path = kind === 'file' ? pathIn(directory, resolve(within?.uri ?? name)) : undefined
    return path !== undefined && matchesFile(path)
  }
}

function compile(globs: readonly string[]): (name: string) => boolean {
  if (globs.length === 0) return () => false
  const matches = picomatch([...globs], { dot: true })
  return (name) => name.length <= MAX_NAME && matches(name)
}
