/**
 * Resolves clients 200,000 times from hosts on loopback: hits, misses, documents that are revalidated,
 * failures of every kind, and callers who give up; at the end memory must be what it was, nothing
 * unhandled, and no host asked more often than the budget allows. `npm run soak -- <calls>` does fewer.
 */
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createAuthority, issueCertificate } from '../src/net/certificate.js'

type Library = Pick<typeof import('../src/index.js'), 'createClientResolver'>

const ORIGINS = 20
const CALLERS = 64
const LIMITS = {
  concurrency: 16,
  concurrencyPerOrigin: 4,
  fetchesPerMinute: 6000,
  fetchesPerMinutePerOrigin: 400,
  cacheEntries: 200,
} as const
/** A minute, less what a request may take to arrive. */
const WINDOW = 58_000
/** What memory may differ by, in bytes. */
const MAX_GROWTH = 4 * 1_048_576

/** What a caller asks for, and how often of a hundred times. */
const MIX: readonly (readonly [share: number, path: (n: number) => string])[] = [
  [78, (n) => `/hot-${n % 5}`],
  [6, (n) => `/cold-${n}`],
  [4, () => '/stale'],
  [3, () => '/500'],
  [1, () => '/404'],
  [1, () => '/broken'],
  [1, () => '/reset'],
  [2, (n) => `/slow-${n % 50}`],
  [2, () => '/a/../b'],
  [2, () => '/gone'],
]

const answer: RequestListener = ({ headers, socket, url = '' }, response) => {
  const origin = `https://${headers.host}`
  const document = JSON.stringify({
    client_id: origin + url,
    client_name: 'Example Client',
    redirect_uris: [`${origin}/callback`],
    token_endpoint_auth_method: 'none',
  })
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', url.startsWith('/stale') ? 'no-cache' : 'max-age=600')
  if (url.startsWith('/stale')) response.setHeader('ETag', '"1"')
  if (url === '/reset') socket.destroy()
  else if (url === '/500' || url === '/404') response.writeHead(Number(url.slice(1))).end()
  else if (url === '/broken') response.end('{')
  else if (url.startsWith('/slow')) setTimeout(() => response.end(document), 20)
  else if (headers['if-none-match'] === '"1"') response.writeHead(304).end()
  else response.end(document)
}

/** What came of a soak. */
export interface Soaked {
  /** How often each outcome was, by its name. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly requests: number
  /** Bytes of memory at the end more than after a quarter. */
  readonly growth: number
  /** What must not be. */
  readonly faults: readonly string[]
}

/** Resolves a number of times, and says what came of it. */
export async function soak({ createClientResolver }: Library, calls: number): Promise<Soaked> {
  const validity = {
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
  }
  const authority = createAuthority({ name: 'Soak Authority', ...validity })
  const begun: { readonly host: string; readonly at: number }[] = []
  const server = createServer(
    issueCertificate(authority, { names: ['*.example.com'], ...validity }),
    (request, response) => {
      begun.push({ host: request.headers.host ?? '', at: Date.now() })
      answer(request, response)
    },
  )
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const hosts = Array.from({ length: ORIGINS }, (_, n) => `c${n}.example.com`)
  const resolver = createClientResolver({
    ca: authority.cert,
    connectTo: Object.fromEntries(hosts.map((host) => [`${host}:443`, `127.0.0.1:${port}`])),
    limits: LIMITS,
    timeout: 2000,
  })

  const faults: string[] = []
  const note = (reason: unknown) => faults.push(`unhandled: ${reason}`)
  process.on('unhandledRejection', note)
  const outcomes: Record<string, number> = {}
  const random = createRandom()
  const samples: number[] = []
  let next = 0
  const call = async () => {
    while (next < calls) {
      const n = next++
      if (n === calls >> 2) samples.push(heap())
      const clientId = `https://${hosts[random(ORIGINS)]}${pathOf(random(100), n)}`
      const isGivenUp = clientId.includes('/slow') ? random(2) === 0 : random(50) === 0
      const ending = new AbortController()
      if (isGivenUp) setTimeout(() => ending.abort(), random(20))
      const outcome = await resolver.resolve(clientId, { signal: ending.signal }).then(
        (resolution) => (resolution.ok ? resolution.source : resolution.error),
        (error: Error) => error.name,
      )
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      // What is cached or refused takes no turn of its own, and hosts must have theirs.
      if (outcome !== 'cached' || n % 20 === 0) await sleep(outcome === 'cached' ? 0 : 100)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
  await sleep(200)
  process.off('unhandledRejection', note)
  const growth = heap() - (samples[0] ?? 0)
  if (growth > MAX_GROWTH) faults.push(`memory grew by ${growth} bytes`)
  faults.push(...excesses(begun))
  server.closeAllConnections()
  server.close()
  return { outcomes, requests: begun.length, growth, faults }
}

function pathOf(percent: number, n: number): string {
  let before = 0
  for (const [share, path] of MIX) {
    before += share
    if (percent < before) return path(n)
  }
  throw new Error('the shares are less than a hundred')
}

/** Where more requests came in a minute than there may be, of all hosts and of each. */
function excesses(begun: readonly { readonly host: string; readonly at: number }[]): string[] {
  const most = (times: readonly number[], allowed: number): boolean =>
    times.some((at, index) => at - (times[index - allowed] ?? Number.NEGATIVE_INFINITY) < WINDOW)
  const hosts = new Set(begun.map(({ host }) => host))
  return [
    ...(most(timesOf(begun), LIMITS.fetchesPerMinute) ? ['too many requests'] : []),
    ...Array.from(hosts).flatMap((host) =>
      most(timesOf(begun.filter((one) => one.host === host)), LIMITS.fetchesPerMinutePerOrigin)
        ? [`too many requests to ${host}`]
        : [],
    ),
  ]
}

const timesOf = (begun: readonly { readonly at: number }[]): number[] => begun.map(({ at }) => at)

/** The same numbers each time. */
function createRandom(): (below: number) => number {
  let state = 1
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // As it is published: what it is built with is in it.
  const library: Library = await import(pathToFileURL(resolve('dist/index.js')).href)
  const { faults, growth, outcomes, requests } = await soak(
    library,
    Number(process.argv[2] ?? 200_000),
  )
  console.log(outcomes)
  console.log(`${requests} requests, memory ${(growth / 1_048_576).toFixed(1)} MB more`)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
