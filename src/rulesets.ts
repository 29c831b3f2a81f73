import { prepare, type Ruleset, type Scope } from './core/engine.ts'
import { UsageError } from './core/errors.ts'
import { quote } from './core/printable.ts'
import { ALIASES, DEFAULT_PROFILE } from './core/spec.ts'
import { didYouMean } from './core/suggest.ts'
import type { Profile } from './core/types.ts'
import { profiles } from './profiles/index.ts'
import { rules } from './rules/index.ts'

/** The name of a profile, or an alias. */
export type ProfileName = (typeof profiles)[number]['id'] | keyof typeof ALIASES

const ALIAS_MAP: ReadonlyMap<string, string> = new Map(Object.entries(ALIASES))

/**
 * Finds a profile by its id or an alias.
 *
 * @throws UsageError when there is none of that name.
 */
export function findProfile(name: string = DEFAULT_PROFILE): Profile {
  const id = ALIAS_MAP.get(name) ?? name
  const profile = profiles.find((profile) => profile.id === id)
  if (profile) return profile
  const names = [...profiles.map(({ id }) => id), ...ALIAS_MAP.keys()]
  throw new UsageError(
    `there is no profile ${quote(name)}${didYouMean(name, names) || `; there are ${names.join(', ')}`}`,
  )
}

const prepared = new Map<string, Ruleset>()

/** The rules of a profile; prepared once, since they are plain data. */
export function rulesetOf(profile: Profile, scope: Scope): Ruleset {
  const key = `${profile.id} ${scope}`
  const ruleset = prepared.get(key) ?? prepare(rules, profile, scope)
  prepared.set(key, ruleset)
  return ruleset
}
