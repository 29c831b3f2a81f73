import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { MetadataDocument } from './core/types.js'
import { splitUrl } from './core/url.js'
import { type Fetching, readFetching } from './fetching.js'
import { LINKED_MEMBERS, observe } from './hosting/observe.js'
import { type Io, say } from './io.js'
import type { Input, Loaded } from './load.js'
import { createHttp, type Http } from './net/http.js'

// Who fetches reads the options first, and one file is loaded faster than two.
export { readFetching }

/** How many requests one host is sent at the same time at most. */
const PER_HOST = 4

/** How many documents are worked on for each request at a time, so that the first are soon done. */
const UNDER_WAY = 8

/**
 * How many documents wait at most for one before them: enough that a host that never answers holds up
 * no other, and few enough to be held in memory.
 */
const AHEAD = 1024

/** Documents as servers see them: fetches what is at URLs, several at a time, and keeps their order. */
export function observed(input: Input, fetching: Fetching, isQuiet: boolean, io: Io): Input {
  if (!isQuiet) tellIgnored(fetching, io)
  return {
    count: input.count,
    batches: observeAll(input, fetching, io),
    endsItself: true,
    remark: fetching.http.proxy && NOT_JUDGED,
  }
}

const NOT_JUDGED = 'the addresses of hosts were not judged, because the proxy looks them up'

/** Says that proxies of the environment are not used: a policy that a document's author could set is none. */
function tellIgnored({ http }: Fetching, io: Io): void {
  if (http.proxy) return
  const set = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((name) => io.env[name])
  if (set !== undefined) say(io, `${set} is set and not used; give --proxy to go through a proxy`)
}

/** A document under way. */
interface Slot {
  loaded: Loaded | undefined
  readonly settled: Promise<undefined>
}

async function* observeAll(
  { batches }: Input,
  fetching: Fetching,
  io: Io,
): AsyncIterable<Iterable<Loaded>> {
  const ending = new AbortController()
  const { signal } = ending
  // As many as there are requests at a time.
  setMaxListeners(0, signal)
  io.onInterrupt(() => ending.abort())
  const load = createLoader(fetching, signal)
  const underWay = pLimit(fetching.concurrency * UNDER_WAY)
  const source = flatten(batches)
  const slots: Slot[] = []
  let next: Promise<IteratorResult<Loaded>> | undefined
  let isExhausted = false
  try {
    for (;;) {
      if (!isExhausted && slots.length < AHEAD) next ??= source.next()
      const [first] = slots
      if (!first && !next) return
      // What is done is not held back by a line that is still to come.
      const came = await Promise.race([...(first ? [first.settled] : []), ...(next ? [next] : [])])
      if (signal.aborted) {
        yield slots.flatMap(({ loaded }) => loaded ?? [])
        return
      }
      if (!came) yield takeReady(slots)
      else {
        next = undefined
        if (came.done) isExhausted = true
        else slots.push(start(underWay(load, came.value), signal))
      }
    }
  } finally {
    ending.abort()
    // Not waited for: a line may never come.
    source.return(undefined).catch(() => {})
  }
}

function start(work: Promise<Loaded>, signal: AbortSignal): Slot {
  const slot: Slot = {
    loaded: undefined,
    settled: work.then(
      (loaded) => {
        slot.loaded = loaded
        return undefined
      },
      (error: unknown) => {
        if (!signal.aborted) throw error
        return undefined
      },
    ),
  }
  // Told by whoever waits for it; when nobody does any more, the run was ended.
  slot.settled.catch(() => {})
  return slot
}

/** Takes those that are ready from the front: reports come in the order of the targets. */
function takeReady(slots: Slot[]): Loaded[] {
  const ready: Loaded[] = []
  for (let next = slots[0]?.loaded; next; next = slots[0]?.loaded) {
    ready.push(next)
    slots.shift()
  }
  return ready
}

async function* flatten(batches: Input['batches']): AsyncGenerator<Loaded, undefined> {
  for await (const batch of batches) yield* batch
}

/** Loads what is published of a document, or of what it links to. */
function createLoader(fetching: Fetching, signal: AbortSignal) {
  const { concurrency, hosted, linked } = fetching
  const http = politely(createHttp(fetching.http), concurrency)
  const links = linked ? LINKED_MEMBERS : undefined
  return async (loaded: Loaded): Promise<Loaded> => {
    const { document } = loaded
    const { source } = document
    const isUrl = source.kind === 'url'
    const url = isUrl || hosted ? urlOf(document) : undefined
    if (url === undefined && !linked) return loaded
    const local = isUrl ? undefined : document
    return {
      ...loaded,
      document: await observe(url, source, local, { ...fetching, links, signal }, http),
    }
  }
}

/** Where a document is published: as its user says, or else as it says itself. */
const urlOf = ({ url, metadata }: MetadataDocument): string | undefined =>
  url ??
  (metadata.client_id !== undefined && /^https:/i.test(metadata.client_id)
    ? metadata.client_id
    : undefined)

/** Never asks for more than a few at a time at one host, nor for more than `concurrency` in all. */
function politely(http: Http, concurrency: number): Pick<Http, 'get'> {
  const limit = pLimit(concurrency)
  const hosts = new Map<string, { readonly limit: typeof limit; requests: number }>()
  return {
    async get(url, options) {
      const name = splitUrl(url)?.host.text.toLowerCase() ?? ''
      const host = hosts.get(name) ?? { limit: pLimit(PER_HOST), requests: 0 }
      hosts.set(name, host)
      host.requests++
      try {
        return await host.limit(() => limit(() => http.get(url, options)))
      } finally {
        if (--host.requests === 0) hosts.delete(name)
      }
    },
  }
}
