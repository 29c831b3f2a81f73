import { evaluate, type Ruleset } from '../core/engine.js'
import { UsageError } from '../core/errors.js'
import { addToSummary, emptySummary } from '../core/reporter.js'
import { maskSecrets } from '../core/secrets.js'
import type { MetadataDocument, Summary } from '../core/types.js'
import { hasColor, type Io } from '../io.js'
import { findTargets, loadDocument } from '../load.js'
import type { OptionsOf } from '../options.js'
import { reporters } from '../reporters/index.js'
import { findProfile, rulesetOf } from '../rulesets.js'

/** target → loadDocument → evaluate(rules at MUST) → render → exit code */
export async function validate(
  names: readonly string[],
  { profile, clientId, format = 'text', all, quiet, color = 'auto' }: OptionsOf<'validate'>,
  io: Io,
): Promise<number> {
  const rulesets = findRulesets(profile)
  const targets = findTargets(names, io)
  if (clientId === '') throw new UsageError('--client-id is empty: give the URL of the document')
  if (clientId !== undefined && targets.length > 1) {
    throw new UsageError(
      `--client-id is the URL of one document, and here are ${targets.length}: give one target`,
    )
  }

  let current: MetadataDocument | undefined
  const reporter = await reporters[format as keyof typeof reporters](io.stdout, {
    command: 'validate',
    tool: { name: 'mcp-cimd', version: VERSION },
    hasColor: hasColor(color, io.stdout, io.env),
    columns: io.stdout.columns,
    isQuiet: quiet,
    remark: clientId === undefined ? NOT_COMPARED : undefined,
    source: () => current && maskSecrets(current.text, current.value !== undefined),
  })

  // One file is judged before anybody could interrupt it.
  if (targets.length > 1 || targets[0]?.source.kind === 'stdin') io.heedSignals()
  const summary = emptySummary()
  let signal: NodeJS.Signals | undefined
  reporter.begin?.()
  for (const target of targets) {
    const document = await loadDocument(target, clientId, io)
    current = document
    signal = await io.interruption()
    if (signal || io.stdout.isClosed) break
    summary.targets++
    for (const ruleset of rulesets) {
      const report = evaluate(document, ruleset, { all })
      addToSummary(summary, report)
      reporter.report(report)
    }
  }
  reporter.end(summary)
  return exitCodeOf(summary, signal)
}

const NOT_COMPARED =
  'client_id was not compared with the URL of the document; give the URL with --client-id <url>'

/** One ruleset for each profile, however many names it was given under. */
const findRulesets = (names: readonly string[]): readonly Ruleset[] =>
  Array.from(
    new Set(names.length === 0 ? [findProfile()] : names.map((name) => findProfile(name))),
    (profile) => rulesetOf(profile, 'required'),
  )

function exitCodeOf({ errors, incomplete }: Summary, signal: NodeJS.Signals | undefined): number {
  if (signal) return signal === 'SIGINT' ? 130 : 143
  return errors > 0 ? 1 : incomplete > 0 ? 3 : 0
}
