import { describe, expect, test } from 'vitest'
import { isDate } from '../src/config/waivers.js'
import type { Report } from '../src/core/types.js'
import { folder, GOOD, runHere } from './support.js'

const FILE = 'mcp-cimd.config.json'

/** A document with one error, at /redirect_uris/1. */
const WRONG = JSON.stringify({
  ...JSON.parse(GOOD),
  redirect_uris: ['https://client.example.com/callback', 'https://client.example.com/cb#x'],
})

const RULE = 'redirect-no-fragment'

/** Runs a command where waivers are, on the day that tests have. */
async function run(
  waivers: readonly object[],
  argv: readonly string[],
  files: Readonly<Record<string, string>> = { 'a.json': WRONG },
) {
  const cwd = folder({ ...files, [FILE]: JSON.stringify({ waivers }) })
  const { code, stderr, stdout } = await runHere([...argv, '--format', 'json'], { cwd })
  const reports: Report[] = stdout === '' ? [] : JSON.parse(stdout).reports
  const found = reports.flatMap(({ results }) => results.flatMap(({ diagnostics }) => diagnostics))
  return { code, stderr, reports, found, cwd }
}

const validate = (waiver: object, files?: Readonly<Record<string, string>>) =>
  run(
    [{ rule: RULE, reason: 'r', ...waiver }],
    ['validate', ...Object.keys(files ?? { 'a.json': 0 })],
    files,
  )

describe('a waiver', () => {
  test('lets a finding pass, which is shown with its reason and counted', async () => {
    const { code, reports, found } = await validate({
      reason: 'until the app is gone',
      until: '2026-12-31',
    })
    expect(code).toBe(0)
    expect(reports[0]?.outcome).toBe('passed')
    expect(reports[0]?.counts).toEqual({ error: 0, warning: 0, info: 0, suppressed: 1 })
    expect(found).toMatchObject([
      {
        id: RULE,
        severity: 'error',
        suppressed: { by: 'waiver', reason: 'until the app is gone', until: '2026-12-31' },
      },
    ])
  })

  test('for one place is not for others that are counted with it', async () => {
    const many = JSON.stringify({
      ...JSON.parse(GOOD),
      redirect_uris: Array.from({ length: 60 }, (_, n) => `https://client.example.com/${n}#x`),
    })
    const { code, found } = await run(
      Array.from({ length: 50 }, (_, n) => ({
        rule: RULE,
        reason: 'r',
        at: `/redirect_uris/${n}`,
      })),
      ['validate', 'a.json'],
      { 'a.json': many },
    )
    expect(found).toHaveLength(50)
    expect(found.filter(({ suppressed }) => !suppressed).map(({ message }) => message)).toEqual([
      expect.stringContaining('and 10 more like it'),
    ])
    expect(code).toBe(1)
    expect((await validate({}, { 'a.json': many })).code).toBe(0)
  })

  test('is told by every format that tells findings', async () => {
    const waivers = [{ rule: RULE, reason: 'gone soon', until: '2026-12-31' }]
    const cwd = folder({ 'a.json': WRONG, [FILE]: JSON.stringify({ waivers }) })
    const { stdout } = await runHere(['validate', 'a.json'], { cwd })
    expect(stdout).toContain('= off: waiver, gone soon, until 2026-12-31\n')
    for (const format of ['junit', 'markdown', 'sarif']) {
      const { stdout } = await runHere(['validate', 'a.json', '--format', format], { cwd })
      expect(stdout).toContain('gone soon, until 2026-12-31')
    }
  })

  test.each([
    ['for all', {}, 0],
    ['of another requirement', { rule: 'redirect-no-wildcard' }, 1],
    ['at the place', { at: '/redirect_uris/1' }, 0],
    ['around the place', { at: '/redirect_uris' }, 0],
    ['for the whole document', { at: '' }, 0],
    ['at another place', { at: '/redirect_uris/0' }, 1],
    ['at a place that only begins alike', { at: '/redirect_uris/' }, 1],
    ['of the file', { documents: ['a.json'] }, 0],
    ['of one glob of two', { documents: ['sub/**', '?.json'] }, 0],
    ['with a dot before it', { documents: ['./a.json'] }, 0],
    ['of another file', { documents: ['sub/*.json'] }, 1],
    ['of URLs', { documents: ['https://**'] }, 1],
    ['to the last day', { until: '2026-06-15' }, 0],
    ['to the day before', { until: '2026-06-14' }, 1],
  ])('%s', async (_, waiver, code) => {
    expect((await validate(waiver)).code).toBe(code)
  })

  test('sees files from the directory of the configuration', async () => {
    const files = {
      'etc/c.json': JSON.stringify({
        waivers: [{ rule: RULE, reason: 'r', documents: ['docs/*.json'] }],
      }),
      'etc/docs/a.json': WRONG,
      'docs/a.json': WRONG,
    }
    const codeOf = async (target: string) =>
      (await runHere(['validate', target, '--config', 'etc/c.json'], { cwd: folder(files) })).code
    expect([await codeOf('etc/docs/a.json'), await codeOf('docs/a.json')]).toEqual([0, 1])
  })

  test('is for the lines of a file, and for standard input only when it is for all', async () => {
    const line = `${WRONG.replaceAll('\n', ' ')}\n`
    const codeOf = async (waiver: object, argv: string[], stdin = '') => {
      const config = JSON.stringify({ waivers: [{ rule: RULE, reason: 'r', ...waiver }] })
      const cwd = folder({ 'x.ndjson': line, [FILE]: config })
      return (await runHere(['validate', ...argv], { cwd, stdin })).code
    }
    expect(await codeOf({ documents: ['x.ndjson'] }, ['--ndjson', 'x.ndjson'])).toBe(0)
    expect(await codeOf({ documents: ['y.ndjson'] }, ['--ndjson', 'x.ndjson'])).toBe(1)
    expect(await codeOf({}, ['-'], WRONG)).toBe(0)
    expect(await codeOf({ documents: ['**'] }, ['-'], WRONG)).toBe(1)
  })

  test('shows no secrets of its reason', async () => {
    const { found } = await validate({ reason: 'see https://me:hunter2@example.com/' })
    expect(found[0]?.suppressed?.reason).toBe('see https://[redacted]@example.com/')
  })
})

describe('a waiver that is over', () => {
  test('makes an error of its finding, whatever it was, and says so', async () => {
    const waiver = { rule: 'redirect-same-origin', reason: 'r', until: '2026-01-31' }
    const document = JSON.stringify({
      ...JSON.parse(GOOD),
      redirect_uris: ['https://login.example.com/cb'],
    })
    const plain = await run([], ['lint', 'a.json'], { 'a.json': document })
    const [before] = plain.found.filter(({ id }) => id === waiver.rule)
    const { code, found } = await run([waiver], ['lint', 'a.json'], { 'a.json': document })
    const [after] = found.filter(({ id }) => id === waiver.rule)
    expect([plain.code, before?.severity]).toEqual([0, 'info'])
    expect([code, after?.severity, after?.suppressed]).toEqual([1, 'error', undefined])
    expect(after?.message).toBe(`${before?.message}; the waiver for this ended on 2026-01-31`)
  })

  test('does not count where another holds', async () => {
    const over = { rule: RULE, reason: 'old', until: '2026-01-31' }
    const { code, found } = await run([over, { rule: RULE, reason: 'new' }], ['validate', 'a.json'])
    expect([code, found[0]?.suppressed?.reason]).toEqual([0, 'new'])
  })

  test('fails though the baseline knows the finding', async () => {
    const before = await run([], ['validate', 'a.json'])
    expect(before.code).toBe(1)
    const baseline = JSON.stringify({ version: 1, reports: before.reports })
    const of = (until: string) =>
      run(
        [{ rule: RULE, reason: 'r', until }],
        ['validate', `${before.cwd}/a.json`, '--baseline', 'b.json'],
        {
          'b.json': baseline.replaceAll('"a.json"', JSON.stringify(`${before.cwd}/a.json`)),
        },
      )
    const held = await of('2026-12-31')
    expect([held.code, held.found[0]?.suppressed?.by]).toEqual([0, 'waiver'])
    const over = await of('2026-01-31')
    expect([over.code, over.found[0]?.suppressed]).toEqual([1, undefined])
  })
})

describe('a waiver that no document needs', () => {
  const NOTE = `${FILE}:1:13: the waiver of "${RULE}" is for nothing that was found in the documents judged: take it out, or narrow it\n`

  test.each([
    ['is told', {}, { 'a.json': GOOD }, NOTE],
    ['is told once', {}, { 'a.json': GOOD, 'b.json': GOOD }, NOTE],
    ['is not told when one needs it', {}, { 'a.json': GOOD, 'b.json': WRONG }, ''],
    ['is not told of others', { documents: ['b.json'] }, { 'a.json': GOOD }, ''],
    ['is not told where nothing was asked', {}, { 'a.json': 'no JSON' }, ''],
    [
      'is not told of what no command asks',
      { rule: 'redirect-same-origin' },
      { 'a.json': GOOD },
      '',
    ],
    ['is told of another place', { at: '/redirect_uris/0' }, { 'a.json': WRONG }, NOTE],
  ])('%s', async (_, waiver, files, note) => {
    expect((await validate(waiver, files)).stderr).toBe(note)
  })

  test.each([['--quiet'], ['--shard', '1/1']])('is not told with %s', async (...option) => {
    const { stderr } = await run([{ rule: RULE, reason: 'r' }], ['validate', 'a.json', ...option], {
      'a.json': GOOD,
    })
    expect(stderr).toBe('')
  })

  test('does not change what else is reported', async () => {
    const [with_, without] = await Promise.all([validate({}), run([], ['validate', 'a.json'])])
    const ids = (reports: readonly Report[]) => reports[0]?.results.map(({ id }) => id)
    expect(ids(with_.reports)).toEqual(ids(without.reports))
  })
})

test.each([
  ['2026-12-31', true],
  ['2024-02-29', true],
  ['2000-02-29', true],
  ['2026-02-29', false],
  ['1900-02-29', false],
  ['2026-04-31', false],
  ['2026-13-01', false],
  ['2026-00-01', false],
  ['2026-01-00', false],
  ['2026-1-1', false],
  ['20260101', false],
  ['2026-01-01T00:00:00Z', false],
])('%s is a date: %s', (text, expected) => {
  expect(isDate(text)).toBe(expected)
})
