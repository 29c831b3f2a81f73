import { describe, expect, test } from 'vitest'
import { printable, quote } from '../src/core/printable.js'
import { emptySummary, type Run } from '../src/core/reporter.js'
import { maskSecrets } from '../src/core/secrets.js'
import type { Report } from '../src/core/types.js'
import { reporters } from '../src/reporters/index.js'
import { isReportFile } from './report-schemas.js'
import { folder, runHere } from './support.js'

/** Whatever acts on a terminal, on a CI runner, or hides. T-262 to T-267, T-274, T-275, T-283. */
const HAZARDS = [
  '\u001b[2J',
  '\u001b[6n',
  '\u001b]0;title\u0007',
  '\u001b]8;;https://evil.example.net\u001b\\click\u001b]8;;\u001b\\',
  '\u001b]52;c;aGk=\u0007',
  '\u001bPq\u001b\\',
  '\u001bc',
  '\u009b2J\u009d8;;x\u009c',
  'ERROR bad\rOK',
  '\b\u000b\f\u0007\u000e\u000f\u007f\0',
  '\u0085\u2028\u2029',
  '\n::error file=a::pwn',
  '\n  ::add-mask::x',
  'x ##[set-output name=x]y',
  'x ##vso[task.setvariable variable=x]y',
  'x ##teamcity[x]',
  '\u202e\u2066\u200f\u061c',
  '\u200b\u200d\u2060\ufeff\u00ad\u034f\u3164\u2800\u{e0041}\ufe0f',
  '%s %d %o %j %c',
  '\ud800',
]

/** What runners of GitHub, Azure and TeamCity take for a command, and the older form of GitHub's alone. */
const COMMAND = /^\s*::|##(?:\[|vso\[|teamcity\[)/
const V1 = /##(?:\[|vso\[|teamcity\[)/

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** A report with a hostile text wherever a document can put one. */
const hostile = (text: string): Report => ({
  version: 1,
  target: `dir/${text}.json`,
  source: 'file',
  clientId: `https://${text}`,
  profile: 'cimd-02',
  outcome: 'failed',
  counts: { error: 1, warning: 1, info: 0, suppressed: 1 },
  evaluated: { passed: 3, failed: 2, notApplicable: 1, couldNotRun: 1 },
  results: [
    {
      id: 'a-rule',
      title: 'It holds.',
      level: 'MUST',
      cites: [{ text: 'RFC 1 §1', url: 'https://www.rfc-editor.org/rfc/rfc1.html' }],
      status: 'failed',
      diagnostics: [
        {
          id: 'a-rule',
          severity: 'error',
          message: `client_name is "${text}"`,
          suggestion: `remove ${text}`,
          location: {
            kind: 'document',
            uri: `dir/${text}.json`,
            pointer: `/${text}`,
            line: 2,
            column: 3,
            endLine: 2,
            endColumn: 9,
          },
        },
        {
          id: 'a-rule',
          severity: 'warning',
          message: text,
          location: { kind: 'url', url: `https://${text}`, offset: 8, length: text.length },
          suppressed: { by: 'waiver', reason: text },
        },
      ],
    },
    {
      id: 'b-rule',
      title: 'It holds.',
      level: 'SHOULD',
      cites: [],
      status: 'could-not-run',
      reason: text,
      diagnostics: [],
    },
    {
      id: 'c-rule',
      title: 'It holds.',
      level: 'SHOULD',
      cites: [],
      status: 'not-applicable',
      reason: text,
      diagnostics: [],
    },
    {
      id: 'd-rule',
      title: 'It holds.',
      level: 'MAY',
      cites: [],
      status: 'passed',
      diagnostics: [],
    },
  ],
  steps: [],
  exchanges: [],
})

async function render(
  name: keyof typeof reporters,
  report: Report,
  over: Partial<Run> = {},
): Promise<string> {
  let written = ''
  const reporting = await reporters[name](
    {
      write: (text) => {
        written += text
      },
    },
    {
      command: 'validate',
      tool: { name: 'mcp-cimd', version: '1.2.3' },
      hasColor: false,
      columns: undefined,
      isQuiet: false,
      maxBytes: Number.POSITIVE_INFINITY,
      remarks: () => ['a remark'],
      source: () => ({ text: `{\n  ${report.target}\n}`, within: undefined }),
      file: () => ({ path: report.target, line: 1, isDocument: true }),
      entry: () => undefined,
      ...over,
    },
  )
  reporting.begin?.()
  reporting.report(report)
  reporting.report(report)
  reporting.end({ ...emptySummary(), targets: 2, reports: 2, failed: 2, errors: 2, suppressed: 2 })
  return written
}

describe.each(Object.keys(reporters) as (keyof typeof reporters)[])('%s', (name) => {
  test('renders one report', async () => {
    await expect(await render(name, hostile('x'))).toMatchFileSnapshot(`golden/report.${name}`)
  })

  test.each(HAZARDS.map((text) => [JSON.stringify(text), text]))(
    'shows %s and does not obey it',
    async (_, text) => {
      for (const columns of [undefined, 80]) {
        const written = await render(name, hostile(text), { columns })
        for (const line of written.split('\n')) {
          expect(line).not.toMatch(HIDDEN)
          expect(line).not.toMatch(name === 'github' ? V1 : COMMAND)
        }
        expect(written.isWellFormed()).toBe(true)
      }
    },
  )
})

test('T-274 T-275 no line begins with a command, and none is made where pieces meet', async () => {
  for (const [columns, text] of [
    [40, `${'x'.repeat(25)} ::error::x`],
    [60, `${'x '.repeat(25)}::error::x`],
  ] as const) {
    const written = await render('text', hostile(text), { columns })
    expect(written).toContain('::error::x')
    expect(written.split('\n').filter((line) => COMMAND.test(line))).toEqual([])
  }
  for (const document of [
    '##[add-mask]x',
    '{"a":1}##vso[task.setvariable]',
    '{"client_id":"#"##[x]}',
  ]) {
    const { stdout } = await runHere(['validate', '-'], { stdin: document })
    expect(stdout).not.toMatch(V1)
    expect(stdout).toContain('\\u{23}')
  }
})

test('a file that is called like a command is none, in any output', async () => {
  const name = '::error file=a::pwn.json'
  const cwd = folder({
    [name]: '{"client_id":5,"redirect_uris":["/x","/y"]}',
    '::e.ndjson': '{"raw":1}',
  })
  for (const format of Object.keys(reporters)) {
    for (const argv of [[name], ['--ndjson', '::e.ndjson']]) {
      const { stdout, stderr } = await runHere(['validate', ...argv, '--format', format], { cwd })
      const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => /^\s*::/.test(line))
      // Only annotations are, and they are ours.
      for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) [^\n]*::/)
      if (format !== 'github') expect(lines).toEqual([])
    }
  }
})

test('text with colour has the escapes that colour needs, and no other', async () => {
  for (const text of HAZARDS) {
    const written = await render('text', hostile(text), { hasColor: true })
    expect(written).toContain('\u001b[31m')
    expect(written.replace(/\u001b\[\d+m/g, '').replaceAll('\n', '')).not.toMatch(HIDDEN)
  }
})

describe('json', () => {
  test.each(HAZARDS.map((text) => [JSON.stringify(text), text]))('means %s', async (_, text) => {
    const { reports } = JSON.parse(await render('json', hostile(text)))
    expect(JSON.stringify(reports[0])).toBe(JSON.stringify(hostile(text)))
  })

  test.each([
    ['validate', 'fixtures/valid', 'fixtures/invalid', '--format', 'json'],
    [
      'validate',
      'fixtures/invalid',
      '--all',
      '--profile',
      'atproto',
      '--profile',
      'cimd-00',
      '--format',
      'json',
    ],
    [
      'validate',
      'fixtures/valid/cli.json',
      '--client-id',
      'https://x.example.com/#y',
      '--format',
      'json',
    ],
  ])('%s %s %s %s … is what the schema describes', async (...argv) => {
    const { stdout } = await runHere(argv)
    isReportFile(JSON.parse(stdout))
    expect(isReportFile.errors).toBeNull()
  })

  test('the schema refuses what is none', () => {
    const report = { ...hostile('x'), outcome: 'fine' }
    expect(isReportFile({ $schema: '', version: 1, reports: [report] })).toBe(false)
  })
})

describe('printable', () => {
  test('leaves what can be read', () => {
    for (const text of ['plain # text ## too', 'Bücher 日本語 עברית', 'a\u0301', '📚'])
      expect(printable(text)).toBe(text)
  })
  test('shows what cannot', () => {
    expect(printable('a\u001b[2Jb\u202e\n')).toBe('a\\u{1b}[2Jb\\u{202e}\\u{a}')
    expect(printable('##[error]')).toBe('#\\u{23}[error]')
    expect(printable('\ud800')).toBe('\\u{d800}')
  })
  test('done twice it is done once', () => {
    for (const text of HAZARDS) expect(printable(printable(text))).toBe(printable(text))
  })
})

describe('quote', () => {
  test('cuts what nobody reads, between characters', () => {
    expect(quote('a'.repeat(200))).toBe(`"${'a'.repeat(200)}"`)
    expect(quote('a'.repeat(205))).toBe(`"${'a'.repeat(200)}…" and 5 more characters`)
    expect(quote(`${'a'.repeat(199)}😀b`)).toBe(`"${'a'.repeat(199)}\ufffd…" and 2 more characters`)
  })
})

describe('secrets are masked, and every offset stays true', () => {
  test.each([
    ['{"client_secret":"hunter2"}', '{"client_secret":"*******"}'],
    ['{"client_secret" :\n "hun\\"ter2"}', '{"client_secret" :\n "****"****"}'],
    ['{"client\\u005fsecret":"hunter2"}', '{"client\\u005fsecret":"*******"}'],
    ['{"client_secret":hunter2,"a":1}', '{"client_secret":*******,"a":1}'],
    [
      '{"client_secret":["hunter2",{"a":"hunter2"}],"a":"b"}',
      '{"client_secret":*"*******"**"*"*"*******"**,"a":"b"}',
    ],
    ['{"client_secret":{},"a":"b"}', '{"client_secret":**,"a":"b"}'],
    ['{"client_secret":}', '{"client_secret":}'],
    ['{"client_secret":"unterminated', '{"client_secret":"************'],
    ['{"a":"b","client_secret":["unterminated', '{"a":"b","client_secret":*"************'],
    [
      '{"registration_access_token":"x","d":"y","k":"z"}',
      '{"registration_access_token":"*","d":"*","k":"*"}',
    ],
    ['{"oth":[{"r":"x","d":"y","t":"z"}]}', '{"oth":**"*"*"*"*"*"*"*"*"*"*"*"**}'],
    ['{"a":["-----BEGIN PRIVATE KEY-----"]}', '{"a":["********** ******* ********"]}'],
    ['{"client_uri":"https://u:p@h.example.com/"}', '{"client_uri":"https://***@h.example.com/"}'],
    [
      '{"token_endpoint_auth_method":"none","client_name":"d"}',
      '{"token_endpoint_auth_method":"none","client_name":"d"}',
    ],
    ['no JSON, "client_secret": "hunter2"', 'no JSON, "client_secret": "*******"'],
  ])('%s', (text, masked) => {
    const result = maskSecrets(text)
    expect(result).toHaveLength(text.length)
    expect(result).toBe(masked)
  })

  test.each([
    ['an endless string of escapes', `"${'\\"'.repeat(500_000)}`],
    ['nothing but quotes', '"'.repeat(1_000_000)],
    ['nothing but names', '"d":'.repeat(250_000)],
    ['nothing but brackets', `"d":${'['.repeat(1_000_000)}`],
    ['nothing but schemes', '://'.repeat(300_000)],
    ['nothing but slashes', `${'/'.repeat(1_000_000)}@`],
    ['nothing but ports', `@${'://a:b/'.repeat(150_000)}`],
    ['nothing but the beginnings of keys', '-----BEGIN PRIVATE '.repeat(50_000)],
    ['one long space', `"d"${' '.repeat(1_000_000)}`],
  ])('%s takes no time to speak of', (_, text) => {
    expect(maskSecrets(text)).toHaveLength(text.length)
    expect(maskSecrets(text, false)).toHaveLength(text.length)
    expect(printable(text).length).toBeGreaterThan(0)
  })
})

describe('a document that is all findings', () => {
  const uris = Array.from({ length: 20_000 }, (_, n) => `http://h${n}.example.com/#`)
  const document = JSON.stringify({ redirect_uris: uris, grant_types: uris.map(() => 'password') })

  test.each(['text', 'json'])(
    'T-156 T-162 is reported in %s as far as anyone reads',
    async (format) => {
      const { code, stdout } = await runHere(['validate', '-', '--format', format], {
        stdin: document,
      })
      expect(code).toBe(1)
      expect(stdout).toContain('and more than 950 more like it')
      expect(stdout.length).toBeLessThan(200_000)
    },
  )
})

describe('the mark stands under what is meant', () => {
  /** The line of the document and the line of the mark under it. */
  const frameOf = async (text: string, columns?: number) => {
    const { stdout } = await runHere(['validate', '-', '--color', 'never'], {
      stdin: text,
      ...(columns !== undefined && { columns }),
    })
    const rows = stdout.split('\n')
    const at = rows.findIndex((row) => /^ +\| *\^+$/.test(row))
    return [rows[at - 1]?.slice(6), rows[at]?.slice(6)]
  }
  const uri = (before: string) =>
    `{"client_id":"https://h.example.com/c","client_name":${before},"redirect_uris":["x#y"]}`

  test.each<[string, string, number]>([
    ['ASCII', '"abc"', 3],
    ['Latin with combining marks', '"a\u0301bc"', 3],
    ['Japanese', '"サーバー・名"', 12],
    ['halfwidth katakana', '"ｻｰﾊﾞｰ"', 5],
    ['fullwidth and ideographic space', '"Ａ\u3000㈱"', 6],
    ['Hangul', '"서버"', 4],
    ['decomposed Hangul', '"\u1109\u1165\u1107\u1165"', 4],
    ['emoji', '"📚"', 2],
  ])('%s', async (_, name, width) => {
    const [line = '', mark = ''] = await frameOf(uri(name))
    expect(line).toContain('"redirect_uris":["x#y"]')
    // Columns before the mark: what stands before the name, the name, and what stands after it.
    expect(mark.indexOf('^')).toBe(
      `{"client_id":"https://h.example.com/c","client_name":"`.length +
        width +
        '","redirect_uris":["'.length -
        1,
    )
  })

  test('after a tab, which is two spaces', async () => {
    const text =
      '{"client_id":"https://h.example.com/c","client_name":"a",\n\t"redirect_uris": ["x#y"]}'
    expect(await frameOf(text)).toEqual(['  "redirect_uris": ["x#y"]}', `${' '.repeat(20)}^^^^^`])
  })

  test.each([40, 60, 80])('in a long line, on %d columns', async (columns) => {
    for (const filler of ['abc ', '名前', 'é', '\u202e']) {
      const [line = '', mark = ''] = await frameOf(uri(JSON.stringify(filler.repeat(200))), columns)
      expect(line).toMatch(/^….*"x#y"/)
      const width = (text: string) =>
        [...text].reduce((sum, c) => sum + (/[名前]/.test(c) ? 2 : 1), 0)
      expect(width(line) + 6).toBeLessThanOrEqual(columns)
      expect(mark.indexOf('^')).toBe(width(line.slice(0, line.indexOf('"x#y"'))))
    }
  })
})
