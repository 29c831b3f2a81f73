import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createAcceptances } from '../src/acceptance/ask.js'
import { parseDocument } from '../src/core/document.js'
import { evaluate, prepare } from '../src/core/engine.js'
import type { Client, Fact, Server, Topic } from '../src/core/server.js'
import {
  atMostBytes,
  exactly,
  matching,
  membersAre,
  nothing,
  objectToUri,
  oneOf,
} from '../src/core/server-facts.js'
import type { Acceptance, MetadataDocument } from '../src/core/types.js'
import { lintDocument } from '../src/index.js'
import { findProfile } from '../src/rulesets.js'
import { servers } from '../src/servers/index.js'
import { judge } from './host.js'
import { folder, runHere } from './support.js'

const toy = (id: string, facts: { readonly [T in Topic]?: Omit<Fact, 'source'> }): Server => ({
  id,
  title: id.toUpperCase(),
  version: '1.0',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: [],
  home: 'https://code.example.com/v1/',
  facts: Object.fromEntries(
    Object.entries(facts).map(([topic, fact]) => [topic, { ...fact, source: `src/${topic}.ts` }]),
  ),
})

const CLIENT = {
  client_id: 'https://app.example.com/c.json',
  client_name: 'Example',
  redirect_uris: ['https://app.example.com/callback'],
  token_endpoint_auth_method: 'none',
}

const documentWith = (members: object = {}): MetadataDocument =>
  parseDocument(JSON.stringify({ ...CLIENT, ...members }))

const ask = (servers: readonly Server[], members?: object): Acceptance => {
  const asked = servers.map((server) => ({ server, isNamed: true }))
  const acceptance = createAcceptances(asked).of(documentWith(members))
  if (!acceptance) throw new Error('no acceptance')
  return acceptance
}

const lax = toy('lax', {})
const small = toy('small', { size: atMostBytes(100) })
const strict = toy('strict', { matching: exactly })
const wantsNative = toy('native', {
  applicationType: {
    says: '',
    check: ({ value }) =>
      value.application_type === 'native'
        ? []
        : [
            {
              at: '/application_type',
              message: 'application_type is not "native"',
              suggestion: 'write "application_type": "native"',
              unless: 'anyKind is true',
              change: { member: 'application_type', value: 'native' },
            },
          ],
  },
})
const wantsKnown = toy('known', {
  applicationType: membersAre({ application_type: oneOf('web') }, ''),
})

describe('a server', () => {
  test('accepts what it has nothing against', () => {
    const { accepted, change, servers } = ask([lax])
    expect([accepted, change]).toEqual([1, undefined])
    expect(servers).toEqual([
      {
        id: 'lax',
        title: 'LAX',
        version: '1.0',
        date: '2026-11',
        verified: 'source',
        verdict: 'accepted',
        document: { verdict: 'accepted', objections: [] },
        hosting: { verdict: 'unknown', objections: [] },
        signIns: [
          {
            pointer: '/redirect_uris/0',
            redirectUri: 'https://app.example.com/callback',
            verdict: 'accepted',
            objections: [],
          },
        ],
      },
    ])
  })

  test('that refuses the document refuses every sign-in, and says why and where that is written', () => {
    const [server] = ask([small]).servers
    expect(server?.document).toEqual({
      verdict: 'refused',
      objections: [
        {
          pointer: '',
          message: expect.stringMatching(/^the document has \d+ bytes, and at most 100 are read$/),
          suggestion: 'publish only what servers need, and keys at jwks_uri',
          source: { text: 'SMALL, size.ts', url: 'https://code.example.com/v1/src/size.ts' },
        },
      ],
    })
    expect(server?.signIns.map(({ verdict, objections }) => [verdict, objections])).toEqual([
      ['refused', []],
    ])
  })

  test('whose objection a setting takes away depends on it', () => {
    const [server] = ask([wantsNative]).servers
    expect([server?.verdict, server?.document.verdict, server?.signIns[0]?.verdict]).toEqual([
      'depends',
      'depends',
      'depends',
    ])
    expect(server?.document.objections[0]?.unless).toBe('anyKind is true')
  })

  test('with an objection of each kind refuses', () => {
    const both = toy('both', { ...wantsNative.facts, size: atMostBytes(10) })
    expect(ask([both]).servers[0]?.verdict).toBe('refused')
  })

  test('is asked for some port where a URI on loopback has none', () => {
    const redirect_uris = [
      'http://127.0.0.1/callback',
      'http://127.0.0.1:3000/other',
      'http://localhost/callback',
      'https://127.0.0.1/callback',
    ]
    const literals = toy('literals', {
      matching: matching({ hosts: (host) => host === '127.0.0.1' }, ''),
    })
    const verdicts = ask([strict, literals], { redirect_uris }).servers.map(({ signIns }) =>
      signIns.map(({ verdict }) => verdict),
    )
    expect(verdicts).toEqual([
      ['refused', 'accepted', 'refused', 'accepted'],
      ['accepted', 'accepted', 'refused', 'accepted'],
    ])
  })

  test('is asked for the port that is registered beside a URI without', () => {
    const redirect_uris = ['http://127.0.0.1/callback', 'http://127.0.0.1:3000/callback']
    const [server] = ask([strict], { redirect_uris }).servers
    expect(server?.verdict).toBe('accepted')
  })

  test('that accepts the document counts only when it accepts each sign-in', () => {
    const redirect_uris = ['https://app.example.com/callback', 'http://127.0.0.1/callback']
    const { accepted, servers } = ask([lax, strict], { redirect_uris })
    expect(accepted).toBe(1)
    expect(servers.map(({ verdict, document }) => [verdict, document.verdict])).toEqual([
      ['accepted', 'accepted'],
      ['refused', 'accepted'],
    ])
  })

  test('is not asked about what is no JSON object', () => {
    const acceptances = createAcceptances([{ server: lax, isNamed: true }])
    expect(acceptances.of(parseDocument('[]'))).toBeUndefined()
    expect(acceptances.of(parseDocument('{'))).toBeUndefined()
  })

  test('is shown no secret of a redirection URI again', () => {
    const redirect_uris = ['https://user:hunter2@app.example.com/callback']
    expect(JSON.stringify(ask([lax, strict], { redirect_uris }))).not.toContain('hunter2')
  })

  test.each(['https://app.example.com/callback', 5, {}, [null], ['https://a.example.com/', 5]])(
    'that runs no sign-in without redirection URIs: %j',
    (redirect_uris) => {
      const { acceptance } = lintDocument(JSON.stringify({ ...CLIENT, redirect_uris }), {
        servers: 'all',
      })
      expect(acceptance?.accepted).toBe(0)
    },
  )

  test('is shown no secret that is the name of a member', () => {
    const name = `ghp_${'a'.repeat(36)}`
    const text = JSON.stringify({ ...CLIENT, [name]: 1, [`m${'x'.repeat(5000)}`]: 1 })
    const report = lintDocument(text, { servers: ['keycloak'] })
    expect(report.acceptance?.accepted).toBe(0)
    expect(JSON.stringify(report)).not.toContain(name)
    expect(JSON.stringify(report).length).toBeLessThan(20_000)
  })

  test('that refuses for more than is told says so', () => {
    const picky = toy('picky', {
      redirects: {
        says: '',
        check: ({ redirects }) =>
          redirects.map(({ at }, index) => ({
            at,
            message: 'no',
            ...(index < 30 && { unless: 'it is set' }),
          })),
      },
    })
    const redirect_uris = Array.from({ length: 31 }, (_, index) => `https://a.example.com/${index}`)
    const [server] = ask([picky], { redirect_uris }).servers
    expect([server?.verdict, server?.document.objections.length]).toEqual(['refused', 20])
  })

  test('is tried with fifty redirection URIs, and objects twenty times for one fact', () => {
    const redirect_uris = Array.from(
      { length: 5000 },
      (_, index) => `https://a.example.com/${index}`,
    )
    const picky = toy('picky', {
      redirects: {
        says: '',
        check: ({ redirects }) => redirects.map(({ at }) => ({ at, message: 'no' })),
      },
    })
    const [server] = ask([picky], { redirect_uris }).servers
    expect([server?.signIns.length, server?.document.objections.length]).toEqual([50, 21])
    expect(server?.document.objections.at(-1)?.message).toContain('the others were not judged')
  })
})

describe('the one change', () => {
  test('is that after which most servers accept, and was tried', () => {
    expect(ask([wantsNative, wantsNative, lax, small])).toMatchObject({
      accepted: 1,
      change: {
        pointer: '/application_type',
        suggestion: 'write "application_type": "native"',
        accepted: 3,
      },
    })
  })

  test('is none where it harms another, however many it helps', () => {
    expect(ask([wantsNative, wantsKnown]).change).toBeUndefined()
    expect(ask([wantsNative, wantsNative, wantsKnown]).change).toBeUndefined()
  })

  test.each(['scope', 'token_endpoint_auth_method', 'client_uri'])('leaves %s', (member) => {
    const server = toy('toy', { others: membersAre({ [member]: nothing }, '') })
    const { accepted, change } = ask([server], { [member]: 'none' })
    expect([accepted, change]).toEqual([0, undefined])
  })

  test('leaves a way to sign in of each kind', () => {
    const web = toy('web', {
      redirects: {
        says: '',
        check: (client) =>
          client.redirects.flatMap((one) =>
            one.isOnLoopback ? [objectToUri(one, 'is on loopback', client)] : [],
          ),
      },
    })
    const [https, loopback] = ['https://app.example.com/callback', 'http://127.0.0.1/a']
    expect(ask([web], { redirect_uris: [https, loopback] }).change).toBeUndefined()
    const two = toy('two', { redirects: { says: '', check: (client) => onlyFirst(client) } })
    const onlyFirst = (client: Client) =>
      client.redirects.slice(1).map((one) => objectToUri(one, 'is another', client))
    const change = ask([two], { redirect_uris: [loopback, 'http://127.0.0.1/b'] }).change
    expect(change?.suggestion).toBe('leave "http://127.0.0.1/b" out of redirect_uris')
  })

  test.each([
    [{ application_type: 'made-up' }, oneOf('web'), 'leave out application_type'],
    [{ application_type: undefined }, undefined, 'write "application_type": "native"'],
  ])('is told in words', (members, wanted, suggestion) => {
    const server = wanted
      ? toy('toy', { applicationType: membersAre({ application_type: wanted }, '') })
      : wantsNative
    expect(ask([server], members).change?.suggestion).toBe(suggestion)
  })

  test.each([
    [['a', 'b'], 'leave "implicit" out of grant_types, and add "a", "b" to grant_types'],
    [[], 'leave "implicit", "password" out of grant_types'],
    [['implicit', 'password', 'a'], 'add "a" to grant_types'],
    [['implicit', 'password'], 'name each item of grant_types once'],
  ])('of an array tells what leaves and what comes: %j', (value, suggestion) => {
    const grant_types = value[0] === 'a' ? ['implicit'] : ['implicit', 'password', 'implicit']
    const server = toy('toy', {
      grants: {
        says: '',
        check: ({ metadata }) =>
          JSON.stringify(metadata.grant_types) === JSON.stringify(value)
            ? []
            : [{ at: '/grant_types', message: 'no', change: { member: 'grant_types', value } }],
      },
    })
    expect(ask([server], { grant_types }).change?.suggestion).toBe(suggestion)
  })

  test('may take a member out', () => {
    const { accepted, change } = ask([wantsKnown], { application_type: 'made-up' })
    expect([accepted, change?.accepted, change?.pointer]).toEqual([0, 1, '/application_type'])
  })

  test('takes out a member of any name', () => {
    const other = toy('other', { others: membersAre({ __proto__x: oneOf('a') }, '') })
    const text = '{"client_id":"https://a.example.com/c","__proto__x":"b","__proto__":{"x":1}}'
    const acceptance = createAcceptances([{ server: other, isNamed: true }]).of(parseDocument(text))
    expect(acceptance?.change?.accepted).toBe(1)
  })
})

describe('in a report', () => {
  const report = (isNamed: boolean, server: Server) => {
    const { rules } = createAcceptances([{ server, isNamed }])
    return evaluate(documentWith(), prepare(rules, findProfile(), 'all'))
  }

  test('a server that somebody named and that refuses is an error, and one of all of them a warning', () => {
    expect(report(true, small).outcome).toBe('failed')
    expect(report(true, small).counts).toMatchObject({ error: 1, warning: 0 })
    expect(report(false, small).outcome).toBe('passed')
    expect(report(false, small).counts).toMatchObject({ error: 0, warning: 1 })
  })

  test('what depends on a setting weighs less', () => {
    expect(report(true, wantsNative).counts).toMatchObject({ error: 0, warning: 1 })
    expect(report(false, wantsNative).counts).toMatchObject({ warning: 0, info: 1 })
  })

  test('a refusal is a finding with its place, the setting and the source', () => {
    const [result] = report(true, wantsNative).results
    expect(result).toMatchObject({
      id: 'accepted-by-native',
      level: 'ADVICE',
      status: 'failed',
      cites: [{ text: 'NATIVE 1.0', url: 'https://code.example.com/v1/' }],
    })
    expect(result?.diagnostics).toMatchObject([
      {
        message: 'application_type is not "native", unless anyKind is true',
        suggestion: 'write "application_type": "native"',
        source: { text: 'NATIVE, applicationType.ts' },
        location: { pointer: '/application_type', line: 1 },
      },
    ])
  })
})

describe('mcp-cimd lint --server', () => {
  const SHAPE = 'fixtures/shapes/portless-loopback.json'
  const PORTABLE = 'fixtures/valid/portable.json'
  const lint = (...argv: string[]) => runHere(['lint', ...argv, '--no-color'], { columns: 80 })

  test('all shows what each makes of it, and which change would win most', async () => {
    const { code, stderr, stdout } = await lint('--server', 'all', SHAPE)
    expect([code, stderr]).toEqual([0, ''])
    await expect(stdout).toMatchFileSnapshot('golden/servers.txt')
  })

  test('all --format markdown is a table', async () => {
    const { stdout } = await lint('--server', 'all', SHAPE, '--format', 'markdown')
    await expect(stdout).toMatchFileSnapshot('golden/servers.md')
  })

  test('the portable document is accepted by every server for clients of MCP', async () => {
    const { code, reports } = await judge(['--server', 'all', PORTABLE], {}, 'lint')
    expect(code).toBe(0)
    const [{ acceptance, results } = { results: [] }] = reports
    const verdicts = acceptance?.servers.map(({ id, verdict }) => [id, verdict])
    expect(verdicts).toEqual(
      servers.map(({ id, serves }) => [id, serves === 'mcp' ? 'accepted' : 'refused']),
    )
    expect(acceptance?.accepted).toBe(servers.length - 1)
    expect(results.map(({ id }) => id)).toEqual(['accepted-by-atproto'])
    expect(await lint('--server', 'keycloak', '--server', 'auth0', PORTABLE)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('accepted by 2 of 2'),
    })
  })

  test('that somebody names and that refuses makes the exit code 1', async () => {
    expect(await lint('--server', 'auth0', SHAPE)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('error[accepted-by-auth0]'),
    })
    expect((await lint('--server', 'keycloak', SHAPE)).code).toBe(0)
    expect((await lint('--server', 'keycloak', SHAPE, '--max-warnings', '0')).code).toBe(1)
  })

  test('named beside all of them weighs more than the others', async () => {
    const { reports } = await judge(
      ['--server', 'all', '--server', 'auth0', '--server', 'auth0', SHAPE],
      {},
      'lint',
    )
    expect(reports[0]?.acceptance?.servers).toHaveLength(servers.length)
    const found = reports[0]?.results.flatMap(({ diagnostics }) => diagnostics) ?? []
    const ids = found.flatMap(({ id, severity }) => (severity === 'error' ? [id] : []))
    expect([...new Set(ids)]).toEqual(['accepted-by-auth0'])
  })

  test('with more sign-ins than a terminal is wide counts them', async () => {
    const { stdout } = await lint('--server', 'all', 'fixtures/shapes/port-range.json')
    expect(stdout).toMatch(/^ {2}server +document {2}sign-ins$/m)
    expect(stdout).toMatch(/^ {2}cloudflare-workers 1\.2\.3 +accepted {2}6 yes$/m)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('is asked in the library as on the command line', async () => {
    const { reports } = await judge(['--server', 'all', SHAPE], {}, 'lint')
    const text = readFileSync(SHAPE, 'utf8')
    const report = lintDocument(text, {
      servers: 'all',
      source: { kind: 'file', name: SHAPE },
    })
    expect([report]).toEqual(reports)
    expect(lintDocument(text, { servers: ['auth0'] }).outcome).toBe('failed')
    expect(lintDocument(text).acceptance).toBeUndefined()
    expect(() => lintDocument(text, { servers: ['auth' as 'auth0'] })).toThrow(
      'there is no server "auth"; did you mean "auth0"?',
    )
  })

  test('a waiver lets one pass, and says so', async () => {
    const cwd = folder({
      'c.json': readFileSync(SHAPE),
      'mcp-cimd.config.json': JSON.stringify({
        waivers: [{ rule: 'accepted-by-auth0', reason: 'no user of ours has it' }],
      }),
    })
    const { code, stdout } = await runHere(['lint', '--server', 'auth0', 'c.json'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('off: waiver, no user of ours has it')
  })
})
