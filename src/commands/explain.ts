import { printable } from '../core/printable.js'
import { unknownName } from '../core/suggest.js'
import { type Explanation, explainRule } from '../explanation.js'
import { hasColor, type Io } from '../io.js'
import type { OptionsOf } from '../options.js'
import { profiles } from '../profiles/index.js'
import { loadPaint, wrap } from '../reporters/text.js'
import { rules } from '../rules/index.js'

/** id → rule → explanation, or the list of all rules */
export async function explain(
  [id]: readonly string[],
  { color = 'auto' }: OptionsOf<'explain'>,
  io: Io,
): Promise<number> {
  const { strong } = await loadPaint(hasColor(color, io.stdout, io.env))
  const write = (text: string) => io.stdout.write(`${text}\n`)

  if (id === undefined) {
    const width = Math.max(...rules.map((rule) => rule.id.length))
    for (const rule of rules) write(`${strong(rule.id.padEnd(width))}  ${rule.title}`)
    return 0
  }
  const rule = rules.find((rule) => rule.id === id)
  if (!rule) {
    const ids = rules.map((rule) => rule.id)
    throw unknownName('requirement', id, ids, '"mcp-cimd explain" lists them')
  }
  write(render(explainRule(rule, profiles), strong, io.stdout.columns ?? 80))
  return 0
}

function render(
  { id, title, rationale, profiles, good, bad, found, repair }: Explanation,
  strong: (text: string) => string,
  columns: number,
): string {
  const paragraph = (text: string) => wrap(`  ${text}`, columns, '  ')
  const width = Math.max(...profiles.map(({ id }) => id.length))
  const cites = new Map(profiles.flatMap(({ cites }) => cites).map(({ text, url }) => [text, url]))
  return [
    strong(id),
    paragraph(title),
    '',
    strong('Why'),
    paragraph(rationale.replaceAll('`', '')),
    '',
    strong('Weight'),
    ...profiles.map(
      ({ id, level, severity, isLater }) =>
        `  ${id.padEnd(width)}  ${severity.padEnd(7)}  ${level}${isLater ? ' in a later draft' : ''}`,
    ),
    '',
    strong('Good'),
    ...indent(good),
    '',
    strong('Bad'),
    ...indent(bad),
    '',
    strong('What is found in it'),
    ...found.flatMap(({ message, suggestion }) => [
      paragraph(printable(message)),
      ...(suggestion === undefined ? [] : [paragraph(`fix: ${printable(suggestion)}`)]),
    ]),
    ...(repair
      ? ['', strong('Repair: lint --fix makes of'), ...indent(repair.before), strong('this')]
      : []),
    ...(repair ? indent(repair.after) : []),
    '',
    strong('Source'),
    ...Array.from(cites, ([text, url]) => `  ${text}\n    ${url}`),
  ].join('\n')
}

/** An example as it stands; what no terminal should get is shown as an escape. */
const indent = (text: string): string[] => text.split('\n').map((line) => `  ${printable(line)}`)
