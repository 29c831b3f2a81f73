const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Whether a text is base64url without padding, RFC 7515 section 2, of at least one byte. */
export const isBase64url = (text: string): boolean =>
  /^[A-Za-z0-9_-]{2,}$/.test(text) && text.length % 4 !== 1

/**
 * The length of a number in bits: without the zeros it begins with.
 *
 * @param text The number as base64url of its bytes, the highest first: RFC 7518 section 2.
 */
export function bitsOf(text: string): number {
  const zeros = text.search(/[^A]/)
  if (zeros < 0) return 0
  const first = ALPHABET.indexOf(text[zeros] ?? '')
  return bytesOf(text) * 8 - zeros * 6 - (Math.clz32(first) - 26)
}

/** The length of the bytes that a text encodes. */
export const bytesOf = (text: string): number => Math.floor((text.length * 6) / 8)

/** Whether a number is odd, given as base64url of its bytes, the highest first. */
export function isOdd(text: string): boolean {
  const last = ALPHABET.indexOf(text.at(-1) ?? '')
  // Where the length is no multiple of 4, bits of the last character stand for nothing.
  const unused = (text.length * 6) % 8
  return ((last >> unused) & 1) === 1
}
