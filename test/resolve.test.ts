import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ResolveOptions, resolveClient, UsageError } from '../src/index.js'
import { AUTHORITY, documentAt, type Host, startHost } from './host.js'

const ORIGIN = 'https://client.example.com'
/** The same host, spelled as no URL parser spells it. */
const SPELLED = 'https://Client.example.com'
const PUBLIC_MESSAGE = 'the client metadata could not be retrieved or used'

let host: Host
let requests = 0

const send = (
  response: ServerResponse,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
) => response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body)

beforeAll(async () => {
  host = await startHost(({ url = '' }, response) => {
    requests++
    const document = documentAt(ORIGIN + url)
    switch (url) {
      case '/fresh':
        return send(response, document, { 'Cache-Control': 'max-age=600', Age: '100' })
      case '/no-store':
        return send(response, document, { 'Cache-Control': 'no-store, max-age=600' })
      case '/text':
        return send(response, document, { 'Content-Type': 'text/plain' })
      case '/203':
        return send(response, document, {}, 203)
      case '/302':
        return send(response, document, { Location: '/fresh' }, 302)
      case '/404':
        return send(response, '<h1>internal 10.0.0.7</h1>', { 'Content-Type': 'text/html' }, 404)
      case '/429':
        return send(response, '', {}, 429)
      case '/503':
        return send(response, '', { 'Retry-After': '0' }, 503)
      case '/other':
        return send(response, documentAt(`${ORIGIN}/another`))
      case '/long':
        return send(response, documentAt(ORIGIN + url, { software_version: 'x'.repeat(5120) }))
      case '/secret':
        return send(response, documentAt(ORIGIN + url, { client_secret: 'hunter2hunter2' }))
      case '/spelled':
        return send(response, documentAt(ORIGIN + url, { client_id: SPELLED + url }))
      case '/hang':
        return
      case '/reset':
        return response.socket?.destroy()
      default:
        return send(response, document)
    }
  })
})
afterAll(() => host.close())

const resolve = (clientId: string, options: ResolveOptions = {}) =>
  resolveClient(clientId, {
    ca: AUTHORITY.cert,
    connectTo: { 'client.example.com:443': `127.0.0.1:${host.port}` },
    ...options,
  })

describe('a client that may be used', () => {
  test('has its members, the hash of what was sent, and the report', async () => {
    const resolution = await resolve(`${ORIGIN}/fresh`)
    if (!resolution.ok) throw new Error(JSON.stringify(resolution.report))
    const { client, sha256, source, changed, report } = resolution
    expect(client.client_name).toBe('Example Client')
    const sent = documentAt(`${ORIGIN}/fresh`)
    expect(sha256).toBe(createHash('sha256').update(sent).digest('hex'))
    expect({ source, changed }).toEqual({ source: 'fetched', changed: [] })
    expect(report).toMatchObject({
      target: `${ORIGIN}/fresh`,
      source: 'url',
      outcome: 'passed',
      exchanges: [{ response: { status: 200 }, address: '127.0.0.1', tls: { authorized: true } }],
    })
  })

  test.each([
    // RFC 9111 section 4.2.3: a cache on the way had it for 100 of 600 seconds.
    ['/fresh', 500],
    ['/no-store', 0],
    ['/without', 0],
  ])('%s is fresh for %d seconds', async (path, seconds) => {
    const before = Date.now()
    const resolution = await resolve(ORIGIN + path)
    const left = resolution.ok ? resolution.freshUntil.getTime() - before : Number.NaN
    expect(left).toBeGreaterThan((seconds - 1) * 1000)
    expect(left).toBeLessThan((seconds + 10) * 1000)
  })

  test('is fetched again each time', async () => {
    const before = requests
    await resolve(`${ORIGIN}/fresh`)
    await resolve(`${ORIGIN}/fresh`)
    expect(requests - before).toBe(2)
  })
})

describe('a client that may not be used', () => {
  test.each<[path: string, error: string, retryable: boolean, finding: string]>([
    ['/404', 'invalid_client', false, 'fetch-status-200'],
    ['/302', 'invalid_client', false, 'fetch-no-redirect'],
    ['/203', 'invalid_client', false, 'fetch-status-200'],
    ['/text', 'invalid_client', false, 'fetch-content-type'],
    ['/other', 'invalid_client', false, 'client-id-matches-url'],
    ['/secret', 'invalid_client', false, 'no-client-secret'],
    ['/429', 'temporarily_unavailable', true, 'fetch-anonymous'],
    ['/503', 'temporarily_unavailable', true, 'fetch-status-200'],
  ])('%s is %s', async (path, error, retryable, finding) => {
    const resolution = await resolve(ORIGIN + path)
    expect(resolution).toMatchObject({
      ok: false,
      error,
      retryable,
      publicMessage: PUBLIC_MESSAGE,
      report: { outcome: 'failed' },
    })
    const failed = resolution.report.results.filter(({ status }) => status === 'failed')
    expect(failed.map(({ id }) => id)).toContain(finding)
    // T-116: what an internal host says is nobody's business.
    expect(JSON.stringify(resolution)).not.toMatch(/10\.0\.0\.7|hunter2/)
  })

  test.each<[what: string, clientId: string, options: ResolveOptions, code: string, error: string]>(
    [
      ['too long', `${ORIGIN}/long`, {}, 'too-large', 'invalid_client'],
      ['late', `${ORIGIN}/hang`, { timeout: 200 }, 'timeout', 'temporarily_unavailable'],
      ['cut off', `${ORIGIN}/reset`, {}, 'connection-reset', 'temporarily_unavailable'],
      [
        'at a private address',
        'https://other.example.com/c',
        { lookup: async () => [{ address: '10.1.2.3', family: 4 }] },
        'address-refused',
        'invalid_client',
      ],
      [
        'at no address',
        'https://other.example.com/c',
        { lookup: async () => [] },
        'dns-no-address',
        'invalid_client',
      ],
      ['at a literal', 'https://169.254.169.254/c', {}, 'host-refused', 'invalid_client'],
      ['on loopback', 'https://localhost/c', {}, 'host-refused', 'invalid_client'],
      ['not https', 'http://client.example.com/c', {}, 'url-not-https', 'invalid_client'],
      ['no URL', 'client', {}, 'url-malformed', 'invalid_client'],
      [
        'untrusted',
        `${ORIGIN}/fresh`,
        { ca: undefined },
        'certificate-incomplete',
        'invalid_client',
      ],
    ],
  )('%s', async (_, clientId, options, code, error) => {
    const resolution = await resolve(clientId, options)
    // T-114: whoever sent the client_id cannot tell these apart.
    expect(resolution).toMatchObject({ ok: false, error, publicMessage: PUBLIC_MESSAGE })
    expect(resolution.report.exchanges.at(-1)?.error?.code).toBe(code)
  })
})

describe('policy', () => {
  test.each<[path: string, policy: NonNullable<ResolveOptions['policy']>, ok: boolean]>([
    ['/text', { mediaTypes: 'any' }, true],
    ['/text', { mediaTypes: 'json' }, false],
    ['/203', { status: '2xx' }, true],
    ['/404', { status: '2xx' }, false],
    ['/302', { status: '2xx' }, false],
    ['/spelled', { canonical: false }, true],
    ['/spelled', {}, false],
  ])('%s under %j: %j', async (path, policy, ok) => {
    const origin = path === '/spelled' ? SPELLED : ORIGIN
    expect((await resolve(origin + path, { policy })).ok).toBe(ok)
  })

  test.each<[what: string, options: ResolveOptions, ok: boolean]>([
    ['denied', { deny: ({ hostname }) => hostname === 'client.example.com' }, false],
    ['denied later', { deny: async () => true }, false],
    ['not denied', { deny: () => false }, true],
    ['allowed', { allow: async ({ hostname }) => hostname.endsWith('.example.com') }, true],
    ['not allowed', { allow: () => false }, false],
    ['allowed and denied', { allow: () => true, deny: () => true }, false],
  ])('%s', async (_, options, ok) => {
    const before = requests
    const resolution = await resolve(`${ORIGIN}/fresh`, options)
    expect(resolution.ok).toBe(ok)
    expect(requests - before).toBe(ok ? 1 : 0)
    if (!resolution.ok) {
      const reasons = resolution.report.results.map(({ reason }) => reason)
      expect(reasons.join()).toMatch(/this server (?:denies|does not allow) the client/)
    }
  })

  test('a hook that changes its URL changes nothing else', async () => {
    const deny = (url: URL) => {
      url.hostname = 'evil.example.com'
      return false
    }
    expect(
      (await resolve(`${ORIGIN}/fresh`, { deny, allow: (url) => url.host !== 'evil' })).ok,
    ).toBe(true)
  })
})

describe('what is wrong with the call', () => {
  test('a profile that is none', async () => {
    const profile = 'mpc' as 'mcp'
    await expect(resolve(`${ORIGIN}/fresh`, { profile })).rejects.toThrow(UsageError)
  })

  test.each([{ 'client.example.com': '127.0.0.1:1' }, { 'a:1': 'b' }, { 'a:1': '::1:1' }])(
    'connectTo %j',
    async (connectTo) => {
      await expect(resolve(`${ORIGIN}/fresh`, { connectTo })).rejects.toThrow(TypeError)
    },
  )

  test('an identifier that is no string', async () => {
    for (const clientId of [undefined, null, 5, {}]) {
      expect(await resolve(clientId as unknown as string)).toMatchObject({ ok: false })
    }
  })
})

describe('signal', () => {
  test('aborted before, nothing is asked', async () => {
    const before = requests
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(resolve(`${ORIGIN}/fresh`, { signal })).rejects.toThrow('gone')
    expect(requests).toBe(before)
  })

  test('aborted meanwhile, it rejects', async () => {
    const ending = new AbortController()
    const work = resolve(`${ORIGIN}/hang`, { signal: ending.signal })
    setTimeout(() => ending.abort(), 100)
    await expect(work).rejects.toMatchObject({ name: 'AbortError' })
  })
})

test('T-117: a refused address is never dialled', async () => {
  const canary = createServer()
  let connections = 0
  canary.on('connection', () => connections++)
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done))
  const { port } = canary.address() as { port: number }
  const lookup = async () => [{ address: '127.0.0.1', family: 4 }]
  const resolution = await resolve(`https://other.example.com:${port}/c`, { lookup })
  expect(resolution.ok).toBe(false)
  expect(connections).toBe(0)
  await new Promise((done) => canary.close(done))
})
