import { expect, test } from 'vitest'
import { lintDocument, rules, validateDocument } from '../src/index.js'
import { recommended } from '../src/rules/recommended.js'
import { required } from '../src/rules/required.js'
import { folder, GOOD, runHere } from './support.js'

const DOCUMENT = JSON.stringify({
  ...JSON.parse(GOOD),
  redirect_uris: ['https://login.example.com/callback'],
})

test('what validate asks and what only lint asks is everything', () => {
  const names = [...required, ...recommended].map(({ id }) => id).sort()
  expect(names).toEqual(rules.map(({ id }) => id))
})

test('lint finds what is recommended, and validate what is mandatory', async () => {
  const cwd = folder({ 'cimd.json': DOCUMENT })
  const found = async (command: string) => {
    const { code, stdout } = await runHere([command, 'cimd.json', '--format', 'json'], { cwd })
    const { command: named, reports } = JSON.parse(stdout)
    expect([code, named]).toEqual([0, command])
    return reports[0].results.map(({ id }: { id: string }) => id)
  }
  expect(await found('validate')).not.toContain('redirect-same-origin')
  expect(await found('lint')).toContain('redirect-same-origin')
})

test('the library judges as the command does', () => {
  const idsOf = (judge: typeof lintDocument) =>
    judge(DOCUMENT, { source: 'cimd.json' }).results.map(({ id }) => id)
  expect(idsOf(validateDocument)).not.toContain('redirect-same-origin')
  expect(idsOf(lintDocument)).toContain('redirect-same-origin')
  expect(() => lintDocument(DOCUMENT, { profile: 'nothing' as 'mcp' })).toThrow(
    'there is no profile "nothing"',
  )
})

test('no rule is asked twice, and results come by id', () => {
  const { results } = lintDocument(DOCUMENT, { all: true })
  const ids = results.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort())
})
