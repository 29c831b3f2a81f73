import type { MEMBERS } from './members.js'
import { escapeToken, unescapeToken } from './scan.js'
import type { Mistyped, Pointer } from './types.js'
import { type RawUrl, splitUrl } from './url.js'
import { URL_MEMBERS, validateMembers } from './validate-members.js'

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

const URLS: ReadonlySet<string> = new Set(URL_MEMBERS)

/**
 * Sorts the members of a JSON object into those of their registered type and the others. Members that
 * nobody registered may be of any type.
 *
 * @param value A JSON object without prototype.
 */
export function readMetadata(value: Readonly<Record<string, unknown>>): {
  metadata: Metadata
  mistyped: readonly Mistyped[]
  urls: readonly UrlMember[]
} {
  const names = Object.keys(value)
  if (validateMembers(value)) return { metadata: value, mistyped: [], urls: urlsOf(value, names) }
  const mistyped = (validateMembers.errors as readonly TypeFault[]).map((fault) =>
    toMistyped(value, fault),
  )
  const metadata: Record<string, unknown> = Object.assign(Object.create(null), value)
  for (const { name } of mistyped) delete metadata[name]
  const order = new Map(names.map((name, index) => [name, index]))
  const orderOf = ({ name }: Mistyped): number => order.get(name) ?? 0
  return {
    metadata,
    mistyped: mistyped.sort((a: Mistyped, b: Mistyped) => orderOf(a) - orderOf(b)),
    urls: urlsOf(metadata, Object.keys(metadata)),
  }
}

/** What the generated validator says of a value of another type. */
interface TypeFault {
  readonly instancePath: Pointer
  readonly params: { readonly type: keyof typeof EXPECTED }
}

function toMistyped(
  value: Readonly<Record<string, unknown>>,
  { instancePath, params }: TypeFault,
): Mistyped {
  const [, token = '', index] = instancePath.split('/')
  const name = unescapeToken(token)
  const member = value[name]
  const actual = index === undefined ? member : (member as unknown[])[Number(index)]
  return { at: instancePath, name, expected: EXPECTED[params.type], actual: describeType(actual) }
}

/** Says what a JSON value is. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return EXPECTED[typeof value as 'string' | 'boolean' | 'number' | 'object']
}

/** The members that hold URLs, in the order of the document. */
function urlsOf(
  metadata: Readonly<Record<string, unknown>>,
  names: readonly string[],
): UrlMember[] {
  return names.flatMap((name): UrlMember[] => {
    const [member = name] = name.split('#', 1)
    if (!URLS.has(member)) return []
    const at: Pointer = `/${escapeToken(name)}`
    const held = metadata[name]
    if (typeof held === 'string') {
      return [{ at, subject: name, member, text: held, url: splitUrl(held) }]
    }
    if (!Array.isArray(held) || name !== member) return []
    return held.map((text: string, index) => ({
      at: `${at}/${index}`,
      subject: `item ${index} of ${name}`,
      member,
      text,
      url: splitUrl(text),
    }))
  })
}
