import type { Cite } from './spec.js'
import type {
  BadExample,
  Example,
  Finding,
  JsonSchema,
  Keyword,
  Need,
  Pointer,
  Profile,
  Rule,
  RuleInput,
} from './types.js'

type NonEmpty<T> = readonly [T, ...T[]]

interface RuleDefinition<Id extends string, N extends Need> {
  readonly id: Id
  readonly title: string
  readonly floor?: 'error' | 'warning'
  readonly cap?: 'warning'
  readonly rationale: string
  /** Leaving it out asks for a JSON object. */
  readonly needs?: N
  readonly reads?: NonEmpty<string>
  readonly schema?: JsonSchema
  readonly examples: {
    readonly valid: NonEmpty<Example>
    readonly invalid: NonEmpty<BadExample & { readonly at: NonEmpty<Pointer> }>
  }
  check(input: RuleInput<N>): Iterable<Finding>
}

/** Whoever says MUST or SHOULD says where it is written. */
type Level =
  | { readonly level: 'MUST' | 'SHOULD' | 'MAY'; readonly cites: NonEmpty<Cite> }
  | { readonly level: 'ADVICE'; readonly cites: readonly Cite[] }

/** Defines a rule: one file of `rules/`, one sentence. */
export function defineRule<const Id extends string, N extends Need = 'object'>(
  rule: RuleDefinition<Id, N> & Level,
): Rule<Id, N> {
  return { ...rule, needs: rule.needs ?? ('object' as N) }
}

/**
 * Defines a profile: one file of `profiles/`, frozen once released.
 *
 * @param profile Its `levels` name the rules whose keyword in this profile is not the one of their
 * first citation.
 */
export function defineProfile<const Id extends string, RuleId extends string>(
  profile: Omit<Profile<Id, RuleId>, 'levels'> & {
    readonly levels?: { readonly [R in RuleId]?: Keyword }
  },
): Profile<Id, RuleId> {
  return { ...profile, levels: profile.levels ?? {} }
}
