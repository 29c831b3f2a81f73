import MarkdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import { parseDocument } from '../src/core/document.js'
import { lintDocument } from '../src/index.js'
import { createDescription } from '../src/inventory.js'
import { createInventory } from '../src/markdown/inventory.js'
import { documentAt, startSite } from './host.js'
import { folder, runHere } from './support.js'

const renderer = new MarkdownIt({ html: true, linkify: true })

/** What follows the usual report. */
const inventoryOf = (markdown: string): string =>
  markdown.slice(markdown.indexOf('\n## Inventory')).trimStart()

/** The texts in the cells of each row of the first table, as a reader sees them. */
function rowsOf(markdown: string): string[][] {
  const html = renderer.render(inventoryOf(markdown))
  const [table = ''] = html.split('</table>')
  return table
    .split('<tr>')
    .slice(1)
    .map((row) =>
      Array.from(row.matchAll(/<t[dh]>(.*?)<\/t[dh]>/gs), ([, text = '']) => toText(text)),
    )
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

const toText = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|amp|quot);/g, (_, name) => ENTITIES[name] ?? '')

const FILES = {
  'a.json': JSON.stringify({
    client_id: 'https://app.example.com/cimd.json',
    client_name: 'Example | Client',
    application_type: 'web',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://app.example.com/jwks.json',
    redirect_uris: ['https://app.example.com/a', 'https://login.example.com/b'],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile',
  }),
  'b.json': JSON.stringify({
    client_id: 'https://app.example.com/cli.json',
    client_name: 'Example CLI',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: [
      'http://127.0.0.1/cb',
      'http://localhost:8080/cb',
      'com.example.app:/cb',
      'http://app.example.com/cb',
      '/cb',
    ],
  }),
  'c.json': JSON.stringify({ client_name: 'Nobody', token_endpoint_auth_method: 'none' }),
  'd.json': '{ "client_id": ',
}

describe('lint --format markdown', () => {
  test('ends in an inventory, a row for each document', async () => {
    const { stdout } = await runHere(['lint', ...Object.keys(FILES), '--format', 'markdown'], {
      cwd: folder(FILES),
    })
    await expect(inventoryOf(stdout)).toMatchFileSnapshot('golden/inventory.markdown')
    expect(rowsOf(stdout).map(([document]) => document)).toEqual([
      'document',
      ...Object.keys(FILES),
    ])
  })

  test('one row for a document under several profiles', async () => {
    const profiles = ['--profile', 'cimd-00', '--profile', 'atproto']
    const { stdout } = await runHere(
      ['lint', 'a.json', 'b.json', ...profiles, '--format', 'markdown'],
      { cwd: folder(FILES) },
    )
    const [, first, second, ...more] = rowsOf(stdout)
    expect(first?.[8]).toMatch(/^\d+ \/ \d+ \/ \d+ \(cimd-00\); \d+ \/ \d+ \/ \d+ \(atproto\)$/)
    expect([second?.[0], more]).toEqual(['b.json', []])
  })

  test('two lines of one id are two documents', async () => {
    const line = JSON.stringify({ id: 'x', document: JSON.parse(FILES['a.json']) })
    const { stdout } = await runHere(['lint', '--ndjson', '-', '--format', 'markdown'], {
      stdin: `${line}\n${line}\n`,
    })
    expect(rowsOf(stdout)).toHaveLength(3)
  })

  test('the report before it is what any markdown report is, and validate has nothing else', async () => {
    const cwd = folder(FILES)
    const names = Object.keys(FILES)
    const validated = await runHere(['validate', ...names, '--format', 'markdown'], { cwd })
    expect(validated.stdout).not.toContain('Inventory')
    const { stdout } = await runHere(['lint', ...names, '--format', 'markdown'], { cwd })
    expect(stdout.indexOf('## Inventory')).toBeGreaterThan(stdout.indexOf('## failed'))
    expect(stdout.slice(0, stdout.indexOf('\n'))).toContain('4 reports on client metadata')
  })

  test.each([
    'a|b\\|c',
    '`a` ``b`` ```',
    'line\nbreak\r\n\n| x | y |\n\n# Heading',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '[x](javascript:alert(1)) ![x](https://evil.example.net/)',
    '\u202e\u2066right to left\u200b',
    '\u001b[2J\u0007',
    ' ::error::x ##[command]',
    '  ',
    'x'.repeat(5000),
  ])('%j is text in every column, and no more', async (text) => {
    const document = {
      client_id: text,
      client_name: text,
      application_type: text,
      token_endpoint_auth_method: text,
      redirect_uris: [`${text}`, `https://${text}/`, `${text}:/cb`],
      grant_types: [text, text],
      scope: text,
    }
    const { stdout } = await runHere(['lint', '--ndjson', '-', '--format', 'markdown'], {
      stdin: `${JSON.stringify({ id: text, document })}\n{"client_id":"https://b.example.com/c"}\n`,
    })
    const inventory = inventoryOf(stdout)
    expect(inventory).not.toMatch(/[\u001b\u202e\u2066\u200b\r]|^\s*::|##\[/m)
    const rows = rowsOf(stdout)
    expect(rows.map((cells) => cells.length)).toEqual([10, 10, 10])
    expect(rows[2]?.[1]).toBe('https://b.example.com/c')
    const html = renderer.render(inventory)
    const elements = new Set(Array.from(html.matchAll(/<([a-z][a-z0-9]*)/gi), ([, name]) => name))
    expect([...elements].sort()).toEqual(
      ['code', 'h2', 'p', 'table', 'tbody', 'td', 'th', 'thead', 'tr'].sort(),
    )
    if (/^[ -~]{3,200}$/.test(text) && text.trim() !== '') {
      expect(
        rows[1]?.[2]
          ?.replace('\\u{7c}', '|')
          .replace('\\u{3a}', ':')
          .replace('\\u{23}', '#')
          .trim(),
      ).toBe(text.trim())
    }
  })

  test('no secret is in it', async () => {
    const token = `ghp_${'a'.repeat(36)}`
    const { stdout } = await runHere(['lint', '-', '--format', 'markdown'], {
      stdin: JSON.stringify({
        client_id: `https://user:${token}@app.example.com/${token}`,
        client_name: token,
        scope: `a ${token}`,
        grant_types: [token],
        redirect_uris: [`https://${token}.example.com/`],
        token_endpoint_auth_method: token,
      }),
    })
    expect(inventoryOf(stdout)).toContain('app.example.com')
    expect(stdout).not.toContain(token)
  })

  test('tells what was fetched, and which certificates expire', async () => {
    const url = 'https://app.example.com/cimd.json'
    const site = await startSite({ '/cimd.json': documentAt(url) }, { days: 5 })
    const cwd = folder({
      'same.json': documentAt(url),
      'other.json': documentAt(url, { scope: 'a' }),
      'gone.json': documentAt('https://app.example.com/gone.json'),
    })
    const run = async (...argv: string[]) => {
      const { stdout } = await runHere(
        ['lint', ...argv, '--no-probe', '--format', 'markdown', ...site.options],
        { cwd },
      )
      return stdout
    }
    const published = await run(url, 'https://b.example.com/cimd.json')
    const compared = await run('same.json', 'other.json', 'gone.json', '--hosted')
    const local = await run('same.json')
    await site.close()
    const hostedIn = (markdown: string) => rowsOf(markdown).map((cells) => cells[9])
    const days = 'its certificate valid for 5 days'
    expect(hostedIn(published)).toEqual([
      'hosted',
      `answers 200, ${days}`,
      `https://b.example.com/cimd.json answers 200, ${days}`,
    ])
    expect(hostedIn(compared)).toEqual([
      'hosted',
      `answers 200, with the members of the file, ${days}`,
      `answers 200, with something else than the file, ${days}`,
      `answers 404, with something else than the file, ${days}`,
    ])
    expect(hostedIn(local)).toEqual(['hosted', '–'])
    expect(published).toContain(
      'Certificates that expire soon: `app.example.com` in 5 days, `b.example.com` in 5 days.',
    )
    expect(local).not.toContain('Certificates')
  })
})

describe('an inventory', () => {
  /** Lists documents, and gives what there is room for. */
  function list(count: number, room: number): string {
    const inventory = createInventory()
    for (let index = 0; index < count; index++) {
      const text = JSON.stringify({
        client_id: `https://h${index}.example.com/cimd.json`,
        token_endpoint_auth_method: `method-${index % 30}`,
        redirect_uris: Array.from({ length: 8 }, (_, item) => `https://r${item}.example.com/`),
      })
      const source = `${index}.json`
      inventory.add(createDescription()(parseDocument(text)), lintDocument(text, { source }))
    }
    return inventory.render(room)
  }

  test.each([0, 500, 5_000, 20_000])('keeps to %i bytes, and counts what is left out', (room) => {
    const text = list(100, room)
    const [, omitted = '0'] = /(\d+) more documents? had no room here/.exec(text) ?? []
    if (room < 5_000) expect(text).toBe('\nThe inventory had no room here.\n')
    else {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(room + 50)
      expect(rowsOf(text).length - 1 + Number(omitted)).toBe(100)
      expect(Number(omitted)).toBeGreaterThan(0)
    }
  })

  test('lists the first of many values, and counts the others', () => {
    const text = list(100, Number.POSITIVE_INFINITY)
    expect(text).not.toContain('no room')
    expect(rowsOf(text)[1]?.[5]).toMatch(/^8 https: r0\.example\.com, .*, 3 more$/)
    expect(text).toContain('\nAnd 10 more.\n')
    expect(text).toContain('\nAnd 80 more.\n')
  })

  test('without documents is nothing', () => {
    expect(createInventory().render(Number.POSITIVE_INFINITY)).toBe('')
  })
})
