import { UsageError } from './core/errors.js'
import { quote } from './core/printable.js'
import type { Reporting, Run, Sink } from './core/reporter.js'
import { unknownName } from './core/suggest.js'
import type { Report, Summary } from './core/types.js'
import { explain, hasColor, type Io, isSystemError, say } from './io.js'
import { reporters } from './reporters/index.js'

/** The name of a format. */
type FormatName = keyof typeof reporters

/** One format, and where it goes. */
interface Format {
  readonly name: FormatName
  /** A path; undefined for standard output. */
  readonly file: string | undefined
}

/** What a run reports to: every format that was asked for. */
export interface Outputs {
  /** Whether reports must have what passed too. */
  readonly needsAll: boolean
  /** Whether nobody reads what would still be written. */
  readonly isClosed: boolean
  begin(): void
  report(report: Report): void
  /** Ends every report and gives whether each could be written. */
  end(summary: Summary): boolean
  /** Throws away what cannot be ended, and leaves what was there before. */
  discard(): void
}

/** A sink that is ended: kept where it belongs, or thrown away. */
export interface Target extends Sink {
  readonly isClosed: boolean
  /** The file it becomes; undefined for what is no regular file. */
  readonly path?: string
  end(): void
  discard(): void
}

/** What reporters are told of a run, and what it is told by. */
export interface OutputOptions
  extends Pick<Run, 'command' | 'tool' | 'isQuiet' | 'remarks' | 'source' | 'file' | 'entry'> {
  readonly color: string
  /** Whether reports keep what passed, whatever reporters need. */
  readonly all: boolean
}

/**
 * Reads the values of `--format`.
 *
 * @returns Without any: text, and on GitHub Actions annotations after it.
 *
 * @throws UsageError when a format is unknown, or two would go to one place.
 */
export function readFormats(values: readonly string[], io: Io): Format[] {
  if (values.length === 0) {
    const isAnnotated = io.env.GITHUB_ACTIONS === 'true'
    const names: FormatName[] = isAnnotated ? ['text', 'github'] : ['text']
    return names.map((name) => ({ name, file: undefined }))
  }
  const places = new Map<string, string>()
  return values.map((value) => {
    const [name = ''] = value.split('=', 1)
    const given = value.includes('=') ? value.slice(name.length + 1) : undefined
    const file = given === '-' ? undefined : given
    if (!isFormat(name)) {
      const names = Object.keys(reporters)
      throw unknownName('format', name, names, `there are ${names.join(', ')}`)
    }
    if (file === '') throw new UsageError(`--format ${value} names no file after "="`)
    const place = file === undefined ? '-' : io.resolve(file)
    const other = places.get(place)
    if (other !== undefined) throw sharedPlace(other, name, file)
    places.set(place, name)
    return { name, file }
  })
}

const isFormat = (name: string): name is FormatName => Object.hasOwn(reporters, name)

const sharedPlace = (first: string, second: string, file: string | undefined): UsageError =>
  new UsageError(
    file === undefined
      ? `${first} and ${second} would both go to standard output: give one a file, --format ${second}=<file>`
      : `${first} and ${second} would both go to ${quote(file)}: give each a file of its own`,
  )

/** GitHub refuses a longer summary of a step, in bytes. */
const MAX_SUMMARY_BYTES = 1_048_576

/**
 * Opens what the formats go to.
 *
 * @throws UsageError before anything is judged, when a file cannot be written.
 */
export async function openOutputs(
  formats: readonly Format[],
  options: OutputOptions,
  io: Io,
): Promise<Outputs> {
  const opened: Opened[] = []
  const summary = io.env.GITHUB_STEP_SUMMARY
  try {
    for (const { name, file } of formats) {
      const target = file === undefined ? standardOutput(io) : await openFile(file, io)
      const same = opened.find((other) => target.path && other.target.path === target.path)
      if (same) {
        target.discard()
        throw sharedPlace(same.name, name, file)
      }
      opened.push(await open(name, target, file ?? 'standard output', options, io))
      if (name !== 'github' || !summary) continue
      const appended = (await import('./files.js')).openAppended(summary, MAX_SUMMARY_BYTES)
      if (appended) opened.push(await open('markdown', appended, summary, options, io))
      else say(io, `the job summary ${quote(summary)} cannot be written`)
    }
  } catch (error) {
    for (const { target } of opened) target.discard()
    throw error
  }
  return gather(opened, options.all, io)
}

interface Opened {
  readonly name: FormatName
  readonly reporting: Reporting
  readonly target: Target
  /** How messages name where it goes. */
  readonly place: string
}

async function open(
  name: FormatName,
  target: Target & { readonly maxBytes?: number },
  place: string,
  { color, ...options }: OutputOptions,
  io: Io,
): Promise<Opened> {
  const isStdout = place === 'standard output'
  const reporting = await reporters[name](target, {
    ...options,
    hasColor: isStdout ? hasColor(color, io.stdout, io.env) : color === 'always',
    columns: isStdout ? io.stdout.columns : undefined,
    maxBytes: target.maxBytes ?? Number.POSITIVE_INFINITY,
  })
  return { name, reporting, target, place }
}

const standardOutput = ({ stdout }: Io): Target => ({
  write: (text) => stdout.write(text),
  get isClosed() {
    return stdout.isClosed
  },
  end() {
    stdout.flush()
    if (stdout.failure) throw stdout.failure
  },
  discard() {},
})

const openFile = async (file: string, io: Io): Promise<Target> =>
  (await import('./files.js')).openReplaced(file, io)

/** Hands each report to every format; one that cannot be written is told once and left behind. */
function gather(opened: readonly Opened[], all: boolean, io: Io): Outputs {
  const failed = new Set<Opened>()
  const each = (act: (opened: Opened) => void) => {
    for (const output of opened) {
      if (failed.has(output)) continue
      try {
        act(output)
      } catch (error) {
        if (!isSystemError(error)) throw error
        failed.add(output)
        output.target.discard()
        say(io, `the report cannot be written to ${output.place}: ${explain(error)}`)
      }
    }
  }
  const needsAll = all || opened.some(({ reporting }) => reporting.needsAll)
  return {
    needsAll,
    get isClosed() {
      return opened.every((output) => failed.has(output) || output.target.isClosed)
    },
    begin: () => each(({ reporting }) => reporting.begin?.()),
    report(report) {
      const lean = needsAll && !all ? withoutHolding(report) : report
      each(({ reporting }) => reporting.report(reporting.needsAll ? report : lean))
    },
    end(summary) {
      each(({ reporting, target }) => {
        reporting.end(summary)
        target.end()
      })
      return failed.size === 0
    },
    discard() {
      for (const { target } of opened) target.discard()
    },
  }
}

/** A report without what passed and what does not apply. */
const withoutHolding = (report: Report): Report => ({
  ...report,
  results: report.results.filter(({ status }) => status === 'failed' || status === 'could-not-run'),
})
