import { quote } from './printable.js'
import { unescapeToken } from './scan.js'
import type { Pointer } from './types.js'

/** A name that needs no quotes in a sentence. */
const PLAIN = /^[a-z][a-z0-9_]{0,60}$/

/**
 * How a message names a value: `client_name`, `item 1 of contacts`, or the place of one that lies
 * deeper.
 */
export function subjectAt(at: Pointer): string {
  const [, name = '', index, ...deeper] = at.split('/')
  if (deeper.length > 0) return `the value at ${quote(at)}`
  const member = nameToken(name)
  if (index === undefined) return member
  return /^[0-9]+$/.test(index) ? `item ${index} of ${member}` : `${nameToken(index)} of ${member}`
}

/** Quotes what is no plain name, and what `quote` hides a part of. */
function nameToken(token: string): string {
  const quoted = quote(unescapeToken(token))
  return PLAIN.test(token) && quoted === `"${token}"` ? token : quoted
}
