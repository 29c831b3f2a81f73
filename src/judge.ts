import type { Acceptances } from './acceptance/ask.js'
import type { Baseline } from './baseline.js'
import { findConfig } from './config/find.js'
import type { Measure } from './config/measures.js'
import type { ReadConfig } from './config/read.js'
import { type EvaluateOptions, evaluate, type Scope } from './core/engine.js'
import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import { addToSummary, type Entry, emptySummary } from './core/reporter.js'
import { maskSecrets } from './core/secrets.js'
import type { MetadataDocument, Profile, Result, Rule, Source, Summary } from './core/types.js'
import type { Estate } from './estate.js'
import { findInput, findTargets } from './input.js'
import { type Io, isUnattended, say, TURN } from './io.js'
import type { Input } from './load.js'
import type { CommandName, OptionsOf } from './options.js'
import { type OutputOptions, openOutputs, readFormats } from './outputs.js'
import type { Progress } from './progress.js'
import { createRulesets, findProfile } from './rulesets.js'
import { pathIn } from './workspace.js'

interface Options extends OptionsOf<'validate'> {
  /** The option that asks for repairs. */
  readonly repairs?: '--fix' | '--fix-dry-run' | undefined
}

/** What a command asks of documents. */
export interface Asked {
  readonly command: CommandName
  /** Those it may ask, and which of them it does under a profile. */
  readonly rules: readonly Rule[]
  readonly scope: Scope
  /** What named authorization servers make of documents, for a command that asks them. */
  readonly acceptances?: Acceptances | undefined
  /** Compares each document with those before it, for a command that does. */
  readonly createEstate?: () => Promise<Estate>
  /** Describes documents for an inventory, for a command that has one. */
  readonly createDescription?: () => Promise<(document: MetadataDocument) => Entry>
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
  asked: Asked,
  names: readonly string[],
  options: Options,
  io: Io,
): Promise<number> {
  const { command } = asked
  const { all, quiet, verbose, color = 'auto' } = options
  if (quiet && verbose) {
    throw new UsageError('--quiet and --verbose contradict each other: give one of them')
  }
  const limits = readLimits(options)
  const formats = readFormats(options.format, io)
  const config = await loadConfig(asked, options, io)
  if (config && verbose) say(io, `configuration: ${quote(config.path)}`)
  const measuresOf = config?.measuresOf ?? createUsual(asked, options.profile)
  const baseline =
    options.baseline === undefined
      ? undefined
      : (await import('./baseline.js')).readBaseline(options.baseline, io)
  const besides = [options.baseline, ...formats.map(({ file }) => file)]
  const except = new Set(besides.flatMap((file) => (file === undefined ? [] : [io.resolve(file)])))
  if (options.printConfig) {
    const targets = await findTargets(names, options, config, except, io)
    const { printConfig } = await import('./print-config.js')
    printConfig(targets, config, measuresOf, io)
    return 0
  }
  if (options.repairs && names.length === 0 && options.targetsFrom === undefined) {
    refuseForeign(config)
  }
  const input = await findInput(names, options, config, except, io)
  const waivers = config?.waivers

  const estate = input.count === 1 ? undefined : await asked.createEstate?.()
  // Only what is written in Markdown ends in an inventory, and the summary of a job is.
  const hasInventory = formats.some(({ name }) => name === 'markdown' || name === 'github')
  const describe = hasInventory ? await asked.createDescription?.() : undefined

  const state: State = { summary: emptySummary(), current: undefined, isCompared: true }
  const remarks = [
    ...(input.remark === undefined ? [] : [input.remark]),
    ...(asked.createEstate && options.shard !== undefined ? [ONE_SHARD] : []),
  ]
  const fixing =
    options.repairs &&
    (await (await import('./fixing.js')).createFixing(options.repairs === '--fix', quiet, io))
  const outputs = await openOutputs(
    formats,
    { command, color, isQuiet: quiet, all, ...describeRun(state, baseline, remarks, describe, io) },
    io,
  )

  const started = io.now()
  // One file is judged before anybody could interrupt it.
  const isQuick = input.count === 1 && names[0] !== '-' && !input.endsItself
  const optionsFor = (
    source: Source,
    { ruleset, severities, policy }: Measure,
    neighbours?: EvaluateOptions['neighbours'],
  ): EvaluateOptions => {
    const known = baseline?.suppressing(source, ruleset.profile.id)
    return {
      all: outputs.needsAll || waivers !== undefined,
      allowLoopback: options.allowLoopback,
      severities,
      policy,
      neighbours,
      suppress: waivers
        ? (found, isFolded) => waivers.settle(source, found, known?.(found), isFolded)
        : known,
    }
  }
  const toRepair = (source: Source, measures: readonly Measure[]) =>
    measures.map((measure) => ({ ...measure, options: () => optionsFor(source, measure) }))
  const isAlone = formats.every(({ file }) => file !== undefined)
  const pace = createPace(quiet || isQuick, input, isAlone, state.summary, io)
  let signal: NodeJS.Signals | undefined
  try {
    if (!isQuick) io.heedSignals()
    outputs.begin()
    // What comes next may take its time, now and after each batch.
    if (!isQuick) signal = await io.interruption()
    judging: for await (const batch of input.batches) {
      for (const { document: read, profile } of batch) {
        if (pace.isDue()) signal = await pace.turn()
        if ((signal && !input.endsItself) || outputs.isClosed) break judging
        const { source } = read
        const measures = measuresOf(
          source,
          profile === undefined ? undefined : findProfile(profile),
        )
        const document = !fixing || signal ? read : fixing.repair(read, toRepair(source, measures))
        state.current = document
        state.summary.targets++
        if (document.url === undefined && !document.hosting?.copy) state.isCompared = false
        const neighbours = estate?.compare(document, profile)
        for (const measure of measures) {
          const asking = optionsFor(source, measure, neighbours)
          const report = evaluate(document, measure.ruleset, asking)
          const acceptance = asked.acceptances?.of(document)
          if (acceptance) report.acceptance = acceptance
          baseline?.settle(source, report)
          if (waivers) {
            waivers.note(source, report)
            if (!outputs.needsAll) report.results = report.results.filter(isWanting)
          }
          addToSummary(state.summary, report)
          fixing?.note(report)
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
  const isReported = outputs.end(state.summary)
  const isWritten = (fixing?.end(state.summary) ?? true) && isReported
  const { targets } = state.summary
  // Of a part of the documents, or of fewer than were meant, nobody knows what is not needed.
  const isWhole = options.shard === undefined && !signal && !outputs.isClosed
  if (isWhole && !quiet) for (const line of waivers?.describeUnused() ?? []) say(io, line)
  if (verbose) say(io, `judged ${targets} in ${((io.now() - started) / 1000).toFixed(2)} s`)
  if (signal) return SIGNALS[signal] ?? 143
  if (targets === 0 && input.count === undefined && options.shard === undefined) {
    throw new UsageError('there is no document on any line: write one a line')
  }
  return exitCodeOf(state.summary, limits, isWritten, io)
}

/** Whether a result is told where not all of them are asked for. */
const isWanting = ({ status }: Result): boolean => status === 'failed' || status === 'could-not-run'

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
  describe: ((document: MetadataDocument) => Entry) | undefined,
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

async function loadConfig(
  { rules, scope }: Asked,
  { config, profile: profiles }: Options,
  io: Io,
): Promise<ReadConfig | undefined> {
  const found = findConfig(config, io)
  if (!found) return undefined
  const { readConfig } = await import('./config/read.js')
  return readConfig(found, { rules, scope, profiles, findProfile }, io)
}

/** What documents are judged by where no configuration is; each profile once, by whatever names. */
function createUsual(
  { rules, scope }: Asked,
  names: readonly string[],
): (source: Source, asked?: Profile) => readonly Measure[] {
  const rulesetOf = createRulesets(rules, scope)
  const profiles = names.length > 0 ? names.map((name) => findProfile(name)) : [findProfile()]
  const usual = Array.from(new Set(profiles), (profile) => ({ ruleset: rulesetOf(profile) }))
  return (_, asked) => (asked ? [{ ruleset: rulesetOf(asked) }] : usual)
}

/** Whoever wrote a configuration may not have files rewritten that are not beside it. */
function refuseForeign(config: ReadConfig | undefined): void {
  const outside = config?.documents.find(({ isOutside }) => isOutside)
  if (!outside) return
  throw new UsageError(
    `${outside.place}${quote(outside.name)} is outside the directory of the configuration: to repair it, name it on the command line`,
  )
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
