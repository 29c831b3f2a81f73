import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentAt, type Host, startHost } from './host.js'
import { runHere } from './support.js'

const GOOD = 'https://client.example.com/good'
let host: Host

beforeAll(async () => {
  host = await startHost(({ url }, response) => {
    if (url !== '/good') response.writeHead(404).end()
    else response.setHeader('Content-Type', 'application/json').end(documentAt(GOOD))
  })
})
afterAll(() => host.close())

test('a document at a URL is judged as a server would see it', async () => {
  expect(await runHere(['validate', GOOD, ...host.options])).toEqual({
    code: 0,
    stdout: `ok ${GOOD} (mcp-2026-07-28-cimd-02): 88 requirements met\n`,
    stderr: '',
  })
})
