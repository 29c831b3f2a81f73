import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'
import ts from 'typescript'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Commands that are loaded when they are named stand in files of their own, beside the program. */
const commandsApart: Plugin = {
  name: 'commands-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/commands\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
    // From dist/commands/ the library is one level up, with all the prose of its rules.
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, ({ importer, path }) =>
      importer.includes('/src/commands/') ? { path, external: true } : undefined,
    )
  },
}

/** Nobody reads rationale and examples while a document is judged: the program carries none. */
const rulesWithoutProse: Plugin = {
  name: 'rules-without-prose',
  setup(build) {
    build.onLoad({ filter: /\/src\/rules\/[^/]+\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: withoutProse(readFileSync(path, 'utf8')),
    }))
  },
}

function withoutProse(source: string): string {
  const file = ts.createSourceFile('rule.ts', source, ts.ScriptTarget.Latest, true)
  const isProse = (node: ts.Node): boolean =>
    ts.isPropertyAssignment(node) &&
    ['rationale', 'examples', 'schema'].includes(node.name.getText())
  const spans: [start: number, end: number][] = []
  const visit = (node: ts.Node): void => {
    if (isProse(node)) spans.push([node.getFullStart(), node.end])
    else ts.forEachChild(node, visit)
  }
  visit(file)
  return spans.reduceRight(
    (text, [start, end]) => text.slice(0, start) + text.slice(end).replace(/^,/, ''),
    source,
  )
}

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

const shared: Options = {
  target: 'node20',
  platform: 'node',
  splitting: false,
  removeNodeProtocol: false,
  treeshake: true,
  noExternal: [/.*/],
  define: { VERSION: JSON.stringify(version) },
  silent: true,
}

export default defineConfig([
  { ...shared, format: 'esm', entry: { index: 'src/index.ts' } },
  {
    ...shared,
    // Starting the loader of ES modules would cost more than judging a document.
    format: 'cjs',
    entry: { cli: 'src/cli.ts' },
    minify: true,
    esbuildPlugins: [commandsApart, rulesWithoutProse, leanLibraries, flatCommander],
  },
  {
    ...shared,
    format: 'esm',
    entry: {
      'commands/completion': 'src/commands/completion.ts',
      'commands/explain': 'src/commands/explain.ts',
    },
    minify: true,
    esbuildPlugins: [commandsApart, rulesWithoutProse, leanLibraries],
  },
])
