import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runHere } from './support.js'

const BASES = [
  'fixtures/valid/web.json',
  'fixtures/invalid/published-key.json',
  'fixtures/invalid/redirect-uris.json',
  'fixtures/invalid/types.json',
].map((path) => readFileSync(path, 'utf8'))

const edit = fc.tuple(
  fc.nat(),
  fc.string({ maxLength: 4, unit: fc.constantFrom(...'{}[],:"\\/@#%0ae\0\n\u001b é\ud800😀') }),
  fc.nat(6),
)

test('any document ends in a report, whatever was done to it', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...BASES),
    fc.array(edit, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('text', 'json'),
    fc.constantFrom({}, { columns: 20 }, { columns: 80 }),
    async (base, edits, format, terminal) => {
      const stdin = edits.reduce((text, [place, inserted, removed]) => {
        const at = place % (text.length + 1)
        return text.slice(0, at) + inserted + text.slice(at + removed)
      }, base)
      const argv = ['validate', '-', '--format', format, '--profile', 'mcp', '--profile', 'atproto']
      const { code, stderr } = await runHere([...argv, '--all'], { stdin, ...terminal })
      expect([0, 1, 3]).toContain(code)
      expect(stderr).toBe('')
    },
  )
  await fc.assert(property, { numRuns: 1000 })
})
