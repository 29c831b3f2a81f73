import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AUTHORITY, documentAt, type Host, startHost, urlOf } from './host.js'
import { INSTALL, isInstalled } from './servers/installed.js'
import { finish, folder } from './support.js'

/** Does what the code of docs/library.md does. */
const page = readFileSync('docs/library.md', 'utf8')

const FILES = Object.fromEntries(
  Array.from(page.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g), ([, name = '', code = '']) => [
    name,
    code,
  ]),
)

const ORIGIN = 'https://client.example.com'
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** What the host publishes, by URL. */
const published = new Map<string, string | RequestListener>()

/** A host whose name is longer than a page has place for. */
const LONG = 'accounts.google.com.and.a.very.long.name.of.evil.example.com'

let host: Host
let root: string

beforeAll(async () => {
  const names = ['client.example.com', LONG]
  const answer: RequestListener = (request, response) => {
    const text = published.get(urlOf(request))
    if (typeof text === 'function') return text(request, response)
    const isThere = typeof text === 'string'
    const type = { 'Content-Type': isThere ? 'application/json' : 'text/html' }
    response.writeHead(isThere ? 200 : 404, { 'Cache-Control': 'max-age=60', ...type })
    response.end(isThere ? text : '<h1>internal 10.0.0.7</h1>')
  }
  host = await startHost(answer, { names })
  const index = pathToFileURL(resolve('dist/index.js')).href
  root = folder({
    ...FILES,
    'package.json': '{"type":"module"}',
    'yours.js': `
      export const userOf = (cookie = '') => /^user=(\\w+)$/.exec(cookie)?.[1]
      export const issueTokens = ({ client, redirect_uri, sha256, user }) =>
        ({ user, sha256, redirect_uri, name: client.client_name })`,
    'hono.js': `
      import { createServer } from 'node:http'
      import { app } from './app.js'
      const server = createServer(async (request, response) => {
        const { method, headers } = request
        const body = method === 'POST' ? Buffer.concat(await request.toArray()) : undefined
        const answer = await app.request('http://127.0.0.1' + request.url, { method, headers, body })
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        response.end(await answer.text())
      })
      server.listen(0, '127.0.0.1', () => console.log(server.address().port))`,
    'resolve.js': `
      import { createInterface } from 'node:readline'
      const { clients } = await import(process.argv[2])
      for await (const url of createInterface({ input: process.stdin })) {
        const start = performance.now()
        const { ok, error, source, client, retryable } = await clients.resolve(url)
        const took = performance.now() - start
        console.log(JSON.stringify({ ok, error, source, retryable, name: client?.client_name, took }))
      }
      process.exit()`,
    // The package itself, but that its resolvers come to the host of this test.
    'node_modules/mcp-cimd/package.json': '{"type":"module","exports":"./index.js"}',
    'node_modules/mcp-cimd/index.js': `
      export * from '${index}'
      import { createClientResolver as create } from '${index}'
      const there = ${JSON.stringify({
        ca: AUTHORITY.cert,
        connectTo: Object.fromEntries(
          names.map((name) => [`${name}:443`, `127.0.0.1:${host.port}`]),
        ),
      })}
      export const createClientResolver = (options) => create({ ...there, ...options })`,
  })
  mkdirSync(join(root, 'node_modules/@keyv'))
  for (const name of ['hono', 'keyv', '@keyv/redis']) {
    symlinkSync(resolve('node_modules', name), join(root, 'node_modules', name))
  }
})

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => host.close())

const startNode = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  })
  running.push(child)
  return child
}

const nextLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    let text = ''
    const end = (code: number | null) => fail(new Error(`ended with ${code}`))
    const read = (chunk: string) => {
      text += chunk
      if (!text.includes('\n')) return
      child.stdout?.off('data', read)
      child.off('exit', end)
      done(text.trim())
    }
    child.stdout?.setEncoding('utf8').on('data', read)
    child.on('exit', end)
  })

/** A document at a URL of its own, so that no test finds what another kept. */
let count = 0
function publish(more: Readonly<Record<string, unknown>> = {}, origin = ORIGIN): string {
  const url = `${origin}/${++count}.json`
  published.set(url, documentAt(url, more))
  return url
}

test('every block is a file', () => {
  expect(page.match(/```js/g)).toHaveLength(Object.keys(FILES).length)
})

test('a document is repaired where it is written', async () => {
  const file = join(root, 'cimd.json')
  const members = { client_name: 'X', redirect_uris: [`${ORIGIN}/cb`] }
  const repair = (grant_types: unknown) => {
    writeFileSync(file, JSON.stringify({ ...members, grant_types }))
    return finish(startNode(['repair.js', file, `${ORIGIN}/cimd.json`]))
  }
  expect(await repair(['authorization_code', 'authorization_code'])).toEqual({
    code: 0,
    stdout: 'repaired: client-id-present\nrepaired: grant-unique\n',
    stderr: '',
  })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    ...members,
    grant_types: ['authorization_code'],
    client_id: `${ORIGIN}/cimd.json`,
  })
  expect(await repair([null])).toMatchObject({ code: 1, stdout: 'repaired: client-id-present\n' })
})

describe.each([
  ['on node:http', 'server.js'],
  ['in Hono', 'hono.js'],
])('the endpoints %s', (_, file) => {
  interface Server {
    readonly log: () => string
    ask(query: Readonly<Record<string, string>> | string, user?: string): Promise<Answer>
    post(path: string, form: Readonly<Record<string, string>>, user?: string): Promise<Answer>
  }
  interface Answer {
    readonly status: number
    readonly headers: Headers
    readonly text: string
    /** Where it redirects to. */
    readonly to: string | null
    /** The transaction of its form. */
    readonly id: string
  }

  async function startServer(): Promise<Server> {
    const child = startNode([file], { PORT: '0' })
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    const origin = `http://127.0.0.1:${await nextLine(child)}`
    const send = async (url: string, user: string, init: RequestInit = {}): Promise<Answer> => {
      const headers = { ...init.headers, ...(user && { Cookie: `user=${user}` }) }
      const answer = await fetch(origin + url, { ...init, headers, redirect: 'manual' })
      const text = await answer.text()
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        to: answer.headers.get('location'),
        id: /name="id" value="([^"]*)"/.exec(text)?.[1] ?? '',
      }
    }
    return {
      log: () => log,
      ask: (query, user = 'alice') => send(`/authorize?${new URLSearchParams(query)}`, user),
      post: (path, form, user = 'alice') =>
        send(path, user, { method: 'POST', body: new URLSearchParams(form) }),
    }
  }

  const requestOf = (client_id: string, more: Readonly<Record<string, string>> = {}) => ({
    client_id,
    response_type: 'code',
    redirect_uri: `${ORIGIN}/callback`,
    state: 'a&b',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })

  test('a user who allows it takes a code to the client, which changes it for tokens', async () => {
    const { ask, post } = await startServer()
    const client_id = publish()
    const consent = await ask(requestOf(client_id))
    expect(consent.status).toBe(200)
    expect(consent.text).toContain('Let <bdi>client.example.com</bdi> use your account?')
    expect(consent.text).toContain('be sent to <bdi>client.example.com</bdi>.')
    expect(consent.text).not.toContain('role="alert"')
    expect(Object.fromEntries(consent.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    })
    const { status, to } = await post('/authorize', { id: consent.id, decision: 'allow' })
    expect(status).toBe(303)
    const { origin, pathname, searchParams } = new URL(to ?? '')
    expect(origin + pathname).toBe(`${ORIGIN}/callback`)
    const { code = '', ...rest } = Object.fromEntries(searchParams)
    expect(rest).toEqual({ state: 'a&b', iss: 'https://as.example.net' })
    const form = { grant_type: 'authorization_code', client_id, code, code_verifier: VERIFIER }
    const tokens = await post('/token', form, '')
    expect(tokens.headers.get('cache-control')).toBe('no-store')
    expect(JSON.parse(tokens.text)).toMatchObject({ user: 'alice', name: 'Example Client' })
    // Once is enough.
    const again = await post('/token', form, '')
    expect([again.status, again.text]).toEqual([400, '{"error":"invalid_grant"}'])
  })

  test('a code is of no use to others', async () => {
    const { ask, post } = await startServer()
    const client_id = publish()
    const right = { grant_type: 'authorization_code', client_id, code_verifier: VERIFIER }
    for (const wrong of [
      { code_verifier: 'w'.repeat(43) },
      { client_id: `${ORIGIN}/another.json` },
      { redirect_uri: `${ORIGIN}/other` },
      { grant_type: 'client_credentials' },
    ]) {
      const { id } = await ask(requestOf(client_id))
      const { to } = await post('/authorize', { id, decision: 'allow' })
      const code = new URL(to ?? '').searchParams.get('code') ?? ''
      expect((await post('/token', { ...right, code, ...wrong }, '')).status).toBe(400)
    }
  })

  test('T-260: what the user saw counts, whatever the document says by now', async () => {
    const { ask, post } = await startServer()
    const client_id = publish()
    const change = (body: string) =>
      published.set(client_id, (_, response) =>
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
          .end(body),
      )
    const seen = documentAt(client_id, { client_name: 'Seen' })
    change(seen)
    const { id } = await ask(requestOf(client_id))
    change(
      documentAt(client_id, { client_name: 'Evil', redirect_uris: ['https://evil.example.com/'] }),
    )
    const { to } = await post('/authorize', { id, decision: 'allow' })
    const code = new URL(to ?? '').searchParams.get('code') ?? ''
    const { text } = await post('/token', {
      grant_type: 'authorization_code',
      client_id,
      code,
      code_verifier: VERIFIER,
      redirect_uri: `${ORIGIN}/callback`,
    })
    expect(JSON.parse(text)).toEqual({
      user: 'alice',
      name: 'Seen',
      redirect_uri: `${ORIGIN}/callback`,
      sha256: createHash('sha256').update(seen).digest('hex'),
    })
    expect(host.asked.filter((url) => url === client_id)).toHaveLength(1)
  })

  test('a client that is none, and a redirect URI that is none of it, are told here', async () => {
    const { ask, log } = await startServer()
    const client_id = publish({ redirect_uris: [`${ORIGIN}/callback`, `${ORIGIN}/other`] })
    const busy = `${ORIGIN}/busy.json`
    published.set(busy, (_, response) => response.writeHead(503).end())
    const query = new URLSearchParams(requestOf(client_id)).toString()
    for (const [request, status] of [
      [requestOf(`${ORIGIN}/gone.json`), 400],
      [requestOf('https://169.254.169.254/c.json'), 400],
      [requestOf('<script>'), 400],
      [{ response_type: 'code' }, 400],
      [requestOf(busy), 503],
      [requestOf(client_id, { redirect_uri: `${ORIGIN}/callback/` }), 400],
      [requestOf(client_id, { redirect_uri: 'javascript:alert(1)' }), 400],
      [{ client_id, response_type: 'code' }, 400],
      [`${query}&redirect_uri=https://evil.example.com/`, 400],
      [`${query}&client_id=https://evil.example.com/`, 400],
    ] as const) {
      const answer = await ask(request)
      expect([answer.status, answer.to], JSON.stringify(request)).toEqual([status, null])
      expect(answer.text).toContain('<h1>Stopped</h1>')
      expect(answer.text).not.toMatch(/10\.0\.0\.7|169\.254|<script>|evil/)
    }
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(5)
    expect(lines[0]).toEqual({
      client_id: `${ORIGIN}/gone.json`,
      why: expect.arrayContaining([expect.stringMatching(/^fetch-status-200: .* 404/)]),
    })
    expect(lines[1].why.join()).toContain('169.254.169.254')
    expect(log().length).toBeLessThan(5000)
  })

  test('other errors go to the client', async () => {
    const { ask, post } = await startServer()
    const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) }] }
    const signed = publish({ token_endpoint_auth_method: 'private_key_jwt', jwks })
    const client_id = publish()
    for (const [request, error] of [
      [requestOf(client_id, { response_type: 'token' }), 'unsupported_response_type'],
      [requestOf(client_id, { code_challenge_method: 'plain' }), 'invalid_request'],
      [requestOf(client_id, { code_challenge: '' }), 'invalid_request'],
      [requestOf(signed), 'unauthorized_client'],
    ] as const) {
      const { to } = await ask(request)
      const query = `error=${error}&iss=https%3A%2F%2Fas.example.net&state=a%26b`
      expect(to).toBe(`${ORIGIN}/callback?${query}`)
    }
    const { id } = await ask(requestOf(client_id))
    expect((await post('/authorize', { id, decision: 'deny' })).to).toContain('error=access_denied')
  })

  test('nobody but who was asked decides, and whoever is not signed in is asked nothing', async () => {
    const { ask, post } = await startServer()
    const client_id = publish()
    expect(await ask(requestOf(client_id), '')).toMatchObject({ status: 401, to: null })
    expect(host.asked).not.toContain(client_id)
    const { id } = await ask(requestOf(client_id))
    const form = { id, decision: 'allow' }
    expect(await post('/authorize', form, '')).toMatchObject({ status: 401, to: null })
    expect(await post('/authorize', form, 'mallory')).toMatchObject({ status: 400, to: null })
    expect(await post('/authorize', { ...form, id: '' })).toMatchObject({ status: 400, to: null })
    const asked = await ask(requestOf(client_id))
    const long = { id: asked.id, decision: 'allow', more: 'x'.repeat(20_000) }
    const { status } = await post('/authorize', long)
    expect(status).toBeGreaterThan(399)
  })

  test('a loopback redirect URI is warned of, and its port is free', async () => {
    const { ask, post } = await startServer()
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const client_id = publish({ redirect_uris: [`http://${name}/callback?x=1`] })
      const redirect_uri = `http://${name}:51234/callback?x=1`
      const { id, text } = await ask(requestOf(client_id, { redirect_uri }))
      expect(text).toContain(`be sent to <bdi>${name}:51234</bdi>.`)
      expect(text).toContain('<p role="alert">That is a program on your own computer')
      const { to } = await post('/authorize', { id, decision: 'allow' })
      expect(to).toMatch(`${redirect_uri}&code=`)
    }
  })

  test('the page says what a document says, and does nothing of it', async () => {
    const { ask } = await startServer()
    const client_id = publish(
      {
        client_name: `<img src=x onerror=alert(1)>"'&\u202e\u0007${'😀'.repeat(80)}`,
        logo_uri: `${ORIGIN}/logo.png`,
        redirect_uris: ['com.example.app:/callback'],
      },
      `https://${LONG}`,
    )
    const { status, text } = await ask(
      requestOf(client_id, { redirect_uri: 'com.example.app:/callback' }),
    )
    expect(status).toBe(200)
    expect(text).toContain('“<bdi>&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;😀')
    expect(text).not.toMatch(/[\u202e\u0007]|<img|logo|(?:😀){40}/u)
    expect(text).toContain(`Let <bdi>…${LONG.slice(-47)}</bdi> use`)
    expect(text).toContain('be sent to <bdi>com.example.app:</bdi>.')
  })
})

describe('the other modules', () => {
  test('consent is asked for again when who or how changed, and not when a host is down', async () => {
    const client = { client_name: 'A', redirect_uris: ['https://a.example/'], tos_uri: 'x' }
    const grant = { sha256: 'old', client }
    const of = (more: object) => ({ ok: true, sha256: 'new', client: { ...client, ...more } })
    const resolutions = [
      { ok: true, sha256: 'old', client },
      of({}),
      of({ tos_uri: 'y' }),
      { ok: false, retryable: true },
      { ok: false, retryable: false },
      of({ client_name: 'B' }),
      of({ redirect_uris: ['https://a.example/', 'https://b.example/'] }),
      of({ token_endpoint_auth_method: 'none' }),
      of({ jwks_uri: 'https://b.example/jwks' }),
    ]
    const { mustAskAgain } = await import(/* @vite-ignore */ join(root, 'grant.js'))
    expect(resolutions.map((resolution) => mustAskAgain(grant, resolution))).toEqual([
      ...Array(4).fill(false),
      ...Array(5).fill(true),
    ])
  })

  test('only members are asked about', async () => {
    const client_id = publish()
    const stranger = publish({}, `https://${LONG}`)
    const { ask, end } = startResolver('./members-only.js')
    expect(await ask(client_id)).toMatchObject({ ok: true })
    expect(await ask(stranger)).toMatchObject({ ok: false, error: 'invalid_client' })
    expect(host.asked).not.toContain(stranger)
    for (let more = 1; more < 10; more++) {
      expect(await ask(publish())).toMatchObject({ ok: true })
    }
    expect(await ask(publish())).toMatchObject({ error: 'temporarily_unavailable' })
    expect(await ask(client_id)).toMatchObject({ ok: true, source: 'cached' })
    end()
  })

  test('keys are those of now, for clients that sign', async () => {
    const key = { kty: 'EC', crv: 'P-256', kid: '1', alg: 'ES256', use: 'sig' }
    const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      format: 'jwk',
    })
    const jwks_uri = `${ORIGIN}/${++count}.jwks`
    published.set(jwks_uri, JSON.stringify({ keys: [{ ...key, x, y }] }))
    const client_id = publish({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri })
    const gone = `${ORIGIN}/gone.json`
    const outcome = await finish(
      startNode([
        '--input-type=module',
        '-e',
        `import { createClientResolver } from 'mcp-cimd'
         import { keysFor } from './keys.js'
         const clients = createClientResolver()
         const client = { token_endpoint_auth_method: 'private_key_jwt' }
         const print = (value) => console.log(JSON.stringify(value))
         print(await keysFor(clients, { client: {}, client_id: '${gone}' }))
         print(await keysFor(clients, { client, client_id: '${client_id}' }))
         await keysFor(clients, { client, client_id: '${gone}' }).catch(
           ({ code, message }) => print([code, message]))`,
      ]),
    )
    expect(
      outcome.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      [],
      [{ ...key, x, y }],
      ['invalid_client', 'the client metadata could not be retrieved or used'],
    ])
    expect(outcome.stderr).toContain('"fetch-status-200: ')
  })
})

/** Starts a process with one of the resolvers of the page, which is asked for one client at a time. */
function startResolver(module: string, env: Readonly<Record<string, string>> = {}) {
  const child = startNode(['resolve.js', module], env)
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  return {
    log: () => log,
    async ask(url: string): Promise<Readonly<Record<string, unknown>>> {
      const line = nextLine(child)
      child.stdin?.write(`${url}\n`)
      return JSON.parse(await line)
    },
    end: () => child.stdin?.end(),
  }
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0

describe.skipIf(!hasRedis)('two processes and a Redis (Debian package: redis-server)', () => {
  async function startRedis() {
    const free = createServer()
    await new Promise<void>((done) => free.listen(0, '127.0.0.1', done))
    const { port } = free.address() as AddressInfo
    await new Promise((done) => free.close(done))
    const options = `--port ${port} --bind 127.0.0.1 --appendonly no --dir ${folder()} --save`
    const launch = async () => {
      const redis = spawn('redis-server', [...options.split(' '), ''], { stdio: 'pipe' })
      running.push(redis)
      await new Promise<void>((done) => {
        redis.stdout.setEncoding('utf8').on('data', (text: string) => {
          if (text.includes('Ready to accept connections')) done()
        })
      })
      return redis
    }
    const redis = await launch()
    const env = { REDIS_URL: `redis://127.0.0.1:${port}` }
    const start = () => startResolver('./clients.js', env)
    return { redis, launch, one: start(), two: start() }
  }

  const change = (client_id: string) =>
    published.set(client_id, documentAt(client_id, { client_name: 'Changed' }))

  test('what one fetched, the other finds', async () => {
    const { one, two } = await startRedis()
    const client_id = publish()
    expect(await one.ask(client_id)).toMatchObject({ ok: true, source: 'fetched' })
    expect(await two.ask(client_id)).toMatchObject({ ok: true, source: 'cached' })
    expect(host.asked.filter((url) => url === client_id)).toHaveLength(1)
  })

  test.each([
    ['is killed', 'SIGKILL', 1000],
    // It keeps its connections, and answers nothing: each command takes the whole timeout of 3 s.
    ['stands still', 'SIGSTOP', 5000],
  ] as const)('when Redis %s, documents are fetched', async (_, signal, most) => {
    const { redis, one, two } = await startRedis()
    const client_id = publish()
    await one.ask(client_id)
    await two.ask(client_id)
    redis.kill(signal)
    change(client_id)
    const [{ took, ...resolution }, gone] = await Promise.all([
      one.ask(client_id) as Promise<{ took: number }>,
      two.ask(`${ORIGIN}/gone.json`),
    ])
    expect(resolution).toEqual({ ok: true, source: 'fetched', name: 'Changed' })
    expect(took).toBeLessThan(most)
    expect(gone).toMatchObject({ ok: false, error: 'invalid_client' })
  })

  test('when Redis is back, it is used again, and the log tells', async () => {
    const { redis, launch, one } = await startRedis()
    const client_id = publish()
    await one.ask(client_id)
    redis.kill('SIGKILL')
    expect(await one.ask(client_id)).toMatchObject({ source: 'fetched' })
    await launch()
    await expect
      .poll(async () => (await one.ask(client_id)).source, { timeout: 10_000, interval: 200 })
      .toBe('cached')
    expect(one.log()).toMatch(/Socket closed|ECONNREFUSED|ECONNRESET/)
  })
})

test.skipIf(!isInstalled)(
  `oidc-provider takes a client as it was judged (${INSTALL})`,
  async () => {
    symlinkSync(
      resolve('test/servers/node_modules/oidc-provider'),
      join(root, 'node_modules/oidc-provider'),
    )
    const child = startNode(['provider.js'], { PORT: '0' })
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    const origin = `http://127.0.0.1:${await nextLine(child)}`
    const ask = async (client_id: string, redirect_uri = `${ORIGIN}/callback`) => {
      const query = new URLSearchParams({
        client_id,
        redirect_uri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: CHALLENGE,
        code_challenge_method: 'S256',
      })
      const headers = { 'X-Forwarded-Proto': 'https' }
      const answer = await fetch(`${origin}/auth?${query}`, { headers, redirect: 'manual' })
      return {
        status: answer.status,
        to: answer.headers.get('location'),
        text: await answer.text(),
      }
    }
    const timesAsked = (url: string) => host.asked.filter((asked) => asked === url).length

    const client_id = publish({ token_endpoint_auth_method: 'none', unregistered: true })
    const answers = await Promise.all([ask(client_id), ask(client_id), ask(client_id)])
    for (const { status, to } of [...answers, await ask(client_id)]) {
      expect([status, to]).toEqual([303, expect.stringMatching('/interaction/')])
    }
    expect(timesAsked(client_id)).toBe(1)
    const elsewhere = await ask(client_id, `${ORIGIN}/other`)
    expect([elsewhere.status, elsewhere.text]).toEqual([
      400,
      expect.stringContaining('invalid_redirect_uri'),
    ])

    // What oidc-provider alone would take: a document that says it is something else than JSON.
    const text = `${ORIGIN}/${++count}.json`
    published.set(text, (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(documentAt(text)),
    )
    for (const [url, asked] of [
      [text, 1],
      [`${ORIGIN}/none.json`, 1],
      ['https://169.254.169.254/c.json', 0],
    ] as const) {
      const { status, to, text } = await ask(url)
      expect([status, to, text]).toEqual([400, null, expect.stringContaining('invalid_client')])
      expect(timesAsked(url)).toBe(asked)
      expect(log).toContain(`{"client_id":"${url}","why":[`)
    }
  },
)
