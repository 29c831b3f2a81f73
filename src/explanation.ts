import { parseDocument } from './core/document.js'
import { citesOf, evaluate, prepare, standingOf } from './core/engine.js'
import type { Diagnostic, Example, Profile, Rule } from './core/types.js'

/** Everything there is to say about a rule: what `explain` prints and the pages in docs/ show. */
export interface Explanation {
  readonly id: string
  readonly title: string
  readonly rationale: string
  /** Severity and citations by profile; a profile that does not contain the rule is left out. */
  readonly profiles: readonly {
    readonly id: string
    readonly level: string
    readonly severity: string
    readonly isLater: boolean
    readonly cites: readonly { readonly text: string; readonly url: string }[]
  }[]
  /** A document that holds the rule, and one that does not. */
  readonly good: string
  readonly bad: string
  /** What is reported of the bad one. */
  readonly found: readonly Diagnostic[]
}

/**
 * Explains a rule from its own file: the bad example is really judged, so that what the page says is
 * what the tool says.
 */
export function explainRule(rule: Rule, profiles: readonly Profile[]): Explanation {
  const { valid = [], invalid = [] } = rule.examples ?? {}
  const [good] = valid
  const [bad] = invalid
  return {
    id: rule.id,
    title: rule.title,
    rationale: unwrap(rule.rationale ?? ''),
    profiles: profiles.flatMap((profile) => {
      const standing = standingOf(rule, profile)
      return standing ? [{ id: profile.id, ...standing, cites: citesOf(rule, profile) }] : []
    }),
    good: good ? renderExample(good) : '',
    bad: bad ? renderExample(bad) : '',
    found: bad ? judgeExample(rule, bad, profiles) : [],
  }
}

/** Judges an example by its rule alone, in the first profile that contains it. */
export function judgeExample(
  rule: Rule,
  example: Example,
  profiles: readonly Profile[],
): Diagnostic[] {
  const profile = profiles.find((profile) => standingOf(rule, profile))
  if (!profile) return []
  const document = readExample(example)
  const { results } = evaluate(document, prepare([rule], profile, 'all'), { all: true })
  return results.flatMap(({ diagnostics }) => diagnostics)
}

/** Parses an example as if it had been published. */
function readExample(example: Example) {
  const options = { clientId: example.url }
  if ('clientId' in example) return parseDocument('', { clientId: example.clientId })
  if ('bytes' in example) return parseDocument(Uint8Array.from(example.bytes), options)
  return parseDocument('text' in example ? example.text : JSON.stringify(example.document), options)
}

function renderExample(example: Example): string {
  if ('clientId' in example) return example.clientId
  if ('bytes' in example) {
    return example.bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  }
  const text = 'text' in example ? shorten(example.text) : JSON.stringify(example.document, null, 2)
  return example.url === undefined ? text : `${text}\npublished at ${example.url}`
}

const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 120)}…` : text)

/** Joins the lines of an indented paragraph. */
const unwrap = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ')
