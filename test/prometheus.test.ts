import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printable } from '../src/core/printable.js'
import { emptySummary, type Run } from '../src/core/reporter.js'
import type { Diagnostic, Exchange, Report, Result } from '../src/core/types.js'
import { reporters } from '../src/reporters/index.js'
import { hasPromtool, promtool, readExposition } from './exposition.js'
import { documentAt, type Host, startHost } from './host.js'
import { folder, GOOD, runHere } from './support.js'

const URL = 'https://client.example.com/cimd.json'
const BAD = GOOD.replace('"Example Client"', '5')

/** Renders reports; the format asks nothing of the run. */
async function render(...reports: readonly Report[]): Promise<string> {
  let written = ''
  const sink = {
    write(text: string) {
      written += text
    },
  }
  const reporting = await reporters.prometheus(sink, {} as Run)
  reporting.begin?.()
  for (const report of reports) reporting.report(report)
  reporting.end(emptySummary())
  return written
}

const AGENT: Exchange['request']['headers'][number] = ['User-Agent', 'mcp-cimd/1.2.3']
const TLS = { protocol: 'TLSv1.3', issuer: 'Test', daysLeft: 60, authorized: true }

const exchange = (over: Partial<Exchange>): Exchange => ({
  request: { method: 'GET', url: URL, headers: [AGENT] },
  response: { status: 200, headers: [], bytes: 300, truncated: false },
  tls: TLS,
  timings: { dns: 1.01, connect: 0.12, tls: 10.1, firstByte: 20.29, total: 40.04 },
  ...over,
})

const report = (over: Partial<Report> = {}): Report => ({
  version: 1,
  target: URL,
  source: 'url',
  clientId: URL,
  profile: 'cimd-02',
  outcome: 'passed',
  counts: { error: 0, warning: 0, info: 0, suppressed: 0 },
  evaluated: { passed: 9, failed: 0, notApplicable: 0, couldNotRun: 0 },
  results: [],
  steps: [],
  exchanges: [exchange({})],
  checkedAt: '2026-07-28T12:00:00.250Z',
  durationMs: 40.04,
  ...over,
})

const failed = (
  id: string,
  ...diagnostics: readonly (readonly [Diagnostic['severity'], isSuppressed?: boolean])[]
): Result => ({
  id,
  title: 'It holds.',
  level: 'MUST',
  cites: [],
  status: 'failed',
  diagnostics: diagnostics.map(([severity, isSuppressed]) => ({
    id,
    severity,
    message: 'it does not hold',
    location: { kind: 'exchange', exchange: 0 },
    ...(isSuppressed && { suppressed: { by: 'waiver', reason: 'it is known' } }),
  })),
})

/** The samples of a metric, with what tells them apart from each other. */
const samplesOf = (text: string, name: string): readonly unknown[] =>
  readExposition(text)
    .filter((sample) => sample.name === `mcp_cimd_${name}`)
    .map(({ labels, value }) => [...Object.values(labels), value])

describe('what is written', () => {
  const refused = exchange({
    error: { code: 'connection-refused', phase: 'connect', message: 'refused' },
    timings: { dns: 1, total: 2 },
  })
  const { response: _, tls: __, ...unanswered } = refused
  const page = failed('fetch-status-200', ['warning', true], ['info'], ['error'], ['warning'])
  const several = [
    report({
      outcome: 'failed',
      counts: { error: 1, warning: 1, info: 1, suppressed: 1 },
      results: [page, failed('a-waived-rule', ['error', true])],
    }),
    report({ profile: 'atproto' }),
    report({ target: 'https://gone.example.com/', outcome: 'incomplete', exchanges: [unanswered] }),
    report({ target: 'public/cimd.json', source: 'file', exchanges: [] }),
  ]

  test('is this', async () => {
    const text = await render(...several)
    readExposition(text)
    await expect(text).toMatchFileSnapshot('golden/fetched.prometheus')
  })

  test.skipIf(!hasPromtool)('is what promtool takes (Debian package: prometheus)', async () => {
    const input = await render(...several)
    const { output } = promtool(['check', 'metrics'], { input })
    // A certificate is renewed by days, and no more is known of it.
    expect(output.replace(/^mcp_cimd_certificate_days_left use base unit .*\n/m, '')).toBe('')
  })

  test('is nothing when nothing was judged', async () => expect(await render()).toBe(''))
})

describe('of several exchanges', () => {
  const late = exchange({ timings: { total: 7000 } })
  const unavailable = exchange({
    response: { status: 503, headers: [], bytes: 0, truncated: false },
  })
  const asBrowser = exchange({
    request: { method: 'GET', url: URL, headers: [['User-Agent', 'Mozilla/5.0']] },
    response: { status: 403, headers: [], bytes: 9, truncated: false },
  })
  const keys = exchange({
    request: { method: 'GET', url: 'https://client.example.com/jwks.json', headers: [AGENT] },
    response: { status: 404, headers: [], bytes: 8, truncated: false },
  })

  test.each<[string, Exchange[], Partial<Report>, unknown[]]>([
    ['the last that repeats the first', [unavailable, late, asBrowser, keys], {}, [200, 7]],
    ['even when it fails', [late, unavailable, asBrowser], {}, [503, 0.04004]],
    ['the first of a file that is hosted', [late, keys], { source: 'file' }, [200, 7]],
    ['none of a file whose links alone were asked for', [keys], { source: 'file' }, []],
    ['the first of a URL, however it is shown', [late], { clientId: 'https://[…]' }, [200, 7]],
  ])('counts %s', async (_, exchanges, over, expected) => {
    const text = await render(report({ exchanges, ...over }))
    const values = ['response_status', 'fetch_seconds'].flatMap((name) => samplesOf(text, name))
    expect(values.map((sample) => (sample as unknown[]).at(-1))).toEqual(expected)
  })
})

describe('one name for several documents', () => {
  const bad = report({
    outcome: 'failed',
    counts: { error: 2, warning: 0, info: 0, suppressed: 0 },
    results: [failed('a-rule', ['error'])],
    exchanges: [exchange({ response: { status: 404, headers: [], bytes: 1, truncated: false } })],
  })
  const unread = report({ outcome: 'incomplete', exchanges: [] })

  test.each([
    ['first', [bad, unread, report()]],
    ['last', [report(), unread, bad]],
  ])('has the gravest, when it comes %s', async (_, reports) => {
    const text = await render(...reports)
    const profile = 'cimd-02'
    expect(samplesOf(text, 'passed')).toEqual([[URL, profile, 0]])
    expect(samplesOf(text, 'judged')).toEqual([[URL, profile, 1]])
    expect(samplesOf(text, 'findings')[0]).toEqual([URL, profile, 'error', 2])
    expect(samplesOf(text, 'requirement_failed')).toEqual([[URL, profile, 'a-rule', 'error', 1]])
    expect(samplesOf(text, 'response_status')).toEqual([[URL, 404]])
  })

  test('as lines of NDJSON may have it', async () => {
    const stdin = [BAD, GOOD, '{'].map((raw) => JSON.stringify({ id: 'a', raw })).join('\n')
    const { stdout } = await runHere(['validate', '--ndjson', '-', '--format', 'prometheus'], {
      stdin,
    })
    expect(samplesOf(stdout, 'passed')).toEqual([['a', 'mcp-2026-07-28-cimd-02', 0]])
  })
})

/** What would end a label, a line or a file, act on a terminal, or command a runner. */
const HAZARDS = [
  '"} 1\nmcp_cimd_passed{target="forged"} 1\n#',
  '\\',
  '\\"',
  '\\n',
  'a\nb\r\n\u0085\u2028\u2029',
  '\n::error file=a::pwn',
  '::error::x',
  'x ##[error]y ##vso[task.setvariable variable=x]y ##teamcity[x]',
  '# TYPE mcp_cimd_passed counter',
  '\u001b[2J\u009b2J\u001b]0;title\u0007',
  '\u202e\u2066\u200f\u061c\u200b\ufeff',
  '\ud800',
  '\0',
  '{}=, 1 ~',
  '__name__',
]

describe('T-262 T-265 T-268 T-274 T-275 T-283 hostile names', () => {
  const check = async (text: string) => {
    const { length } = readExposition(await render(report()))
    const written = await render(
      report({ target: text, profile: text, results: [failed(text, ['error'])] }),
    )
    // One line a sample, and every sample is ours.
    const samples = readExposition(written)
    expect(samples).toHaveLength(length + 1)
    for (const { labels } of samples) expect(labels.target).toBe(printable(text))
    const { labels } = samples.find(({ name }) => name === 'mcp_cimd_requirement_failed') ?? {}
    expect(labels).toMatchObject({ profile: printable(text), requirement: printable(text) })
    expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    expect(written).not.toMatch(/^\s*::|##(?:\[|vso\[|teamcity\[)/m)
  }

  test.each(HAZARDS)('%j is a label and no more', check)

  test('and so is anything', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(...'\\"\n\r{}=,#:[] n1a\u001b\u202e\ud800') }),
          fc.array(fc.constantFrom(...HAZARDS)).map((texts) => texts.join('')),
        ),
        check,
      ),
      { numRuns: 500 },
    ))

  test('two that are shown alike are one', async () => {
    const text = await render(report({ target: 'a\u001b' }), report({ target: 'a\\u{1b}' }))
    expect(samplesOf(text, 'passed')).toEqual([['a\\u{1b}', 'cimd-02', 1]])
  })

  test('of files', async () => {
    const names = HAZARDS.filter((name) => !name.includes('\0')).map((name) => `./x${name}.json`)
    const cwd = folder()
    for (const name of names) writeFileSync(`${cwd}/${name}`, GOOD)
    const argv = ['validate', ...names, '--format', 'prometheus']
    const { stdout } = await runHere(argv, { cwd })
    const targets = samplesOf(stdout, 'passed').map((sample) => (sample as unknown[])[0])
    expect(targets).toEqual(names.map(printable))
  })
})

describe('of what is published', () => {
  let host: Host
  let isWarm = false
  beforeAll(async () => {
    host = await startHost(
      ({ url = '', headers }, response) => {
        const at = `https://client.example.com${url}`
        const isDocument = url !== '/gone' && (url !== '/cold' || isWarm)
        if (url === '/cold') isWarm = true
        if (!isDocument) {
          response.writeHead(url === '/cold' ? 503 : 404, { 'Retry-After': '0' }).end('no')
        } else if (headers['user-agent'] === undefined) response.writeHead(403).end()
        else {
          response.setHeader('Content-Type', 'application/json')
          response.end(documentAt(at, url === '/linked' ? { jwks_uri: `${at}/jwks` } : {}))
        }
      },
      { days: 30 },
    )
  })
  afterAll(() => host.close())

  const at = (path: string) => `https://client.example.com/${path}`
  const DEFAULT = 'mcp-2026-07-28-cimd-02'
  const judge = async (...argv: readonly string[]) =>
    (await runHere(['validate', ...argv, '--format', 'prometheus', '--quiet'])).stdout

  test('a document under two profiles was fetched once', async () => {
    const before = Date.now() / 1000
    const text = await judge(at('a'), '--profile', 'mcp', '--profile', 'cimd', ...host.options)
    const bytes = Buffer.byteLength(documentAt(at('a')))
    expect(samplesOf(text, 'passed')).toEqual([
      [at('a'), DEFAULT, 1],
      [at('a'), 'cimd-02', 1],
    ])
    expect(samplesOf(text, 'judged')).toHaveLength(2)
    expect(samplesOf(text, 'findings')).toHaveLength(6)
    expect(samplesOf(text, 'response_status')).toEqual([[at('a'), 200]])
    expect(samplesOf(text, 'response_bytes')).toEqual([[at('a'), bytes]])
    expect(samplesOf(text, 'certificate_days_left')).toEqual([[at('a'), 30]])
    const [total] = samplesOf(text, 'fetch_seconds') as [string, number][]
    const phases = samplesOf(text, 'fetch_phase_seconds') as [string, string, number][]
    expect(phases.map(([, phase]) => phase)).toEqual(['connect', 'tls', 'first_byte'])
    const sum = phases.reduce((sum, [, , seconds]) => sum + seconds, 0)
    expect(sum).toBeGreaterThan(0)
    // Each is rounded.
    expect(sum).toBeLessThanOrEqual((total?.[1] ?? 0) + 1e-4)
    const [checked] = samplesOf(text, 'checked_timestamp_seconds') as [string, number][]
    expect(checked?.[1]).toBeGreaterThanOrEqual(before - 0.001)
    expect(checked?.[1]).toBeLessThanOrEqual(Date.now() / 1000)
    expect(samplesOf(text, 'fetch_error')).toEqual([])
  })

  test('a page in its place was judged, and failed', async () => {
    const text = await judge(at('gone'), ...host.options)
    expect(samplesOf(text, 'passed')).toEqual([[at('gone'), DEFAULT, 0]])
    expect(samplesOf(text, 'judged')).toEqual([[at('gone'), DEFAULT, 1]])
    expect(samplesOf(text, 'response_status')).toEqual([[at('gone'), 404]])
    expect(samplesOf(text, 'requirement_failed')).toContainEqual([
      at('gone'),
      DEFAULT,
      'fetch-status-200',
      'error',
      1,
    ])
  })

  test('a host that refuses connections was not judged, and why', async () => {
    const { server, ...closed } = await startHost(() => {})
    await closed.close()
    const text = await judge(at('a'), at('b'), '--retries', '0', ...closed.options)
    for (const name of ['passed', 'judged']) {
      expect(samplesOf(text, name)).toEqual([
        [at('a'), DEFAULT, 0],
        [at('b'), DEFAULT, 0],
      ])
    }
    expect(samplesOf(text, 'fetch_error')).toEqual([
      [at('a'), 'connect', 'connection-refused', 1],
      [at('b'), 'connect', 'connection-refused', 1],
    ])
    expect(samplesOf(text, 'checked_timestamp_seconds')).toHaveLength(2)
    expect(samplesOf(text, 'response_status')).toEqual([])
    expect(samplesOf(text, 'certificate_days_left')).toEqual([])
  })

  test('of a document that came at the second attempt counts the second', async () => {
    const text = await judge(at('cold'), '--probe', ...host.options)
    expect(samplesOf(text, 'response_status')).toEqual([[at('cold'), 200]])
  })

  test('a file compared with its copy has what was seen of the copy, and one with links nothing', async () => {
    const cwd = folder({ 'linked.json': documentAt(at('linked')), 'b.json': documentAt(at('b')) })
    const [linked, plain] = [`${cwd}/linked.json`, `${cwd}/b.json`]
    const hosted = await judge(linked, plain, '--hosted', '--linked', ...host.options)
    expect(samplesOf(hosted, 'response_status')).toEqual([
      [linked, 200],
      [plain, 200],
    ])
    expect(samplesOf(hosted, 'requirement_failed')).toContainEqual([
      linked,
      DEFAULT,
      'hosted-copy-agrees',
      'error',
      1,
    ])
    writeFileSync(linked, documentAt(at('linked'), { jwks_uri: at('gone') }))
    const links = await judge(linked, '--linked', ...host.options)
    expect(samplesOf(links, 'passed')).toEqual([[linked, DEFAULT, 0]])
    expect(samplesOf(links, 'response_status')).toEqual([])
  })

  test('files have what depends on nothing else', async () => {
    const cwd = folder({ 'a.json': GOOD, 'b.json': BAD })
    const { stdout } = await runHere(['validate', 'a.json', 'b.json', '--format', 'prometheus'], {
      cwd,
    })
    expect([...new Set(readExposition(stdout).map(({ name }) => name))]).toEqual([
      'mcp_cimd_passed',
      'mcp_cimd_judged',
      'mcp_cimd_findings',
      'mcp_cimd_requirement_failed',
    ])
    expect(samplesOf(stdout, 'requirement_failed')).toEqual([
      ['b.json', DEFAULT, 'json-types', 'error', 1],
    ])
  })
})
