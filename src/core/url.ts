import { nameCharacter, quote } from './printable.js'
import type { Finding } from './types.js'

/** A component of a URL as it is written: its text, and its offset in the URL. */
export interface Component {
  readonly text: string
  readonly offset: number
}

/**
 * An absolute URL with authority, taken apart and nothing repaired. A component is present when its
 * delimiter is: an empty query, fragment or userinfo is a component too.
 */
export interface RawUrl {
  readonly raw: string
  readonly scheme: Component
  readonly userinfo: Component | undefined
  readonly host: Component
  readonly port: Component | undefined
  /** Empty when nothing follows the authority. */
  readonly path: Component
  readonly query: Component | undefined
  readonly fragment: Component | undefined
}

// RFC 3986 appendix B, with the authority of section 3.2 taken apart, and of the characters of section 2.
const ABSOLUTE =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([\w\-.~:[\]!$&'()*+,;=%]*)@)?(\[[\w\-.~:!$&'()*+,;=%]*\]|[\w\-.~!$&'()*+,;=%]+)(?::([0-9]*))?(\/[\w\-.~:/[\]@!$&'()*+,;=%]*)?(\?[\w\-.~:/?[\]@!$&'()*+,;=%]*)?(#[\w\-.~:/?#[\]@!$&'()*+,;=%]*)?$/
// RFC 9110 sections 4.2.1 and 4.2.2.
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
])
// RFC 3986 section 2: everything else must be percent-encoded.
const FOREIGN = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/

/**
 * Takes an absolute URL apart without repairing it.
 *
 * @returns The components, or undefined when it is no absolute URL with a host.
 *
 * @see [RFC 3986 - Uniform Resource Identifier (URI): Generic Syntax](https://www.rfc-editor.org/rfc/rfc3986.html#section-3)
 */
export function splitUrl(raw: string): RawUrl | undefined {
  if (raw.length > MAX_KEPT) return split(raw)
  // Several rules take the same URLs of a document apart.
  let url = kept.get(raw)
  if (url !== undefined) return url
  url = split(raw)
  if (kept.size >= 64) kept.clear()
  if (url) kept.set(raw, url)
  return url
}

const MAX_KEPT = 256
const kept = new Map<string, RawUrl>()

function split(raw: string): RawUrl | undefined {
  // Never through new URL(): it repairs dot segments, empty components, ports and backslashes.
  const match = ABSOLUTE.exec(raw)
  if (!match || (raw.includes('%') && FOREIGN.test(raw))) return undefined
  const [, scheme = '', userinfo, host = '', port, path = '', query, fragment] = match
  if (port !== undefined && Number(port) > 65_535) return undefined
  let offset = 0
  const take = (text: string, before: number): Component => {
    const component = { text, offset: offset + before }
    offset += before + text.length
    return component
  }
  return {
    raw,
    scheme: take(scheme, 0),
    userinfo: userinfo === undefined ? undefined : take(userinfo, 3),
    host: take(host, userinfo === undefined ? 3 : 1),
    port: port === undefined ? undefined : take(port, 1),
    path: take(path, 0),
    query: query === undefined ? undefined : take(query.slice(1), 1),
    fragment: fragment === undefined ? undefined : take(fragment.slice(1), 1),
  }
}

/** Finds the first character that no URL may contain: RFC 3986 section 2. */
function findForeignCharacter(raw: string): Component | undefined {
  const offset = raw.search(FOREIGN)
  if (offset < 0) return undefined
  return { text: String.fromCodePoint(raw.codePointAt(offset) ?? 0), offset }
}

/** What is wrong with a text that is no absolute URL. */
export interface UrlFault {
  /** Undefined where all of it is meant. */
  readonly part?: { readonly offset: number; readonly length: number }
  /** A clause that continues "this URL …". */
  readonly clause: string
  /** Undefined where only a URL of the right purpose can be suggested. */
  readonly suggestion?: string
}

// What is before the path, also where the "//" is missing.
const AUTHORITY = /^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/|(?![A-Za-z][A-Za-z0-9+.-]*:))[^/?#]*/

/** Says which character of a URL no URL may contain, and what to do about it. */
export function explainForeignCharacter(raw: string): Required<UrlFault> | undefined {
  const foreign = findForeignCharacter(raw)
  if (!foreign) return undefined
  const { text, offset } = foreign
  const part = { offset, length: text.length }
  const placeholder = placeholderAt(raw, offset)
  if (text === '%') {
    return {
      part,
      clause: `has a "%" at offset ${offset} that begins no percent-encoding`,
      suggestion: placeholder ?? 'write "%25" for a percent sign',
    }
  }
  return {
    part,
    clause: `has ${nameCharacter(text)} at offset ${offset}, which no URL may contain`,
    suggestion: placeholder ?? adviceOn(text, raw, offset),
  }
}

/** What to do where a template was not filled in: {{host}}, <host> or %HOST%. */
function placeholderAt(raw: string, offset: number): string | undefined {
  const pattern = /\{\{?[^{}]{1,64}\}\}?|<[A-Za-z][\w .-]{0,64}>|%[A-Z_]{3,64}%/y
  pattern.lastIndex = offset
  const [placeholder] =
    pattern.exec(raw) ??
    // Its first "%" may begin a percent-encoding, as in %BASE%.
    /%[A-Z_]{3,64}%$/.exec(raw.slice(Math.max(0, offset - 65), offset + 1)) ??
    []
  return placeholder && `write what the placeholder ${quote(placeholder)} stands for`
}

function adviceOn(character: string, raw: string, offset: number): string {
  if (character === '\\') return 'write "/" where a slash is meant'
  const isAtEdge = raw.slice(0, offset + 1).trim() === '' || raw.slice(offset).trim() === ''
  if (isAtEdge || /[\p{Cc}\p{Cs}]/u.test(character)) return 'remove it'
  const isInHost = offset < (AUTHORITY.exec(raw)?.[0].length ?? 0)
  if (!isInHost) return `percent-encode it, as "${encodeURIComponent(character)}"`
  return character < '\x80' ? 'remove it' : 'write the host in its xn-- form'
}

/**
 * Says why a text is no absolute URL with a host, and what to do about it.
 *
 * @returns Undefined for whatever {@link splitUrl} can take apart.
 */
export function explainUrl(raw: string): UrlFault | undefined {
  const foreign = explainForeignCharacter(raw)
  if (foreign || splitUrl(raw)) return foreign
  if (raw === '') return { clause: 'is empty' }
  const [, start, authority = ''] = /^([A-Za-z][A-Za-z0-9+.-]*:(?:\/\/)?)?([^/?#]*)/.exec(raw) ?? []
  if (start === undefined) return { clause: 'is not absolute: it has no scheme' }
  if (!start.endsWith('//')) {
    return { clause: `has no "//" after "${start}", and so no host` }
  }
  const at = authority.indexOf('@')
  if (authority.includes('@', at + 1)) {
    return {
      part: { offset: start.length, length: authority.length },
      clause: 'has a second "@" before its path, and programs disagree about its host',
      suggestion: 'remove everything between "//" and the last "@", and the "@"',
    }
  }
  const place = authority.slice(at + 1)
  const part = { offset: start.length + at + 1, length: place.length }
  if (/^(?::|$)/.test(place)) return { part, clause: 'has no host' }
  const [, port] = /^(?:\[[^\][]*\]|[^\][:]+):([^\][:]*)$/.exec(place) ?? []
  if (port === undefined) {
    return {
      part,
      clause: `has the host ${quote(place)}, which is neither a name nor an IPv6 address in brackets`,
      suggestion:
        'write an IPv6 address as in https://[2606:4700::1111]/, and any other host without ":"',
    }
  }
  return {
    part: { offset: part.offset + place.length - port.length, length: port.length },
    clause: `has the port ${quote(port)}, which is ${/^[0-9]+$/.test(port) ? 'above 65535' : 'not a number'}`,
    suggestion: 'write the port as a number up to 65535, or leave it out',
  }
}

/**
 * Says what is wrong with a member that should be an absolute URL.
 *
 * @param subject How a message names the member.
 * @param otherwise What to do when the fault itself does not tell.
 */
export function judgeAbsolute(
  subject: string,
  raw: string,
  otherwise: string,
): Omit<Finding, 'at'> | undefined {
  const fault = explainUrl(raw)
  if (!fault) return undefined
  const { part, clause, suggestion = otherwise } = fault
  return {
    ...(part && { part }),
    message: `${raw ? `${subject} ${quote(raw)}` : subject} ${clause}`,
    suggestion,
  }
}

/** A host without the brackets that a URL puts around an IPv6 address. */
export const unbracket = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** The port as URL parsers spell it; empty when it is the default of http or https, or left out. */
export function portOf({ port, scheme }: RawUrl): string {
  if (!port?.text) return ''
  const number = String(Number(port.text))
  return number === DEFAULT_PORTS.get(scheme.text.toLowerCase()) ? '' : number
}

/**
 * How URL parsers spell an http or https URL: scheme and host in lower case, no default port, a path,
 * and no dot segments. User information is left out.
 *
 * @returns Undefined for hosts that parsers rewrite by rules of their own: IPv6 addresses but for
 * [::1], numbers, internationalized and percent-encoded names.
 *
 * @see [URL Standard](https://url.spec.whatwg.org/#url-serializing)
 */
export function spellingOf(url: RawUrl): string | undefined {
  const { raw, scheme, path, query, fragment } = url
  const host = url.host.text.toLowerCase()
  const last = host.split('.').findLast((label) => label !== '') ?? ''
  const isName = /^[a-z0-9_.-]+$/.test(host) && /^[^0-9]/.test(last) && !host.includes('xn--')
  if (!isName && host !== '[::1]' && host !== '127.0.0.1') return undefined
  const port = portOf(url)
  const end = fragment ? fragment.offset - 1 : raw.length
  return [
    `${scheme.text.toLowerCase()}://${host}`,
    port && `:${port}`,
    withoutDots(path.text || '/'),
    query && `?${raw.slice(query.offset, end).replaceAll("'", '%27')}`,
    raw.slice(end),
  ].join('')
}

/** Resolves the segments "." and "..", percent-encoded or not. */
function withoutDots(path: string): string {
  const kept: string[] = []
  const segments = path.split('/')
  for (const [index, segment] of segments.entries()) {
    const plain = segment.replaceAll(/%2e/gi, '.')
    if (plain !== '.' && plain !== '..') {
      kept.push(segment)
      continue
    }
    if (plain === '..' && kept.length > 1) kept.pop()
    if (index === segments.length - 1) kept.push('')
  }
  return kept.join('/')
}

/** The segments of a path, with their offsets in the URL. */
export function segmentsOf(path: Component): Component[] {
  let { offset } = path
  return path.text.split('/').map((text) => {
    const segment = { text, offset }
    offset += text.length + 1
    return segment
  })
}
