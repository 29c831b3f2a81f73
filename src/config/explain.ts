import { quote } from '../core/printable.js'
import { escapeToken, unescapeToken } from '../core/scan.js'
import { didYouMean } from '../core/suggest.js'
import type { Pointer } from '../core/types.js'
import { FETCH_OPTIONS, flagOf } from '../options.js'
import type { ConfigFault } from './validate-config.js'

/** Something wrong with a configuration. */
export interface Problem {
  readonly at: Pointer
  /** Whether the name of a member is meant. */
  readonly on?: 'key'
  readonly message: string
  /** Where it is, when that is in another file. */
  readonly place?: string
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'an array',
  object: 'an object',
  number: 'a number',
  boolean: 'true or false',
}

/** What to write where something is missing. */
const MISSING: Readonly<Record<string, string>> = {
  documents: 'write the globs of the documents it is for',
  reason: 'write why the finding may stay',
  rule: 'write the id of the requirement it is about',
}

/** What the generated validator says, in words: one problem a place. */
export function explainFaults(faults: readonly ConfigFault[]): Problem[] {
  const expected = new Map<Pointer, string[]>()
  const problems: Problem[] = []
  for (const { instancePath: at, keyword, params, parentSchema, data } of faults) {
    if (keyword === 'type') {
      expected.set(at, [...(expected.get(at) ?? []), TYPES[params.type ?? ''] ?? ''])
    } else if (keyword === 'additionalProperties') {
      const known = Object.keys(parentSchema?.properties ?? {})
      problems.push(explainUnknown(at, params.additionalProperty ?? '', known))
    } else if (keyword === 'required') {
      const name = params.missingProperty ?? ''
      problems.push({ at, message: `${nameAt(at)} has no ${name}: ${MISSING[name] ?? 'add it'}` })
    } else if (keyword === 'enum' && typeof data === 'string') {
      const known = (params.allowedValues ?? []).map(String)
      const help = didYouMean(data, known) || `; there are ${known.join(', ')}`
      problems.push({ at, message: `${nameAt(at)} is ${quote(data)}${help}` })
    }
  }
  // An array whose item is wrong is an array: of two types the nearer was meant.
  const places = [...expected.keys()].filter(
    (at) => ![...expected.keys()].some((other) => other.startsWith(`${at}/`)),
  )
  const mistyped = places.map((at): Problem => {
    return { at, message: `${nameAt(at)} is not ${expected.get(at)?.join(' or ')}` }
  })
  return [...problems, ...mistyped]
}

/** Words for what a configuration never does, where there is no option for it. */
const UNSAFE = /^(?:insecure|skip|ignore|disable|reject|strictssl|tls|ssl|verify|unsafe)/

/** Options that only say what is fetched besides. */
const HARMLESS: ReadonlySet<string> = new Set(['hosted', 'linked', 'probe'])

function explainUnknown(at: Pointer, name: string, known: readonly string[]): Problem {
  const place = { at: `${at}/${escapeToken(name)}`, on: 'key' } as const
  const is = `${quote(name)} is no member of ${nameAt(at)}`
  const plain = name.replaceAll(/[-_]/g, '').toLowerCase()
  const option = Object.keys(FETCH_OPTIONS).find((option) => option.toLowerCase() === plain)
  if (option !== undefined) {
    const what = HARMLESS.has(option) ? 'fetching is asked for' : 'security is loosened'
    return {
      ...place,
      message: `${is}: ${what} on the command line only: give ${flagOf(option)} there`,
    }
  }
  const help = didYouMean(name, known)
  if (help === '' && UNSAFE.test(plain)) {
    const message = `${is}: security is loosened on the command line only, and there is no option for this`
    return { ...place, message }
  }
  return { ...place, message: `${is}${help || `; there are ${known.join(', ')}`}` }
}

/** How a message names a place: `reason of item 0 of waivers`. */
export function nameAt(at: Pointer): string {
  const tokens = at.split('/').slice(1)
  if (tokens.length === 0) return 'the configuration'
  return tokens.reverse().map(nameToken).join(' of ')
}

const nameToken = (token: string): string => {
  if (/^[0-9]{1,9}$/.test(token)) return `item ${token}`
  const name = unescapeToken(token)
  return /^\$?[A-Za-z_]{1,60}$/.test(name) ? name : quote(name)
}
