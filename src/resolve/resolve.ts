import { createHash } from 'node:crypto'
import { unreadDocument } from '../core/document.js'
import { evaluate, type Ruleset } from '../core/engine.js'
import type { Answer } from '../core/hosting.js'
import type { Metadata } from '../core/metadata.js'
import type { MetadataDocument, Report, Severity } from '../core/types.js'
import { observe } from '../hosting/observe.js'
import { createHttp, type HttpOptions } from '../net/http.js'
import { isPassing } from '../net/transport-error.js'

/** What a server accepts beyond what the specifications say. */
export interface ResolvePolicy {
  /** Whether a document must be sent as JSON; by default it must. */
  readonly mediaTypes?: 'json' | 'any' | undefined
  /** Whether a client identifier must be spelled as URL parsers spell it; by default it must. */
  readonly canonical?: boolean | undefined
  /** Which answers are documents; by default those with status 200 alone. */
  readonly status?: 'exactly-200' | '2xx' | undefined
}

/** How a client is resolved. */
export interface ResolveOptions {
  readonly policy?: ResolvePolicy | undefined
  /** Whether a client may be asked about; only what it allows is fetched. */
  readonly allow?: ((url: URL) => boolean | Promise<boolean>) | undefined
  /** Whether a client must not be asked about. */
  readonly deny?: ((url: URL) => boolean | Promise<boolean>) | undefined
  /** Replaces DNS; every address it gives is judged. */
  readonly lookup?: HttpOptions['lookup']
  /** Addresses that are named explicitly and not judged: `host:port` to `address:port`. */
  readonly connectTo?: Readonly<Record<string, string>> | undefined
  /** Certificates in PEM that are trusted instead of the public ones. */
  readonly ca?: string | undefined
  /** For everything from DNS to the last byte, in milliseconds; by default 5000. */
  readonly timeout?: number | undefined
  /** The longest document that is read, in bytes; by default 5120. */
  readonly maxBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of a client identifier. */
export type Resolution = Resolved | Unresolved

/** A client that may be used. */
export interface Resolved {
  readonly ok: true
  /** The members of the document that are of their registered type. */
  readonly client: Metadata
  /** SHA-256 of the document as it was sent, in hexadecimal. */
  readonly sha256: string
  readonly source: 'fetched'
  /** Until when the document may be used without asking again, by its headers alone. */
  readonly freshUntil: Date
  /** The members that changed since it was last seen: none, since nothing is remembered. */
  readonly changed: readonly string[]
  readonly report: Report
}

/** A client that may not be used. */
export interface Unresolved {
  readonly ok: false
  readonly error: 'invalid_client' | 'temporarily_unavailable'
  /** For whoever sent the client identifier: always the same, so that it tells nothing of a network. */
  readonly publicMessage: string
  /** Whether another attempt may succeed. */
  readonly retryable: boolean
  /** For the operator: everything that was seen. */
  readonly report: Report
}

const PUBLIC_MESSAGE = 'the client metadata could not be retrieved or used'

/** The specification recommends 5 kilobytes, and implementers take the larger. */
const MAX_BYTES = 5120
const TIMEOUT = 5000

/** Fetches and judges the document of a client identifier, once. */
export async function resolve(
  clientId: string,
  ruleset: Ruleset,
  options: ResolveOptions,
): Promise<Resolution> {
  const { policy = {}, signal, timeout = TIMEOUT, maxBytes = MAX_BYTES } = options
  signal?.throwIfAborted()
  const source = { kind: 'url', name: clientId } as const
  const refusal = await findRefusal(clientId, options)
  const document =
    refusal === undefined
      ? await observe(
          clientId,
          source,
          undefined,
          { timeout, maxBytes, retries: 0, probe: false, linked: false, signal },
          createHttp({
            lookup: options.lookup,
            ca: options.ca,
            connectTo: Object.entries(options.connectTo ?? {}).map(toConnectTo),
            ignoresEnvironment: true,
          }),
        )
      : unreadDocument({ clientId, source }, refusal)
  const answer = document.hosting?.answer
  const report = evaluate(document, ruleset, {
    severities: severitiesOf(policy, answer),
  })
  if (report.outcome === 'passed' && answer) return toResolved(document, answer, report)
  return toUnresolved(document, report)
}

/** Why a client is not even asked about, as a clause. */
async function findRefusal(
  clientId: string,
  { allow, deny }: ResolveOptions,
): Promise<string | undefined> {
  if (!allow && !deny) return undefined
  // What is no URL is refused by whoever fetches it.
  if (!URL.canParse(clientId)) return undefined
  // Never handed on: only its owner's own hooks see it, and the document is fetched by the raw string.
  if (await deny?.(new URL(clientId))) return 'this server denies the client, so it was not fetched'
  if (allow && !(await allow(new URL(clientId)))) {
    return 'this server does not allow the client, so it was not fetched'
  }
  return undefined
}

/** What weighs otherwise than in the profile, because this server decides it. */
function severitiesOf(
  { mediaTypes = 'json', canonical = true, status = 'exactly-200' }: ResolvePolicy,
  answer: Answer | undefined,
): ReadonlyMap<string, Severity> {
  const isOtherSuccess = answer !== undefined && answer.status > 200 && answer.status < 300
  return new Map<string, Severity>([
    ['fetch-content-type', mediaTypes === 'json' ? 'error' : 'warning'],
    ['url-canonical', canonical ? 'error' : 'warning'],
    ['fetch-no-redirect', 'error'],
    ['fetch-status-200', status === '2xx' && isOtherSuccess ? 'warning' : 'error'],
  ])
}

function toResolved(document: MetadataDocument, answer: Answer, report: Report): Resolved {
  const { isStorable, remaining } = answer.freshness
  return {
    ok: true,
    client: document.metadata,
    sha256: createHash('sha256').update(answer.body).digest('hex'),
    source: 'fetched',
    freshUntil: new Date(Date.now() + (isStorable ? remaining * 1000 : 0)),
    changed: [],
    report,
  }
}

/** What a host answers when it cannot answer now: RFC 9110 sections 15.5.20 and 15.6, RFC 6585. */
const isBusy = (status: number): boolean => status === 429 || status >= 500

function toUnresolved({ hosting }: MetadataDocument, report: Report): Unresolved {
  const error = hosting?.exchanges.at(-1)?.error
  const status = hosting?.answer?.status
  const retryable = (error && isPassing(error)) || (status !== undefined && isBusy(status))
  return {
    ok: false,
    error: retryable ? 'temporarily_unavailable' : 'invalid_client',
    publicMessage: PUBLIC_MESSAGE,
    retryable: retryable ?? false,
    report,
  }
}

/** `host:port` and `address:port`, an IPv6 address in brackets. */
const PLACE = /^(\[[^\]]+\]|[^:[\]]+):([0-9]{1,5})$/

function toConnectTo([from, to]: readonly [string, string]) {
  const [, host = '', port = ''] = PLACE.exec(from) ?? []
  const [, toHost = '', toPort = ''] = PLACE.exec(to) ?? []
  if (host === '' || toHost === '') {
    throw new TypeError(
      `connectTo has ${JSON.stringify(from)}: ${JSON.stringify(to)}: write "host:port": "address:port"`,
    )
  }
  return { host: unbracket(host), port, toHost: unbracket(toHost), toPort }
}

const unbracket = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')
