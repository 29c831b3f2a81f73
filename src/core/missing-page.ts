import type { AnsweredLink, Finding, Pointer } from './types.js'

/** What keeps programs out and lets people in says nothing about the page. */
const BARRED = new Set([401, 403, 405, 406, 429])

/** Finds the members among these whose URLs lead to no page. */
export function* findMissingPages(
  links: readonly AnsweredLink[],
  members: readonly string[],
): Generator<Finding> {
  for (const { member, answer } of links) {
    const { status } = answer
    if (!members.includes(member) || status < 400 || BARRED.has(status)) continue
    yield {
      at: `/${member}` as Pointer,
      message: `${member} answers ${status}: there is no page`,
      suggestion: `publish the page there, or remove ${member}`,
    }
  }
}
