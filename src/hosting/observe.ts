import { setTimeout as sleep } from 'node:timers/promises'
import { parseDocument, unreadDocument } from '../core/document.js'
import {
  type Answer,
  conditionOf,
  type Hosting,
  headersOf,
  type Link,
  type Probe,
} from '../core/hosting.js'
import { quote } from '../core/printable.js'
import type { Exchange, MetadataDocument, Source } from '../core/types.js'
import { splitUrl } from '../core/url.js'
import type { GetOptions, Http } from '../net/http.js'
import { isPassing } from '../net/transport-error.js'
import { type Observed, readKeys, readPublished, toObserved } from './published.js'

/** How a document at a URL is observed. */
export interface Observing {
  /** For each request, in milliseconds. */
  readonly timeout: number
  /** The longest document that is read, in bytes. */
  readonly maxBytes: number
  /** How often a request is repeated that failed for what may pass. */
  readonly retries: number
  /** How long the certificate should be valid, in days; undefined for the usual time. */
  readonly minTlsDays?: number | undefined
  /** Whether the document is asked for in further ways. */
  readonly probe: boolean
  /** The members whose URLs are asked for, where they are there; undefined for none, and no rule about them. */
  readonly links: readonly LinkedMember[] | undefined
  /** Headers that the document is asked for with, beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** How long a certificate should be valid when nobody says so, in days. */
const MIN_TLS_DAYS = 14

/**
 * Fetches a document as an authorization server would, once, and notes how it is published.
 *
 * @param url The client identifier as it was given: it is not normalized. Without it only what a
 * local document links to is asked for.
 * @param local A document that is judged in place of what is published, and compared with it.
 *
 * @returns The document, whatever came in its place; with `hosting`.
 *
 * @throws The reason of the signal, and nothing else.
 *
 * @see [CIMD -02, Client Metadata Document](https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-02.html#section-4)
 */
export async function observe(
  url: string | undefined,
  source: Source,
  local: MetadataDocument | undefined,
  options: Observing,
  http: Pick<Http, 'get'>,
): Promise<MetadataDocument> {
  const recorder = createRecorder(http, options)
  const fetched =
    url === undefined
      ? undefined
      : await recorder.get(url, { maxBytes: options.maxBytes, headers: options.headers })
  const published =
    fetched && readPublished(url, local ? { kind: 'url', name: url ?? '' } : source, fetched)
  const document = local ?? published ?? unreadDocument({ source })
  const reason = published?.reason
  const isProbed = options.probe && fetched?.answer !== undefined && reason === undefined
  const probes = isProbed ? await probe(fetched.answer, options, recorder) : []
  const links = options.links && (await follow(document, options.links, recorder))
  const hosting: Hosting = {
    exchanges: recorder.exchanges,
    answer: fetched?.answer,
    reason,
    minTlsDays: options.minTlsDays ?? MIN_TLS_DAYS,
    isTlsAsked: options.minTlsDays !== undefined,
    copy: local && published,
    probes: options.probe && url !== undefined ? probes : undefined,
    links,
    keys: links && readKeys(document, links),
    checkedAt: recorder.began().toISOString(),
    durationMs: recorder.exchanges.reduce((sum, { timings }) => sum + timings.total, 0),
  }
  return { ...document, hosting }
}

/** The requests about one document, in order. */
interface Recorder {
  readonly exchanges: Exchange[]
  /** When the first was sent. */
  began(): Date
  /** Asks once, and again as often as `retries` says, or else as for documents. */
  get(
    url: string,
    options: Pick<GetOptions, 'maxBytes' | 'headers'>,
    retries?: number,
  ): Promise<Observed>
}

function createRecorder(http: Pick<Http, 'get'>, options: Observing): Recorder {
  const { timeout, signal } = options
  const exchanges: Exchange[] = []
  let began: number | undefined
  return {
    exchanges,
    began: () => new Date(began ?? Date.now()),
    async get(url, how, retries = options.retries) {
      for (let attempt = 0; ; attempt++) {
        const { exchange, body } = await http.get(url, { ...how, timeout, signal })
        // Whoever is polite waits first.
        began ??= Date.now() - exchange.timings.total
        exchanges.push(exchange)
        const pause = attempt < retries ? pauseAfter(exchange, attempt) : undefined
        if (pause === undefined) return toObserved(url, exchange, body, exchanges.length - 1)
        await sleep(pause, undefined, { signal })
      }
    },
  }
}

/** The first pause before a request is repeated, and the longest that a host may ask for, in milliseconds. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000

/** How long to wait for what may pass, in milliseconds; undefined for what does not. */
function pauseAfter({ error, response }: Exchange, attempt: number): number | undefined {
  // To wait out a second deadline would take as long again.
  if (error && isPassing(error) && error.code !== 'timeout') return FIRST_PAUSE * 2 ** attempt
  if (response?.status !== 429 && response?.status !== 503) return undefined
  const [value = ''] = headersOf(response, 'retry-after')
  // RFC 9110 section 10.2.3; Date.parse() takes nearly everything for a date.
  const pause = /^[0-9]+$/.test(value)
    ? Number(value) * 1000
    : / GMT$/.test(value)
      ? Date.parse(value) - Date.now()
      : Number.NaN
  return pause <= LONGEST_PAUSE ? Math.max(0, pause) : undefined
}

/** What a browser says of itself, so that a host that tells programs from people is found. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** Asks for the document in other ways, one after the other: seven more requests, and none again. */
async function probe(
  answer: Answer,
  { maxBytes }: Observing,
  recorder: Recorder,
): Promise<Probe[]> {
  const { url } = answer
  const ask = async (
    kind: Probe['kind'],
    how: string,
    to: string,
    headers: GetOptions['headers'] = {},
  ): Promise<Probe> => {
    const { exchange, answer } = await recorder.get(to, { maxBytes, headers }, 0)
    const { metadata } = parseDocument(answer?.status === 200 ? answer.body : '')
    return { kind, how, exchange, answer, clientId: metadata.client_id }
  }
  const probes = [
    await ask('browser', 'as a browser', url, { 'User-Agent': BROWSER }),
    await ask('any-type', 'for any media type', url, { Accept: '*/*' }),
    await ask('no-agent', 'without User-Agent', url, { 'User-Agent': undefined }),
  ]
  const condition = conditionOf(answer)
  if (condition) {
    const [name, value] = condition
    probes.push(await ask('conditional', `with ${name}`, url, { [name]: value }))
  }
  for (const spelling of spellingsOf(url)) {
    probes.push(await ask('spelling', `at ${quote(spelling)}`, spelling))
  }
  return probes
}

/** Other URLs that hosts often serve the same document at; each is another client identifier. */
function spellingsOf(url: string): string[] {
  const parts = splitUrl(url)
  if (!parts || parts.path.text.length < 2) return []
  const { path, query } = parts
  const before = url.slice(0, path.offset)
  const after = url.slice(path.offset + path.text.length)
  const slashed = path.text.endsWith('/') ? path.text.slice(0, -1) : `${path.text}/`
  return [
    before + slashed + after,
    ...(query ? [] : [`${before}${path.text}?cimd`]),
    before + path.text.toUpperCase() + after,
  ].filter((spelling) => spelling !== url)
}

const KIB = 1024

/** The members whose URLs are asked for, what is wanted of each, and the most that is read, in bytes. */
const LINKED = {
  jwks_uri: ['application/jwk-set+json, application/json', 64 * KIB],
  logo_uri: ['image/*', 256 * KIB],
  client_uri: ['text/html, */*', 256 * KIB],
  tos_uri: ['text/html, */*', 256 * KIB],
  policy_uri: ['text/html, */*', 256 * KIB],
} as const

/** A member whose URL can be asked for. */
type LinkedMember = keyof typeof LINKED

/** All members whose URLs can be asked for. */
export const LINKED_MEMBERS = Object.keys(LINKED) as readonly LinkedMember[]

/** Asks for what the URLs of a document lead to. */
async function follow(
  { metadata }: MetadataDocument,
  members: readonly LinkedMember[],
  recorder: Recorder,
): Promise<Link[]> {
  const links: Link[] = []
  for (const member of members) {
    const [accept, maxBytes] = LINKED[member]
    const url = metadata[member]
    if (url === undefined) continue
    const observed = await recorder.get(url, { maxBytes, headers: { Accept: accept } })
    const { answer } = observed
    // Nobody reads a logo or a page, and of a thousand documents there are many.
    const kept = answer && member !== 'jwks_uri' ? { ...answer, body: new Uint8Array() } : answer
    links.push({ member, at: `/${member}`, ...observed, answer: kept })
  }
  return links
}
