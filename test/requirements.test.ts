import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../src/rules/index.js'

const PAPER = '../shared/spec/requirements.md'

/** Requirements on documents that are tested under another name, and under which. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'url-port': 'url-no-port',
  'url-explicit-default-port': 'url-canonical',
  'fetch-content-type-strict': 'fetch-content-type',
  'json-no-null': 'json-types',
  'auth-method-required-sep991': 'auth-method-explicit',
  'auth-methods-supported-required': 'auth-method-explicit',
  'auth-methods-both-present': 'auth-method-explicit',
  'redirect-mcp-localhost-or-https': 'redirect-kind',
  'redirect-dev-mixed': 'redirect-loopback-native',
  'app-type-explicit': 'redirect-loopback-native',
  'dpop-bool': 'json-types',
  'request-uris': 'uri-https',
  'expiry-tbd': 'json-unknown-member',
  'tos-policy-page': 'tos-uri-page',
  'software-statement-size': 'fetch-size',
}

// The table is a paper of its own and no part of the project.
if (existsSync(PAPER)) {
  test('every requirement on a document is a rule, or one of fifteen that say why not', () => {
    const [, part = ''] = readFileSync(PAPER, 'utf8').split(/^## A\..*$/m)
    const [section = ''] = part.split(/^### A\.11 /m)
    const rows = Array.from(
      section.matchAll(/^\| `?([a-z0-9]+(?:-[a-z0-9]+)+)`? \|/gm),
      ([, id]) => id,
    )
    expect(rows.length).toBeGreaterThan(140)
    const notChecked = Array.from(
      readFileSync('docs/not-checked.md', 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .join('\n')
        .matchAll(/(?<=^\| |, )`([a-z0-9-]+)`/gm),
      ([, id]) => id,
    )
    expect(notChecked.length).toBeLessThanOrEqual(15)
    const ids: readonly (string | undefined)[] = rules.map(({ id }) => id)
    expect(Object.values(ELSEWHERE).filter((id) => !ids.includes(id))).toEqual([])
    const known = [...ids, ...Object.keys(ELSEWHERE), ...notChecked]
    expect(rows.filter((id) => !known.includes(id))).toEqual([])
  })
}
