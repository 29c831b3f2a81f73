import { nameCharacter } from './printable.js'

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

// RFC 3986 appendix B, with the authority of section 3.2 taken apart.
const ABSOLUTE =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^/?#@]*)@)?(\[[^\][/?#@]*\]|[^\][/?#@:]+)(?::([^/?#@:]*))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/s
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
  // Never through new URL(): it repairs dot segments, empty components, ports and backslashes.
  if (findForeignCharacter(raw)) return undefined
  const match = ABSOLUTE.exec(raw)
  if (!match) return undefined
  const [, scheme = '', userinfo, host = '', port, path = '', query, fragment] = match
  if (port !== undefined && (!/^[0-9]*$/.test(port) || Number(port) > 65_535)) return undefined
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

/** What is wrong with a URL that has a character it may not have. */
export interface ForeignCharacter {
  readonly part: { readonly offset: number; readonly length: number }
  /** A clause that continues "this URL …". */
  readonly clause: string
  readonly suggestion: string
}

/** Says which character of a URL no URL may contain, and what to do about it. */
export function explainForeignCharacter(raw: string): ForeignCharacter | undefined {
  const foreign = findForeignCharacter(raw)
  if (!foreign) return undefined
  const { text, offset } = foreign
  const part = { offset, length: text.length }
  if (text === '%') {
    return {
      part,
      clause: `has a "%" at offset ${offset} that begins no percent-encoding`,
      suggestion: 'write "%25" for a percent sign',
    }
  }
  return {
    part,
    clause: `has ${nameCharacter(text)} at offset ${offset}, which no URL may contain`,
    suggestion: 'percent-encode it; a host has an xn-- form',
  }
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
