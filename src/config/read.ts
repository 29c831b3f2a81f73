import { dirname, relative, resolve } from 'node:path'
import { parseDocument } from '../core/document.js'
import { UsageError } from '../core/errors.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { didYouMean } from '../core/suggest.js'
import type { MetadataDocument, Pointer } from '../core/types.js'
import { splitUrl } from '../core/url.js'
import type { Config } from './config.js'
import type { ConfigFile } from './find.js'
import { type ConfigFault, validateConfig } from './validate-config.js'

/** A configuration whose every word was checked. */
export interface ReadConfig {
  /** The file it is from, as it was found. */
  readonly path: string
  readonly profiles: readonly string[]
  /** Each document by its path, seen from the working directory. */
  readonly documents: readonly {
    readonly name: string
    readonly clientId: string
    /** Where it was named, for messages. */
    readonly place: string
  }[]
}

/** Something wrong with a configuration. */
interface Problem {
  readonly at: Pointer
  /** Whether the name of a member is meant. */
  readonly on?: 'key'
  readonly message: string
}

/**
 * Reads a configuration.
 *
 * @param checkProfile Throws an error that says so when there is no profile of a name.
 *
 * @throws UsageError with a line for each thing that is wrong, and its place in the file.
 */
export function readConfig(
  { path, bytes, pointer }: ConfigFile,
  checkProfile: (name: string) => unknown,
): ReadConfig {
  // A byte order mark does no harm here.
  const document = parseDocument(new TextDecoder().decode(bytes))
  const faults = document.faults.flatMap(({ message, pointer: at, range: [start, end] }) => {
    // What is repeated elsewhere in a package.json is not ours.
    if (!at.startsWith(pointer)) return []
    const { line, column } = document.rangeBetween(start, end)
    return [`${path}:${line}:${column}: ${message.replace('the document', 'the configuration')}`]
  })
  if (faults.length > 0) throw toError(faults)
  if (document.stage !== 'object')
    throw new UsageError(`${path}:1:1: the configuration is not a JSON object`)

  const root = document.value as Readonly<Record<string, unknown>>
  const value = pointer === '' ? root : root[pointer.slice(1)]
  const problems = findProblems(value, checkProfile)
  if (problems.length > 0) {
    throw toError(problems.map((problem) => `${placeOf(problem)}${problem.message}`))
  }
  const { documents = {}, profile = [] } = value as Config
  return {
    path,
    profiles: typeof profile === 'string' ? [profile] : profile,
    documents: Object.entries(documents).map(([file, clientId]) => ({
      name: relative('', resolve(dirname(path), file)),
      clientId,
      place: placeOf({ at: `/documents/${escapeToken(file)}`, on: 'key' }),
    })),
  }

  function placeOf({ at, on }: Pick<Problem, 'at' | 'on'>): string {
    const { line, column } = rangeOf(document, `${pointer}${at}`, on)
    return `${path}:${line}:${column}: `
  }
}

const toError = ([first = '', ...others]: readonly string[]): UsageError =>
  new UsageError(first, others)

/** The place of a value, or of what it should stand in. */
function rangeOf(
  document: MetadataDocument,
  at: Pointer,
  on: 'key' | undefined,
): { line: number; column: number } {
  return document.rangeOf(at, on) ?? document.rangeOf('') ?? document.rangeBetween(0, 0)
}

function findProblems(value: unknown, checkProfile: (name: string) => unknown): Problem[] {
  if (!validateConfig(value)) return explain(validateConfig.errors ?? [])
  const { documents = {}, profile = [] } = value
  const isList = Array.isArray(profile)
  return [
    ...[profile].flat().flatMap((name, index): Problem[] => {
      try {
        checkProfile(name)
        return []
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return [{ at: isList ? `/profile/${index}` : '/profile', message }]
      }
    }),
    ...Object.entries(documents).flatMap(([file, url], index): Problem[] => {
      const at: Pointer = `/documents/${escapeToken(file)}`
      if (file === '') return [{ at, on: 'key', message: 'the name of a document is empty' }]
      const same = Object.keys(documents).findIndex((other) => resolve(other) === resolve(file))
      if (same < index) {
        const other = quote(Object.keys(documents)[same] ?? '')
        return [{ at, on: 'key', message: `${quote(file)} is ${other}, which stands here already` }]
      }
      if (splitUrl(url)?.scheme.text.toLowerCase() === 'https') return []
      const message = `the URL of ${quote(file)} is ${quote(url)}; write the https URL it is published at`
      return [{ at, message }]
    }),
  ]
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'an array',
  object: 'an object',
}

/** What the generated validator says, in words: one problem a place. */
function explain(faults: readonly ConfigFault[]): Problem[] {
  const expected = new Map<Pointer, string[]>()
  const unknown: Problem[] = []
  for (const { instancePath: at, keyword, params, parentSchema } of faults) {
    if (keyword === 'type') {
      expected.set(at, [...(expected.get(at) ?? []), TYPES[params.type ?? ''] ?? ''])
    } else if (keyword === 'additionalProperties') {
      const name = params.additionalProperty ?? ''
      const known = Object.keys(parentSchema?.properties ?? {})
      const help = didYouMean(name, known) || `; there are ${known.join(', ')}`
      const message = `${quote(name)} is no member of the configuration${help}`
      unknown.push({ at: `${at}/${escapeToken(name)}`, on: 'key', message })
    }
  }
  // An array whose item is wrong is an array: of two types the nearer was meant.
  const places = [...expected.keys()].filter(
    (at) => ![...expected.keys()].some((other) => other.startsWith(`${at}/`)),
  )
  return [
    ...unknown,
    ...places.map((at): Problem => {
      const [, member = '', item] = at.split('/')
      const subject =
        item === undefined ? member || 'the configuration' : `item ${item} of ${member}`
      return { at, message: `${subject} is not ${expected.get(at)?.join(' or ')}` }
    }),
  ]
}
