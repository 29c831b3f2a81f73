/**
 * Measures fetching: documents from one host and from as many hosts as documents, over TLS on
 * loopback, next to plain `undici.request` with a connection for each, and curl for orientation; and a
 * process that judges one URL.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthority, issueCertificate } from '../src/net/certificate.js'

const COUNT = 2000
const CONCURRENCY = 16

/** What a bench needs of its surroundings. */
export interface Bench {
  file(name: string, text: string): string
  /** Milliseconds that a process takes. */
  time(node: string, argv: readonly string[]): number
  median(numbers: readonly number[]): number
  readonly program: string
  readonly rounds: number
}

const validity = {
  notBefore: new Date(Date.now() - 86_400_000),
  notAfter: new Date(Date.now() + 90 * 86_400_000),
}

/** A host in a process of its own, so that it does not share a thread with what is measured. */
export async function startHost(node: string, { file }: Bench) {
  const authority = createAuthority({ name: 'Bench Authority', ...validity })
  const names = ['*.example.com', 'client.example.com']
  const { cert, key } = issueCertificate(authority, { names, ...validity })
  const script = file(
    'host.cjs',
    `const cert = ${JSON.stringify(cert)}, key = ${JSON.stringify(key)}
const server = require('node:https').createServer({ cert, key }, ({ headers, url }, response) => {
  const origin = 'https://' + headers.host
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'max-age=600')
  response.end(JSON.stringify({
    client_id: origin + url, client_name: 'Example Client', redirect_uris: [origin + '/callback'],
    token_endpoint_auth_method: 'none', client_uri: origin + '/', software_version: '1.0.0',
  }))
}).listen(0, '127.0.0.1', () => console.log(server.address().port))`,
  )
  const child: ChildProcess = spawn(node, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data')
  return { child, port: Number(line), ca: file('ca.pem', authority.cert) }
}

/** The same requests with nothing around them: a new agent, and so a new connection, for each. */
const undiciLoop = ({ file }: Bench, ca: string, list: string, port: number): string =>
  file(
    `undici-${list.length}.cjs`,
    `const { Agent, request } = require(${JSON.stringify(join(process.cwd(), 'node_modules/undici'))})
const { readFileSync } = require('node:fs')
const ca = readFileSync(${JSON.stringify(ca)}, 'utf8')
const urls = readFileSync(${JSON.stringify(list)}, 'utf8').trim().split('\\n')
const lookup = (name, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
let next = 0, n = 0
const work = async () => {
  while (next < urls.length) {
    const url = urls[next++].replace('.example.com/', '.example.com:${port}/')
    const dispatcher = new Agent({ connect: { ca, lookup } })
    const { body } = await request(url, { dispatcher })
    JSON.parse(await body.text())
    n++
    await dispatcher.destroy()
  }
}
Promise.all(Array.from({ length: ${CONCURRENCY} }, work)).then(() => console.log(n))`,
  )

/** Measures fetching with one Node.js. */
export async function benchNet(node: string, bench: Bench): Promise<void> {
  const { file, median, program, rounds, time } = bench
  const { child, port, ca } = await startHost(node, bench)
  const route = ['--ca', ca, '--connect-to', `::127.0.0.1:${port}`]
  const compare = (
    what: string,
    argv: readonly string[],
    base: readonly string[],
    budget: string,
  ) => {
    const pairs = Array.from(
      { length: rounds },
      () => [time(node, base), time(node, argv)] as const,
    )
    const ms = (index: 0 | 1) => median(pairs.map((pair) => pair[index])).toFixed(0)
    const ratio = median(pairs.map(([nothing, whole]) => whole / nothing)).toFixed(2)
    console.log(`  ${ratio}  ${what} (${ms(1)} ms to ${ms(0)} ms, budget ${budget})`)
  }
  try {
    for (const hosts of [1, COUNT]) {
      const urls = Array.from(
        { length: COUNT },
        (_, n) => `https://c${n % hosts}.example.com/cimd-${n}.json`,
      )
      const list = file(`urls-${hosts}.txt`, `${urls.join('\n')}\n`)
      compare(
        `validate ${COUNT} URLs of ${hosts} ${hosts === 1 ? 'host' : 'hosts'}, to undici.request`,
        [program, 'validate', '--targets-from', list, ...route, '--concurrency', `${CONCURRENCY}`],
        [undiciLoop(bench, ca, list, port)],
        '1.3',
      )
      console.log(`        curl --parallel: ${curl(bench, urls, ca, port).toFixed(0)} ms`)
    }
    benchOne(
      node,
      bench,
      [program, 'validate', 'https://client.example.com/cimd.json', ...route],
      child,
    )
  } finally {
    child.kill()
  }
}

/** One URL, less what the host worked for it: it is no part of the program. */
function benchOne(node: string, bench: Bench, argv: readonly string[], host: ChildProcess): void {
  const { median, time } = bench
  const times = bench.rounds * 6
  const before = cpuOf(host)
  const pairs = Array.from(
    { length: times },
    () => [time(node, ['-e', '0']), time(node, argv)] as const,
  )
  const served = (cpuOf(host) - before) / times
  const ratio = median(pairs.map(([nothing, whole]) => (whole - served) / nothing)).toFixed(2)
  const whole = median(pairs.map(([, whole]) => whole)).toFixed(0)
  console.log(
    `  ${ratio}  validate <url>, to node -e 0 (${whole} ms less ${served.toFixed(1)} ms of the host, budget 1.8)`,
  )
}

/** Milliseconds that a process has worked; 0 where Linux does not tell. */
function cpuOf({ pid }: ChildProcess): number {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return 0
  const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/.exec(readFileSync(path, 'utf8')) ?? []
  // Ticks of a hundredth of a second.
  return (Number(user) + Number(system)) * 10
}

function curl({ file, time }: Bench, urls: readonly string[], ca: string, port: number): number {
  const lines = urls.map((url) => `url = "${url}"\noutput = "/dev/null"`)
  const config = file('curl.txt', lines.join('\n'))
  const script = file(
    'curl.cjs',
    `require('node:child_process').execFileSync('curl', ['--silent', '--parallel', '--parallel-max',
  '${CONCURRENCY}', '--no-keepalive', '--cacert', ${JSON.stringify(ca)}, '--connect-to',
  '::127.0.0.1:${port}', '--config', ${JSON.stringify(config)}])`,
  )
  return time(process.execPath, [script])
}
