import type { AnsweredLink, Finding } from './types.js'

/** What keeps programs out and lets people in says nothing about the page. */
const BARRED = new Set([401, 403, 405, 406, 429])

/** Finds that the URL in a member leads to no page. */
export function* findMissingPage({ member, at, answer }: AnsweredLink): Generator<Finding> {
  const { status } = answer
  if (status < 400 || BARRED.has(status)) return
  yield {
    at,
    message: `${member} answers ${status}: there is no page`,
    suggestion: `publish the page there, or remove ${member}`,
  }
}
