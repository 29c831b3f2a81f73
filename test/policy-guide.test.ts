import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { openGuide } from './guide.js'
import { finish, folder, GOOD, runHere, start } from './support.js'

/** Does what docs/policy.md tells, with the package as it is built. */
const page = readFileSync('docs/policy.md', 'utf8')
const blocks = openGuide('docs/policy.md')

/** The files of the example: each stands after its name, which begins a paragraph or ends one. */
const FILES = Object.fromEntries(
  Array.from(
    page.matchAll(/`([\w./-]+\.json)`[^`\n]*:\n\n```json\n([\s\S]*?)```/g),
    ([, name = '', text = '']) => [name, text],
  ),
)

test('every JSON block is a file of the example, or a configuration', async () => {
  const all = Array.from(page.matchAll(/```json\n([\s\S]*?)```/g), ([, text = '']) => text)
  const configs = [...blocks('Severities', 'json'), ...blocks('Waivers', 'json')]
  expect(Object.keys(FILES).sort()).toEqual([
    'client.schema.json',
    'clients/cli.json',
    'clients/old.json',
    'clients/web.json',
    'mcp-cimd.config.json',
  ])
  expect(all.sort()).toEqual([...Object.values(FILES), ...configs].sort())
  const schema = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'))
  const check = new Ajv({ strict: false }).compile(schema)
  for (const text of [...configs, FILES['mcp-cimd.config.json'] ?? '']) {
    expect([check(JSON.parse(text)), check.errors]).toEqual([true, null])
  }
  for (const text of configs) {
    const cwd = folder({ 'mcp-cimd.config.json': text, 'a.json': '{}' })
    const { code, stderr } = await runHere(['lint', '--print-config', 'a.json'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
  }
})

test('the example finds what the page says', async () => {
  const [expected = ''] = blocks('An example', 'text')
  const cwd = folder(FILES)
  const { code, stdout } = await finish(start(['lint'], { cwd }))
  expect(stdout).toBe(expected)
  expect(code).toBe(1)
})

test('the configuration of a document can be printed', async () => {
  const { code, stdout } = await finish(
    start(['lint', '--print-config', 'clients/cli.json'], { cwd: folder(FILES) }),
  )
  const { targets } = JSON.parse(stdout)
  expect([code, targets.length, targets[0].policy.forbidLoopback]).toEqual([0, 1, false])
})

test('every member of a policy is in the table', () => {
  const [, rest = ''] = page.split('\n## Policy\n')
  const [section = ''] = rest.split('\n## ')
  const named = Array.from(section.matchAll(/^\| (`[^|]+)\|/gm), ([, cell = '']) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name),
  )
  const { definitions } = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'))
  expect(named.flat().sort()).toEqual(Object.keys(definitions.Policy.properties).sort())
})

test('the code of the library does the same', async () => {
  const [code = ''] = blocks('In the library', 'js')
  const index = pathToFileURL(resolve('dist/index.js')).href
  const cwd = folder({
    ...FILES,
    'lint.mjs': code.replace("'mcp-cimd'", JSON.stringify(index)),
    'run.mjs': `
      import { readFileSync } from 'node:fs'
      import { lint } from './lint.mjs'
      const text = readFileSync('clients/old.json', 'utf8')
      const found = (text) => lint(text).results.map(({ id }) => id).filter((id) => /^policy/.test(id))
      console.log(JSON.stringify([found(text), found('{}')]))`,
  })
  const { stdout, stderr } = await finish(start([], { cwd }, [process.execPath, `${cwd}/run.mjs`]))
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([['policy-client-id-host'], ['policy-schema']])
})

describe('what is loaded', () => {
  /** The files of the package that a run loads. */
  async function load(argv: readonly string[], files: Readonly<Record<string, string>>) {
    const hook = `process.on('exit', () => console.error(JSON.stringify(
      Object.keys(require.cache).map((file) => file.split(/dist[\\\\/]/)[1]).filter(Boolean))))`
    const cwd = folder({ 'hook.cjs': hook, 'a.json': GOOD, ...files })
    const env = { ...process.env, NODE_OPTIONS: '--require ./hook.cjs' }
    const { stderr } = await finish(start([...argv, 'a.json'], { cwd, env }))
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').sort()
  }
  const config = (value: object) => ({ 'mcp-cimd.config.json': JSON.stringify(value) })
  const schema = { 's.json': '{"properties":{"client_name":{"minLength":1}}}' }

  test.each<[string, Record<string, string>, string[]]>([
    ['no configuration', {}, []],
    ['no policy', config({ profile: 'mcp' }), ['config/read.cjs']],
    ['a policy', config({ policy: { maxSize: 9999 } }), ['config/read.cjs']],
    [
      'patterns',
      config({ policy: { patterns: { client_name: '.+' } } }),
      ['config/patterns.cjs', 'config/read.cjs'],
    ],
    [
      'a schema',
      { ...config({ policy: { schema: 's.json' } }), ...schema },
      // What a schema may be is a schema with patterns.
      ['config/patterns.cjs', 'config/policy-schema.cjs', 'config/read.cjs'],
    ],
  ])('for %s', async (_, files, more) => {
    expect(await load(['validate'], files)).toEqual(['cli.cjs', ...more])
    expect(await load(['lint'], files)).toEqual(['cli.cjs', ...more, 'rules/recommended.cjs'])
  })

  test('by the library, which has what checks a policy only when there is one', async () => {
    const index = JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)
    const loaded = async (options: object) => {
      const code = `
        import { createRequire } from 'node:module'
        import { lintDocument } from ${index}
        lintDocument('{}', ${JSON.stringify(options)})
        const files = Object.keys(createRequire(import.meta.url).cache)
        console.log(JSON.stringify(files.map((file) => file.split(/dist[\\\\/]/)[1]).sort()))`
      const cwd = folder({ 'run.mjs': code })
      return JSON.parse((await finish(start([], { cwd }, [process.execPath, 'run.mjs']))).stdout)
    }
    expect(await loaded({})).toEqual([])
    expect(await loaded({ policy: { maxSize: 9 } })).toEqual(['config/read-policy.cjs'])
  })
})
