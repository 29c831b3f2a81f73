import { standingOf } from '../core/engine.js'
import { quote } from '../core/printable.js'
import type { Profile, Rule, Severity } from '../core/types.js'
import type { Setting } from './config.js'

/** Severities by the id of a requirement, as they were decided. */
export type Settings = ReadonlyMap<string, Setting>

const WEIGHTS = { off: 0, info: 1, warning: 2, error: 3 } as const satisfies Record<Setting, number>

/**
 * Says why a requirement cannot be given a severity under a profile.
 *
 * @returns Undefined when it can.
 */
export function refuseSetting(rule: Rule, setting: Setting, profile: Profile): string | undefined {
  const standing = standingOf(rule, profile)
  if (!standing) return undefined
  const to = setting === 'off' ? 'switched off' : `made ${quote(setting)}`
  const waive = 'a waiver with a reason lets a finding pass'
  const { isLater, level, severity } = standing
  if (level === 'MUST' && !isLater && WEIGHTS[setting] < WEIGHTS[severity]) {
    return `${quote(rule.id)} is MUST under ${profile.id}, and cannot be ${to}: ${waive}`
  }
  if (rule.floor && WEIGHTS[setting] < WEIGHTS[rule.floor]) {
    return `${quote(rule.id)} is ${quote(rule.floor)} at least, and cannot be ${to}: ${waive}`
  }
  return undefined
}

/** The rules that are left under a profile, and the severities that were decided for them. */
export function applySettings(
  rules: readonly Rule[],
  settings: Settings,
  profile: Profile,
): { readonly rules: readonly Rule[]; readonly severities: ReadonlyMap<string, Severity> } {
  const severities = new Map<string, Severity>()
  const left = rules.filter((rule) => {
    const setting = settings.get(rule.id)
    // A profile that only a line of NDJSON asks for was not there to be checked against.
    if (setting === undefined || refuseSetting(rule, setting, profile) !== undefined) return true
    if (setting !== 'off') severities.set(rule.id, setting)
    return setting !== 'off'
  })
  return { rules: left, severities }
}
