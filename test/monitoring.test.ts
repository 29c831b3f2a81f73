import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { hasPromtool, promtool, readExposition } from './exposition.js'
import { checkAgainst, openGuide, PACKAGE, type Packed, pack, runJob } from './guide.js'
import { documentAt, type Host, startHost } from './host.js'
import { finish, folder, type Outcome, runHere } from './support.js'

/** Does what docs/monitoring.md tells, with a host that answers as one on the internet would. */
const blocks = openGuide('docs/monitoring.md')
const page = readFileSync('docs/monitoring.md', 'utf8')

const URL = 'https://client.example.com/client-metadata.json'
const JWKS = 'https://client.example.com/jwks.json'
const [IDS = ''] = Array.from(page.matchAll(/```text\n([\s\S]*?)```/g), ([, text = '']) => text)

const GOOD = documentAt(URL, { client_uri: 'https://client.example.com/' })
const OTHER = GOOD.replace('Example Client', 'Another Client')
const KEYED = documentAt(URL, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: JWKS })

/** What is published, by path; what is not there is a 404. */
type Published = Readonly<Record<string, string>>
const PUBLISHED: Published = {
  '/client-metadata.json': GOOD,
  '/': '<!doctype html><title>Example Client</title>',
}
let published: Published = PUBLISHED
/** Is called before each answer. */
let look: () => unknown = () => {}
let host: Host
let packed: Packed
beforeAll(async () => {
  packed = pack()
  host = await startHost(async ({ url = '' }, response) => {
    await look()
    const body = published[url]
    const type = url === '/' ? 'text/html' : 'application/json'
    if (body === undefined) response.writeHead(404).end()
    else response.setHeader('Content-Type', type).end(body)
  })
}, 120_000)
afterEach(() => {
  published = PUBLISHED
  look = () => {}
})
afterAll(() => host.close())

/** The options that lead to a host stand at the end of the line. */
const leadingTo = (line: string, { options }: Pick<Host, 'options'> = host): string =>
  `${line} ${options.map((option) => `'${option}'`).join(' ')}`

const repository = (): string =>
  folder({ 'client-ids.txt': IDS, 'public/client-metadata.json': GOOD })

test('the list is that of one client identifier', () => {
  expect(IDS.split('\n').filter((line) => line && !line.startsWith('#'))).toEqual([URL])
})

describe('cron', () => {
  const [install = ''] = blocks('Prometheus', 'sh')
  const [table = ''] = blocks('Prometheus', 'cron')
  const [, path = '', user = '', command = ''] =
    /^PATH=(\S+)\n(?:\S+ ){5}(\S+) (.+)\n$/.exec(table) ?? []
  const [, report = ''] = /--format prometheus=(\S+)$/.exec(command) ?? []
  let root = ''
  let prefix = ''

  beforeAll(async () => {
    root = folder({ 'etc/mcp-cimd/client-ids.txt': IDS })
    mkdirSync(dirname(root + report), { recursive: true })
    prefix = folder()
    const installed = await runJob(install, root, packed, { npm_config_prefix: prefix })
    expect(installed.code, installed.stderr).toBe(0)
  }, 120_000)

  /** Runs the line with the environment that cron gives it, below a root of its own. */
  const runLine = (to: Pick<Host, 'options'> = host): Promise<Outcome> => {
    const line = command.replace(/(?<=[ =])\/(?=etc\/|var\/)/g, `${root}/`)
    const PATH = `${prefix}/bin:${dirname(process.execPath)}:${path}`
    return finish(spawn('/bin/sh', ['-c', leadingTo(line, to)], { cwd: '/', env: { PATH } }))
  }
  const readReport = () => readExposition(readFileSync(root + report, 'utf8'))
  const reported = (name: string) => readReport().find((sample) => sample.name === name)?.value

  test('is told when, as whom and where to find the program', () => {
    expect(table).toMatch(/^\*\/15 \* \* \* \* /m)
    // A percent sign would end the command.
    expect(command).not.toContain('%')
    expect([user, report]).toEqual(['mcp-cimd', '/var/lib/node_exporter/textfile/mcp_cimd.prom'])
  })

  test('has nothing to mail, and leaves the file whole at any time', async () => {
    expect(await runLine()).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(reported('mcp_cimd_passed')).toBe(1)
    const before = readFileSync(root + report, 'utf8')
    const seen: unknown[] = []
    look = async () => {
      // Long enough to say how far it is, if it may.
      await sleep(3600)
      const names = readdirSync(dirname(root + report)).filter((name) => name.endsWith('.prom'))
      seen.push([names, readFileSync(root + report, 'utf8') === before])
    }
    published = {}
    expect(await runLine()).toEqual({ code: 1, stdout: '', stderr: '' })
    expect(seen).toEqual([[['mcp_cimd.prom'], true]])
    expect([reported('mcp_cimd_passed'), reported('mcp_cimd_judged')]).toEqual([0, 1])
    expect(readdirSync(dirname(root + report))).toEqual(['mcp_cimd.prom'])
  })

  test('tells keys that are gone', async () => {
    published = { '/client-metadata.json': KEYED }
    expect((await runLine()).code).toBe(1)
    const failed = readReport().filter(({ name }) => name === 'mcp_cimd_requirement_failed')
    expect(failed.map(({ labels }) => [labels.target, labels.requirement])).toContainEqual([
      URL,
      'jwks-uri-fetchable',
    ])
  })

  test('writes the report of a host that is not there too', async () => {
    const closed = await startHost(() => {})
    await closed.close()
    expect(await runLine(closed)).toEqual({ code: 3, stdout: '', stderr: '' })
    expect([reported('mcp_cimd_passed'), reported('mcp_cimd_judged')]).toEqual([0, 0])
  })
})

/** Runs a command on its own, with a report for Prometheus. */
const collect = async (...argv: readonly string[]): Promise<string> =>
  (await runHere(['validate', ...argv, '--format', 'prometheus', '--quiet'])).stdout

const at = (name: string) => `https://${name}.example.com/cimd.json`

/** What is told of a good document, a page in place of one, a host that is gone, and an old certificate. */
async function collectAll(): Promise<string[]> {
  const closed = await startHost(() => {})
  await closed.close()
  const expiring = await startHost(
    (_, response) =>
      response.setHeader('Content-Type', 'application/json').end(documentAt(at('old'))),
    {
      days: 7,
    },
  )
  const texts = [
    await collect(URL, ...host.options),
    await collect(at('wrong'), ...host.options),
    await collect(at('closed'), '--retries', '0', ...closed.options),
    await collect(at('old'), ...expiring.options),
  ]
  await expiring.close()
  return texts
}

describe('the metrics', () => {
  let names: ReadonlySet<string>
  beforeAll(async () => {
    names = new Set((await collectAll()).flatMap(readExposition).map(({ name }) => name))
  })

  test('in the table are those that are written', () => {
    const rows = Array.from(page.matchAll(/^\| `(mcp_cimd_\w+)` \|/gm), ([, name]) => name)
    expect(rows.sort()).toEqual([...names].sort())
  })

  test('in alerts and anywhere else are among them', () => {
    const text = page.replaceAll('mcp_cimd.prom', '')
    for (const [name] of text.matchAll(/mcp_cimd_\w+/g)) expect(names).toContain(name)
  })

  test('stand beside requirements that there are', async () => {
    const { stdout } = await runHere(['explain'])
    const [, table = ''] = page.split('| --- | --- | --- |\n')
    const [rows = ''] = table.split('\n\n')
    const ids = Array.from(rows.matchAll(/`((?:hosted|jwks|fetch)-[a-z-]+)`/g), ([, id]) => id)
    expect(ids).toHaveLength(5)
    for (const id of ids) expect(stdout).toMatch(new RegExp(`^${id}\\s`, 'm'))
  })
})

interface Rule {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: { readonly summary: string }
}

describe('the alerts', () => {
  const [text = ''] = blocks('Alerts', 'yaml')
  const rules: readonly Rule[] = parse(text).groups[0].rules

  test('are rules of Prometheus', () => {
    expect(checkAgainst('prometheus.rules', parse(text))).toBeNull()
  })

  test.skipIf(!hasPromtool)(
    'ring for what they name, and for nothing else (Debian package: prometheus)',
    async () => {
      const samples = (await collectAll()).flatMap(readExposition)
      const TWO_HOURS = 7200
      /** What cannot be had here and now: in the tests of promtool it is 1970. */
      const pretend = ({ name, labels: { target }, value }: (typeof samples)[number]): number => {
        if (name === 'mcp_cimd_fetch_seconds') return target === URL ? 3 : 0.1
        if (name !== 'mcp_cimd_checked_timestamp_seconds') return value
        return target === URL ? 60 : TWO_HOURS - 900
      }
      const series = samples.map((sample) => {
        const labels = Object.entries(sample.labels).map(
          ([name, value]) => `${name}=${JSON.stringify(value)}`,
        )
        return { series: `${sample.name}{${labels}}`, values: `${pretend(sample)}+0x180` }
      })
      const profile = 'mcp-2026-07-28-cimd-02'
      const ring = (
        time: string,
        alert: string,
        labels?: Readonly<Record<string, string>>,
        value = 0,
      ) => {
        const rule = rules.find((rule) => rule.alert === alert)
        const summary = rule?.annotations.summary
          .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name) => labels?.[name] ?? '')
          .replace('{{ $value }}', `${value}`)
        return {
          eval_time: time,
          alertname: alert,
          exp_alerts: labels
            ? [{ exp_labels: { ...labels, ...rule?.labels }, exp_annotations: { summary } }]
            : [],
        }
      }
      const some = [
        ring('1m', 'ClientMetadataRefused', { target: at('wrong'), profile }),
        ring('50m', 'ClientMetadataNotJudged'),
        ring('2h', 'ClientMetadataNotJudged', { target: at('closed'), profile }),
        ring('2h', 'ClientCertificateExpires', { target: at('old') }, 7),
        ring('50m', 'ClientMetadataSlow'),
        ring('2h', 'ClientMetadataSlow', { target: URL }, 3),
        ring('50m', 'ClientMetadataStale'),
        ring('2h', 'ClientMetadataStale', { target: URL }),
        ring('2h', 'ClientMetadataGone'),
      ]
      const none = [ring('50m', 'ClientMetadataGone'), ring('2h', 'ClientMetadataGone', {})]
      expect(new Set(some.map(({ alertname }) => alertname))).toEqual(
        new Set(rules.map(({ alert }) => alert)),
      )
      const cwd = folder({
        'rules.yaml': text,
        'tests.yaml': stringify({
          rule_files: ['rules.yaml'],
          tests: [
            { interval: '1m', input_series: series, alert_rule_test: some },
            { interval: '1m', alert_rule_test: none },
          ],
        }),
      })
      const { status, output } = promtool(['test', 'rules', 'tests.yaml'], { cwd })
      expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')])
    },
  )
})

describe('the workflow for GitHub Actions', () => {
  const [text = ''] = blocks('GitHub Actions', 'yaml')
  const workflow = parse(text)
  const commands: readonly string[] = workflow.jobs.published.steps.flatMap(
    ({ run }: { run?: string }) => run ?? [],
  )
  const runStep = (index: number, cwd: string) =>
    runJob(leadingTo(commands[index] ?? ''), cwd, packed, {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: cwd,
      GITHUB_STEP_SUMMARY: `${cwd}/summary.md`,
    })

  test('is one, with no more rights than it needs', () => {
    expect(checkAgainst('github-workflow', workflow)).toBeNull()
    expect(Object.keys(workflow.on)).toEqual(['schedule', 'workflow_dispatch'])
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(commands).toHaveLength(2)
  })

  test('passes when all is well', async () => {
    const cwd = repository()
    for (const index of [0, 1]) expect((await runStep(index, cwd)).code).toBe(0)
    expect(readFileSync(`${cwd}/summary.md`, 'utf8')).toContain('all passed')
  })

  test('shows in the list what is wrong', async () => {
    published = {}
    const { code, stdout } = await runStep(0, repository())
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('::error file=client-ids.txt,line=2'),
    ])
  })

  test('shows in the repository what is not published', async () => {
    published = { ...PUBLISHED, '/client-metadata.json': OTHER }
    const cwd = repository()
    expect((await runStep(0, cwd)).code).toBe(0)
    const { code, stdout } = await runStep(1, cwd)
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^::error file=public\/client-metadata\.json,.*title=hosted-copy-agrees/m,
      ),
    ])
  })

  test('asks where the configuration says that a document is', async () => {
    const cwd = repository()
    const elsewhere = 'https://client.example.com/elsewhere.json'
    const documents = { 'public/client-metadata.json': elsewhere }
    writeFileSync(`${cwd}/mcp-cimd.config.json`, JSON.stringify({ documents }))
    const { code, stdout } = await runStep(1, cwd)
    expect([code, stdout]).toEqual([1, expect.stringContaining('fetch-status-200')])
  })
})

test('the job for GitLab runs on a schedule, and fails when something is wrong', async () => {
  const [text = ''] = blocks('GitLab', 'yaml')
  const { 'published-client-metadata': job } = parse(text)
  expect(job.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "schedule"' }])
  const script = leadingTo(job.script.join('\n'))
  expect((await runJob(script, repository(), packed)).code).toBe(0)
  published = { '/client-metadata.json': KEYED }
  expect(await runJob(script, repository(), packed)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('error[jwks-uri-fetchable]'),
  })
})

describe('the exit code', () => {
  const codes = Array.from(page.matchAll(/^\| ([0-9]) \|/gm), ([, code]) => Number(code))
  const outcome = async (...argv: readonly string[]) => {
    const cwd = folder()
    const report = ['--format', 'prometheus=report.prom', '--retries', '0', ...host.options]
    const { code } = await runHere(['validate', ...argv, ...report], { cwd })
    expect(codes).toContain(code)
    return [code, readdirSync(cwd).length === 1]
  }

  test('is 0, 1 or 3 with a report, and 2 without', async () => {
    expect(await outcome(URL)).toEqual([0, true])
    expect(await outcome(at('wrong'))).toEqual([1, true])
    const closed = await startHost(() => {})
    await closed.close()
    const unreachable = ['--connect-to', `closed.example.com::127.0.0.1:${closed.port}`]
    expect(await outcome(at('closed'), ...unreachable)).toEqual([3, true])
    expect(await outcome(at('closed'), at('wrong'), ...unreachable)).toEqual([1, true])
    expect(await outcome(at('closed'), URL, ...unreachable, '--allow-incomplete')).toEqual([
      0,
      true,
    ])
    expect(await outcome('--targets-from', 'none.txt')).toEqual([2, false])
  })

  test('is 1 for warnings when they are asked for', async () => {
    const expiring = await startHost(
      (_, response) => response.setHeader('Content-Type', 'application/json').end(documentAt(URL)),
      { days: 7 },
    )
    const code = async (...argv: readonly string[]) =>
      (await runHere(['validate', URL, ...argv, ...expiring.options])).code
    expect(await code()).toBe(0)
    expect(await code('--fail-on', 'warning')).toBe(1)
    expect(await code('--min-tls-days', '21')).toBe(1)
    await expiring.close()
  })
})

test('every command names the version that is here', () => {
  expect(new Set(page.match(/mcp-cimd@[^ \n`]+/g))).toEqual(new Set([PACKAGE]))
})
