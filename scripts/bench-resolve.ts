/**
 * Measures resolving: a client that is cached next to an awaited `Map.get` in the same loop, one that is
 * not next to `resolveClient`, and the memory of ten times as many clients as are kept.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Bench, startHost } from './bench-net.js'

/** What is measured, in a process of its own, so that nothing else is compiled or collected there. */
const scriptOf = (ca: string, port: number, rounds: number): string => `
import { readFileSync } from 'node:fs'
import { createClientResolver, resolveClient } from ${JSON.stringify(pathToFileURL(join(process.cwd(), 'dist/index.js')).href)}
const many = 1_000_000
const options = {
  ca: readFileSync(${JSON.stringify(ca)}, 'utf8'),
  connectTo: { 'client.example.com:443': '127.0.0.1:${port}' },
}
const limits = { fetchesPerMinute: many, fetchesPerMinutePerOrigin: many, concurrencyPerOrigin: 16 }
const create = () => createClientResolver({ ...options, limits })
const idOf = (n) => 'https://client.example.com/cimd-' + n + '.json'
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]
const measure = async (act) => {
  const start = process.hrtime.bigint()
  await act()
  return Number(process.hrtime.bigint() - start)
}
const demand = async (work) => {
  const resolution = await work
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.report))
  return resolution
}

const times = 200_000
const cached = async () => {
  const resolver = create()
  const id = idOf(0)
  const map = new Map([[id, await demand(resolver.resolve(id))]])
  const ratios = []
  for (let round = 0; round <= ${rounds}; round++) {
    const base = await measure(async () => { for (let n = 0; n < times; n++) await map.get(id) })
    const ours = await measure(async () => { for (let n = 0; n < times; n++) await resolver.resolve(id) })
    if (round > 0) ratios.push(ours / base)
  }
  return median(ratios)
}
const cold = async () => {
  const resolver = create()
  const ratios = []
  for (let n = 0; n < 50 * ${rounds}; n++) {
    const base = await measure(() => demand(resolveClient(idOf(n), options)))
    const ours = await measure(() => demand(resolver.resolve(idOf(n))))
    if (n >= 50) ratios.push(ours / base)
  }
  return median(ratios)
}
const memory = async () => {
  const resolver = create()
  const heaps = []
  let next = 0
  for (const until of [1000, 2000, 10_000]) {
    const work = async () => { while (next < until) await demand(resolver.resolve(idOf(next++))) }
    await Promise.all(Array.from({ length: 8 }, work))
    globalThis.gc()
    heaps.push(process.memoryUsage().heapUsed / 1_048_576)
  }
  return heaps
}
console.log(JSON.stringify({ cached: await cached(), cold: await cold(), heaps: await memory() }))
`

/** Measures resolving with one Node.js. */
export async function benchResolve(node: string, bench: Bench): Promise<void> {
  const { child, port, ca } = await startHost(node, bench)
  try {
    const script = bench.file('resolve.mjs', scriptOf(ca, port, bench.rounds))
    const { stdout, stderr } = spawnSync(node, ['--expose-gc', script], { encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    const { cached, cold, heaps } = JSON.parse(stdout) as {
      readonly cached: number
      readonly cold: number
      readonly heaps: readonly number[]
    }
    const [first, , last] = heaps.map((heap) => heap.toFixed(1))
    const growth = ((heaps[2] ?? 0) / (heaps[1] ?? 0)).toFixed(2)
    console.log(`  ${cached.toFixed(2)}  resolve what is cached, to an awaited Map.get (budget 10)`)
    console.log(`  ${cold.toFixed(2)}  resolve what is not, to resolveClient (budget 1.1)`)
    console.log(
      `  ${growth}  memory of 10,000 clients, to that of 2000 (${last} MB, after 1000 ${first} MB, budget 1.05)`,
    )
  } finally {
    child.kill()
  }
}
