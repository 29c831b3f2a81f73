import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../src/options.js'
import { reporters } from '../src/reporters/index.js'
import { servers } from '../src/servers/index.js'
import { folder, GOOD, runHere } from './support.js'

/** Runs a command line as it is written, in the root of the project. */
const line = (text: string, setting?: Parameters<typeof runHere>[1]) => {
  const [, ...argv] = text.split(' ')
  return runHere(argv, setting)
}

/** No error is more than one line, and none shows a stack. */
const oneLine = (message: string) =>
  expect.stringMatching(new RegExp(`^mcp-cimd: [^\\n]*${message}[^\\n]*\\n$`))

const SECRET = JSON.stringify({ ...JSON.parse(GOOD), client_secret: 'hunter2' })

describe('what was judged', () => {
  test('mcp-cimd validate fixtures/valid', async () => {
    const { code, stdout, stderr } = await line('mcp-cimd validate fixtures/valid')
    expect([code, stderr]).toEqual([0, ''])
    await expect(stdout).toMatchFileSnapshot('golden/valid.txt')
  })

  test('mcp-cimd validate fixtures/invalid', async () => {
    const { code, stdout } = await line('mcp-cimd validate fixtures/invalid')
    expect(code).toBe(1)
    await expect(stdout).toMatchFileSnapshot('golden/invalid.txt')
  })

  test('mcp-cimd validate fixtures/invalid --color always', async () => {
    const { stdout } = await line('mcp-cimd validate fixtures/invalid --color always', {
      columns: 80,
    })
    await expect(stdout).toMatchFileSnapshot('golden/invalid.80.color.txt')
  })

  test('mcp-cimd validate fixtures/invalid, on a terminal of 80 columns', async () => {
    const { stdout } = await line('mcp-cimd validate fixtures/invalid --color never', {
      columns: 80,
    })
    for (const row of stdout.split('\n')) expect(row.length, row).toBeLessThanOrEqual(80)
    await expect(stdout).toMatchFileSnapshot('golden/invalid.80.txt')
  })

  test('mcp-cimd validate fixtures/invalid, on a terminal of 40 columns', async () => {
    const { stdout } = await line('mcp-cimd validate fixtures/invalid --color never', {
      columns: 40,
    })
    const frames = stdout.split('\n').filter((row) => /^ {1,3}\d* *\|/.test(row))
    expect(frames.length).toBeGreaterThan(20)
    for (const row of frames) expect(row.length, row).toBeLessThanOrEqual(40)
  })

  test('mcp-cimd validate fixtures/valid fixtures/invalid --format json', async () => {
    const { code, stdout } = await line(
      'mcp-cimd validate fixtures/valid fixtures/invalid --format json',
    )
    expect(code).toBe(1)
    await expect(stdout.replace(VERSION, '0.0.0')).toMatchFileSnapshot('golden/all.json')
  })

  test('mcp-cimd validate fixtures/valid --quiet', async () => {
    expect(await line('mcp-cimd validate fixtures/valid --quiet')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('mcp-cimd validate fixtures/valid/cli.json --all', async () => {
    const { stdout } = await line('mcp-cimd validate fixtures/valid/cli.json --all')
    expect(stdout).toContain('passed[json-utf8]: The document is encoded in UTF-8')
    expect(stdout).toContain('not applicable[client-id-matches-url]')
  })

  test('one report for each profile, however often it is named', async () => {
    const { stdout } = await line(
      'mcp-cimd validate fixtures/valid/cli.json --profile mcp --profile cimd-00 --profile mcp-2026-07-28-cimd-02 --format json',
    )
    const { reports, summary } = JSON.parse(stdout)
    expect(reports.map(({ profile }: { profile: string }) => profile)).toEqual([
      'mcp-2026-07-28-cimd-02',
      'cimd-00',
    ])
    expect(summary).toMatchObject({ targets: 1, reports: 2, passed: 2 })
  })

  test('a profile decides: a client without name passes as CIMD and fails as MCP', async () => {
    const cwd = folder({ 'a.json': GOOD.replace('"Example Client"', '""') })
    expect((await line('mcp-cimd validate a.json --profile cimd', { cwd })).code).toBe(0)
    expect((await line('mcp-cimd validate a.json --profile mcp', { cwd })).code).toBe(1)
  })

  test('--client-id is compared, and without it the report says that nothing was', async () => {
    const cwd = folder({ 'a.json': GOOD })
    const without = await line('mcp-cimd validate a.json', { cwd })
    expect(without.stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^note: client_id was not compared .*--client-id <url>$/,
    )
    const same = await line(
      'mcp-cimd validate a.json --client-id https://client.example.com/cimd.json',
      { cwd },
    )
    expect([same.code, same.stdout]).toEqual([0, expect.not.stringContaining('note:')])
    const other = await line(
      'mcp-cimd validate a.json --client-id https://client.example.com:443/cimd.json',
      { cwd },
    )
    expect(other).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('error[client-id-matches-url]'),
    })
  })

  test('a --client-id that is no identifier is judged itself', async () => {
    const cwd = folder({ 'a.json': GOOD })
    const { code, stdout } = await line(
      'mcp-cimd validate a.json --client-id https://u:hunter2@localhost/#x',
      { cwd },
    )
    expect(code).toBe(1)
    expect(stdout).toContain('--> https://*********@localhost/#x')
    for (const id of [
      'url-host-public',
      'url-no-userinfo',
      'url-no-fragment',
      'client-id-matches-url',
    ]) {
      expect(stdout).toContain(`[${id}]`)
    }
    expect(stdout).not.toContain('hunter2')
  })

  test('mcp-cimd validate, with client-metadata.json here', async () => {
    const cwd = folder({ 'client-metadata.json': GOOD })
    expect(await line('mcp-cimd validate', { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ok client-metadata.json'),
    })
  })

  test('mcp-cimd validate -', async () => {
    const { code, stdout } = await line('mcp-cimd validate - --format json', { stdin: SECRET })
    expect(code).toBe(1)
    expect(JSON.parse(stdout).reports[0]).toMatchObject({
      target: '<stdin>',
      source: 'stdin',
      clientId: 'https://client.example.com/cimd.json',
      outcome: 'failed',
    })
    expect(stdout).not.toContain('hunter2')
  })
})

describe('a directory', () => {
  test('is searched for client metadata, by name and by members', async () => {
    const cwd = folder({
      'public/oauth/client-metadata.json': GOOD,
      'public/oauth/client.json': '{}',
      '.well-known/client.json': '{}',
      'client.json': '{"name":"not metadata"}',
      'cimd-staging.json': GOOD,
      'oauth-client.json': 'not JSON at all',
      'other.json': GOOD,
      'redirects.json': '{"redirect_uris":[]}',
      'package.json': '{}',
      'notes.txt': GOOD,
      'node_modules/x/client-metadata.json': GOOD,
      '.git/client-metadata.json': GOOD,
      '.cache/client-metadata.json': GOOD,
      'large-client-metadata.json': ' '.repeat(1_048_577),
    })
    const { stdout, stderr, code } = await line('mcp-cimd validate . --format json', { cwd })
    const targets = JSON.parse(stdout).reports.map(({ target }: { target: string }) => target)
    expect(targets).toEqual([
      '.well-known/client.json',
      'cimd-staging.json',
      'oauth-client.json',
      'other.json',
      'public/oauth/client-metadata.json',
      'public/oauth/client.json',
      'redirects.json',
    ])
    expect(stderr).toBe('skipped 3 other JSON files in "."\n')
    expect(code).toBe(1)
  })

  test('links to files are followed, links to directories are not, and links to nothing are told', async () => {
    const cwd = folder({ 'a/client-metadata.json': GOOD })
    symlinkSync(join(cwd, 'a'), join(cwd, 'a', 'loop'))
    symlinkSync(
      join(cwd, 'a', 'client-metadata.json'),
      join(cwd, 'a', 'linked-client-metadata.json'),
    )
    symlinkSync(join(cwd, 'nowhere'), join(cwd, 'a', 'client-metadata-nowhere.json'))
    const { stdout, code } = await line('mcp-cimd validate a --quiet --format json', { cwd })
    expect(code).toBe(3)
    expect(JSON.parse(stdout).summary).toMatchObject({ targets: 3, passed: 2, incomplete: 1 })
  })

  test('without client metadata it is a usage error', async () => {
    const cwd = folder({ 'package.json': '{}' })
    mkdirSync(join(cwd, 'empty'))
    for (const name of ['.', 'empty']) {
      expect(await line(`mcp-cimd validate ${name}`, { cwd })).toEqual({
        code: 2,
        stdout: '',
        stderr: oneLine('no client metadata document was found'),
      })
    }
  })
})

describe('the command line is wrong: one line, exit code 2, nothing judged', () => {
  test.each<[string, string]>([
    ['mcp-cimd validat', 'there is no command "validat"; did you mean "validate"\\?'],
    [
      'mcp-cimd frobnicate',
      'there is no command "frobnicate"; "mcp-cimd --help" lists the commands',
    ],
    ['mcp-cimd --quiet validate', 'options come after it'],
    ['mcp-cimd package.json', 'to judge that file, run "mcp-cimd validate <file>"'],
    ['mcp-cimd validate --proflie mcp', "unknown option '--proflie'; did you mean --profile\\?"],
    [
      'mcp-cimd validate --frobnicate',
      'unknown option \'--frobnicate\'; see "mcp-cimd validate --help"',
    ],
    ['mcp-cimd validate --profile', 'argument missing'],
    [
      'mcp-cimd validate package.json --profile mpc',
      'there is no profile "mpc"; did you mean "mcp"\\?',
    ],
    [
      'mcp-cimd validate package.json --profile zzzzzzzzz',
      'there are atproto, cimd-00, .*, mcp, cimd',
    ],
    [
      'mcp-cimd validate package.json --format xml',
      'there is no format "xml"; there are github, json, junit, markdown, ndjson, prometheus, sarif, text',
    ],
    [
      'mcp-cimd validate package.json --color sometimes',
      'there is no value of --color "sometimes"; there are auto, always, never',
    ],
    ['mcp-cimd validate gone.json', 'there is no file "gone.json"'],
    ['mcp-cimd validate package.json gone.json', 'there is no file "gone.json"'],
    ['mcp-cimd validate package.json/x', 'there is no file "package.json/x"'],
    ['mcp-cimd validate /dev/null', '"/dev/null" is no regular file: pipe it to "-" instead'],
    ['mcp-cimd validate ', 'a target is empty'],
    [`mcp-cimd ${'x'.repeat(300)}`, 'there is no command'],
    [
      'mcp-cimd explain client-id',
      'did you mean one of client-id-matches-url, client-id-present, ',
    ],
    ['mcp-cimd validate - package.json', 'give no other target with it'],
    [
      'mcp-cimd validate https://client.example.com/c --client-id https://client.example.com/c',
      'a target that is a URL is its own: leave it out',
    ],
    [
      'mcp-cimd validate --ndjson https://client.example.com/c',
      'is a URL, and --ndjson reads files',
    ],
    [
      'mcp-cimd validate fixtures/valid --timeout 5',
      '--timeout is "5": write a time with its unit',
    ],
    ['mcp-cimd validate fixtures/valid --timeout 0s', '--timeout is "0s"'],
    ['mcp-cimd validate fixtures/valid --timeout 61s', '--timeout is "61s"'],
    ['mcp-cimd validate fixtures/valid --max-bytes 2m', '--max-bytes is "2m"'],
    ['mcp-cimd validate fixtures/valid --max-bytes -1', '--max-bytes is "-1"'],
    ['mcp-cimd validate fixtures/valid --concurrency 0', '--concurrency is "0"'],
    ['mcp-cimd validate fixtures/valid --retries 11', 'write a number from 0 to 10'],
    ['mcp-cimd validate fixtures/valid --min-tls-days two', '--min-tls-days is "two"'],
    ['mcp-cimd validate fixtures/valid --ca nowhere.pem', 'there is no file "nowhere.pem"'],
    ['mcp-cimd validate fixtures/valid --ca package.json', 'holds no certificate in PEM'],
    ['mcp-cimd validate fixtures/valid --connect-to a:1:localhost:2', 'with an IP address'],
    ['mcp-cimd validate fixtures/valid --connect-to a:1:127.0.0.1', '--connect-to is'],
    ['mcp-cimd validate fixtures/valid --connect-to a:0:127.0.0.1:1', '--connect-to is'],
    ['mcp-cimd validate fixtures/valid --proxy proxy.example.com:80', 'write its URL'],
    ['mcp-cimd validate fixtures/valid --proxy http://u:p@proxy.example.com', 'has a user name'],
    [
      'mcp-cimd validate fixtures/valid --client-id https://client.example.com/',
      'here are 4: give one target',
    ],
    ['mcp-cimd validate package.json --client-id=', '--client-id is empty'],
    ['mcp-cimd explain client-id-present json-utf8', 'too many arguments'],
    [
      'mcp-cimd explain client-id-matches-ur',
      'there is no requirement .*; did you mean "client-id-matches-url"\\?',
    ],
    [
      'mcp-cimd explain zzz',
      'there is no requirement or server "zzz"; "mcp-cimd explain" lists them',
    ],
    ['mcp-cimd explain oidc-provder', 'did you mean "oidc-provider"\\?'],
    [
      'mcp-cimd lint --server keyclok package.json',
      'there is no server "keyclok"; did you mean "keycloak"\\?',
    ],
    ['mcp-cimd lint --server zzzzz package.json', 'there are atproto, .*, and all'],
    ['mcp-cimd validate --server all package.json', "unknown option '--server'"],
    ['mcp-cimd help validat', 'did you mean "validate"\\?'],
  ])('%s', async (text, message) => {
    expect(await line(text)).toEqual({ code: 2, stdout: '', stderr: oneLine(message) })
  })

  test('mcp-cimd validate, with nothing here, shows the ways to go on', async () => {
    expect(await line('mcp-cimd validate', { cwd: folder() })).toEqual({
      code: 2,
      stdout: '',
      stderr: oneLine(
        'no document given: name a file, a directory or an https URL, pipe one to "-", or put client-metadata.json here',
      ),
    })
  })

  test('mcp-cimd, without a command, shows what there is', async () => {
    const { code, stdout, stderr } = await line('mcp-cimd')
    expect([code, stdout]).toEqual([2, ''])
    for (const name of Object.keys(COMMANDS)) expect(stderr).toContain(`  ${name} `)
  })
})

describe('help', () => {
  test.each([['mcp-cimd --help'], ['mcp-cimd -h'], ['mcp-cimd help']])('%s', async (text) => {
    const { code, stdout, stderr } = await line(text)
    expect([code, stderr]).toEqual([0, ''])
    await expect(stdout).toMatchFileSnapshot('golden/help.txt')
  })

  test.each(Object.keys(COMMANDS))(
    'mcp-cimd %s --help shows every option and examples',
    async (name) => {
      const { code, stdout, stderr } = await runHere([name, '--help'])
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Examples:')
      expect(stdout).toContain('Exit codes:')
      expect(await runHere(['help', name])).toMatchObject({ code: 0, stdout })
      await expect(stdout).toMatchFileSnapshot(`golden/help.${name}.txt`)
    },
  )

  test('mcp-cimd --version', async () => {
    expect(await line('mcp-cimd --version')).toEqual({
      code: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    })
  })

  test('the formats of the help are the reporters', () => {
    const [, names = ''] = /: (.+) \(/.exec(COMMANDS.validate.options.format.description) ?? []
    expect(names.split(', ').sort()).toEqual(Object.keys(reporters).sort())
  })

  test('the examples of the help parse, and name only what there is', async () => {
    for (const [name, { examples }] of Object.entries(COMMANDS)) {
      for (const [example] of examples) {
        expect(example).toMatch(new RegExp(`(?:^|<\\()mcp-cimd ${name}\\b`))
      }
    }
  })
})

describe('explain', () => {
  test('mcp-cimd explain url-host-public', async () => {
    const { code, stdout } = await line('mcp-cimd explain url-host-public')
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot('golden/explain.txt')
  })

  test('mcp-cimd explain', async () => {
    const { code, stdout } = await line('mcp-cimd explain')
    expect(code).toBe(0)
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split(' ')[0])
    expect(ids).toContain('json-utf8')
    const first = ids.indexOf(servers[0].id)
    expect(ids.slice(first)).toEqual(servers.map(({ id }) => id))
    expect(ids.slice(0, first)).toEqual(ids.slice(0, first).sort())
  })
})

describe('colour', () => {
  const colored = async (argv: string, env: Record<string, string>, columns?: number) => {
    const { stdout } = await line(`mcp-cimd validate fixtures/valid ${argv}`.trimEnd(), {
      env,
      ...(columns !== undefined && { columns }),
    })
    return stdout.includes('\u001b[')
  }
  test.each<[string, Record<string, string>, number | undefined, boolean]>([
    ['', {}, undefined, false],
    ['', {}, 80, true],
    ['', { TERM: 'dumb' }, 80, false],
    ['', { NO_COLOR: '1' }, 80, false],
    ['', { NO_COLOR: '' }, 80, true],
    ['', { FORCE_COLOR: '1' }, undefined, true],
    ['', { FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, true],
    ['', { FORCE_COLOR: '0' }, 80, false],
    ['--no-color', { FORCE_COLOR: '1' }, 80, false],
    ['--color never', { FORCE_COLOR: '1' }, 80, false],
    ['--color always', { NO_COLOR: '1' }, undefined, true],
  ])('%j with %j, columns %s: %s', async (argv, env, columns, expected) => {
    expect(await colored(argv, env, columns)).toBe(expected)
  })
})

describe('what goes wrong on the way', () => {
  test('a file that is gone when it is read makes the run incomplete', async () => {
    const { code, stdout, stderr } = await line('mcp-cimd validate fixtures/valid/cli.json', {
      io: {
        readFile: () => {
          throw Object.assign(new Error('gone'), {
            code: 'ENOENT',
            syscall: 'open',
          })
        },
      },
    })
    expect(code).toBe(3)
    expect(stdout).toContain('incomplete fixtures/valid/cli.json')
    expect(stdout).toMatch(
      /not judged: \d+ requirements, because the document cannot be read: it is gone/,
    )
    expect(stderr).toBe('"fixtures/valid/cli.json" cannot be read: it is gone\n')
  })

  test('a bug shows its stack and where to report it, and is no finding', async () => {
    const { code, stdout, stderr } = await line('mcp-cimd validate a.json', {
      io: {
        statOf: () => {
          throw new TypeError('x is not a function\u001b[2J')
        },
      },
    })
    expect([code, stdout]).toEqual([70, ''])
    expect(stderr).toContain('TypeError: x is not a function\\u{1b}[2J')
    expect(stderr).toMatch(/this is a bug; report it/)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'after %s the report of what was done is whole',
    async (signal) => {
      let documents = 0
      const { code, stdout } = await line('mcp-cimd validate fixtures/invalid --format json', {
        io: { interruption: async () => (++documents > 3 ? signal : undefined) },
      })
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143)
      expect(JSON.parse(stdout)).toMatchObject({ summary: { targets: 2, reports: 2 } })
    },
  )

  test('a reader that went away ends the run', async () => {
    let written = 0
    const { code } = await line('mcp-cimd validate fixtures/valid', {
      io: {
        stdout: {
          get isClosed() {
            return written > 0
          },
          columns: undefined,
          isRedrawn: false,
          failure: undefined,
          overlay: undefined,
          write: () => {
            written++
          },
          flush: () => {},
        },
      },
    })
    expect(code).toBe(0)
  })
})
