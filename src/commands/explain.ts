import { printable } from '../core/printable.js'
import { EVIDENCE, type Server, sourceOf, TOPICS, topicsOf } from '../core/server.js'
import { unknownName } from '../core/suggest.js'
import { type Explanation, explainRule } from '../explanation.js'
import { hasColor, type Io } from '../io.js'
import type { OptionsOf } from '../options.js'
import { profiles } from '../profiles/index.js'
import { loadPaint, wrap } from '../reporters/text.js'
import { rules } from '../rules/index.js'
import { servers } from '../servers/index.js'

/** id → rule or server → explanation, or the list of all of them */
export async function explain(
  [id]: readonly string[],
  { color = 'auto' }: OptionsOf<'explain'>,
  io: Io,
): Promise<number> {
  const { strong } = await loadPaint(hasColor(color, io.stdout, io.env))
  const write = (text: string) => io.stdout.write(`${text}\n`)

  if (id === undefined) {
    const listed = [
      ...rules.map(({ id, title }) => [id, title] as const),
      ...servers.map(({ id, title }) => [id, `what ${title} accepts`] as const),
    ]
    const width = Math.max(...listed.map(([id]) => id.length))
    for (const [id, title] of listed) write(`${strong(id.padEnd(width))}  ${title}`)
    return 0
  }
  const columns = io.stdout.columns ?? 80
  const server = servers.find((server) => server.id === id.replace(ACCEPTED_BY, ''))
  const rule = rules.find((rule) => rule.id === id)
  if (server) write(renderServer(server, strong, columns))
  else if (rule) write(render(explainRule(rule, profiles), strong, columns))
  else {
    const ids = [...rules, ...servers].map(({ id }) => id)
    throw unknownName(
      'requirement or server',
      id.replace(ACCEPTED_BY, ''),
      ids,
      '"mcp-cimd explain" lists them',
    )
  }
  return 0
}

/** What stands before the id of a server in that of the requirement that it accepts a client. */
const ACCEPTED_BY = /^accepted-by-/

function renderServer(server: Server, strong: (text: string) => string, columns: number): string {
  const { id, title, version, date, verified, assumes, facts } = server
  const paragraph = (text: string, indent = '  ') =>
    wrap(`${indent}${text.replaceAll('`', '')}`, columns, indent)
  return [
    strong(id),
    paragraph(`${title} ${version}: ${EVIDENCE[verified]}, ${date}.`),
    ...(assumes.length > 0
      ? ['', strong('Its operator must'), ...assumes.map((text) => paragraph(text))]
      : []),
    ...topicsOf(facts).flatMap(([topic, fact]) => [
      '',
      strong(TOPICS[topic][0]),
      paragraph(fact.says),
      `    ${sourceOf(server, fact).url}`,
    ]),
  ].join('\n')
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
