import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineProfile, defineRule } from '../src/core/define.js'
import { parseDocument } from '../src/core/document.js'
import { evaluate, prepare, standingOf } from '../src/core/engine.js'
import type { BadExample, Fix, Pointer, Rule } from '../src/core/types.js'
import { readExample } from '../src/explanation.js'
import { fix, wholeText } from '../src/fix.js'
import { fixDocument, lintDocument, type ProfileName } from '../src/index.js'
import { profiles } from '../src/profiles/index.js'
import { rules } from '../src/rules/index.js'

const all: readonly Rule[] = rules

/** Repairs an example under its rule alone. */
function repairExample(rule: Rule, example: BadExample) {
  const profile = profiles.find((profile) => standingOf(rule, profile))
  if (!profile) throw new Error(`no profile contains ${rule.id}`)
  const ruleset = prepare([rule], profile, 'all')
  const { document, found, count } = fix(readExample(example), [{ ruleset }])
  const { results } = evaluate(document, ruleset)
  return { text: wholeText(document), found, count, left: results.flatMap((it) => it.diagnostics) }
}

describe.each(all.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  const invalid = rule.examples?.invalid ?? []

  test('repairs what its examples say, and nothing else', () => {
    for (const example of invalid) {
      const { fixed, at } = example
      const { text, found, count, left } = repairExample(rule, example)
      if (fixed === undefined) {
        expect([example, count, found]).toEqual([example, 0, []])
        continue
      }
      expect(text).toBe(typeof fixed === 'string' ? fixed : JSON.stringify(fixed))
      expect(found.map(({ id }) => id)).toContain(rule.id)
      expect(left.length).toBeLessThan(at.length)
    }
  })
})

const toy = defineProfile({ id: 'toy', title: 'Toy', editions: { cimd: '02' } })

/** A rule that finds what it is told to. */
const toyRule = (
  id: string,
  floor: 'error' | 'warning',
  find: (value: Readonly<Record<string, unknown>>) => readonly Fix[],
): Rule =>
  defineRule({
    id,
    level: 'ADVICE',
    floor,
    cites: [],
    title: 'It holds.',
    rationale: 'It is a toy.',
    examples: { valid: [{ document: {} }], invalid: [{ document: {}, at: [''] }] },
    *check({ value }) {
      for (const fix of find(value)) yield { at: '', message: JSON.stringify(fix), fix }
    },
  }) as unknown as Rule

/** Makes repairs, once, and gives the text they end in. */
function repair(text: string, fixes: readonly Fix[], clientId?: string): string {
  const document = parseDocument(text, { clientId })
  const before = JSON.stringify(document.value)
  const rule = toyRule('toy', 'warning', (value) => (JSON.stringify(value) === before ? fixes : []))
  return wholeText(fix(document, [{ ruleset: prepare([rule], toy, 'all') }]).document)
}

describe('every other byte stays', () => {
  const remove: Fix = { remove: '/b' }
  test.each<[string, string, Fix, string]>([
    ['first', '{ "b" : 1 ,\r\n\t"c":2 }\n\n', remove, '{ "c":2 }\n\n'],
    [
      'in between',
      '{\r\n  "a": 1,\r\n  "b": [ 2 ],\r\n  "c": 3\r\n}',
      remove,
      '{\r\n  "a": 1,\r\n  "c": 3\r\n}',
    ],
    ['last', '{\n\t"a": 1,\n\t"b": 2\n}\n', remove, '{\n\t"a": 1\n}\n'],
    ['alone', ' {\n  "b": 1\n}', remove, ' {}'],
    ['an item', '{"b": [ "x" , "y" , "z" ]}', { remove: '/b/1' }, '{"b": [ "x" , "z" ]}'],
    ['the only item', '{"b": [ "x" ]}', { remove: '/b/0' }, '{"b": []}'],
    ['an escaped name', '{"a":1,"\\u0062":2}', remove, '{"a":1}'],
    ['a name with a slash', '{"a":1,"x/~":2}', { remove: '/x~1~0' }, '{"a":1}'],
    ['a new name', '{ "b" :1 , "c":2}', { rename: '/b', to: 'd"' }, '{ "d\\"" :1 , "c":2}'],
    ['a new value', '{"b" : 1e0 ,"c":1.0}', { set: '/b', value: true }, '{"b" : true ,"c":1.0}'],
    ['a new item', '{"b": [1, 2]}', { set: '/b/1', value: 'x' }, '{"b": [1, "x"]}'],
    ['a new list', '{"b": 1}', { set: '/b', value: ['x', 'y'] }, '{"b": ["x", "y"]}'],
    ['a new list, densely', '{"b":1}', { set: '/b', value: ['x', 'y'] }, '{"b":["x","y"]}'],
    [
      'a new member',
      '{\r\n    "b": 1\r\n}\r\n',
      { set: '/c', value: 2 },
      '{\r\n    "b": 1,\r\n    "c": 2\r\n}\r\n',
    ],
    ['a new member, densely', '{"a":1,"b":1}', { set: '/c', value: 2 }, '{"a":1,"b":1,"c":2}'],
    [
      'a new member on a line',
      '{"a": 1, "b": 1}',
      { set: '/c', value: 2 },
      '{"a": 1, "b": 1, "c": 2}',
    ],
    ['the first member', '{ }', { set: '/c', value: 2 }, '{"c": 2}'],
    ['no byte order mark', '\ufeff{"b":1}', { unmark: true }, '{"b":1}'],
    ['a byte order mark', '\ufeff{"b":1}', { set: '/b', value: 2 }, '\ufeff{"b":2}'],
    [
      'one of a repeated name',
      '{ "b": 1, "a": 2 , "b": 1,\n"b": 1, "c": 3, "b": 1 }',
      { unrepeat: '/b' },
      '{ "b": 1, "a": 2, "c": 3 }',
    ],
    ['the last of a repeated name', '{"a":1,"a":2}', { remove: '/a' }, '{"a":1,"a":2}'],
    [
      'what is repeated with another value',
      '{"b":1,"b":1.0}',
      { unrepeat: '/b' },
      '{"b":1,"b":1.0}',
    ],
    [
      'what is below a repeated name',
      '{"a":{"b":1},"a":{"b":2}}',
      { remove: '/a/b' },
      '{"a":{"b":1},"a":{"b":2}}',
    ],
    ['a name that is there', '{"a":1,"b":2}', { rename: '/b', to: 'a' }, '{"a":1,"b":2}'],
    ['what is not there', '{"a":[1]}', { remove: '/a/1' }, '{"a":[1]}'],
    ['what is in nothing', '{"a":1}', { set: '/b/c', value: 1 }, '{"a":1}'],
    ['an index that is none', '{"a":[1]}', { remove: '/a/' }, '{"a":[1]}'],
    ['what is no URL that is known', '{"a":1}', { identify: '/client_id' }, '{"a":1}'],
  ])('%s', (_, before, fix, after) => {
    expect(repair(before, [fix])).toBe(after)
  })

  test('where the URL is known it becomes the client_id', () => {
    const url = 'https://client.example.com/"\u00fc.json'
    const text = '{\n  "client_name": "X"\n}'
    expect(repair(text, [{ identify: '/client_id' }], url)).toBe(
      `{\n  "client_name": "X",\n  "client_id": ${JSON.stringify(url)}\n}`,
    )
  })
})

test.each(['cimd.json', 'http://client.example.com/c', 'https://me:pass@client.example.com/c'])(
  '%s becomes no client_id',
  (clientId) => {
    expect(fixDocument('{"client_id":""}', { clientId }).text).toBeUndefined()
  },
)

describe('repairs of one document', () => {
  test('that are about the same are made one after the other, and a name first', () => {
    const fixes: Fix[] = [
      { set: '/client_id', value: 'b' },
      { rename: '/Client_ID', to: 'client_id' },
    ]
    expect(repair('{"Client_ID":"a"}', fixes)).toBe('{"client_id":"a"}')
    const rule = toyRule('toy', 'warning', () => fixes)
    const { document, count } = fix(parseDocument('{"Client_ID":"a"}'), [
      { ruleset: prepare([rule], toy, 'all') },
    ])
    expect([document.text, count]).toEqual(['{"client_id":"b"}', 2])
  })

  test('that touch are made one after the other', () => {
    const rule = toyRule('toy', 'warning', (value) => [
      ...(Array.isArray(value.a)
        ? value.a.map((_, index): Fix => ({ remove: `/a/${index}` }))
        : []),
      { set: '/b', value: 1 },
      { set: '/c', value: 1 },
    ])
    const { document } = fix(parseDocument('{"a":[1,2,3,4]}'), [
      { ruleset: prepare([rule], toy, 'all') },
    ])
    expect(document.text).toBe('{"a":[],"b":1,"c":1}')
  })

  test('that two findings ask for are one', () => {
    const rule = toyRule('toy', 'warning', ({ a }) =>
      a === 1
        ? [
            { set: '/a', value: 2 },
            { set: '/a', value: 2 },
          ]
        : [],
    )
    const ruleset = prepare([rule], toy, 'all')
    expect(fix(parseDocument('{"a":1}'), [{ ruleset }, { ruleset }])).toMatchObject({
      count: 1,
      document: { text: '{"a":2}' },
    })
  })

  test('end, also where each calls for the next', () => {
    const rule = toyRule('toy', 'warning', ({ a }) => [{ set: '/a', value: Number(a) + 1 }])
    const { document, count } = fix(parseDocument('{"a":1}'), [
      { ruleset: prepare([rule], toy, 'all') },
    ])
    expect([document.text, count]).toEqual(['{"a":11}', 10])
  })

  test('that bring an error are not made, and the others are', () => {
    const names = ['/a', '/b', '/c', '/d'] as const
    const wanted = toyRule('wanted', 'warning', (value) =>
      names.filter((at) => at.slice(1) in value).map((remove) => ({ remove })),
    )
    // An error that was there is no reason.
    const needed = toyRule('needed', 'error', (value) =>
      ['b', 'e']
        .filter((name) => !(name in value))
        .map((name) => ({ remove: `/x${name}` as Pointer })),
    )
    const ruleset = prepare([wanted, needed], toy, 'all')
    const { document, found } = fix(parseDocument('{"a":1,"b":2,"c":3,"d":4}'), [{ ruleset }])
    expect(document.text).toBe('{"b":2}')
    expect(found.map(({ message }) => message)).not.toContain('{"remove":"/b"}')
  })

  test('are looked for only so long', () => {
    const names = Array.from({ length: 150 }, (_, index) => `m${index}`)
    let judged = 0
    const wanted = [0, 50, 100].map((from) =>
      toyRule(`wanted-${from}`, 'warning', () => {
        if (from === 0) judged++
        return names.slice(from, from + 50).map((name) => ({ remove: `/${name}` as Pointer }))
      }),
    )
    const needed = toyRule('needed', 'error', (value) =>
      names.filter((name) => !(name in value)).map((name) => ({ remove: `/x${name}` as Pointer })),
    )
    const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))
    const { count } = fix(parseDocument(text), [
      { ruleset: prepare([...wanted, needed], toy, 'all') },
    ])
    expect([count, judged]).toEqual([0, 101])
  })

  test('are not made for what is found in another document, which stays known', () => {
    const ids = ['jwks-required-members', 'grant-unique']
    const ruleset = prepare(
      all.filter(({ id }) => ids.includes(id)),
      profiles[0],
      'all',
    )
    const keys = (n: string) => ({ keys: [{ kty: 'RSA', n, e: 'AQAB' }] })
    const document = readExample({
      document: {
        jwks: keys('abcd'),
        jwks_uri: 'https://client.example.com/jwks_uri',
        grant_types: ['a', 'a'],
      },
      links: { jwks_uri: { body: JSON.stringify(keys('ab+/')) } },
    })
    const fixed = fix(document, [{ ruleset }])
    expect(fixed.document.value).toEqual({ ...(document.value as object), grant_types: ['a'] })
    const { results } = evaluate(fixed.document, ruleset)
    expect(results.flatMap(({ diagnostics }) => diagnostics)).toMatchObject([
      { id: 'jwks-required-members', location: { kind: 'exchange' } },
    ])
  })

  test('leave what is suppressed, and all else of that requirement', () => {
    const rule = toyRule('toy', 'warning', (value) =>
      ['a', 'b'].filter((name) => name in value).map((name) => ({ remove: `/${name}` as Pointer })),
    )
    const other = toyRule('other', 'warning', ({ c }) => (c ? [{ remove: '/c' }] : []))
    const { document } = fix(parseDocument('{"a":1,"b":2,"c":3}'), [
      {
        ruleset: prepare([rule, other], toy, 'all'),
        options: () => ({
          suppress: ({ message }) =>
            message.includes('/a') ? { by: 'baseline', reason: 'known' } : undefined,
        }),
      },
    ])
    expect(document.text).toBe('{"a":1,"b":2}')
  })
})

describe('fixDocument', () => {
  const text = '{\n  "client_name": ["X"],\n  "grant_types": ["a", "a"]\n}\n'

  test('repairs, says what, and judges what is there now', () => {
    const clientId = 'https://client.example.com/cimd.json'
    const fixed = fixDocument(text, { clientId, source: 'cimd.json' })
    expect(fixed.text).toBe(
      `{\n  "client_name": "X",\n  "grant_types": ["a"],\n  "client_id": "${clientId}"\n}\n`,
    )
    expect(fixed.fixed.map(({ id }) => id).sort()).toEqual([
      'client-id-present',
      'grant-unique',
      'json-types',
    ])
    expect(fixed.report).toEqual(lintDocument(fixed.text ?? '', { clientId, source: 'cimd.json' }))
  })

  test('takes bytes, and loses none', () => {
    const bytes = Buffer.from(`\ufeff${text.replace('X', '\u00fc')}`)
    expect(fixDocument(bytes).text).toBe(
      '{\n  "client_name": "\u00fc",\n  "grant_types": ["a"]\n}\n',
    )
  })

  test.each<[string, string | Uint8Array]>([
    ['nothing wrong', JSON.stringify({ 'x-anything': 1 })],
    ['no JSON', '\ufeff{"grant_types":["a","a"],}'],
    ['no object', '\ufeff[]'],
    ['no UTF-8', Buffer.from('{"grant_types":["a","a\xff","a"]}', 'latin1')],
    ['nothing', ''],
    ['too much', `{"grant_types":["a","a"]${' '.repeat(1_048_576)}}`],
    ['too deep', `{"grant_types":["a","a"],"x":${'['.repeat(70)}${']'.repeat(70)}}`],
    ['no text at all', null as unknown as string],
  ])('leaves %s', (_, input) => {
    expect(fixDocument(input)).toMatchObject({ text: undefined, fixed: [] })
  })

  test('leaves what would turn out to be wrong', () => {
    const wrap = (uri: string) => fixDocument(JSON.stringify({ redirect_uris: uri })).text
    expect(wrap('https://client.example.com/cb')).toBe(
      '{"redirect_uris":["https://client.example.com/cb"]}',
    )
    expect(wrap('http://client.example.com/cb')).toBeUndefined()
  })

  test('leaves secrets', () => {
    const secret = {
      client_secret: 's',
      client_secret_expires_at: 1,
      registration_access_token: 't',
    }
    const key = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eA', d: 'eA' }
    expect(fixDocument(JSON.stringify({ ...secret, jwks: { keys: [key] } })).text).toBeUndefined()
  })

  test('refuses a profile that is none', () => {
    expect(() => fixDocument('{}', { profile: 'nothing' as ProfileName })).toThrow(
      'there is no profile "nothing"',
    )
  })
})

/** Everything there is to repair, in every combination. */
const FAULTS: Readonly<Record<string, readonly unknown[]>> = {
  client_id: ['https://client.example.com/cimd.json', '', null, ['https://a.example/c']],
  Client_ID: ['https://client.example.com/cimd.json', 'x'],
  client_name: ['X', null, ['X'], ['X', 'Y'], 5],
  'client_name#pt_BR': ['Y', null],
  redirect_uris: [
    'http://127.0.0.1/cb',
    'javascript:alert(1)',
    ['http://127.0.0.1/cb', ''],
    ['com.example.client:/cb', 'https://client.example.com/cb'],
    null,
  ],
  grant_types: [['authorization_code', 'authorization_code'], 'refresh_token', ['', null], []],
  response_types: ['code', ['token', 'token'], null],
  scope: [' atproto  atproto', ['atproto', 'a'], 'a\tb', '"', ' ', null],
  application_type: ['Web', 'native ', 'spa', ['web'], null],
  token_endpoint_auth_method: ['none', 'private_key_jwt', 'client_secret_basic', null],
  token_endpoint_auth_signing_alg: ['ES256', 'none', null],
  client_secret_expires_at: [0],
  client_secret: ['s'],
  dpop_bound_access_tokens: ['true', 'false', false, null],
  default_max_age: ['10', 'x'],
  jwks: [{ keys: [{ kty: 'RSA', n: 'ab+/', e: 'AQ==' }] }, { keys: [] }, null, [{}]],
}

const writing = fc.record({
  members: fc.tuple(
    ...Object.entries(FAULTS).map(([name, values]) =>
      fc.option(fc.constantFrom(...values.map((value) => [name, value] as const))),
    ),
  ),
  repeated: fc.nat(3),
  indent: fc.constantFrom('', '  ', '\t'),
  end: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\ufeff'),
})

const fixtures = ['valid', 'invalid', 'shapes'].flatMap((folder) =>
  readdirSync(join('fixtures', folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join('fixtures', folder, name))),
)

const documents = fc.oneof(
  fc.constantFrom(...fixtures),
  writing.map(({ members, repeated, indent, end, mark }) => {
    const written = members.flatMap((member) => {
      if (!member) return []
      const [name, value] = member
      return `${JSON.stringify(name)}: ${JSON.stringify(value, null, indent)}`
    })
    const lines = [...written, ...written.slice(0, repeated)].map((line) => `${indent}${line}`)
    const text = `{\n${lines.join(',\n')}\n}\n`
    return `${mark}${text.replaceAll('\n', end)}`
  }),
)

/** How many errors each requirement has. */
function errorsOf(input: string | Uint8Array, options: object): Map<string, number> {
  const counts = new Map<string, number>()
  const { results } = lintDocument(input, options)
  for (const { id, severity } of results.flatMap(({ diagnostics }) => diagnostics)) {
    if (severity === 'error') counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** The members of a document by name, as they are written. */
function membersOf(input: string | Uint8Array): Map<string, string> {
  const document = parseDocument(input)
  return new Map(
    Object.keys((document.value ?? {}) as object).map((name) => {
      const pointer: Pointer = `/${name.replaceAll('/', '~1')}`
      const key = document.rangeOf(pointer, 'key')
      const value = document.rangeOf(pointer)
      return [name, document.text.slice(key?.start, value?.end)]
    }),
  )
}

test('whatever is repaired, no error is new, nothing else changes, and that is the end of it', () => {
  let repaired = 0
  const property = fc.property(
    documents,
    fc.constantFrom(...profiles.map(({ id }) => id)),
    fc.constantFrom(undefined, 'https://client.example.com/cimd.json'),
    (input, profile, clientId) => {
      const options = { profile, clientId }
      const { text, fixed } = fixDocument(input, options)
      if (text === undefined) return
      repaired++
      const errors = errorsOf(input, options)
      for (const [id, count] of errorsOf(text, options)) {
        expect(count, id).toBeLessThanOrEqual(errors.get(id) ?? 0)
      }
      expect(fixDocument(text, options).text).toBeUndefined()
      // Of two names that differ in case only, the finding is about the later one.
      const touched = fixed.map(({ location }) =>
        location.kind === 'document' ? (location.pointer.split('/')[1] ?? '').toLowerCase() : '',
      )
      const isTouched = (name: string) => touched.includes(name.toLowerCase())
      const after = membersOf(text)
      for (const [name, written] of membersOf(input)) {
        if (!isTouched(name)) expect(after.get(name)).toBe(written)
      }
      const before = Buffer.from(input).toString()
      expect(text.includes('\r\n')).toBe(before.includes('\r\n'))
      expect(/\s*$/.exec(text)?.[0]).toBe(/\s*$/.exec(before)?.[0])
    },
  )
  fc.assert(property, { numRuns: 500 })
  expect(repaired).toBeGreaterThan(200)
})
