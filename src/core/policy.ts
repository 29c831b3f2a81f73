import { quote } from './printable.js'
import type { Finding, Pointer } from './types.js'

/** What is wanted of names: which may be there and no others, which must be there, and which must not. */
export interface Choice {
  /** These, and no others. */
  allowed?: readonly string[]
  /** All of these. */
  required?: readonly string[]
  /** None of these. */
  forbidden?: readonly string[]
}

/** The hosts that URIs may lead to; `*.example.com` is every host below example.com. */
export interface AllowedHosts {
  /** Of the client identifier. */
  client_id?: readonly string[]
  /** Of http and https redirection URIs, but for loopback. */
  redirect_uris?: readonly string[]
  /** Of every other URL in the document: keys, logo and pages. */
  links?: readonly string[]
}

/** What an organisation wants of its clients, beyond the specifications. */
export interface Policy {
  hosts?: AllowedHosts
  /** The members of the document, by name; one with a language tag goes by the name before it. */
  members?: Choice
  grant_types?: Choice
  /** The values of `scope`, one by one. */
  scope?: Choice
  token_endpoint_auth_method?: Omit<Choice, 'required'>
  /**
   * Regular expressions by member, as RE2 has them: the string, or each string of the array, matches
   * as a whole.
   */
  patterns?: { [member: string]: string }
  /** The largest document, in bytes. */
  maxSize?: number
  /** Whether URIs that lead to the user's own machine are forbidden. */
  forbidLoopback?: boolean
  /** A JSON Schema of the document in a file of its own, seen from the directory of this one. */
  schema?: string
}

/** A regular expression of a policy. */
export interface PolicyPattern {
  readonly member: string
  readonly source: string
  /** Whether all of a text matches, in time linear in its length. */
  matches(text: string): boolean
}

/** A policy that was checked, ready to be asked. */
export interface PreparedPolicy {
  readonly says: Omit<Policy, 'schema'> & { readonly schema?: unknown }
  readonly patterns?: readonly PolicyPattern[]
  /** What a JSON Schema finds in a document of so many bytes. */
  readonly findFaults?: (value: unknown, bytes: number) => readonly Finding[]
}

/** A name that a document gives, and where. */
type Given = Pick<Finding, 'at' | 'on' | 'part'> & { readonly name: string }

/** The names of a list that a message tells; what is more is counted. */
const MAX_LISTED = 8

/**
 * Judges names by what is wanted of them.
 *
 * @param subject What has the names, as a message calls it.
 * @param at The place of what has them, for names that are missing.
 */
export function* judgeChoice(
  { allowed, required = [], forbidden = [] }: Choice,
  subject: string,
  at: Pointer,
  given: readonly Given[],
): Generator<Finding> {
  for (const { name, ...place } of given) {
    if (forbidden.includes(name)) {
      const message = `${subject} has ${quote(name)}, which the policy forbids`
      yield { ...place, message, suggestion: 'leave it out' }
    } else if (allowed && !allowed.includes(name)) {
      const message = `${subject} has ${quote(name)}, and the policy allows ${listNames(allowed)}`
      yield { ...place, message, suggestion: 'leave it out, or have the policy allow it' }
    }
  }
  const names = new Set(given.map(({ name }) => name))
  for (const name of required) {
    if (names.has(name)) continue
    const message = `${subject} has no ${quote(name)}, which the policy requires`
    yield { at, message, suggestion: `add ${quote(name)}` }
  }
}

/** Lists the names of a policy in a message. */
function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MAX_LISTED).map(quote).join(', ')
  const rest = names.length - MAX_LISTED
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

/** The name of a member without its language tag: RFC 7591 section 2.2. */
export const withoutTag = (name: string): string => name.split('#', 1)[0] ?? name

/** A URL as a policy on hosts sees it. */
type HostedUrl = { readonly host: { readonly text: string; readonly offset: number } }

/**
 * Judges the host of a URL by the hosts that are allowed.
 *
 * @param subject What the URL is, as a message calls it.
 */
export function* judgeHost(
  allowed: readonly string[],
  subject: string,
  at: Pointer,
  { host }: HostedUrl,
): Generator<Finding> {
  if (allowed.some((pattern) => matchesHost(host.text.toLowerCase(), pattern.toLowerCase()))) return
  yield {
    at,
    part: { offset: host.offset, length: host.text.length },
    message: `the host of ${subject} is ${quote(host.text)}, and the policy allows ${listNames(allowed)}`,
    suggestion: 'move it to an allowed host, or have the policy allow this one',
  }
}

const matchesHost = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length >= pattern.length
    : host === pattern
