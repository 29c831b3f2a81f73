import type { MEMBERS, MemberType } from './members.js'
import { nameMember } from './printable.js'
import { type RedirectUri, readRedirectUris } from './redirect-uri.js'
import { escapeToken } from './scan.js'
import type { Mistyped, Pointer } from './types.js'
import { type RawUrl, splitUrl } from './url.js'
import {
  boolean,
  NAMES,
  number,
  object,
  string,
  strings,
  TAGGED,
  URLS,
} from './validate-members.js'

/** What the types of the member table are in TypeScript. */
interface Types {
  string: string
  boolean: boolean
  number: number
  strings: readonly string[]
  object: Readonly<Record<string, unknown>>
}

/** The members that are of their registered type. */
export type Metadata = {
  readonly [M in keyof typeof MEMBERS]?: Types[(typeof MEMBERS)[M]['type']]
}

/** A registered member that holds an http or https URL, or an item of one; with or without language tag. */
export interface UrlMember {
  readonly at: Pointer
  /** How a message names it: `logo_uri`, or `item 0 of request_uris`. */
  readonly subject: string
  /** The name without its language tag. */
  readonly member: string
  readonly text: string
  /** Undefined when it is no absolute URL. */
  readonly url: RawUrl | undefined
}

const EXPECTED = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  array: 'an array of strings',
  object: 'an object',
} as const

/** What the generated validators say of a value of another type. */
interface TypeFault {
  /** Empty for the value, the index of an item of it otherwise. */
  readonly instancePath: '' | `/${string}`
  readonly params: { readonly type: keyof typeof EXPECTED }
}

interface Validator {
  (value: unknown): boolean
  readonly errors?: readonly TypeFault[] | null
}

const VALIDATORS = { string, boolean, number, strings, object } as Record<MemberType, Validator>

const TYPES: ReadonlyMap<string, Validator> = new Map(
  Object.entries(NAMES).flatMap(([type, names]) =>
    names.split(' ').map((name) => [name, VALIDATORS[type as MemberType]] as const),
  ),
)

const TAGGED_NAMES: ReadonlySet<string> = new Set(TAGGED.split(' '))
const URL_NAMES: ReadonlySet<string> = new Set(URLS.split(' '))

/** The registered member that a name stands for, with or without a language tag: RFC 7591 section 2.2. */
function memberOf(name: string): string {
  const hash = name.indexOf('#')
  const member = hash < 0 ? name : name.slice(0, hash)
  return hash < 0 || TAGGED_NAMES.has(member) ? member : name
}

/**
 * Sorts the members of a JSON object into those of their registered type and the others. Members that
 * nobody registered may be of any type.
 *
 * @param value A JSON object without prototype.
 */
export function readMetadata(value: Readonly<Record<string, unknown>>): {
  metadata: Metadata
  mistyped: readonly Mistyped[]
  redirects: readonly RedirectUri[]
  urls: readonly UrlMember[]
} {
  const mistyped: Mistyped[] = []
  const urls: UrlMember[] = []
  let metadata: Record<string, unknown> = value
  for (const name of Object.keys(value)) {
    const member = memberOf(name)
    const validate = TYPES.get(member)
    const held = value[name]
    if (!validate || validate(held)) {
      if (URL_NAMES.has(member)) for (const url of urlsIn(name, member, held)) urls.push(url)
      continue
    }
    if (metadata === value) metadata = Object.assign(Object.create(null), value)
    delete metadata[name]
    for (const fault of validate.errors ?? []) mistyped.push(toMistyped(name, held, fault))
  }
  const { redirect_uris }: Metadata = metadata
  return { metadata, mistyped, redirects: readRedirectUris(redirect_uris), urls }
}

function toMistyped(name: string, held: unknown, { instancePath, params }: TypeFault): Mistyped {
  const actual = instancePath === '' ? held : (held as unknown[])[Number(instancePath.slice(1))]
  return {
    at: `/${escapeToken(name)}${instancePath}`,
    name,
    expected: EXPECTED[params.type],
    actual: describeType(actual),
  }
}

/** Says what a JSON value is. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return INFINITE
  return EXPECTED[typeof value as 'string' | 'boolean' | 'number' | 'object']
}

/** What `JSON.parse` makes of 1e400. */
const INFINITE = 'infinite to every program that reads it'

/** The URLs that a member holds: one, or the items of an array. */
function urlsIn(name: string, member: string, held: unknown): UrlMember[] {
  const at: Pointer = `/${escapeToken(name)}`
  // Only a language tag is foreign.
  const subject = name === member ? name : nameMember(name)
  if (typeof held === 'string') {
    return [{ at, subject, member, text: held, url: splitUrl(held) }]
  }
  return (held as readonly string[]).map((text, index) => ({
    at: `${at}/${index}`,
    subject: `item ${index} of ${subject}`,
    member,
    text,
    url: splitUrl(text),
  }))
}
