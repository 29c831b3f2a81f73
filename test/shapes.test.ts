import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validateDocument } from '../src/index.js'
import { profiles } from '../src/profiles/index.js'

const directory = 'fixtures/shapes'
const shapes = readdirSync(directory).filter((name) => name.endsWith('.json'))

/** What is found in a shape under a profile: severity, rule and place. */
const findingsIn = (text: string, profile: string): string[] => {
  const { results } = validateDocument(text, { profile: profile as 'mcp' })
  return results.flatMap(({ diagnostics }) =>
    diagnostics.map(({ id, severity, location }) =>
      [severity, id, location.kind === 'document' ? location.pointer : ''].join(' ').trim(),
    ),
  )
}

/** The profiles that find the same in a shape, and what. */
function expectationOf(text: string): string[] {
  const byFindings = new Map<string, string[]>()
  for (const { id } of profiles) {
    const found = findingsIn(text, id).map((line) => `    ${line}\n`)
    const findings = found.join('') || '    nothing\n'
    byFindings.set(findings, [...(byFindings.get(findings) ?? []), id])
  }
  return [...byFindings].map(([findings, ids]) => `  ${ids.join(', ')}\n${findings}`)
}

test('every shape has the findings that are written beside it, in each profile', async () => {
  const lines = shapes.flatMap((name) => [
    `${name}\n`,
    ...expectationOf(readFileSync(join(directory, name), 'utf8')),
  ])
  await expect(lines.join('')).toMatchFileSnapshot(`../${directory}/expected.txt`)
})
