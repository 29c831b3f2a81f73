import { createHash, generateKeyPairSync } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ClientResolver,
  type ClientResolverOptions,
  createClientResolver,
  findRedirectUri,
  type Resolution,
  resolveClient,
  type Store,
  validateDocument,
} from '../src/index.js'
import { createBudget } from '../src/resolve/budget.js'
import { AUTHORITY, documentAt, type Host, startHost, urlOf } from './host.js'

const ORIGIN = 'https://client.example.com'
const NAMES = ['client', ...Array.from({ length: 40 }, (_, n) => `c${n}`)]

/** What is published, by path; it can be published anew. */
const pages = new Map<string, RequestListener>()
let host: Host
let sockets = 0
let mostSockets = 0

beforeAll(async () => {
  host = await startHost((request, response) => {
    const page = pages.get(request.url ?? '')
    if (page) page(request, response)
    else response.writeHead(404).end('internal 10.0.0.7')
  })
  host.server.on('connection', (socket) => {
    mostSockets = Math.max(mostSockets, ++sockets)
    socket.once('close', () => sockets--)
  })
})
afterAll(() => host.close())

type Headers = Readonly<Record<string, string | readonly string[]>>

const FRESH = { 'Cache-Control': 'max-age=600' }
/** May be kept, and is stale at once. */
const STALE = { 'Cache-Control': 'no-cache', ETag: '"1"' }

/** Answers with status 200, or as an earlier answer may be used further. */
const answering =
  (headers: Headers = {}, members: Readonly<Record<string, unknown>> = {}): RequestListener =>
  (request, response) => {
    const isSame = [
      [request.headers['if-none-match'], headers.ETag],
      [request.headers['if-modified-since'], headers['Last-Modified']],
    ].some(([asked, ours]) => ours !== undefined && asked === ours)
    if (isSame) response.writeHead(304, headers as Record<string, string>).end()
    else {
      response
        .writeHead(200, { 'Content-Type': 'application/json', ...headers } as Record<
          string,
          string
        >)
        .end(documentAt(urlOf(request), members))
    }
  }

const failing =
  (status: number, headers: Headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers as Record<string, string>).end()

const hanging: RequestListener = () => {}

let paths = 0
/** Publishes at a path of its own. */
function publish(page: RequestListener = answering(FRESH)): string {
  const path = `/client-${paths++}`
  pages.set(path, page)
  return ORIGIN + path
}
const republish = (url: string, page: RequestListener) => pages.set(new URL(url).pathname, page)

const askedFor = (url: string): number => host.asked.filter((asked) => asked === url).length

const create = (options: ClientResolverOptions = {}): ClientResolver =>
  createClientResolver({
    ca: AUTHORITY.cert,
    connectTo: Object.fromEntries(
      NAMES.map((name) => [`${name}.example.com:443`, `127.0.0.1:${host.port}`]),
    ),
    ...options,
  })

/** How a client came, or why it did not. */
const outcomeOf = (resolution: Resolution): string =>
  resolution.ok ? resolution.source : resolution.error

async function outcomesOf(resolver: ClientResolver, url: string, times = 2): Promise<string[]> {
  const outcomes: string[] = []
  for (let n = 0; n < times; n++) outcomes.push(outcomeOf(await resolver.resolve(url)))
  return outcomes
}

async function expectResolved(work: Promise<Resolution>) {
  const resolution = await work
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.report))
  return resolution
}

const reasonsOf = ({ report }: Resolution): string =>
  report.results.map(({ reason }) => reason).join()

const TOO_MANY = 'this server fetches too many documents now'
const secondsLeft = ({ freshUntil }: { freshUntil: Date }) =>
  Math.round((freshUntil.getTime() - Date.now()) / 1000)

const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString()

describe('T-169: how long a document is kept', () => {
  test.each<[headers: () => Headers, seconds: number]>([
    [() => ({ 'Cache-Control': 'max-age=600' }), 600],
    [() => ({ 'Cache-Control': 'Max-Age="600"' }), 600],
    [() => ({ 'Cache-Control': 'max-age=600, s-maxage=60' }), 60],
    [() => ({ 'Cache-Control': 'max-age=600', Age: '100' }), 500],
    [() => ({ 'Cache-Control': ['public', 'max-age=600'] }), 600],
    [() => ({ Expires: inAnHour() }), 3600],
    [() => ({ 'Cache-Control': 'max-age=60', Expires: inAnHour() }), 60],
    [() => ({ 'Cache-Control': 'max-age=999999999' }), 86_400],
    [() => ({ 'Cache-Control': 'max-age=600', Vary: 'Accept' }), 600],
  ])('%# is cached', async (headers, seconds) => {
    const url = publish(answering(headers()))
    const resolver = create()
    expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
    const left = secondsLeft(await expectResolved(resolver.resolve(url)))
    expect(Math.abs(left - seconds)).toBeLessThan(5)
    expect(askedFor(url)).toBe(1)
  })

  test.each<Headers>([
    {},
    { 'Cache-Control': 'max-age=0' },
    { 'Cache-Control': 'max-age=-1' },
    { 'Cache-Control': 'max-age=1e9' },
    { 'Cache-Control': 'max-age=1, max-age=9' },
    { 'Cache-Control': ['max-age=600', 'max-age=600'] },
    { 'Cache-Control': 'max-age' },
    { 'Cache-Control': 'max-age=600, no-store' },
    { 'Cache-Control': 'max-age=600, No-Store' },
    { 'Cache-Control': 'max-age=600, private' },
    { 'Cache-Control': 'max-age=600, no-cache' },
    { 'Cache-Control': 'public, private, max-age=600' },
    { 'Cache-Control': 'public' },
    { 'Cache-Control': 'immutable' },
    { 'Cache-Control': 'max-age=600', Vary: '*' },
    { 'Cache-Control': 'max-age=600', Vary: 'Accept, *' },
    { 'Cache-Control': 'max-age=600', Age: '99999' },
    { 'Cache-Control': 'max-age=600', Age: ['1', '1'] },
    { 'Cache-Control': 'max-age=600', Age: 'old' },
    { 'Cache-Control': 'max-age=600', ETag: ['"1"', '"2"'] },
    { 'Cache-Control': 'max-age=600', Expires: ['0', '0'] },
    { Expires: 'never' },
    { Expires: '0' },
    { 'Last-Modified': 'Thu, 01 Jan 2015 00:00:00 GMT' },
  ])('%j is not used without asking', async (headers) => {
    const url = publish((_, response) =>
      response
        .writeHead(200, {
          'Content-Type': 'application/json',
          ...(headers as Record<string, string>),
        })
        .end(documentAt(url)),
    )
    expect(await outcomesOf(create(), url)).toEqual(['fetched', 'fetched'])
    expect(askedFor(url)).toBe(2)
  })

  test('what may be kept is used as long as the floor says, what may not is not', async () => {
    const resolver = create({ limits: { minFreshSeconds: 60 } })
    const url = publish(answering({ 'Cache-Control': 'max-age=1' }))
    expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
    expect(secondsLeft(await expectResolved(resolver.resolve(url)))).toBe(60)
    for (const control of ['no-store', 'private', 'max-age=1, max-age=9']) {
      const other = publish(answering({ 'Cache-Control': control }))
      expect(await outcomesOf(resolver, other)).toEqual(['fetched', 'fetched'])
    }
  })

  test('no longer than the ceiling says, whoever kept it', async () => {
    const cache = new Map()
    const url = publish(answering({ 'Cache-Control': 'max-age=600' }))
    const resolver = create({ cache, limits: { maxFreshSeconds: 60 } })
    const resolution = await expectResolved(resolver.resolve(url))
    expect(secondsLeft(resolution)).toBe(60)
    const [[key, entry]] = [...cache] as [[string, { storedAt: number }]]
    cache.set(key, {
      ...entry,
      storedAt: entry.storedAt - 61_000,
      freshUntil: Date.now() + 30_000,
    })
    expect(outcomeOf(await resolver.resolve(url))).toBe('fetched')
  })

  test('what is fresh for a second is asked for after it', async () => {
    const url = publish(answering({ 'Cache-Control': 'max-age=1', ETag: '"1"' }))
    const resolver = create()
    expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
    await sleep(1100)
    expect(await outcomesOf(resolver, url)).toEqual(['revalidated', 'cached'])
    expect(askedFor(url)).toBe(2)
  })
})

describe('revalidation', () => {
  test.each<Headers>([
    STALE,
    { 'Cache-Control': 'no-cache', ETag: 'W/"1"' },
    { 'Cache-Control': 'no-cache', 'Last-Modified': 'Thu, 01 Jan 2015 00:00:00 GMT' },
  ])('a document that is unchanged: %j', async (headers) => {
    const url = publish(answering(headers))
    const resolver = create()
    const first = await expectResolved(resolver.resolve(url))
    const second = await expectResolved(resolver.resolve(url))
    expect(second).toMatchObject({ source: 'revalidated', changed: [] })
    expect(second.sha256).toBe(first.sha256)
    expect(second.client).toEqual(first.client)
  })

  test('a 304 says anew how long, and is as young as it says', async () => {
    const url = publish((request, response) => {
      const isAsked = request.headers['if-none-match'] !== undefined
      response
        .writeHead(isAsked ? 304 : 200, {
          'Content-Type': 'application/json',
          ETag: '"1"',
          // At first a cache on the way had it for longer than it is fresh.
          ...(isAsked ? {} : { 'Cache-Control': 'max-age=60', Age: '60' }),
        })
        .end(isAsked ? '' : documentAt(url))
    })
    const resolver = create()
    expect(await outcomesOf(resolver, url, 3)).toEqual(['fetched', 'revalidated', 'cached'])
    expect(secondsLeft(await expectResolved(resolver.resolve(url)))).toBeGreaterThan(50)
  })

  test('a 304 that may not be kept ends what was kept', async () => {
    const url = publish(answering(STALE))
    const resolver = create()
    await resolver.resolve(url)
    republish(url, failing(304, { ETag: '"1"', 'Cache-Control': 'no-store' }))
    expect(outcomeOf(await resolver.resolve(url))).toBe('revalidated')
    republish(url, answering(STALE))
    expect(outcomeOf(await resolver.resolve(url))).toBe('fetched')
  })

  test('T-171: a 304 that nobody asked for is an error', async () => {
    const resolver = create()
    const never = publish(failing(304, { ETag: '"1"' }))
    expect(await resolver.resolve(never)).toMatchObject({ ok: false, error: 'invalid_client' })
    // Kept, but with nothing to ask with.
    const url = publish(answering({ 'Cache-Control': 'no-cache' }))
    await resolver.resolve(url)
    republish(url, failing(304))
    expect(outcomeOf(await resolver.resolve(url))).toBe('invalid_client')
  })

  test('T-171: a 304 about another version, or after the entry is gone, is an error', async () => {
    const cache = new Map()
    const resolver = create({ cache })
    const url = publish(answering(STALE))
    await resolver.resolve(url)
    republish(url, failing(304, { ETag: '"2"' }))
    expect(outcomeOf(await resolver.resolve(url))).toBe('invalid_client')
    republish(url, answering(STALE))
    await resolver.resolve(url)
    cache.clear()
    republish(url, failing(304, { ETag: '"1"' }))
    expect(outcomeOf(await resolver.resolve(url))).toBe('invalid_client')
  })

  test('T-260: what changed is named, and another hash says that something did', async () => {
    const url = publish(answering(STALE, { logo_uri: `${ORIGIN}/logo.png` }))
    const resolver = create()
    const first = await expectResolved(resolver.resolve(url))
    republish(
      url,
      answering({ ...STALE, ETag: '"2"' }, { client_name: 'Other', software_version: '2' }),
    )
    const second = await expectResolved(resolver.resolve(url))
    expect(second).toMatchObject({ source: 'fetched' })
    expect([...second.changed].sort()).toEqual(['client_name', 'logo_uri', 'software_version'])
    expect(second.sha256).not.toBe(first.sha256)
    // Whoever keeps what was said at first is not told otherwise.
    expect(first.client.client_name).toBe('Example Client')
    expect(first.sha256).toBe(
      createHash('sha256')
        .update(documentAt(url, { logo_uri: `${ORIGIN}/logo.png` }))
        .digest('hex'),
    )
    expect(await expectResolved(resolver.resolve(url))).toMatchObject({ changed: [] })
  })

  test.each<[what: string, page: RequestListener]>([
    ['404', failing(404)],
    ['410', failing(410, FRESH)],
    ['a redirect', failing(302, { Location: '/' })],
    ['no document', (_, response) => response.end('<h1>')],
    ['another client', answering(FRESH, { client_id: `${ORIGIN}/another` })],
  ])('T-172: %s drops what was kept', async (_, page) => {
    const url = publish(answering(STALE))
    const resolver = create()
    await resolver.resolve(url)
    republish(url, page)
    expect(outcomeOf(await resolver.resolve(url))).toBe('invalid_client')
    republish(url, answering(STALE, { client_name: 'Other' }))
    expect(await expectResolved(resolver.resolve(url))).toMatchObject({
      source: 'fetched',
      changed: [],
    })
  })

  test.each<[what: string, page: RequestListener]>([
    ['500', failing(500, FRESH)],
    ['429', failing(429)],
    ['a reset', (_, response) => response.socket?.destroy()],
    ['a timeout', hanging],
  ])('T-172: %s keeps it for later, and serves nothing stale', async (_, page) => {
    const url = publish(answering(STALE))
    const resolver = create({ timeout: 300 })
    await resolver.resolve(url)
    republish(url, page)
    expect(outcomeOf(await resolver.resolve(url))).toBe('temporarily_unavailable')
    republish(url, answering(STALE))
    expect(outcomeOf(await resolver.resolve(url))).toBe('revalidated')
  })
})

describe('T-170: what failed is never remembered', () => {
  test.each<[what: string, page: RequestListener]>([
    ['500', failing(500, FRESH)],
    ['404', failing(404, FRESH)],
    ['410', failing(410, FRESH)],
    ['a document that is wrong', answering(FRESH, { client_secret: 'hunter2hunter2' })],
    ['one that is too long', answering(FRESH, { software_version: 'x'.repeat(6000) })],
    ['another media type', answering({ ...FRESH, 'Content-Type': 'text/plain' })],
  ])('%s, and then a document', async (_, page) => {
    const url = publish(page)
    const cache = new Map()
    const resolver = create({ cache })
    expect((await resolver.resolve(url)).ok).toBe(false)
    expect(cache.size).toBe(0)
    republish(url, answering(FRESH))
    expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
  })

  test('T-118: DNS is asked once in five seconds about a name without a public address', async () => {
    let questions = 0
    const lookup = async () => {
      questions++
      return [{ address: '10.0.0.1', family: 4 }]
    }
    const resolver = create({ lookup })
    const url = 'https://blocked.example.com/c'
    const first = await resolver.resolve(url)
    for (let n = 0; n < 1000; n++) expect(await resolver.resolve(url)).toEqual(first)
    expect(questions).toBe(1)
    await resolver.resolve('https://blocked.example.com/d')
    expect(questions).toBe(2)
    await sleep(5100)
    await resolver.resolve(url)
    expect(questions).toBe(3)
  })
})

describe('T-166: callers at the same time', () => {
  test('share one fetch, and nothing that one could change for another', async () => {
    const url = publish()
    const resolver = create()
    const all = await Promise.all(
      Array.from({ length: 100 }, () => expectResolved(resolver.resolve(url))),
    )
    expect(askedFor(url)).toBe(1)
    const [first, second] = all
    if (!first || !second) throw new Error('two were asked for')
    first.freshUntil.setTime(0)
    expect(second.freshUntil.getTime()).toBeGreaterThan(Date.now())
    const later = await expectResolved(resolver.resolve(url))
    for (const resolution of [first, later]) {
      for (const part of [resolution.client, resolution.client.redirect_uris, resolution.report]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
    }
  })

  test('share a failure, which is not kept', async () => {
    const url = publish(failing(503))
    const resolver = create()
    const all = await Promise.all(Array.from({ length: 100 }, () => resolver.resolve(url)))
    expect(new Set(all.map(outcomeOf))).toEqual(new Set(['temporarily_unavailable']))
    expect(Object.isFrozen(all[0]) && Object.isFrozen(all[0]?.report.results)).toBe(true)
    expect(askedFor(url)).toBe(1)
    republish(url, answering(FRESH))
    expect(outcomeOf(await resolver.resolve(url))).toBe('fetched')
  })

  test('one who gives up does not end it for the others', async () => {
    let release = () => {}
    const url = publish((request, response) => {
      release = () => answering(FRESH)(request, response)
    })
    const resolver = create()
    const ending = new AbortController()
    const first = resolver.resolve(url, { signal: ending.signal })
    const second = resolver.resolve(url)
    await expect.poll(() => askedFor(url)).toBe(1)
    ending.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    release()
    expect(outcomeOf(await second)).toBe('fetched')
    expect(askedFor(url)).toBe(1)
  })

  test('T-141: when all gave up it ends, nothing is kept, and the next one begins anew', async () => {
    let closed = 0
    const url = publish((_, response) => response.on('close', () => closed++))
    const cache = new Map()
    const resolver = create({ cache })
    const endings = [new AbortController(), new AbortController()]
    const works = endings.map(({ signal }) => resolver.resolve(url, { signal }))
    await expect.poll(() => askedFor(url)).toBe(1)
    for (const ending of endings) ending.abort()
    for (const work of works) await expect(work).rejects.toMatchObject({ name: 'AbortError' })
    republish(url, answering(FRESH))
    expect(outcomeOf(await resolver.resolve(url))).toBe('fetched')
    expect(askedFor(url)).toBe(2)
    await expect.poll(() => closed).toBe(1)
    expect(cache.size).toBe(1)
  })

  test('T-141: aborted in DNS, in a hook and in a store', async () => {
    const never = () => new Promise<never>(() => {})
    const url = publish()
    for (const options of [
      { lookup: never, connectTo: {} },
      { allow: never },
      { deny: never },
      { cache: { get: never, set: never, delete: never } },
    ]) {
      const work = create(options).resolve(url, { signal: AbortSignal.timeout(50) })
      await expect(work).rejects.toMatchObject({ name: 'TimeoutError' })
    }
    expect(askedFor(url)).toBe(0)
  })

  test('T-142: an abort and an error of the host at once leave nothing unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const url = publish((_, response) => {
      setTimeout(() => response.socket?.destroy(), Math.random() * 4)
    })
    const many = 1_000_000
    const resolver = create({
      limits: { fetchesPerMinute: many, fetchesPerMinutePerOrigin: many, concurrencyPerOrigin: 16 },
    })
    for (let round = 0; round < 100; round++) {
      const works = Array.from({ length: 10 }, (_, n) => {
        const ending = new AbortController()
        setTimeout(() => ending.abort(), Math.random() * 8)
        return resolver.resolve(n % 2 ? url : `${url}/${n}`, { signal: ending.signal })
      })
      await Promise.allSettled(works)
    }
    await sleep(20)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('budgets', () => {
  test('T-165: of 1000 at once 16 are fetched, and the rest is refused at once', async () => {
    const resolver = create({ timeout: 1000 })
    const path = new URL(publish(hanging)).pathname
    await expect.poll(() => sockets).toBe(0)
    mostSockets = 0
    const before = host.asked.length
    const began = Date.now()
    const works = Array.from({ length: 1000 }, async (_, n) => {
      pages.set(`${path}-${n}`, hanging)
      const resolution = await resolver.resolve(`https://c${n % 40}.example.com${path}-${n}`)
      return { resolution, after: Date.now() - began }
    })
    const all = await Promise.all(works)
    const refused = all.filter(({ resolution }) => reasonsOf(resolution).includes(TOO_MANY))
    expect(refused).toHaveLength(984)
    expect(Math.max(...refused.map(({ after }) => after))).toBeLessThan(1000)
    expect(new Set(all.map(({ resolution }) => outcomeOf(resolution)))).toEqual(
      new Set(['temporarily_unavailable']),
    )
    expect(host.asked.length - before).toBe(16)
    expect(mostSockets).toBe(16)
  })

  test('T-167: a slow origin fills its four places, and no others', async () => {
    const resolver = create({ timeout: 1000 })
    const slow = Array.from({ length: 6 }, () => resolver.resolve(publish(hanging)))
    const url = publish()
    expect(reasonsOf(await resolver.resolve(url))).toContain(TOO_MANY)
    expect(outcomeOf(await resolver.resolve(url.replace('client', 'c1')))).toBe('fetched')
    const reasons = (await Promise.all(slow)).map(reasonsOf)
    expect(reasons.filter((reason) => reason.includes(TOO_MANY))).toHaveLength(2)
    expect(outcomeOf(await resolver.resolve(url))).toBe('fetched')
  })

  test('an origin has 30 a minute, and what is cached costs none of it', async () => {
    const resolver = create()
    const url = publish(answering())
    const cached = publish()
    await resolver.resolve(cached)
    for (const outcome of await outcomesOf(resolver, url, 29)) expect(outcome).toBe('fetched')
    const refused = await resolver.resolve(url)
    expect(refused).toMatchObject({ error: 'temporarily_unavailable', retryable: true })
    expect(reasonsOf(refused)).toContain(TOO_MANY)
    expect(outcomeOf(await resolver.resolve(cached))).toBe('cached')
    expect(askedFor(url)).toBe(29)
  })

  test('all origins have 120 a minute', async () => {
    const resolver = create()
    const path = new URL(publish(answering())).pathname
    const before = host.asked.length
    for (let n = 0; n < 130; n++) {
      const resolution = await resolver.resolve(`https://c${n % 40}.example.com${path}`)
      expect(resolution.ok).toBe(n < 120)
    }
    expect(host.asked.length - before).toBe(120)
  })

  test('in no minute there are more, whoever waits for which', () => {
    let time = 0
    const limits = { concurrency: 9, concurrencyPerOrigin: 9, fetchesPerMinute: 6 }
    const budget = createBudget({ ...limits, fetchesPerMinutePerOrigin: 3 }, () => time)
    const take = (origin: string, times: number) =>
      Array.from({ length: times }, () => budget.take(origin)?.()).length
    const isFree = (origin: string) => {
      const giveBack = budget.take(origin)
      giveBack?.()
      return giveBack !== undefined
    }
    take('a', 3)
    expect(isFree('a')).toBe(false)
    time = 30_000
    take('b', 3)
    expect(isFree('c')).toBe(false)
    time = 59_999
    expect(isFree('a')).toBe(false)
    time = 60_000
    expect([isFree('b'), isFree('a'), isFree('a'), isFree('a'), isFree('a')]).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    // Those who were refused cost nobody anything.
    for (let n = 0; n < 5000; n++) budget.take(`${n}`)
    expect(isFree('a')).toBe(false)
    time = 90_000
    expect(isFree('b')).toBe(true)
  })

  test('what is refused by its text costs nothing', async () => {
    const lookup = async () => {
      throw new Error('nobody is asked')
    }
    const one = { fetchesPerMinute: 1, fetchesPerMinutePerOrigin: 1 }
    const resolver = create({ limits: one, lookup })
    const before = host.asked.length
    for (const clientId of [
      'client',
      'http://client.example.com/c',
      'https://127.0.0.1/c',
      'https://localhost/c',
      'https://client.example.com',
      'https://client.example.com/a/../c',
      'https://client.example.com/c#f',
      'https://user@client.example.com/c',
      `https://client.example.com/${'c'.repeat(3000)}`,
      'https://Client.example.com/c',
      'https://client.example.com:443/c',
    ]) {
      expect(await resolver.resolve(clientId), clientId).toMatchObject({ error: 'invalid_client' })
    }
    expect(host.asked.length).toBe(before)
    expect(outcomeOf(await resolver.resolve(publish()))).toBe('fetched')
  })
})

describe('stores', () => {
  /** As Keyv: everything is text, and whole milliseconds. */
  function createKeyv() {
    const kept = new Map<string, string>()
    const ttls: (number | undefined)[] = []
    const store: Store = {
      get: async (key: string) => JSON.parse(kept.get(key) ?? 'null') ?? undefined,
      async set(key, value, ttl) {
        ttls.push(ttl)
        kept.set(key, JSON.stringify(value))
        return true
      },
      delete: async (key: string) => kept.delete(key),
    }
    return { store, kept, ttls }
  }

  test('a Map, and one like Keyv, which several resolvers share', async () => {
    const { store, ttls } = createKeyv()
    for (const cache of [new Map(), store]) {
      const url = publish()
      const first = await expectResolved(create({ cache }).resolve(url))
      const second = await expectResolved(create({ cache }).resolve(url))
      expect(second).toEqual({ ...first, source: 'cached' })
      expect(Object.isFrozen(second.client.redirect_uris)).toBe(true)
      expect(askedFor(url)).toBe(1)
    }
    expect(ttls.every((ttl) => Number.isSafeInteger(ttl) && Number(ttl) > 600_000)).toBe(true)
  })

  test('100 callers ask one like Keyv once', async () => {
    const { store } = createKeyv()
    let questions = 0
    const get = (key: string) => {
      questions++
      return store.get(key)
    }
    const resolver = create({ cache: { ...store, get } })
    const url = publish()
    await Promise.all(Array.from({ length: 100 }, () => resolver.resolve(url)))
    expect([questions, askedFor(url)]).toEqual([1, 1])
  })

  const fail = () => {
    throw new Error('broken')
  }
  const hang = () => new Promise(() => {})
  test.each<[what: string, cache: Store]>([
    ['throws', { get: fail, set: fail, delete: fail }],
    [
      'rejects',
      {
        get: async () => fail(),
        set: async () => fail(),
        delete: async () => fail(),
      },
    ],
    ['hangs', { get: hang, set: hang, delete: hang }],
  ])('one that %s costs fetches, and nothing else', async (_, cache) => {
    const resolver = create({ cache, timeout: 300 })
    const began = Date.now()
    expect(await outcomesOf(resolver, publish())).toEqual(['fetched', 'fetched'])
    expect(outcomeOf(await resolver.resolve(publish(failing(404))))).toBe('invalid_client')
    expect(Date.now() - began).toBeLessThan(3000)
  })

  test('one that hangs holds no place of a fetch', async () => {
    const cache = { get: () => undefined, set: hang, delete: hang }
    const limits = { concurrency: 1 }
    const resolver = create({ cache, limits, timeout: 1000 })
    const first = publish()
    const work = resolver.resolve(first)
    await expect.poll(() => askedFor(first)).toBe(1)
    await sleep(100)
    const second = publish()
    void resolver.resolve(second)
    await expect.poll(() => askedFor(second)).toBe(1)
    await work
  })

  type Kept = Record<string, unknown>
  test.each<[what: string, alter: (entry: Kept) => unknown]>([
    ['null', () => null],
    ['text', () => 'entry'],
    ['a list', () => []],
    ['nothing much', () => ({})],
    ['another version', (entry) => ({ ...entry, version: 2 })],
    ['another client', (entry) => ({ ...entry, url: `${ORIGIN}/another` })],
    ['no members', (entry) => ({ ...entry, value: null })],
    ['headers that are none', (entry) => ({ ...entry, freshUntil: 0, headers: [null, ['etag']] })],
    ['a report that failed', (entry) => ({ ...entry, report: { outcome: 'failed' } })],
    ['no time', (entry) => ({ ...entry, storedAt: Number.NaN })],
    ['one from the future', (entry) => ({ ...entry, storedAt: Date.now() + 60_000 })],
    ['one for ever', (entry) => ({ ...entry, freshUntil: 1e15, storedAt: Date.now() - 1e9 })],
    ['one that is stale', (entry) => ({ ...entry, freshUntil: Date.now() - 1 })],
  ])('one that gives %s', async (_, alter) => {
    const cache = new Map<string, unknown>()
    const resolver = create({ cache })
    const url = publish()
    await resolver.resolve(url)
    for (const [key, entry] of cache) cache.set(key, alter(entry as Kept))
    expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
  })

  test('T-168: memory has as many entries as it may, and those used last', async () => {
    const resolver = create({ limits: { cacheEntries: 3 } })
    const urls = Array.from({ length: 4 }, () => publish())
    for (const url of urls) await resolver.resolve(url)
    const outcomes = []
    for (const url of urls.reverse()) outcomes.push(outcomeOf(await resolver.resolve(url)))
    expect(outcomes).toEqual(['cached', 'cached', 'cached', 'fetched'])
  })

  test('T-168: memory has as many bytes as it may', async () => {
    const resolver = create({ limits: { cacheBytes: 20_000 } })
    const urls = Array.from({ length: 10 }, () =>
      publish(answering(FRESH, { software_version: 'x'.repeat(4000) })),
    )
    for (const url of urls) await resolver.resolve(url)
    expect(await outcomesOf(resolver, urls[9] ?? '', 1)).toEqual(['cached'])
    expect(await outcomesOf(resolver, urls[0] ?? '', 1)).toEqual(['fetched'])
  })

  test('T-173: keys are client identifiers as they were sent, of one profile and policy', async () => {
    const cache = new Map<string, unknown>()
    const any = { mediaTypes: 'any', canonical: false } as const
    const url = publish(answering({ ...FRESH, 'Content-Type': 'text/plain' }))
    expect(outcomeOf(await create({ cache, policy: any }).resolve(url))).toBe('fetched')
    expect(outcomeOf(await create({ cache }).resolve(url))).toBe('invalid_client')
    const profile = 'mcp-2025-11-25'
    const other = create({ cache, policy: any, profile })
    expect(await outcomesOf(other, url)).toEqual(['fetched', 'cached'])

    const resolver = create({ cache })
    const plain = publish()
    await resolver.resolve(plain)
    const size = cache.size
    for (const spelled of [
      `${plain}?`,
      `${plain};v=1`,
      plain.replace('client', 'Client'),
      `${plain}/`,
    ]) {
      expect(outcomeOf(await resolver.resolve(spelled)), spelled).toBe('invalid_client')
    }
    expect(cache.size).toBe(size)
    expect(outcomeOf(await resolver.resolve(plain))).toBe('cached')
  })
})

describe('jwks', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256', use: 'sig' }
  const jwks = { keys: [jwk] }
  const secret = pair.privateKey.export({ format: 'jwk' })
  const members = {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
  }
  const json =
    (value: unknown, headers: Headers = {}): RequestListener =>
    (_, response) =>
      response
        .writeHead(200, { 'Content-Type': 'application/jwk-set+json', ...headers } as Record<
          string,
          string
        >)
        .end(JSON.stringify(value))

  test('in the document', async () => {
    const url = publish(answering(FRESH, { ...members, jwks }))
    const resolver = create()
    expect(await resolver.jwks(url)).toMatchObject({ ok: true, jwks, source: 'fetched' })
    expect(await resolver.jwks(url)).toMatchObject({ ok: true, jwks, source: 'cached' })
    expect(askedFor(url)).toBe(1)
  })

  test('at jwks_uri, kept by its own headers', async () => {
    const keys = publish(json(jwks, { 'Cache-Control': 'max-age=60' }))
    const url = publish(answering(FRESH, { ...members, jwks_uri: keys }))
    const resolver = create()
    const all = await Promise.all(Array.from({ length: 10 }, () => resolver.jwks(url)))
    for (const one of all) expect(one).toMatchObject({ ok: true, jwks })
    const again = await resolver.jwks(url)
    expect(again).toMatchObject({ ok: true, source: 'cached' })
    if (again.ok) expect(secondsLeft(again)).toBe(60)
    if (again.ok) expect(Object.isFrozen(again.jwks)).toBe(true)
    expect([askedFor(url), askedFor(keys)]).toEqual([1, 1])
  })

  test('at jwks_uri, not kept when it may not be, or when it is wrong', async () => {
    const keys = publish(failing(500, FRESH))
    const url = publish(answering(FRESH, { ...members, jwks_uri: keys }))
    const resolver = create()
    expect(await resolver.jwks(url)).toMatchObject({ error: 'temporarily_unavailable' })
    republish(keys, json(jwks, { 'Cache-Control': 'no-store' }))
    expect(await resolver.jwks(url)).toMatchObject({ ok: true, source: 'fetched' })
    expect(await resolver.jwks(url)).toMatchObject({ ok: true, source: 'fetched' })
    expect(askedFor(keys)).toBe(3)
  })

  test.each<[what: string, page: RequestListener]>([
    ['404', failing(404)],
    ['no JWK Set', json({ key: 1 }, FRESH)],
    ['no keys', json({ keys: [] }, FRESH)],
    ['a private key', json({ keys: [{ ...jwk, ...secret }] }, FRESH)],
    ['a symmetric key', json({ keys: [{ kty: 'oct', k: 'aHVudGVyMg' }] }, FRESH)],
  ])('at jwks_uri: %s', async (_, page) => {
    const keys = publish(page)
    const url = publish(answering(FRESH, { ...members, jwks_uri: keys }))
    const resolver = create()
    const refused = await resolver.jwks(url)
    expect(refused).toMatchObject({ ok: false, error: 'invalid_client' })
    expect(JSON.stringify(refused)).not.toContain(secret.d)
    expect((await resolver.resolve(url)).ok).toBe(true)
    republish(keys, json(jwks, FRESH))
    expect(await resolver.jwks(url)).toMatchObject({ ok: true })
  })

  test('a private key in the document', async () => {
    const url = publish(answering(FRESH, { ...members, jwks: { keys: [{ ...jwk, ...secret }] } }))
    const refused = await create().jwks(url)
    expect(refused).toMatchObject({ ok: false, error: 'invalid_client' })
    expect(JSON.stringify(refused)).not.toContain(secret.d)
  })

  test('none, and of a client that may not be used', async () => {
    const resolver = create()
    const none = await resolver.jwks(publish())
    expect(none).toMatchObject({ ok: false, error: 'invalid_client', retryable: false })
    expect(reasonsOf(none as Resolution)).toContain('the client publishes no keys')
    expect(await resolver.jwks(publish(failing(404)))).toMatchObject({ error: 'invalid_client' })
  })

  test('a host of keys without a public address is asked about once', async () => {
    let questions = 0
    const lookup = async () => {
      questions++
      return []
    }
    const jwks_uri = 'https://other.example.com/keys'
    const url = publish(answering(FRESH, { ...members, jwks_uri }))
    const resolver = create({ lookup })
    for (let n = 0; n < 3; n++) expect((await resolver.jwks(url)).ok).toBe(false)
    expect(questions).toBe(1)
  })

  test('its budget is that of its host', async () => {
    const limits = { fetchesPerMinutePerOrigin: 1 }
    const keys = publish(json(jwks))
    const jwks_uri = keys.replace('client', 'c1')
    const own = publish(answering(FRESH, { ...members, jwks_uri: keys }))
    const other = publish(answering(FRESH, { ...members, jwks_uri }))
    const refused = await create({ limits }).jwks(own)
    expect(reasonsOf(refused as Resolution)).toContain(TOO_MANY)
    expect((await create({ limits }).jwks(other)).ok).toBe(true)
  })
})

describe('hooks', () => {
  test('are asked about cached clients too', async () => {
    let isDenied = false
    const url = publish()
    for (const options of [{ deny: () => isDenied }, { allow: async () => !isDenied }]) {
      isDenied = false
      const resolver = create(options)
      expect(await outcomesOf(resolver, url)).toEqual(['fetched', 'cached'])
      isDenied = true
      expect(outcomeOf(await resolver.resolve(url))).toBe('invalid_client')
      expect(await resolver.jwks(url)).toMatchObject({ error: 'invalid_client' })
      isDenied = false
      expect(outcomeOf(await resolver.resolve(url))).toBe('cached')
    }
  })

  test('what they throw is thrown', async () => {
    const allow = () => {
      throw new RangeError('mine')
    }
    await expect(create({ allow }).resolve(publish())).rejects.toThrow(RangeError)
  })
})

describe('options that are not of their form', () => {
  const wrong = (options: unknown) => () => createClientResolver(options as ClientResolverOptions)

  test.each([
    { connectTo: { 'client.example.com': '127.0.0.1:1' } },
    { connectTo: { 'a:1': '::1:1' } },
    { connectTo: { 'a:1': 'b:65536' } },
    { timeout: 0 },
    { timeout: 2 ** 31 },
    { maxBytes: -1 },
    { maxBytes: '5120' },
    { limits: { concurrency: 0 } },
    { limits: { concurrencyPerOrigin: 1.5 } },
    { limits: { fetchesPerMinute: Number.NaN } },
    { limits: { fetchesPerMinutePerOrigin: -1 } },
    { limits: { cacheEntries: 0 } },
    { limits: { cacheBytes: Number.POSITIVE_INFINITY } },
    { limits: { minFreshSeconds: -1 } },
    { limits: { minFreshSeconds: 61, maxFreshSeconds: 60 } },
    { limits: { maxFreshSeconds: Number.NaN } },
    { allow: ['client.example.com'] },
    { deny: 'client.example.com' },
    { lookup: {} },
    { cache: {} },
    { cache: { get() {}, set() {} } },
  ])('%j', (options) => {
    expect(wrong(options)).toThrow(TypeError)
  })

  test('those that are undefined are as if they were not there', async () => {
    const resolver = create({ limits: { concurrency: undefined }, timeout: undefined })
    expect(outcomeOf(await resolver.resolve(publish()))).toBe('fetched')
    expect(wrong({ connectTo: { '[::1]:443': '[::1]:8443' } })).not.toThrow()
  })
})

describe('what is told to whom', () => {
  test('T-114, T-115, T-116: whoever sent the client_id learns nothing of the network', async () => {
    const connectTo = { 'closed.example.com:443': '127.0.0.1:1' }
    const lookup = async () => [{ address: '10.1.2.3', family: 4 }]
    const one = async (url: string, options: ClientResolverOptions = {}) =>
      create({ timeout: 300, ...options }).resolve(url)
    const all = [
      await one('https://blocked.example.com/c', { lookup }),
      await one('https://closed.example.com/c', { connectTo }),
      await one(publish(hanging)),
      await one(publish(), { ca: undefined }),
      await one(publish((_, response) => response.end('<h1>internal 10.0.0.7</h1>'))),
    ]
    const said = all.map((resolution) => (resolution.ok ? '' : resolution.publicMessage))
    expect(new Set(said)).toEqual(new Set(['the client metadata could not be retrieved or used']))
    const codes = all.map(({ report }) => report.exchanges.at(-1)?.error?.code)
    expect(new Set(codes).size).toBe(all.length)
    // The operator sees the address, and nobody what an internal host says.
    expect(JSON.stringify(all[0])).toContain('10.1.2.3')
    expect(JSON.stringify(all)).not.toContain('10.0.0.7')
  })

  test('T-155, T-156: reports stay short, however long a document is', () => {
    for (const members of [
      { client_name: 'x'.repeat(1_000_000) },
      { client_name: ['x'.repeat(1_000_000)] },
      { redirect_uris: Array.from({ length: 10_000 }, (_, n) => `http://a${n}.example.com/`) },
      { redirect_uris: Array.from({ length: 100_000 }, () => 1) },
    ]) {
      const report = validateDocument(documentAt(`${ORIGIN}/c`, members))
      expect(JSON.stringify(report).length).toBeLessThan(200_000)
    }
  })

  test('the redirection URI to store with a code', async () => {
    const { client } = await expectResolved(resolveClient(publish(), routes()))
    const registered = client.redirect_uris ?? []
    expect(findRedirectUri(registered, `${ORIGIN}/callback`)).toBe(`${ORIGIN}/callback`)
    expect(findRedirectUri(registered, `${ORIGIN}/callback/`)).toBeUndefined()
  })
})

const routes = () => ({
  ca: AUTHORITY.cert,
  connectTo: { 'client.example.com:443': `127.0.0.1:${host.port}` },
})
