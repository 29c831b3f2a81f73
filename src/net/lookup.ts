import { promises } from 'node:dns'
import { quote } from '../core/printable.js'
import { TransportError } from './transport-error.js'

/** An address of a host, as DNS has it. */
export interface Address {
  readonly address: string
  readonly family: number
}

/** Resolves a name to all its addresses. */
export type Lookup = (hostname: string, signal: AbortSignal) => Promise<readonly Address[]>

/** What DNS says when a name has no address of the family that was asked for. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENODATA', 'ENOTFOUND'])

/**
 * Makes a lookup that asks DNS and nothing else: neither the file of hosts nor a search list, which
 * another machine would not have.
 *
 * @param servers Addresses of DNS servers with ports; by default those of the system.
 *
 * @returns All IPv4 addresses of a name, and then those of IPv6; it throws a TransportError.
 */
export const createLookup =
  (servers?: readonly string[]): Lookup =>
  async (hostname, signal) => {
    // Never getaddrinfo: a name server that hangs would block the threads that read files. It waits
    // for one second and for two more, so that a family that hangs leaves time for the other.
    const resolver = new promises.Resolver({ timeout: 1000, tries: 2 })
    if (servers) resolver.setServers(servers)
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const [four, six] = await Promise.allSettled([
        resolver.resolve4(hostname),
        resolver.resolve6(hostname),
      ])
      const found = [...toAddresses(four, 4), ...toAddresses(six, 6)]
      if (found.length > 0) return found
      throw explainAbsence(hostname, [four, six])
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

const toAddresses = (answer: PromiseSettledResult<string[]>, family: number): Address[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []

function explainAbsence(
  hostname: string,
  answers: readonly PromiseSettledResult<string[]>[],
): TransportError {
  const codes = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [(answer.reason as NodeJS.ErrnoException).code] : [],
  )
  const host = quote(hostname)
  const failure = codes.find((code) => !ABSENT.has(code))
  if (failure !== undefined) {
    return new TransportError(
      'dns-failure',
      `DNS has no answer about ${host} now (${failure}); try again, or mend its name servers`,
    )
  }
  if (codes.every((code) => code === 'ENOTFOUND')) {
    return new TransportError(
      'dns-not-found',
      `DNS knows no ${host}; mend the name, or create its records`,
    )
  }
  return noAddress(hostname)
}

/** Says that a name has no address. */
export const noAddress = (hostname: string): TransportError =>
  new TransportError(
    'dns-no-address',
    `DNS has no address of ${quote(hostname)}; create an A or AAAA record`,
  )
