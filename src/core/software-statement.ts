import { isBase64url } from './base64url.js'
import { countNames, MAX_DEPTH } from './scan.js'

/** A software statement as far as it could be decoded, however broken. */
export interface SoftwareStatement {
  /** What stands between the dots; of many parts the first six. */
  readonly parts: readonly string[]
  /** Undefined when it is no JSON object. */
  readonly header: Readonly<Record<string, unknown>> | undefined
  /** Undefined when it is no JSON object. */
  readonly claims: Readonly<Record<string, unknown>> | undefined
}

/**
 * Decodes a software statement, and verifies nothing.
 *
 * @param text What should be a JWT in compact serialization.
 *
 * @see [RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol](https://www.rfc-editor.org/rfc/rfc7591.html#section-2.3)
 */
export function readSoftwareStatement(text: string): SoftwareStatement {
  const parts = text.split('.', 6)
  return { parts, header: decodeObject(parts[0]), claims: decodeObject(parts[1]) }
}

function decodeObject(part = ''): Readonly<Record<string, unknown>> | undefined {
  if (!isBase64url(part)) return undefined
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject || countNames(text).depth > MAX_DEPTH) return undefined
    return value as Record<string, unknown>
  } catch {
    // Bytes that are no UTF-8, or a text that is no JSON.
    return undefined
  }
}
