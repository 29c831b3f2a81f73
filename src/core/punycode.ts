/** Parameters of Punycode for domain names: RFC 3492 section 5. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const FIRST_BIAS = 72
const FIRST_CODE_POINT = 0x80

/** What DNS allows: RFC 1035 section 2.3.4. */
const MAX_LABEL = 63

const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Whether a host has a label that stands for letters beyond ASCII. */
export const isInternationalized = (host: string): boolean => /(?:^|\.)xn--/i.test(host)

/**
 * Reads a label of a host name as people do: `xn--mnchen-3ya` is "münchen". Whether the letters may
 * stand in a domain name is not asked.
 *
 * @returns The label itself when it stands for nothing else, undefined when it begins `xn--` and cannot
 * be decoded.
 *
 * @see [RFC 3492 - Punycode](https://www.rfc-editor.org/rfc/rfc3492.html#section-6.2)
 */
export function decodeLabel(label: string): string | undefined {
  const name = label.toLowerCase()
  if (!name.startsWith('xn--')) return label
  if (name.length > MAX_LABEL) return undefined
  const hyphen = name.lastIndexOf('-')
  const decoded = hyphen < 4 ? [] : Array.from(name.slice(4, hyphen))
  const input = name.slice(Math.max(4, hyphen + 1))
  return input === '' ? undefined : insertInto(decoded, input)
}

/** Puts each code point where the deltas say, which the digits of the input are. */
function insertInto(decoded: string[], input: string): string | undefined {
  let code = FIRST_CODE_POINT
  let bias = FIRST_BIAS
  let index = 0
  let position = 0
  while (position < input.length) {
    const before = index
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = DIGITS.indexOf(input[position++] ?? ' ')
      if (digit < 0) return undefined
      index += digit * weight
      const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias))
      if (digit < threshold) break
      weight *= BASE - threshold
    }
    const length = decoded.length + 1
    bias = adapt(index - before, length, before === 0)
    code += Math.floor(index / length)
    index %= length
    if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    decoded.splice(index++, 0, String.fromCodePoint(code))
  }
  return decoded.join('')
}

/** RFC 3492 section 6.1. */
function adapt(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2))
  rest += Math.floor(rest / length)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
