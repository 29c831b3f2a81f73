import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { MAX_BYTES } from './core/document.js'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { splitUrl, unbracket } from './core/url.js'
import { attempt, type Io, toUsageError } from './io.js'
import type { HttpOptions } from './net/http.js'
import type { OptionsOf } from './options.js'

/** The options that say how documents are fetched. */
export type FetchOptions = Pick<
  OptionsOf<'validate'>,
  | 'hosted'
  | 'linked'
  | 'probe'
  | 'timeout'
  | 'maxBytes'
  | 'concurrency'
  | 'retries'
  | 'ca'
  | 'connectTo'
  | 'proxy'
  | 'allowLoopback'
  | 'minTlsDays'
>

/** How documents are fetched. */
export interface Fetching {
  readonly http: HttpOptions
  readonly timeout: number
  readonly maxBytes: number
  readonly retries: number
  readonly minTlsDays: number | undefined
  readonly concurrency: number
  readonly hosted: boolean
  readonly linked: boolean
  readonly probe: boolean
}

/**
 * Reads the options that say how documents are fetched.
 *
 * @throws UsageError when one of them cannot be meant.
 */
export function readFetching(options: FetchOptions, io: Io): Fetching {
  const { allowLoopback, ca, connectTo, hosted, linked, minTlsDays, probe, proxy } = options
  return {
    http: {
      allowLoopback,
      connectTo: connectTo.map(readConnectTo),
      ca: ca === undefined ? undefined : readCertificates(ca, io),
      proxy: proxy === undefined ? undefined : readProxy(proxy),
    },
    timeout: readDuration('--timeout', options.timeout ?? '5s'),
    maxBytes: readSize('--max-bytes', options.maxBytes ?? '64k'),
    retries: readCount('--retries', options.retries ?? '1', 0, 10),
    minTlsDays:
      minTlsDays === undefined ? undefined : readCount('--min-tls-days', minTlsDays, 0, 1000),
    concurrency: readCount('--concurrency', options.concurrency ?? '16', 1, 256),
    hosted,
    linked,
    probe,
  }
}

function readCount(flag: string, text: string, least: number, most: number): number {
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new UsageError(`${flag} is ${quote(text)}: write a number from ${least} to ${most}`)
}

/** In milliseconds. */
const DURATIONS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
])

/** The longest time that one request may take, in milliseconds. */
const LONGEST = 60_000

function readDuration(flag: string, text: string): number {
  const [, number = '', unit = ''] = /^([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m)$/.exec(text) ?? []
  const duration = Number(number) * (DURATIONS.get(unit) ?? Number.NaN)
  if (duration >= 1 && duration <= LONGEST) return duration
  throw new UsageError(
    `${flag} is ${quote(text)}: write a time with its unit up to a minute, such as 5s or 500ms`,
  )
}

/** In bytes. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1024],
  ['m', 1_048_576],
])

function readSize(flag: string, text: string): number {
  const [, number = '', unit = ''] = /^([0-9]{1,7})([km]?)$/i.exec(text) ?? []
  const size = number === '' ? Number.NaN : Number(number) * (SIZES.get(unit.toLowerCase()) ?? 1)
  if (size >= 1 && size <= MAX_BYTES) return size
  throw new UsageError(
    `${flag} is ${quote(text)}: write a number of bytes up to 1m, such as 5120 or 64k`,
  )
}

/** `host:port:address:port`, an IPv6 address in brackets. */
const CONNECT_TO = /^(\[[^\]]*\]|[^:[\]]*):([0-9]{0,5}):(\[[^\]]*\]|[^:[\]]*):([0-9]{0,5})$/

function readConnectTo(text: string): NonNullable<HttpOptions['connectTo']>[number] {
  const match = CONNECT_TO.exec(text)
  const [host = '', port = '', toHost = '', toPort = ''] = (match ?? []).slice(1).map(unbracket)
  const arePorts = [port, toPort].every((port) => port === '' || isPort(port))
  if (match && arePorts && (toHost === '' || isIP(toHost) > 0)) {
    return { host, port, toHost, toPort }
  }
  throw new UsageError(
    `--connect-to is ${quote(text)}: write host:port:address:port with an IP address, such as client.example.com:443:127.0.0.1:8443`,
  )
}

const isPort = (port: string): boolean => Number(port) >= 1 && Number(port) <= 65_535

function readProxy(text: string): NonNullable<HttpOptions['proxy']> {
  const { scheme, host, port, path, query, fragment, userinfo } = splitUrl(text) ?? {}
  if (userinfo) {
    throw new UsageError(
      '--proxy has a user name or password, which everybody could read in the list of processes: use a proxy that asks for none',
    )
  }
  const isPlain = (path?.text ?? '').length <= 1 && !query && !fragment
  const name = scheme?.text.toLowerCase()
  if (!host || !isPlain || (name !== 'http' && name !== 'https') || port?.text === '0') {
    throw new UsageError(
      `--proxy is ${quote(text)}: write its URL, such as http://proxy.example.com:3128`,
    )
  }
  const isSecure = name === 'https'
  return {
    isSecure,
    host: unbracket(host.text),
    port: port?.text ? Number(port.text) : isSecure ? 443 : 80,
  }
}

/** The longest file of certificates, in bytes. */
const MAX_CA_BYTES = 1_048_576

function readCertificates(path: string, io: Io): string {
  if (!attempt(() => io.statOf(path))) throw new UsageError(`there is no file ${quote(path)}`)
  let text: string
  try {
    text = Buffer.from(io.readFile(path, MAX_CA_BYTES)).toString()
  } catch (error) {
    throw toUsageError(path, error)
  }
  if (beginsWithCertificate(text)) return text
  throw new UsageError(
    `--ca ${quote(path)} holds no certificate in PEM: give the root that is to be trusted`,
  )
}

/** Reads the first certificate; whatever is wrong with others shows in the handshake. */
function beginsWithCertificate(text: string): boolean {
  try {
    new X509Certificate(text)
    return true
  } catch {
    return false
  }
}
