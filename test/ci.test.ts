import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkAgainst, openGuide, PACKAGE, type Packed, pack, runJob } from './guide.js'
import { folder, GOOD } from './support.js'

/** Does what the jobs of docs/ci.md do. */
const blocks = openGuide('docs/ci.md')

const BAD = GOOD.replace('"Example Client"', '5')

let packed: Packed
beforeAll(() => {
  packed = pack()
}, 120_000)

const run = (script: string, cwd: string, env?: Readonly<Record<string, string>>) =>
  runJob(script, cwd, packed, env)

const repository = (text: string): string => folder({ 'public/client-metadata.json': text })

describe('the workflows for GitHub Actions', () => {
  const workflows = blocks('GitHub Actions', 'yaml').map((text) => parse(text))
  const commandOf = (index: number): string =>
    workflows[index].jobs.validate.steps.find(({ run }: { run?: string }) => run).run

  test('are workflows', () => {
    expect(workflows).toHaveLength(2)
    for (const workflow of workflows) {
      expect(checkAgainst('github-workflow', workflow)).toBeNull()
    }
  })

  test('the first fails with annotations and a summary, and passes when all is well', async () => {
    for (const [text, code] of [
      [BAD, 1],
      [GOOD, 0],
    ] as const) {
      const cwd = repository(text)
      const env = {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: cwd,
        GITHUB_STEP_SUMMARY: `${cwd}/summary.md`,
      }
      const outcome = await run(commandOf(0), cwd, env)
      expect(outcome.code).toBe(code)
      expect(outcome.stdout.includes('::error file=public/client-metadata.json,line=3,')).toBe(
        code === 1,
      )
      const headline = code === 1 ? '1 failed' : 'all passed'
      expect(readFileSync(`${cwd}/summary.md`, 'utf8')).toMatch(
        new RegExp(`^# 1 report on client metadata: ${headline}\n`),
      )
    }
  })

  test('the second leaves SARIF where the upload looks for it, and does not fail', async () => {
    const cwd = repository(BAD)
    const { code, stdout } = await run(commandOf(1), cwd, { GITHUB_WORKSPACE: cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^::error file=public\/client-metadata\.json/)
    const upload = workflows[1].jobs.validate.steps.at(-1).with.sarif_file
    const { runs } = JSON.parse(readFileSync(`${cwd}/${upload}`, 'utf8'))
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'public/client-metadata.json',
    )
  })
})

test('the job for GitLab leaves a report where GitLab looks for it', async () => {
  const [text = ''] = blocks('GitLab', 'yaml')
  const { 'client-metadata': job } = parse(text)
  const cwd = repository(BAD)
  const { code, stdout } = await run(job.script.join('\n'), cwd)
  expect(code).toBe(1)
  expect(stdout).toContain('error[json-types]: client_name is a number, not a string')
  const report = readFileSync(`${cwd}/${job.artifacts.reports.junit}`, 'utf8')
  expect(report).toContain('<failure message="client_name is a number, not a string"')
})

test('the commands of a baseline pass until something is new', async () => {
  const [script = ''] = blocks('A debt that is known', 'sh')
  const cwd = repository(BAD)
  expect(await run(script, cwd)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 new findings, 1 known, 0 gone'),
  })
  writeFileSync(
    `${cwd}/public/client-metadata.json`,
    BAD.replace('"https://client.example.com/callback"', '"/x"'),
  )
  const [, compare = ''] = script.split('\n')
  expect((await run(compare, cwd)).code).toBe(1)
})

test('the configuration is one, and names what is judged', async () => {
  const [text = ''] = blocks('Documents and their URLs', 'json')
  const cwd = repository(GOOD)
  writeFileSync(`${cwd}/mcp-cimd.config.json`, text)
  const { code, stdout } = await run(`npx --yes ${PACKAGE} validate`, cwd)
  expect([code, stdout]).toEqual([1, expect.stringContaining('error[client-id-matches-url]')])
})

const hasPreCommit = spawnSync('pre-commit', ['--version']).status === 0

test.skipIf(!hasPreCommit)(
  'the hook for pre-commit stops a commit (Debian package: pre-commit)',
  () => {
    const [text = ''] = blocks('pre-commit', 'yaml')
    const cwd = repository(BAD)
    mkdirSync(`${cwd}/home`)
    writeFileSync(`${cwd}/.pre-commit-config.yaml`, text.replaceAll(PACKAGE, packed.specifier))
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
            npm_config_cache: packed.cache,
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
