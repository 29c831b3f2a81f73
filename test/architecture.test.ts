import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** What each part may import of ours. Types of rules are what a profile's levels are named by. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  rules: ['core'],
  profiles: ['core', 'rules'],
  reporters: ['core', 'markdown'],
  markdown: ['core'],
  net: ['core'],
  config: ['core', 'io', 'load', 'options', 'rules', 'servers', 'workspace'],
  rulesets: ['core', 'rules', 'profiles'],
  servers: ['core'],
  acceptance: ['core', 'servers'],
  estate: ['core'],
  inventory: ['core'],
  explanation: ['core', 'config', 'estate', 'hosting'],
  options: [],
  io: ['core'],
  load: ['core', 'io'],
  targets: ['core', 'io', 'load'],
  ndjson: ['core', 'io', 'load'],
  hosting: ['core', 'net'],
  fetching: ['core', 'io', 'net', 'options'],
  observed: ['core', 'fetching', 'hosting', 'io', 'load', 'net'],
  input: [
    'core',
    'config',
    'fetching',
    'io',
    'load',
    'ndjson',
    'observed',
    'options',
    'rulesets',
    'targets',
  ],
  files: ['core', 'io', 'outputs', 'workspace'],
  fix: ['core'],
  fixing: ['core', 'files', 'fix', 'io'],
  outputs: ['core', 'files', 'io', 'reporters'],
  baseline: ['core', 'io'],
  'print-config': ['core', 'config', 'io', 'reporters'],
  progress: ['core', 'io'],
  workspace: [],
  judge: [
    'core',
    'acceptance',
    'baseline',
    'config',
    'estate',
    'fixing',
    'input',
    'io',
    'load',
    'options',
    'outputs',
    'print-config',
    'progress',
    'rulesets',
    'workspace',
  ],
  resolve: ['core', 'hosting', 'net'],
  index: [
    'core',
    'acceptance',
    'config',
    'fix',
    'rules',
    'profiles',
    'resolve',
    'rulesets',
    'servers',
  ],
  commands: [
    'core',
    'rules',
    'profiles',
    'reporters',
    'rulesets',
    'servers',
    'acceptance',
    'estate',
    'explanation',
    'inventory',
    'options',
    'io',
    'judge',
  ],
  cli: ['core', 'commands', 'options', 'io'],
}

/** The one place of each library. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  ajv: ['config/policy-schema.ts'],
  'ajv/dist/2020.js': ['config/policy-schema.ts'],
  re2js: ['config/patterns.ts'],
  commander: ['cli.ts'],
  chalk: ['reporters/text.ts'],
  diff: ['fixing.ts'],
  'fastest-levenshtein': ['core/suggest.ts'],
  'fast-xml-builder': ['reporters/junit.ts'],
  'get-east-asian-width': ['reporters/text.ts'],
  'jsonc-parser': ['fix.ts'],
  'lru-cache': ['resolve/budget.ts', 'resolve/cache.ts', 'resolve/resolver.ts'],
  'http-cache-semantics': ['hosting/freshness.ts'],
  'p-limit': ['observed.ts'],
  ora: ['progress.ts'],
  picomatch: ['config/globs.ts', 'targets.ts'],
  // Types only.
  sarif: ['reporters/sarif.ts'],
}

/** What of Node may be used where: core runs anywhere, and only `net` reaches the network. */
const BUILTINS: Readonly<Record<string, readonly string[]>> = {
  'config/find.ts': ['node:path'],
  'config/problems.ts': ['node:path'],
  'config/read.ts': ['node:path'],
  'config/schema-file.ts': ['node:path'],
  'fetching.ts': ['node:crypto', 'node:net'],
  'estate.ts': ['node:crypto'],
  'files.ts': ['node:crypto', 'node:fs', 'node:path'],
  'hosting/observe.ts': ['node:timers/promises'],
  'io.ts': ['node:fs', 'node:path'],
  'net/dial.ts': ['node:crypto', 'node:http', 'node:net', 'node:tls'],
  'net/http.ts': ['node:events', 'node:net', 'node:tls'],
  'net/lookup.ts': ['node:dns'],
  'net/receive.ts': ['node:http', 'node:tls'],
  'net/certificate.ts': ['node:crypto'],
  'observed.ts': ['node:events'],
  'reporters/sarif.ts': ['node:crypto'],
  'resolve/resolver.ts': ['node:crypto'],
  'targets.ts': ['node:fs', 'node:path'],
  'workspace.ts': ['node:path'],
}

/** Certificates and caches have dates, and whoever fetches says when. */
const CLOCKS = /^net\/|^hosting\/observe\.ts$|^resolve\//

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))

const partOf = (path: string): string => path.replace(/\.ts$/, '').split('/')[0] ?? ''

const sources = new Map(files.map((path) => [path, readFileSync(join('src', path), 'utf8')]))

/** The modules a file imports, also as types and when needed. */
const importsOf = (path: string): string[] =>
  ts.preProcessFile(sources.get(path) ?? '').importedFiles.map(({ fileName }) => fileName)

describe.each(files)('src/%s', (path) => {
  const imports = importsOf(path)

  test('imports only what its part may', () => {
    const part = partOf(path)
    expect(EDGES).toHaveProperty(part)
    for (const module of imports.filter((module) => module.startsWith('.'))) {
      expect(module).toMatch(/\.js$/)
      const target = join(path, '..', module).replaceAll('\\', '/').replace(/\.js$/, '.ts')
      expect(sources.has(target), `${module} is there`).toBe(true)
      const targetPart = partOf(target)
      if (targetPart !== part) expect(EDGES[part], `${part} → ${targetPart}`).toContain(targetPart)
    }
  })

  test('imports libraries and builtin modules only where they live', () => {
    for (const module of imports.filter((module) => !module.startsWith('.'))) {
      if (module.startsWith('node:')) expect(BUILTINS[path], module).toContain(module)
      else expect(HOMES[module], module).toContain(path)
    }
  })

  test('ends no process, and reaches for no network, clock or raw stream', () => {
    const source = sources.get(path) ?? ''
    expect(source).not.toMatch(/process\.exit\(|\bfetch\(|console\.|\beval\(|new Function\(/)
    if (path === 'io.ts') return
    expect(source).not.toMatch(/performance\.|process\.(?:stdout|stderr|stdin|env|cwd)/)
    if (CLOCKS.test(path)) return
    expect(source).not.toMatch(/Date\.now|new Date/)
  })
})

test('nothing looks at a URL through new URL(), but to show it to a hook', () => {
  for (const [path, source] of sources) {
    if (path === 'resolve/resolver.ts') continue
    const code = source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    expect([path, /new URL\(/.test(code)]).toEqual([path, false])
  }
})

test('every exported name of core has a docstring', () => {
  const missing: string[] = []
  for (const [path, source] of sources) {
    if (partOf(path) !== 'core' && path !== 'index.ts') continue
    const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
    for (const statement of file.statements) {
      const isExported =
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      if (isExported && ts.getJSDocCommentsAndTags(statement).length === 0) {
        missing.push(`${path}: ${statement.getText().split('\n')[0]}`)
      }
    }
  }
  expect(missing).toEqual([])
})
