import {
  explainStatus,
  headersOf,
  isJsonType,
  isRedirect,
  mediaTypeOf,
  nameMediaType,
} from './hosting.js'
import { specialUseOfHost } from './ip.js'
import { keysOf, privateMemberOf, symmetricMemberOf } from './jwks.js'
import { describeType } from './metadata.js'
import { nameMember, quote } from './printable.js'
import { originOf, type RedirectUri, subjectOf } from './redirect-uri.js'
import { escapeToken } from './scan.js'
import type { Change, Client, Fact, Objection } from './server.js'
import { type RawUrl, segmentsOf, splitUrl } from './url.js'

/** A fact before it has a source. */
export type Known = Omit<Fact, 'source'>

const NOTHING: readonly Objection[] = []

/** A fact that decides nothing about a document, or that nobody can tell from one. */
export const known = (says: string): Known => ({ says })

/** Several facts as one. */
export const allOf = (says: string, ...facts: readonly Known[]): Known => ({
  says,
  check: (client) => facts.flatMap((fact) => fact.check?.(client) ?? NOTHING),
})

/** A fact that a setting can change. */
export const unlessSet = (unless: string, fact: Known): Known => ({
  ...fact,
  check: (client) =>
    (fact.check?.(client) ?? NOTHING).map((objection) => ({ ...objection, unless })),
})

/* How the document is hosted. */

/** At most so many bytes are read. */
export const atMostBytes = (most: number): Known => ({
  says: `at most ${most} bytes`,
  check({ answer, bytes }) {
    const size = answer && !isRedirect(answer) ? answer.bytes : bytes
    if (size <= most) return NOTHING
    return [
      {
        at: '',
        message: `the document has ${size} bytes, and at most ${most} are read`,
        suggestion: 'publish only what servers need, and keys at jwks_uri',
      },
    ]
  },
})

/** Which status codes are an answer; what redirects is a fact of its own. */
export const statusOf = (accepted: 'exactly 200' | 'any 2xx'): Known => ({
  says: accepted,
  check({ answer }) {
    if (!answer || isRedirect(answer)) return NOTHING
    const { status } = answer
    // An answer without content has no document.
    const is2xx = status >= 200 && status < 300 && status !== 204
    const isFine = accepted === 'any 2xx' ? is2xx : status === 200
    if (isFine) return NOTHING
    const message = `the URL ${explainStatus(answer) ?? ''}`
    return [{ at: '', message, suggestion: 'answer with status 200' }]
  },
})

/** Redirects are not followed. */
export const notFollowed: Known = {
  says: 'not followed: the document is refused',
  check: ({ answer }) =>
    answer && isRedirect(answer)
      ? [
          {
            at: '',
            message: `the URL ${explainStatus(answer) ?? ''}`,
            suggestion: 'answer with the document itself',
          },
        ]
      : NOTHING,
}

/** Redirects are followed, wherever they lead; what is there is not known. */
export const followed: Known = {
  says: 'followed',
  check: ({ answer }) =>
    answer && isRedirect(answer) && headersOf(answer, 'location').length === 0
      ? [
          {
            at: '',
            message: `the URL answers ${answer.status} and does not say where to go`,
            suggestion: 'answer with the document itself',
          },
        ]
      : NOTHING,
}

/** Which media types are read; parameters do not matter. */
export const typeOf = (accepted: 'application/json' | 'any JSON type'): Known => ({
  says:
    accepted === 'any JSON type'
      ? 'application/json, or application/… that ends in +json'
      : 'application/json',
  check({ answer }) {
    if (!answer || isRedirect(answer)) return NOTHING
    const type = mediaTypeOf(answer)
    const isFine = accepted === 'any JSON type' ? isJsonType(type) : type === 'application/json'
    if (isFine) return NOTHING
    return [
      {
        at: '',
        message: `the URL answers with ${nameMediaType(type)}, and only ${accepted === 'any JSON type' ? 'types of JSON are' : `${accepted} is`} read`,
        suggestion: 'send "Content-Type: application/json"',
      },
    ]
  },
})

/** How long an answer is waited for, in milliseconds. */
export const within = (most: number): Known => ({
  says: `${most / 1000} s`,
  check: ({ answer }) =>
    !answer || answer.milliseconds <= most
      ? NOTHING
      : [
          {
            at: '',
            message: `the URL answered after ${Math.round(answer.milliseconds)} ms, and ${most} ms are waited`,
            suggestion: 'serve a file that is always at hand, without a cold start',
          },
        ],
})

/* The client identifier. */

/** What a client identifier may have that a server refuses it for. */
const FEATURES = {
  http: [
    ({ scheme }) => scheme.text.toLowerCase() !== 'https',
    'is not https',
    'publish it over https',
  ],
  query: [({ query }) => query !== undefined, 'has a query', 'publish it at a URL without "?"'],
  fragment: [({ fragment }) => !!fragment, 'has a fragment', 'leave out "#" and what follows'],
  userinfo: [({ userinfo }) => !!userinfo, 'has a user', 'leave out what stands before "@"'],
  port: [
    ({ port }) => port !== undefined,
    'has a port',
    'publish it on port 443, and leave it out',
  ],
  dots: [
    ({ path }) => segmentsOf(path).some(({ text }) => /^(?:\.|%2e){1,2}$/i.test(text)),
    'has a dot segment',
    'write the path without "." and ".."',
  ],
  bare: [({ path }) => path.text === '', 'has no path', 'publish it at one, such as /client.json'],
  root: [
    ({ path }) => path.text === '/',
    'has the path "/" alone',
    'publish it at another, such as /client.json',
  ],
  slash: [
    ({ path }) => path.text.length > 1 && path.text.endsWith('/'),
    'ends with a slash',
    'publish it at a path that does not',
  ],
  anchor: [({ fragment }) => !!fragment?.text, 'has a fragment', 'leave out "#" and what follows'],
} as const satisfies Record<
  string,
  readonly [has: (url: RawUrl) => boolean, clause: string, suggestion: string]
>

/** Something that a client identifier may have. */
export type Feature = keyof typeof FEATURES

/**
 * What client identifiers are refused for.
 *
 * @param most The most bytes that one may have.
 */
export const identifierWithout = (
  refused: readonly Feature[],
  says: string,
  most = Number.POSITIVE_INFINITY,
): Known => ({
  says,
  check({ clientId, identifier }) {
    if (clientId === undefined) return NOTHING
    const found = refused.flatMap((name) => {
      const [has, clause, suggestion] = FEATURES[name]
      return identifier && has(identifier) ? [objectTo(clientId, clause, suggestion)] : []
    })
    if (!identifier) {
      found.push(objectTo(clientId, 'is no absolute URL', 'write the URL of the document'))
    }
    const length = most === Number.POSITIVE_INFINITY ? 0 : new TextEncoder().encode(clientId).length
    if (length > most) {
      found.push(
        objectTo(clientId, `has ${length} bytes, and at most ${most} are taken`, 'shorten it'),
      )
    }
    return found
  },
})

/** Something against the client identifier. */
export const objectTo = (clientId: string, clause: string, suggestion: string): Objection => ({
  at: '/client_id',
  message: `client_id ${quote(clientId)} ${clause}`,
  suggestion,
})

/**
 * The host of a client identifier has to be public, as far as its name tells.
 *
 * @param isExempt Which others are taken too.
 */
export const onPublicHost = (isExempt: (host: string) => boolean = () => false): Known => ({
  says: 'on a public host',
  check({ clientId, identifier }) {
    if (clientId === undefined || !identifier) return NOTHING
    const host = identifier.host.text
    const reason = specialUseOfHost(host)
    if (reason === undefined || isExempt(host)) return NOTHING
    return [
      objectTo(
        clientId,
        `is on a host that is not public (${reason})`,
        'publish it where everybody can read it',
      ),
    ]
  },
})

/** The document has to say the URL it is at, character by character. */
export const sameIdentifier: Known = {
  says: 'compared character by character',
  check({ url, value: { client_id } }) {
    // What is missing is required.
    if (url === undefined || isEmpty(client_id) || client_id === url) return NOTHING
    return [
      {
        at: '/client_id',
        message: `client_id is not ${quote(url)}, where the document is`,
        suggestion: 'write that URL',
        change: { member: 'client_id', value: url },
      },
    ]
  },
}

/* Members. */

/** What the value of a member should be. */
export interface Wanted {
  /** What follows "must be". */
  readonly what: string
  is(held: unknown, client?: Client): boolean
}

/** A string that is not empty. */
export const text: Wanted = {
  what: 'a string that is not empty',
  is: (held) => typeof held === 'string' && held !== '',
}

/** Any string. */
export const string: Wanted = { what: 'a string', is: (held) => typeof held === 'string' }

/** True or false. */
export const flag: Wanted = { what: 'true or false', is: (held) => typeof held === 'boolean' }

/** An array of strings. */
export const strings: Wanted = {
  what: 'an array of strings',
  is: (held) => Array.isArray(held) && held.every((item) => typeof item === 'string'),
}

/** An array of strings, each of which is something. */
export const stringsThat = (what: string, is: (item: string) => boolean): Wanted => ({
  what: `an array of ${what}`,
  is: (held) => strings.is(held) && (held as readonly string[]).every(is),
})

/** An array of strings that has one of these. */
export const stringsWith = (...items: readonly string[]): Wanted => ({
  what: `an array that has ${items.map((item) => `"${item}"`).join(' or ')}`,
  is: (held) =>
    strings.is(held) && items.some((item) => (held as readonly string[]).includes(item)),
})

/** A number that counts seconds. */
export const seconds: Wanted = {
  what: 'a whole number, not below 0',
  is: (held) => Number.isInteger(held) && (held as number) >= 0,
}

/** One of some strings. */
export const oneOf = (...values: readonly string[]): Wanted => ({
  what: values.map((value) => `"${value}"`).join(' or '),
  is: (held) => typeof held === 'string' && values.includes(held),
})

/** Nothing: the member may not be there. */
export const nothing: Wanted = { what: 'left out', is: () => false }

/** The same, or `null`. */
export const orNull = ({ what, is }: Wanted): Wanted => ({
  what,
  is: (held, client) => held === null || is(held, client),
})

const schemesOf = (held: unknown): string | undefined =>
  typeof held === 'string' ? splitUrl(held)?.scheme.text.toLowerCase() : undefined

/** An https URL. */
export const httpsUrl: Wanted = {
  what: 'an https URL',
  is: (held) => schemesOf(held) === 'https',
}

/** An http or https URL. */
export const webUrl: Wanted = {
  what: 'an http or https URL',
  is: (held) => schemesOf(held) === 'https' || schemesOf(held) === 'http',
}

/** A URL on the origin of the client identifier. */
export const ownUrl: Wanted = {
  what: 'on the origin of client_id',
  is: (held, client) => isSameOrigin(held, client?.identifier),
}

/** Whether a URL has the origin of another. */
export function isSameOrigin(held: unknown, other: RawUrl | undefined): boolean {
  const url = typeof held === 'string' ? splitUrl(held) : undefined
  if (!url || !other) return false
  const [one, two] = [url.scheme.text.toLowerCase(), other.scheme.text.toLowerCase()]
  return one === two && originOf(url) === originOf(other)
}

/**
 * What members have to be where they are there; `null` is there too.
 *
 * @param wanted By the name of the member.
 */
export const membersAre = (wanted: Readonly<Record<string, Wanted>>, says: string): Known => ({
  says,
  check: (client) =>
    Object.entries(wanted).flatMap(([name, { what, is }]) => {
      if (!(name in client.value) || is(client.value[name], client)) return NOTHING
      return [unlike(name, client.value[name], what)]
    }),
})

/**
 * Members that have to be of their registered type where they are there, with a language tag too.
 *
 * @param required Those that may not be left out, of which `requiring` says that `null` is none.
 * @param optional The others.
 */
export const typed = (
  required: readonly string[],
  optional: readonly string[],
  says: string,
): Known => ({
  says,
  check: ({ mistyped, value }) =>
    mistyped.flatMap(({ at, name, actual, expected }) => {
      const isRequired = required.includes(name)
      if (isRequired ? value[name] === null : !optional.includes(name.split('#', 1)[0] ?? '')) {
        return NOTHING
      }
      const isItem = at !== `/${escapeToken(name)}`
      const subject = isItem ? `an item of ${nameMember(name)}` : nameMember(name)
      const message = `${subject} is ${actual}, and has to be ${expected}`
      const suggestion = `write ${expected}`
      if (isRequired) return [{ at, message, suggestion }]
      const change = { member: name, value: undefined }
      return [{ at, message, suggestion: `${suggestion}, or remove ${nameMember(name)}`, change }]
    }),
})

/** Something against the value of a member. */
export function unlike(name: string, held: unknown, what: string): Objection {
  const shown =
    typeof held === 'string'
      ? quote(held)
      : typeof held === 'boolean' || typeof held === 'number'
        ? `${held}`
        : describeType(held)
  const is = what === nothing.what ? 'there' : Array.isArray(held) ? 'another array' : shown
  return {
    at: `/${escapeToken(name)}`,
    message: `${name} is ${is}, and has to be ${what}`,
    suggestion: what === nothing.what ? `remove ${name}` : `write ${what}, or remove ${name}`,
    change: { member: name, value: undefined },
  }
}

/** The members without which a document is refused; an empty one is none. */
export const requiring = (members: readonly string[], says = members.join(', ')): Known => ({
  says,
  check: ({ value }) =>
    members.flatMap((name) => {
      const held = value[name]
      if (isEmpty(held)) return [missing(name, value)]
      if (name !== 'redirect_uris' || strings.is(held)) return NOTHING
      const { change: _, ...objection } = unlike(name, held, strings.what)
      return [{ ...objection, suggestion: `write ${strings.what}` }]
    }),
})

const isEmpty = (held: unknown): boolean =>
  held === undefined ||
  held === null ||
  (typeof held === 'string' && held.trim() === '') ||
  (Array.isArray(held) && held.length === 0)

/** Says that a required member is not there, or says nothing. */
export const missing = (name: string, value: Client['value'], change?: Change): Objection => ({
  at: `/${name}`,
  message: `${name} is ${name in value ? 'empty' : 'missing'}, and required`,
  suggestion: `add ${name}`,
  ...(change && { change }),
})

/** Something against an array that lacks an item. */
export const lacking = (
  name: 'grant_types' | 'response_types',
  { metadata }: Client,
  item: string,
): Objection => ({
  at: `/${name}`,
  message: `${name} is without "${item}", and a sign-in is refused`,
  suggestion: `add "${item}" to ${name}`,
  change: { member: name, value: [...(metadata[name] ?? []), item] },
})

/** Quotes the first of some values. */
export function quoteSome(values: readonly string[]): string {
  const shown = values
    .slice(0, 3)
    .map((value) => quote(String(value)))
    .join(', ')
  return values.length > 3 ? `${shown} and ${values.length - 3} more` : shown
}

/** The items of an array that something is said of. */
const MAX_TOLD = 50

/** What values of an array make of a document: those that a server does not know. */
export function foreignItems(
  name: 'grant_types' | 'response_types',
  accepted: readonly string[],
  { metadata }: Client,
): readonly Objection[] {
  const items = metadata[name] ?? []
  const kept = items.filter((item) => accepted.includes(item))
  return items.slice(0, MAX_TOLD + kept.length).flatMap((item, index): Objection[] =>
    accepted.includes(item)
      ? []
      : [
          {
            at: `/${name}/${index}`,
            message: `item ${index} of ${name}, ${quote(item)}, is unknown, and the document is refused for it`,
            suggestion: `leave it out of ${name}`,
            change: { member: name, value: kept },
          },
        ],
  )
}

/** Keys in the document must be public, and a set of objects. */
export function objectToKeys({ value }: Client): readonly Objection[] {
  const { jwks } = value
  if (jwks === undefined || jwks === null) return NOTHING
  if (typeof jwks !== 'object' || !Array.isArray((jwks as { keys?: unknown }).keys)) {
    return [unlike('jwks', jwks, 'an object with an array "keys"')]
  }
  return keysOf(jwks as Readonly<Record<string, unknown>>).flatMap(([index, key]) => {
    const member = privateMemberOf(key) ?? symmetricMemberOf(key)
    if (member === undefined) return []
    return [
      {
        at: `/jwks/keys/${index}/${member}`,
        message: `key ${index} of jwks is not public: it has ${quote(member)}`,
        suggestion: 'publish public keys alone, and replace this one',
      } as const,
    ]
  })
}

/** Something against a client of `private_key_jwt` without keys. */
export const NO_KEYS: Objection = {
  at: '/jwks_uri',
  message: 'neither jwks nor jwks_uri is there, and private_key_jwt needs one',
  suggestion: 'publish the public keys, and write jwks_uri',
}

/**
 * What a server has against scopes that it does not know.
 *
 * @param known Those it knows from the start.
 * @param setting Where its operator lists others.
 */
export function objectToScopes(
  scopes: readonly string[],
  known: readonly string[],
  setting: string,
): readonly Objection[] {
  const unknown = scopes.filter((scope) => !known.includes(scope))
  if (unknown.length === 0) return NOTHING
  return [
    {
      at: '/scope',
      message: `scope names ${quoteSome(unknown)}, which the server does not know from the start`,
      suggestion: 'leave out of scope what the client can do without',
      unless: `\`${setting}\` has them`,
    },
  ]
}

/* Redirection URIs. */

/** The items of an array of which leaving one out is tried. */
const MAX_CHANGED = 50

/** Something against a redirection URI of the document, and the change that leaves it out. */
export const objectToUri = (
  { at, text }: RedirectUri,
  clause: string,
  { metadata: { redirect_uris = [] } }: Client,
  more: Partial<Objection> = {},
): Objection => ({
  at,
  message: `${subjectOf(at, text)} ${clause}`,
  suggestion:
    more.unless !== undefined
      ? 'ask the operator of the server to allow it'
      : redirect_uris.length > 1
        ? 'publish it in a document of its own, for the servers that take it'
        : 'register an https URI, or http on loopback',
  // Without any there would be nobody to sign in.
  ...(redirect_uris.length > 1 &&
    redirect_uris.length <= MAX_CHANGED && {
      change: { member: 'redirect_uris', value: redirect_uris.filter((other) => other !== text) },
    }),
  ...more,
})

/** Whether it has a scheme, and a host where its scheme asks for one. */
export const isAbsolute = ({ scheme, url }: Pick<RedirectUri, 'scheme' | 'url'>): boolean =>
  scheme === 'http' || scheme === 'https' ? url !== undefined : scheme !== ''

/** Which hosts may be asked for at any port, and whether also where one is registered. */
interface PortRules {
  readonly hosts: (host: string) => boolean
  readonly also?: 'where a port is registered'
}

/**
 * Whether a sign-in may ask for a URI: the registered one itself, or on some hosts with another port.
 *
 * @param schemes Which have a port that may differ.
 */
export function isRegistered(
  { text, url }: RedirectUri,
  requested: string,
  { hosts, also }: PortRules,
  schemes: readonly string[] = ['http'],
): boolean {
  if (text === requested) return true
  const asked = splitUrl(requested)
  if (!url || !asked || !hosts(url.host.text.toLowerCase())) return false
  if (!schemes.includes(url.scheme.text.toLowerCase())) return false
  if (url.port && !also) return false
  return withoutPort(url) === withoutPort(asked)
}

const withoutPort = ({ raw, scheme, host, path }: RawUrl): string =>
  `${scheme.text.toLowerCase()}://${host.text.toLowerCase()}${raw.slice(path.offset) || '/'}`

/** The hosts of RFC 8252 section 7.3. */
export const isLiteral = (host: string): boolean => host === '127.0.0.1' || host === '[::1]'

/** The same, and `localhost`. */
export const isLiteralOrName = (host: string): boolean => isLiteral(host) || host === 'localhost'

/** The whole block of loopback addresses, and `localhost`: RFC 1122 section 3.2.1.3. */
export const isAnyLoopback = (host: string): boolean =>
  isLiteralOrName(host) || /^127(?:\.[0-9]{1,3}){3}$/.test(host)

/** A sign-in has to ask for what is registered, but for the port of some. */
export const matching = (rules: PortRules, says: string): Known => ({
  says,
  signIn: (redirect, requested) =>
    isRegistered(redirect, requested, rules) ? NOTHING : [notMatched(redirect, requested)],
})

/** A sign-in has to ask for exactly what is registered. */
export const exactly: Known = {
  says: 'character by character, the port too',
  signIn: (redirect, requested) =>
    redirect.text === requested
      ? NOTHING
      : [
          {
            ...notMatched(redirect, requested),
            suggestion: 'register the port that the client listens on',
          },
        ],
}

/** Something against a sign-in whose redirection URI is not registered. */
export const notMatched = ({ at, text }: RedirectUri, requested: string): Objection => ({
  at,
  message: `${subjectOf(at, text)} matches no sign-in at another port, such as ${quote(requested)}`,
  suggestion: 'register the port that the client listens on, or a literal that may have any',
})
