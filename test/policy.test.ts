import { describe, expect, test } from 'vitest'
import { createMatcher } from '../src/config/globs.js'
import { compileSchema } from '../src/config/policy-schema.js'
import { lintDocument } from '../src/index.js'
import { folder, GOOD, runHere } from './support.js'

const FILE = 'mcp-cimd.config.json'

/** Runs a command where a configuration is, and gives what is found by its requirement. */
async function run(
  config: object,
  argv: readonly string[] = ['lint', 'a.json'],
  files: Readonly<Record<string, string>> = {},
) {
  const cwd = folder({ 'a.json': GOOD, [FILE]: JSON.stringify(config), ...files })
  const { code, stderr, stdout } = await runHere([...argv, '--format', 'json', '--all'], { cwd })
  const { reports } = stdout === '' ? { reports: [] } : JSON.parse(stdout)
  const [report] = reports
  const results = new Map<string, { status: string; severity: string | undefined }>(
    (report?.results ?? []).map(
      ({
        id,
        status,
        diagnostics,
      }: {
        id: string
        status: string
        diagnostics: { severity: string }[]
      }) => [id, { status, severity: diagnostics[0]?.severity }],
    ),
  )
  const profiles: string[] = reports.map(({ profile }: { profile: string }) => profile)
  return { code, stderr, results, profiles }
}

/** What is told of a configuration that is wrong. */
const refused = async (
  config: object,
  argv: readonly string[] = ['lint', 'a.json'],
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { code, stderr, profiles } = await run(config, argv, files)
  expect({ code, profiles }).toEqual({ code: 2, profiles: [] })
  return stderr
}

const NO_FLAW = { status: 'passed', severity: undefined }

describe('rules', () => {
  const FOUND = 'auth-method-explicit'

  test.each(['validate', 'lint'])('have the severity that was decided, in %s', async (command) => {
    const of = async (severity: string, id = FOUND) =>
      (await run({ rules: { [id]: severity } }, [command, 'a.json'])).results.get(id)
    // Advice that only lint asks for.
    const wanted = command === 'lint' ? { status: 'failed', severity: 'error' } : undefined
    expect(await of('error')).toEqual(wanted)
    expect(await of('off')).toBeUndefined()
    expect((await run({ rules: { [FOUND]: 'error' } }, [command, 'a.json'])).code).toBe(
      command === 'lint' ? 1 : 0,
    )
  })

  test('that are off are not asked', async () => {
    const [before, after] = await Promise.all([run({}), run({ rules: { 'url-no-query': 'off' } })])
    expect(before.results.get('url-no-query')).toEqual(NO_FLAW)
    expect(after.results.has('url-no-query')).toBe(false)
    expect(after.results.size).toBe(before.results.size - 1)
  })

  test('may be raised, whatever they are', async () => {
    const { code } = await run({ rules: { 'client-name-required': 'error' } })
    expect(code).toBe(0)
  })

  test.each([
    [
      { 'client-id-presnet': 'off' },
      `${FILE}:1:11: there is no requirement "client-id-presnet"; did you mean "client-id-present"?`,
    ],
    [
      { 'url-no-query': 'eror' },
      `${FILE}:1:26: "url-no-query" of rules is "eror"; did you mean "error"?`,
    ],
    [
      { 'url-no-query': 'grave' },
      `${FILE}:1:26: "url-no-query" of rules is "grave"; there are error, warning, info, off`,
    ],
    [{ 'url-no-query': 1 }, `${FILE}:1:26: "url-no-query" of rules is not a string`],
    [
      { 'client-id-present': 'off' },
      `${FILE}:1:31: "client-id-present" is MUST under mcp-2026-07-28-cimd-02, and cannot be switched off: a waiver with a reason lets a finding pass`,
    ],
    [
      { 'redirect-no-fragment': 'warning' },
      `${FILE}:1:34: "redirect-no-fragment" is MUST under mcp-2026-07-28-cimd-02, and cannot be made "warning": a waiver with a reason lets a finding pass`,
    ],
    [
      { 'fetch-content-type': 'info' },
      `${FILE}:1:32: "fetch-content-type" is "warning" at least, and cannot be made "info": a waiver with a reason lets a finding pass`,
    ],
  ])('%j is refused', async (rules, line) => {
    for (const command of ['validate', 'lint']) {
      expect(await refused({ rules }, [command, 'a.json'])).toBe(`mcp-cimd: ${line}\n`)
    }
  })

  test('what is MUST depends on the profiles in use, also those of overrides', async () => {
    const rules = { 'client-name-required': 'off' }
    const argv = ['lint', 'a.json', '--profile', 'cimd-02']
    expect(await refused({ rules })).toContain('is MUST under mcp-')
    expect((await run({ rules }, argv)).code).toBe(0)
    expect((await run({ rules, profile: 'cimd-02' })).code).toBe(0)
    const overrides = [{ documents: ['x'], profile: 'mcp' }]
    expect(await refused({ rules, profile: 'cimd-02', overrides })).toContain('is MUST under mcp-')
    const own = [{ documents: ['x'], profile: 'cimd-02', rules }]
    expect((await run({ overrides: own })).code).toBe(0)
  })

  test('what is MUST under a profile that only a line asks for stays', async () => {
    const line = `${JSON.stringify({
      profile: 'mcp',
      document: {
        client_id: 'https://client.example.com/cimd.json',
        redirect_uris: ['https://client.example.com/'],
      },
    })}\n`
    const config = { profile: 'cimd-02', rules: { 'client-name-required': 'off' } }
    const { results } = await run(config, ['validate', '--ndjson', 'x'], { x: line })
    expect(results.get('client-name-required')).toEqual({ status: 'failed', severity: 'error' })
  })
})

describe('overrides', () => {
  test('hold for their documents, the later before the earlier, member by member', async () => {
    const config = {
      rules: { 'url-no-query': 'off' },
      policy: { maxSize: 10, forbidLoopback: true, members: { required: ['contacts'] } },
      overrides: [
        { documents: ['*.json'], policy: { maxSize: 20 }, rules: { 'policy-size': 'info' } },
        { documents: ['a.*'], policy: { members: {} }, rules: { 'policy-size': 'warning' } },
        { documents: ['sub/*.json'], policy: { maxSize: 9999 }, rules: { 'policy-size': 'off' } },
      ],
    }
    const files = { 'sub/b.json': GOOD, 'c.txt': GOOD }
    const a = await run(config, ['lint', 'a.json'], files)
    expect(a.results.get('policy-size')).toEqual({ status: 'failed', severity: 'warning' })
    expect(a.results.get('policy-members')).toEqual(NO_FLAW)
    expect(a.results.has('url-no-query')).toBe(false)
    const b = await run(config, ['lint', 'sub/b.json'], files)
    expect(b.results.has('policy-size')).toBe(false)
    expect(b.results.get('policy-members')?.severity).toBe('error')
    const c = await run(config, ['lint', 'c.txt'], files)
    expect(c.results.get('policy-size')).toEqual({ status: 'failed', severity: 'error' })
  })

  test('choose the profile, unless the command line does', async () => {
    const config = {
      profile: 'cimd-00',
      overrides: [
        { documents: ['a.json'], profile: ['cimd-01', 'atproto'] },
        { documents: ['b.json'], profile: 'cimd-02' },
        { documents: ['a.json'] },
      ],
    }
    const of = async (...argv: string[]) =>
      (await run(config, ['validate', ...argv], { 'b.json': GOOD, 'c.json': GOOD })).profiles
    expect(await of('a.json', 'b.json', 'c.json')).toEqual([
      'cimd-01',
      'atproto',
      'cimd-02',
      'cimd-00',
    ])
    expect(await of('a.json', 'b.json', '--profile', 'mcp-2025-11-25')).toEqual([
      'mcp-2025-11-25',
      'mcp-2025-11-25',
    ])
  })

  test('match a URL as it is written, and no file', async () => {
    const policy = { maxSize: 10 }
    const of = async (glob: string, ...argv: string[]) => {
      const cwd = folder({
        'a.json': GOOD,
        [FILE]: JSON.stringify({ overrides: [{ documents: [glob], policy }] }),
      })
      const { stdout } = await runHere(['lint', '--print-config', ...argv], { cwd })
      return JSON.parse(stdout).targets[0].policy
    }
    const url = 'https://client.example.com/cimd.json'
    expect(await of('https://*.example.com/**', url)).toEqual(policy)
    expect(await of('https://*.example.net/**', url)).toBeNull()
    expect(await of('**', url)).toBeNull()
    expect(await of('https://**', 'a.json')).toBeNull()
    expect(await of('**', 'a.json')).toEqual(policy)
  })

  test.each([
    [
      { documents: [] },
      '1:28: documents of item 0 of overrides is empty: write the globs of the documents it is for',
    ],
    [{}, '1:15: item 0 of overrides has no documents: write the globs of the documents it is for'],
    [
      { documents: [''] },
      '1:29: item 0 of documents of item 0 of overrides is empty: write a glob such as "clients/*.json"',
    ],
    [
      { documents: ['/a/*.json'] },
      '1:29: item 0 of documents of item 0 of overrides is "/a/*.json", an absolute path: write it as it is seen from the directory of the configuration',
    ],
    [
      { documents: ['C:\\a'] },
      '1:29: item 0 of documents of item 0 of overrides is "C:\\a", an absolute path: write it as it is seen from the directory of the configuration',
    ],
    [
      { documents: ['a', 'b/../../c'] },
      '1:33: item 1 of documents of item 0 of overrides is "b/../../c", which leads out of its directory and matches nothing: write it as it is seen from the directory of the configuration',
    ],
    [
      { documents: ['*'.repeat(201)] },
      '1:29: item 0 of documents of item 0 of overrides has 201 characters, and 200 are allowed',
    ],
    [{ documents: ['a'], profile: 'mpc' }, '1:44: there is no profile "mpc"; did you mean "mcp"?'],
    [
      { documents: ['a'], ruls: {} },
      '1:34: "ruls" is no member of item 0 of overrides; did you mean "rules"?',
    ],
    [
      { documents: ['a'], rules: { 'policy-sise': 'off' } },
      '1:43: there is no requirement "policy-sise"; did you mean "policy-size"?',
    ],
    [
      { documents: ['a'], policy: { scope: { required: ['x'], forbidden: ['x'] } } },
      '1:65: "x" is required and forbidden in scope of policy of item 0 of overrides: take it out of one of the two',
    ],
    [
      { documents: ['(a|aa)+b'] },
      '1:29: item 0 of documents of item 0 of overrides is "(a|aa)+b", where "(" is not read: write "{a,b}" or "?"',
    ],
    [
      { documents: ['{a,aa}**{a,aa}*'] },
      '1:29: item 0 of documents of item 0 of overrides has 4 "*" and "{", and 3 are allowed: write two globs, or a shorter one',
    ],
  ])('%j is refused', async (override, line) => {
    expect(await refused({ overrides: [override] })).toBe(`mcp-cimd: ${FILE}:${line}\n`)
  })
})

test.each(['!a/*.json', '{a,aa}+b', '[a]+b', '[!a]*', 'a|b'])(
  'a glob such as %j is refused',
  async (glob) => {
    expect(await refused({ overrides: [{ documents: [glob] }] })).toBe(
      `mcp-cimd: ${FILE}:1:29: item 0 of documents of item 0 of overrides is "${glob}", where "!", "|" and a "+" after a bracket are not read: write what is meant, not what is not\n`,
    )
  },
)

test('globs are never catastrophic', () => {
  const matches = createMatcher(['https://**/*-*x'], '/', (path) => path)
  const started = performance.now()
  for (const length of [900, 100_000]) {
    expect(matches({ kind: 'url', name: `https://a/${'-'.repeat(length)}` })).toBe(false)
  }
  expect(performance.now() - started).toBeLessThan(2000)
})

describe('a policy', () => {
  test('could not be asked of what is no JSON object', async () => {
    const { results } = await run({ policy: { maxSize: 9 } }, undefined, { 'a.json': '[]' })
    expect(results.get('policy-size')?.status).toBe('could-not-run')
  })

  test('is asked by lint, and not by validate', async () => {
    const config = { policy: { maxSize: 10 } }
    expect((await run(config)).results.get('policy-size')?.severity).toBe('error')
    expect((await run(config, ['validate', 'a.json'])).results.has('policy-size')).toBe(false)
    expect((await run({})).results.get('policy-size')?.status).toBe('not-applicable')
  })

  test.each<[object, string]>([
    [{ host: {} }, '1:12: "host" is no member of policy; did you mean "hosts"?'],
    [{ maxSize: '5k' }, '1:22: maxSize of policy is not a number'],
    [
      { maxSize: 0.5 },
      '1:22: maxSize of policy is 0.5: write a whole number of bytes, such as 5120',
    ],
    [
      { hosts: { links: ['https://example.com'] } },
      '1:30: item 0 of links of hosts of policy is "https://example.com": write a host such as "example.com", or "*.example.com" for every host below it',
    ],
    [
      { grant_types: { allowed: ['a'], required: ['b'] } },
      '1:55: "b" is required and not allowed in grant_types of policy: add it to allowed, or do not require it',
    ],
    [
      { members: { allowed: ['a'], forbidden: ['a'] } },
      '1:34: "a" is allowed and forbidden in members of policy: take it out of one of the two',
    ],
    [
      { token_endpoint_auth_method: { required: [] } },
      '1:42: "required" is no member of token_endpoint_auth_method of policy; there are allowed, forbidden',
    ],
    [
      { patterns: { client_name: '(a' } },
      '1:38: client_name of patterns of policy is "(a", which is no regular expression that is read in linear time: missing closing ): `(a`',
    ],
    [
      { patterns: { client_name: '(?:a?){600}(?:b?){0,401}' } },
      '1:38: client_name of patterns of policy is "(?:a?){600}(?:b?){0,401}", which repeats 1001 times in all, and 1000 are allowed',
    ],
    [
      { patterns: { client_name: '(?=a)' } },
      '1:38: client_name of patterns of policy is "(?=a)", which is no regular expression that is read in linear time: invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      { patterns: { 'x y': 'a'.repeat(201) } },
      `1:30: "x y" of patterns of policy is "${'a'.repeat(200)}…" and 1 more characters, which has 201 characters, and 200 are allowed`,
    ],
    [{ schema: {} }, '1:21: schema of policy is not a string'],
    [{ schema: 'x.json' }, '1:21: schema of policy is "x.json", and there is no such file'],
    [{ schema: '.' }, '1:21: schema of policy is ".", and there is no such file'],
  ])('%j is refused', async (policy, line) => {
    expect(await refused({ policy })).toBe(`mcp-cimd: ${FILE}:${line}\n`)
  })

  test('everything that is wrong is told at once', async () => {
    const stderr = await refused({
      rules: { x: 'off' },
      waivers: [
        { rule: 'y', reason: ' ', until: '2026-02-30', at: 'redirect_uris', documents: ['../a'] },
      ],
      policy: { patterns: { a: '[' } },
      overrides: [{ documents: [], policy: { maxSize: 1 } }],
    })
    expect(stderr.match(/^mcp-cimd: .*$/gm)).toEqual([
      expect.stringContaining('there is no requirement "x"'),
      expect.stringContaining('there is no requirement "y"'),
      expect.stringContaining('reason of item 0 of waivers is blank'),
      expect.stringContaining('until of item 0 of waivers is "2026-02-30"'),
      expect.stringContaining('at of item 0 of waivers is "redirect_uris": write a JSON Pointer'),
      expect.stringContaining(
        'item 0 of documents of item 0 of waivers is "../a", which leads out',
      ),
      expect.stringContaining('a of patterns of policy is "["'),
      expect.stringContaining('documents of item 0 of overrides is empty'),
      expect.stringContaining('maxSize of policy of item 0 of overrides is 1'),
    ])
  })

  test('a waiver says what it is for and why', async () => {
    expect(await refused({ waivers: [{ rule: 'url-no-query' }, { reason: 'r' }] })).toBe(
      [
        `mcp-cimd: ${FILE}:1:13: item 0 of waivers has no reason: write why the finding may stay\n`,
        `mcp-cimd: ${FILE}:1:37: item 1 of waivers has no rule: write the id of the requirement it is about\n`,
      ].join(''),
    )
  })

  test('is never catastrophic: T-161', async () => {
    const contacts = ['a'.repeat(2048), `${'a'.repeat(2047)}!`]
    const document = JSON.stringify({ ...JSON.parse(GOOD), contacts })
    const patterns = { contacts: '(a|a)*(a+)+(a*)*b|(.*.*.*.*.*.*.*.*=)+' }
    const started = performance.now()
    const { results } = lintDocument(document, { policy: { patterns } })
    expect(performance.now() - started).toBeLessThan(2000)
    const found = results.find(({ id }) => id === 'policy-patterns')?.diagnostics
    expect(found).toHaveLength(2)
  })

  test('shows no secrets of the document, nor of itself', async () => {
    const token = `ghp_${'a1'.repeat(18)}`
    const cwd = folder({
      'a.json': JSON.stringify({ ...JSON.parse(GOOD), client_name: token, scope: token }),
      'schema.json': JSON.stringify({ properties: { client_name: { const: 'x' } } }),
      [FILE]: JSON.stringify({
        policy: {
          patterns: { client_name: 'Acme' },
          scope: { allowed: [token], forbidden: ['a'] },
          schema: 'schema.json',
          members: { required: [`${token}x`] },
        },
      }),
    })
    const { stdout } = await runHere(['lint', 'a.json', '--format', 'json'], { cwd })
    const ids = JSON.parse(stdout).reports[0].results.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(
      expect.arrayContaining(['policy-patterns', 'policy-schema', 'policy-members']),
    )
    expect(stdout).not.toContain(token)
    const printed = await runHere(['lint', 'a.json', '--print-config'], { cwd })
    expect(printed.stdout).toContain('[redacted]')
    expect(printed.stdout).not.toContain(token)
  })
})

describe('security is loosened on the command line only', () => {
  test.each([
    ['allowLoopback', '--allow-loopback'],
    ['allow-loopback', '--allow-loopback'],
    ['ALLOW_LOOPBACK', '--allow-loopback'],
    ['ca', '--ca'],
    ['connectTo', '--connect-to'],
    ['connect-to', '--connect-to'],
    ['proxy', '--proxy'],
    ['timeout', '--timeout'],
    ['maxBytes', '--max-bytes'],
    ['max-bytes', '--max-bytes'],
    ['retries', '--retries'],
    ['concurrency', '--concurrency'],
    ['minTlsDays', '--min-tls-days'],
  ])('%s', async (name, flag) => {
    const help = `: security is loosened on the command line only: give ${flag} there\n`
    const is = `"${name}" is no member of`
    expect(await refused({ [name]: true })).toContain(`${is} the configuration${help}`)
    expect(await refused({ policy: { [name]: true } })).toContain(`${is} policy${help}`)
    const overrides = [{ documents: ['a'], [name]: true }]
    expect(await refused({ overrides })).toContain(`${is} item 0 of overrides${help}`)
  })

  test.each(['insecure', 'rejectUnauthorized', 'skip-verify'])(
    '%s, which is no option',
    async (name) => {
      expect(await refused({ [name]: true })).toContain(
        `"${name}" is no member of the configuration: security is loosened on the command line only, and there is no option for this\n`,
      )
    },
  )

  test.each([
    ['hosted', '--hosted'],
    ['linked', '--linked'],
    ['probe', '--probe'],
  ])('%s is asked for there too', async (name, flag) => {
    expect(await refused({ [name]: true })).toContain(
      `fetching is asked for on the command line only: give ${flag} there\n`,
    )
  })
})

describe('policy.schema', () => {
  const of = (schema: string) =>
    refused({ policy: { schema: 's/x.json' } }, undefined, { 's/x.json': schema })

  test.each([
    ['no JSON', '{"a":1,}', '1:7: a comma stands before the closing "}"'],
    ['an array', '[]', '1:1: the schema is no JSON object'],
    [
      'another dialect',
      '{"$schema":"http://json-schema.org/draft-04/schema#"}',
      '1:12: $schema is "http://json-schema.org/draft-04/schema#"; write draft 2020-12 or draft-07, or leave it out',
    ],
    [
      'no schema',
      '{"properties":{"a":{"type":"text"}}}',
      '1:28: the value at "/properties/a/type" must be equal to one of the allowed values',
    ],
    [
      'a remote reference',
      '{"properties":\n{"a":{"$ref":"https://example.com/s.json"}}}',
      '2:14: $ref is "https://example.com/s.json", and nothing is loaded: put what it leads to under $defs, and write "#/$defs/..."',
    ],
    [
      'a file',
      '{"$ref":"other.json"}',
      '1:9: $ref is "other.json", and nothing is loaded: put what it leads to under $defs, and write "#/$defs/..."',
    ],
    [
      'a dialect that is loaded',
      '{"$ref":"http://json-schema.org/draft-07/schema#"}',
      '1:9: $ref is "http://json-schema.org/draft-07/schema#", and nothing is loaded: put what it leads to under $defs, and write "#/$defs/..."',
    ],
    [
      'a reference to nothing',
      '{"$ref":"#/$defs/a"}',
      '1:9: $ref is "#/$defs/a", where no schema is; write a JSON Pointer in this file',
    ],
    [
      'a circle',
      '{"properties":{"a":{"$ref":"#"}}}',
      '1:28: $ref is "#", which leads back to itself: write it out',
    ],
    [
      'a dynamic reference',
      '{"$dynamicRef":"#a"}',
      '1:2: $dynamicRef is not read here: write the schema without it',
    ],
    ['a promise', '{"$async":true}', '1:2: $async is not read here: write the schema without it'],
    [
      'a base of its own',
      '{"properties":{"a":{"$id":"https://example.com/"}}}',
      '1:21: $id is not read here: write the schema without it',
    ],
    [
      'a catastrophic pattern',
      '{"properties":{"a":{"pattern":"a(?=b)"}}}',
      '1:31: "a(?=b)" is no regular expression that is read in linear time: invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      'a catastrophic name',
      '{"patternProperties":{"\\\\1":true}}',
      '1:29: "\\1" is no regular expression that is read in linear time: invalid escape sequence: `\\1`',
    ],
  ])('%s is refused at its place', async (_, schema, line) => {
    expect(await of(schema)).toBe(`mcp-cimd: s/x.json:${line}\n`)
  })

  test('that is large is refused', async () => {
    expect(await of(`{"description":"${'a'.repeat(65_536)}"}`)).toBe(
      `mcp-cimd: ${FILE}:1:21: schema of policy is "s/x.json", which is larger than 64 KiB\n`,
    )
  })

  test('that doubles and doubles is refused before it is asked', async () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `d${n + 1}`,
        { allOf: [{ $ref: `#/$defs/d${n}` }, { $ref: `#/$defs/d${n}` }] },
      ]),
    )
    const schema = { $ref: '#/$defs/d20', $defs: { d0: { type: 'object' }, ...$defs } }
    const started = performance.now()
    expect(await of(JSON.stringify(schema))).toMatch(
      / the schema (?:has [0-9]+ subschemas to hold|is [0-9]+ deep), with what its \$ref lead to; 64 and 2000 are allowed\n$/,
    )
    expect(performance.now() - started).toBeLessThan(2000)
    const chain = Object.fromEntries(
      Array.from({ length: 1500 }, (_, n) => [`d${n + 1}`, { $ref: `#/$defs/d${n}` }]),
    )
    for (const last of [1, 1500]) {
      const deep = {
        $defs: {
          ...(last === 1 ? chain : Object.fromEntries(Object.entries(chain).reverse())),
          d0: true,
        },
      }
      expect(await of(JSON.stringify(deep))).toContain(
        'deep, with what its $ref lead to; 64 and 2000',
      )
    }
  })

  test('never finds a member that only a prototype has', () => {
    const { findFaults } = compileSchema({ properties: { a: { required: ['toString'] } } })
    expect(findFaults?.({ a: {} }, 8)).toMatchObject([{ at: '/a/toString' }])
  })

  test('tells patterns apart', () => {
    const { findFaults } = compileSchema({
      properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } },
    })
    expect(findFaults?.({ a: 'a', b: 'b' }, 17)).toEqual([])
    expect(findFaults?.({ a: 'b', b: 'a' }, 17)?.map(({ at }) => at)).toEqual(['/a', '/b'])
  })

  test('tells so many faults, and of a large document the first', () => {
    const { findFaults } = compileSchema({ additionalProperties: { type: 'string' } })
    const value = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`m${n}`, n]))
    expect(findFaults?.(value, 65_536)).toHaveLength(200)
    expect(findFaults?.(value, 65_537)).toHaveLength(1)
  })
})

describe('--print-config', () => {
  test('prints what holds for each target, and judges nothing', async () => {
    const config = {
      documents: { 'a.json': 'https://client.example.com/cimd.json' },
      rules: { 'url-no-query': 'off', 'auth-method-explicit': 'error' },
      waivers: [
        { rule: 'url-no-query', reason: 'r', until: '2026-01-31' },
        { rule: 'url-no-query', reason: 'r', documents: ['b.json'] },
      ],
      policy: { maxSize: 10 },
      overrides: [
        { documents: ['b*'], profile: ['mcp', 'cimd-01'], policy: { forbidLoopback: true } },
      ],
    }
    const cwd = folder({ 'a.json': 'no JSON', 'b.json': GOOD, [FILE]: JSON.stringify(config) })
    const { code, stderr, stdout } = await runHere(['lint', '--print-config', 'a.json', 'b.json'], {
      cwd,
    })
    expect([code, stderr]).toEqual([0, ''])
    const { configuration, targets } = JSON.parse(stdout)
    expect(configuration).toBe(FILE)
    const [a, b] = targets
    expect(a).toMatchObject({
      target: 'a.json',
      clientId: 'https://client.example.com/cimd.json',
      policy: { maxSize: 10 },
      waivers: [{ rule: 'url-no-query', reason: 'r', until: '2026-01-31', isOver: true }],
      overrides: [],
    })
    expect(a.profiles).toEqual({
      'mcp-2026-07-28-cimd-02': expect.objectContaining({
        'url-no-query': 'off',
        'auth-method-explicit': 'error',
        'client-id-present': 'error',
        'policy-size': 'error',
      }),
    })
    expect(Object.keys(b.profiles)).toEqual(['mcp-2026-07-28-cimd-02', 'cimd-01'])
    expect(b).toMatchObject({ clientId: null, policy: { maxSize: 10, forbidLoopback: true } })
    expect(b.waivers).toHaveLength(2)
    expect(b.overrides).toEqual([expect.stringMatching(/^mcp-cimd\.config\.json:1:[0-9]+$/)])
  })

  test('tells of validate, of URLs without asking them, and of standard input', async () => {
    const of = async (...argv: string[]) => {
      const { code, stdout } = await runHere(argv, { cwd: folder() })
      expect(code).toBe(0)
      return JSON.parse(stdout)
    }
    const url = 'https://client.example.com/cimd.json'
    const { configuration, targets } = await of('validate', '--print-config', url)
    expect([configuration, targets[0].target, targets[0].clientId]).toEqual([null, url, url])
    expect(Object.values(targets[0].profiles)[0]).not.toHaveProperty('policy-size')
    expect((await of('lint', '-', '--print-config')).targets[0].target).toBe('<stdin>')
  })

  test('is safe on a terminal', async () => {
    const rules = 'a\u001b[2J\u202e'
    const config = { waivers: [{ rule: 'url-no-query', reason: rules }] }
    const cwd = folder({ 'a.json': GOOD, [FILE]: JSON.stringify(config) })
    const { stdout } = await runHere(['lint', '--print-config', 'a.json'], { cwd })
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
    expect(JSON.parse(stdout).targets[0].waivers[0].reason).toBe(rules)
  })
})

describe('the library', () => {
  const messages = (policy: unknown) => {
    const { results } = lintDocument(GOOD, { policy: policy as object })
    return results
      .filter(({ id }) => id.startsWith('policy-'))
      .flatMap(({ diagnostics }) => diagnostics.map(({ id }) => id))
  }

  test('takes a policy, and its schema as an object', () => {
    const policy = {
      patterns: { client_name: 'Acme .+' },
      schema: { required: ['contacts'] },
      maxSize: 10,
    }
    expect(messages(policy)).toEqual(['policy-patterns', 'policy-schema', 'policy-size'])
    expect(messages({ maxSize: 9999 })).toEqual([])
    // What is asked again is not checked again, and not what its owner made of it since.
    expect(messages(Object.assign(policy, { maxSize: 9999 }))).toContain('policy-size')
  })

  test.each([
    [{ patern: {} }, '"patern" is no member of policy; did you mean "patterns"?'],
    [{ maxSize: '5k' }, 'maxSize of policy is not a number'],
    [{ schema: 'x.json' }, 'schema of policy is not an object'],
    [
      { schema: { $ref: 'x' } },
      'schema of policy, at "#/$ref": $ref is "x", and nothing is loaded',
    ],
    [{ patterns: { a: '(' } }, 'which is no regular expression that is read in linear time'],
    [{ maxBytes: 5 }, 'security is loosened on the command line only'],
    ['policy.json', 'policy is not an object'],
    [null, 'policy is not an object'],
  ])('refuses %j', (policy, message) => {
    expect(() => messages(policy)).toThrow(TypeError)
    expect(() => messages(policy)).toThrow(message)
  })
})
