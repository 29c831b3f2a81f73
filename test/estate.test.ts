import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseDocument } from '../src/core/document.js'
import type { Report } from '../src/core/types.js'
import { createEstate } from '../src/estate.js'
import { lintDocument, validateDocument } from '../src/index.js'
import { startSite } from './host.js'
import { folder, runHere } from './support.js'

/** A client on a host of its own that shares nothing with others. */
const client = (host: string, members: object = {}): Record<string, unknown> => ({
  client_id: `https://${host}.example.com/cimd.json`,
  client_name: `Client ${host}`,
  redirect_uris: [`https://${host}.example.com/callback`],
  application_type: 'web',
  token_endpoint_auth_method: 'none',
  ...members,
})

const SHARED = { redirect_uris: ['com.example.app:/cb'] }

const filesOf = (documents: Readonly<Record<string, object>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(documents).map(([name, document]) => [name, JSON.stringify(document)]),
  )

const linesOf = (documents: readonly object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('')

/** What each report says of other documents. */
const saidOf = (reports: readonly Report[]): string[] =>
  reports.flatMap(({ target, results }) =>
    results
      .filter(({ id }) => id.startsWith('estate-'))
      .flatMap(({ diagnostics }) =>
        diagnostics.map(({ severity, id, message }) => {
          const [, other] = / "([^"]*)"(?:, (?:but|and|so).*)$/.exec(message) ?? []
          return `${target}: ${severity} ${id.slice('estate-'.length)}: ${other}`
        }),
      ),
  )

/** Lints, and gives what was found of other documents. */
async function lint(argv: readonly string[], setting: Parameters<typeof runHere>[1]) {
  const outcome = await runHere(['lint', ...argv, '--format', 'json'], setting)
  const { reports } = JSON.parse(outcome.stdout) as { reports: Report[] }
  return { ...outcome, reports, said: saidOf(reports) }
}

/** The statuses of the rules on other documents, with their reasons. */
const statusesOf = ({ results }: Report): string[] => [
  ...new Set(
    results
      .filter(({ id }) => id.startsWith('estate-'))
      .map(({ status, reason = '' }) => `${status} ${reason}`.trim()),
  ),
]

describe('in a directory, each document is compared with those before it', () => {
  test('and the finding stands in the later one', async () => {
    const cwd = folder(
      filesOf({
        'estate/a/cimd.json': client('a', { software_id: 'one', ...SHARED }),
        'estate/b/cimd.json': client('b', { software_id: 'one', client_name: 'client  A' }),
        'estate/c/cimd.json': client('a', { client_name: 'Client C' }),
        'estate/d/cimd.json': client('d', SHARED),
      }),
    )
    const { code, said } = await lint(['estate'], { cwd })
    expect(said).toEqual([
      'estate/b/cimd.json: info client-name-unique: estate/a/cimd.json',
      'estate/b/cimd.json: info software-id-unique: estate/a/cimd.json',
      'estate/c/cimd.json: warning client-id-unique: estate/a/cimd.json',
      'estate/d/cimd.json: warning redirect-uri-unique: estate/a/cimd.json',
    ])
    expect(code).toBe(0)
  })

  test('in the order in which they are named', async () => {
    const cwd = folder(filesOf({ 'a.json': client('a', SHARED), 'b.json': client('b', SHARED) }))
    const inOrder = async (...names: string[]) => (await lint(names, { cwd })).said
    expect(await inOrder('a.json', 'b.json')).toEqual([
      'b.json: warning redirect-uri-unique: a.json',
    ])
    expect(await inOrder('b.json', 'a.json')).toEqual([
      'a.json: warning redirect-uri-unique: b.json',
    ])
  })

  test('a file that is named twice is one document', async () => {
    const cwd = folder(filesOf({ 'a.json': client('a'), 'b.json': client('b') }))
    const { said, reports } = await lint(['a.json', './a.json', '.', 'b.json'], { cwd })
    expect([said, reports.length]).toEqual([[], 2])
  })

  test('under each profile the same, and never with itself', async () => {
    const cwd = folder(filesOf({ 'a.json': client('a', SHARED), 'b.json': client('b', SHARED) }))
    const profiles = ['--profile', 'cimd-00', '--profile', 'atproto', '--profile', 'mcp']
    const { said, reports } = await lint(['a.json', 'b.json', ...profiles], { cwd })
    expect(reports).toHaveLength(6)
    expect(said).toEqual(Array(3).fill('b.json: warning redirect-uri-unique: a.json'))
  })

  test('the place is that of the value', async () => {
    const text = JSON.stringify(client('b', SHARED), null, 2)
    const cwd = folder({ 'a.json': JSON.stringify(client('a', SHARED)), 'b.json': text })
    const { reports } = await lint(['a.json', 'b.json'], { cwd })
    const found = reports[1]?.results.find(({ id }) => id === 'estate-redirect-uri-unique')
    const line = text.split('\n').findIndex((line) => line.includes('com.example')) + 1
    expect(found?.diagnostics[0]?.location).toMatchObject({ pointer: '/redirect_uris/0', line })
  })

  test('what cannot be read is compared with nothing', async () => {
    const cwd = folder({
      'a.json': '{"client_id": ',
      'b.json': JSON.stringify(client('b')),
      'c.json': '[]',
      'd.json': JSON.stringify(client('b', { redirect_uris: 'x' })),
      'e.json': JSON.stringify({ ...client('b'), client_id: '' }),
    })
    const { reports } = await lint([...'abcde'].map((name) => `${name}.json`).concat('--all'), {
      cwd,
    })
    expect(reports.map(statusesOf)).toEqual([
      ['could-not-run the document could not be parsed'],
      ['not-applicable no document that could be read is before it'],
      ['could-not-run the document is not a JSON object'],
      ['failed', 'passed', 'could-not-run redirect_uris is not of its type'],
      ['not-applicable there is no client_id'],
    ])
  })
})

describe('where there is no other document nothing is compared:', () => {
  const ALONE = ['not-applicable there is no other document in this run']

  test('one file, standard input, and the library', async () => {
    const text = JSON.stringify(client('a'))
    const cwd = folder({ 'a.json': text })
    const file = await lint(['a.json', '--all'], { cwd })
    const stdin = await lint(['-', '--all'], { stdin: text })
    const library = lintDocument(text, { all: true })
    for (const report of [file.reports[0], stdin.reports[0], library]) {
      expect(report && statusesOf(report)).toEqual(ALONE)
    }
  })

  test('one line, of which nobody knows that it is the last', async () => {
    const { reports } = await lint(['--ndjson', '-', '--all'], { stdin: linesOf([client('a')]) })
    expect(reports.map(statusesOf)).toEqual([
      ['not-applicable no document that could be read is before it'],
    ])
  })

  test('validate does not ask', async () => {
    const cwd = folder(filesOf({ 'a.json': client('a'), 'b.json': client('a') }))
    const { stdout } = await runHere(
      ['validate', 'a.json', 'b.json', '--all', '--format', 'json'],
      { cwd },
    )
    expect(stdout).not.toContain('estate-')
    const { results } = validateDocument(stdout, { all: true })
    expect(results.map(({ id }) => id).filter((id) => id.startsWith('estate-'))).toEqual([])
  })
})

describe('lines', () => {
  test('are known by file and line, or by their id', async () => {
    const stdin = linesOf([
      client('a', SHARED),
      { id: 'second', document: client('b', { client_name: 'Client a' }) },
      client('c', SHARED),
      { id: 'fourth', document: client('d', { client_name: 'CLIENT B' }) },
      { id: 'fifth', raw: JSON.stringify(client('b')) },
    ])
    const { said } = await lint(['--ndjson', '-'], { stdin })
    expect(said).toEqual([
      'second: info client-name-unique: <stdin>:1',
      '<stdin>:3: warning redirect-uri-unique: <stdin>:1',
      'fifth: warning client-id-unique: second',
      'fifth: info client-name-unique: fourth',
    ])
  })

  test('one document that asks for two profiles is one client', async () => {
    const envelope = (profile: string) => ({ id: profile, profile, document: client('a') })
    const twice = [envelope('cimd-02'), envelope('atproto')]
    expect((await lint(['--ndjson', '-'], { stdin: linesOf(twice) })).said).toEqual([])
    const thrice = [...twice, { ...envelope('atproto'), id: 'again' }]
    expect((await lint(['--ndjson', '-'], { stdin: linesOf(thrice) })).said).toEqual([
      'again: warning client-id-unique: atproto',
    ])
  })
})

test('a shard compares within itself, and says so', async () => {
  const cwd = folder(
    filesOf({
      'a.json': client('a', SHARED),
      'b.json': client('b', SHARED),
      'c.json': client('c', SHARED),
    }),
  )
  const names = ['a.json', 'b.json', 'c.json']
  expect((await lint([...names, '--shard', '1/2'], { cwd })).said).toEqual([
    'c.json: warning redirect-uri-unique: a.json',
  ])
  const { stdout } = await runHere(['lint', ...names, '--shard', '2/2'], { cwd })
  const NOTE = 'documents were compared with one another within this shard only'
  expect(stdout).toContain(NOTE)
  expect((await runHere(['lint', ...names], { cwd })).stdout).not.toContain(NOTE)
  const validated = await runHere(['validate', ...names, '--shard', '2/2'], { cwd })
  expect(validated.stdout).not.toContain(NOTE)
})

test('a baseline knows what was found before', async () => {
  const cwd = folder(filesOf({ 'a.json': client('a', SHARED), 'b.json': client('b', SHARED) }))
  await runHere(['lint', '.', '--format', 'json=before.json'], { cwd })
  const { stdout } = await runHere(
    ['lint', '.', '--baseline', 'before.json', '--format', 'json', '--max-warnings', '0'],
    { cwd },
  )
  const { summary, reports } = JSON.parse(stdout)
  expect(summary).toMatchObject({ warnings: 0, suppressed: summary.suppressed })
  expect(saidOf(reports)).toEqual(['b.json: warning redirect-uri-unique: a.json'])
})

test('what others are called, and share, is shown without secrets and escapes', async () => {
  const token = `ghp_${'a'.repeat(36)}`
  const hostile = { client_name: `\u001b[2J\u202e ${token}`, redirect_uris: [`x.y:/${token}`] }
  const stdin = linesOf([
    { id: `\u001b[2J ${token} \n::error::x`, document: client('a', hostile) },
    client('b', hostile),
  ])
  for (const format of ['text', 'markdown', 'github', 'sarif', 'junit']) {
    const { stdout } = await runHere(['lint', '--ndjson', '-', '--format', format], { stdin })
    expect(stdout).toContain('estate-client-name-unique')
    // The id of a report is what its author calls it.
    const estate = stdout.split('\n').filter((line) => line.includes('also that of'))
    expect(estate.join('\n')).not.toMatch(/\u001b|\u202e|^\s*::error::x/m)
    expect(estate.join('\n')).not.toContain(token)
  }
})

describe('at URLs', () => {
  const urls = ['a', 'b'].map((name) => `https://${name}.example.com/cimd.json`)

  test('documents are compared in their order, and a file with what is published of it is not', async () => {
    const [first = '', second = ''] = urls
    const page = JSON.stringify(client('a', SHARED))
    const site = await startSite({ '/cimd.json': page })
    const cwd = folder({ 'local.json': page, 'copy.json': page })
    const run = async (...argv: string[]) => {
      const { stdout } = await runHere(
        ['lint', ...argv, '--no-probe', '--format', 'json', ...site.options],
        { cwd },
      )
      return saidOf(JSON.parse(stdout).reports)
    }
    const published = await run(first, 'local.json')
    const hosted = await run('local.json', '--hosted')
    const both = await run(first, second)
    const copies = await run('copy.json', first, 'local.json')
    await site.close()
    expect([published, hosted]).toEqual([[], []])
    expect(both).toEqual([`${second}: warning client-id-unique: ${first}`])
    expect(copies).toEqual(['local.json: warning client-id-unique: copy.json'])
  })
})

describe('the collector', () => {
  const parse = (document: object, name = 'a.json') =>
    parseDocument(JSON.stringify(document), { source: { kind: 'file', name } })

  /** What is found in the last of some documents, by their names. */
  const foundIn = (documents: readonly (readonly [name: string, document: object])[]) => {
    const estate = createEstate()
    return documents
      .map(([name, document]) => estate.compare(parse(document, name)))
      .map((found) =>
        found === 'none-before'
          ? []
          : [
              found.clientId?.name,
              found.name?.name,
              found.software?.name,
              ...found.redirects.map(({ redirect, neighbour }) => [redirect.text, neighbour.name]),
            ],
      )
  }

  const few = fc.constantFrom('1', '2', '3')
  const anyClient = fc
    .record({ id: few, name: few, software: few, redirects: fc.array(few, { maxLength: 3 }) })
    .map(({ id, name, software, redirects }) =>
      client(id, {
        client_name: name,
        software_id: software,
        redirect_uris: redirects.map((redirect) => `com.example.app${redirect}:/cb`),
      }),
    )

  test('finds what comparing every pair finds', () => {
    const oracle = (documents: readonly Record<string, unknown>[]) => {
      const last = documents.at(-1) ?? {}
      const before = documents.slice(0, -1)
      const isOther = ({ client_id }: Record<string, unknown>) => client_id !== last.client_id
      const placeOf = (test: (other: Record<string, unknown>) => boolean) => {
        const index = before.findIndex(test)
        return index < 0 ? undefined : `${index}`
      }
      return [
        placeOf((other) => !isOther(other)),
        placeOf((other) => isOther(other) && other.client_name === last.client_name),
        placeOf((other) => isOther(other) && other.software_id === last.software_id),
        ...(last.redirect_uris as string[]).flatMap((uri) => {
          const place = placeOf(
            (other) => isOther(other) && (other.redirect_uris as string[]).includes(uri),
          )
          return place === undefined ? [] : [[uri, place]]
        }),
      ]
    }
    fc.assert(
      fc.property(fc.array(anyClient, { minLength: 2, maxLength: 12 }), (documents) => {
        const found = foundIn(documents.map((document, index) => [`${index}`, document]))
        expect(found.at(-1)).toEqual(oracle(documents))
      }),
    )
  })

  test('does not depend on unrelated documents', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyClient, fc.boolean()), { minLength: 2, maxLength: 12 }),
        (documents) => {
          const named = documents.map(([document], index) => [`${index}`, document] as const)
          const among = named.flatMap(([name, document], index) =>
            documents[index]?.[1]
              ? [
                  [`unrelated-${name}`, client(`unrelated-${name}`)] as const,
                  [name, document] as const,
                ]
              : [[name, document] as const],
          )
          const found = foundIn(among).filter((_, index) => !among[index]?.[0].startsWith('un'))
          const alone = foundIn(named)
          // With an unrelated document before it the first has something to be compared with.
          expect(found.slice(1)).toEqual(alone.slice(1))
        },
      ),
    )
  })

  test.each<[what: string, one: object, other: object, isFound: boolean]>([
    ['long names', { client_name: 'x'.repeat(300) }, { client_name: 'X'.repeat(300) }, true],
    [
      'long names that differ at the end',
      { client_name: `${'x'.repeat(300)}1` },
      { client_name: `${'x'.repeat(300)}2` },
      false,
    ],
    ['names without letters to fold', { client_name: '客户端' }, { client_name: '客户端 ' }, true],
    ['a name of another type', { client_name: 1 }, { client_name: 1 }, false],
    ['the name of a prototype', { client_name: '__proto__' }, { client_name: '__proto__' }, true],
  ])('%s', (_, one, other, isFound) => {
    const found = foundIn([
      ['one', client('a', one)],
      ['other', client('b', other)],
    ])
    expect(found[1]?.[1]).toBe(isFound ? 'one' : undefined)
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each([
    ['that share everything', SHARED],
    ['that share nothing', {}],
  ])('looks up each string twice at most, also among 10,000 documents %s', (_, members) => {
    const estate = createEstate()
    const get = vi.spyOn(Map.prototype, 'get')
    const set = vi.spyOn(Map.prototype, 'set')
    const iterate = vi.spyOn(Map.prototype, Symbol.iterator)
    const counts: number[] = []
    const documents = Array.from({ length: 10_000 }, (_, index) =>
      parse(client(`c${index}`, { software_id: `s${index}`, ...members }), `${index}`),
    )
    get.mockClear()
    for (const document of documents) {
      get.mockClear()
      set.mockClear()
      estate.compare(document)
      counts.push(get.mock.calls.length + set.mock.calls.length)
    }
    // Four strings looked up, noted and looked up again where they are shared; one URL taken apart.
    expect(Math.max(...counts)).toBeLessThanOrEqual(14)
    expect(iterate).not.toHaveBeenCalled()
  })
})
