import type { Policy } from '../core/policy.js'

/** The id of a profile, or an alias. */
export type ProfileName = string

/** The id of a requirement. */
export type RuleName = string

/** How much a requirement matters; what is off is not asked. */
export type Setting = 'error' | 'warning' | 'info' | 'off'

/**
 * Severities by the id of a requirement. What is MUST under a profile in use can be waived, and is
 * neither lowered nor switched off.
 */
export interface RuleSettings {
  [id: string]: Setting
}

/** A finding that may stay for a while, or for good: it is shown, and does not count. */
export interface Waiver {
  rule: RuleName
  /** Globs of the files it is for, seen from the directory of this file, or of URLs; else all. */
  documents?: string[]
  /** The JSON Pointer of what it is for, with all that is in it; else the whole document. */
  at?: string
  /** Why the finding may stay. */
  reason: string
  /** The last day it may stay, in UTC, as 2026-12-31; afterwards it is an error. */
  until?: string
}

/** What is different for some documents; of several the later wins, member by member. */
export interface Override {
  /** Globs of the files it is for, seen from the directory of this file, or of URLs. */
  documents: string[]
  profile?: ProfileName | ProfileName[]
  rules?: RuleSettings
  policy?: Policy
}

/** What `mcp-cimd.config.json`, or the `mcp-cimd` key of `package.json`, may say. */
export interface Config {
  /** Where the schema of this file is, for editors. */
  $schema?: string
  /**
   * The documents: each file, seen from the directory of this one, and the https URL it is published
   * at.
   */
  documents?: { [file: string]: string }
  /** The profile, or several: each document is judged under each. */
  profile?: ProfileName | ProfileName[]
  rules?: RuleSettings
  waivers?: Waiver[]
  policy?: Policy
  overrides?: Override[]
}
