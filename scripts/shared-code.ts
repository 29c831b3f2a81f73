import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * Finds what files that are loaded later need of those that are always there.
 *
 * @param program The program.
 * @param later Files that are loaded later, by their names below `src`.
 *
 * @returns The names that they import, by the file of `src/core` that exports them.
 */
export function findShared(program: string, later: readonly string[]): Map<string, string[]> {
  const own = reach([program.replace(/^src\/|\.ts$/g, '')], () => true)
  const names = new Map<string, Set<string>>()
  const isLater = (file: string) => !own.has(file)
  for (const file of reach(later, isLater)) {
    // What generators of rules become needs these: see lean-rules.
    if (file.startsWith('rules/')) note('core/engine', ['gather', 'NOTHING'])
    for (const [target, imported] of importsOf(file)) if (own.has(target)) note(target, imported)
  }
  return new Map(Array.from(names, ([file, all]) => [file, [...all].sort()]))

  function note(file: string, imported: readonly string[]): void {
    if (!file.startsWith('core/') || imported.length === 0) return
    names.set(file, new Set([...(names.get(file) ?? []), ...imported]))
  }
}

/** Every file that is loaded with these, as far as it is followed. */
function reach(entries: readonly string[], isFollowed: (file: string) => boolean): Set<string> {
  const found = new Set(entries)
  for (const file of found) {
    for (const [target] of importsOf(file)) if (isFollowed(target)) found.add(target)
  }
  return found
}

/** What a file imports of ours when it is loaded: names, by file. */
function importsOf(file: string): [file: string, names: string[]][] {
  const path = `src/${file}.ts`
  if (!existsSync(path)) return []
  const { statements } = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
  )
  return statements.flatMap((statement): [string, string[]][] => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier))
      return []
    const { text } = statement.moduleSpecifier
    const clause = statement.importClause
    if (!text.startsWith('.') || clause?.isTypeOnly) return []
    const bindings = clause?.namedBindings
    const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : []
    const values = named.filter(({ isTypeOnly }) => !isTypeOnly)
    // Nothing but types: nothing is loaded.
    if (named.length > 0 && values.length === 0 && !clause?.name) return []
    const target = join(file, '..', text).replaceAll('\\', '/').replace(/\.js$/, '')
    return [[target, values.map(({ name, propertyName }) => (propertyName ?? name).text)]]
  })
}
