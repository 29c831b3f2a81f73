import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument, unreadDocument } from '../src/core/document.js'
import type { Report } from '../src/core/types.js'
import { createFiles } from '../src/io.js'
import { readNdjson } from '../src/ndjson.js'
import { folder, GOOD, runHere } from './support.js'

const LINE = JSON.stringify(JSON.parse(GOOD))
const URL = 'https://client.example.com/cimd.json'

/** Judges lines on standard input. */
async function judge(stdin: string | Uint8Array, ...argv: readonly string[]) {
  const { code, stdout, stderr } = await runHere(
    ['validate', '--ndjson', '-', '--format', 'json', ...argv],
    { stdin },
  )
  const reports: readonly Report[] = JSON.parse(stdout).reports
  return { code, reports, stderr, targets: reports.map(({ target }) => target) }
}

const idsOf = ({ results }: Report): string[] =>
  results.filter(({ status }) => status === 'failed').map(({ id }) => id)

describe('a line is a document', () => {
  test('blank ones are none, and the last needs no end', async () => {
    const { code, targets } = await judge(`${LINE}\r\n\n  \n${LINE}\n${LINE}`)
    expect({ code, targets }).toEqual({ code: 0, targets: ['<stdin>:1', '<stdin>:4', '<stdin>:5'] })
  })

  test('places are those in the file', async () => {
    const cwd = folder({ 'docs.ndjson': `${LINE}\n  ${LINE.replace('"Example Client"', '5')}\n` })
    const { stdout } = await runHere(['validate', '--ndjson', 'docs.ndjson'], { cwd })
    const column = LINE.indexOf('"Example Client"') + 3
    expect(stdout).toContain(`--> docs.ndjson:2:${column}\n`)
    expect(stdout).toContain(' 2 |')
    const [shown = '', mark = ''] = stdout.split('\n').slice(3, 5)
    expect(shown[mark.indexOf('^')]).toBe('5')
  })

  test('one that is broken is a document with a fault, and the next is judged', async () => {
    const { code, reports } = await judge(`{"client_id":\n"x"\n\u0000\n[]\n${LINE}\n`)
    expect(code).toBe(1)
    expect(reports.map(idsOf)).toEqual([
      ['json-valid'],
      ['json-object'],
      ['json-valid'],
      ['json-object'],
      [],
    ])
  })

  test('bytes that are no UTF-8 stay in their line', async () => {
    const stdin = Buffer.concat([
      Buffer.from(`${LINE}\n{"client_name":"`),
      Buffer.from([0xff]),
      Buffer.from(`"}\n${LINE}\n`),
    ])
    const { reports } = await judge(stdin)
    expect(reports.map(idsOf)).toEqual([[], ['json-utf8'], []])
  })

  test('one that is too long is told, and not kept', async () => {
    const { reports } = await judge(`${'x'.repeat(3_000_000)}\n${LINE}`)
    expect(reports.map(idsOf)).toEqual([['json-within-limits'], []])
  })
})

describe('an envelope', () => {
  const wrap = (over: object) => JSON.stringify({ document: JSON.parse(GOOD), ...over })

  test.each<[string, string, Partial<Report>]>([
    ['a document', wrap({}), { target: '<stdin>:1', outcome: 'passed' }],
    ['an id', wrap({ id: 'client 7' }), { target: 'client 7' }],
    ['a number for an id', wrap({ id: 7 }), { target: '7' }],
    ['an empty id', wrap({ id: '' }), { target: '<stdin>:1' }],
    ['its URL', wrap({ client_id_url: URL }), { clientId: URL, outcome: 'passed' }],
    ['another URL', wrap({ client_id_url: `${URL}?x` }), { outcome: 'failed' }],
    [
      'the URL that is expected',
      wrap({ client_id_url_expected: `${URL}?x` }),
      { outcome: 'failed' },
    ],
    ['a profile', wrap({ profile: 'cimd-00' }), { profile: 'cimd-00' }],
    ['an alias', wrap({ profile: 'mcp' }), { profile: 'mcp-2026-07-28-cimd-02' }],
    ['the kind atproto', wrap({ kind: 'atproto' }), { profile: 'atproto' }],
    ['another kind', wrap({ kind: 'solid' }), { profile: 'mcp-2026-07-28-cimd-02' }],
    [
      'raw text',
      JSON.stringify({ raw: GOOD, id: 'r' }),
      { target: 'r', source: 'text', outcome: 'passed' },
    ],
    ['raw text that is broken', JSON.stringify({ raw: '{' }), { outcome: 'failed' }],
    ['a document that is none', wrap({ document: 'text' }), { outcome: 'failed' }],
    ['nothing known beside it', wrap({ notes: [1], source: {} }), { outcome: 'passed' }],
  ])('with %s', async (_, line, expected) => {
    expect((await judge(line)).reports[0]).toMatchObject(expected)
  })

  test('with client_id is a document, whatever else is in it', async () => {
    const document = { ...JSON.parse(GOOD), document: {}, raw: 5, kind: 'atproto' }
    const { reports } = await judge(JSON.stringify(document))
    expect(reports[0]).toMatchObject({ outcome: 'passed', profile: 'mcp-2026-07-28-cimd-02' })
  })

  test('the document is judged as it is written, and its places are those of the line', async () => {
    const line = `{"id":"d", "document" : {"client_id":"${URL}","client_name":"a","client_name":"b","redirect_uris":["https://client.example.com/cb"]}}`
    const { reports } = await judge(line)
    const [found] = reports[0]?.results.flatMap(({ diagnostics }) => diagnostics) ?? []
    expect(found).toMatchObject({
      id: 'json-no-duplicate-keys',
      location: { uri: '<stdin>', line: 1, column: line.lastIndexOf('"client_name"') + 1 },
    })
  })

  test.each<[string, object, RegExp]>([
    ['both document and raw', { document: {}, raw: '' }, /has both document and raw/],
    ['raw that is no text', { raw: {} }, /raw is not a string/],
    ['a URL that is no text', { document: {}, client_id_url: 5 }, /client_id_url is not a string/],
    ['a profile that is no text', { document: {}, profile: [] }, /profile is not a string/],
    [
      'an unknown profile',
      { document: {}, profile: 'mpc' },
      /no profile "mpc"; did you mean "mcp"\?/,
    ],
  ])('with %s is not judged', async (_, envelope, message) => {
    const { code, reports, stderr } = await judge(`${JSON.stringify(envelope)}\n${LINE}`)
    expect(code).toBe(3)
    expect(reports.map(({ outcome }) => outcome)).toEqual(['incomplete', 'passed'])
    expect(stderr).toMatch(/^"<stdin>:1": /)
    // Whoever reads the report alone learns why, too.
    expect(reports[0]?.results[0]?.reason).toMatch(/^its envelope is none: /)
    expect(stderr).toMatch(message)
  })
})

test('lines are the same however the bytes come in pieces', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lines-'))
  const path = join(directory, 'x.ndjson')
  const files = createFiles((name) => name)
  const reading = { parseDocument, unreadDocument, checkProfile: () => {}, isTaken: () => true }
  const linesOf = async (size: number) => {
    const io = { ...files, readChunks: (name: string) => files.readChunks(name, size) }
    const found: [string, string][] = []
    for await (const batch of readNdjson(path, reading, io as never)) {
      for (const { document } of batch) found.push([document.source.name, document.text])
    }
    return found
  }
  const line = fc.constantFrom('', ' ', '{}', '{"a":"é😀"}', `{"a":"${'x'.repeat(50)}"}`, '[1]\r')
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 40 }), async (lines, size) => {
      writeFileSync(path, lines.join('\n'))
      const expected = lines.flatMap((text, index) => {
        const whole = text.replace(/\r$/, '')
        return /^ *$/.test(whole) ? [] : [[`${path}:${index + 1}`, whole]]
      })
      expect(await linesOf(size)).toEqual(expected)
    }),
  )
})

test('a file that cannot be read to its end makes the run incomplete', async () => {
  const cwd = folder({ 'a.ndjson': LINE, 'b.ndjson': `${LINE}\n` })
  const { code, stdout, stderr } = await runHere(
    ['validate', '--ndjson', 'a.ndjson', './a.ndjson', 'b.ndjson', '--format', 'json'],
    {
      cwd,
      io: {
        *readChunks(path) {
          if (path === 'b.ndjson')
            throw Object.assign(new Error(), { code: 'EIO', syscall: 'read' })
          yield Buffer.from(`${LINE}\n`)
        },
      },
    },
  )
  expect([code, stderr]).toEqual([3, '"b.ndjson" cannot be read: the device failed\n'])
  expect(JSON.parse(stdout).reports.map(({ target }: Report) => target)).toEqual([
    'a.ndjson:1',
    'b.ndjson',
  ])
})

test.each(['', '\n\n', `${' '.repeat(300)}\n`])('%j has no document', async (stdin) => {
  const { code, stderr } = await runHere(['validate', '--ndjson', '-'], { stdin })
  expect([code, stderr]).toEqual([
    2,
    'mcp-cimd: there is no document on any line: write one a line\n',
  ])
})

test.each([
  [['--ndjson'], /--ndjson needs files of lines, or "-"/],
  [['--ndjson', 'test'], /"test" is a directory: --ndjson reads files, and "-"/],
  [['--ndjson', 'nowhere.ndjson'], /there is no file "nowhere\.ndjson"/],
  [['--ndjson', '-', '--client-id', URL], /in NDJSON write client_id_url beside each/],
])('%j is refused', async (argv, message) => {
  const { code, stdout, stderr } = await runHere(['validate', ...argv])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
})
