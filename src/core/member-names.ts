import { nearest } from './suggest.js'
import { NAMES, TAGGED } from './validate-members.js'

const REGISTERED: readonly string[] = Object.values(NAMES).flatMap((names) => names.split(' '))
const KNOWN: ReadonlySet<string> = new Set(REGISTERED)
const MAY_HAVE_TAG: ReadonlySet<string> = new Set(TAGGED.split(' '))

/** Whether a member is registered, or one of those with a language tag: RFC 7591 section 2.2. */
export function isRegistered(name: string): boolean {
  if (KNOWN.has(name)) return true
  const hash = name.indexOf('#')
  return hash >= 0 && MAY_HAVE_TAG.has(name.slice(0, hash))
}

/** What other registries call a member, folded. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['apptype', 'application_type'],
  ['callbacks', 'redirect_uris'],
  ['logo', 'logo_uri'],
  ['name', 'client_name'],
  ['privacypolicyuri', 'policy_uri'],
  ['termsofserviceuri', 'tos_uri'],
])

/** Takes out of a name what differs between ways of writing: case, separators, "url" for "uri". */
const fold = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[-_ ]/g, '')
    .replace(/url(?=s?$)/, 'uri')

let folded: ReadonlyMap<string, string> | undefined

/** Finds the registered member that somebody meant who wrote another name. */
export function meantBy(name: string): string | undefined {
  // No registered name is as long, and to compare takes longer the longer it is.
  if (name.length > 80) return undefined
  folded ??= new Map([...SYNONYMS, ...REGISTERED.map((known) => [fold(known), known] as const)])
  return folded.get(fold(name)) ?? nearest(name, REGISTERED)
}
