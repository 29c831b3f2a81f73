import { maskSecrets } from './secrets.js'

/** A member that is not the same in two documents. */
export interface Difference {
  readonly name: string
  /** Its value in each, as it may be shown; undefined where it is missing. */
  readonly here: string | undefined
  readonly there: string | undefined
}

type Members = Readonly<Record<string, unknown>>

/** Compares two documents member by member; the order of members does not matter, that of items does. */
export function* differencesOf(here: Members, there: Members): Generator<Difference> {
  for (const name of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const [ours, theirs] = [here, there].map((members) =>
      name in members ? canonical(members[name]) : undefined,
    )
    if (ours !== theirs) yield { name, here: show(name, ours), there: show(name, theirs) }
  }
}

/** A value as text in which the order of members does not matter: JSON has none. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )

/** The longest value that is shown, in UTF-16 units. */
const LONGEST = 60

function show(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  // What may be shown depends on its name.
  const before = `${JSON.stringify(name)}:`
  const masked = maskSecrets(before + text).slice(before.length)
  return masked.length <= LONGEST ? masked : `${masked.slice(0, LONGEST).toWellFormed()}…`
}
