import { readdirSync, readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../src/core/types.js'
import { documentAt, type Host, startHost, urlOf } from './host.js'
import { finish, folder, start } from './support.js'

const at = (path: string) => `https://client.example.com${path}`

/** A run that judges each line of standard input as it comes, with what is hosted. */
const startOnLines = () =>
  start(['validate', '--ndjson', '-', '--hosted', '--format', 'ndjson', ...host.options])

let host: Host

const LARGE = 'a'.repeat(40_000)

/** Documents; below `/silent` none ever comes, and below `/slow` it takes its time. */
const answer: RequestListener = (request, response) => {
  const url = urlOf(request)
  const more = url.includes('/large') ? { scope: LARGE } : {}
  if (url.includes('/silent')) return
  const send = () =>
    response.setHeader('Content-Type', 'application/json').end(documentAt(url, more))
  if (url.includes('/slow')) setTimeout(send, 3500)
  else send()
}

beforeAll(async () => {
  host = await startHost(answer)
})
afterAll(() => host.close())

/** Those that answer stand between those that never do. */
const MIXED = ['/1', '/silent/1', '/2', '/silent/2', '/3', '/silent/3'].map(at)

describe('a run that is interrupted while it waits', () => {
  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s reports what there is, and leaves nothing behind', async (signal, code) => {
    const cwd = folder({ 'old.json': 'before' })
    const { length } = host.asked
    const child = start(
      [
        ...['validate', ...MIXED, '--timeout', '60s', ...host.options],
        ...['--format', 'text', '--format', 'json=old.json', '--format', 'junit=new.xml'],
      ],
      { cwd },
    )
    const outcome = finish(child)
    // Each was asked for, and all that come are there.
    while (host.asked.length < length + MIXED.length)
      await new Promise((done) => setTimeout(done, 20))
    setTimeout(() => child.kill(signal), 800)
    const { stdout, stderr, ...ended } = await outcome
    expect([ended.code, stderr]).toEqual([code, ''])
    const come = MIXED.filter((url) => !url.includes('silent'))
    expect(stdout.match(/^ok \S+/gm)).toEqual(come.map((url) => `ok ${url}`))
    expect(stdout).toContain('3 documents: 3 ok; 0 errors, 0 warnings')
    const { reports, summary } = JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8'))
    expect(reports.map(({ target }: Report) => target)).toEqual(come)
    expect(summary).toMatchObject({ targets: 3, passed: 3 })
    expect(readFileSync(join(cwd, 'new.xml'), 'utf8')).toMatch(/<\/testsuites>\n$/)
    expect(readdirSync(cwd).sort()).toEqual(['new.xml', 'old.json'])
  })

  test('while a host asks to wait', async () => {
    const busy = await startHost((_, response) =>
      response.writeHead(503, { 'Retry-After': '10' }).end(),
    )
    const child = start(['validate', at('/a'), ...busy.options])
    const outcome = finish(child)
    while (busy.asked.length === 0) await new Promise((done) => setTimeout(done, 20))
    setTimeout(() => child.kill('SIGINT'), 200)
    expect(await outcome).toMatchObject({ code: 130, stderr: '' })
    await busy.close()
  })

  test('while it waits for a line on standard input too', async () => {
    const child = startOnLines()
    child.stdout?.once('data', () => child.kill('SIGINT'))
    child.stdin?.write(`${documentAt(at('/1'))}\n`)
    const { code, stdout } = await finish(child)
    expect([code, JSON.parse(stdout).outcome]).toEqual([130, 'passed'])
  })
})

describe('pipes', () => {
  test('one that is closed early ends the run quietly', async () => {
    const urls = Array.from({ length: 200 }, (_, n) => at(`/${n}`))
    const { length } = host.asked
    const child = start(['validate', ...urls, ...host.options])
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect((await finish(child)).stderr).toBe('')
    expect(host.asked.length - length).toBeLessThan(200)
  })

  test('one that is closed early ends it also when standard input stays open', async () => {
    const child = startOnLines()
    let unread = 0
    const writing = setInterval(() => {
      child.stdin?.write(`${documentAt(at('/1'))}\n`)
      if (child.stdout?.destroyed) unread++
    }, 30)
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect((await finish(child)).stderr).toBe('')
    clearInterval(writing)
    // It is not read on until it is full.
    expect(unread).toBeLessThan(60)
  })

  test('a report is there as soon as its line is', async () => {
    const child = startOnLines()
    const outcome = finish(child)
    const lines: string[] = []
    child.stdout?.on('data', (text: string) => {
      lines.push(...text.trimEnd().split('\n'))
      // Only what was reported brings the next.
      if (lines.length < 3) child.stdin?.write(`${documentAt(at(`/${lines.length}`))}\n`)
      else child.stdin?.end()
    })
    child.stdin?.write(`${documentAt(at('/0'))}\n`)
    expect((await outcome).code).toBe(0)
    expect(lines.map((text) => JSON.parse(text).outcome)).toEqual(['passed', 'passed', 'passed'])
  })
})

test('how far it is stands on stderr when it takes long, and not with --quiet', async () => {
  const argv = ['validate', at('/1'), at('/2'), at('/slow'), '--timeout', '20s', ...host.options]
  const [told, quiet] = await Promise.all([
    finish(start(argv)),
    finish(start([...argv, '--quiet'])),
  ])
  expect(told).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^(?:judged 2 of 3 documents[^\n]*\n)+$/),
  })
  expect(quiet).toMatchObject({ code: 0, stderr: '' })
})

test('as many at a time as there may be are nothing to warn of', async () => {
  const urls = Array.from({ length: 64 }, (_, n) => `https://h${n}.example.com/c`)
  const argv = ['validate', ...urls, '--concurrency', '64', '--quiet', ...host.options]
  expect(await finish(start(argv))).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('memory does not grow with the number of URLs', async () => {
  const preload = folder({
    'peak.cjs': `process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))`,
  })
  /** The memory of a run over as many hosts as documents at most, in KiB. */
  const peakOf = async (count: number) => {
    const file = join(preload, `peak-${count}`)
    const lines = Array.from({ length: count }, (_, n) => `https://h${n}.example.com/large${n}`)
    const list = join(folder({ 'list.txt': lines.join('\n') }), 'list.txt')
    const argv = [
      'validate',
      '--targets-from',
      list,
      '--format',
      'ndjson=/dev/null',
      ...host.options,
    ]
    const env = { ...process.env, NODE_OPTIONS: `--require ${preload}/peak.cjs`, PEAK: file }
    const { code, stdout, stderr } = await finish(start(argv, { env }))
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/^(?:judged \d+ of \d+ documents[^\n]*\n)*$/)
    return Number(readFileSync(file, 'utf8'))
  }
  const few = await peakOf(500)
  const many = await peakOf(2000)
  // How much V8 takes before it collects differs by version; a document that is held costs 100 kB.
  expect(many - few).toBeLessThan(150 * 1024)
}, 120_000)
