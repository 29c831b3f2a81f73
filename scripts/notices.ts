import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The licences of the packages that stand inside the published files. */
export async function renderNotices(): Promise<string> {
  const { metafile } = await build({
    entryPoints: [
      'src/index.ts',
      'src/cli.ts',
      ...readdirSync('src/commands').map((name) => `src/commands/${name}`),
    ],
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  )
  const notices = [...new Set(names)].sort().map((name) => {
    const directory = join('node_modules', name)
    const { version, license } = JSON.parse(
      readFileSync(join(directory, 'package.json'), 'utf8'),
    ) as {
      version: string
      license: string
    }
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry))
    if (!file) throw new Error(`${name} has no licence file`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`
  })
  const head = 'mcp-cimd contains code of these packages.\n'
  return [head, ...notices].join(`\n${'-'.repeat(78)}\n\n`)
}
