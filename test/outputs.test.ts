import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ReportFile } from '../src/core/types.js'
import { reporters } from '../src/reporters/index.js'
import { isReportFile } from './report-schemas.js'
import { finish, folder, GOOD, runHere, start } from './support.js'

const BAD = GOOD.replace('"Example Client"', '5')
const WEAK = GOOD.replace('"Example Client"', '"a", "client_uri": "http://client.example.com/"')

const read = (path: string): string => readFileSync(path, 'utf8')

describe('--format <name>=<file>', () => {
  test('writes every format at once, each as it would be alone', async () => {
    const cwd = folder({ 'a.json': BAD, 'b.json': GOOD, 'c.json': '{' })
    const targets = ['validate', 'a.json', 'b.json', 'c.json']
    const names = Object.keys(reporters)
    const all = await runHere(
      [...targets, ...names.flatMap((name) => ['--format', `${name}=out/new/${name}.out`])],
      { cwd },
    )
    expect(all).toMatchObject({ code: 1, stdout: '' })
    for (const name of names) {
      const alone = await runHere([...targets, '--format', name], { cwd })
      expect(read(`${cwd}/out/new/${name}.out`)).toBe(alone.stdout)
    }
    expect(readdirSync(`${cwd}/out/new`).sort()).toEqual(names.map((name) => `${name}.out`).sort())
  })

  test('T-295 beside standard output has the same bytes', async () => {
    const cwd = folder({ 'a.json': BAD })
    const { stdout } = await runHere(
      ['validate', 'a.json', '--format', 'json', '--format', 'json=copy.json'],
      { cwd },
    )
    expect(read(`${cwd}/copy.json`)).toBe(stdout)
    expect(statSync(`${cwd}/copy.json`).mode & 0o777).toBe(0o666 & ~process.umask())
  })

  test('replaces a file as a whole, keeps its mode, and a link that leads to it', async () => {
    const cwd = folder({ 'a.json': BAD, 'real/report.json': 'before' })
    chmodSync(`${cwd}/real/report.json`, 0o640)
    symlinkSync('real/report.json', `${cwd}/link.json`)
    await runHere(['validate', 'a.json', '--format', 'json=link.json'], { cwd })
    expect(lstatSync(`${cwd}/link.json`).isSymbolicLink()).toBe(true)
    expect(JSON.parse(read(`${cwd}/real/report.json`)).summary.errors).toBe(1)
    expect(statSync(`${cwd}/real/report.json`).mode & 0o777).toBe(0o640)
    expect(readdirSync(`${cwd}/real`)).toEqual(['report.json'])
  })

  test('a bug on the way leaves what was there', async () => {
    const cwd = folder({ 'a.json': BAD, 'b.json': BAD, 'report.json': 'before' })
    const { code } = await runHere(
      ['validate', 'a.json', 'b.json', '--format', 'json=report.json'],
      {
        cwd,
        io: {
          readFile: (path) => {
            if (path === 'b.json') throw new TypeError('a bug')
            return readFileSync(`${cwd}/${path}`)
          },
        },
      },
    )
    expect(code).toBe(70)
    expect(read(`${cwd}/report.json`)).toBe('before')
    expect(readdirSync(cwd).sort()).toEqual(['a.json', 'b.json', 'report.json'])
  })

  test('"-" is standard output', async () => {
    const cwd = folder({ 'a.json': BAD })
    const { stdout } = await runHere(['validate', 'a.json', '--format', 'json=-'], { cwd })
    expect(JSON.parse(stdout).summary.errors).toBe(1)
    expect(readdirSync(cwd)).toEqual(['a.json'])
  })

  test('two names of one file are one place, and a link to nowhere is none', async () => {
    const cwd = folder({ 'a.json': BAD, 'd/x': 'before' })
    symlinkSync('d', `${cwd}/link`)
    symlinkSync('nowhere', `${cwd}/gone`)
    const argv = ['--format', 'json=d/x', '--format', 'sarif=link/x']
    const { code, stderr } = await runHere(['validate', 'a.json', ...argv], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('json and sarif would both go to')])
    expect(read(`${cwd}/d/x`)).toBe('before')
    expect((await runHere(['validate', 'a.json', '--format', 'json=gone'], { cwd })).code).toBe(2)
  })

  test('what is judged is never written to, and what is written is not judged', async () => {
    const cwd = folder({ 'cimd-a.json': GOOD })
    const argv = ['--format', 'json=cimd-a.json']
    expect((await runHere(['validate', 'cimd-a.json', ...argv], { cwd })).code).toBe(2)
    expect(read(`${cwd}/cimd-a.json`)).toBe(GOOD)
    for (const targets of ['.', '*.json']) {
      const report = ['--format', 'json=cimd-report.json']
      expect((await runHere(['validate', targets, ...report], { cwd })).code).toBe(0)
      expect((await runHere(['validate', targets, ...report], { cwd })).code).toBe(0)
      const known = ['--baseline', 'cimd-report.json']
      expect((await runHere(['validate', targets, ...known], { cwd })).code).toBe(0)
    }
  })

  test.each([
    [
      ['--format', 'text', '--format', 'json'],
      /text and json would both go to standard output: give one a file, --format json=<file>/,
    ],
    [
      ['--format', 'json=x', '--format', 'sarif=./x'],
      /json and sarif would both go to "\.\/x": give each a file of its own/,
    ],
    [['--format', 'json='], /--format json= names no file after "="/],
    [['--format', 'jsn'], /no format "jsn"; did you mean "json"\?/],
    [['--format', '=x'], /there is no format ""/],
    [['--format', 'json=dir'], /"dir" is a directory: name a file in it/],
    [['--format', 'json=a.json/x'], /"a\.json\/x" cannot be written: a file is in the way/],
    [['--format', 'json=a\u001b\0'], /"a\\u\{1b\}\\u\{0\}" is no path: it has U\+0000/],
  ])('%j is refused before anything is judged', async (argv, message) => {
    const cwd = folder({ 'a.json': BAD })
    mkdirSync(`${cwd}/dir`)
    const { code, stdout, stderr } = await runHere(['validate', 'a.json', ...argv], { cwd })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr.split('\n')).toHaveLength(2)
    expect(readdirSync(cwd).sort()).toEqual(['a.json', 'dir'])
  })

  test('a format that cannot be opened leaves no other behind', async () => {
    const cwd = folder({ 'a.json': GOOD })
    const argv = ['--format', 'json=one.json', '--format', 'sarif=a.json/x']
    expect((await runHere(['validate', 'a.json', ...argv], { cwd })).code).toBe(2)
    expect(readdirSync(cwd)).toEqual(['a.json'])
  })

  test.skipIf(process.platform !== 'linux')(
    'a disk that is full is told, the other formats are written, and no error makes it less',
    async () => {
      const cwd = folder({ 'bad.json': BAD, 'good.json': GOOD })
      const run = (file: string) =>
        runHere(['validate', file, '--format', 'json=/dev/full', '--format', 'ndjson=ok.ndjson'], {
          cwd,
        })
      expect(await run('good.json')).toEqual({
        code: 3,
        stdout: '',
        stderr: 'the report cannot be written to /dev/full: no space is left\n',
      })
      expect(JSON.parse(read(`${cwd}/ok.ndjson`)).outcome).toBe('passed')
      expect((await run('bad.json')).code).toBe(1)
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'a disk that fills up under a new file leaves the old one',
    async () => {
      const names = Array.from({ length: 300 }, (_, n) => `client-metadata-${n}.json`)
      const cwd = folder({
        ...Object.fromEntries(names.map((name) => [name, BAD])),
        'report.json': 'before',
      })
      // No file may be longer than 64 blocks.
      const script = `ulimit -f 64; exec "$0" "$@"`
      const { code, stdout, stderr } = await finish(
        start(['validate', '.', '--format', 'json=report.json'], { cwd }, [
          '/bin/sh',
          '-c',
          script,
        ]),
      )
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(
        'the report cannot be written to report.json: it would be too large\n',
      )
      expect(read(`${cwd}/report.json`)).toBe('before')
      expect(readdirSync(cwd)).toHaveLength(301)
    },
  )

  test('a pipe is written to as it comes', async () => {
    const cwd = folder({ 'a.json': GOOD })
    const { stdout } = await finish(
      start(['validate', 'a.json', '--format', 'ndjson=/dev/stdout'], { cwd }, [
        '/bin/sh',
        '-c',
        '"$0" "$@" | cat',
      ]),
    )
    expect(JSON.parse(stdout).target).toBe('a.json')
  })
})

describe('the exit code', () => {
  const cwd = folder({
    'bad.json': BAD,
    'weak.json': WEAK,
    'good.json': GOOD,
    'gone-client-metadata.json': '',
  })

  test.each<[string, number]>([
    ['bad.json', 1],
    ['weak.json', 0],
    ['weak.json --fail-on warning', 1],
    ['weak.json --fail-on info', 1],
    ['weak.json --max-warnings 0', 1],
    ['weak.json --max-warnings 1', 0],
    ['good.json --max-warnings 0', 0],
    ['good.json --fail-on info', 0],
    ['bad.json --fail-on never', 0],
    ['bad.json weak.json --fail-on never --max-warnings 0', 1],
  ])('of validate %s is %d', async (line, code) => {
    expect((await runHere(['validate', ...line.split(' ')], { cwd })).code).toBe(code)
  })

  test.each<[string[], number]>([
    [['good.json'], 3],
    [['good.json', '--allow-incomplete'], 0],
    [['good.json', 'bad.json', '--allow-incomplete'], 1],
    [['good.json', '--fail-on', 'never'], 3],
  ])('of what cannot be read, with %j, is %d', async (argv, code) => {
    const io = {
      readFile: (path: string) => {
        if (path === 'bad.json') return Buffer.from(BAD)
        throw Object.assign(new Error('denied'), { code: 'EACCES', syscall: 'open' })
      },
    }
    expect((await runHere(['validate', ...argv], { cwd, io })).code).toBe(code)
  })

  test.each([
    ['--max-warnings 0', 'too many warnings: 1, and --max-warnings is 0\n'],
    ['--fail-on warning', 'no error was found, but --fail-on is warning\n'],
  ])('with %s is explained', async (line, message) => {
    const { stderr } = await runHere(['validate', 'weak.json', ...line.split(' ')], { cwd })
    expect(stderr).toBe(message)
  })

  test.each([
    ['--max-warnings=-1', /--max-warnings is "-1": write a number, such as 0/],
    ['--max-warnings=many', /--max-warnings is "many"/],
    ['--max-warnings=1e3', /--max-warnings is "1e3"/],
    [
      '--fail-on=fatal',
      /there is no value of --fail-on "fatal"; there are error, warning, info, never/,
    ],
    ['--quiet --verbose', /--quiet and --verbose contradict each other/],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await runHere(['validate', 'good.json', ...line.split(' ')], { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('--baseline', () => {
  const judge = async (cwd: string, ...argv: readonly string[]) => {
    const { code, stdout, stderr } = await runHere(['validate', '.', '--format', 'json', ...argv], {
      cwd,
    })
    const file: ReportFile = JSON.parse(stdout)
    isReportFile(file)
    expect(isReportFile.errors).toBeNull()
    return { code, file, stderr }
  }
  const told = async (cwd: string) =>
    (await runHere(['validate', '.', '--baseline', 'base.json'], { cwd })).stdout

  test('what was known does not count, what is new does, and what is gone is told', async () => {
    const cwd = folder({ 'cimd-a.json': BAD, 'cimd-b.json': BAD, 'cimd-c.json': GOOD })
    await runHere(['validate', '.', '--format', 'json=base.json'], { cwd })
    const same = await judge(cwd, '--baseline', 'base.json')
    expect([same.code, same.file.summary.suppressed, same.file.summary.errors]).toEqual([0, 2, 0])
    expect(same.file.reports[0]?.results[0]?.diagnostics[0]?.suppressed).toEqual({
      by: 'baseline',
      reason: 'known since base.json',
    })
    expect(await told(cwd)).toContain('note: since "base.json": 0 new findings, 2 known, 0 gone')
    // Lines move, one is mended, one is new.
    writeFileSync(`${cwd}/cimd-a.json`, `\n\n${BAD}`)
    writeFileSync(`${cwd}/cimd-b.json`, GOOD)
    writeFileSync(
      `${cwd}/cimd-c.json`,
      GOOD.replace('"https://client.example.com/callback"', '"/x"'),
    )
    const other = await judge(cwd, '--baseline', 'base.json')
    expect([other.code, other.file.summary.suppressed, other.file.summary.errors]).toEqual([
      1, 1, 1,
    ])
    expect(await told(cwd)).toContain('note: since "base.json": 1 new finding, 1 known, 1 gone')
  })

  test('the same finding once more is new', async () => {
    const twice = (uris: readonly string[]) =>
      JSON.stringify({ ...JSON.parse(GOOD), redirect_uris: uris })
    const cwd = folder({ 'cimd-a.json': twice(['/x']) })
    await runHere(['validate', '.', '--format', 'json=base.json'], { cwd })
    writeFileSync(`${cwd}/cimd-a.json`, twice(['/x', '/x']))
    expect((await judge(cwd, '--baseline', 'base.json')).file.summary).toMatchObject({
      errors: 1,
      suppressed: 1,
    })
  })

  test('a document that could not be judged again is not mended', async () => {
    const cwd = folder({ 'cimd-a.json': BAD })
    await runHere(['validate', '.', '--format', 'json=base.json'], { cwd })
    writeFileSync(`${cwd}/cimd-a.json`, '{')
    expect(await told(cwd)).toContain('1 new finding, 0 known, 0 gone')
  })

  test('a file is known however it is named, and two documents of one name are two', async () => {
    const cwd = folder({ 'dir/cimd-a.json': BAD })
    await runHere(['validate', 'dir', '--format', 'json=base.json'], { cwd })
    for (const target of ['./dir/cimd-a.json', `${cwd}/dir`, 'dir/*.json']) {
      expect((await runHere(['validate', target, '--baseline', 'base.json'], { cwd })).code).toBe(0)
    }
    const line = JSON.stringify({ id: 'a', document: JSON.parse(BAD) })
    const lines = ['validate', '--ndjson', '-'] as const
    const stdin = `${line}\n${line}`
    await runHere([...lines, '--format', 'json=twice.json'], { cwd, stdin })
    const { stdout } = await runHere([...lines, '--baseline', 'twice.json'], { cwd, stdin })
    expect(stdout).toContain('0 new findings, 2 known, 0 gone')
  })

  test('--quiet says nothing of what is known', async () => {
    const cwd = folder({ 'cimd-a.json': BAD })
    await runHere(['validate', '.', '--format', 'json=base.json'], { cwd })
    const { code, stdout } = await runHere(
      ['validate', '.', '--baseline', 'base.json', '--quiet'],
      { cwd },
    )
    expect([code, stdout]).toEqual([0, ''])
  })

  test('of another profile knows nothing, and a baseline of a baseline is one', async () => {
    const cwd = folder({ 'cimd-a.json': BAD })
    await runHere(['validate', '.', '--format', 'json=base.json'], { cwd })
    const argv = ['--baseline', 'base.json'] as const
    expect((await judge(cwd, ...argv, '--profile', 'cimd-00')).code).toBe(1)
    await judge(cwd, ...argv, '--format', 'sarif=x.sarif')
    await runHere(['validate', './cimd-a.json', '--format', 'json=base.json', ...argv], { cwd })
    expect((await judge(cwd, ...argv)).code).toBe(0)
  })

  test.each([
    ['nowhere.json', /there is no baseline "nowhere\.json"/],
    ['dir', /"dir" cannot be read: it is a directory/],
    [
      'broken.json',
      /"broken\.json" is no report that can be compared with: write one with --format json=<file>/,
    ],
    ['other.json', /"other\.json" is no report/],
    ['hostile.json', /"hostile\.json" is no report/],
  ])('%s is refused', async (name, message) => {
    const cwd = folder({
      'a.json': GOOD,
      'dir/x': '',
      'broken.json': '{',
      'other.json': '{"version":2,"reports":[]}',
      'hostile.json':
        '{"version":1,"reports":[{"target":"a","profile":"b","results":[{"diagnostics":[null]}]}]}',
    })
    const { code, stdout, stderr } = await runHere(['validate', 'a.json', '--baseline', name], {
      cwd,
    })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
