import type { Metadata } from './metadata.js'
import { nameMember } from './printable.js'
import { escapeToken } from './scan.js'
import type { Pointer } from './types.js'

/** The members whose values users read as they are, each with or without a language tag. */
const DISPLAYED: ReadonlySet<string> = new Set(['client_name', 'organization_name', 'description'])

/** A text that users read. */
export interface DisplayText {
  readonly at: Pointer
  /** How a message names it. */
  readonly subject: string
  /** The name without its language tag. */
  readonly member: string
  readonly text: string
}

/** The texts in a document that users read, in every language. */
export function displayTexts(metadata: Metadata): readonly DisplayText[] {
  const texts: DisplayText[] = []
  for (const name of Object.keys(metadata)) {
    const hash = name.indexOf('#')
    const member = hash < 0 ? name : name.slice(0, hash)
    if (!DISPLAYED.has(member)) continue
    const text: unknown = metadata[name as keyof Metadata]
    if (typeof text !== 'string') continue
    // Only a language tag is foreign.
    const subject = name === member ? name : nameMember(name)
    texts.push({ at: `/${escapeToken(name)}`, subject, member, text })
  }
  return texts
}

/** A part of a text that is not what it seems, with a clause that says so. */
export interface Deception {
  readonly offset: number
  readonly length: number
  readonly clause: string
}

/** Letters of other scripts that are taken for Latin ones; of Greek only those that look the same. */
const LOOKALIKE =
  /[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανικορυ]/u

const LATIN = /\p{Script=Latin}/u
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u

/** Marks that put the neighbours of right-to-left words into order: UAX #9 section 2.6. */
const DIRECTION_MARKS = new Set(['\u061c', '\u200e', '\u200f'])

/**
 * What is not seen, unless it belongs to the character before it: joiners between emoji and in scripts
 * that join letters, variation selectors of emoji, Han and Mongolian, tags of flags.
 */
const HIDDEN = [
  '[\\p{Cc}\\p{Zl}\\p{Zp}\\u2800\\ufff9-\\ufffb]|(?!',
  [
    '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d',
    '(?<=(?![\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}])[\\p{L}\\p{M}])[\\u200c\\u200d]',
    '(?<=\\p{Emoji})[\\ufe0e\\ufe0f]',
    '(?<=\\p{Script=Han})[\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}]',
    '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
    '(?<=\\u{1f3f4}[\\u{e0020}-\\u{e007e}]{0,6})[\\u{e0020}-\\u{e007f}]',
  ].join('|'),
  ')\\p{Default_Ignorable_Code_Point}',
].join('')

/**
 * Finds what makes a text look like another: characters nobody sees, and letters of another script
 * among Latin ones.
 *
 * @see [UTS #39 - Unicode Security Mechanisms](https://www.unicode.org/reports/tr39/#Mixed_Script_Detection)
 */
export function findDeception(text: string): Deception | undefined {
  // What most names are made of.
  if (/^[ -~]*$/.test(text)) return undefined
  return findHidden(text) ?? findPrivate(text) ?? findLookalike(text)
}

function findHidden(text: string): Deception | undefined {
  const isRightToLeft = RIGHT_TO_LEFT.test(text)
  for (const { 0: character, index } of text.matchAll(new RegExp(HIDDEN, 'gu'))) {
    // Reported by json-portable-strings.
    if (character === '\0') continue
    if (isRightToLeft && DIRECTION_MARKS.has(character)) continue
    return found(character, index, `has ${nameCode(character)}, which nobody sees`)
  }
  return undefined
}

function findPrivate(text: string): Deception | undefined {
  const match = /\p{Co}/u.exec(text)
  if (!match) return undefined
  const clause = `has ${nameCode(match[0])}, which each system shows in its own way or not at all`
  return found(match[0], match.index, clause)
}

function findLookalike(text: string): Deception | undefined {
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    const match = LATIN.test(word) ? LOOKALIKE.exec(word) : null
    if (!match) continue
    const [letter] = match
    const clause = `has ${nameCode(letter)} "${letter}" among Latin letters, which is taken for one of them`
    return found(letter, index + match.index, clause)
  }
  return undefined
}

const found = (character: string, offset: number, clause: string): Deception => ({
  offset,
  length: character.length,
  clause,
})

const nameCode = (character: string): string =>
  `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
