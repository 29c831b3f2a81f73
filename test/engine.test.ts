import { describe, expect, test } from 'vitest'
import { defineProfile, defineRule } from '../src/core/define.js'
import { parseDocument, unreadDocument } from '../src/core/document.js'
import { evaluate, prepare, type Scope, standingOf } from '../src/core/engine.js'
import { cimd, mcp, rfc } from '../src/core/spec.js'
import type { Finding, Keyword, Profile, Rule } from '../src/core/types.js'

const oldCimd = defineProfile({ id: 'old', title: 'Old', editions: { cimd: '00' } })
const newCimd = defineProfile({ id: 'new', title: 'New', editions: { cimd: '02' } })
const newMcp = defineProfile({ id: 'm', title: 'M', editions: { cimd: '02', mcp: '2026-07-28' } })

/** A rule that finds what it is told to. */
const toy = (
  over: Partial<Rule> = {},
  findings: Iterable<Finding> = [{ at: '', message: 'wrong' }],
): Rule => ({
  id: 'toy',
  level: 'MUST',
  cites: [rfc(1, '1')],
  title: 'It holds.',
  needs: 'object',
  check: () => findings,
  ...over,
})

const judge = (
  rules: readonly Rule[],
  text = '{}',
  profile: Profile = newCimd,
  scope: Scope = 'all',
) => evaluate(parseDocument(text), prepare(rules, profile, scope), { all: true })

describe('the severity follows the keyword', () => {
  test.each<[Keyword, string]>([
    ['MUST', 'error'],
    ['SHOULD', 'warning'],
    ['MAY', 'info'],
    ['ADVICE', 'info'],
  ])('%s is %s', (level, severity) => {
    expect(standingOf(toy({ level }), newCimd)).toMatchObject({ level, severity })
  })

  test('a keyword of the profile beats that of the rule', () => {
    const profile = defineProfile({
      id: 'p',
      title: 'P',
      editions: { cimd: '02' },
      levels: { toy: 'MUST' },
    })
    expect(standingOf(toy({ level: 'ADVICE' }), profile)).toMatchObject({ severity: 'error' })
  })

  test('the table of editions gives the keyword of each edition', () => {
    const rule = toy({ cites: [cimd('ssrf')] })
    expect(standingOf(rule, oldCimd)).toMatchObject({ level: 'SHOULD', severity: 'warning' })
    expect(standingOf(rule, newCimd)).toMatchObject({ level: 'MUST', severity: 'error' })
  })

  test('a MUST of a later edition is a warning', () => {
    const rule = toy({ cites: [cimd('credentials', '02')] })
    expect(standingOf(rule, oldCimd)).toMatchObject({ severity: 'warning', isLater: true })
    expect(standingOf(rule, newCimd)).toMatchObject({ severity: 'error', isLater: false })
    expect(judge([rule], '{}', oldCimd).results[0]?.cites[0]?.text).toBe('CIMD -02 §4.1')
  })

  test('a floor raises, and no profile lowers it', () => {
    expect(standingOf(toy({ level: 'ADVICE', floor: 'error' }), newCimd)).toMatchObject({
      severity: 'error',
    })
    expect(standingOf(toy({ level: 'ADVICE', floor: 'warning' }), newCimd)).toMatchObject({
      severity: 'warning',
    })
    expect(standingOf(toy({ level: 'MUST', floor: 'warning' }), newCimd)).toMatchObject({
      severity: 'error',
    })
  })

  test('a cap lowers a MUST, and leaves its keyword', () => {
    expect(standingOf(toy({ cap: 'warning' }), newCimd)).toMatchObject({
      level: 'MUST',
      severity: 'warning',
    })
  })

  test('a rule of a specification that the profile does not contain is not in it', () => {
    const rule = toy({ cites: [mcp('required-members')] })
    expect(standingOf(rule, newCimd)).toBeUndefined()
    expect(judge([rule]).results).toEqual([])
    expect(judge([rule], '{}', newMcp).results).toHaveLength(1)
  })
})

describe('the scope says which rules are asked', () => {
  const rules = [
    toy({ id: 'must' }),
    toy({ id: 'should', level: 'SHOULD' }),
    toy({ id: 'floored', level: 'ADVICE', floor: 'warning' }),
    toy({ id: 'later', cites: [cimd('credentials', '02')] }),
    toy({ id: 'identifier', level: 'ADVICE', needs: 'client-id' }),
  ]
  test.each<[Scope, string[]]>([
    ['required', ['must', 'floored', 'later']],
    ['all', ['must', 'should', 'floored', 'later', 'identifier']],
    ['client-id', ['identifier']],
  ])('%s', (scope, ids) => {
    const report = judge(rules, '{"client_id":"x"}', oldCimd, scope)
    expect(report.results.map(({ id }) => id)).toEqual(ids)
  })
})

describe('what a rule needs', () => {
  const status = (needs: Rule['needs'], text: string, clientId?: string) => {
    const document = parseDocument(text, { clientId })
    const { results } = evaluate(document, prepare([toy({ needs })], newCimd, 'all'), { all: true })
    return [results[0]?.status, results[0]?.reason]
  }

  test.each<[Rule['needs'], string, string, string | undefined]>([
    ['bytes', '\ud800', 'failed', undefined],
    ['text', '\ud800', 'could-not-run', 'the document is not readable as text'],
    ['text', '{', 'failed', undefined],
    ['json', '{', 'could-not-run', 'the document could not be parsed'],
    ['object', '{', 'could-not-run', 'the document could not be parsed'],
    ['json', '[]', 'failed', undefined],
    ['object', '[]', 'could-not-run', 'the document is not a JSON object'],
    ['object', '{}', 'failed', undefined],
    ['url', '{}', 'not-applicable', 'the URL of the document was not given'],
    ['client-id', '{}', 'not-applicable', 'there is no client_id'],
    ['client-id', '{"client_id":""}', 'not-applicable', 'there is no client_id'],
    ['client-id', '{', 'could-not-run', 'the document could not be parsed'],
    ['client-id', '{"client_id":"x"}', 'failed', undefined],
    [
      'client-id-url',
      '{"client_id":"x"}',
      'could-not-run',
      'the client_id is not a well-formed absolute URL',
    ],
    ['client-id-url', '{"client_id":"https://h.example.com/c"}', 'failed', undefined],
  ])('%s in %j: %s', (needs, text, expected, reason) => {
    expect(status(needs, text)).toEqual([expected, reason])
  })

  test('a given URL is the client identifier, whatever the document is', () => {
    expect(status('client-id', '{', 'https://h.example.com/c')).toEqual(['failed', undefined])
    expect(status('url', '{', 'https://h.example.com/c')[0]).toBe('could-not-run')
  })

  test('of a file that was not read nothing is judged, and nothing passes', () => {
    const document = unreadDocument({ source: 'gone.json' })
    const report = evaluate(document, prepare([toy({ needs: 'bytes' }), toy()], newCimd, 'all'))
    expect(report).toMatchObject({
      outcome: 'incomplete',
      evaluated: { passed: 0, couldNotRun: 2 },
    })
  })
})

test('a rule is not called when no member it reads is there, and holds', () => {
  const calls: string[] = []
  const rule = toy({
    reads: ['scope', 'jwks'],
    check: () => {
      calls.push('called')
      return []
    },
  })
  expect(judge([rule], '{"other":1}').evaluated.passed).toBe(1)
  expect(calls).toEqual([])
  judge([rule], '{"jwks":{},"scope":""}')
  expect(calls).toEqual(['called'])
})

test('what passed is only counted, unless all is asked for', () => {
  const rules = [toy({ id: 'a' }, []), toy({ id: 'b', needs: 'url' }), toy({ id: 'c' })]
  const short = evaluate(parseDocument('{}'), prepare(rules, newCimd, 'all'))
  expect(short.results.map(({ id }) => id)).toEqual(['c'])
  expect(short.evaluated).toEqual({ passed: 1, failed: 1, notApplicable: 1, couldNotRun: 0 })
  expect(judge(rules).results.map(({ status }) => status)).toEqual([
    'passed',
    'not-applicable',
    'failed',
  ])
})

describe('the outcome', () => {
  test.each<[string, Rule, string]>([
    ['an error fails', toy(), 'failed'],
    ['a warning passes', toy({ level: 'SHOULD' }), 'passed'],
    ['what could not run is incomplete', toy({ needs: 'client-id-url' }), 'incomplete'],
  ])('%s', (_, rule, outcome) => {
    expect(judge([rule], '{"client_id":"x"}').outcome).toBe(outcome)
  })

  test('a suppressed error is shown, marked, and does not count', () => {
    const suppressed = { by: 'waiver', reason: 'agreed', until: '2027-01-01' } as const
    const report = evaluate(parseDocument('{}'), prepare([toy()], newCimd, 'all'), {
      suppress: ({ id }) => (id === 'toy' ? suppressed : undefined),
    })
    expect(report.outcome).toBe('passed')
    expect(report.counts).toEqual({ error: 0, warning: 0, info: 0, suppressed: 1 })
    expect(report.results[0]?.diagnostics[0]).toMatchObject({ severity: 'error', suppressed })
  })
})

describe('the place of a finding', () => {
  const text = '{\n  "client_id": "https://h.example.com/\\u0061b#c",\n  "jwks": { "keys": [] }\n}'
  const locate = (
    finding: Omit<Finding, 'message'>,
    over: Partial<Rule> = {},
    clientId?: string,
  ) => {
    const rule = toy(over, [{ ...finding, message: 'wrong' }])
    const document = parseDocument(text, { clientId, source: 'a.json' })
    const { results } = evaluate(document, prepare([rule], newCimd, 'all'))
    return results[0]?.diagnostics[0]?.location
  }

  test('a value', () => {
    expect(locate({ at: '/jwks' })).toEqual({
      kind: 'document',
      uri: 'a.json',
      pointer: '/jwks',
      line: 3,
      column: 11,
      endLine: 3,
      endColumn: 25,
    })
  })
  test('a name', () => {
    expect(locate({ at: '/jwks', on: 'key' })).toMatchObject({ line: 3, column: 3, endColumn: 9 })
  })
  test('a piece of a string, counted past escapes', () => {
    expect(locate({ at: '/client_id', part: { offset: 22, length: 1 } })).toMatchObject({
      line: 2,
      column: 39,
      endColumn: 45,
    })
    expect(locate({ at: '/client_id', part: { offset: 24, length: 2 } })).toMatchObject({
      column: 46,
      endColumn: 48,
    })
  })
  test('a missing member: the brace that should hold it', () => {
    expect(locate({ at: '/client_name' })).toMatchObject({ line: 1, column: 1, endColumn: 2 })
    expect(locate({ at: '/jwks/keys/0/kid' })).toMatchObject({ line: 3, column: 21, endColumn: 22 })
  })
  test('a client identifier that is not the one in the document: the URL itself', () => {
    const other = 'https://u:p@other.example.com/c'
    expect(
      locate({ at: '/client_id', part: { offset: 8, length: 3 } }, { needs: 'client-id' }, other),
    ).toEqual({
      kind: 'url',
      url: 'https://***@other.example.com/c',
      offset: 8,
      length: 3,
    })
  })
})

test('more findings than anyone reads are counted in the last that is shown', () => {
  const many = Array.from({ length: 1_000 }, (_, n): Finding => ({ at: '', message: `wrong ${n}` }))
  const [result] = judge([toy({}, many)]).results
  expect(result?.diagnostics).toHaveLength(50)
  expect(result?.diagnostics.at(-1)?.message).toBe('wrong 49; and 950 more like it')
})

test('a rule that never ends finding is stopped', () => {
  function* endless(): Iterable<Finding> {
    for (;;) yield { at: '', message: 'wrong' }
  }
  const [result] = judge([toy({}, endless())]).results
  expect(result?.diagnostics.at(-1)?.message).toBe('wrong; and more than 950 more like it')
})

describe('the compiler refuses', () => {
  // Each of these lines is an error; `npm run check:types` fails when one is none.
  const base = {
    title: 'It holds.',
    rationale: 'Because.',
    examples: { valid: [{ document: {} }], invalid: [{ document: {}, at: [''] }] },
  } as const
  test('a MUST without a citation', () => {
    // @ts-expect-error
    defineRule({ ...base, id: 'a', level: 'MUST', cites: [], *check() {} })
  })
  test('a rule without a failing example', () => {
    const examples = { valid: [{ document: {} }], invalid: [] } as const
    // @ts-expect-error
    defineRule({ ...base, examples, id: 'a', level: 'ADVICE', cites: [], *check() {} })
  })
  test('a url read without the need for it', () => {
    defineRule({
      ...base,
      id: 'a',
      level: 'ADVICE',
      cites: [],
      // @ts-expect-error
      *check({ url }) {
        if (url === '') yield { at: '', message: 'wrong' }
      },
    })
  })
  test('a finding that is not at a JSON Pointer', () => {
    defineRule({
      ...base,
      id: 'a',
      level: 'ADVICE',
      cites: [],
      // @ts-expect-error
      *check() {
        yield { at: 'client_id', message: 'wrong' }
      },
    })
  })
})

describe('not run is never passed', () => {
  test('a rule that reads a member of another type could not run, unless it has a finding', () => {
    const text = '{"redirect_uris":["a",5]}'
    const silent = toy({ reads: ['redirect_uris'] }, [])
    expect(judge([silent], text).results).toMatchObject([
      { status: 'could-not-run', reason: 'redirect_uris is not of its type' },
    ])
    expect(judge([toy({ reads: ['redirect_uris'] })], text).results).toMatchObject([
      { status: 'failed' },
    ])
  })

  test('a client_id that is not there is not compared with the URL', () => {
    const document = parseDocument('{"client_id":7}', { clientId: 'https://h.example.com/c' })
    const { results } = evaluate(document, prepare([toy({ needs: 'url' }, [])], newCimd, 'all'))
    expect(results).toMatchObject([
      { status: 'could-not-run', reason: 'there is no client_id to compare with the URL' },
    ])
  })
})

describe('no password leaves by another door', () => {
  test('target, client identifier and locations', () => {
    const url = 'https://u:hunter2@h.example.com/c'
    const document = parseDocument('{"client_id":"https://u:hunter2@h.example.com/d"}', {
      clientId: url,
      source: url,
    })
    const rules = [toy(), toy({ needs: 'client-id' })]
    const report = evaluate(document, prepare(rules, newCimd, 'all'), { all: true })
    expect(report.target).toBe('https://[redacted]@h.example.com/c')
    expect(report.clientId).toBe('https://[redacted]@h.example.com/c')
    expect(JSON.stringify(report)).not.toContain('hunter2')
  })
})
