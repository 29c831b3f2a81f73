import { prepare, type Ruleset, type Scope } from './core/engine.js'
import { ALIASES, DEFAULT_PROFILE } from './core/spec.js'
import { unknownName } from './core/suggest.js'
import type { Profile, Rule } from './core/types.js'
import { profiles } from './profiles/index.js'

/** The name of a profile, or an alias. */
export type ProfileName = (typeof profiles)[number]['id'] | keyof typeof ALIASES

const ALIAS_MAP: ReadonlyMap<string, string> = new Map(Object.entries(ALIASES))

/**
 * Finds a profile by its id or an alias.
 *
 * @throws UsageError when there is none of that name.
 */
export function findProfile(name?: string | null): Profile {
  const id = ALIAS_MAP.get(name ?? DEFAULT_PROFILE) ?? name
  const profile = profiles.find((profile) => profile.id === id)
  if (profile) return profile
  const names = [...profiles.map(({ id }) => id), ...ALIAS_MAP.keys()]
  throw unknownName('profile', String(name), names, `there are ${names.join(', ')}`)
}

/** Prepares the rules of profiles, each once, since they are plain data. */
export function createRulesets(
  rules: readonly Rule[],
  scope: Scope,
): (profile: Profile) => Ruleset {
  const prepared = new Map<string, Ruleset>()
  return (profile) => {
    const ruleset = prepared.get(profile.id) ?? prepare(rules, profile, scope)
    prepared.set(profile.id, ruleset)
    return ruleset
  }
}
