import { setMaxListeners } from 'node:events'
import { isIP } from 'node:net'
import { createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls'
import { quote } from '../core/printable.js'
import { redact, redactHeader } from '../core/secrets.js'
import type { Exchange } from '../core/types.js'
import { explainUrl, type RawUrl, splitUrl } from '../core/url.js'
import {
  type ConnectTo,
  type Dialing,
  dial,
  findInstead,
  type Journey,
  type ProxyServer,
  refuseHost,
} from './dial.js'
import { createLookup, type Lookup } from './lookup.js'
import { receive } from './receive.js'
import { explainSocketError, type Phase, TransportError } from './transport-error.js'

/** How a program reaches the network. */
export interface HttpOptions {
  /** What is asked in place of DNS; what it answers is judged all the same. */
  readonly lookup?: Lookup | undefined
  readonly connectTo?: readonly ConnectTo[] | undefined
  readonly proxy?: ProxyServer | undefined
  /** Certificates in PEM that are trusted instead of the usual ones. */
  readonly ca?: string | undefined
  /** Whether the usual ones are those that come with Node.js alone, whatever the environment adds. */
  readonly ignoresEnvironment?: boolean | undefined
  /** Whether hosts that lead to loopback addresses and nowhere else may be asked. */
  readonly allowLoopback?: boolean | undefined
}

/** What is asked for. */
export interface GetOptions {
  /** For everything from the first question to DNS to the last byte, in milliseconds. */
  readonly timeout: number
  /** The longest body that is read, in bytes. */
  readonly maxBytes: number
  /** Headers in place of the usual ones; an undefined one is not sent. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** What came back. */
export interface Fetched {
  /** Its secrets redacted; with an `error` when there is no answer, or not all of it. */
  readonly exchange: Exchange
  /** The body as it was received: neither decoded nor decompressed. */
  readonly body: Uint8Array
}

/** The only way to the network. */
export interface Http {
  /**
   * Asks for a URL once: follows no redirect, decodes nothing, keeps nothing.
   *
   * @returns What came back, an error of any kind included.
   *
   * @throws The reason of `signal`, and nothing else.
   *
   * @see [CIMD -02, Server-Side Request Forgery](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-8.6)
   */
  get(url: string, options: GetOptions): Promise<Fetched>
  /** Whether a URL is refused by its text alone, so that to ask for it costs nobody anything. */
  refuses(url: string): boolean
}

const HEADERS: Readonly<Record<string, string>> = {
  // Whoever publishes a document sees in its log who asked.
  'User-Agent': `mcp-cimd/${VERSION}`,
  Accept: 'application/json',
  'Accept-Encoding': 'identity',
}

/** No client identifier is longer, in characters. */
const MAX_URL_LENGTH = 2048
/** Ports below 1024 belong to other services than https, and so do these: none is an oracle for us. */
const FIRST_FREE_PORT = 1024
const SERVICE_PORTS: ReadonlySet<number> = new Set([
  1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 4444, 5432, 5672, 5900, 6000, 6379, 6443, 9042,
  9092, 9200, 10_250, 11_211, 27_017,
])

/** Opens the way to the network. */
export function createHttp(options: HttpOptions = {}): Http {
  const { lookup, ca, ignoresEnvironment, connectTo = [], proxy, allowLoopback = false } = options
  let dialing: Dialing | undefined
  const prepare = (): Dialing => ({
    lookup: lookup ?? createLookup(),
    connectTo,
    proxy,
    allowLoopback,
    secureContext:
      ca === undefined && ignoresEnvironment
        ? contextOfNode()
        : createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) }),
  })
  return {
    async get(url, options) {
      dialing ??= prepare()
      return get(url, options, dialing)
    },
    refuses(url) {
      try {
        const asked = checkUrl(url)
        if (!findInstead(asked, connectTo)?.toHost) refuseHost(asked.host, allowLoopback)
        return false
      } catch {
        return true
      }
    },
  }
}

let ofNode: SecureContext | undefined

/** Trusts what comes with Node.js; made once, since reading its certificates takes 20 ms. */
const contextOfNode = (): SecureContext => {
  ofNode ??= createSecureContext({ minVersion: 'TLSv1.2', ca: [...rootCertificates] })
  return ofNode
}

async function get(url: string, options: GetOptions, dialing: Dialing): Promise<Fetched> {
  options.signal?.throwIfAborted()
  const clock = createClock(options)
  const { journey } = clock
  const exchange: Exchange = {
    request: { method: 'GET', url: redact(url.slice(0, MAX_URL_LENGTH)), headers: [] },
    timings: clock.timings,
  }
  let body: Uint8Array = new Uint8Array()
  let socket: TLSSocket | undefined
  try {
    const asked = checkUrl(url)
    const headers = headersOf(asked, options)
    exchange.request.headers = headers.map(([name, value]) => [name, redactHeader(name, value)])
    try {
      socket = await dial(asked, dialing, journey)
    } finally {
      if (journey.address !== undefined) exchange.address = journey.address
    }
    if (!socket.destroyed) exchange.tls = describeTls(socket)
    journey.enter('headers')
    const request = { path: asked.path, headers }
    body = await receive(socket, request, options.maxBytes, exchange, journey)
  } catch (error) {
    options.signal?.throwIfAborted()
    exchange.error = clock.explain(error, url)
  } finally {
    socket?.destroy()
    clock.stop()
  }
  return { exchange, body }
}

/** What of a URL is needed to ask for it. */
interface Asked {
  /** In lower case and without brackets. */
  readonly host: string
  readonly port: number
  /** Host and port as the header has them. */
  readonly authority: string
  /** Path and query. */
  readonly path: string
}

/** Takes a URL apart, and refuses what is no https URL of a host; it repairs nothing. */
function checkUrl(url: string): Asked {
  if (url.length > MAX_URL_LENGTH) {
    throw new TransportError(
      'url-too-long',
      `the URL has ${url.length} characters, and at most ${MAX_URL_LENGTH} are asked for; shorten it`,
    )
  }
  const parts = splitUrl(url)
  if (!parts) {
    const { clause = '', suggestion = 'write it as https://host/path' } = explainUrl(url) ?? {}
    throw new TransportError('url-malformed', `the URL ${clause}; ${suggestion}`)
  }
  if (parts.scheme.text.toLowerCase() !== 'https') {
    throw new TransportError(
      'url-not-https',
      `the URL has the scheme ${quote(parts.scheme.text)}, and documents are fetched by https only; publish it by https`,
    )
  }
  if (parts.userinfo) {
    throw new TransportError(
      'url-userinfo',
      'the URL has a user name or password, and none is sent; remove everything up to the "@"',
    )
  }
  const text = parts.host.text.toLowerCase()
  const isInBrackets = text.startsWith('[')
  const host = isInBrackets ? text.slice(1, -1) : text
  if (isInBrackets ? isIP(host) !== 6 : isIP(host) !== 4 && !isName(host)) {
    throw new TransportError(
      'url-malformed',
      `the host ${quote(text)} is no name that DNS has, nor an address; write labels of letters, digits and hyphens between single dots`,
    )
  }
  const port = checkPort(parts)
  const query = parts.query ? `?${parts.query.text}` : ''
  return {
    host,
    port,
    authority: port === 443 ? text : `${text}:${port}`,
    path: `${parts.path.text || '/'}${query}`,
  }
}

const isName = (host: string): boolean =>
  host.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.(?!$)|$))+$/.test(host)

function checkPort({ port }: RawUrl): number {
  const number = port?.text ? Number(port.text) : 443
  const isFree = number >= FIRST_FREE_PORT && !SERVICE_PORTS.has(number)
  if (number === 443 || isFree) return number
  throw new TransportError(
    'port-refused',
    `the port ${number} is not asked, since other services than https listen there; publish on 443`,
  )
}

/** All that is sent, in this order. */
function headersOf({ authority }: Asked, { headers }: GetOptions): [string, string][] {
  const chosen = Object.entries({ ...HEADERS, ...headers }).filter(
    (header): header is [string, string] => header[1] !== undefined,
  )
  return [['Host', authority], ...chosen, ['Connection', 'close']]
}

const DAY = 86_400_000

function describeTls(socket: TLSSocket): NonNullable<Exchange['tls']> {
  const { issuer, valid_to } = socket.getPeerCertificate()
  const name = issuer?.O ?? issuer?.CN ?? ''
  return {
    protocol: socket.getProtocol() ?? '',
    issuer: (Array.isArray(name) ? name.join(', ') : name).slice(0, 200),
    daysLeft: Math.floor((Date.parse(valid_to) - Date.now()) / DAY),
    authorized: socket.authorized,
  }
}

/** What each phase is called in the timings; the body ends with the whole. */
const TIMED = { dns: 'dns', connect: 'connect', tls: 'tls', headers: 'firstByte' } as const

const WAITING: Readonly<Record<string, string>> = {
  dns: 'DNS did not answer',
  connect: 'it did not accept the connection',
  tls: 'the TLS handshake did not end',
  headers: 'it did not send its headers',
  body: 'it did not send all of the body',
}

const elapsedSince = (start: bigint): number =>
  Math.round(Number(process.hrtime.bigint() - start) / 1e4) / 100

/** Measures a request, and ends it when its time is up or its caller gives up. */
function createClock({ timeout, signal }: GetOptions) {
  const started = process.hrtime.bigint()
  const timings: Exchange['timings'] = { total: 0 }
  const ending = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    ending.abort()
  }, timeout)
  const giveUp = () => ending.abort()
  // One signal may end as many requests as there are.
  if (signal) setMaxListeners(0, signal)
  signal?.addEventListener('abort', giveUp, { once: true })

  let phase: Phase = 'url'
  let entered = started
  const leave = () => {
    const timed = TIMED[phase as keyof typeof TIMED]
    if (timed !== undefined) timings[timed] = elapsedSince(entered)
  }
  const enter = (next: Phase) => {
    leave()
    entered = process.hrtime.bigint()
    phase = next
  }
  const journey: Journey = {
    enter,
    address: undefined,
    remaining: () => timeout - elapsedSince(started),
    signal: ending.signal,
  }
  return {
    timings,
    journey,
    explain(error: unknown, url: string): NonNullable<Exchange['error']> {
      const host = splitUrl(url.slice(0, MAX_URL_LENGTH))?.host.text ?? ''
      const { code, message } = isLate
        ? new TransportError(
            'timeout',
            `${quote(host)} took longer than ${timeout / 1000} s: ${WAITING[phase]}; make it faster, or give a longer --timeout`,
          )
        : explainSocketError(error, host, phase)
      return { code, phase, message }
    },
    stop() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      // Also of a phase that failed: how long it took may say why.
      leave()
      timings.total = elapsedSince(started)
    },
  }
}
