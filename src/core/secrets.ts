import { PRIVATE_JWK_MEMBERS } from './jwks.js'

/** Members whose values nobody but the client may see; spelled without case and separators. */
const SECRET_NAMES = new Set([
  'clientsecret',
  'registrationaccesstoken',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'clientassertion',
  'codeverifier',
  'password',
  'passphrase',
  'privatekey',
  'secret',
  'apikey',
  ...PRIVATE_JWK_MEMBERS,
  // RFC 7518 §6.3.2.7 and §6.4.1: further primes, and symmetric keys.
  'r',
  't',
  'k',
])

/** The same names where there are no quotes to tell a name by: `client_secret=…`. */
const LOOSE_NAME =
  /(?:access|refresh|id)[_-]?token|client[_-]?assertion|code[_-]?verifier|password|passphrase|private[_-]?key|secret|api[_-]?key/i

const isSecretName = (name: string): boolean =>
  SECRET_NAMES.has(name.replace(/#.*$/s, '').replaceAll(/[_-]/g, '').toLowerCase())

// RFC 7468 section 10, and the older labels.
const PEM = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/
const PEM_TO_END = new RegExp(`${PEM.source}[\\s\\S]*?(?:-----END|$)`, 'g')

/** Whether a string is a private key in PEM. */
export const isPemPrivateKey = (value: string): boolean => PEM.test(value)

// What stands before the "@" of an authority, RFC 3986 section 3.2.1, also where the URL is broken: a
// password with a slash, a quote, a space or another "@" in it is a password all the same. What may
// cross a slash is bounded, so that many slashes do not multiply.
const USERINFO =
  /(:\/\/|[/\\]{1,3}(?=[^/?#\\]*:))(?:[^/?#]*|[^/?#:]*:(?![0-9]{0,6}[/?#])[^?#]{0,200})(?=@)/g

/** Hides the userinfo of the URLs in a text behind asterisks, one for each character. */
export const maskUserinfo = (text: string): string =>
  text.includes('@')
    ? text.replace(USERINFO, (all, slashes: string) => slashes + mask(all.slice(slashes.length)))
    : text

/** Takes out of a text what must not be shown: private keys, and the userinfo of URLs. */
export function redact(text: string): string {
  if (isPemPrivateKey(text)) return '[redacted private key]'
  return text.includes('@') ? text.replace(USERINFO, '$1[redacted]') : text
}

/**
 * Hides the secrets in the text of a document behind asterisks, one for each character, so that
 * every offset stays true.
 *
 * @param text A document, or what should be one.
 * @param isJson Whether it is JSON; in anything else whatever follows a secret name is hidden to the
 * end of its line.
 */
export function maskSecrets(text: string, isJson = true): string {
  const strict = maskMembers(text)
  return isJson ? strict : maskLines(strict)
}

function maskMembers(text: string): string {
  let masked = ''
  let done = 0
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', done)) {
    let end = skipString(text, start)
    const literal = text.slice(start, end)
    masked += maskUserinfo(text.slice(done, start))
    const colon = /^\s{0,100}:\s{0,100}/.exec(text.slice(end, end + 201))?.[0]
    const string = unescapeLiteral(literal)
    if (colon !== undefined && isSecretName(string)) {
      const value = end + colon.length
      end = skipValue(text, value)
      masked += literal + colon + mask(text.slice(value, end))
    } else {
      masked += maskString(literal, string)
    }
    done = end
  }
  return masked + maskUserinfo(text.slice(done))
}

/** Hides a string, or the userinfo in it; what an escape could conceal is hidden as a whole. */
function maskString(literal: string, string: string): string {
  if (isPemPrivateKey(string)) return mask(literal)
  // Nothing in it is escaped, or it is no JSON string.
  if (string.length === literal.length - 2) return maskUserinfo(literal)
  const holdsSecret = maskUserinfo(string) !== string || maskMembers(string) !== string
  return holdsSecret ? mask(literal) : literal
}

function maskLines(text: string): string {
  return text
    .replace(PEM_TO_END, mask)
    .split(/(?<=[\r\n])/)
    .map((line) => {
      const name = LOOSE_NAME.exec(line)
      const start = name ? name.index + name[0].length : line.length
      return line.slice(0, start) + mask(line.slice(start))
    })
    .join('')
}

/** The offset after a string that begins at `start`; of one that does not end, that of the text. */
function skipString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

/** The offset after a value, whatever it is: to its last bracket, or to what ends it. */
function skipValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; ) {
    const character = text[at] ?? ''
    if (depth === 0 && at > start && /[\s,}\]]/.test(character)) return at
    if ('[{'.includes(character)) depth++
    if (']}'.includes(character) && --depth <= 0) return at + Number(depth === 0)
    at = character === '"' ? skipString(text, at) : at + 1
    if (depth === 0 && character === '"') return at
  }
  return text.length
}

const mask = (text: string): string => text.replace(/[^"\s]/g, '*')

/** The string that a literal stands for; of one that is none, what stands in it as it is. */
function unescapeLiteral(literal: string): string {
  if (literal.includes('\\')) {
    try {
      return String(JSON.parse(literal))
    } catch {
      // Shown in a text that is no JSON.
    }
  }
  return literal.slice(1, -1)
}
