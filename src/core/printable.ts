import { redact } from './secrets.js'

/** The longest stretch of foreign text that a message quotes, in UTF-16 units. */
const MAX_QUOTED = 200

/** The longest text that is searched for secrets before it is cut, in UTF-16 units. */
const MAX_SEARCHED = 8192

/** Whether a text is printable ASCII, and no CI runner finds a command in it. */
export const isPlain = (text: string): boolean =>
  !/[^ -~]/.test(text) && !text.includes('##') && !/^ *::/.test(text)

/**
 * Makes foreign text safe for one line of a terminal or a CI log: what is invisible or acts on a
 * terminal is shown as `\u{1b}`, and nothing reads as a command of a CI runner.
 */
export const printable = (text: string): string => (isPlain(text) ? text : escapeUnprintable(text))

/**
 * Finds controls, bidirectional and other invisible formatting, line and paragraph separators, fillers,
 * variation selectors, tags, unpaired surrogates, private use and unassigned code points. Made when it
 * is needed: to read this pattern alone takes longer than most runs.
 */
export const unprintable = (): RegExp =>
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is meant for itself
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu

function escapeUnprintable(text: string): string {
  return (
    text
      .replace(unprintable(), (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
      // GitHub and Azure runners read "##[" and "##vso[" anywhere in a line, and "::" where it begins.
      .replace(/##(?=\[|vso\[|teamcity\[)/g, '#\\u{23}')
      .replace(/^ *::/, (colons) => `${colons.slice(0, -2)}\\u{3a}:`)
  )
}

/**
 * Quotes foreign text in a message: cut to a length that can be read, and without passwords
 * and keys. Reporters make it printable.
 */
export function quote(value: string): string {
  const { shown, rest } = shorten(value)
  return rest > 0 ? `"${shown}…" and ${rest} more characters` : `"${shown}"`
}

/** Names a member of a foreign name in a message, as `quote` would without the quotes. */
export function nameMember(name: string): string {
  const { shown, rest } = shorten(name)
  return rest > 0 ? `${shown}…` : shown
}

function shorten(value: string): { shown: string; rest: number } {
  // What is far behind the cut is not searched for secrets: there may be many of such texts.
  const text = redact(value.slice(0, MAX_SEARCHED))
  const rest = Math.max(0, value.length - MAX_SEARCHED) + Math.max(0, text.length - MAX_QUOTED)
  return { shown: rest > 0 ? text.slice(0, MAX_QUOTED).toWellFormed() : text, rest }
}

/** A noun in the number that fits. */
export const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`)

/** Names a character by its code point, and shows it: `U+002F "/"`. */
export function nameCharacter(character: string): string {
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  return character === '"' ? `U+${code}` : `U+${code} "${character}"`
}
