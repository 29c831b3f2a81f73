import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'
import { toFastRule, toLeanRule, toLeanServer } from './scripts/lean-rules.js'
import { findShared } from './scripts/shared-code.js'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** What is loaded only when it is needed: it stands in files of its own, beside the program. */
const LATER = [
  'acceptance/ask',
  'baseline',
  'commands/completion',
  'commands/explain',
  'config/patterns',
  'config/policy-schema',
  'config/read',
  'config/read-policy',
  'estate',
  'files',
  'fixing',
  'inventory',
  'ndjson',
  'observed',
  'print-config',
  'progress',
  'reporters/github',
  'reporters/junit',
  'reporters/markdown',
  'reporters/ndjson',
  'reporters/prometheus',
  'reporters/sarif',
  'rules/recommended',
  'targets',
]

const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ importer, kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined
      const name = relative('src', resolve(resolveDir, path)).replaceAll('\\', '/')
      if (!LATER.includes(name.replace(/\.js$/, ''))) {
        throw new Error(`${importer} loads ${name} later, which LATER does not name`)
      }
      return { path: `./${name.replace(/\.js$/, '.cjs')}`, external: true }
    })
  },
}

/** What is loaded when it is first called, and not waited for: files of LATER, and what they export. */
const ENGINES: Readonly<Record<string, string>> = {
  'config/patterns': 'compilePattern',
  'config/policy-schema': 'compileSchema',
  'config/read-policy': 'readPolicy',
}

/**
 * Leaves engines in files of their own.
 *
 * @param directory Where those are, seen from the file that is built.
 * @param load What loads them.
 */
const engines = (directory: string, load = 'require'): Plugin => ({
  name: 'engines',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      const name = relative('src', resolve(resolveDir, path)).replaceAll('\\', '/')
      const engine = name.replace(/\.js$/, '')
      if (kind !== 'import-statement' || !(engine in ENGINES)) return undefined
      return { path: engine, namespace: 'engine' }
    })
    build.onResolve({ filter: /\.cjs$/ }, ({ path }) => ({ path, external: true }))
    build.onLoad({ filter: /.*/, namespace: 'engine' }, ({ path }) => ({
      contents: `export const ${ENGINES[path]} = (...given) =>
  ${load}('${directory}/${path.split('/')[1]}.cjs').${ENGINES[path]}(...given)`,
    }))
  },
})

/** For the library, which is an ES module, and imports nothing of Node.js but to fetch. */
const REQUIRE = "process.getBuiltinModule('node:module').createRequire(import.meta.url)"

/** What is loaded where a start is waited for, and where the program is, seen from there. */
const TAKERS: Readonly<Record<string, string>> = {
  'acceptance/ask': '../cli.cjs',
  'rules/recommended': '../cli.cjs',
}

/** What those take from the program instead of carrying it along: names, by the file of `src/core`. */
const shared = findShared('src/cli.ts', Object.keys(TAKERS))

/** Lets the program give away what others take from it. */
const giving: Plugin = {
  name: 'giving',
  setup(build) {
    build.onLoad({ filter: /\/src\/cli\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: [
        readFileSync(path, 'utf8'),
        ...Array.from(shared, ([file, names]) => `export { ${names} } from './${file}.js'`),
      ].join('\n'),
    }))
  },
}

/** Takes from the program, which is there whenever something else is loaded. */
const taking = (program: string): Plugin => ({
  name: 'taking',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const name = relative('src', resolve(resolveDir, path)).replaceAll('\\', '/')
      const isShared = shared.has(name.replace(/\.js$/, ''))
      return isShared ? { path: 'program', namespace: 'taken' } : undefined
    })
    build.onLoad({ filter: /.*/, namespace: 'taken' }, () => {
      const names = Array.from(shared.values()).flat()
      const taken = names.map((name) => `${name} = program.${name}`)
      return { contents: `const program = require('${program}')\nexport const ${taken}` }
    })
    build.onResolve({ filter: /cli\.cjs$/ }, ({ path }) => ({ path, external: true }))
  },
})

const rewritten = (name: string, filter: RegExp, rewrite: (source: string) => string): Plugin => ({
  name,
  setup(build) {
    build.onLoad({ filter }, ({ path }) => ({
      loader: 'ts',
      contents: rewrite(readFileSync(path, 'utf8')),
    }))
  },
})

const RULES = /\/src\/rules\/[^/]+\.ts$/
const SERVERS = /\/src\/(?:servers\/[^/]+|core\/server-facts)\.ts$/

const fastRules = rewritten('fast-rules', RULES, toFastRule)
const leanRules = rewritten('lean-rules', RULES, toLeanRule)
const leanServers = rewritten('lean-servers', SERVERS, toLeanServer)

/**
 * What the program never uses of its libraries and would pay for at every start: subprocesses of
 * commander, and the colour detection of chalk, which `io.ts` decides for each stream.
 */
const UNUSED: Readonly<Record<string, string>> = {
  'node:child_process': 'module.exports = {}',
  '#supports-color':
    'export default {}; export const supportsColor = false, supportsColorStderr = false',
}

const leanLibraries: Plugin = {
  name: 'lean-libraries',
  setup(build) {
    build.onResolve({ filter: /^(?:node:child_process|#supports-color)$/ }, ({ path }) => ({
      path,
      namespace: 'unused',
    }))
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: UNUSED[path] ?? '',
    }))
  },
}

/**
 * Turns the modules of commander into ES modules, so that its classes stand at the top of the bundle:
 * inside the functions that CommonJS needs they would be parsed twice at every start, and no compile
 * cache would hold them.
 */
const flatCommander: Plugin = {
  name: 'flat-commander',
  setup(build) {
    build.onResolve({ filter: /^commander$/ }, () => ({ path: 'commander', namespace: 'flat' }))
    build.onLoad({ filter: /.*/, namespace: 'flat' }, () => ({
      contents: ['command', 'error', 'option']
        .map((name) => `export * from 'commander/lib/${name}.js'`)
        .join('\n'),
      resolveDir: '.',
    }))
    build.onResolve({ filter: /^commander\/lib\// }, ({ path }) => ({
      path: resolve('node_modules', path),
    }))
    build.onLoad({ filter: /\/commander\/lib\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace(/^const (\w+) = require\(('[^']+')\)\.\1;$/gm, 'import { $1 } from $2')
        .replace(/^const (\{[^}]+\}|\w+) = require\(('[^']+')\);$/gm, 'import $1 from $2')
        .replace(/^exports\.(\w+) = \1;/gm, 'export { $1 };'),
    }))
  },
}

/** The one of its two builds that can be bundled. */
const JSONC_PARSER = resolve('node_modules/jsonc-parser/lib/esm/main.js')

const flatParser: Plugin = {
  name: 'flat-parser',
  setup(build) {
    build.onResolve({ filter: /^jsonc-parser$/ }, () => ({ path: JSONC_PARSER }))
  },
}

const common: Options = {
  target: 'node20',
  platform: 'node',
  splitting: false,
  removeNodeProtocol: false,
  treeshake: true,
  noExternal: [/.*/],
  define: { VERSION: JSON.stringify(version) },
  silent: true,
}

/** The only one that shows the prose of the rules. */
const WITH_PROSE = 'commands/explain'

const entriesOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]))

/** To start the loader of ES modules for a file that is needed later costs as much as at the start. */
const withoutImport: NonNullable<Options['esbuildOptions']> = (options) => {
  options.supported = { 'dynamic-import': false }
}

export default defineConfig([
  // Whoever only judges loads nothing to fetch with.
  {
    ...common,
    format: 'esm',
    entry: { index: 'src/index.ts' },
    splitting: true,
    esbuildPlugins: [engines('./config', REQUIRE), fastRules, flatParser],
  },
  {
    ...common,
    // Starting the loader of ES modules would cost more than judging a document.
    format: 'cjs',
    entry: { cli: 'src/cli.ts' },
    minify: true,
    esbuildOptions: withoutImport,
    esbuildPlugins: [loadedLater, giving, leanRules, leanLibraries, flatCommander],
  },
  {
    ...common,
    format: 'cjs',
    entry: entriesOf(LATER.filter((name) => name !== WITH_PROSE && !(name in TAKERS))),
    minify: true,
    esbuildOptions: withoutImport,
    esbuildPlugins: [engines('.'), loadedLater, leanRules, leanLibraries, flatParser],
  },
  ...Object.entries(TAKERS).map(
    ([name, program]): Options => ({
      ...common,
      format: 'cjs',
      entry: entriesOf([name]),
      minify: true,
      esbuildOptions: withoutImport,
      esbuildPlugins: [taking(program), leanRules, leanServers],
    }),
  ),
  {
    ...common,
    format: 'cjs',
    entry: entriesOf([WITH_PROSE]),
    minify: true,
    esbuildOptions: withoutImport,
    esbuildPlugins: [engines('../config'), loadedLater, leanLibraries],
  },
])
