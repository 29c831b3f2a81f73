import { X509Certificate } from 'node:crypto'
import { request } from 'node:http'
import { isIP, connect as openSocket, type Socket } from 'node:net'
import {
  checkServerIdentity,
  createSecureContext,
  connect as openTls,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import {
  isLoopbackAddress,
  isLoopbackHost,
  specialUseOfAddress,
  specialUseOfHost,
} from '../core/ip.js'
import { quote } from '../core/printable.js'
import { type Address, type Lookup, noAddress } from './lookup.js'
import { explainSocketError, type Phase, TransportError } from './transport-error.js'

/** Where to connect instead, as curl's `--connect-to`; an empty text matches any, or changes nothing. */
export interface ConnectTo {
  readonly host: string
  readonly port: string
  readonly toHost: string
  readonly toPort: string
}

/** A proxy that is asked to CONNECT. */
export interface ProxyServer {
  readonly isSecure: boolean
  readonly host: string
  readonly port: number
}

/** A host without brackets, and a port. */
export interface Origin {
  readonly host: string
  readonly port: number
}

/** How connections are made. */
export interface Dialing {
  readonly lookup: Lookup
  readonly connectTo: readonly ConnectTo[]
  readonly proxy: ProxyServer | undefined
  readonly allowLoopback: boolean
  readonly secureContext: SecureContext
}

/** A request on its way: what is noted, and what ends it. */
export interface Journey {
  /** Goes on to a phase, and notes how long the one before took. */
  enter(phase: Phase): void
  /** The address that is dialled. */
  address: string | undefined
  /** Milliseconds that are left. */
  remaining(): number
  /** Aborted when the time is up, or the caller gives up. */
  readonly signal: AbortSignal
}

/** More answers than any host needs, and more attempts than anyone waits for. */
const MAX_ANSWERS = 16
const MAX_ATTEMPTS = 4

/**
 * Opens a connection over TLS to a host: resolves it once, judges every answer, and dials an address
 * that was judged, never the name.
 *
 * @throws TransportError when the host is refused or cannot be reached.
 *
 * @see [RFC 6890 - Special-Purpose IP Address Registries](https://www.rfc-editor.org/rfc/rfc6890.html)
 */
export async function dial(origin: Origin, dialing: Dialing, journey: Journey): Promise<TLSSocket> {
  const { connectTo, proxy, allowLoopback } = dialing
  const instead = findInstead(origin, connectTo)
  const port = instead?.toPort ? Number(instead.toPort) : origin.port
  // Whoever names an address has judged it.
  const named = instead?.toHost
  if (!named) refuseHost(origin.host, allowLoopback)
  const hosts = named
    ? [named]
    : proxy
      ? [origin.host]
      : await resolve(origin.host, dialing, journey)
  journey.enter('connect')
  const socket = proxy
    ? await tunnel(proxy, { host: hosts[0] ?? origin.host, port }, journey)
    : await openAny(hosts, port, origin.host, journey)
  journey.enter('tls')
  return secure(socket, origin.host, dialing.secureContext, journey)
}

/** Finds where to connect in place of an origin: the first that matches. */
export const findInstead = (
  origin: Origin,
  connectTo: readonly ConnectTo[],
): ConnectTo | undefined =>
  connectTo.find(
    ({ host, port }) =>
      (host === '' || host.toLowerCase() === origin.host) &&
      (port === '' || Number(port) === origin.port),
  )

/** Refuses names and literals that lead to no public host, before anybody is asked about them. */
export function refuseHost(host: string, allowLoopback: boolean): void {
  const reason = specialUseOfHost(isIP(host) === 6 ? `[${host}]` : host)
  if (reason === undefined || (allowLoopback && isLoopbackHost(host))) return
  throw new TransportError(
    'host-refused',
    `the host ${quote(host)} is not public (${reason}), so it is not asked; publish the document on a public host${isLoopbackHost(host) ? ', or give --allow-loopback while developing' : ''}`,
  )
}

/** What `localhost` always is: RFC 6761 section 6.3. */
const LOCALHOST: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

async function resolve(host: string, dialing: Dialing, journey: Journey): Promise<string[]> {
  if (isIP(host)) return [host]
  journey.enter('dns')
  const answers = isLoopbackHost(host) ? LOCALHOST : await ask(host, dialing.lookup, journey.signal)
  if (!Array.isArray(answers) || answers.length === 0) throw noAddress(host)
  if (answers.length > MAX_ANSWERS) {
    throw new TransportError(
      'dns-too-many',
      `DNS has ${answers.length} addresses of ${quote(host)}, and at most ${MAX_ANSWERS} are judged; publish fewer`,
    )
  }
  // Made texts before they are judged: what is dialled is what was judged, whatever the lookup gave.
  const addresses = answers.map(({ address, family }) => ({ address: String(address), family }))
  judgeAddresses(host, addresses, dialing.allowLoopback)
  return addresses.slice(0, MAX_ATTEMPTS).map(({ address }) => address)
}

/** Asks a lookup, and waits no longer than the signal allows, whether the lookup heeds it or not. */
function ask(host: string, lookup: Lookup, signal: AbortSignal): Promise<readonly Address[]> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', reject, { once: true })
    lookup(host, signal).then(resolve, reject)
  })
}

/** One address that no server may fetch from condemns the name: the next answer might begin with it. */
function judgeAddresses(host: string, answers: readonly Address[], allowLoopback: boolean): void {
  const isLocal = allowLoopback && answers.every(({ address }) => isLoopbackAddress(address))
  for (const { address, family } of answers) {
    const version = isIP(address)
    const isAddress = version !== 0 && version === family
    const special = isLocal ? undefined : specialUseOfAddress(address)
    const reason = isAddress ? special : `no IP address of family ${family}`
    if (reason === undefined) continue
    const hint = allowLoopback && isLoopbackAddress(address) ? ', beside others' : ''
    throw new TransportError(
      'address-refused',
      `${quote(host)} has the address ${quote(address)}${hint}, which is not public (${reason}), so no server will fetch from it; point its DNS records to a public address`,
    )
  }
}

/**
 * Tries one address after the other; each has its share of the time that is left. Why the first one
 * failed is what its owner wants to know: the last may only be IPv6, where there is no route to it.
 */
async function openAny(
  addresses: readonly string[],
  port: number,
  host: string,
  journey: Journey,
): Promise<Socket> {
  let failure: unknown
  for (const [index, address] of addresses.entries()) {
    journey.address = address
    const share = journey.remaining() / (addresses.length - index)
    try {
      const socket = await open({ host: address, port }, host, share, journey.signal)
      // Of a name that was named instead.
      journey.address = socket.remoteAddress ?? address
      return socket
    } catch (error) {
      failure ??= error
      if (journey.signal.aborted) break
    }
  }
  journey.address = addresses[0]
  throw failure
}

/** Opens a TCP connection within a number of milliseconds. */
function open(to: Origin, host: string, limit: number, signal: AbortSignal): Promise<Socket> {
  return settle(
    // Only a proxy, or what is named instead, is a name here, and may have several addresses.
    openSocket({ host: to.host, port: to.port, autoSelectFamily: true, noDelay: true }),
    'connect',
    (socket, done, fail) => {
      const timer = setTimeout(() => fail({ code: 'ETIMEDOUT' }), limit)
      socket.once('close', () => clearTimeout(timer))
      socket.once('connect', () => {
        clearTimeout(timer)
        done()
      })
    },
    host,
    signal,
  )
}

/** Shakes hands; the certificate must be in date, trusted, and for this host. */
function secure(
  socket: Socket,
  host: string,
  secureContext: SecureContext,
  { signal }: Journey,
): Promise<TLSSocket> {
  return settle(
    openTls({
      socket,
      host,
      // RFC 6066 section 3: literals are no server names.
      ...(isIP(host) === 0 && { servername: host }),
      secureContext,
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      checkServerIdentity: checkIdentity,
    }),
    'tls',
    (secured, done) => secured.once('secureConnect', done),
    host,
    signal,
  )
}

/** Says why a certificate is not that of a host: RFC 9525. */
function checkIdentity(name: string, certificate: PeerCertificate): Error | undefined {
  // Node.js 22.23 finds no address of IPv6 in a certificate.
  if (isIP(name) && new X509Certificate(certificate.raw).checkIP(name)) return undefined
  // Section 2: "The Common Name RDN … MUST NOT be used to identify a service".
  const subject = { ...certificate.subject, CN: '' }
  return checkServerIdentity(name, { ...certificate, subject })
}

/** Asks a proxy for a connection, RFC 9110 section 9.3.6. */
async function tunnel(proxy: ProxyServer, to: Origin, journey: Journey): Promise<Socket> {
  const via = await open(proxy, proxy.host, journey.remaining(), journey.signal)
  const socket = proxy.isSecure
    ? await secure(via, proxy.host, createSecureContext(), journey)
    : via
  const authority = `${isIP(to.host) === 6 ? `[${to.host}]` : to.host}:${to.port}`
  return settle(
    socket,
    'connect',
    (_, done, fail) => {
      const asked = request({
        method: 'CONNECT',
        path: authority,
        headers: { Host: authority },
        createConnection: () => socket,
        insecureHTTPParser: false,
      })
      asked.on('error', fail)
      asked.on('connect', ({ statusCode = 0 }) => {
        if (statusCode >= 200 && statusCode <= 299) done()
        else {
          fail(
            new TransportError(
              'proxy-refused',
              `the proxy ${quote(proxy.host)} answers ${statusCode} to CONNECT ${quote(authority)}; ask whoever runs it, or go without --proxy`,
            ),
          )
        }
      })
      asked.end()
    },
    proxy.host,
    journey.signal,
  )
}

/**
 * Waits for a socket, and destroys it where it fails. What goes wrong with it later is told by whoever
 * reads from it, and never ends the process.
 */
function settle<S extends Socket>(
  socket: S,
  phase: Phase,
  begin: (socket: S, done: () => void, fail: (error: unknown) => void) => void,
  host: string,
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      reject(explainSocketError(error, host, phase))
    }
    const abort = () => fail({ code: 'ETIMEDOUT' })
    socket.on('error', fail)
    socket.once('close', () => fail({ code: 'ECONNRESET' }))
    if (signal.aborted) {
      abort()
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    begin(
      socket,
      () => {
        signal.removeEventListener('abort', abort)
        resolve(socket)
      },
      fail,
    )
  })
}
