import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { posix, resolve, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFiles, type Io } from '../src/io.js'
import { pathIn } from '../src/workspace.js'
import { folder, GOOD, runHere } from './support.js'

/** Runs `validate` with a JSON report and gives what was judged, in order. */
async function judged(argv: readonly string[], setting: Parameters<typeof runHere>[1] = {}) {
  const { code, stdout, stderr } = await runHere(['validate', ...argv, '--format', 'json'], setting)
  const targets: string[] =
    stdout === '' ? [] : JSON.parse(stdout).reports.map(({ target }: { target: string }) => target)
  return { code, targets, stderr }
}

/** What goes wrong before anything is judged. */
const refused = (message: RegExp) => ({
  code: 2,
  targets: [],
  stderr: expect.stringMatching(message),
})

describe('a glob', () => {
  const files = {
    'clients/a.json': GOOD,
    'clients/b.json': GOOD,
    'clients/c.txt': GOOD,
    'clients/[x].json': GOOD,
    'clients/deep/d.json': GOOD,
    'clients/.hidden/e.json': GOOD,
    'clients/node_modules/f.json': GOOD,
    'clients/.well-known/g.json': GOOD,
  }

  test.each<[string, string[]]>([
    ['clients/*.json', ['clients/[x].json', 'clients/a.json', 'clients/b.json']],
    ['./clients/*.json', ['clients/[x].json', 'clients/a.json', 'clients/b.json']],
    ['clients/{a,b}.json', ['clients/a.json', 'clients/b.json']],
    ['clients/!(a).json', ['clients/[x].json', 'clients/b.json']],
    [
      '**/*.json',
      [
        'clients/.well-known/g.json',
        'clients/[x].json',
        'clients/a.json',
        'clients/b.json',
        'clients/deep/d.json',
      ],
    ],
    ['clients/.well-known/*.json', ['clients/.well-known/g.json']],
    // A file of that very name is meant first.
    ['clients/[x].json', ['clients/[x].json']],
  ])('%s', async (glob, targets) => {
    expect(await judged([glob], { cwd: folder(files) })).toEqual({ code: 0, targets, stderr: '' })
  })

  test('reaches files outside, and files that links lead to', async () => {
    const cwd = folder({ ...files, 'here/x': '' })
    symlinkSync('../clients/a.json', `${cwd}/here/link.json`)
    symlinkSync('..', `${cwd}/here/loop`)
    symlinkSync('nowhere.json', `${cwd}/here/gone.json`)
    expect((await judged(['../clients/?.json'], { cwd: `${cwd}/here` })).targets).toEqual([
      '../clients/a.json',
      '../clients/b.json',
    ])
    // One that leads nowhere is told, as in a directory.
    expect(await judged(['here/**/*.json'], { cwd })).toEqual({
      code: 3,
      targets: ['here/gone.json', 'here/link.json'],
      stderr: '"here/gone.json" cannot be read: it is gone\n',
    })
    expect((await judged([`${cwd}/clients/a*`], { cwd: '/' })).targets).toEqual([
      `${cwd}/clients/a.json`,
    ])
  })

  test.each(['clients/*.yaml', 'nowhere/*.json', '*.jsn'])('%s matches nothing', async (glob) => {
    expect(await judged([glob], { cwd: folder(files) })).toEqual(
      refused(/^mcp-cimd: no file matches "[^"]+"\n$/),
    )
  })
})

describe('a list of targets', () => {
  const cwd = folder({ 'a.json': GOOD, 'b c.json': GOOD, 'dir/client-metadata.json': GOOD })

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('with comments, blanks and %s', async (_, end) => {
    const list = ['\ufeff# all of them', '', '  a.json  ', '\t', '#b', 'b c.json', 'dir', ''].join(
      end,
    )
    writeFileSync(`${cwd}/list.txt`, list)
    const expected = {
      code: 0,
      targets: ['a.json', 'b c.json', 'dir/client-metadata.json'],
      stderr: '',
    }
    expect(await judged(['--targets-from', 'list.txt'], { cwd })).toEqual(expected)
    expect(await judged(['--targets-from', '-'], { cwd, stdin: list })).toEqual(expected)
  })

  test('beside targets on the command line', async () => {
    const { targets } = await judged(['dir', '--targets-from', '-'], { cwd, stdin: 'a.json' })
    expect(targets).toEqual(['dir/client-metadata.json', 'a.json'])
  })

  test('names the line that leads nowhere, before anything is judged', async () => {
    writeFileSync(`${cwd}/bad.txt`, 'a.json\n# none\n\nno\u001b[2Jwhere.json\n')
    expect(await judged(['--targets-from', 'bad.txt'], { cwd })).toEqual(
      refused(/^mcp-cimd: bad\.txt:4: there is no file "no\\u\{1b\}\[2Jwhere\.json"\n$/),
    )
  })

  test.each([
    ['a\0.json', /<stdin>:1: there is no file "a\\u\{0\}\.json"/],
    ['', /"-" lists no target: write one a line/],
    ['# nothing\n', /"-" lists no target/],
    [Buffer.from([0x61, 0xff, 0x0a]), /"-" is not UTF-8/],
  ])('%j is none', async (stdin, message) => {
    expect(await judged(['--targets-from', '-'], { cwd, stdin })).toEqual(refused(message))
  })

  test.each([
    [['--targets-from', 'nowhere.txt'], /there is no file "nowhere\.txt"/],
    [['--targets-from', 'dir'], /"dir" cannot be read: it is a directory/],
    [['-', '--targets-from', 'bad.txt'], /"-" stands for one document/],
    [
      ['a.json', '--shard', '1/2', '--client-id', 'https://a.example.com/c'],
      /--client-id is the URL of one document, and --shard divides many/,
    ],
    [['--ndjson', '--targets-from', 'bad.txt'], /--ndjson reads documents and --targets-from/],
  ])('%j', async (argv, message) => {
    expect(await judged(argv, { cwd })).toEqual(refused(message))
  })

  test('of a thousand, of which one cannot be read: the others are judged', async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `f${n}.json`)
    const many = folder(Object.fromEntries(names.map((name) => [name, GOOD])))
    const { code, stdout, stderr } = await runHere(
      ['validate', '--targets-from', '-', '--format', 'json'],
      {
        cwd: many,
        stdin: names.join('\n'),
        io: {
          readFile: (path) => {
            if (path !== 'f500.json') return readFileSync(`${many}/${path}`)
            throw Object.assign(new Error('denied'), { code: 'EACCES', syscall: 'open' })
          },
        },
      },
    )
    expect(stderr).toContain('\n"f500.json" cannot be read: permission denied\n')
    // A line now and then says how far it is.
    expect(stderr).toMatch(/^judged \d+ of 1000 documents, \d+ a second, \d+ (?:s|min) left\n/)
    expect(stderr.split('\n').length).toBeLessThan(12)
    expect(JSON.parse(stdout).summary).toMatchObject({ targets: 1000, passed: 999, incomplete: 1 })
    expect(code).toBe(3)
  })
})

test('what cannot be read of a list or under a glob is told, and the rest is judged', async () => {
  const cwd = folder({ 'a.json': GOOD, 'closed/cimd.json': GOOD, 'open/b.json': GOOD })
  const io = (closed: string): Partial<Io> => {
    const files = createFiles((path) => resolve(cwd, path))
    const deny = () => {
      throw Object.assign(new Error('denied'), { code: 'EACCES', syscall: 'open' })
    }
    return {
      statOf: (path) => (path.startsWith(closed) ? deny() : files.statOf(path)),
      readFile: (path, limit) => (path.startsWith(closed) ? deny() : files.readFile(path, limit)),
      readDirectory: (path) => (path === 'closed' ? deny() : files.readDirectory(path)),
    }
  }
  expect(
    await judged(['--targets-from', '-'], {
      cwd,
      stdin: 'a.json\nclosed/cimd.json',
      io: io('closed/'),
    }),
  ).toMatchObject({ code: 3, targets: ['a.json', 'closed/cimd.json'] })
  expect(await judged(['**/*.json'], { cwd, io: io('closed') })).toMatchObject({
    code: 3,
    targets: ['a.json', 'closed', 'open/b.json'],
  })
})

describe('the same file twice', () => {
  test('is judged once, by the name it was first given', async () => {
    const cwd = folder({ 'dir/client-metadata.json': GOOD, 'dir/other.json': GOOD })
    const names = ['./dir/client-metadata.json', 'dir', 'dir/../dir/other.json', 'dir/*.json']
    expect((await judged(names, { cwd })).targets).toEqual([
      './dir/client-metadata.json',
      'dir/other.json',
    ])
  })
})

describe('what else may be named', () => {
  test('a directory without documents', async () => {
    const cwd = folder({ 'a/b/package.json': '{}' })
    expect(await judged(['a'], { cwd })).toEqual(
      refused(/no client metadata document was found in "a": name the file/),
    )
  })

  test('a directory whose links lead in a circle', async () => {
    const cwd = folder({ 'a/client-metadata.json': GOOD })
    mkdirSync(`${cwd}/a/b`)
    symlinkSync('../..', `${cwd}/a/b/up`)
    symlinkSync('self-client-metadata.json', `${cwd}/a/self-client-metadata.json`)
    const { code, targets, stderr } = await judged(['a'], { cwd })
    expect(targets).toEqual(['a/client-metadata.json', 'a/self-client-metadata.json'])
    expect(stderr).toBe(
      '"a/self-client-metadata.json" cannot be read: its links lead in a circle\n',
    )
    expect(code).toBe(3)
  })

  test('a file that is replaced after it was found is judged as it is when it is read', async () => {
    const cwd = folder({ 'a.json': GOOD, 'b.json': GOOD })
    let reads = 0
    const { stdout } = await runHere(['validate', 'a.json', 'b.json', '--format', 'json'], {
      cwd,
      io: {
        readFile: (path) => {
          if (++reads === 1) writeFileSync(`${cwd}/b.json`, 'no JSON any more')
          return readFileSync(`${cwd}/${path}`)
        },
      },
    })
    expect(JSON.parse(stdout).reports.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'passed',
      'failed',
    ])
  })
})

describe('--shard', () => {
  const names = ['c', 'a', 'e', 'b', 'd'].map((name) => `${name}.json`)
  const cwd = folder(Object.fromEntries(names.map((name) => [name, GOOD])))
  const shard = async (text: string) => (await judged([...names, '--shard', text], { cwd })).targets

  test('target k of the sorted list belongs to shard k mod n', async () => {
    expect(await shard('1/3')).toEqual(['a.json', 'd.json'])
    expect(await shard('2/3')).toEqual(['b.json', 'e.json'])
    expect(await shard('3/3')).toEqual(['c.json'])
    expect(await shard('0/3')).toEqual(['c.json'])
    expect(await shard('1/1')).toEqual([...names].sort())
  })

  test('shards from 1, and from 0, are all of the targets, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.boolean(), async (count, fromZero) => {
        const all: string[] = []
        for (let index = 0; index < count; index++) {
          all.push(...(await shard(`${fromZero ? index : index + 1}/${count}`)))
        }
        expect(all.sort()).toEqual([...names].sort())
      }),
      { numRuns: 16 },
    )
  })

  test('divides the lines of NDJSON too', async () => {
    const stdin = Array.from({ length: 5 }, () => JSON.stringify(JSON.parse(GOOD))).join('\n')
    const lines = (text: string) =>
      judged(['--ndjson', '-', '--shard', text], { stdin }).then(({ targets }) => targets)
    expect(await lines('1/2')).toEqual(['<stdin>:1', '<stdin>:3', '<stdin>:5'])
    expect(await lines('2/2')).toEqual(['<stdin>:2', '<stdin>:4'])
  })

  test('one without a target passes, and says so', async () => {
    const { code, targets, stderr } = await judged(['a.json', '--shard', '2/2'], { cwd })
    expect({ code, targets, stderr }).toEqual({
      code: 0,
      targets: [],
      stderr: 'shard 2/2 has none of the 1 document\n',
    })
  })

  test.each(['', '1', '1/0', '4/3', '-1/3', '1/3/5', 'a/b', '1.5/2'])(
    '%j is none',
    async (text) => {
      const { code, stderr } = await judged([...names, `--shard=${text}`], { cwd })
      expect(code).toBe(2)
      expect(stderr).toMatch(/^mcp-cimd: --shard is ".*": write which of how many, such as 1\/4\n$/)
    },
  )

  test('of one document on standard input is none', async () => {
    expect(await judged(['-', '--shard', '1/2'], { stdin: GOOD })).toEqual(
      refused(/"-" is one document, and --shard divides many/),
    )
  })
})

describe('the path of a file in its repository', () => {
  test.each([
    ['/w', '/w/a/b.json', 'a/b.json'],
    ['/w/', '/w/a.json', 'a.json'],
    ['/w', '/w', undefined],
    ['/w', '/x/a.json', undefined],
    ['/w', '/wx/a.json', undefined],
    ['/w', '/w/..a/b.json', '..a/b.json'],
    ['/', '/a.json', 'a.json'],
  ])('in %s: %s is %s', (root, path, expected) => {
    expect(pathIn(root, path, posix)).toBe(expected)
  })

  test.each([
    ['C:\\w', 'C:\\w\\a\\b.json', 'a/b.json'],
    ['C:\\w', 'c:\\W\\a.json', 'a.json'],
    ['C:\\w', 'D:\\w\\a.json', undefined],
    ['C:\\w', 'C:\\x\\a.json', undefined],
    ['C:\\w', '\\\\server\\share\\a.json', undefined],
  ])('on Windows, in %s: %s is %s', (root, path, expected) => {
    expect(pathIn(root, path, win32)).toBe(expected)
  })
})
