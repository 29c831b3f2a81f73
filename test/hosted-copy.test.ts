import { describe, expect, test } from 'vitest'
import { documentAt, judge, type Page, startSite } from './host.js'
import { folder, GOOD, runHere } from './support.js'

const URL = 'https://client.example.com/cimd.json'
const MEMBERS: Readonly<Record<string, unknown>> = JSON.parse(documentAt(URL))

/** Judges a file whose hosted copy is this page. */
async function compare(
  file: string | Readonly<Record<string, unknown>>,
  page: Page,
  argv: readonly string[] = [],
  setting: Parameters<typeof runHere>[1] = {},
) {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  const site = await startSite({ '/cimd.json': page })
  const cwd = folder({ 'cimd.json': text })
  const targets = argv.includes('-') ? [] : ['cimd.json']
  const outcome = await judge([...targets, '--hosted', '--all', ...site.options, ...argv], {
    cwd,
    stdin: text,
    ...setting,
  })
  await site.close()
  const copied = outcome.reports[0]?.results.find(({ id }) => id === 'hosted-copy-agrees')
  return { ...outcome, asked: site.asked, compared: copied?.status }
}

const differs = (text: string) => `error hosted-copy-agrees: ${text} in the hosted copy`

describe('--hosted compares a file with what is hosted:', () => {
  test('the same', async () => {
    expect(await compare(MEMBERS, JSON.stringify(MEMBERS))).toMatchObject({
      ...{ code: 0, found: [], compared: 'passed', asked: [URL] },
    })
  })

  test.each<[what: string, here: object, there: object, differences: string[]]>([
    ['another value', { scope: 'read' }, { scope: 'write' }, ['scope is "read" here and "write"']],
    ['no such member', { scope: 'read' }, {}, ['scope is "read" here and missing']],
    [
      'one member more',
      {},
      { tos_uri: 'https://a.example.com/' },
      ['tos_uri is missing here and "https://a.example.com/"'],
    ],
    ['null is a value', { scope: null }, {}, ['scope is null here and missing']],
    ['another type', { x: 1 }, { x: '1' }, ['x is 1 here and "1"']],
    [
      'items in another order',
      { contacts: ['a@b.com', 'c@d.com'] },
      { contacts: ['c@d.com', 'a@b.com'] },
      ['contacts is ["a@b.com","c@d.com"] here and ["c@d.com","a@b.com"]'],
    ],
    [
      'deep in a member',
      { x: { a: [{ b: 1 }] } },
      { x: { a: [{ b: 2 }] } },
      ['x is {"a":[{"b":1}]} here and {"a":[{"b":2}]}'],
    ],
    [
      'more than one',
      { x: 1, y: 2 },
      { y: 3, z: 4 },
      ['x is 1 here and missing', 'y is 2 here and 3', 'z is missing here and 4'],
    ],
    ['a long one, cut', { x: 'a'.repeat(80) }, {}, [`x is "${'a'.repeat(59)}… here and missing`]],
    [
      'names that objects have',
      { constructor: 1 },
      { toString: 1 },
      ['constructor is 1 here and missing', 'toString is missing here and 1'],
    ],
  ])('%s', async (_, here, there, differences) => {
    const { code, found, asked } = await compare(
      { ...MEMBERS, ...here },
      JSON.stringify({ ...MEMBERS, ...there }),
    )
    const copied = found.filter((line) => line.includes('hosted-copy'))
    expect([code, copied]).toEqual([1, differences.map(differs)])
    expect(asked).toEqual([URL])
  })

  test('members in another order, however deep, are the same, and only bytes differ', async () => {
    const here = { ...MEMBERS, x: { a: [1, { c: 1, d: 2.0 }], b: 2 } }
    const there = `{ "x": { "b": 2.0, "a": [1, { "d": 2, "c": 1 }] }, ${JSON.stringify(MEMBERS).slice(1)}`
    const { code, found } = await compare(here, there)
    expect([code, found]).toEqual([
      0,
      [
        `info hosted-copy-same-bytes: the hosted copy says the same in other bytes: ${there.length} there, and ${JSON.stringify(here).length} here`,
      ],
    ])
  })

  test.each<[what: string, page: Page, code: number, line: RegExp]>([
    [
      'a page',
      { type: 'text/html', body: '<!doctype html>' },
      1,
      /^error hosted-copy-agrees: the hosted copy is no JSON object, and this file is$/,
    ],
    ['an array', '[]', 1, /^error hosted-copy-agrees: the hosted copy is no JSON object/],
    ['nothing', '', 1, /^error hosted-copy-agrees: the hosted copy is no JSON object/],
    ['404', { status: 404 }, 1, /^error fetch-status-200: .* answers 404/],
    ['a redirect', { status: 302, headers: { Location: '/' } }, 1, /^error fetch-no-redirect:/],
    ['a login', { status: 401 }, 1, /^error fetch-anonymous:/],
    [
      'compressed',
      { headers: { 'Content-Encoding': 'br' } },
      1,
      /^error fetch-no-content-encoding:/,
    ],
    [
      'sent as text',
      { type: 'text/plain', body: JSON.stringify(MEMBERS) },
      0,
      /^warning fetch-content-type:/,
    ],
  ])('%s in its place', async (_, page, code, line) => {
    const outcome = await compare(MEMBERS, page)
    expect([outcome.code, outcome.found]).toEqual([
      code,
      expect.arrayContaining([expect.stringMatching(line)]),
    ])
    // The file itself is judged all the same.
    expect(
      outcome.reports[0]?.results.find(({ id }) => id === 'client-name-required')?.status,
    ).toBe('passed')
  })

  test('nothing that could be reached, and what was found in the file is said', async () => {
    const cut: Page = (_, response) => response.socket?.destroy()
    expect(await compare(MEMBERS, cut)).toMatchObject({
      ...{ code: 3, found: [], compared: 'could-not-run' },
      unjudged: ['"client.example.com" closed the connection before it answered; mend the server'],
    })
    const broken = await compare({ ...MEMBERS, client_name: 5 }, cut)
    expect([broken.code, broken.found]).toEqual([1, [expect.stringContaining('client_name')]])
  })

  test('a file that is no JSON, which has no URL', async () => {
    expect(await compare('{', JSON.stringify(MEMBERS))).toMatchObject({ code: 1, asked: [] })
    expect(await compare('{', JSON.stringify(MEMBERS), ['--client-id', URL])).toMatchObject({
      ...{ code: 1, asked: [URL], compared: 'could-not-run' },
    })
  })
})

test('a secret that differs is never shown', async () => {
  const secrets = { client_secret: 'correct-horse', registration_access_token: 'battery-staple' }
  const here = { ...MEMBERS, ...secrets, jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0LWtleQ' }] } }
  const there = {
    ...MEMBERS,
    client_secret: 'other-horse',
    x: 'https://me:pass-word@a.example.com/',
  }
  const site = await startSite({ '/cimd.json': JSON.stringify(there) })
  const cwd = folder({ 'cimd.json': JSON.stringify(here, null, 2) })
  for (const format of ['text', 'json', 'ndjson', 'sarif', 'github', 'junit', 'markdown']) {
    const { stdout } = await runHere(
      ['validate', 'cimd.json', '--hosted', ...site.options, '--format', format],
      { cwd },
    )
    expect(stdout).toContain('client_secret')
    expect(stdout).not.toMatch(/horse|staple|c2VjcmV0LWtleQ|pass-word/)
  }
  await site.close()
})

describe('where a file is published is known', () => {
  const page = JSON.stringify(MEMBERS)
  const config = (documents: object) => ({
    'cimd.json': JSON.stringify({ ...MEMBERS, client_id: 'https://client.example.com/elsewhere' }),
    'mcp-cimd.config.json': JSON.stringify({ documents }),
  })

  test('by its own client_id, which is then compared', async () => {
    const { code, asked, stdout } = await compare(MEMBERS, page)
    expect([code, asked]).toEqual([0, [URL]])
    expect(stdout).not.toContain('was not compared')
    const site = await startSite({ '/cimd.json': page })
    const cwd = folder({ 'cimd.json': page })
    const text = await runHere(['validate', 'cimd.json', '--hosted', ...site.options], { cwd })
    await site.close()
    expect(text.stdout).toMatch(/^ok cimd\.json [^\n]+ requirements met\n$/)
  })

  test('by --client-id, which beats its client_id', async () => {
    const other = { ...MEMBERS, client_id: 'https://client.example.com/elsewhere' }
    const { code, asked, found } = await compare(other, page, ['--client-id', URL])
    expect([code, asked]).toEqual([1, [URL]])
    expect(found).toEqual([
      expect.stringMatching(/^error client-id-matches-url:/),
      differs(`client_id is "${other.client_id}" here and "${URL}"`),
    ])
  })

  test('by the configuration, also when nothing is named', async () => {
    const site = await startSite({ '/cimd.json': page })
    const cwd = folder(config({ 'cimd.json': URL }))
    const { found } = await judge(['--hosted', ...site.options], { cwd })
    await site.close()
    expect(site.asked).toEqual([URL])
    expect(found.join()).toContain('client_id is "https://client.example.com/elsewhere" here')
  })

  test('of what comes on standard input too', async () => {
    const { code, asked, found } = await compare(MEMBERS, '{}', ['-'])
    expect([code, asked]).toEqual([1, [URL]])
    expect(found).toContain(differs('client_name is "Example Client" here and missing'))
  })

  test('of each line of NDJSON', async () => {
    const site = await startSite({ '/cimd.json': page, '/b': '{}' })
    const lines = [
      JSON.stringify(MEMBERS),
      JSON.stringify({
        client_id_url: 'https://client.example.com/b',
        document: { ...MEMBERS, client_id: 'https://client.example.com/b' },
      }),
    ]
    const { code, reports } = await judge(['--ndjson', '-', '--hosted', ...site.options], {
      stdin: lines.join('\n'),
    })
    await site.close()
    expect(site.asked.sort()).toEqual(['https://client.example.com/b', URL])
    expect([code, reports.map(({ outcome }) => outcome)]).toEqual([1, ['passed', 'failed']])
  })

  test.each<[string, object]>([
    ['no client_id', { ...MEMBERS, client_id: undefined }],
    ['one that is no URL', { ...MEMBERS, client_id: 'my-client' }],
    ['one that is http', { ...MEMBERS, client_id: 'http://client.example.com/cimd.json' }],
    ['one that is a number', { ...MEMBERS, client_id: 5 }],
  ])('by nothing: %s', async (_, members) => {
    const { code, asked, compared, reports } = await compare(members as typeof MEMBERS, page)
    expect([code, asked, compared]).toEqual([1, [], 'not-applicable'])
    const { reason } = reports[0]?.results.find(({ id }) => id === 'hosted-copy-agrees') ?? {}
    expect(reason).toBe(
      'no file was compared with its hosted copy; --hosted does that where the URL is known',
    )
  })
})

test('without --hosted a file is never asked for', async () => {
  const site = await startSite({ '/cimd.json': '{}' })
  const cwd = folder({ 'cimd.json': GOOD })
  for (const more of [[], ['--client-id', URL], ['--probe'], ['--timeout', '1s'], ['--linked']]) {
    expect((await judge(['cimd.json', ...site.options, ...more], { cwd })).code).toBe(0)
  }
  await site.close()
  expect(site.asked).toEqual([])
})
