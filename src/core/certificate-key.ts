import { isBase64url } from './base64url.js'

/** The member of a JWK whose bytes stand in a certificate as they are. */
const NUMBERS: ReadonlyMap<unknown, string> = new Map([
  ['EC', 'x'],
  ['OKP', 'x'],
  ['RSA', 'n'],
  ['AKP', 'pub'],
])

/**
 * Says what is wrong with the first certificate of a JWK.
 *
 * @param key A JWK; one whose numbers cannot be read is not compared.
 * @param certificate What should be the DER of a certificate in base64, not base64url.
 *
 * @see [RFC 7517 - JSON Web Key (JWK)](https://www.rfc-editor.org/rfc/rfc7517.html#section-4.7)
 */
export function faultOfCertificate(
  key: Readonly<Record<string, unknown>>,
  certificate: unknown,
): string | undefined {
  const der = typeof certificate === 'string' ? decode(certificate) : undefined
  // A DER sequence, as each certificate is.
  if (!der?.startsWith('0')) return 'is no certificate in base64'
  const number = key[NUMBERS.get(key.kty) ?? '']
  if (typeof number !== 'string' || !isBase64url(number)) return undefined
  const bytes = decode(number.replaceAll('-', '+').replaceAll('_', '/'))
  // A certificate has no zeros before a number but one for its sign.
  return bytes === undefined || der.includes(bytes.replace(/^\0+/, ''))
    ? undefined
    : 'is a certificate of another key'
}

/** The bytes of a base64 text, one character each. */
function decode(text: string): string | undefined {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}
