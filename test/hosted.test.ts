import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report, ReportFile } from '../src/core/types.js'
import { createAuthority, issueCertificate } from '../src/net/certificate.js'
import { profiles } from '../src/profiles/index.js'
import {
  AUTHORITY,
  CA_FILE,
  documentAt,
  type Host,
  judge,
  type Page,
  startSite,
  validFor,
} from './host.js'
import { folder, runHere } from './support.js'

const at = (path: string) => `https://client.example.com${path}`
const GOOD = at('/good')

/** A port on loopback that nothing listens at. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

/** A certificate of its own for each of these names below example.com. */
const certificates = Object.fromEntries(
  Object.entries({
    soon: issueCertificate(AUTHORITY, { names: ['soon.example.com'], ...validFor(5) }),
    expired: issueCertificate(AUTHORITY, { names: ['expired.example.com'], ...validFor(-1) }),
    other: issueCertificate(AUTHORITY, { names: ['another.example.com'], ...validFor(90) }),
    self: issueCertificate('self', {
      names: ['self.example.com'],
      commonName: 'self',
      ...validFor(90),
    }),
    untrusted: issueCertificate(createAuthority({ name: 'Nobody', ...validFor(90) }), {
      names: ['untrusted.example.com'],
      ...validFor(90),
    }),
  }).map(([name, identity]) => [`${name}.example.com`, identity]),
)

const LOCATION = 'https://www.example.com/moved'

/** What is wrong at each URL, how it is judged, and by which requirements that fail. */
const FAULTS: readonly [url: string, page: Page, outcome: Report['outcome'], ids: string][] = [
  [at('/moved'), { status: 301, headers: { Location: LOCATION } }, 'failed', 'fetch-no-redirect'],
  [
    at('/html'),
    { type: 'text/html', body: '<!doctype html><title>App</title>' },
    'failed',
    'fetch-content-type json-valid',
  ],
  [
    at('/plain'),
    { type: 'text/plain', body: documentAt(at('/plain')) },
    'passed',
    'fetch-content-type',
  ],
  [
    at('/gzip'),
    { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(documentAt(at('/gzip'))) },
    'failed',
    'fetch-no-content-encoding',
  ],
  [at('/missing'), { status: 404, type: 'text/html' }, 'failed', 'fetch-status-200'],
  [
    at('/login'),
    { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="preview"' } },
    'failed',
    'fetch-anonymous',
  ],
  [
    at('/challenge'),
    { status: 403, type: 'text/html', headers: { 'cf-mitigated': 'challenge' } },
    'failed',
    'fetch-anonymous',
  ],
  [at('/broken'), { status: 500 }, 'failed', 'fetch-status-200'],
  [at('/cached'), { status: 304 }, 'failed', 'fetch-status-200'],
  [at('/large'), documentAt(at('/large'), { scope: 'a'.repeat(6000) }), 'passed', 'fetch-size'],
  [at('/huge'), documentAt(at('/huge'), { scope: 'a'.repeat(70_000) }), 'incomplete', ''],
  [at('/slow'), { after: 2100, body: documentAt(at('/slow')) }, 'passed', 'fetch-fast'],
  [at('/json'), `{\n  "client_id": "${at('/json')}",\n}\n`, 'failed', 'json-valid'],
  [at('/empty'), '', 'failed', 'json-valid'],
  [at('/wrong'), documentAt(GOOD), 'failed', 'client-id-matches-url'],
  [at('/silent'), () => {}, 'incomplete', ''],
  [at('/cut'), (_, response) => response.socket?.destroy(), 'incomplete', ''],
  [
    'https://soon.example.com/c',
    documentAt('https://soon.example.com/c'),
    'passed',
    'fetch-tls-valid',
  ],
  ['https://expired.example.com/c', '', 'incomplete', ''],
  ['https://other.example.com/c', '', 'incomplete', ''],
  ['https://self.example.com/c', '', 'incomplete', ''],
  ['https://untrusted.example.com/c', '', 'incomplete', ''],
  ['https://refused.example.com/c', '', 'incomplete', ''],
]

let host: Host

beforeAll(async () => {
  const pages = Object.fromEntries(FAULTS.map(([url, page]) => [url, page]))
  host = await startSite({ ...pages, [GOOD]: documentAt(GOOD) }, { certificates })
})
afterAll(() => host.close())

const failuresOf = ({ results }: Report): string[] =>
  results.filter(({ status }) => status === 'failed').map(({ id }) => id)

test('a document at a URL is judged as a server would see it, with one request', async () => {
  const { length } = host.asked
  expect(await runHere(['validate', GOOD, ...host.options])).toEqual({
    code: 0,
    stdout: `ok ${GOOD} (mcp-2026-07-28-cimd-02): 99 requirements met\n`,
    stderr: '',
  })
  expect(host.asked.slice(length)).toEqual([GOOD])
})

test('a profile asks for more than others do', async () => {
  const url = at('/suffix')
  const site = await startSite({
    '/suffix': { type: 'application/oauth-metadata+json', body: documentAt(url) },
  })
  const mediaType = /at-content-type/
  const mcp = await judge([url, ...site.options])
  expect(mcp.found.filter((line) => mediaType.test(line))).toEqual([])
  const atproto = await judge([url, ...site.options, '--profile', 'atproto'])
  await site.close()
  expect(atproto.found.filter((line) => mediaType.test(line))).toEqual([
    expect.stringMatching(/^error at-content-type: .*"application\/oauth-metadata\+json"/),
  ])
})

test('the text names the fault and the fix, whatever is wrong', async () => {
  const cwd = folder()
  const closed = `refused.example.com::127.0.0.1:${await closedPort()}`
  const { code, stdout, stderr } = await runHere(
    [
      ...['validate', ...FAULTS.map(([url]) => url), '--timeout', '4s', '--connect-to', closed],
      ...[...host.options, '--color', 'never', '--format', 'text', '--format', 'json=all.json'],
    ],
    { cwd, columns: 80, io: { now: () => 0 } },
  )
  expect([code, stderr]).toEqual([1, ''])
  for (const row of stdout.split('\n')) expect(row.length, row).toBeLessThanOrEqual(80)
  await expect(stdout.replace(/took 2\.\d s/, 'took 2.1 s')).toMatchFileSnapshot(
    'golden/hosted.80.txt',
  )
  const { reports } = JSON.parse(readFileSync(join(cwd, 'all.json'), 'utf8')) as ReportFile
  expect(
    reports.map((report) => [report.target, report.outcome, failuresOf(report).join(' ')]),
  ).toEqual(FAULTS.map(([url, , outcome, ids]) => [url, outcome, ids]))
}, 60_000)

describe('the exit code', () => {
  test.each([
    ['/good', 0],
    ['/plain', 0],
    ['/missing', 1],
    ['/huge', 3],
    ['/cut', 3],
  ])('of %s alone is %d', async (path, code) => {
    expect((await judge([at(path), ...host.options, '--retries', '0'])).code).toBe(code)
  })

  test('is 1 for an error, whatever else could not be judged', async () => {
    const both = [at('/missing'), at('/huge'), ...host.options]
    expect((await judge(both)).code).toBe(1)
    expect((await judge([...both.slice(1), '--allow-incomplete'])).code).toBe(0)
  })

  test.each(
    profiles.flatMap(({ id }) =>
      ['/moved', '/missing', '/html', '/gzip', '/cached', '/login'].map((path) => [path, id]),
    ),
  )('is 1 where %s is no document, under %s too', async (path, profile) => {
    const { code, reports } = await judge([at(path), ...host.options, '--profile', profile])
    expect([code, reports[0]?.outcome]).toEqual([1, 'failed'])
  })
})

describe('what nobody may ask is not asked, and it is said why:', () => {
  test.each<[url: string, id: string, reason: RegExp]>([
    [
      'https://localhost/c',
      'url-host-public',
      /^the host "localhost" is not public .*; publish the document on a public host, or give --allow-loopback/,
    ],
    [
      'https://app.internal/c',
      'url-host-public',
      /^the host "app\.internal" is not public .* not asked; publish/,
    ],
    ['https://127.0.0.1/c', 'url-host-public', /^the host "127\.0\.0\.1" is not public/],
    ['https://10.1.2.3/c', 'url-host-public', /^the host "10\.1\.2\.3" is not public .*RFC 1918/],
    [
      'https://169.254.169.254/c',
      'url-host-public',
      /^the host "169\.254\.169\.254" is not public/,
    ],
    ['https://[::1]/c', 'url-host-public', /^the host ".*::1.*" is not public/],
    ['https://[::ffff:127.0.0.1]/c', 'url-host-public', /^the host ".*" is not public/],
    [
      'http://client.example.com/good',
      'url-scheme-https',
      /^the URL has the scheme "http", and documents are fetched by https only/,
    ],
    [
      'https://me:hunter2@client.example.com/good',
      'url-no-userinfo',
      /^the URL has a user name or password, .*; remove everything up to the "@"/,
    ],
    [
      'https://client_example..com/c',
      'url-',
      /^the host .* is no name that DNS has, nor an address; write labels/,
    ],
  ])('%s', async (url, id, reason) => {
    const { length } = host.asked
    const named = ['--connect-to', `client.example.com:443:127.0.0.1:${host.port}`]
    const { code, found, unjudged, stdout } = await judge([url, '--ca', CA_FILE, ...named])
    expect(unjudged).toEqual([expect.stringMatching(reason)])
    if (id !== 'url-')
      expect([code, found.join()]).toEqual([1, expect.stringContaining(`error ${id}: `)])
    expect(stdout).not.toContain('hunter2')
    expect(host.asked).toHaveLength(length)
  })
})

describe('options', () => {
  test('--min-tls-days makes it an error, and says how many are wanted', async () => {
    const url = 'https://soon.example.com/c'
    const judged = async (...argv: readonly string[]) => {
      const { code, found } = await judge([url, ...host.options, ...argv])
      return [code, ...found]
    }
    const says = (days: number) =>
      `fetch-tls-valid: the certificate of the host expires in 5 days, and ${days} are wanted`
    expect(await judged()).toEqual([0, `warning ${says(14)}`])
    expect(await judged('--min-tls-days', '14')).toEqual([1, `error ${says(14)}`])
    expect(await judged('--min-tls-days', '6')).toEqual([1, `error ${says(6)}`])
    expect(await judged('--min-tls-days', '5')).toEqual([0])
    expect(await judged('--min-tls-days', '0')).toEqual([0])
  })

  test('--max-bytes reads a document of just as many, and none of more', async () => {
    const { length } = documentAt(GOOD)
    const read = (bytes: number) => judge([GOOD, ...host.options, '--max-bytes', `${bytes}`])
    expect((await read(length)).code).toBe(0)
    const { code, unjudged } = await read(length - 1)
    expect([code, ...unjudged]).toEqual([
      3,
      `the body is longer than ${length - 1} bytes; publish only the client metadata, or give a larger --max-bytes`,
    ])
    // The larger document is read with more.
    expect((await judge([at('/huge'), ...host.options, '--max-bytes', '128k'])).code).toBe(0)
  })

  test('--ca trusts what is in it, and nothing else', async () => {
    const [, , ...route] = host.options
    const { code, unjudged } = await judge([GOOD, ...route])
    expect([code, ...unjudged]).toEqual([
      3,
      expect.stringMatching(/^"client\.example\.com" .*certificate/),
    ])
    expect((await judge([GOOD, ...route, '--ca', CA_FILE])).code).toBe(0)
  })

  test('--allow-loopback makes a host on this machine a warning', async () => {
    const local = await startSite(
      {
        '/c': (request, response) =>
          response
            .setHeader('Content-Type', 'application/json')
            .end(documentAt(`https://${request.headers.host}/c`)),
      },
      { names: ['localhost', '127.0.0.1'] },
    )
    const severities = async (name: string, ...argv: readonly string[]) => {
      const url = `https://${name}:${local.port}/c`
      const { code, found } = await judge([url, '--ca', CA_FILE, ...argv])
      return [code, ...found.map((line) => line.split(':')[0])]
    }
    expect(await severities('localhost')).toEqual([1, 'error url-host-public'])
    expect(local.asked).toEqual([])
    expect(await severities('localhost', '--allow-loopback')).toEqual([
      0,
      'warning url-host-public',
    ])
    expect(local.asked).toEqual([`https://localhost:${local.port}/c`])
    expect(await severities('127.0.0.1', '--allow-loopback')).toEqual([
      0,
      'warning url-host-public',
    ])
    // Nothing but this machine is allowed.
    const { code } = await judge(['https://192.168.0.1/c', '--allow-loopback'])
    expect(code).toBe(1)
    await local.close()
  })

  test('what is asked for is what a server asks for', async () => {
    const seen: string[][] = []
    const site = await startSite({
      '/c': ({ method = '', rawHeaders, url = '' }, response) => {
        seen.push([method, url, ...rawHeaders])
        response.setHeader('Content-Type', 'application/json').end(documentAt(at('/c?a=%2f')))
      },
    })
    await judge([at('/c'), ...site.options])
    await site.close()
    expect(seen).toEqual([
      [
        ...['GET', '/c', 'Host', 'client.example.com', 'User-Agent'],
        expect.stringMatching(/^mcp-cimd\/\d/),
        ...['Accept', 'application/json', 'Accept-Encoding', 'identity', 'Connection', 'close'],
      ],
    ])
  })
})

describe('an option that cannot be meant is a usage error, and nothing is asked', () => {
  test.each<[argv: string, message: RegExp]>([
    ['--timeout 5', /--timeout is "5": write a time with its unit up to a minute, such as 5s/],
    ['--timeout 0s', /--timeout is "0s": write/],
    ['--timeout 2m', /--timeout is "2m": write a time with its unit up to a minute/],
    ['--timeout -1s', /--timeout is "-1s": write/],
    ['--max-bytes 2m', /--max-bytes is "2m": write a number of bytes up to 1m, such as 5120/],
    ['--max-bytes 0', /--max-bytes is "0": write/],
    ['--max-bytes 64kb', /--max-bytes is "64kb": write/],
    ['--concurrency 0', /--concurrency is "0": write a number from 1 to 256/],
    ['--concurrency 257', /--concurrency is "257": write/],
    ['--concurrency 1e1', /--concurrency is "1e1": write/],
    ['--retries 11', /--retries is "11": write a number from 0 to 10/],
    ['--retries -1', /--retries/],
    ['--min-tls-days soon', /--min-tls-days is "soon": write a number from 0 to 1000/],
    ['--ca missing.pem', /there is no file "missing\.pem"/],
    ['--ca package.json', /--ca "package\.json" holds no certificate in PEM: give the root/],
    ['--connect-to localhost', /--connect-to is "localhost": write host:port:address:port with an/],
    ['--connect-to a:443:b.example.com:443', /--connect-to is .*: write host:port:address:port/],
    ['--connect-to a:0:127.0.0.1:443', /--connect-to is .*: write/],
    ['--connect-to a:443:127.0.0.1:70000', /--connect-to is .*: write/],
    ['--proxy localhost:3128', /--proxy is "localhost:3128": write its URL, such as http:\/\//],
    ['--proxy socks5://127.0.0.1', /--proxy is "socks5:\/\/127\.0\.0\.1": write its URL/],
    ['--proxy http://127.0.0.1/path', /--proxy is .*: write its URL/],
    ['--proxy http://me:hunter2@127.0.0.1', /--proxy has a user name or password, which everybody/],
  ])('%s', async (argv, message) => {
    const { length } = host.asked
    const { code, stdout, stderr } = await runHere([
      ...['validate', GOOD, ...host.options],
      ...argv.split(' '),
    ])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^mcp-cimd: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('hunter2')
    expect(host.asked).toHaveLength(length)
  })

  test.each<[argv: string[], message: RegExp]>([
    [['--client-id', GOOD], /--client-id is the URL of a file, and a target that is a URL is its/],
    [['--ndjson'], /is a URL, and --ndjson reads files: fetch it first/],
    [['-'], /"-" stands for one document on standard input: give no other target/],
  ])('a URL with %j', async (argv, message) => {
    const { code, stderr } = await runHere(['validate', GOOD, ...argv])
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })

  test('also where nothing would be asked', async () => {
    const { code, stderr } = await runHere(['validate', 'fixtures/valid', '--timeout', 'soon'])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^mcp-cimd: --timeout is "soon"/)])
  })
})
