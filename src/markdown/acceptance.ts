import { tableOf } from '../core/acceptance-table.js'
import type { Acceptance } from '../core/types.js'
import { code } from './code.js'

/** The sign-ins that have a column each. */
const MAX_SIGN_INS = 10

/** What named authorization servers make of a client, as a table. */
export function renderAcceptance(acceptance: Acceptance): string {
  const { head, rows, signIns, summary, change } = tableOf(acceptance, MAX_SIGN_INS)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(({ server, cells }) => line([server, ...cells.map(({ text }) => text)])),
  ]
  const uris = signIns.map(
    ({ number, redirectUri }) => `${number}. a sign-in with ${code(redirectUri)}`,
  )
  const advice = change === undefined ? '' : `: ${code(change)}`
  return `\n${[...lines, ...(uris.length > 0 ? ['', ...uris] : [])].join('\n')}\n\n${summary}${advice}\n`
}
