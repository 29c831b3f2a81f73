import type { Baseline } from './baseline.js'
import { findConfig } from './config/find.js'
import type { ReadConfig } from './config/read.js'
import { evaluate, type Ruleset } from './core/engine.js'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { addToSummary, type Entry, emptySummary } from './core/reporter.js'
import { maskSecrets } from './core/secrets.js'
import type { Diagnostic, MetadataDocument, Profile, Summary } from './core/types.js'
import type { Estate } from './estate.js'
import { findInput } from './input.js'
import { type Io, isUnattended, say, TURN } from './io.js'
import type { Input } from './load.js'
import type { CommandName, OptionsOf } from './options.js'
import { type OutputOptions, openOutputs, readFormats } from './outputs.js'
import type { Progress } from './progress.js'
import { findProfile } from './rulesets.js'
import { pathIn } from './workspace.js'

type Options = OptionsOf<'validate'>

/** What a command asks of documents. */
export interface Asked {
  readonly command: CommandName
  /** Prepares what it asks under a profile. */
  readonly rulesetOf: (profile: Profile) => Ruleset
  /** Compares each document with those before it, for a command that does. */
  readonly estate?: Estate
  /** Describes a document for an inventory, for a command that has one. */
  readonly describe?: (document: MetadataDocument) => Entry
}

/**
 * Judges documents and reports: input → document → evaluate → outputs → exit code.
 *
 * @param names The targets on the command line.
 *
 * @returns The exit code.
 *
 * @throws UsageError before anything is judged.
 */
export async function judge(
  { command, rulesetOf, estate, describe }: Asked,
  names: readonly string[],
  options: Options,
  io: Io,
): Promise<number> {
  const { all, quiet, verbose, color = 'auto' } = options
  if (quiet && verbose) {
    throw new UsageError('--quiet and --verbose contradict each other: give one of them')
  }
  const limits = readLimits(options)
  const formats = readFormats(options.format, io)
  const config = await loadConfig(options.config, io)
  if (config && verbose) say(io, `configuration: ${quote(config.path)}`)
  const rulesets = findRulesets(options.profile, config, rulesetOf)
  const baseline =
    options.baseline === undefined
      ? undefined
      : (await import('./baseline.js')).readBaseline(options.baseline, io)
  const besides = [options.baseline, ...formats.map(({ file }) => file)]
  const except = new Set(besides.flatMap((file) => (file === undefined ? [] : [io.resolve(file)])))
  const input = await findInput(names, options, config, except, io)

  const state: State = { summary: emptySummary(), current: undefined, isCompared: true }
  const remarks = [
    ...(input.remark === undefined ? [] : [input.remark]),
    ...(estate && options.shard !== undefined ? [ONE_SHARD] : []),
  ]
  const outputs = await openOutputs(
    formats,
    { command, color, isQuiet: quiet, all, ...describeRun(state, baseline, remarks, describe, io) },
    io,
  )

  const started = io.now()
  // One file is judged before anybody could interrupt it.
  const isQuick = input.count === 1 && names[0] !== '-' && !input.endsItself
  const rulesetsFor = (profile: string | undefined): readonly Ruleset[] =>
    profile === undefined ? rulesets : findRulesets([profile], undefined, rulesetOf)
  const isAlone = formats.every(({ file }) => file !== undefined)
  const pace = createPace(quiet || isQuick, input, isAlone, state.summary, io)
  let signal: NodeJS.Signals | undefined
  try {
    if (!isQuick) io.heedSignals()
    outputs.begin()
    // What comes next may take its time, now and after each batch.
    if (!isQuick) signal = await io.interruption()
    judging: for await (const batch of input.batches) {
      for (const { document, profile } of batch) {
        if (pace.isDue()) signal = await pace.turn()
        if ((signal && !input.endsItself) || outputs.isClosed) break judging
        state.current = document
        state.summary.targets++
        if (document.url === undefined && !document.hosting?.copy) state.isCompared = false
        const neighbours = input.count === 1 ? undefined : estate?.compare(document, profile)
        for (const ruleset of rulesetsFor(profile)) {
          const { id } = ruleset.profile
          const suppress =
            baseline && ((found: Diagnostic) => baseline.suppressionOf(document.source, id, found))
          const report = evaluate(document, ruleset, {
            all: outputs.needsAll,
            allowLoopback: options.allowLoopback,
            neighbours,
            suppress,
          })
          baseline?.settle(document.source, report)
          addToSummary(state.summary, report)
          outputs.report(report)
        }
      }
      if (!isQuick) signal = await io.interruption()
    }
    // What was waited for may have ended because of it.
    if (!isQuick) signal ??= await io.interruption()
  } catch (error) {
    outputs.discard()
    throw error
  } finally {
    await pace.end()
  }
  const isWritten = outputs.end(state.summary)
  const { targets } = state.summary
  if (verbose) say(io, `judged ${targets} in ${((io.now() - started) / 1000).toFixed(2)} s`)
  if (signal) return SIGNALS[signal] ?? 143
  if (targets === 0 && input.count === undefined && options.shard === undefined) {
    throw new UsageError('there is no document on any line: write one a line')
  }
  return exitCodeOf(state.summary, limits, isWritten, io)
}

/** How far a run is. */
interface State {
  readonly summary: Summary
  /** The document being judged. */
  current: MetadataDocument | undefined
  /** Whether the URL of every document was known. */
  isCompared: boolean
}

const NOT_COMPARED =
  'client_id was not compared with the URL of the document; give the URL with --client-id <url>'

const ONE_SHARD =
  'documents were compared with one another within this shard only; lint all of them without --shard'

/** What reporters may ask of a run. */
const describeRun = (
  state: State,
  baseline: Baseline | undefined,
  remarks: readonly string[],
  describe: Asked['describe'],
  io: Io,
): Pick<OutputOptions, 'tool' | 'remarks' | 'source' | 'file' | 'entry'> => ({
  tool: { name: 'mcp-cimd', version: VERSION },
  remarks: () => [
    ...(baseline ? [baseline.describe()] : []),
    ...(state.isCompared ? [] : [NOT_COMPARED]),
    ...remarks,
  ],
  entry: () => state.current && describe?.(state.current),
  source() {
    const { text, value, source } = state.current ?? {}
    if (text === undefined) return undefined
    return { text: maskSecrets(text, value !== undefined), within: source?.within }
  },
  file() {
    const { kind, name, within, listed } = state.current?.source ?? {}
    const file = kind === 'file' ? (within?.uri ?? name) : listed?.uri
    if (file === undefined) return undefined
    const root = io.env.GITHUB_WORKSPACE ?? io.resolve('.')
    const path = pathIn(root, io.resolve(file))
    const line = within?.line ?? listed?.line ?? 1
    return path === undefined ? undefined : { path, line, isDocument: kind === 'file' }
  },
})

/** How long a run takes before it says how far it is, in milliseconds. */
const PATIENCE = 1000

/** How often a run says how far it is while it waits, in milliseconds. */
const TICK = 250

/** Lets signals in every now and then, and says how far the run is when it takes long. */
function createPace(
  isSilent: boolean,
  { count, endsItself }: Input,
  isAlone: boolean,
  done: Pick<Summary, 'targets'>,
  io: Io,
) {
  const started = io.now()
  let next = started + TURN
  let progress: Promise<Progress> | undefined
  const tell = async () => {
    if (isSilent || io.now() - started <= PATIENCE) return
    progress ??= startProgress(done.targets, count, isAlone, io)
    ;(await progress).update(done.targets)
  }
  const timer = endsItself ? setInterval(tell, TICK) : undefined
  return {
    isDue: () => io.now() >= next,
    async turn(): Promise<NodeJS.Signals | undefined> {
      next = io.now() + TURN
      await tell()
      return io.interruption()
    },
    async end() {
      clearInterval(timer)
      const begun = await progress
      begun?.stop()
    },
  }
}

/** 128 and the number of the signal. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** A spinner is drawn only where nothing else appears: neither a CI log nor the report itself. */
const startProgress = async (
  done: number,
  count: number | undefined,
  isAlone: boolean,
  io: Io,
): Promise<Progress> => {
  const isAlive = !isUnattended(io) && (isAlone || io.stdout.columns === undefined)
  return (await import('./progress.js')).startProgress(done, count, isAlive, io)
}

async function loadConfig(named: string | undefined, io: Io): Promise<ReadConfig | undefined> {
  const found = findConfig(named, io)
  return found && (await import('./config/read.js')).readConfig(found, findProfile)
}

/** One ruleset for each profile, however many names it was given under. */
const findRulesets = (
  names: readonly string[],
  config: ReadConfig | undefined,
  rulesetOf: Asked['rulesetOf'],
): readonly Ruleset[] => {
  const wanted = names.length > 0 ? names : (config?.profiles ?? [])
  const profiles = wanted.length > 0 ? wanted.map((name) => findProfile(name)) : [findProfile()]
  return Array.from(new Set(profiles), rulesetOf)
}

/** From when on a run has failed. */
interface Limits {
  readonly failOn: FailOn
  readonly maxWarnings: number
  readonly allowIncomplete: boolean
}

type FailOn = 'error' | 'warning' | 'info' | 'never'

function readLimits({ failOn = 'error', maxWarnings, allowIncomplete }: Options): Limits {
  const isCount = maxWarnings === undefined || /^[0-9]{1,9}$/.test(maxWarnings)
  if (!isCount) {
    throw new UsageError(`--max-warnings is ${quote(maxWarnings)}: write a number, such as 0`)
  }
  return {
    // One of the choices in the table of options.
    failOn: failOn as FailOn,
    maxWarnings: maxWarnings === undefined ? Number.POSITIVE_INFINITY : Number(maxWarnings),
    allowIncomplete,
  }
}

function exitCodeOf(
  { errors, warnings, infos, incomplete }: Summary,
  { failOn, maxWarnings, allowIncomplete }: Limits,
  isWritten: boolean,
  io: Io,
): number {
  const counted = {
    error: errors,
    warning: errors + warnings,
    info: errors + warnings + infos,
    never: 0,
  }
  if (errors === 0 && warnings > maxWarnings) {
    say(io, `too many warnings: ${warnings}, and --max-warnings is ${maxWarnings}`)
  } else if (errors === 0 && counted[failOn] > 0) {
    say(io, `no error was found, but --fail-on is ${failOn}`)
  }
  if (counted[failOn] > 0 || warnings > maxWarnings) return 1
  return !isWritten || (incomplete > 0 && !allowIncomplete) ? 3 : 0
}
