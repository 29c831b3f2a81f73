import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Refusals } from '../scripts/pages.js'
import type { Profile, Rule } from '../src/core/types.js'
import { judgeExample } from '../src/explanation.js'
import { profiles } from '../src/profiles/index.js'
import { rules } from '../src/rules/index.js'
import { findProfile } from '../src/rulesets.js'

const { predicted, notPredicted }: Refusals = JSON.parse(
  readFileSync('fixtures/refused.json', 'utf8'),
)

const findingsOf = (
  id: string,
  example: Refusals['predicted'][number]['example'],
  profile: Profile,
) => judgeExample(rules.find((rule) => rule.id === id) as Rule, example, [profile])

describe('a document of the shape that a server refused has the finding that predicts it', () => {
  test.each(predicted)('$section: $shape', ({ example, finding, profile }) => {
    const found = findingsOf(finding, example, findProfile(profile))
    expect(found.map(({ id }) => id)).toContain(finding)
    for (const { suggestion } of found) expect(suggestion).toBeTruthy()
  })
})

test('a document without a fault has none of these findings, in any profile that has the rule', () => {
  const good = {
    url: 'https://client.example.com/cimd.json',
    document: {
      client_id: 'https://client.example.com/cimd.json',
      client_name: 'Example Client',
      client_uri: 'https://client.example.com/',
      redirect_uris: ['http://127.0.0.1/callback', 'http://127.0.0.1:33418/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      scope: 'atproto',
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    },
    response: {},
  }
  for (const profile of profiles) {
    for (const { finding } of predicted) expect(findingsOf(finding, good, profile)).toEqual([])
  }
})

test('at least 35 refusals in six sections are predicted, each thread stands once', () => {
  const threads = predicted.flatMap(({ reported }) => reported)
  expect(threads.length).toBeGreaterThanOrEqual(35)
  expect(new Set(predicted.map(({ section }) => section)).size).toBeGreaterThanOrEqual(6)
  const all = [...threads, ...notPredicted.map(({ thread }) => thread)]
  expect(all).toEqual([...new Set(all)])
  for (const thread of all) expect(thread).toMatch(/^[\w.-]+\/[\w.-]+#[0-9]+$/)
})
