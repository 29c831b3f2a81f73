import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Rule } from '../src/core/types.js'
import { profiles } from '../src/profiles/index.js'
import { rules } from '../src/rules/index.js'
import { EXECUTABLE, finish, folder, GOOD, runHere, start } from './support.js'

/** Bad input never shows where in the program it was noticed. */
const NO_STACK = /^(?![\s\S]*\n {4}at )/

describe('bad input ends in a clear message, with the right exit code, no stack and no hang', () => {
  const MANY = 300_000
  test.each<[string, string | Uint8Array, number, RegExp]>([
    ['an empty file', '', 1, /json-valid\]: the document is empty/],
    [
      'no JSON',
      'client_id: https://client.example.com/',
      1,
      /json-valid\]: a bare word stands where a value/,
    ],
    ['no object', '["https://client.example.com/"]', 1, /json-object\]: the document is an array/],
    [
      'a byte order mark',
      `\ufeff${GOOD}`,
      1,
      /json-utf8\]: the document begins with a byte order mark/,
    ],
    ['UTF-16', Buffer.from(GOOD, 'utf16le'), 1, /json-utf8\]: the document is encoded in UTF-16LE/],
    [
      'broken UTF-8',
      Buffer.from(GOOD.replace('Example', '\xff'), 'latin1'),
      1,
      /json-utf8\]: byte 0xff at offset \d+/,
    ],
    [
      '100 MB',
      Buffer.alloc(100 * 2 ** 20, ' '),
      1,
      /json-within-limits\]: the document has more than 1048576 bytes/,
    ],
    [
      '10,000 levels',
      '['.repeat(10_000) + ']'.repeat(10_000),
      1,
      /json-within-limits\]: the document nests 10000 levels/,
    ],
    [
      `${MANY} open brackets`,
      '['.repeat(MANY),
      1,
      /json-valid\]: the document ends before the "\]" of line 1/,
    ],
    [
      'a repeated name',
      '{"client_id":"a","client_id":"b"}',
      1,
      /json-no-duplicate-keys\]: "client_id" stands more than once/,
    ],
    [
      '__proto__',
      '{"__proto__":{"client_id":"https://client.example.com/c"}}',
      1,
      /client-id-present\]: client_id is missing/,
    ],
  ])('%s', async (_, content, code, message) => {
    const cwd = folder({ 'a.json': content })
    const fromFile = await finish(start(['validate', 'a.json'], { cwd }))
    expect(fromFile).toEqual({
      code,
      stdout: expect.stringMatching(message),
      stderr: expect.stringMatching(NO_STACK),
    })
    expect(fromFile.stdout).toMatch(NO_STACK)
    const fromStdin = await finish(start(['validate', '-'], { cwd }), content)
    expect(fromStdin.stdout).toBe(fromFile.stdout.replaceAll('a.json', '<stdin>'))
    expect(fromStdin.code).toBe(code)
  })

  test('a file that may not be read is a usage error, and on a walk makes the run incomplete', async () => {
    const cwd = folder({ 'client-metadata.json': GOOD, 'cimd.json': GOOD })
    chmodSync(cwd, 0o755)
    chmodSync(join(cwd, 'cimd.json'), 0o000)
    mkdirSync(join(cwd, 'locked'), { mode: 0o000 })
    // The superuser may read everything: give that up, but not the program, wherever it is.
    const through =
      process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []
    const named = ['validate', 'client-metadata.json', 'cimd.json']
    expect(await finish(start(named, { cwd }, through))).toEqual({
      code: 2,
      stdout: '',
      stderr: 'mcp-cimd: "cimd.json" cannot be read: permission denied\n',
    })
    const walked = await finish(start(['validate', '.', '--format', 'json'], { cwd }, through))
    expect(walked.code).toBe(3)
    expect(walked.stderr).toBe(
      '"cimd.json" cannot be read: permission denied\n"locked" cannot be read: permission denied\n',
    )
    expect(JSON.parse(walked.stdout).summary).toMatchObject({
      targets: 3,
      passed: 1,
      incomplete: 2,
    })
  })

  test('a terminal escape in a file name, an option or a profile is shown and not obeyed', async () => {
    const name = 'a\u001b]0;owned\u0007\n::error::x.json'
    const cwd = folder({ [name]: '{}' })
    const runs = [
      await finish(start(['validate', name], { cwd })),
      await finish(start([`--\u001b[2J\n::error::`], { cwd })),
      await finish(start(['validate', `--\u001b[2J\n::error::`], { cwd })),
      await finish(start(['validate', name, '--profile', '\u001b[2J\n::error::'], { cwd })),
      await finish(start(['explain', '\u009b2J\n::error::'], { cwd })),
    ]
    for (const { code, stdout, stderr } of runs) {
      expect([1, 2]).toContain(code)
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|^\s*::/m)
    }
  })
})

describe('streams', () => {
  test('a pipe that is closed early ends the run quietly', async () => {
    const cwd = folder(
      Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`cimd-${n}.json`, '{}'])),
    )
    const child = start(['validate', '.'], { cwd })
    child.stdout?.once('data', () => child.stdout?.destroy())
    const { code, stderr } = await finish(child)
    expect(stderr).toBe('')
    expect(code).toBe(1)
  })

  test('a pipe that is closed early does not end a report in a file', async () => {
    const cwd = folder({ 'many.ndjson': '{}\n'.repeat(3000) })
    const child = start(
      ['validate', '--ndjson', 'many.ndjson', '--format', 'text', '--format', 'json=all.json'],
      { cwd },
    )
    child.stdout?.once('data', () => child.stdout?.destroy())
    const { code, stderr } = await finish(child)
    expect([code, stderr]).toEqual([1, ''])
    const { summary } = JSON.parse(readFileSync(join(cwd, 'all.json'), 'utf8'))
    expect(summary.targets).toBe(3000)
  })

  test('a report is there as soon as its line is', async () => {
    const line = JSON.stringify(JSON.parse(GOOD))
    const child = start(['validate', '--ndjson', '-', '--format', 'ndjson'])
    const outcome = finish(child)
    const lines: string[] = []
    child.stdout?.on('data', (text: string) => {
      lines.push(...text.trimEnd().split('\n'))
      // Only what was reported brings the next.
      if (lines.length < 3) child.stdin?.write(`${line}\n`)
      else child.stdin?.end()
    })
    child.stdin?.write(`${line}\n`)
    expect((await outcome).code).toBe(0)
    expect(lines.map((text) => JSON.parse(text).target)).toEqual([
      '<stdin>:1',
      '<stdin>:2',
      '<stdin>:3',
    ])
  })

  test.skipIf(process.platform !== 'linux')(
    'a disk that is full is told in one line, whatever is written',
    async () => {
      const cwd = folder({ 'a.json': '{}', 'b.json': GOOD })
      for (const [argv, code] of [
        [['validate', 'a.json'], 1],
        [['validate', 'b.json', '--format', 'json'], 3],
        [['explain'], 3],
      ] as const) {
        const full = openSync('/dev/full', 'w')
        const outcome = await finish(start(argv, { cwd, stdio: ['ignore', full, 'pipe'] }))
        closeSync(full)
        expect(outcome.code).toBe(code)
        expect(outcome.stderr).toMatch(/^[^\n]* cannot be written[^\n]*: no space is left\n$/)
      }
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'a report to a log that is open stands after what is in it',
    async () => {
      const cwd = folder({ 'a.json': GOOD, log: 'before\n' })
      const log = openSync(join(cwd, 'log'), 'a')
      const argv = ['validate', 'a.json', '--format', 'ndjson=/dev/stdout']
      await finish(start(argv, { cwd, stdio: ['ignore', log, 'pipe'] }))
      closeSync(log)
      expect(readFileSync(join(cwd, 'log'), 'utf8')).toMatch(/^before\n\{"version":1/)
    },
  )

  test('a slow reader gets everything', async () => {
    const cwd = folder(
      Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`cimd-${n}.json`, '{}'])),
    )
    const child = start(['validate', '.', '--format', 'json'], { cwd })
    child.stdout?.pause()
    setTimeout(() => child.stdout?.resume(), 500)
    const { code, stdout } = await finish(child)
    expect(code).toBe(1)
    expect(JSON.parse(stdout).summary).toMatchObject({ targets: 300, failed: 300 })
  })

  test('output to a file is the same as to a pipe', async () => {
    const cwd = folder({ 'a.json': '{}' })
    const file = openSync(join(cwd, 'out'), 'w')
    await finish(start(['validate', 'a.json'], { cwd, stdio: ['ignore', file, 'pipe'] }))
    closeSync(file)
    const { stdout } = await finish(start(['validate', 'a.json'], { cwd }))
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe(stdout)
  })
})

describe('signals', () => {
  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s while waiting for standard input', async (signal, code) => {
    const child = start(['validate', '-', '--format', 'json'])
    // The report begins before the document is read.
    child.stdout?.once('data', () => setTimeout(() => child.kill(signal), 100))
    const outcome = await finish(child)
    expect([outcome.code, outcome.stderr]).toEqual([code, ''])
    expect(JSON.parse(outcome.stdout)).toMatchObject({ reports: [], summary: { targets: 0 } })
  })

  test('SIGINT in the middle of many documents leaves a whole report of what was done', async () => {
    const cwd = folder()
    for (let n = 0; n < 4000; n++)
      writeFileSync(join(cwd, `cimd-${n}.json`), '{"redirect_uris":["/cb"]}')
    const child = start(['validate', '.', '--format', 'json'], { cwd })
    child.stdout?.once('data', () => child.kill('SIGINT'))
    const { code, stdout } = await finish(child)
    expect(code).toBe(130)
    const { reports, summary } = JSON.parse(stdout)
    expect(reports).toHaveLength(summary.targets)
    expect(summary.targets).toBeLessThan(4000)
  })

  test.skipIf(process.platform !== 'linux').each([80, 0])(
    'Ctrl-C on a terminal of %d columns, while it says how far it is',
    async (columns) => {
      const cwd = folder({ 'old.json': 'before' })
      writeFileSync(
        join(cwd, 'many.ndjson'),
        `${JSON.stringify(JSON.parse(GOOD))}\n`.repeat(600_000),
      )
      const command = `stty cols ${columns} rows 24; exec "${process.execPath}" "${EXECUTABLE}" validate --ndjson many.ndjson --format json=old.json`
      const { CI: _, GITHUB_ACTIONS: __, ...env } = process.env
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        cwd,
        env: { ...env, TERM: 'xterm' },
        stdio: 'pipe',
      })
      child.stdout.on('data', (text: string) => {
        if (/judged [1-9]/.test(text)) child.stdin.write('\u0003')
      })
      const { code, stdout } = await finish(child)
      expect(code).toBe(130)
      // A line is drawn over where there is a width, and the cursor is shown again.
      expect(stdout.includes('\u001b[?25h')).toBe(columns > 0)
      const { reports, summary } = JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8'))
      expect(reports).toHaveLength(summary.targets)
      expect(summary.targets).toBeLessThan(600_000)
      expect(readdirSync(cwd).sort()).toEqual(['many.ndjson', 'old.json'])
    },
  )

  test('SIGINT while waiting for the next line', async () => {
    const child = start(['validate', '--ndjson', '-', '--format', 'ndjson'])
    child.stdout?.once('data', () => child.kill('SIGINT'))
    child.stdin?.write(`${JSON.stringify(JSON.parse(GOOD))}\n`)
    const { code, stdout } = await finish(child)
    expect([code, JSON.parse(stdout).outcome]).toEqual([130, 'passed'])
  })

  test('SIGINT in the middle of 100,000: every format is whole, and says what was done', async () => {
    const cwd = folder({ 'old.json': 'before' })
    const line = JSON.stringify({ ...JSON.parse(GOOD), client_name: 5 })
    writeFileSync(join(cwd, 'many.ndjson'), `${line}\n`.repeat(100_000))
    const child = start(
      [
        ...['validate', '--ndjson', 'many.ndjson', '--format', 'ndjson'],
        ...['--format', 'json=old.json', '--format', 'junit=new.xml', '--format', 'sarif=x.sarif'],
      ],
      { cwd },
    )
    child.stdout?.once('data', () => child.kill('SIGINT'))
    const { code, stdout, stderr } = await finish(child)
    expect([code, stderr.replace(/^judged \d+ documents\n/gm, '')]).toEqual([130, ''])
    const done = stdout.trimEnd().split('\n').length
    expect(done).toBeLessThan(100_000)
    const { reports, summary } = JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8'))
    expect([reports.length, summary.targets, summary.failed]).toEqual([done, done, done])
    const xml = readFileSync(join(cwd, 'new.xml'), 'utf8')
    expect(xml.match(/<testsuite /g)).toHaveLength(done)
    expect(xml.trimEnd().endsWith('</testsuites>')).toBe(true)
    const { runs } = JSON.parse(readFileSync(join(cwd, 'x.sarif'), 'utf8'))
    expect(runs[0].results.length).toBe(Math.min(done, 5000))
    expect(readdirSync(cwd).sort()).toEqual(['many.ndjson', 'new.xml', 'old.json', 'x.sarif'])
  })
})

test('the executable finds what the sources find, in every example of every rule', async () => {
  const lines = rules.flatMap(({ examples }: Rule) =>
    [...(examples?.valid ?? []), ...(examples?.invalid ?? [])].flatMap((example) => {
      if ('bytes' in example || 'clientId' in example || example.links) return []
      if ('response' in example) return []
      const raw = 'text' in example ? example.text : JSON.stringify(example.document)
      return [JSON.stringify({ raw, client_id_url: example.url })]
    }),
  )
  expect(lines.length).toBeGreaterThan(700)
  const argv = ['validate', '--ndjson', '-', '--format', 'ndjson']
  for (const { id } of profiles) {
    const stdin = lines.join('\n')
    const here = await runHere([...argv, '--profile', id], { stdin })
    const there = await finish(start([...argv, '--profile', id]), stdin)
    expect(there.stdout === here.stdout).toBe(true)
  }
})

test('the executable runs from anywhere, and as the README says', async () => {
  const cwd = folder({ 'client-metadata.json': GOOD })
  expect(EXECUTABLE).toMatch(/bin.mcp-cimd\.js$/)
  expect(await finish(start(['validate'], { cwd }))).toMatchObject({ code: 0, stderr: '' })
  expect(await finish(start(['validate', 'fixtures/valid']))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('4 documents: 4 ok; 0 errors, 0 warnings'),
  })
  expect(await finish(start(['explain', 'json-utf8']))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Some servers strip the mark'),
  })
})
