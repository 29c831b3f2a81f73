import { prepare, type Ruleset, type Scope } from '../core/engine.js'
import type { PreparedPolicy } from '../core/policy.js'
import type { Profile, Rule, Severity, Source } from '../core/types.js'
import { mergePolicies } from './policy.js'
import { applySettings, type Settings } from './settings.js'

/** What a document is judged by, under one profile. */
export interface Measure {
  readonly ruleset: Ruleset
  /** The severities that were decided. */
  readonly severities?: ReadonlyMap<string, Severity>
  /** The requirements that are not asked. */
  readonly off?: readonly string[]
  readonly policy?: PreparedPolicy | undefined
  /** Which overrides are for the document: where they stand. */
  readonly overrides?: readonly string[]
}

/** What was said for all documents, or for some. */
export interface Said {
  readonly profiles: readonly Profile[]
  readonly settings: Settings
  readonly policy: PreparedPolicy | undefined
}

/** What is different for some documents. */
export interface Overriding extends Said {
  readonly place: string
  readonly isFor: (source: Source) => boolean
}

/**
 * Finds what a document is judged by.
 *
 * @param said What holds for all; its profiles, if they are of the command line, hold against any
 * other.
 */
export function createMeasures(
  said: Said & { readonly isDecided: boolean },
  overrides: readonly Overriding[],
  rules: readonly Rule[],
  scope: Scope,
): (source: Source, asked?: Profile) => readonly Measure[] {
  const known = new Map<string, readonly Measure[]>()
  return (source, asked) => {
    const matching = overrides.filter(({ isFor }) => isFor(source))
    const key = JSON.stringify([
      asked?.id,
      ...matching.map((override) => overrides.indexOf(override)),
    ])
    const measures = known.get(key) ?? merge(matching, asked)
    known.set(key, measures)
    return measures
  }

  function merge(matching: readonly Overriding[], asked: Profile | undefined): readonly Measure[] {
    const all: readonly Said[] = [said, ...matching]
    const settings: Settings = new Map(all.flatMap((one) => [...one.settings]))
    const policy = all.reduce<PreparedPolicy | undefined>(
      (merged, one) => mergePolicies(merged, one.policy),
      undefined,
    )
    const named = said.isDecided ? [said] : all
    const own = named.findLast(({ profiles }) => profiles.length > 0)?.profiles ?? []
    const profiles = asked ? [asked] : own
    return profiles.map((profile) => {
      const { rules: left, severities } = applySettings(rules, settings, profile)
      const off = rules.filter((rule) => !left.includes(rule)).map(({ id }) => id)
      return {
        ruleset: prepare(left, profile, scope),
        severities,
        off,
        policy,
        overrides: matching.map(({ place }) => place),
      }
    })
  }
}
