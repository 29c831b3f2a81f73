import { dirname, relative, resolve } from 'node:path'
import { parseDocument } from '../core/document.js'
import { UsageError } from '../core/errors.js'
import type { Policy, PreparedPolicy } from '../core/policy.js'
import { escapeToken } from '../core/scan.js'
import type { MetadataDocument, Pointer, Profile, Range, Source } from '../core/types.js'
import type { Io } from '../io.js'
import { pathIn } from '../workspace.js'
import type { Config, Override } from './config.js'
import { explainFaults, type Problem } from './explain.js'
import type { ConfigFile } from './find.js'
import { createMatcher } from './globs.js'
import { createMeasures, type Measure } from './measures.js'
import { findPolicyProblems, preparePolicy } from './policy.js'
import { findProblems, profilesOf, type Reading } from './problems.js'
import { readSchema } from './schema-file.js'
import { validateConfig } from './validate-config.js'
import { createWaivers, type Waivers } from './waivers.js'

/** A configuration whose every word was checked. */
export interface ReadConfig {
  /** The file it is from, as it was found. */
  readonly path: string
  /** Each document by its path, seen from the working directory. */
  readonly documents: readonly {
    readonly name: string
    readonly clientId: string
    /** Where it was named, for messages. */
    readonly place: string
    /** Whether it is neither in the directory of the configuration nor below. */
    readonly isOutside: boolean
  }[]
  /** What a document is judged by, under the profile that it asks for itself or those of the run. */
  measuresOf(source: Source, asked?: Profile): readonly Measure[]
  /** Undefined where there are none. */
  readonly waivers: Waivers | undefined
}

/**
 * Reads a configuration.
 *
 * @throws UsageError with a line for each thing that is wrong, and its place in the file.
 */
export function readConfig(file: ConfigFile, reading: Reading, io: Io): ReadConfig {
  const { path, bytes, pointer } = file
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
  refuse(validateConfig(value) ? [] : explainFaults(validateConfig.errors ?? []))
  const config = value as Config
  const policies = readPolicies(config, path, io)
  refuse([...findProblems(config, reading), ...policies.problems])

  const { documents = {}, overrides = [], waivers = [] } = config
  const directory = io.resolve(dirname(path))
  const matcherOf = (globs: readonly string[]) => createMatcher(globs, directory, io.resolve)
  const said = ({ profile, rules = {}, policy }: Config | Override) => ({
    profiles: profilesOf(profile, reading),
    settings: new Map(Object.entries(rules)),
    policy: policy && policies.prepared.get(policy),
  })
  const common = said(config)
  const decided = profilesOf([...reading.profiles], reading)
  const usual = common.profiles.length > 0 ? common.profiles : [reading.findProfile()]
  const isDecided = decided.length > 0
  return {
    path,
    documents: Object.entries(documents).map(([file, clientId]) => ({
      name: relative('', resolve(dirname(path), file)),
      clientId,
      place: placeOf({ at: `/documents/${escapeToken(file)}`, on: 'key' }),
      isOutside: pathIn(resolve(dirname(path)), resolve(dirname(path), file)) === undefined,
    })),
    measuresOf: createMeasures(
      { ...common, profiles: isDecided ? decided : usual, isDecided },
      overrides.map((override, index) => ({
        ...said(override),
        place: placeOf({ at: `/overrides/${index}` }).replace(/: $/, ''),
        isFor: matcherOf(override.documents),
      })),
      reading.rules,
      reading.scope,
    ),
    waivers:
      waivers.length === 0
        ? undefined
        : createWaivers(
            waivers.map((waiver, index) => ({
              waiver,
              place: placeOf({ at: `/waivers/${index}` }),
              isFor: waiver.documents ? matcherOf(waiver.documents) : () => true,
            })),
            io.today(),
          ),
  }

  function refuse(problems: readonly Problem[]): void {
    if (problems.length === 0) return
    const startOf = ({ at, on }: Problem) => rangeOf(document, `${pointer}${at}`, on).start
    const sorted = [...problems].sort((one, other) => startOf(one) - startOf(other))
    throw toError(sorted.map((problem) => `${problem.place ?? placeOf(problem)}${problem.message}`))
  }

  function placeOf({ at, on }: Pick<Problem, 'at' | 'on'>): string {
    const { line, column } = rangeOf(document, `${pointer}${at}`, on)
    return `${path}:${line}:${column}: `
  }
}

const toError = ([first = '', ...others]: readonly string[]): UsageError =>
  new UsageError(first, others)

/** The place of a value, or of what it should stand in. */
function rangeOf(document: MetadataDocument, at: Pointer, on: 'key' | undefined): Range {
  return document.rangeOf(at, on) ?? document.rangeOf('') ?? document.rangeBetween(0, 0)
}

/** Checks and prepares each policy of a configuration, by what it says. */
function readPolicies({ policy, overrides = [] }: Config, path: string, io: Io) {
  const prepared = new Map<Policy, PreparedPolicy>()
  const problems: Problem[] = []
  const all: [Policy | undefined, Pointer][] = [
    [policy, '/policy'],
    ...overrides.map(({ policy }, index): [Policy | undefined, Pointer] => [
      policy,
      `/overrides/${index}/policy`,
    ]),
  ]
  for (const [given, at] of all) {
    if (!given) continue
    const { schema: file, ...rest } = given
    const read = file === undefined ? undefined : readSchema(file, `${at}/schema`, path, io)
    const found = [...findPolicyProblems(given, at), ...(read?.problems ?? [])]
    for (const problem of found) problems.push(problem)
    if (found.length > 0) continue
    const ready = preparePolicy({ ...rest, ...(read?.schema && { schema: read.schema }) })
    prepared.set(given, { ...ready, says: given })
  }
  return { prepared, problems }
}
