import { isPlain, unprintable } from '../core/printable.js'
import type { Reporter } from '../core/reporter.js'
import type { ReportFile } from '../core/types.js'

/** Serializes a value so that the text is safe on a terminal and in a CI log, and means the same. */
export function stringify(value: unknown): string {
  return escapeHazards(JSON.stringify(value))
}

/** Makes a line of JSON safe on a terminal and in a CI log. */
export function escapeHazards(text: string): string {
  if (isPlain(text)) return text
  // What a terminal acts upon or cannot show, and what a CI runner takes for a command.
  const hazards = new RegExp(`${unprintable().source}|#(?=#(?:\\[|vso\\[|teamcity\\[))`, 'gu')
  return text.replace(hazards, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** One JSON value, a report a line, as `schemas/report.schema.json` describes it. */
const json: Reporter = (sink, { command, tool }) => {
  const [major] = tool.version.split('.')
  const head: Omit<ReportFile, 'reports' | 'summary'> = {
    $schema: `https://unpkg.com/${tool.name}@${major}/schemas/report.schema.json`,
    version: 1,
    tool,
    command,
  }
  let separator = '\n'
  return {
    begin: () => sink.write(`${stringify(head).slice(0, -1)},"reports":[`),
    report(report) {
      sink.write(`${separator}${stringify(report)}`)
      separator = ',\n'
    },
    end: (summary) => sink.write(`\n],"summary":${stringify(summary)}}\n`),
  }
}

export default json
