import { describe, expect, test } from 'vitest'
import * as library from '../src/index.js'
import { GOOD } from './support.js'

const { parseDocument, validateDocument, validateClientIdUrl, matchRedirectUri, findRedirectUri } =
  library

test('exports what it promises, and nothing else', () => {
  expect(Object.keys(library).sort()).toEqual([
    'UsageError',
    'createClientResolver',
    'findRedirectUri',
    'fixDocument',
    'lintDocument',
    'matchRedirectUri',
    'parseDocument',
    'profiles',
    'resolveClient',
    'rules',
    'servers',
    'validateClientIdUrl',
    'validateDocument',
  ])
})

describe('validateDocument', () => {
  test('takes text and bytes, and says the same', () => {
    expect(validateDocument(Buffer.from(GOOD))).toEqual(validateDocument(GOOD))
    expect(validateDocument(GOOD)).toMatchObject({
      version: 1,
      target: '<text>',
      source: 'text',
      clientId: 'https://client.example.com/cimd.json',
      profile: 'mcp-2026-07-28-cimd-02',
      outcome: 'passed',
      results: [],
      steps: [],
      exchanges: [],
    })
  })

  test('gives a report that is plain data', () => {
    const report = validateDocument('{"a":1', { clientId: 'https://h.example.com/c', all: true })
    expect(structuredClone(report)).toEqual(report)
  })

  test('knows where a document came from', () => {
    const { target, source, results } = validateDocument('{}', {
      source: { kind: 'url', name: 'https://h.example.com/c' },
    })
    expect([target, source]).toEqual(['https://h.example.com/c', 'url'])
    expect(results[0]?.diagnostics[0]?.location).toMatchObject({ uri: 'https://h.example.com/c' })
    expect(validateDocument('{}', { source: 'a.json' })).toMatchObject({
      target: 'a.json',
      source: 'text',
    })
  })

  test('refuses a profile that there is not, and says which was meant', () => {
    // @ts-expect-error
    expect(() => validateDocument(GOOD, { profile: 'mpc' })).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: 'there is no profile "mpc"; did you mean "mcp"?',
      }),
    )
  })

  test('judges by the profile', () => {
    for (const { id } of library.profiles)
      expect(validateDocument(GOOD, { profile: id }).profile).toBe(id)
    expect(validateDocument(GOOD, { profile: 'cimd' }).profile).toBe('cimd-02')
  })
})

describe('arguments that the types do not allow', () => {
  test.each([[undefined], [null], [5], [{}], [[]], [new Date(0)]])(
    'parseDocument(%j) throws nothing',
    (input) => {
      const document = parseDocument(input as unknown as string)
      expect(document.faults).toMatchObject([{ message: 'the document is neither text nor bytes' }])
      expect(validateDocument(input as unknown as string).outcome).toBe('failed')
    },
  )

  test('an ArrayBuffer is bytes', () => {
    const { buffer } = new Uint8Array(new TextEncoder().encode(GOOD))
    expect(validateDocument(buffer as unknown as Uint8Array).outcome).toBe('passed')
  })

  test('an identifier that is no string is taken as one', () => {
    const url = 'https://client.example.com/cimd.json'
    for (const clientId of [new URL(url), new String(url)]) {
      expect(validateDocument(GOOD, { clientId: clientId as unknown as string }).outcome).toBe(
        'passed',
      )
    }
    for (const nothing of [null, undefined]) {
      const options = { clientId: nothing, source: nothing, profile: nothing } as unknown as object
      expect(validateDocument(GOOD, options)).toEqual(validateDocument(GOOD))
    }
    expect(validateClientIdUrl(new URL(url) as unknown as string).outcome).toBe('passed')
    expect(validateClientIdUrl(undefined as unknown as string).outcome).toBe('failed')
  })

  test('a registered URI that is no list matches nothing', () => {
    const string = 'https://good.example.com/cb' as unknown as string[]
    expect(matchRedirectUri(string, 'https://good.example.com')).toBe(false)
    expect(findRedirectUri('h' as unknown as string[], undefined)).toBeUndefined()
    expect(findRedirectUri([5, null] as unknown as string[], 'http://127.0.0.1/')).toBeUndefined()
    expect(
      matchRedirectUri(['http://127.0.0.1/'], ['http://127.0.0.1/'] as unknown as string),
    ).toBe(false)
  })
})
