import { isLoopbackHost, specialUseOfHost } from './ip.js'
import { quote } from './printable.js'
import type { Finding, Pointer } from './types.js'
import type { RawUrl } from './url.js'

/** Finds a host that no server may fetch from, in a URL that a message names by its subject. */
export function findPrivateHost(
  at: Pointer,
  subject: string,
  { host }: RawUrl,
  suggestion: string,
): Finding | undefined {
  const reason = specialUseOfHost(host.text)
  if (reason === undefined) return undefined
  return {
    at,
    isLoopback: isLoopbackHost(host.text),
    part: { offset: host.offset, length: host.text.length },
    message: `the host of ${subject}, ${quote(host.text)}, is not public (${reason}), so servers will not fetch from it`,
    suggestion,
  }
}
