import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../src/options.js'
import { profiles } from '../src/profiles/index.js'
import { reporters } from '../src/reporters/index.js'
import { rules } from '../src/rules/index.js'
import { folder, runHere } from './support.js'

/** Asks a shell what it would offer at the end of a command line, in a directory. */
type Ask = (script: string, line: readonly string[], cwd: string) => string[]

const run = (shell: string, argv: readonly string[], cwd: string): string[] =>
  execFileSync(shell, argv, { cwd, encoding: 'utf8' }).split('\n').filter(Boolean)

const SHELLS: Readonly<Record<string, Ask>> = {
  bash: (script, line, cwd) =>
    run(
      'bash',
      [
        '--norc',
        '-c',
        `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _mcp_cimd; printf '%s\n' "\${COMPREPLY[@]}"`,
        script,
        ...line,
      ],
      cwd,
    ),
  // What zsh would offer goes through compadd and _files, which print it here.
  zsh: (script, line, cwd) =>
    run(
      'zsh',
      [
        '-f',
        '-c',
        `compdef() {}; compadd() { shift; print -l -- \${(M)@:#$words[CURRENT]*} }; _files() { print -l -- *(N) }; source "$0"; words=("$@"); CURRENT=$#; _mcp_cimd`,
        script,
        ...line,
      ],
      cwd,
    ),
  fish: (script, line, cwd) =>
    run(
      'fish',
      ['--no-config', '-c', `source $argv[1]; complete -C $argv[2]`, script, line.join(' ')],
      cwd,
    ).map((row) => row.split('\t')[0] ?? ''),
}

for (const [shell, ask] of Object.entries(SHELLS)) {
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0
  if (!isInstalled)
    console.log(`completion in ${shell} is not tested: install the package ${shell}`)

  describe.skipIf(!isInstalled)(`mcp-cimd completion ${shell}`, async () => {
    const { stdout } = await runHere(['completion', shell])
    const cwd = folder({ 'script.sh': stdout, 'client-metadata.json': '{}' })
    const offers = (...line: string[]) => ask(join(cwd, 'script.sh'), ['mcp-cimd', ...line], cwd)

    test('commands', () => {
      for (const name of Object.keys(COMMANDS)) expect(offers(name.slice(0, 2))).toContain(name)
      expect(offers('val')).toEqual(['validate'])
    })
    test('options of the command', () => {
      expect(offers('validate', '--prof')).toEqual(['--profile'])
      expect(offers('explain', '--prof')).toEqual([])
    })
    test('values of an option', () => {
      expect(offers('validate', '--format', '').sort()).toEqual(Object.keys(reporters).sort())
      expect(offers('validate', '--fail-on', '').sort()).toEqual([
        'error',
        'info',
        'never',
        'warning',
      ])
      expect(offers('validate', '--baseline', 'client')).toContain('client-metadata.json')
      for (const { id } of profiles) expect(offers('validate', '--profile', id)).toContain(id)
      expect(offers('validate', 'a.json', '--profile', 'mcp')).toContain('mcp-2026-07-28')
    })
    test('files', () => {
      expect(offers('validate', 'client')).toContain('client-metadata.json')
      expect(offers('explain', 'client-metadata')).toEqual([])
    })
    test('requirements', () => {
      for (const { id } of rules) expect(offers('explain', id)).toContain(id)
    })
    test('shells', () => {
      expect(offers('completion', 'z')).toEqual(['zsh'])
    })
  })
}

test('mcp-cimd completion bsh', async () => {
  expect(await runHere(['completion', 'bsh'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'mcp-cimd: there is no completion for "bsh"; did you mean "bash"?\n',
  })
  expect(await runHere(['completion', 'powershell'])).toMatchObject({
    stderr: 'mcp-cimd: there is no completion for "powershell"; there are bash, zsh, fish\n',
  })
})
