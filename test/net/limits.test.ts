import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, test } from 'vitest'
import { createHttp, type HttpOptions } from '../../src/net/http.js'
import { createLookup } from '../../src/net/lookup.js'
import { serveDns } from './dns-server.js'
import { runProgram } from './program.js'
import {
  authority,
  fetchFrom,
  HOST,
  type Listener,
  pause,
  serveBytes,
  serveRequests,
  serveTcp,
  serveTls,
} from './servers.js'

const HEAD = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`
const OK = `${HEAD}Content-Length: 2\r\n\r\n{}`

/** Until a server sees what its client did. */
const PATIENCE = { timeout: 10_000, interval: 10 }

describe.concurrent('the size', () => {
  const spaces = (length: number) => Buffer.alloc(length, ' ')
  const FRAMINGS: Readonly<Record<string, (body: Buffer) => string>> = {
    'Content-Length': (body) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`,
    chunks: (body) => `${CHUNKED}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    'chunks of one byte': (body) =>
      `${CHUNKED}${[...body].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('')}0\r\n\r\n`,
    'the end of the connection': (body) => `${HEAD}\r\n${body}`,
  }

  test.for(
    Object.keys(FRAMINGS).flatMap((name) => [5120, 65_536].map((most) => [name, most] as const)),
  )('T-119 framed by %s, of %i bytes and of one more', async ([name, maxBytes], { expect }) => {
    const frame = FRAMINGS[name] ?? String
    const fits = await serveBytes(frame(spaces(maxBytes)))
    const whole = await fetchFrom(fits.port, { maxBytes })
    expect(whole.exchange.error).toBeUndefined()
    expect(whole.body).toHaveLength(maxBytes)

    const exceeds = await serveBytes(frame(spaces(maxBytes + 1)))
    const { exchange, body } = await fetchFrom(exceeds.port, { maxBytes })
    expect(exchange.error).toMatchObject({ code: 'too-large', phase: 'body' })
    expect(exchange.response).toMatchObject({ status: 200, truncated: true })
    expect(body).toHaveLength(0)
  })

  test('T-120 that is only announced', async ({ expect }) => {
    const server = await serveRequests((socket) =>
      socket.write(`${HEAD}Content-Length: 5121\r\n\r\n`),
    )
    const { exchange } = await fetchFrom(server.port, { maxBytes: 5120 })
    expect(exchange.error).toMatchObject({ code: 'too-large', phase: 'body' })
    expect(exchange.response?.bytes).toBe(0)
  })

  test('T-121 of what is compressed is that of what comes', async ({ expect }) => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    const server = await serveBytes(
      `${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
      bomb,
    )
    const fits = await fetchFrom(server.port, { maxBytes: bomb.length })
    expect(fits.body).toHaveLength(bomb.length)
    const { exchange } = await fetchFrom(server.port, { maxBytes: bomb.length - 1 })
    expect(exchange.error?.code).toBe('too-large')
  })

  test.for([5120, 65_536])(
    'T-126 of 200,000 chunks, at most %i bytes',
    async (maxBytes, { expect }) => {
      const server = await serveBytes(`${CHUNKED}${'1\r\nx\r\n'.repeat(200_000)}`)
      const { exchange } = await fetchFrom(server.port, { maxBytes })
      expect(exchange.error?.code).toBe('too-large')
    },
  )

  const ENDLESS = 'x'.repeat(16_000)
  test.for<[name: string, code: string, start: string, more: string]>([
    ['T-125 a body', 'too-large', `${HEAD}\r\n`, ' '.repeat(16_000)],
    ['a body in chunks', 'too-large', CHUNKED, `3e80\r\n${ENDLESS}\r\n`],
    ['T-127 a chunk extension', 'malformed-http', `${CHUNKED}1;`, ENDLESS],
    ['T-127 chunk extensions', 'malformed-http', CHUNKED, `1;${'x'.repeat(8000)}\r\n \r\n`],
    ['a chunk size', 'malformed-http', CHUNKED, '0'.repeat(16_000)],
    ['T-128 trailers', 'headers-too-large', `${CHUNKED}0\r\n`, 'a: b\r\n'.repeat(1000)],
    ['headers', 'headers-too-large', HEAD, 'a: b\r\n'.repeat(1000)],
    ['a header', 'headers-too-large', `${HEAD}a: `, ENDLESS],
    ['a header name', 'headers-too-large', HEAD, ENDLESS],
    ['a reason phrase', 'headers-too-large', 'HTTP/1.1 200 ', ENDLESS],
    ['a folded header', 'malformed-http', `${HEAD}a: b\r\n`, ' c\r\n'.repeat(1000)],
    [
      'T-136 informational answers',
      'too-many-informational',
      '',
      'HTTP/1.1 103 X\r\n\r\n'.repeat(1000),
    ],
    [
      'large informational answers',
      'too-many-informational',
      '',
      `HTTP/1.1 103 X\r\na: ${'x'.repeat(15_000)}\r\n\r\n`,
    ],
    ['empty lines', 'malformed-http', '', '\r\n'.repeat(1000)],
    ['T-150 a body of 204', '', 'HTTP/1.1 204 No Content\r\n\r\n', ENDLESS],
    ['T-144 something after the body', '', OK, ENDLESS],
  ])('%s without end is not read', async ([, code, start, more], { expect }) => {
    const written: number[] = []
    const server = await serveRequests((socket) => {
      socket.write(start)
      const flood = () => {
        while (!socket.destroyed && socket.write(more));
      }
      socket.on('drain', flood)
      socket.on('close', () => written.push(socket.bytesWritten))
      flood()
    })
    const { exchange } = await fetchFrom(server.port, { timeout: 20_000 })
    expect(exchange.error?.code ?? '').toBe(code)
    await expect.poll(() => [server.sockets.size, written.length], PATIENCE).toEqual([0, 1])
    // Most of it is in the buffers of the system.
    expect(written[0]).toBeLessThan(20_000_000)
  })
})

/** Listens where nobody accepts, and all places of those who wait are taken. */
async function serveFull(host = '127.0.0.1', port = 0): Promise<number> {
  const source = `
    const server = require('node:net').createServer()
    server.listen({ port: ${port}, host: '${host}', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', source])
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const taken = Number(String(text))
  const sockets = Array.from({ length: 8 }, () => connect(taken, host).on('error', () => {}))
  await pause(100)
  afterwards.push(() => {
    for (const socket of sockets) socket.destroy()
    child.kill('SIGKILL')
  })
  return taken
}

const afterwards: (() => void)[] = []
afterAll(() => {
  for (const close of afterwards.splice(0)) close()
})

const INTERVAL = 60

/** Writes something again and again. */
const drip = (socket: Socket, start: string, more: string): void => {
  socket.write(start)
  const timer = setInterval(() => socket.write(more), INTERVAL)
  socket.on('close', () => clearInterval(timer))
}

/** Lets a handshake through, a few bytes at a time. */
const serveSlowTls = async (): Promise<Listener> => {
  const { port } = await serveTls(() => {})
  return serveTcp((socket) => {
    const target = connect(port, '127.0.0.1').on('error', () => {})
    socket.pipe(target)
    const waiting: Buffer[] = []
    target.on('data', (chunk: Buffer) => waiting.push(chunk))
    const timer = setInterval(() => {
      const all = Buffer.concat(waiting.splice(0))
      if (all.length > 0) socket.write(all.subarray(0, 1))
      if (all.length > 1) waiting.push(all.subarray(1))
    }, INTERVAL)
    socket.on('close', () => {
      clearInterval(timer)
      target.destroy()
    })
  })
}

const answerSlowly = (start: string, more: string) => async () =>
  serveRequests((socket: TLSSocket) => drip(socket, start, more))

/** Servers that never come to an end, by the phase in which they hang. */
const HANGING: readonly (readonly [
  name: string,
  phase: 'dns' | 'connect' | 'tls' | 'headers' | 'body',
  begin: () => Promise<{ port?: number; proxy?: number; dns?: string }>,
])[] = [
  [
    'a DNS server that is silent',
    'dns',
    async () => ({ dns: (await serveDns(() => 'hang')).address }),
  ],
  ...(process.platform === 'linux'
    ? ([
        ['a port without a free place', 'connect', async () => ({ port: await serveFull() })],
      ] as const)
    : []),
  ['a proxy that is silent', 'connect', async () => ({ proxy: (await serveTcp()).port })],
  [
    'a proxy that drips',
    'connect',
    async () => ({ proxy: (await serveTcp((socket) => drip(socket, HEAD, 'a: b\r\n'))).port }),
  ],
  ['T-132 a server that is silent before TLS', 'tls', () => serveTcp()],
  ['T-132 a handshake that drips', 'tls', serveSlowTls],
  ['T-131 a server that is silent after TLS', 'headers', () => serveTls(() => {})],
  ['T-139 a server that does not read', 'headers', () => serveTls((socket) => socket.pause())],
  ['T-133 headers that drip', 'headers', answerSlowly(HEAD, 'a')],
  ['empty lines that drip', 'headers', answerSlowly('', '\r\n')],
  ['T-135 informational answers that drip', 'headers', answerSlowly('', 'HTTP/1.1 103 X\r\n\r\n')],
  ['T-134 a body that drips', 'body', answerSlowly(`${HEAD}Content-Length: 9999\r\n\r\n`, ' ')],
  ['T-134 a body that drips without a length', 'body', answerSlowly(`${HEAD}\r\n`, ' ')],
  ['chunks that drip', 'body', answerSlowly(CHUNKED, '1\r\n \r\n')],
  ['a chunk extension that drips', 'body', answerSlowly(`${CHUNKED}1;`, 'x')],
  ['trailers that drip', 'body', answerSlowly(`${CHUNKED}0\r\n`, 'a: b\r\n')],
  ['T-138 a body that stops', 'body', answerSlowly(`${HEAD}Content-Length: 100\r\n\r\n{}`, '')],
]

const reach = ({
  port,
  proxy,
  dns,
}: {
  port?: number
  proxy?: number
  dns?: string
}): HttpOptions => ({
  ca: authority.cert,
  ...(port && { connectTo: [{ host: '', port: '', toHost: '127.0.0.1', toPort: String(port) }] }),
  ...(proxy && { proxy: { isSecure: false, host: '127.0.0.1', port: proxy } }),
  ...(dns && { lookup: createLookup([dns]) }),
})

describe.concurrent('the time', () => {
  test.for(HANGING)('T-140 is up: %s', async ([, phase, begin], { expect }) => {
    const http = createHttp(reach(await begin()))
    const { exchange, body } = await http.get(`https://${HOST}/c`, {
      timeout: 700,
      maxBytes: 65_536,
    })
    expect(exchange.error).toMatchObject({ code: 'timeout', phase })
    expect(exchange.error?.message).toMatch(/longer than 0\.7 s|did not answer in time/)
    expect(exchange.timings.total).toBeGreaterThan(650)
    expect(exchange.timings.total).toBeLessThan(5000)
    const own = phase === 'headers' ? 'firstByte' : phase
    if (own !== 'body') expect(exchange.timings[own]).toBeGreaterThan(50)
    if (phase === 'body') expect(exchange.response?.truncated).toBe(true)
    else expect(exchange.response).toBeUndefined()
    expect(body).toHaveLength(0)
  })

  test.for(HANGING)('T-141 is of no more interest: %s', async ([, , begin], { expect }) => {
    const http = createHttp(reach(await begin()))
    const reason = new RangeError('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 150)
    const started = performance.now()
    const fetched = http.get(`https://${HOST}/c`, {
      timeout: 20_000,
      maxBytes: 65_536,
      signal: controller.signal,
    })
    await expect(fetched).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('T-141 was of no interest', async ({ expect }) => {
    const server = await serveBytes(OK)
    const reason = new RangeError('enough')
    const fetched = fetchFrom(server.port, { signal: AbortSignal.abort(reason) })
    await expect(fetched).rejects.toBe(reason)
    expect(server.connections).toBe(0)
  })

  test('T-141 is of no more interest, and nobody says why', async ({ expect }) => {
    const server = await serveTls(() => {})
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    const fetched = fetchFrom(server.port, { signal: controller.signal })
    await expect(fetched).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.skipIf(process.platform !== 'linux')(
    'T-076 that an address is silent leaves some for the next',
    async ({ expect }) => {
      const { port } = await serveBytes(OK)
      await serveFull('127.0.0.2', port)
      const lookup = async () =>
        ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }))
      const http = createHttp({ ca: authority.cert, allowLoopback: true, lookup })
      const limits = { timeout: 2000, maxBytes: 9 }
      const { exchange } = await http.get(`https://${HOST}:${port}/c`, limits)
      expect(exchange).toMatchObject({ address: '127.0.0.1', response: { status: 200 } })
      expect(exchange.timings.connect).toBeGreaterThan(900)
    },
  )
})

describe.concurrent('the end comes at once', () => {
  const reset = (sockets: ReadonlySet<Socket>) => {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  /** Resets the connection after some bytes of an answer. */
  async function serveReset(bytes: string): Promise<Listener> {
    const server: Listener = await serveRequests(async (socket) => {
      socket.write(bytes)
      await pause(30)
      reset(server.sockets)
    })
    return server
  }

  test.for<[name: string, code: string, phase: string, begin: () => Promise<Listener>]>([
    ['accepts and closes', 'connection-reset', 'tls', () => serveTcp((socket) => socket.end())],
    [
      'accepts and goes away',
      'connection-reset',
      'tls',
      () => serveTcp((socket) => socket.destroy()),
    ],
    [
      'closes in the handshake',
      'connection-reset',
      'tls',
      () => serveTcp((socket) => socket.once('data', () => socket.end())),
    ],
    [
      'resets in the handshake',
      'connection-reset',
      'tls',
      () => serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ],
    [
      'closes after the handshake',
      'connection-reset',
      'headers',
      () => serveTls((socket) => socket.end()),
    ],
    [
      'goes away after the handshake',
      'connection-reset',
      'headers',
      () => serveTls((socket) => socket.destroy()),
    ],
    [
      'closes after the request',
      'connection-reset',
      'headers',
      () => serveRequests((socket) => socket.end()),
    ],
    [
      'goes away after the request',
      'connection-reset',
      'headers',
      () => serveRequests((socket) => socket.destroy()),
    ],
    ['resets after the request', 'connection-reset', 'headers', () => serveReset('')],
    ['closes in the first line', 'connection-reset', 'headers', () => serveBytes('HTTP/1.1 20')],
    ['closes in the headers', 'connection-reset', 'headers', () => serveBytes(`${HEAD}a: b\r\n`)],
    ['resets in the headers', 'connection-reset', 'headers', () => serveReset(`${HEAD}a: b\r\n`)],
    [
      'closes after an informational answer',
      'connection-reset',
      'headers',
      () => serveBytes('HTTP/1.1 103 X\r\n\r\n'),
    ],
    [
      'closes in the body',
      'truncated',
      'body',
      () => serveBytes(`${HEAD}Content-Length: 9\r\n\r\n{`),
    ],
    [
      'resets in the body',
      'truncated',
      'body',
      () => serveReset(`${HEAD}Content-Length: 9\r\n\r\n{`),
    ],
    ['resets in a chunk', 'truncated', 'body', () => serveReset(`${CHUNKED}9\r\n{`)],
    ['resets in a body without a length', 'truncated', 'body', () => serveReset(`${HEAD}\r\n{`)],
  ])('when the server %s', async ([, code, phase, begin], { expect }) => {
    const server = await begin()
    const { exchange } = await fetchFrom(server.port, { timeout: 25_000 })
    expect(exchange.error).toMatchObject({ code, phase })
    expect(exchange.timings.total).toBeLessThan(10_000)
  })

  test.for([OK, `${CHUNKED}2\r\n{}\r\n0\r\n\r\n`])(
    'when the answer is complete, whatever happens then: %j',
    async (bytes, { expect }) => {
      const resetting = await serveReset(bytes)
      expect((await fetchFrom(resetting.port)).text).toBe('{}')
      const staying = await serveRequests((socket) => socket.write(bytes))
      const { exchange, text } = await fetchFrom(staying.port, { timeout: 25_000 })
      expect(exchange.error).toBeUndefined()
      expect(text).toBe('{}')
      await expect.poll(() => staying.sockets.size, PATIENCE).toBe(0)
    },
  )

  test('when nothing listens', async ({ expect }) => {
    const { exchange } = await fetchFrom(1)
    expect(exchange.error).toMatchObject({ code: 'connection-refused', phase: 'connect' })
    expect(exchange.address).toBe('127.0.0.1')
  })
})

describe.concurrent('afterwards', () => {
  test('T-140 no timer and no socket is left', async ({ expect }) => {
    const begun = await Promise.all(
      HANGING.map(async ([, , begin]) => {
        const { port, proxy, dns } = await begin()
        return { options: { ...reach({ ...(port && { port }), ...(proxy && { proxy }) }) }, dns }
      }),
    )
    const good = await serveBytes(OK)
    const input = { hanging: begun, good: reach(good) }
    const body = `
      const fetchAll = (limits) =>
        Promise.all(
          input.hanging.map(async ({ options, dns }) => {
            const http = createHttp({ ...options, ...(dns && { lookup: createLookup([dns]) }) })
            const { exchange } = await http.get('https://${HOST}/c', { maxBytes: 65_536, ...limits })
            return exchange.error?.code
          }).map((fetched) => fetched.catch((error) => error.name)),
        )
      const limits = { timeout: 20_000, maxBytes: 9 }
      const { exchange } = await createHttp(input.good).get('https://${HOST}/c', limits)
      tell(exchange.response.status)
      tell(await fetchAll({ timeout: 300 }))
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 300)
      tell(await fetchAll({ timeout: 60_000, signal: controller.signal }))
      const look = () => {
        tell(process.getActiveResourcesInfo())
        const ended = Date.now()
        process.on('exit', () => tell(Date.now() - ended))
      }
      // A timer that runs is one.
      setTimeout(() => setImmediate(look), 50)`
    const { told, stderr } = await runProgram(body, { input })
    expect(stderr).toBe('')
    const [status, late, aborted, left, waited] = told as [
      number,
      string[],
      string[],
      string[],
      number,
    ]
    expect(status).toBe(200)
    expect(late).toEqual(HANGING.map(() => 'timeout'))
    expect(aborted).toEqual(HANGING.map(() => 'AbortError'))
    expect(left.filter((name) => !/^(?:Pipe|TTY|FS|Immediate|CloseReq)/.test(name))).toEqual([])
    expect(waited).toBeLessThan(3000)
  })

  test('T-142 no late error ends the process', async ({ expect }) => {
    let count = 0
    const ENDINGS: ((socket: Socket) => void)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.end(),
      (socket) => socket.write('SSH-2.0-BANNER\r\n'),
      (socket) => socket.end(`${HEAD}Content-Length: 9\r\n\r\n{`),
      (socket) => socket.write(`${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`),
      (socket) => socket.write(`${CHUNKED}zz`),
      (socket) => socket.end(`${OK}${OK}`),
      (socket) => socket.write('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nx'),
    ]
    const end = (socket: Socket) => {
      const which = count++
      setTimeout(() => ENDINGS[which % ENDINGS.length]?.(socket), which % 5)
    }
    const ports = [
      await serveRequests(end),
      await serveTls(end),
      await serveTcp(end),
      await serveTcp((socket) => setTimeout(() => socket.resetAndDestroy(), count++ % 3)),
    ].map(({ port }) => port)
    const body = `
      const errors = []
      for (const event of ['unhandledRejection', 'uncaughtException']) {
        process.on(event, (error) => errors.push(event + ': ' + error.stack))
      }
      const outcomes = {}
      const fetchOnce = async (index) => {
        const to = { host: '', port: '', toHost: '127.0.0.1', toPort: String(input.ports[index % 4]) }
        const http = createHttp({ ca: input.ca, connectTo: [to] })
        const controller = new AbortController()
        setTimeout(() => controller.abort(), index % 11)
        const outcome = await http
          .get('https://${HOST}/c', { timeout: 9000, maxBytes: 99, signal: controller.signal })
          .then(({ exchange }) => exchange.error?.code ?? 'answer', (error) => error.name)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
      for (let index = 0; index < 1000; ) {
        await Promise.all(Array.from({ length: 50 }, () => fetchOnce(index++)))
      }
      const look = () => tell({ errors, outcomes, left: process.getActiveResourcesInfo() })
      setTimeout(() => setImmediate(look), 100)`
    const { told, stderr } = await runProgram(body, { input: { ca: authority.cert, ports } })
    const [{ errors, outcomes, left }] = told as [
      { errors: string[]; outcomes: Record<string, number>; left: string[] },
    ]
    expect(errors).toEqual([])
    expect(stderr).toBe('')
    expect(outcomes.AbortError).toBeGreaterThan(100)
    expect(Object.values(outcomes).reduce((sum, each) => sum + each)).toBe(1000)
    expect(left.filter((name) => /TCP|TLS|Timeout/.test(name))).toEqual([])
  })

  test('one signal ends many fetches, and nothing warns of that', async ({ expect }) => {
    const server = await serveTls(() => {})
    const body = `
      const http = createHttp(input)
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 200)
      const options = { timeout: 9000, maxBytes: 99, signal: controller.signal }
      const all = Array.from({ length: 40 }, () => http.get('https://${HOST}/c', options))
      tell((await Promise.allSettled(all)).map(({ reason }) => reason.name))`
    const { told, stderr } = await runProgram(body, { input: reach(server) })
    expect(told).toEqual([Array(40).fill('AbortError')])
    expect(stderr).toBe('')
  })
})
