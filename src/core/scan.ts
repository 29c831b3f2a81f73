import type { Pointer } from './types.js'

/** The deepest nesting that is read: RFC 8259 section 9 lets a parser set limits. */
export const MAX_DEPTH = 64

/** What is wrong with a JSON text: repeated names, and where it stops being one. */
export interface Scan {
  readonly repeated: readonly Repeated[]
  readonly error?: SyntaxProblem
}

/** A member name that its object had before. */
export interface Repeated {
  readonly name: string
  readonly pointer: Pointer
  readonly start: number
  readonly end: number
}

/** The first place where a text is not JSON. */
interface SyntaxProblem {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly suggestion?: string
}

/**
 * Counts the member names and the nesting of a JSON text, without looking at the names.
 *
 * @param text A text that `JSON.parse` accepts; of any other the numbers mean nothing.
 */
export function countNames(text: string): { names: number; depth: number } {
  let names = 0
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i)
        break
      case 0x3a: // :
        names++
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > deepest) deepest = depth
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth--
        break
    }
  }
  return { names, depth: deepest }
}

/** Finds the closing quote of a string that is known to have one. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  for (;;) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
}

interface Container {
  pointer(): Pointer
  readonly start: number
  readonly isObject: boolean
  readonly names: Set<string>
  /** The name or index of the value that comes next. */
  next: string
  index: number
}

const WHITESPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERAL = /true|false|null/y
// Unrolled, so that a long string costs no backtracking stack.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y

/**
 * Reads a JSON text to the letter of RFC 8259.
 *
 * Keeps its own stack, so nesting cannot overflow the call stack.
 *
 * @see [RFC 8259 - The JavaScript Object Notation (JSON) Data Interchange Format](https://www.rfc-editor.org/rfc/rfc8259.html#section-2)
 */
export function scan(text: string): Scan {
  const repeated: Repeated[] = []
  const open: Container[] = []
  let isWhole = false
  let at = 0

  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const close = () => {
    at++
    open.pop()
    isWhole = open.length === 0
  }
  const fail = (expected: string): Scan => ({
    repeated,
    error: describe(text, at, expected, open.at(-1)),
  })

  let expected: 'value' | 'value or ]' | 'name' | 'name or }' | 'comma' = 'value'
  for (;;) {
    match(WHITESPACE)
    const start = at
    const parent = open.at(-1)
    const character = text[at]

    if (expected === 'comma') {
      if (!parent) {
        return at < text.length || !isWhole ? fail(expected) : { repeated }
      }
      if (character === ',') {
        at++
        parent.index++
        expected = parent.isObject ? 'name' : 'value'
      } else if (character === (parent.isObject ? '}' : ']')) close()
      else return fail(expected)
    } else if (expected === 'name' || expected === 'name or }') {
      if (character === '}' && expected === 'name or }' && parent) {
        close()
        expected = 'comma'
        continue
      }
      if (!parent || !match(STRING)) return fail(expected)
      const literal = text.slice(start, at)
      const name = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
      parent.next = name
      // Deeper than that nothing is read, and a pointer would be as long as the text.
      if (parent.names.has(name) && open.length <= MAX_DEPTH) {
        const pointer: Pointer = `${parent.pointer()}/${escapeToken(name)}`
        repeated.push({ name, pointer, start, end: at })
      }
      parent.names.add(name)
      match(WHITESPACE)
      if (text[at] !== ':') return fail('colon')
      at++
      expected = 'value'
    } else {
      if (parent && !parent.isObject) parent.next = `${parent.index}`
      if (character === '{' || character === '[') {
        at++
        const next = parent?.next ?? ''
        let pointer: Pointer | undefined
        open.push({
          pointer() {
            pointer ??= parent ? `${parent.pointer()}/${escapeToken(next)}` : ''
            return pointer
          },
          start,
          isObject: character === '{',
          names: new Set(),
          next: '',
          index: 0,
        })
        expected = character === '{' ? 'name or }' : 'value or ]'
      } else if (character === ']' && expected === 'value or ]' && parent) {
        close()
        expected = 'comma'
      } else if (match(STRING) || match(LITERAL) || match(NUMBER)) {
        isWhole = !parent
        expected = 'comma'
      } else return fail(expected)
    }
  }
}

/** Escapes a member name for a JSON Pointer: RFC 6901 section 3. */
export const escapeToken = (name: string): string =>
  /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name

/** The member name that a token of a JSON Pointer stands for. */
export const unescapeToken = (token: string): string =>
  token.replaceAll('~1', '/').replaceAll('~0', '~')

/** Says what stands where something else was expected, with the repair where it is a usual slip. */
function describe(
  text: string,
  at: number,
  expected: string,
  parent: Container | undefined,
): SyntaxProblem {
  const rest = text.slice(at, at + 200)
  const first = String.fromCodePoint(text.codePointAt(at) ?? 0x20)
  const word = /^[+.-]*[\p{L}\p{N}_$][\p{L}\p{N}_$.+-]*/u.exec(rest)?.[0] ?? first
  const problem = (message: string, suggestion?: string): SyntaxProblem => ({
    start: at,
    end: Math.min(at + word.length, text.length),
    message,
    ...(suggestion && { suggestion }),
  })
  const close = parent?.isObject ? '}' : ']'

  if (at >= text.length) {
    return parent
      ? problem(`the document ends before the "${close}" of line ${lineOf(text, parent.start)}`)
      : problem('the document is empty', 'write a JSON object, { "client_id": … }')
  }
  if (at === 0 && word.startsWith('<')) {
    return problem(
      'the document is HTML or XML, not JSON',
      'publish the JSON file itself, not a page about it',
    )
  }
  if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#')) {
    return problem('a comment stands here, and JSON has none', 'remove the comment')
  }
  if (expected === 'comma' && !parent) {
    return problem(`${nameWord(word)} stands after the end of the document`, 'remove it')
  }
  if (rest.startsWith('"')) {
    if (expected === 'comma') {
      return problem('a new member or item begins without a comma', 'put a comma before it')
    }
    return describeString(text, at)
  }
  if (rest.startsWith("'")) {
    return problem('a string stands in single quotes', 'use double quotes')
  }
  if ((expected === 'name' || expected === 'value') && parent && rest.startsWith(close)) {
    if (expected === 'value' && parent.isObject) {
      return problem(`"${close}" stands where a value was expected`)
    }
    const start = text.lastIndexOf(',', at)
    const message = `a comma stands before the closing "${close}"`
    return { start, end: start + 1, message, suggestion: 'remove it' }
  }
  if (expected.startsWith('name') && /^[\p{L}_$]/u.test(word)) {
    return problem(
      `the member name "${word.slice(0, 40)}" has no quotes`,
      'put it in double quotes',
    )
  }
  const wanted = WANTED[expected] ?? `a comma or "${close}"`
  return problem(`${nameWord(word)} stands where ${wanted} was expected`)
}

const WANTED: Readonly<Record<string, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  name: 'a member name in double quotes',
  'name or }': 'a member name in double quotes or "}"',
  colon: 'a colon',
}

/** Punctuation is shown; a word may be a secret that lost its quotes. */
const nameWord = (word: string): string =>
  /[\p{L}\p{N}_$]/u.test(word) ? 'a bare word' : `"${word}"`

const lineOf = (text: string, offset: number): number =>
  text.slice(0, offset).split(/\r\n|\n|\r/).length

/** Finds out why a string literal is none. */
function describeString(text: string, start: number): SyntaxProblem {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === 0x22) break
    if (character < 0x20) {
      const isBreak = character === 0x0a || character === 0x0d
      return isBreak
        ? {
            start,
            end: i,
            message: 'the string does not end on its line',
            suggestion: 'close it with a double quote; a line break inside a string is written \\n',
          }
        : {
            start: i,
            end: i + 1,
            message: `a raw control character U+${character.toString(16).padStart(4, '0').toUpperCase()} stands in a string`,
            suggestion: 'remove it, or write it as an escape',
          }
    }
    if (character === 0x5c) {
      const sequence = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(i, i + 6))
      if (!sequence) {
        return {
          start: i,
          end: Math.min(i + 2, text.length),
          message: 'a backslash begins no JSON escape',
          suggestion: 'write \\\\ for a backslash',
        }
      }
      i += sequence[0].length - 1
    }
  }
  return {
    start,
    end: text.length,
    message: 'the string does not end',
    suggestion: 'close it with a double quote',
  }
}
