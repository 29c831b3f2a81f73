import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS, flagOf } from '../src/options.js'
import { finish, runHere, start } from './support.js'

const readme = readFileSync('README.md', 'utf8')

/** The fenced blocks of a language. */
const blocks = (language: string): string[] =>
  Array.from(
    readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g')),
    ([, text]) => text ?? '',
  )

test('the failing example prints what the README shows', async () => {
  const [session = ''] = blocks('console')
  const [command, ...shown] = session.split('\n')
  expect(command).toMatch(/^\$ npx mcp-cimd /)
  const { stdout } = await runHere((command ?? '').split(' ').slice(3))
  expect(stdout).toBe(shown.join('\n'))
})

test('the library example runs and prints what its comments say', () => {
  const [code = ''] = blocks('js')
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  })
  const said = Array.from(code.matchAll(/console\.log\(.*\) \/\/ (\w+)/g), ([, word]) => word)
  expect(said.length).toBeGreaterThan(2)
  expect(printed.trim().split('\n')).toEqual(said)
})

test('the commands for a clone are there', async () => {
  const commands = blocks('sh').join('')
  expect(commands).toContain('npm install && npx mcp-cimd validate fixtures/valid\n')
  expect(commands).toContain('npm install && npm test\n')
  expect(await finish(start(['validate', 'fixtures/valid']))).toMatchObject({ code: 0 })
})

test('the README fits two screens of a browser, but for its table', () => {
  const written = readme.replace(/<!-- members -->[\s\S]*<!-- \/members -->/, '')
  expect(written.length).toBeLessThan(readme.length)
  expect(written.split('\n').length).toBeLessThan(125)
})

describe('pages', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ]

  test.each(pages)('%s links only to what is there', (page) => {
    const text = readFileSync(page, 'utf8')
    const targets = Array.from(
      text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g),
      ([, target]) => target ?? '',
    )
    for (const target of targets.filter((target) => !/^https:/.test(target))) {
      expect(existsSync(join(dirname(page), target)), target).toBe(true)
    }
  })

  test.each(pages)('%s names only options there are', (page) => {
    const flags = new Set(
      Object.values(COMMANDS).flatMap(({ options }) => Object.keys(options).map(flagOf)),
    )
    const named = readFileSync(page, 'utf8').matchAll(/(?<=[\s`(])--[a-z][a-z-]+/g)
    // Of other programs: npx --yes, npm install --global, npm run corpus -- --show,
    // npm run bench -- --net, --node, --rounds, --bulk.
    const others = ['--global', '--net', '--no-color', '--yes']
    for (const [flag] of named) expect([...others, ...flags]).toContain(flag)
  })
})
