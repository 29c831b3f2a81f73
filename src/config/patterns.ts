import { RE2JS } from 're2js'

/** The longest regular expression, in UTF-16 units. */
const MAX_LENGTH = 200

/** The most repetitions by number, such as `{1,64}`, in all: each is a copy of what is repeated. */
const MAX_REPEATS = 1000

/** The longest text that a JSON Schema has matched: a longer one does not match. */
const MAX_TEXT = 2048

/** A regular expression whose time is linear in the length of the text. */
export interface Pattern {
  /** Whether all of a text matches. */
  matches(text: string): boolean
  /** Whether some of a text matches, as JSON Schema asks. */
  test(text: string): boolean
  toString(): string
}

/**
 * Compiles a regular expression as RE2 has them: without what only backtracking can do.
 *
 * @throws Error that says what is wrong with it, as a clause.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) {
    throw new Error(`has ${source.length} characters, and ${MAX_LENGTH} are allowed`)
  }
  const repeats = Array.from(source.matchAll(/\{[0-9]*,?([0-9]*)\}/g), ([all]) =>
    Math.max(...(all.match(/[0-9]+/g) ?? ['0']).map(Number)),
  ).reduce((sum, count) => sum + count, 0)
  if (repeats > MAX_REPEATS) {
    throw new Error(`repeats ${repeats} times in all, and ${MAX_REPEATS} are allowed`)
  }
  const compiled = compile(source)
  return {
    matches: (text) => compiled.matches(text),
    test: (text) => text.length <= MAX_TEXT && compiled.matcher(text).find(),
    // By this ajv tells patterns apart.
    toString: () => source,
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(
      `is no regular expression that is read in linear time: ${message.replace(/^error parsing regexp: /, '')}`,
    )
  }
}
