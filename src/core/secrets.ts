import { PRIVATE_JWK_MEMBERS, privateMemberOf, symmetricMemberOf } from './jwks.js'
import { escapeToken } from './scan.js'
import type { Pointer } from './types.js'

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
  // Its claims are only encoded, and may be secrets.
  'softwarestatement',
  ...PRIVATE_JWK_MEMBERS,
  // RFC 7518 §6.3.2.7 and §6.4.1: further primes, and symmetric keys.
  'r',
  't',
  'k',
])

/** The same names where there are no quotes to tell a name by: `client_secret=…`. */
const LOOSE_NAME =
  /(?:access|refresh|id)[_-]?token|client[_-]?assertion|code[_-]?verifier|password|passphrase|private[_-]?key|secret|api[_-]?key/i

const isSecretName = (name: string): boolean => {
  const hash = name.indexOf('#')
  const bare = (hash < 0 ? name : name.slice(0, hash)).replace(/[_-]/g, '')
  return bare.length <= 23 && SECRET_NAMES.has(bare.toLowerCase())
}

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

// A password in a URL that is one, RFC 3986 section 3.2.1.
const URL_PASSWORD = /:\/\/[^\s/?#@:]*:[^\s/?#@]+@/

/** Credentials that tell by their prefix who issued them, as their issuers document them. */
const TOKENS = {
  'a GitHub token': 'gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}',
  'a GitLab token': 'glpat-[A-Za-z0-9_-]{20,}',
  'an AWS access key': 'A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])',
  'a Slack token': 'xox[abprs]-[A-Za-z0-9-]{10,}',
  'a Stripe key': '[rs]k_live_[A-Za-z0-9]{16,}',
  // Without more prefix only with a digit: "sk" is a language too.
  'an API key of a language model':
    'sk-(?:(?:ant|proj)-[A-Za-z0-9_-]{20,}|(?=[A-Za-z]{0,99}[0-9])[A-Za-z0-9]{20,})',
  'a Google API key': 'AIza[A-Za-z0-9_-]{35}',
  'an npm token': 'npm_[A-Za-z0-9]{36}',
  'a SendGrid key': 'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}',
} as const satisfies Record<string, string>

/** What every token has: to look for this alone costs next to nothing. */
const HINT = /gh[oprsu]_|github_pat_|glpat-|A[KS]IA|xox|k_live_|sk-|AIza|npm_|SG\./

let tokens: RegExp | undefined

/** Finds every token of the table in a text; made when a text has something like one. */
function tokenPattern(): RegExp {
  // Not in the middle of a word; what an escape of JSON, of a URL or of a JSON Pointer ends in is none.
  const before = '(?<!(?<![~\\\\]|%[0-9A-Fa-f]|\\\\u[0-9A-Fa-f]{3})[A-Za-z0-9])'
  tokens ??= new RegExp(`${before}(?:(${Object.values(TOKENS).join(')|(')}))\\w*`, 'g')
  return tokens
}

const replaceTokens = (text: string, replacement: (token: string) => string): string =>
  HINT.test(text) ? text.replace(tokenPattern(), replacement) : text

/** A credential in a text: what it is, and where. */
export interface Credential {
  readonly kind: string
  readonly offset: number
  readonly length: number
}

/** Finds the first credential in a text that tells by its prefix what it is. */
export function findToken(text: string): Credential | undefined {
  if (!HINT.test(text)) return undefined
  const [match] = text.matchAll(tokenPattern())
  if (!match) return undefined
  const [token, ...groups] = match
  const kind = Object.keys(TOKENS)[groups.findIndex((group) => group !== undefined)] ?? ''
  return { kind, offset: match.index, length: token.length }
}

/** Finds the first URL with a password in a text. */
export function findUrlPassword(text: string): Credential | undefined {
  const match = URL_PASSWORD.exec(text)
  if (!match) return undefined
  return { kind: 'a URL with a password', offset: match.index + 3, length: match[0].length - 3 }
}

// An escape can spell anything.
const BACKSLASH = '\\'

/** Whether a JSON text may hold what `findToken` and `findUrlPassword` find in its strings. */
export const mayHoldCredential = (text: string): boolean =>
  text.includes(BACKSLASH) || HINT.test(text) || URL_PASSWORD.test(text)

/** Whether a JSON text may hold what `keyMaterialIn` finds in its value. */
export const mayHoldKey = (text: string): boolean =>
  text.includes(BACKSLASH) || text.includes('"kty"') || isPemPrivateKey(text)

/** The strings in a JSON value, however deep, with their places. */
export function* stringsIn(value: unknown, at: Pointer): Iterable<[at: Pointer, text: string]> {
  if (typeof value === 'string') yield [at, value]
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value)) {
    yield* stringsIn(item, `${at}/${escapeToken(name)}`)
  }
}

/**
 * The private and symmetric keys in a JSON value, however deep, with their places.
 *
 * @param judged Objects that are not asked whether they are keys; what is in them is.
 */
export function* keyMaterialIn(
  value: unknown,
  at: Pointer,
  judged: ReadonlySet<object> = new Set(),
): Iterable<[at: Pointer, kind: string]> {
  const kind = describeKey(value)
  if (kind !== undefined && !judged.has(value as object)) {
    yield [at, kind]
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      yield* keyMaterialIn(item, `${at}/${escapeToken(name)}`, judged)
    }
  }
}

/** RFC 7517 section 4: an object with a key type, and with a member that is no public one. */
function describeKey(value: unknown): string | undefined {
  if (typeof value === 'string') return isPemPrivateKey(value) ? 'private key in PEM' : undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'kty')) return undefined
  if (symmetricMemberOf(value)) return 'symmetric key'
  return privateMemberOf(value) ? 'private key' : undefined
}

/**
 * Hides the tokens in a text, and the userinfo of its URLs, behind asterisks, one for each character.
 */
export function maskCredentials(text: string): string {
  const masked = replaceTokens(isPemPrivateKey(text) ? text.replace(PEM_TO_END, mask) : text, mask)
  return masked.includes('@')
    ? masked.replace(USERINFO, (all, slashes: string) => slashes + mask(all.slice(slashes.length)))
    : masked
}

/** Takes out of a text what must not be shown: private keys, tokens, and the userinfo of URLs. */
export function redact(text: string): string {
  if (isPemPrivateKey(text)) return '[redacted private key]'
  const redacted = replaceTokens(text, () => '[redacted]')
  return redacted.includes('@') ? redacted.replace(USERINFO, '$1[redacted]') : redacted
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

const COLON = /\s{0,100}:\s{0,100}/y

function maskMembers(text: string): string {
  let masked = ''
  let done = 0
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', done)) {
    let end = skipString(text, start)
    const literal = text.slice(start, end)
    masked += maskCredentials(text.slice(done, start))
    COLON.lastIndex = end
    const colon = COLON.exec(text)?.[0]
    const string = unescapeLiteral(literal)
    if (colon !== undefined && isSecretName(string)) {
      const value = end + colon.length
      end = skipValue(text, value)
      masked += maskString(literal, string) + colon + mask(text.slice(value, end))
    } else {
      masked += maskString(literal, string)
    }
    done = end
  }
  return masked + maskCredentials(text.slice(done))
}

/** Hides a string, or the credentials in it; what an escape could conceal is hidden as a whole. */
function maskString(literal: string, string: string): string {
  if (isPemPrivateKey(string)) return mask(literal)
  // Nothing in it is escaped, or it is no JSON string.
  if (string.length === literal.length - 2) return maskCredentials(literal)
  const holdsSecret = maskCredentials(string) !== string || maskMembers(string) !== string
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
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
  return text.length
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

/** Headers whose values are secrets, or are made of them. */
const SECRET_HEADERS = /^(?:(?:proxy-)?authorization|(?:set-)?cookie2?)$|token|secret|api-?key/i

/** Parameters of URLs that let their holder in, also in a URL that is itself a parameter. */
const SECRET_PARAMETERS =
  /((?:[?&#;]|%3f|%26|%23)(?:[\w.~-]*(?:token|secret|password|assertion|verifier|signature|credential|api[_-]?key)|code|state|nonce|sig|jwt|key)(?:=|%3d))(?:[^\s"&#;%]|%(?!26|23))+/gi

/** The value of a header as it may be shown. */
export const redactHeader = (name: string, value: string): string =>
  SECRET_HEADERS.test(name)
    ? '[redacted]'
    : redact(value).replace(SECRET_PARAMETERS, '$1[redacted]')
