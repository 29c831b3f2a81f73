import { printable } from '../core/printable.js'

/**
 * Shows foreign text as code, which nothing in it can end: the fence is longer than any run of
 * backticks, and in a table a pipe does not end its cell.
 */
export function code(text: string, isCell = false): string {
  // A backslash before it would have a part of the readers take the escape for two backslashes.
  const shown = isCell
    ? printable(text).replaceAll('\\|', '\\\\u{7c}').replaceAll('|', '\\|')
    : printable(text)
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  // A space keeps backticks at the ends apart from the fence, and is not shown.
  const pad = /^[` ]|[` ]$/.test(shown) || shown === '' ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}
