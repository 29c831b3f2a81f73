import { endOfString, unescapeToken } from './scan.js'
import type { Pointer } from './types.js'

type Offsets = readonly [start: number, end: number]

/** Where a value stands and, for a member of an object, its name with the quotes. */
export interface Place {
  readonly key?: Offsets
  readonly value: Offsets
}

/** A place, and once somebody asked, the places in it by name or index; of a repeated name the last. */
interface Node extends Place {
  within?: ReadonlyMap<string, Node>
}

/**
 * Says where things are in a JSON text: each container is read when something in it is asked for, and
 * only once.
 *
 * @param text A text that `JSON.parse` accepts.
 *
 * @returns What finds the place of a JSON Pointer, RFC 6901 section 4; undefined where nothing is.
 */
export function createPlaces(text: string): (pointer: Pointer) => Place | undefined {
  const start = skipBlanks(text, 0)
  const whole: Node = { value: [start, endOfValue(text, start)] }
  return (pointer) => {
    let found: Node | undefined = whole
    for (const token of pointer.split('/').slice(1)) {
      if (!found) return undefined
      found.within ??= readContainer(text, found.value[0])
      found = found.within.get(unescapeToken(token))
    }
    return found
  }
}

const NOTHING: ReadonlyMap<string, Node> = new Map()

/** Notes where the members of an object or the items of an array are, without a look into them. */
function readContainer(text: string, start: number): ReadonlyMap<string, Node> {
  const isObject = text[start] === '{'
  if (!isObject && text[start] !== '[') return NOTHING
  const within = new Map<string, Node>()
  for (let at = start + 1; ; at++) {
    at = skipBlanks(text, at)
    if (text[at] === '}' || text[at] === ']') return within
    let key: Offsets | undefined
    let name = `${within.size}`
    if (isObject) {
      key = [at, endOfString(text, at) + 1]
      const literal = text.slice(...key)
      name = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
      at = skipBlanks(text, text.indexOf(':', key[1]) + 1)
    }
    const end = endOfValue(text, at)
    within.set(name, { ...(key && { key }), value: [at, end] })
    at = skipBlanks(text, end)
    if (text[at] !== ',') return within
  }
}

/** The offset after a value. */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at)
        break
      case 0x7b: // {
      case 0x5b: // [
        depth++
        continue
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
      default:
        // Within a container, or in a number or a literal.
        if (depth > 0 || isInLiteral(text.charCodeAt(at + 1))) continue
    }
    if (depth === 0) return at + 1
  }
  return text.length
}

/** Whether a number, or true, false or null, goes on with this character. */
const isInLiteral = (code: number): boolean =>
  // Letters, digits and "+", "-", "."; never white space, a comma or a bracket.
  code === 0x2b ||
  code === 0x2d ||
  code === 0x2e ||
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a)

/** The offset of the next character that is not white space: RFC 8259 section 2. */
function skipBlanks(text: string, start: number): number {
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at++
  }
}
