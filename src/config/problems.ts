import { resolve } from 'node:path'
import type { Scope } from '../core/engine.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { unknownName } from '../core/suggest.js'
import type { Pointer, Profile, Rule } from '../core/types.js'
import { splitUrl } from '../core/url.js'
import { ids as ruleIds } from '../rules/ids.js'
import { ids as serverIds } from '../servers/ids.js'
import type { Config, Override, RuleSettings, Waiver } from './config.js'
import { nameAt, type Problem } from './explain.js'
import { findGlobProblems } from './globs.js'
import { refuseSetting } from './settings.js'
import { isDate } from './waivers.js'

/** What a configuration is read for. */
export interface Reading {
  /** Those that the command asks. */
  readonly rules: readonly Rule[]
  readonly scope: Scope
  /** The profiles that the command line names. */
  readonly profiles: readonly string[]
  /**
   * Finds a profile; without a name the usual one.
   *
   * @throws UsageError when there is none of that name.
   */
  findProfile(name?: string): Profile
}

/** Each profile once, however many names it was given under. */
export const profilesOf = (
  names: Config['profile'],
  { findProfile }: Reading,
): readonly Profile[] => [...new Set([names ?? []].flat().map((name) => findProfile(name)))]

/** What is wrong with a configuration whose types are right, but for its policies. */
export function findProblems(config: Config, reading: Reading): Problem[] {
  const { documents = {}, overrides = [], profile, rules = {}, waivers = [] } = config
  const profileProblems = [
    ...findProfileProblems(profile, '/profile', reading),
    ...overrides.flatMap((override, index) =>
      findProfileProblems(override.profile, `/overrides/${index}/profile`, reading),
    ),
  ]
  return [
    ...profileProblems,
    ...findDocumentProblems(documents),
    ...waivers.flatMap((waiver, index) => findWaiverProblems(waiver, `/waivers/${index}`)),
    ...overrides.flatMap(({ documents: globs }, index) => {
      const at: Pointer = `/overrides/${index}/documents`
      return globs.length === 0 ? [nothingIn(at)] : findGlobProblems(globs, at)
    }),
    // What is MUST is known only of profiles that are.
    ...(profileProblems.length > 0 ? [] : findSettingProblems(rules, overrides, profile, reading)),
  ]
}

const nothingIn = (at: Pointer): Problem => ({
  at,
  message: `${nameAt(at)} is empty: write the globs of the documents it is for`,
})

function findProfileProblems(
  names: Config['profile'],
  at: Pointer,
  { findProfile }: Reading,
): Problem[] {
  return [names ?? []].flat().flatMap((name, index): Problem[] => {
    try {
      findProfile(name)
      return []
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return [{ at: Array.isArray(names) ? `${at}/${index}` : at, message }]
    }
  })
}

function findDocumentProblems(documents: NonNullable<Config['documents']>): Problem[] {
  return Object.entries(documents).flatMap(([file, url], index): Problem[] => {
    const at: Pointer = `/documents/${escapeToken(file)}`
    if (file === '') return [{ at, on: 'key', message: 'the name of a document is empty' }]
    const same = Object.keys(documents).findIndex((other) => resolve(other) === resolve(file))
    if (same < index) {
      const other = quote(Object.keys(documents)[same] ?? '')
      return [{ at, on: 'key', message: `${quote(file)} is ${other}, which stands here already` }]
    }
    if (splitUrl(url)?.scheme.text.toLowerCase() === 'https') return []
    const message = `the URL of ${quote(file)} is ${quote(url)}; write the https URL it is published at`
    return [{ at, message }]
  })
}

function findWaiverProblems(
  { rule, documents, at, reason, until }: Waiver,
  place: Pointer,
): Problem[] {
  const unless = (holds: boolean, member: string, message: () => string): Problem[] =>
    holds ? [] : [{ at: `${place}/${member}`, message: message() }]
  return [
    ...unless(isId(rule), 'rule', () => noRule(rule)),
    ...(documents?.length === 0
      ? [nothingIn(`${place}/documents`)]
      : findGlobProblems(documents ?? [], `${place}/documents`)),
    ...unless(
      at === undefined || /^(?:\/(?:[^~]|~[01])*)?$/.test(at),
      'at',
      () =>
        `${nameAt(`${place}/at`)} is ${quote(at ?? '')}: write a JSON Pointer, such as "/redirect_uris/0"`,
    ),
    ...unless(
      reason.trim() !== '',
      'reason',
      () => `${nameAt(`${place}/reason`)} is blank: write why the finding may stay`,
    ),
    ...unless(
      until === undefined || isDate(until),
      'until',
      () =>
        `${nameAt(`${place}/until`)} is ${quote(until ?? '')}: write the last day as it stands in a calendar, such as "2026-12-31"`,
    ),
  ]
}

function findSettingProblems(
  rules: RuleSettings,
  overrides: readonly Override[],
  profile: Config['profile'],
  reading: Reading,
): Problem[] {
  const decided = profilesOf([...reading.profiles], reading)
  const common = profilesOf(profile, reading)
  const usual = common.length > 0 ? common : [reading.findProfile()]
  const own = overrides.map((override) => profilesOf(override.profile, reading))
  const inUse = decided.length > 0 ? decided : [...new Set([...usual, ...own.flat()])]
  const known = new Map(reading.rules.map((rule) => [rule.id, rule]))
  const find = (settings: RuleSettings, at: Pointer, profiles: readonly Profile[]): Problem[] =>
    Object.entries(settings).flatMap(([id, setting]): Problem[] => {
      const place: Pointer = `${at}/${escapeToken(id)}`
      if (!isId(id)) return [{ at: place, on: 'key', message: noRule(id) }]
      const rule = known.get(id)
      const refusals = rule
        ? profiles.flatMap((one) => refuseSetting(rule, setting, one) ?? [])
        : []
      return refusals.slice(0, 1).map((message) => ({ at: place, message }))
    })
  return [
    ...find(rules, '/rules', inUse),
    ...overrides.flatMap((override, index) => {
      const profiles = decided.length === 0 ? (own[index] ?? []) : []
      const held = profiles.length > 0 ? profiles : inUse
      return find(override.rules ?? {}, `/overrides/${index}/rules`, held)
    }),
  ]
}

/** The requirements of documents, and those that servers accept them. */
const ids: readonly string[] = [...ruleIds, ...serverIds.map((id) => `accepted-by-${id}`)]

const isId = (name: string): boolean => ids.includes(name)

const noRule = (name: string): string =>
  unknownName('requirement', name, ids, '"mcp-cimd explain" lists them').message
