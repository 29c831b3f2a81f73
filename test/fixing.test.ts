import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFiles } from '../src/io.js'
import { startSite } from './host.js'
import { finish, folder, runHere, start } from './support.js'

const URL = 'https://client.example.com/cimd.json'

/** A document with a repair of its own kind, in an uncommon but lawful form. */
const write = (grant_types: readonly string[], more: object = {}) =>
  `${JSON.stringify(
    {
      client_id: URL,
      client_name: 'Example',
      client_uri: 'https://client.example.com/',
      redirect_uris: ['https://client.example.com/cb'],
      token_endpoint_auth_method: 'none',
      grant_types,
      ...more,
    },
    null,
    4,
  ).replaceAll('\n', '\r\n')}\r\n`

const BROKEN = write(['authorization_code', 'authorization_code'])
const REPAIRED = BROKEN.replace(',\r\n        "authorization_code"', '')

const lint = (argv: readonly string[], setting: Parameters<typeof runHere>[1]) =>
  runHere(['lint', ...argv], setting)

const textIn = (cwd: string, name: string) => readFileSync(join(cwd, name), 'utf8')

describe('lint --fix', () => {
  test('leaves files that only a configuration names, and that are not beside it', async () => {
    const cwd = folder({ 'cimd.json': BROKEN, 'repository/here.json': BROKEN })
    const at = join(cwd, 'repository')
    const configure = (file: string) =>
      writeFileSync(
        join(at, 'mcp-cimd.config.json'),
        JSON.stringify({ documents: { [file]: URL } }),
      )
    for (const file of ['../cimd.json', join(cwd, 'cimd.json')]) {
      configure(file)
      const { code, stderr } = await lint(['--fix'], { cwd: at })
      expect(code).toBe(2)
      expect(stderr).toMatch(
        /^mcp-cimd: mcp-cimd\.config\.json:1:15: "[^"]*cimd\.json" is outside the/,
      )
    }
    expect(textIn(cwd, 'cimd.json')).toBe(BROKEN)
    expect((await lint(['--fix', '../cimd.json'], { cwd: at })).code).toBe(0)
    expect(textIn(cwd, 'cimd.json')).toBe(REPAIRED)
    configure('here.json')
    expect((await lint(['--fix'], { cwd: at })).code).toBe(0)
    expect(textIn(at, 'here.json')).toBe(REPAIRED)
  })

  test('repairs the file, and reports on what is in it then', async () => {
    const cwd = folder({ 'cimd.json': BROKEN })
    const fixed = await lint(['--fix', 'cimd.json'], { cwd })
    expect(textIn(cwd, 'cimd.json')).toBe(REPAIRED)
    expect(readdirSync(cwd)).toEqual(['cimd.json'])
    expect(fixed).toEqual({
      ...(await lint(['cimd.json'], { cwd })),
      stderr: '"cimd.json": 1 defect repaired\n',
    })
    expect(await lint(['--fix', 'cimd.json'], { cwd })).toMatchObject({
      code: 0,
      stderr: 'there was nothing to repair\n',
    })
    expect(textIn(cwd, 'cimd.json')).toBe(REPAIRED)
  })

  test('says what is left, and of secrets what to do, also when it is to be quiet', async () => {
    const text = write(['a', 'a'], { client_secret: 'hunter2', scope: ' a' })
    const loud =
      '"cimd.json" publishes a secret, and to remove it is not enough: revoke it, make a new one, and only then take it out\n'
    const cwd = folder({ 'cimd.json': text })
    const dry = await lint(['--fix-dry-run', '--quiet', 'cimd.json'], { cwd })
    expect(dry.stderr).toMatch(/^--- cimd\.json\n[\s\S]*^ {5}"client_secret": "\*+",$/m)
    expect(dry.stderr).toMatch(new RegExp(`\n${loud}$`))
    expect(dry.stderr).not.toContain('hunter2')
    const { code, stderr } = await lint(['--fix', 'cimd.json'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^"cimd\.json": 2 defects repaired\n"cimd\.json" publishes a secret[^\n]*\nleft to the author: 1 error(?:, [^\n]*)?\n$/,
    )
    expect(textIn(cwd, 'cimd.json')).toContain('"client_secret": "hunter2"')
    expect(textIn(cwd, 'cimd.json')).toContain('"scope": "a"')
  })

  test('writes the URL of the document, from the command line or the configuration', async () => {
    const other = BROKEN.replace('/cimd.json', '/old.json')
    const cwd = folder({
      'a.json': other,
      'b.json': other.replace(/^.*client_id.*\r\n/m, ''),
      'mcp-cimd.config.json': JSON.stringify({ documents: { 'b.json': URL } }),
    })
    expect(await lint(['--fix', 'a.json', '--client-id', URL], { cwd })).toMatchObject({ code: 0 })
    expect(textIn(cwd, 'a.json')).toBe(REPAIRED)
    expect(await lint(['--fix'], { cwd })).toMatchObject({ code: 0 })
    expect(JSON.parse(textIn(cwd, 'b.json'))).toEqual(JSON.parse(REPAIRED))
  })

  test('repairs under every profile, each file once, and those of its shard only', async () => {
    const text = write(['a', 'a'], { scope: 'atproto atproto' })
    const cwd = folder({ 'x/cimd-a.json': text, 'x/cimd-b.json': text, 'x/cimd-c.json': text })
    const profiles = ['--profile', 'atproto', '--profile', 'cimd-02']
    await lint(['--fix', ...profiles, 'x/cimd-a.json', './x/cimd-a.json'], { cwd })
    expect(JSON.parse(textIn(cwd, 'x/cimd-a.json'))).toMatchObject({
      grant_types: ['a'],
      scope: 'atproto',
    })
    await lint(['--fix', '--shard', '2/3', 'x'], { cwd })
    expect(JSON.parse(textIn(cwd, 'x/cimd-b.json'))).toMatchObject({
      grant_types: ['a'],
      scope: 'atproto atproto',
    })
    expect(textIn(cwd, 'x/cimd-c.json')).toBe(text)
    const { stderr } = await lint(['--fix', 'x/cimd-*.json'], { cwd })
    expect(stderr).toContain('"x/cimd-c.json": 1 defect repaired\n')
    expect(stderr).not.toContain('cimd-b.json')
  })

  test('leaves what a baseline knows, and counts as without --fix', async () => {
    const cwd = folder({ 'cimd.json': BROKEN })
    await lint(['cimd.json', '--format', 'json=known.json'], { cwd })
    writeFileSync(join(cwd, 'cimd.json'), BROKEN.replace('"Example"', '["Example"]'))
    const { stdout, stderr } = await lint(['--fix', '--baseline', 'known.json', 'cimd.json'], {
      cwd,
    })
    expect(textIn(cwd, 'cimd.json')).toBe(BROKEN)
    expect(stderr).toContain('"cimd.json": 1 defect repaired\n')
    expect(stdout).toContain('since "known.json": 0 new findings, 1 known, 0 gone')
  })

  test.each<[string, string | Uint8Array, string]>([
    ['no JSON', '\ufeff{"grant_types":["a","a"],}', 'a comma stands before the closing "}"'],
    ['no object', '\ufeff[]', 'it is no JSON object'],
    ['UTF-16', Buffer.from(BROKEN, 'utf16le'), 'the document is encoded in UTF-16LE'],
    ['broken UTF-8', Buffer.from(BROKEN.replace('Ex', '\xff'), 'latin1'), 'byte 0xff at offset'],
    ['too large', `${BROKEN}${' '.repeat(1_048_576)}`, 'the document has more than 1048576 bytes'],
    [
      'too deep',
      `{"grant_types":["a","a"],"x":${'['.repeat(70)}${']'.repeat(70)}}`,
      'the document nests',
    ],
  ])('leaves %s as it is, and says so', async (_, content, reason) => {
    const cwd = folder({ 'cimd.json': content })
    const { code, stderr } = await lint(['--fix', 'cimd.json'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain(`"cimd.json" was left as it is: ${reason}`)
    expect(readFileSync(join(cwd, 'cimd.json'))).toEqual(Buffer.from(content))
  })

  test('keeps the mode of a file, and a link to it', async () => {
    const cwd = folder({ 'real/cimd.json': BROKEN })
    chmodSync(join(cwd, 'real/cimd.json'), 0o666)
    symlinkSync('real/cimd.json', join(cwd, 'link.json'))
    expect(await lint(['--fix', 'link.json'], { cwd })).toMatchObject({ code: 0 })
    expect(lstatSync(join(cwd, 'link.json')).isSymbolicLink()).toBe(true)
    expect(textIn(cwd, 'real/cimd.json')).toBe(REPAIRED)
    expect(statSync(join(cwd, 'real/cimd.json')).mode & 0o777).toBe(0o666)
    expect(readdirSync(join(cwd, 'real'))).toEqual(['cimd.json'])
  })

  test('leaves a file that is read-only or has another name, and goes on with the next', async () => {
    const cwd = folder({ 'a.json': BROKEN, 'b.json': BROKEN, 'c.json': BROKEN })
    chmodSync(join(cwd, 'a.json'), 0o444)
    linkSync(join(cwd, 'b.json'), join(cwd, 'other'))
    const { code, stdout, stderr } = await lint(['--fix', 'a.json', 'b.json', 'c.json'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toBe(
      [
        '"a.json" cannot be written: it is read-only',
        '"b.json" was left: it has another name (a hard link), under which the old text would stay; part them first',
        '"c.json": 1 defect repaired',
        'left to the author: 2 warnings, 2 remarks',
        '',
      ].join('\n'),
    )
    expect(stdout.match(/\[grant-unique\]/g)).toHaveLength(2)
    expect(['a.json', 'b.json', 'c.json'].map((name) => textIn(cwd, name))).toEqual([
      BROKEN,
      BROKEN,
      REPAIRED,
    ])
  })

  test('leaves a link that leads out of the directory, unless it is named there', async () => {
    const cwd = folder({ 'out/cimd.json': BROKEN, 'in/readme': '' })
    symlinkSync('../out/cimd.json', join(cwd, 'in/cimd.json'))
    symlinkSync('../out', join(cwd, 'in/other'))
    for (const name of ['cimd.json', 'other/cimd.json']) {
      const { code, stderr } = await lint(['--fix', name], { cwd: join(cwd, 'in') })
      expect(code).toBe(3)
      expect(stderr).toContain(
        `"${name}" was left: it is a link that leads out of this directory; name what it leads to\n`,
      )
      expect(textIn(cwd, 'out/cimd.json')).toBe(BROKEN)
    }
    expect(await lint(['--fix', '../out/cimd.json'], { cwd: join(cwd, 'in') })).toMatchObject({
      code: 0,
    })
    expect(textIn(cwd, 'out/cimd.json')).toBe(REPAIRED)
  })

  test.skipIf(process.getuid?.() !== 0)('keeps the owner of a file, where it may', async () => {
    const cwd = folder({ 'cimd.json': BROKEN })
    chownSync(join(cwd, 'cimd.json'), 1234, 5678)
    await lint(['--fix', 'cimd.json'], { cwd })
    expect(statSync(join(cwd, 'cimd.json'))).toMatchObject({ uid: 1234, gid: 5678 })
    expect(textIn(cwd, 'cimd.json')).toBe(REPAIRED)
  })

  test('leaves a file that changed since it was read', async () => {
    const cwd = folder({ 'cimd.json': BROKEN })
    const files = createFiles((path) => resolve(cwd, path))
    let reads = 0
    const readFile: typeof files.readFile = (path, limit) => {
      const bytes = files.readFile(path, limit)
      if (path.endsWith('cimd.json') && ++reads === 1) appendFileSync(join(cwd, path), '\n')
      return bytes
    }
    const { code, stderr } = await lint(['--fix', 'cimd.json'], { cwd, io: { readFile } })
    expect(code).toBe(3)
    expect(stderr).toContain('"cimd.json" was left: it changed since it was read; run this again\n')
    expect(textIn(cwd, 'cimd.json')).toBe(`${BROKEN}\n`)
    expect(readdirSync(cwd)).toEqual(['cimd.json'])
  })

  test('stops between two files', async () => {
    const names = Array.from({ length: 5 }, (_, n) => `cimd-${n}.json`)
    const cwd = folder(Object.fromEntries(names.map((name) => [name, BROKEN])))
    let asked = 0
    const { code } = await lint(['--fix', '.'], {
      cwd,
      io: { interruption: async () => (++asked > 3 ? 'SIGINT' : undefined) },
    })
    expect(code).toBe(130)
    const texts = names.map((name) => textIn(cwd, name))
    expect(texts.filter((text) => text === REPAIRED).length).toBeGreaterThan(0)
    expect(texts.filter((text) => text === BROKEN).length).toBeGreaterThan(0)
    expect(texts.every((text) => text === REPAIRED || text === BROKEN)).toBe(true)
  })

  test('shows nothing of a name that acts on a terminal', async () => {
    const name = 'cimd\u001b[2J\u202e.json'
    const cwd = folder({ [name]: write(['a', 'a'], { 'x\u009b': 'é\u202e' }) })
    const { stderr } = await lint(['--fix-dry-run', name], { cwd })
    expect(stderr).toContain('--- cimd\\u{1b}[2J\\u{202e}.json\n')
    expect(stderr).toMatch(/^[\n -~é]*$/)
  })
})

describe('lint --fix-dry-run', () => {
  test('shows what would change, reports on it, and writes nothing', async () => {
    const cwd = folder({ 'cimd.json': BROKEN, 'fixed/cimd.json': REPAIRED })
    const { code, stdout, stderr } = await lint(['--fix-dry-run', 'cimd.json'], { cwd })
    expect(textIn(cwd, 'cimd.json')).toBe(BROKEN)
    expect(stderr).toBe(
      [
        '--- cimd.json',
        '+++ cimd.json',
        '@@ -6,8 +6,7 @@',
        '         "https://client.example.com/cb"',
        '     ],',
        '     "token_endpoint_auth_method": "none",',
        '     "grant_types": [',
        '-        "authorization_code",',
        '         "authorization_code"',
        '     ]',
        ' }',
        '"cimd.json": 1 defect would be repaired',
        '',
      ].join('\n'),
    )
    const there = await lint(['cimd.json'], { cwd: join(cwd, 'fixed') })
    expect({ code, stdout }).toEqual({ code: there.code, stdout: there.stdout })
  })

  test('takes standard input', async () => {
    const { code, stdout, stderr } = await lint(['--fix-dry-run', '-', '--format', 'json'], {
      stdin: BROKEN,
    })
    expect(code).toBe(0)
    expect(stderr).toContain('--- <stdin>\n')
    expect(JSON.parse(stdout).reports[0].results).toEqual([])
  })
})

test('a file that is repaired is compared with its hosted copy as it is then', async () => {
  const members = JSON.parse(REPAIRED)
  const site = await startSite({ '/cimd.json': JSON.stringify(members) })
  const cwd = folder({ 'cimd.json': BROKEN })
  const argv = ['cimd.json', '--hosted', '--all', '--format', 'json', ...site.options]
  const statusOf = ({ stdout }: { stdout: string }) =>
    JSON.parse(stdout).reports[0].results.find(
      ({ id }: { id: string }) => id === 'hosted-copy-agrees',
    ).status
  expect(statusOf(await lint(argv, { cwd }))).toBe('failed')
  const { stdout, stderr } = await lint(['--fix', ...argv], { cwd })
  await site.close()
  expect(stderr).toContain('"cimd.json": 1 defect repaired\n')
  expect(statusOf({ stdout })).toBe('passed')
  expect(textIn(cwd, 'cimd.json')).toBe(REPAIRED)
})

test.each<[readonly string[], RegExp]>([
  [['--fix', '-'], /^mcp-cimd: --fix repairs files, and standard input is none: .*--fix-dry-run/],
  [['--fix', '--fix-dry-run', 'a.json'], /^mcp-cimd: --fix writes and --fix-dry-run does not/],
  [
    ['--fix', URL],
    /^mcp-cimd: --fix repairs files, and "https:\/\/client\.example\.com\/cimd\.json" is a URL/,
  ],
  [['--fix-dry-run', 'a.json', URL], /^mcp-cimd: --fix-dry-run repairs files, and "https:/],
  [['--fix', '--ndjson', 'a.json'], /^mcp-cimd: --fix repairs files of one document/],
  [['--fix-dry-run', '--ndjson', '-'], /^mcp-cimd: --fix-dry-run repairs files of one document/],
])('lint %j is refused', async (argv, message) => {
  const cwd = folder({ 'a.json': BROKEN })
  const { code, stdout, stderr } = await lint(argv, { cwd })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
  expect(stderr.split('\n')).toHaveLength(2)
  expect(textIn(cwd, 'a.json')).toBe(BROKEN)
})

test('validate repairs nothing', async () => {
  const cwd = folder({ 'a.json': BROKEN })
  const { code, stderr } = await runHere(['validate', '--fix', 'a.json'], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringContaining('--fix')])
})

describe('as a process', () => {
  test('repairs, shows and leaves as in one', async () => {
    const cwd = folder({ 'a.json': BROKEN })
    const dry = await finish(start(['lint', '--fix-dry-run', 'a.json'], { cwd }))
    expect(dry.stderr).toContain('\n-        "authorization_code",\n')
    expect(await finish(start(['lint', '--fix', 'a.json'], { cwd }))).toEqual({
      code: 0,
      stdout: dry.stdout,
      stderr: '"a.json": 1 defect repaired\n',
    })
    expect(textIn(cwd, 'a.json')).toBe(REPAIRED)
  })

  test.skipIf(process.platform !== 'linux')('loses nothing where there is no room', async () => {
    const text = write(['a', 'a'], { 'x-long': 'x'.repeat(200_000) })
    const cwd = folder({ 'a.json': text })
    const through = ['bash', '-c', 'ulimit -f 64; exec "$0" "$@"']
    const { code, stderr } = await finish(start(['lint', '--fix', 'a.json'], { cwd }, through))
    expect(stderr).toContain('"a.json" cannot be written: it would be too large\n')
    expect(code).toBe(3)
    expect(textIn(cwd, 'a.json')).toBe(text)
    expect(readdirSync(cwd)).toEqual(['a.json'])
  })

  test.skipIf(process.platform !== 'linux')(
    'loses nothing where nothing may be written',
    async () => {
      const through =
        process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []
      const cwd = folder({ 'd/a.json': BROKEN })
      chmodSync(join(cwd, 'd'), 0o555)
      const { code, stderr } = await finish(start(['lint', '--fix', 'd/a.json'], { cwd }, through))
      chmodSync(join(cwd, 'd'), 0o755)
      expect(stderr).toContain('"d/a.json" cannot be written: permission denied\n')
      expect(code).toBe(3)
      expect(textIn(cwd, 'd/a.json')).toBe(BROKEN)
    },
  )

  test('is killed at any moment, and every file is whole', async () => {
    const names = Array.from({ length: 400 }, (_, n) => `cimd-${n}.json`)
    const cwd = folder()
    mkdirSync(join(cwd, 'x'))
    for (const name of names) writeFileSync(join(cwd, 'x', name), BROKEN)
    const child = start(['lint', '--fix', 'x'], { cwd })
    // Once it has begun to repair.
    child.stderr?.once('data', () => child.kill('SIGKILL'))
    const { code } = await finish(child)
    expect(code).toBe(null)
    const texts = names.map((name) => textIn(cwd, `x/${name}`))
    expect(texts.filter((text) => text === REPAIRED).length).toBeGreaterThan(0)
    expect(texts.filter((text) => text !== REPAIRED && text !== BROKEN)).toEqual([])
  })
})
