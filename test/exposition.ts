import { spawnSync } from 'node:child_process'
import parse from 'parse-prometheus-text-format'
import { expect } from 'vitest'

/** A sample as Prometheus keeps it. */
interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const SAMPLE = /^([a-z_]+)\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+\} (\S+)$/

/** Reads what `--format prometheus` wrote, and refuses what Prometheus would, or the textfile collector. */
export function readExposition(text: string): Sample[] {
  const opened = new Set<string>()
  const series = new Set<string>()
  let current = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name] = /^# HELP ([a-z_]+) \S/.exec(line) ?? []
    if (name !== undefined) {
      expect(opened, line).not.toContain(name)
      opened.add(name)
      current = name
    } else if (line.startsWith('#')) {
      expect(line).toBe(`# TYPE ${current} gauge`)
    } else {
      const [, sampled, value] = SAMPLE.exec(line) ?? []
      expect(sampled, line).toBe(current)
      expect(Number(value), line).not.toBeNaN()
      const [labels = ''] = line.split(/ \S+$/)
      expect(series, line).not.toContain(labels)
      series.add(labels)
    }
  }
  expect(text === '' || text.endsWith('\n')).toBe(true)
  const families = parse(text)
  expect(families.map(({ name }) => name)).toEqual([...opened])
  const samples = families.flatMap(({ name, help, type, metrics }) => {
    expect([name, type, help.length > 0]).toEqual([name, 'GAUGE', true])
    return metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) }))
  })
  expect(samples).toHaveLength(series.size)
  return samples
}

/** Runs the checker that comes with Prometheus. */
export function promtool(
  argv: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
) {
  const { status, stdout, stderr } = spawnSync('promtool', argv, { encoding: 'utf8', ...options })
  return { status, output: `${stdout}${stderr}` }
}

export const hasPromtool = promtool(['--version']).status === 0
