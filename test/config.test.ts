import { describe, expect, test } from 'vitest'
import { folder, GOOD, runHere } from './support.js'

const URL = 'https://client.example.com/cimd.json'
const FILE = 'mcp-cimd.config.json'

/** Runs `validate` where a configuration is. */
async function validate(files: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  return runHere(['validate', ...argv], { cwd: folder(files) })
}

describe('the configuration', () => {
  test('names the documents, and where each is published', async () => {
    const files = {
      'a.json': GOOD,
      'sub/b.json': GOOD,
      [FILE]: JSON.stringify({
        documents: { 'a.json': URL, 'sub/b.json': 'https://client.example.com/other.json' },
      }),
    }
    const { code, stdout } = await validate(files)
    expect(code).toBe(1)
    expect(stdout).toContain('ok a.json')
    expect(stdout).toContain('error[client-id-matches-url]')
    expect(stdout).toContain('failed sub/b.json')
    expect(stdout).not.toContain('note: client_id was not compared')
    // A named file is looked up, by whatever name.
    expect((await validate(files, './sub/../sub/b.json')).code).toBe(1)
    // The command line beats it.
    expect((await validate(files, 'sub/b.json', '--client-id', URL)).code).toBe(0)
  })

  test('chooses the profiles, and the command line beats it', async () => {
    const files = { 'a.json': GOOD, [FILE]: '{"profile":["cimd-00","atproto"]}' }
    const { stdout } = await validate(files, 'a.json')
    expect(stdout).toContain('(cimd-00)')
    expect(stdout).toContain('(atproto)')
    const other = await validate(files, 'a.json', '--profile', 'cimd-01')
    expect(other.stdout).toMatch(/^ok a\.json \(cimd-01\)/)
    expect(other.stdout).not.toContain('(atproto)')
  })

  test.each<[string, Record<string, string>, string]>([
    ['here', { [FILE]: '{"profile":"cimd-00"}' }, '.'],
    ['above', { [FILE]: '{"profile":"cimd-00"}' }, 'a/b'],
    ['in package.json', { 'package.json': '{"mcp-cimd":{"profile":"cimd-00"}}' }, 'a'],
    [
      'nearer than another',
      { [FILE]: '{"profile":"cimd-01"}', 'a/package.json': '{"mcp-cimd":{"profile":"cimd-00"}}' },
      'a/b',
    ],
    [
      'above a package that has none',
      {
        [FILE]: '{"profile":"cimd-00"}',
        'a/package.json': '{"devDependencies":{"mcp-cimd":"1.0.0"}}',
        'a/b/package.json': 'not JSON, "mcp-cimd"',
      },
      'a/b',
    ],
    [
      'before that of the package beside it',
      { [FILE]: '{"profile":"cimd-00"}', 'package.json': '{"mcp-cimd":{"profile":"cimd-01"}}' },
      '.',
    ],
  ])('is found %s', async (_, files, directory) => {
    const cwd = folder({ ...files, [`${directory}/x.json`]: GOOD })
    const { stdout } = await runHere(['validate', 'x.json'], { cwd: `${cwd}/${directory}` })
    expect(stdout).toMatch(/^ok x\.json \(cimd-00\)/)
  })

  test('may be named, and the paths in it are seen from its directory', async () => {
    const files = {
      'etc/c.json': JSON.stringify({ documents: { '../a.json': URL } }),
      'a.json': GOOD,
    }
    const { code, stdout, stderr } = await validate(files, '--config', 'etc/c.json', '--verbose')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^ok a\.json/) })
    expect(stderr).toMatch(/^configuration: "etc\/c\.json"\njudged 1 in \d+\.\d\d s\n$/)
  })

  test('in package.json, named', async () => {
    const files = { 'p/package.json': '{"mcp-cimd":{"profile":"cimd-00"}}', 'a.json': GOOD }
    const { stdout } = await validate(files, 'a.json', '--config', 'p/package.json')
    expect(stdout).toContain('(cimd-00)')
  })
})

describe('an error in the configuration is told with its place, before anything is judged', () => {
  test.each<[string, string, string[]]>([
    [
      'no JSON',
      '{\n  "profile": "mcp",\n}',
      [`${FILE}:2:19: a comma stands before the closing "}"`],
    ],
    ['a comment', '{\n  // all\n}', [`${FILE}:2:3: a comment stands here, and JSON has none`]],
    [
      'a name twice',
      '{"profile":"mcp",\n"profile":"cimd"}',
      [
        `${FILE}:2:1: "profile" stands more than once in one object; parsers disagree on which counts`,
      ],
    ],
    ['an array', '[]', [`${FILE}:1:1: the configuration is not a JSON object`]],
    ['nothing', '', [`${FILE}:1:1: the configuration is empty`]],
    [
      'unknown members',
      '{\n "documetns": {},\n "x": 1 }',
      [
        `${FILE}:2:2: "documetns" is no member of the configuration; did you mean "documents"?`,
        `${FILE}:3:2: "x" is no member of the configuration; there are $schema, documents, profile, rules, waivers, policy, overrides`,
      ],
    ],
    ['another type', '{"profile":\n 5}', [`${FILE}:2:2: profile is not a string or an array`]],
    [
      'another type within',
      '{"profile":["mcp", 5]}',
      [`${FILE}:1:20: item 1 of profile is not a string`],
    ],
    [
      'documents in an array',
      '{"documents":["a.json"]}',
      [`${FILE}:1:14: documents is not an object`],
    ],
    [
      'an unknown profile',
      '{"profile":["cimd","mpc"]}',
      [`${FILE}:1:20: there is no profile "mpc"; did you mean "mcp"?`],
    ],
    [
      'a URL that is none',
      `{"documents":{"a.json":"client.example.com/c",\n"b.json":"http://client.example.com/c"}}`,
      [
        `${FILE}:1:24: the URL of "a.json" is "client.example.com/c"; write the https URL it is published at`,
        `${FILE}:2:10: the URL of "b.json" is "http://client.example.com/c"; write the https URL it is published at`,
      ],
    ],
    [
      'a document without name',
      `{"documents":{"":"${URL}"}}`,
      [`${FILE}:1:15: the name of a document is empty`],
    ],
    [
      'a document that is not there',
      `{"documents":{\n  "a.json":"${URL}"}}`,
      [`${FILE}:2:3: there is no file "a.json"`],
    ],
  ])('%s', async (_, text, lines) => {
    expect(await validate({ [FILE]: text })).toEqual({
      code: 2,
      stdout: '',
      stderr: lines.map((line) => `mcp-cimd: ${line}\n`).join(''),
    })
  })

  test('in package.json', async () => {
    const files = { 'package.json': '{\n "name": "x",\n "mcp-cimd": { "profil": "mcp" } }' }
    expect((await validate(files)).stderr).toBe(
      'mcp-cimd: package.json:3:16: "profil" is no member of the configuration; did you mean "profile"?\n',
    )
  })

  test.each([
    ['nowhere.json', 'there is no configuration "nowhere.json"'],
    ['dir', 'the configuration "dir" is a directory'],
    ['p/package.json', '"p/package.json" has no key "mcp-cimd"'],
  ])('--config %s', async (name, message) => {
    const files = { 'dir/x': '', 'p/package.json': '{}' }
    const { code, stderr } = await validate(files, '--config', name)
    expect([code, stderr]).toEqual([2, `mcp-cimd: ${message}\n`])
  })

  test('what is there and cannot be read is not passed over', async () => {
    const io = {
      readFile: (path: string) => {
        throw Object.assign(new Error(path), { code: 'EACCES', syscall: 'open' })
      },
    }
    const cwd = folder({ [FILE]: '{}', 'a.json': GOOD })
    const { code, stderr } = await runHere(['validate', 'a.json'], { cwd, io })
    expect([code, stderr]).toEqual([2, `mcp-cimd: "${FILE}" cannot be read: permission denied\n`])
    const directory = folder({ [`${FILE}/x`]: '', 'a.json': GOOD })
    expect((await runHere(['validate', 'a.json'], { cwd: directory })).code).toBe(2)
  })

  test('documents are files, each once', async () => {
    const files = { 'dir/client-metadata.json': GOOD, 'a.json': GOOD }
    const of = async (documents: object) =>
      (await validate({ ...files, [FILE]: JSON.stringify({ documents }) })).stderr
    expect(await of({ dir: URL })).toBe(
      `mcp-cimd: ${FILE}:1:15: "dir" is no regular file: name one\n`,
    )
    expect(await of({ '*.json': URL })).toBe(`mcp-cimd: ${FILE}:1:15: there is no file "*.json"\n`)
    expect(await of({ 'a.json': URL, './a.json': URL })).toContain(
      '"./a.json" is "a.json", which stands here already\n',
    )
  })

  test('a byte order mark, and what is not ours in a package.json, do no harm', async () => {
    const files = {
      'package.json': '\ufeff{"name":"a","name":"b","mcp-cimd":{"profile":"cimd-00"}}',
      'a.json': GOOD,
    }
    expect((await validate(files, 'a.json')).stdout).toContain('(cimd-00)')
  })

  test('what is hostile in it acts on nothing', async () => {
    const { stderr } = await validate({ [FILE]: '{"\\u001b[2J\\n::error::x":1}' })
    expect(stderr).toMatch(
      /^mcp-cimd: [^\n]*"\\u\{1b\}\[2J\\u\{a\}::error::x" is no member[^\n]*\n$/,
    )
  })
})
