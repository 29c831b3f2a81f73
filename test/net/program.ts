import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { finish, folder } from '../support.js'

let bundle: Promise<string> | undefined

/** Makes one file of the fetcher, so that processes of any Node.js can import it. */
function bundleFetcher(): Promise<string> {
  bundle ??= (async () => {
    const outfile = join(folder(), 'net.mjs')
    await build({
      stdin: {
        contents: `
          export { createHttp } from './src/net/http.js'
          export { createLookup } from './src/net/lookup.js'`,
        resolveDir: resolve('.'),
      },
      define: { VERSION: '"0.0.0"' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
    })
    return pathToFileURL(outfile).href
  })()
  return bundle
}

interface Setting {
  /** What the program finds in `input`. */
  readonly input?: unknown
  readonly env?: Readonly<Record<string, string>>
  /** What starts it, with Node.js and the program as further arguments. */
  readonly through?: readonly string[]
}

/**
 * Runs the statements of a module in a process of its own, where the environment can be hostile and
 * nothing else is going on. It has `createHttp`, `createLookup` and `input`, and ends by itself when
 * nothing is left open.
 *
 * @returns What it gave to `tell`, one item for each call, and what Node.js warned of.
 */
export async function runProgram(
  body: string,
  { input = null, env = {}, through = [] }: Setting = {},
): Promise<{ told: unknown[]; stderr: string }> {
  const source = `
    import { writeSync } from 'node:fs'
    import { createHttp, createLookup } from ${JSON.stringify(await bundleFetcher())}
    const input = ${JSON.stringify(input)}
    const tell = (item) => writeSync(1, JSON.stringify(item ?? null) + '\\n')
    ${body}`
  const file = join(folder({ 'program.mjs': source }), 'program.mjs')
  const [command = '', ...rest] = [...through, process.execPath, file]
  const child = spawn(command, rest, { env: { ...process.env, ...env } })
  const { code, stdout, stderr } = await finish(child)
  if (code !== 0) throw new Error(`the program ended with ${code}: ${stderr}`)
  const lines = stdout.split('\n').slice(0, -1)
  return { told: lines.map((line) => JSON.parse(line) as unknown), stderr }
}
