import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXECUTABLE, finish, folder, GOOD, start } from './support.js'

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
    // The superuser may read everything: become somebody else.
    const options = { cwd, ...(process.getuid?.() === 0 && { uid: 65_534, gid: 65_534 }) }
    expect(await finish(start(['validate', 'client-metadata.json', 'cimd.json'], options))).toEqual(
      {
        code: 2,
        stdout: '',
        stderr: 'mcp-cimd: "cimd.json" cannot be read: permission denied\n',
      },
    )
    const walked = await finish(start(['validate', '.', '--format', 'json'], options))
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
})

test('the executable runs from anywhere, and as the README says', async () => {
  const cwd = folder({ 'client-metadata.json': GOOD })
  expect(EXECUTABLE).toMatch(/bin.mcp-cimd\.js$/)
  expect(await finish(start(['validate'], { cwd }))).toMatchObject({ code: 0, stderr: '' })
  expect(await finish(start(['validate', 'fixtures/valid']))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 documents: 3 ok; 0 errors, 0 warnings'),
  })
  expect(await finish(start(['explain', 'json-utf8']))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Some servers strip the mark'),
  })
})
