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

/**
 * Makes of the source of a named server, or of what its facts are made with, what the program judges
 * by: only pages and `explain` say what it does.
 */
export const toLeanServer = (source: string): string => rewrite(source, findSayings)

function rewrite(source: string, find: (file: ts.SourceFile) => readonly Edit[]): string {
  const file = ts.createSourceFile('rule.ts', source, ts.ScriptTarget.Latest, true)
  return [...find(file)]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source)
}

/** Takes out what is for people and for the published schemas. */
const findProse = (file: ts.SourceFile): Edit[] =>
  findProperties(file, ['rationale', 'examples', 'schema'])

/** Takes properties out of objects, with the comma after them. */
function findProperties(file: ts.SourceFile, names: readonly string[]): Edit[] {
  const edits: Edit[] = []
  const visit = (node: ts.Node): void => {
    if (!ts.isPropertyAssignment(node) || !names.includes(node.name.getText())) {
      ts.forEachChild(node, visit)
      return
    }
    const end = file.text[node.end] === ',' ? node.end + 1 : node.end
    edits.push({ start: node.getFullStart(), end, text: '' })
  }
  visit(file)
  return edits
}

/** Which argument of what makes facts says what they are. */
const SAYINGS: Readonly<Record<string, number>> = {
  allOf: 0,
  identifierWithout: 1,
  known: 0,
  matching: 1,
  membersAre: 1,
  requiring: 1,
  typed: 2,
}

/** Takes out what pages say of servers. */
function findSayings(file: ts.SourceFile): Edit[] {
  const edits = findProperties(file, ['says', 'assumes'])
  const visit = (node: ts.Node): void => {
    const place = ts.isCallExpression(node) ? SAYINGS[node.expression.getText()] : undefined
    const saying = ts.isCallExpression(node) ? node.arguments[place ?? -1] : undefined
    if (saying) edits.push({ start: saying.getStart(), end: saying.end, text: "''" })
    ts.forEachChild(node, visit)
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
