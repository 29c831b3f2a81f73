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
  'k',
  // draft-ietf-cose-dilithium: AKP private keys
  'priv',
])

/** PEM private keys, by their first line: RFC 7468 section 10 and the older labels. */
const PEM = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/

/** Whether a string is a private key in PEM. */
export const isPemPrivateKey = (value: string): boolean => PEM.test(value)

// A member name and its string value, or a string alone; works on texts that are not JSON too.
const STRINGS = /"((?:[^"\\]|\\.)*)"(?:(\s*:\s*)"((?:[^"\\]|\\.)*)"?)?/gs
const URL_PASSWORD = /(:\/\/)([^/?#@\s"]*)(?=@)/g

/** Hides the userinfo of the URLs in a text behind asterisks, one for each character. */
export const maskUserinfo = (text: string): string =>
  text.replace(URL_PASSWORD, (_, slashes: string, userinfo: string) => slashes + mask(userinfo))

/**
 * Hides the secrets in the text of a document behind asterisks, one for each character, so that
 * every offset stays true.
 */
export function maskSecrets(text: string): string {
  const masked = text.replace(
    STRINGS,
    (all, name: string, colon: string | undefined, value: string | undefined) => {
      if (colon === undefined || value === undefined) return isPemPrivateKey(name) ? mask(all) : all
      const isSecret = SECRET_NAMES.has(unescapeName(name)) || isPemPrivateKey(value)
      return isSecret ? `"${name}"${colon}${mask(all.slice(name.length + 2 + colon.length))}` : all
    },
  )
  return maskUserinfo(masked)
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
