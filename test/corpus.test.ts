import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../src/rules/index.js'

const page = readFileSync('docs/corpus.md', 'utf8')

test('the page of real documents names rules there are, and each with a judgement', () => {
  const named = Array.from(page.matchAll(/^\| \[`([a-z0-9-]+)`\]/gm), ([, id]) => id ?? '')
  expect(named.length).toBeGreaterThan(20)
  const ids: readonly string[] = rules.map(({ id }) => id)
  expect(named.filter((id) => !ids.includes(id))).toEqual([])
  expect(page).not.toContain('not judged')
})

// The documents belong to their authors and are not a part of the project.
if (existsSync('../shared/corpus/real-documents.ndjson')) {
  test('the page of real documents is current, and every rule that fires is judged', () => {
    const output = execFileSync('npx', ['tsx', 'scripts/corpus.ts', '--check'], {
      encoding: 'utf8',
    })
    expect(output).toContain('docs/corpus.md is current')
  })
}
