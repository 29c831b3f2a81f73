import { UsageError } from '../core/errors.js'
import type { Rule } from '../core/types.js'
import type { Io } from '../io.js'
import { judge } from '../judge.js'
import type { OptionsOf } from '../options.js'
import { required } from '../rules/required.js'

/** target → loadDocument → evaluate(all rules, servers, the documents before it) → render → exit code */
export async function lint(
  names: readonly string[],
  options: OptionsOf<'lint'>,
  io: Io,
): Promise<number> {
  const { fix, fixDryRun, noProbe, server } = options
  if (fix && fixDryRun) {
    throw new UsageError('--fix writes and --fix-dry-run does not: give one of them')
  }
  const repairs = fix ? '--fix' : fixDryRun ? '--fix-dry-run' : undefined
  const { recommended } = await import('../rules/recommended.js')
  const acceptances =
    server.length === 0 ? undefined : (await import('../acceptance/ask.js')).askServers(server)
  const rules: Rule[] = [...required, ...recommended]
  rules.sort((a, b) => (a.id < b.id ? -1 : 1))
  return judge(
    {
      command: 'lint',
      rules: [...rules, ...(acceptances?.rules ?? [])],
      scope: 'all',
      acceptances,
      createEstate: async () => (await import('../estate.js')).createEstate(),
      createDescription: async () => (await import('../inventory.js')).createDescription(),
    },
    names,
    { ...options, repairs, probe: !noProbe },
    io,
  )
}
