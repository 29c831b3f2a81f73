import { expect, test } from 'vitest'
import { soak } from '../scripts/soak.js'
import { createClientResolver } from '../src/index.js'

test('5000 calls of every kind leave nothing behind', async () => {
  const { faults, outcomes, requests } = await soak({ createClientResolver }, 5000)
  expect(faults).toEqual([])
  expect(requests).toBeGreaterThan(100)
  expect(Object.keys(outcomes).sort()).toEqual([
    'AbortError',
    'cached',
    'fetched',
    'invalid_client',
    'revalidated',
    'temporarily_unavailable',
  ])
})
