import { describe, expect, test } from 'vitest'
import { fixDocument, lintDocument, servers, validateDocument } from '../src/index.js'

const URL = 'https://client.example.com/c'
const MEMBERS = `"client_id":"${URL}","client_name":"A","redirect_uris":["https://client.example.com/cb"]`

/** Judges a document of the usual members and more, as text. */
const judge = (more: string) => validateDocument(`{${MEMBERS}${more}}`, { clientId: URL })

/** The findings of each requirement that has some. */
const found = (report: ReturnType<typeof judge>): Record<string, number> =>
  Object.fromEntries(
    report.results.flatMap(({ id, diagnostics }) =>
      diagnostics.length > 0 ? [[id, diagnostics.length] as const] : [],
    ),
  )

const many = (count: number, each: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => each(index)).join()

// Each of these took a validator seconds, or its process: what is slow runs into the time limit.
describe('documents that cost time', () => {
  test.each(['1e400', '-1e400', '9'.repeat(5000)])('T-154 the number %.20s is none', (number) => {
    const report = judge(`,"default_max_age":${number}`)
    const [result] = report.results.filter(({ id }) => id === 'json-types')
    expect(result?.diagnostics[0]?.message).toBe(
      'default_max_age is infinite to every program that reads it, not a number',
    )
    expect(JSON.stringify(report)).not.toMatch(/Infinity|null/)
  })

  test.each(['12345678901234567890', '1E-400', '-0', '1.5'])('T-154 %s is a number', (number) => {
    expect(judge(`,"default_max_age":${number}`).outcome).toBe('passed')
  })

  test('T-157 ten thousand unknown members', () => {
    expect(found(judge(`,${many(10_000, (n) => `"m${n}":1`)}`))).toEqual({ 'fetch-size': 1 })
  })

  test('T-157 ten thousand names in other languages, none of them a language', () => {
    const report = judge(`,${many(10_000, (n) => `"client_name#x${n}":"a"`)}`)
    expect(found(report)).toEqual({ 'fetch-size': 1, 'i18n-tag': 50 })
    expect(JSON.stringify(report).length).toBeLessThan(50_000)
  })

  test('T-158 six thousand objects in an array of strings', () => {
    const report = judge(`,"contacts":[${many(6000, (n) => `{"a":${n}}`)}]`)
    expect(found(report)).toEqual({ 'fetch-size': 1, 'json-types': 50 })
  })

  test('T-159 texts that formats are slow to refuse', () => {
    const urls = [`http://[${':'.repeat(30_000)}`, '1:'.repeat(15_000), 'a@'.repeat(15_000)]
    const report = judge(
      `,"redirect_uris":${JSON.stringify(urls)},"client_uri":"${urls[0]}","initiate_login_uri":"${urls[2]}"`,
    )
    expect(report.outcome).toBe('failed')
    expect(JSON.stringify(report).length).toBeLessThan(50_000)
  })

  test('T-160 a schema of its own is a member as any', () => {
    const own =
      ',"$schema":"https://evil.example.com/s","$ref":"#/nowhere","$id":"x","definitions":{}'
    expect(judge(own).results).toEqual([])
  })

  test('T-163 names that hash tables and arrays take for others', () => {
    const names = many(200, (n) => `"${n * 21}":1`)
    const report = judge(`,${names},"4294967295":1,"__proto__":{"client_id":"x"},"constructor":1`)
    expect(report.results).toEqual([])
  })

  test('T-164 four thousand combining marks', () => {
    const name = `a${'\u0301'.repeat(4096)}`
    const text = JSON.stringify({ client_id: URL, client_name: name, redirect_uris: [URL] })
    expect(found(validateDocument(text, { clientId: URL }))).toEqual({ 'fetch-size': 1 })
  })

  test('fifty names, each of them two thousand times, are not repaired', () => {
    const names = many(100_000, (n) => `"m${n % 50}":1`)
    expect(fixDocument(`{${MEMBERS},${names}}`, { clientId: URL }).text).toBeUndefined()
  })

  test.each([
    [
      'redirection URIs',
      `"redirect_uris":[${many(20_000, (n) => `"cursor${n}://localhost/${n}"`)}]`,
    ],
    [
      'redirection URIs for atproto',
      `"scope":"atproto","redirect_uris":[${many(40_000, () => '"http://localhost/"')}]`,
    ],
    ['grants', `"grant_types":[${many(50_000, (n) => `"g${n}"`)}]`],
    ['members', many(50_000, (n) => `"m${n}":null`)],
    ['scopes', `"scope":"${'made:up '.repeat(100_000)}"`],
    ['keys', `"jwks":{"keys":[${many(20_000, (n) => `{"kty":"oct","k":"${n}"}`)}]}`],
  ])('ten thousands of %s, and every server asked', (_, more) => {
    const text = `{"client_id":"${URL}","client_name":"A",${more}}`
    const { acceptance } = lintDocument(text, { servers: 'all' })
    expect([acceptance?.accepted, acceptance?.servers.length]).toEqual([0, servers.length])
    expect(JSON.stringify(acceptance).length).toBeLessThan(500_000)
  })
})
