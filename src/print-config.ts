import type { Measure } from './config/measures.js'
import type { ReadConfig } from './config/read.js'
import { redact } from './core/secrets.js'
import type { Source } from './core/types.js'
import type { Io } from './io.js'
import { escapeHazards } from './reporters/json.js'

/** Prints what holds for each target, as JSON. */
export function printConfig(
  targets: readonly Source[],
  config: ReadConfig | undefined,
  measuresOf: (source: Source) => readonly Measure[],
  io: Io,
): void {
  const urls = new Map(
    config?.documents.map(({ name, clientId }) => [io.resolve(name), clientId] as const),
  )
  const told = targets.map((source) => {
    const measures = measuresOf(source)
    const [first] = measures
    return {
      target: source.name,
      clientId: source.kind === 'url' ? source.name : (urls.get(io.resolve(source.name)) ?? null),
      profiles: Object.fromEntries(
        measures.map((measure) => [measure.ruleset.profile.id, severitiesOf(measure)]),
      ),
      policy: first?.policy?.says ?? null,
      waivers: config?.waivers?.of(source) ?? [],
      overrides: first?.overrides ?? [],
    }
  })
  const text = JSON.stringify({ configuration: config?.path ?? null, targets: told }, redacted, 2)
  for (const line of text.split('\n')) io.stdout.write(`${escapeHazards(line)}\n`)
}

/** Severities by requirement, and those that are not asked. */
function severitiesOf({
  ruleset,
  severities,
  off = [],
}: Measure): Readonly<Record<string, string>> {
  const all = ruleset.groups.flatMap((group) => group.all)
  return Object.fromEntries(
    [
      ...all.map(({ rule: { id }, severity }): [string, string] => [
        id,
        severities?.get(id) ?? severity,
      ]),
      ...off.map((id): [string, string] => [id, 'off']),
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const redacted = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? redact(value) : value
