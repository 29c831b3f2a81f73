/** Members whose values nobody but the client may see; the one-letter names are those of JWKs. */
const SECRET_NAMES = new Set([
  'client_secret',
  'registration_access_token',
  'access_token',
  'refresh_token',
  'id_token',
  'client_assertion',
  'code_verifier',
  'password',
  'passphrase',
  'private_key',
  'secret',
  'api_key',
  // RFC 7518 §6.2.2, §6.3.2 and §6.4.1
  'd',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'oth',
  'r',
  't',
  'k',
  // draft-ietf-cose-dilithium: AKP private keys
  'priv',
])

/** PEM private keys, by their first line: RFC 7468 section 10 and the older labels. */
const PEM = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/

/** Whether a string is a private key in PEM. */
export const isPemPrivateKey = (value: string): boolean => PEM.test(value)

const URL_PASSWORD = /(:\/\/)([^/?#@\s"]*)(?=@)/g

/** Hides the userinfo of the URLs in a text behind asterisks, one for each character. */
export const maskUserinfo = (text: string): string =>
  text.replace(URL_PASSWORD, (_, slashes: string, userinfo: string) => slashes + mask(userinfo))

/**
 * Hides the secrets in the text of a document behind asterisks, one for each character, so that
 * every offset stays true. Works on texts that are not JSON too.
 */
export function maskSecrets(text: string): string {
  let masked = ''
  let done = 0
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', done)) {
    let end = skipString(text, start)
    const literal = text.slice(start, end)
    masked += text.slice(done, start)
    const colon = /^\s{0,100}:\s{0,100}/.exec(text.slice(end, end + 201))?.[0]
    if (isPemPrivateKey(literal)) {
      masked += mask(literal)
    } else if (colon !== undefined && SECRET_NAMES.has(unescapeName(literal.slice(1, -1)))) {
      const value = end + colon.length
      end = skipValue(text, value)
      masked += literal + colon + mask(text.slice(value, end))
    } else {
      masked += literal
    }
    done = end
  }
  return maskUserinfo(masked + text.slice(done))
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

function unescapeName(name: string): string {
  if (!name.includes('\\')) return name
  try {
    return String(JSON.parse(`"${name}"`))
  } catch {
    return name
  }
}
