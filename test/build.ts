import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'tsup'
import { INSTALL, isInstalled } from './servers/installed.js'

/**
 * Builds what the tests of the executable run, so that they never see an older one, and gives all
 * tests a temporary directory that is gone afterwards.
 */
export default async function setup(): Promise<() => void> {
  await build({})
  if (!isInstalled) console.log(`Tests of other servers are skipped; to run them: ${INSTALL}`)
  const root = mkdtempSync(join(tmpdir(), 'mcp-cimd-test-'))
  process.env.TMPDIR = root
  return () => rmSync(root, { recursive: true, force: true })
}
