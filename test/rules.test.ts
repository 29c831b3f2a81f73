import { describe, expect, test } from 'vitest'
import { citesOf, standingOf } from '../src/core/engine.js'
import { keywordOf } from '../src/core/spec.js'
import type { Example, Location, Rule } from '../src/core/types.js'
import { judgeExample } from '../src/explanation.js'
import { validateDocument } from '../src/index.js'
import { profiles } from '../src/profiles/index.js'
import { rules } from '../src/rules/index.js'

const all: readonly Rule[] = rules

/** Names an example in a test report, whatever is in it. */
const nameOf = (example: Example): string => JSON.stringify(example).slice(0, 120)

/** A string literal of JSON with an escape for each of its characters. */
const escapeAll = (literal: string): string =>
  `"${Array.from(
    { length: JSON.parse(literal).length },
    (_, index) =>
      `\\u${(JSON.parse(literal) as string).charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')}"`

/** The pieces of the text that the findings of an example are about. */
const partsOf = (rule: Rule, example: Example): string[] =>
  judgeExample(rule, example, profiles).map(({ location }) => {
    if (location.kind === 'url') {
      return location.url.slice(location.offset, location.offset + location.length)
    }
    if (location.kind !== 'document' || !('document' in example)) return ''
    return JSON.stringify(example.document).slice(location.column - 1, location.endColumn - 1)
  })

/** An exchange has no members. */
const POINTERS: Readonly<Record<Location['kind'], (location: Location) => string>> = {
  document: (location) => (location.kind === 'document' ? location.pointer : ''),
  url: () => '/client_id',
  exchange: () => '',
}

const pointersOf = (rule: Rule, example: Example): string[] =>
  judgeExample(rule, example, profiles).map(({ location }) => POINTERS[location.kind](location))

describe.each(all.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const { valid = [], invalid = [] } = rule.examples ?? {}

  test.each(valid.map((example) => [nameOf(example), example] as const))(
    'holds in %s',
    (_, example) => {
      expect(pointersOf(rule, example)).toEqual([])
    },
  )

  test.each(invalid.map((example) => [nameOf(example), example] as const))(
    'fails in %s',
    (_, example) => {
      expect(pointersOf(rule, example)).toEqual(example.at)
      const { messages, suggestions, parts } = example
      const found = judgeExample(rule, example, profiles)
      if (messages) expect(found.map(({ message }) => message)).toEqual(messages)
      if (suggestions) expect(found.map(({ suggestion }) => suggestion)).toEqual(suggestions)
      if (parts) expect(partsOf(rule, example)).toEqual(parts)
    },
  )

  test('finds the same when every character of the document is escaped', () => {
    for (const example of invalid) {
      if (!('document' in example) || rule.needs === 'copy') continue
      const { document, ...rest } = example
      const text = JSON.stringify(document).replace(/"(?:[^"\\]|\\.)*"/g, escapeAll)
      expect(pointersOf(rule, { ...rest, text })).toEqual(example.at)
    }
  })

  test('says what is, and what to do', () => {
    const found = invalid.flatMap((example) => judgeExample(rule, example, profiles))
    expect(found.length).toBeGreaterThan(0)
    for (const { message, suggestion } of found) {
      for (const text of [message, suggestion ?? '']) {
        expect(text).toMatch(/^[^A-Z]/)
        expect(text).not.toMatch(/\.$|\bplease\b|\binvalid\b/i)
      }
    }
  })

  test('names its file, and is written as a sentence', () => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(rule.title).toMatch(/^[A-Z].*\.$/)
    expect(rule.rationale?.trim()).toMatch(/^\S[\s\S]*\.$/)
  })

  test('has the keyword of its first citation, in its newest edition', () => {
    const [first] = rule.cites
    const cite = first && keywordOf(first, { cimd: '02', mcp: '2026-07-28' })
    if (cite?.keyword) expect(rule.level).toBe(cite.keyword)
    else expect(['MUST', 'SHOULD', 'MAY', 'ADVICE']).toContain(rule.level)
  })
})

test('the rules are in the order of their ids, and each id is one rule', () => {
  const ids = all.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort())
})

test('how each rule stands under each profile, and what it cites first', async () => {
  const lines = all.flatMap((rule) =>
    profiles.map((profile) => {
      const standing = standingOf(rule, profile)
      if (!standing) return `${rule.id} ${profile.id} –`
      const later = standing.isLater ? ' later' : ''
      const [cite] = citesOf(rule, profile)
      return `${rule.id} ${profile.id} ${standing.severity} ${standing.level}${later}, ${cite?.text}`
    }),
  )
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/standings.txt')
})

describe('dangerous schemes', () => {
  test.each([
    ['javascript:alert(1)', 'web'],
    ['com.example.app:/cb', 'native'],
    ['https://client.example.com/cb', 'web'],
    ['/cb', 'web'],
    ['http://x.example.com/', 'web'],
  ])('one finding for one defect in %s', (uri, application_type) => {
    const text = JSON.stringify({
      client_id: 'https://client.example.com/cimd.json',
      client_name: 'Example',
      redirect_uris: [uri],
      application_type,
    })
    const { counts } = validateDocument(text)
    expect(counts.error + counts.warning).toBeLessThanOrEqual(1)
  })
})
