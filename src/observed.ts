import pLimit, { type LimitFunction } from 'p-limit'
import type { MetadataDocument } from './core/types.js'
import { splitUrl } from './core/url.js'
import { type Fetching, readFetching } from './fetching.js'
import { observe } from './hosting/observe.js'
import { type Io, say } from './io.js'
import type { Input, Loaded } from './load.js'
import { createHttp } from './net/http.js'

// Who fetches reads the options first, and one file is loaded faster than two.
export { readFetching }

/** How many requests one host is sent at the same time at most. */
const PER_HOST = 4

/** How many documents are under way, fetched or waiting for one before them, for each request at a time. */
const AHEAD = 8

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
  readonly settled: Promise<void>
}

async function* observeAll(
  { batches }: Input,
  fetching: Fetching,
  io: Io,
): AsyncIterable<Iterable<Loaded>> {
  const ending = new AbortController()
  const interrupted = new Promise<void>((resolve) => {
    io.onInterrupt(() => {
      ending.abort()
      resolve()
    })
  })
  const load = createLoader(fetching, ending.signal)
  const source = flatten(batches)
  const slots: Slot[] = []
  let isExhausted = false
  try {
    for (;;) {
      while (!isExhausted && slots.length < fetching.concurrency * AHEAD) {
        const { done, value } = await source.next()
        if (done) isExhausted = true
        else slots.push(start(load(value)))
      }
      const [first] = slots
      if (!first) return
      await Promise.race([first.settled, interrupted])
      if (ending.signal.aborted) {
        yield slots.flatMap(({ loaded }) => loaded ?? [])
        return
      }
      yield takeReady(slots)
    }
  } finally {
    ending.abort()
  }
}

function start(work: Promise<Loaded>): Slot {
  const slot: Slot = {
    loaded: undefined,
    settled: work.then((loaded) => {
      slot.loaded = loaded
    }),
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

async function* flatten(batches: Input['batches']): AsyncGenerator<Loaded> {
  for await (const batch of batches) yield* batch
}

/** Loads what is published of a document, or of what it links to. */
function createLoader(fetching: Fetching, signal: AbortSignal) {
  const { concurrency, hosted, linked, probe } = fetching
  const http = createHttp(fetching.http)
  const limit = pLimit(concurrency)
  const hosts = new Map<string, LimitFunction>()

  /** Never more than a few at a time at one host, and never so many that others wait for it. */
  async function politely<T>(url: string, act: () => Promise<T>): Promise<T> {
    const host = splitUrl(url)?.host.text.toLowerCase() ?? ''
    const queue = hosts.get(host) ?? pLimit(PER_HOST)
    hosts.set(host, queue)
    try {
      return await queue(() => limit(act))
    } finally {
      if (queue.activeCount + queue.pendingCount === 0) hosts.delete(host)
    }
  }

  return async (loaded: Loaded): Promise<Loaded> => {
    const { document } = loaded
    const { source } = document
    const isUrl = source.kind === 'url'
    if (!isUrl && !hosted && !linked) return loaded
    const url = isUrl || hosted ? urlOf(document) : undefined
    if (hosted && !isUrl && url === undefined) return loaded
    const options = { ...fetching, probe: probe && url !== undefined, linked, signal }
    const local = isUrl ? undefined : document
    const key = url ?? document.metadata.jwks_uri ?? ''
    return {
      ...loaded,
      document: await politely(key, () => observe(url, source, local, options, http)),
    }
  }
}

/** Where a document is published: as its user says, or else as it says itself. */
const urlOf = ({ url, metadata }: MetadataDocument): string | undefined =>
  url ?? (metadata.client_id?.startsWith('https://') ? metadata.client_id : undefined)
