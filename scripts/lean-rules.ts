import ts from 'typescript'

/** A stretch of a source, and what stands there instead. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Makes of the source of a rule what the program carries: nobody reads its rationale and its examples
 * while a document is judged.
 */
export const toLeanRule = (source: string): string => toFastRule(rewrite(source, findProse))

/**
 * Makes of the source of a rule one without a generator: to make one for each rule and document would
 * cost more than most rules do.
 */
export const toFastRule = (source: string): string =>
  `import { gather as $gather, NOTHING as $nothing } from '../core/engine.js'\n${rewrite(source, findGenerators)}`

function rewrite(source: string, find: (file: ts.SourceFile) => readonly Edit[]): string {
  const file = ts.createSourceFile('rule.ts', source, ts.ScriptTarget.Latest, true)
  return [...find(file)]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source)
}

/** Takes out what is for people and for the published schemas, with the comma after it. */
function findProse(file: ts.SourceFile): Edit[] {
  const edits: Edit[] = []
  const visit = (node: ts.Node): void => {
    const isProse =
      ts.isPropertyAssignment(node) &&
      ['rationale', 'examples', 'schema'].includes(node.name.getText())
    if (!isProse) {
      ts.forEachChild(node, visit)
      return
    }
    const end = file.text[node.end] === ',' ? node.end + 1 : node.end
    edits.push({ start: node.getFullStart(), end, text: '' })
  }
  visit(file)
  return edits
}

/** Makes of `*check` a function that gives an array of what it would have yielded. */
function findGenerators(file: ts.SourceFile): Edit[] {
  const edits: Edit[] = []
  const put = (start: number, end: number, text: string) => edits.push({ start, end, text })
  const visitBody = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isYieldExpression(node) && node.expression) {
      const [before, after] = node.asteriskToken
        ? ['for (const $finding of ', ') $found = $gather($found, $finding)']
        : ['$found = $gather($found, ', ')']
      put(node.getStart(), node.expression.getStart(), before)
      put(node.end, node.end, after)
    }
    if (ts.isReturnStatement(node)) {
      const end = node.getStart() + 'return'.length
      put(end, end, ' $found ?? $nothing')
    }
    ts.forEachChild(node, visitBody)
  }
  const visit = (node: ts.Node): void => {
    if (!ts.isMethodDeclaration(node) || !node.asteriskToken || !node.body) {
      ts.forEachChild(node, visit)
      return
    }
    const { asteriskToken, body } = node
    put(asteriskToken.getStart(), asteriskToken.end, '')
    put(body.getStart() + 1, body.getStart() + 1, ' let $found;')
    put(body.end - 1, body.end - 1, ';return $found ?? $nothing')
    ts.forEachChild(body, visitBody)
  }
  visit(file)
  return edits
}
