import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import '@hyperjump/json-schema/draft-07'
import { type OutputUnit, registerSchema, validate } from '@hyperjump/json-schema/draft-2020-12'
import { BASIC } from '@hyperjump/json-schema/experimental'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { MEMBERS } from '../src/core/members.js'
import type { Example, JsonSchema, Profile, Rule } from '../src/core/types.js'
import { parseDocument, validateDocument } from '../src/index.js'
import { profiles } from '../src/profiles/index.js'
import { rules } from '../src/rules/index.js'

const all: readonly Rule[] = rules
const names = Object.keys(MEMBERS)

const read = (name: string): JsonSchema =>
  JSON.parse(readFileSync(join('schemas', name), 'utf8')) as JsonSchema

const files = readdirSync('schemas').filter((name) => name.startsWith('client-metadata.'))
const GENERAL = 'client-metadata.schema.json'
const DRAFT_07 = 'client-metadata.draft-07.schema.json'
const fileOf = (profile: Profile): string => `client-metadata.${profile.id}.schema.json`

/** The pointers at which the engine sees a wrong type, in no order. */
const typesByEngine = (text: string): string[] =>
  parseDocument(text)
    .mistyped.map(({ at }) => at)
    .sort()

// Formats are annotations in both; what they mean is tested by the rules on URLs.
const ajv = new Ajv({ allErrors: true, validateFormats: false, strict: true, strictTypes: false })
const ajv2020 = new Ajv2020({
  allErrors: true,
  validateFormats: false,
  strict: true,
  strictTypes: false,
})

// The part of a rule alone does not declare the members it asks for; in the whole they are declared.
const lenient = new Ajv({ strict: false })
const lenient2020 = new Ajv2020({ strict: false })

const compiled = new Map(
  files.map((file) => [file, (file === DRAFT_07 ? ajv : ajv2020).compile(read(file))] as const),
)

const typesByAjv = (value: unknown): string[] => {
  const judge = compiled.get(DRAFT_07)
  judge?.(value)
  return (judge?.errors ?? [])
    .filter(({ keyword, schemaPath }) => keyword === 'type' && !schemaPath.includes('/allOf/'))
    .map(({ instancePath }) => instancePath)
    .sort()
}

let judgeByHyperjump: Awaited<ReturnType<typeof validate>>

beforeAll(async () => {
  const schema = read(GENERAL)
  registerSchema(schema as never)
  judgeByHyperjump = await validate(schema.$id as string)
})

const typesByHyperjump = (value: unknown): string[] => {
  const output = judgeByHyperjump(value as never, BASIC) as { errors?: OutputUnit[] }
  return (output.errors ?? [])
    .filter(
      ({ keyword, absoluteKeywordLocation }) =>
        keyword.endsWith('/keyword/type') && !absoluteKeywordLocation.includes('/allOf/'),
    )
    .map(({ instanceLocation }) => decodeURIComponent(instanceLocation.replace(/^#/, '')))
    .sort()
}

/** Any JSON value for some of the registered members, of its type more often than not. */
const anyMember = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }) },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(fc.string({ maxLength: 4 }), fc.integer()), { maxLength: 3 }),
  },
  { weight: 1, arbitrary: fc.boolean() },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('keys', 'a', '__proto__'), fc.constant([])),
  },
)
const anyName = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...names) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('client_name#de', 'logo_uri#a/b', 'scope#x', 'client_name#'),
  },
  { weight: 1, arbitrary: fc.constantFrom('x', '__proto__', 'constructor', 'Client_ID', 'a~b/c') },
)
const anyDocument = fc
  .array(fc.tuple(anyName, anyMember), { maxLength: 12 })
  .map(
    (members) =>
      `{${[...new Map(members)].map((entry) => entry.map((part) => JSON.stringify(part)).join(':')).join(',')}}`,
  )

const fixtures = ['fixtures/valid', 'fixtures/invalid', 'fixtures/shapes']
  .filter((directory) => existsSync(directory))
  .flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))
  .filter((path) => path.endsWith('.json') && !path.endsWith('expected.json'))
  .map((path) => [path, readFileSync(path, 'utf8')] as const)

const CORPUS = '../shared/corpus/real-documents.ndjson'
const corpus = existsSync(CORPUS)
  ? readFileSync(CORPUS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; document?: unknown; raw?: string })
      .map(({ id, document, raw }) => [id, raw ?? JSON.stringify(document)] as const)
  : []

const documents = [...fixtures, ...corpus].flatMap(([name, text]) => {
  const document = parseDocument(text)
  return document.stage === 'object' ? [[name, document.text] as const] : []
})

test('there are documents to compare on', () => expect(documents.length).toBeGreaterThan(5))

describe('three implementations agree about types', () => {
  test.each(documents)('on %s', (_, text) => {
    const value: unknown = JSON.parse(text)
    const expected = typesByEngine(text)
    expect(typesByAjv(value)).toEqual(expected)
    expect(typesByHyperjump(value)).toEqual(expected)
  })

  test('on 10,000 generated documents', () => {
    const seen = { right: 0, wrong: 0 }
    fc.assert(
      fc.property(anyDocument, (text) => {
        const value: unknown = JSON.parse(text)
        const expected = typesByEngine(text)
        seen[expected.length === 0 ? 'right' : 'wrong']++
        expect(typesByAjv(value)).toEqual(expected)
        expect(typesByHyperjump(value)).toEqual(expected)
      }),
      { numRuns: 10_000 },
    )
    // Neither all right nor all wrong, or the comparison would say little.
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(500)
  }, 120_000)
})

describe('a schema refuses only what the engine refuses', () => {
  const isRefused = (text: string, profile: Profile): boolean =>
    validateDocument(text, { profile: profile.id as 'mcp' }).counts.error > 0

  const expectNoMore = (text: string) => {
    const value: unknown = JSON.parse(text)
    for (const profile of profiles) {
      if (!compiled.get(fileOf(profile))?.(value)) {
        expect([profile.id, isRefused(text, profile)]).toEqual([profile.id, true])
      }
      if (!compiled.get(GENERAL)?.(value))
        expect(compiled.get(fileOf(profile))?.(value)).toBe(false)
    }
    expect(compiled.get(DRAFT_07)?.(value)).toBe(compiled.get(GENERAL)?.(value))
  }

  test.each(documents)('%s', (_, text) => expectNoMore(text))

  test('generated documents', () => {
    fc.assert(fc.property(anyDocument, expectNoMore), { numRuns: 500 })
  })
})

describe('the schema of a rule', () => {
  const withSchema = all.flatMap((rule) =>
    rule.schema ? [[rule.id, rule, rule.schema] as const] : [],
  )
  const valueIn = (example: Example): unknown =>
    'document' in example ? JSON.parse(JSON.stringify(example.document)) : undefined
  const valuesOf = (examples: readonly Example[]): unknown[] =>
    examples.map(valueIn).filter((value) => value !== undefined)

  test.each(withSchema)('%s takes the good examples and refuses a bad one', (_, rule, schema) => {
    const part = { type: 'object', allOf: [schema] }
    for (const judge of [lenient.compile(part), lenient2020.compile(part)]) {
      const { valid = [], invalid = [] } = rule.examples ?? {}
      // What is of another type is refused by the whole anyway.
      const typed = valuesOf(valid).filter(
        (value) => parseDocument(JSON.stringify(value)).mistyped.length === 0,
      )
      for (const value of typed) expect([value, judge(value)]).toEqual([value, true])
      expect(valuesOf(invalid).map((value) => judge(value))).toContain(false)
    }
  })

  test('some rules have one', () => expect(withSchema.length).toBeGreaterThan(0))
})

describe('published schemas', () => {
  test('there is one for each profile, and the general one in two dialects', () => {
    expect(files.toSorted()).toEqual([GENERAL, DRAFT_07, ...profiles.map(fileOf)].sort())
  })

  test.each(files)('%s names itself, its dialect and every member', (file) => {
    const { $id, $schema, properties } = read(file) as Record<string, object>
    expect($id).toBe(`https://unpkg.com/mcp-cimd@0/schemas/${file}`)
    expect($schema).toMatch(file === DRAFT_07 ? /draft-07/ : /2020-12/)
    expect(Object.keys(properties ?? {})).toEqual(names)
  })
})

describe('the schema of the configuration', () => {
  const judge = new Ajv({ strict: true, validateFormats: false }).compile(
    read('config.schema.json'),
  )

  test.each([
    {},
    { $schema: './node_modules/mcp-cimd/schemas/config.schema.json' },
    { documents: { 'client.json': 'https://client.example.com/client.json' }, profile: 'mcp' },
    { profile: ['mcp', 'atproto'] },
  ])('takes %j', (config) => expect(judge(config)).toBe(true))

  test.each([
    { document: {} },
    { profile: 'mpc' },
    { profile: ['mcp', 5] },
    { documents: ['client.json'] },
  ])('refuses %j', (config) => expect(judge(config)).toBe(false))
})
