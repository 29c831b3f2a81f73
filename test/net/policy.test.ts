import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createHttp, type HttpOptions } from '../../src/net/http.js'
import { folder } from '../support.js'
import { runProgram } from './program.js'
import {
  authority,
  fetchFrom,
  HOST,
  pause,
  serveBytes,
  serveCanary,
  serveHttps,
  serveProxy,
  serveTcp,
} from './servers.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
const LIMITS = { timeout: 5000, maxBytes: 5120 }

const get = async (url: string, options: HttpOptions = {}) => {
  const http = createHttp({ ca: authority.cert, ...options })
  return (await http.get(url, LIMITS)).exchange
}

const resolveTo =
  (...addresses: readonly string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

describe.concurrent('what is sent', () => {
  const USER_AGENT = `User-Agent: mcp-cimd/${VERSION}`

  test.for<[name: string, path: string, line: string]>([
    ['a path', '/cimd.json', '/cimd.json'],
    ['a query', '/c?a=b&c=%20', '/c?a=b&c=%20'],
    ['an empty query', '/c?', '/c?'],
    ['dot segments, as they are', '/a/../b/./%2e%2e/c', '/a/../b/./%2e%2e/c'],
    ['empty segments', '//c//', '//c//'],
    ['escapes in any case', '/%7e%7E/%2F%00', '/%7e%7E/%2F%00'],
    ['parameters', "/c;v=1/$&'()*+,=@!", "/c;v=1/$&'()*+,=@!"],
    ['no path', '', '/'],
    ['a query without a path', '?x', '/?x'],
    ['a fragment, which is left out', '/c#f', '/c'],
  ])('T-093 for %s', async ([, path, line], { expect }) => {
    const server = await serveBytes(OK)
    const url = `https://${HOST}${path}`
    const { exchange } = await fetchFrom(server.port, { url })
    expect(server.received).toEqual([
      `GET ${line} HTTP/1.1\r\nHost: ${HOST}\r\n${USER_AGENT}\r\nAccept: application/json\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n`,
    ])
    expect(exchange.request).toEqual({
      method: 'GET',
      url,
      headers: [
        ['Host', HOST],
        ['User-Agent', `mcp-cimd/${VERSION}`],
        ['Accept', 'application/json'],
        ['Accept-Encoding', 'identity'],
        ['Connection', 'close'],
      ],
    })
  })

  test.for([
    ['https://client.example.com:443/c', 'client.example.com'],
    ['https://client.example.com:0443/c', 'client.example.com'],
    ['https://client.example.com:/c', 'client.example.com'],
    ['https://client.example.com:8443/c', 'client.example.com:8443'],
    ['HTTPS://CLIENT.EXAMPLE.COM/c', 'client.example.com'],
  ])('T-093 as host of %s', async ([url = '', host], { expect }) => {
    const server = await serveBytes(OK)
    await fetchFrom(server.port, { url })
    expect(server.received.join('')).toContain(`\r\nHost: ${host}\r\n`)
  })

  test('headers in place of the usual ones', async ({ expect }) => {
    const server = await serveBytes(OK)
    const headers = { Accept: '*/*', 'User-Agent': undefined, 'If-None-Match': '"1"' }
    await fetchFrom(server.port, { headers } as never)
    expect(server.received).toEqual([
      `GET /cimd.json HTTP/1.1\r\nHost: ${HOST}\r\nAccept: */*\r\nAccept-Encoding: identity\r\nIf-None-Match: "1"\r\nConnection: close\r\n\r\n`,
    ])
  })
})

describe.concurrent('what an answer may not do', () => {
  const LOCATIONS = {
    'https elsewhere': 'https://example.com/c',
    'http elsewhere': 'http://example.com/c',
    'a path': '/elsewhere',
    'the metadata of a cloud': 'https://169.254.169.254/latest/meta-data/',
    'a file': 'file:///etc/passwd',
    data: 'data:application/json,{}',
    '10 KB': `https://example.com/${'c'.repeat(10_000)}`,
    nothing: '',
  }

  test.for(
    [301, 302, 303, 307, 308].flatMap((status) =>
      Object.entries(LOCATIONS).map(([name, location]) => [status, name, location] as const),
    ),
  )('T-096 %i to %s', async ([status, , location], { expect }) => {
    const head = `HTTP/1.1 ${status} X\r\n${location && `Location: ${location}\r\n`}`
    const server = await serveBytes(`${head}Content-Length: 2\r\n\r\n{}`)
    const { exchange, text } = await fetchFrom(server.port)
    expect(exchange.error).toBeUndefined()
    expect(exchange.response?.status).toBe(status)
    expect(text).toBe('{}')
    await pause(20)
    expect(server.connections).toBe(1)
  })

  test('T-096 302 with a header in its Location', async ({ expect }) => {
    const server = await serveBytes(
      'HTTP/1.1 302 X\r\nLocation: /c%0d%0aSet-Cookie:x\r\nContent-Length: 0\r\n\r\n',
    )
    const { exchange } = await fetchFrom(server.port)
    expect(exchange.response?.headers[0]).toEqual(['Location', '/c%0d%0aSet-Cookie:x'])
  })

  test('T-096, T-098, T-099 make us ask anybody else', async ({ expect }) => {
    const canary = await serveCanary()
    const url = `https://127.0.0.1:${canary.port}/c`
    const headers = {
      Location: url,
      Refresh: `0; url=${url}`,
      Link: `<${url}>; rel=canonical`,
      'Content-Location': url,
      'Alt-Svc': `h2="127.0.0.1:${canary.port}"`,
    }
    for (const status of [200, 201, 300, 302, 305]) {
      const server = await serveHttps((_, response) => {
        response.writeHead(status, headers).end(`<meta http-equiv=refresh content="0; url=${url}">`)
      })
      const exchange = await get(`https://localhost:${server.port}/c`, { allowLoopback: true })
      expect(exchange.response?.status).toBe(status)
      expect(server.connections).toBe(1)
    }
    await pause(50)
    expect(canary.connections).toBe(0)
  })

  test('T-102 https is neither left nor come to', async ({ expect }) => {
    const server = await serveBytes(
      'HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=99\r\nContent-Length: 2\r\n\r\n{}',
    )
    const http = createHttp({ ca: authority.cert, allowLoopback: true })
    const secure = await http.get(`https://localhost:${server.port}/c`, LIMITS)
    expect(secure.exchange.response?.status).toBe(200)
    const plain = await http.get(`http://localhost:${server.port}/c`, LIMITS)
    expect(plain.exchange.error?.code).toBe('url-not-https')
    expect(server.connections).toBe(1)
  })
})

describe.concurrent('loopback', () => {
  test.for(['127.0.0.1', 'localhost', 'app.localhost'])(
    'T-104 https://%s is asked where it is allowed, and its certificate is verified',
    async (host, { expect }) => {
      const server = await serveBytes(OK)
      const url = `https://${host}:${server.port}/c`
      expect((await get(url)).error?.code).toBe('host-refused')
      expect(server.connections).toBe(0)
      expect((await get(url, { allowLoopback: true })).response?.status).toBe(200)
      const untrusted = await get(url, { allowLoopback: true, ca: undefined })
      expect(untrusted.error?.code).toBe('certificate-incomplete')
    },
  )

  test('T-104 no DNS is asked about localhost', async ({ expect }) => {
    const server = await serveBytes(OK)
    const options = { allowLoopback: true, lookup: resolveTo('10.0.0.1') }
    const { response } = await get(`https://localhost:${server.port}/c`, options)
    expect(response?.status).toBe(200)
  })

  test('T-104 a name that leads there is asked', async ({ expect }) => {
    const server = await serveBytes(OK)
    const options = { allowLoopback: true, lookup: resolveTo('127.0.0.1', '::1') }
    const { response } = await get(`https://${HOST}:${server.port}/c`, options)
    expect(response?.status).toBe(200)
  })

  test.for([
    ['127.0.0.1', '10.0.0.5'],
    ['10.0.0.5', '127.0.0.1'],
    ['127.0.0.1', '93.184.216.34'],
  ])('T-105 a name that leads to %s and %s is refused', async (addresses, { expect }) => {
    const canary = await serveCanary()
    const options = { allowLoopback: true, lookup: resolveTo(...addresses) }
    const { error } = await get(`https://${HOST}:${canary.port}/c`, options)
    expect(error?.code).toBe('address-refused')
    expect(canary.connections).toBe(0)
  })

  test.for([
    '169.254.169.254',
    '192.168.1.1',
    '0.0.0.0',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '::',
  ])('T-106 %s is not meant', async (address, { expect }) => {
    const canary = await serveCanary()
    const host = address.includes(':') ? `[${address}]` : address
    const literal = await get(`https://${host}:${canary.port}/c`, { allowLoopback: true })
    expect(literal.error?.code).toBe('host-refused')
    const options = { allowLoopback: true, lookup: resolveTo(address) }
    const named = await get(`https://${HOST}:${canary.port}/c`, options)
    expect(named.error?.code).toBe('address-refused')
    expect(canary.connections).toBe(0)
  })

  test.for(['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '0', 'localhost.', '[::1%25lo]'])(
    'T-045, T-106 %s is not meant',
    async (host, { expect }) => {
      const canary = await serveCanary()
      const options = { allowLoopback: true, lookup: resolveTo('127.0.0.1') }
      const { error } = await get(`https://${host}:${canary.port}/c`, options)
      expect(error?.phase).toBe('url')
      expect(canary.connections).toBe(0)
    },
  )

  test('T-081, T-091 sees nothing of a fetch that is refused', async ({ expect }) => {
    const canary = await serveTcp()
    const { error } = await get(`https://127.0.0.1:${canary.port}/`)
    expect(error?.code).toBe('host-refused')
    await pause(50)
    expect(canary.connections).toBe(0)
  })

  test('T-090 is not reached by options that are none of ours', async ({ expect }) => {
    const canary = await serveCanary()
    const { error } = await get(`https://${HOST}/c`, {
      lookup: resolveTo('10.0.0.1'),
      socketPath: '/var/run/docker.sock',
      path: '/var/run/docker.sock',
      host: '127.0.0.1',
      port: canary.port,
      agent: {},
      dispatcher: {},
      rejectUnauthorized: false,
    } as HttpOptions)
    expect(error?.code).toBe('address-refused')
    expect(canary.connections).toBe(0)
  })
})

describe.concurrent('the environment', () => {
  const ask = `
    const http = createHttp({ ca: input.ca, allowLoopback: input.allowLoopback })
    const { exchange } = await http.get(input.url, { timeout: 9000, maxBytes: 9 })
    tell(exchange.error?.code ?? exchange.response.status)`

  test('T-086, T-087 names no proxy', async ({ expect }) => {
    const canary = await serveCanary()
    const server = await serveBytes(OK)
    const proxy = `http://127.0.0.1:${canary.port}`
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']
    const env = {
      ...Object.fromEntries(
        names.flatMap((name) => [
          [name, proxy],
          [name.toLowerCase(), proxy],
        ]),
      ),
      NODE_USE_ENV_PROXY: '1',
      NO_PROXY: '',
    }
    const input = {
      ca: authority.cert,
      allowLoopback: true,
      url: `https://localhost:${server.port}/c`,
    }
    expect((await runProgram(ask, { input, env })).told).toEqual([200])
    expect(canary.connections).toBe(0)
  })

  test('T-087, T-107 loosens no policy', async ({ expect }) => {
    const canary = await serveCanary()
    const input = { ca: authority.cert, url: `https://127.0.0.1:${canary.port}/c` }
    const env = { NODE_USE_ENV_PROXY: '1', NO_PROXY: '*', MCP_CIMD_ALLOW_LOOPBACK: '1' }
    expect((await runProgram(ask, { input, env })).told).toEqual(['host-refused'])
    expect(canary.connections).toBe(0)
  })

  test('T-088 has no dispatcher and no agent for us', async ({ expect }) => {
    const server = await serveBytes(OK)
    const input = {
      ca: authority.cert,
      allowLoopback: true,
      url: `https://localhost:${server.port}/c`,
    }
    const hostile = `
      import plain from 'node:http'
      import secure from 'node:https'
      const dispatch = () => { tell('dispatched'); return false }
      for (const version of [1, 2]) {
        globalThis[Symbol.for('undici.globalDispatcher.' + version)] = { dispatch }
      }
      globalThis.fetch = dispatch
      for (const module of [plain, secure]) {
        module.globalAgent.addRequest = dispatch
        module.globalAgent.createConnection = dispatch
        module.Agent.prototype.addRequest = dispatch
      }
      ${ask}`
    expect((await runProgram(hostile, { input })).told).toEqual([200])
  })
})

describe.concurrent('connect to', () => {
  const OTHERS = { host: 'other.example.com', port: '', toHost: '127.0.0.9', toPort: '1' }

  test.for<[name: string, host: string, port: string]>([
    ['any host and any port', '', ''],
    ['this host and any port', HOST, ''],
    ['this host, in capitals', HOST.toUpperCase(), ''],
    ['any host and this port', '', '8443'],
    ['this host and this port', HOST, '8443'],
  ])('%s', async ([, host, port], { expect }) => {
    const server = await serveBytes(OK)
    const toPort = String(server.port)
    const connectTo = [OTHERS, { host, port, toHost: '127.0.0.1', toPort }]
    const exchange = await get(`https://${HOST}:8443/c`, {
      connectTo,
      lookup: resolveTo('10.0.0.1'),
    })
    expect(exchange.error).toBeUndefined()
    expect(exchange.address).toBe('127.0.0.1')
    expect(server.received.join('')).toContain(`Host: ${HOST}:8443\r\n`)
  })

  test('the first that matches', async ({ expect }) => {
    const server = await serveBytes(OK)
    const canary = await serveCanary()
    const connectTo = [server, canary].map(({ port }) => ({
      host: '',
      port: '',
      toHost: '127.0.0.1',
      toPort: String(port),
    }))
    expect((await get(`https://${HOST}/c`, { connectTo })).response?.status).toBe(200)
    expect(canary.connections).toBe(0)
  })

  test('another port of the same host, which is judged as ever', async ({ expect }) => {
    const server = await serveBytes(OK)
    const connectTo = [{ host: '', port: '', toHost: '', toPort: String(server.port) }]
    const lookup = resolveTo('127.0.0.1')
    const refused = await get(`https://${HOST}/c`, { connectTo, lookup })
    expect(refused.error?.code).toBe('address-refused')
    expect(server.connections).toBe(0)
    const allowed = await get(`https://${HOST}/c`, { connectTo, lookup, allowLoopback: true })
    expect(allowed.response?.status).toBe(200)
  })

  test('another host at the same port', async ({ expect }) => {
    const server = await serveBytes(OK)
    const connectTo = [{ host: '', port: '', toHost: 'localhost', toPort: '' }]
    const exchange = await get(`https://${HOST}:${server.port}/c`, { connectTo })
    expect(exchange.response?.status).toBe(200)
    expect(exchange.address).toBe('127.0.0.1')
  })

  test('a name that nobody knows', async ({ expect }) => {
    const connectTo = [{ host: '', port: '', toHost: 'nobody.invalid', toPort: '' }]
    const { error } = await get(`https://${HOST}/c`, { connectTo })
    expect(error?.phase).toBe('connect')
    expect(error?.code).toMatch(/^dns-/)
  })

  test.for([
    ['other.example.com', ''],
    ['example.com', ''],
    ['', '444'],
    [HOST, '444'],
  ])('nothing else for host "%s" and port "%s"', async ([host = '', port = ''], { expect }) => {
    const canary = await serveCanary()
    const connectTo = [{ host, port, toHost: '127.0.0.1', toPort: String(canary.port) }]
    const { error } = await get(`https://${HOST}/c`, { connectTo, lookup: resolveTo('10.0.0.1') })
    expect(error?.code).toBe('address-refused')
    expect(canary.connections).toBe(0)
  })

  test('no URL that is none', async ({ expect }) => {
    const canary = await serveCanary()
    const connectTo = [{ host: '', port: '', toHost: '127.0.0.1', toPort: String(canary.port) }]
    for (const url of [`http://${HOST}/c`, `https://a@${HOST}/c`, `https://${HOST}:25/c`]) {
      expect((await get(url, { connectTo })).error?.phase).toBe('url')
    }
    expect(canary.connections).toBe(0)
  })
})

describe.concurrent('T-086 a proxy', () => {
  const through = (port: number) => ({ proxy: { isSecure: false, host: '127.0.0.1', port } })

  test('is asked for the name, and the certificate is that of the host', async ({ expect }) => {
    const server = await serveBytes(OK)
    const proxy = await serveProxy(server.port)
    const exchange = await get(`https://${HOST}/c`, {
      ...through(proxy.port),
      lookup: () => Promise.reject(new Error('nobody is asked')),
    })
    expect(exchange.error).toBeUndefined()
    expect(exchange.response?.status).toBe(200)
    const host = `${HOST}:443`
    expect(proxy.received[0]).toMatch(
      new RegExp(
        `^CONNECT ${host} HTTP/1.1\\r\\nHost: ${host}\\r\\nConnection: close\\r\\n\\r\\n\x16`,
      ),
    )
    const untrusted = await get(`https://${HOST}/c`, { ...through(proxy.port), ca: undefined })
    expect(untrusted.error?.code).toBe('certificate-incomplete')
    const other = await get('https://other.example.com/c', through(proxy.port))
    expect(other.error?.code).toBe('certificate-name')
  })

  test('is asked for the address that is named instead', async ({ expect }) => {
    const server = await serveBytes(OK)
    const proxy = await serveProxy(server.port)
    const connectTo = [{ host: '', port: '', toHost: '2001:db8::1', toPort: '8443' }]
    const exchange = await get(`https://${HOST}/c`, { ...through(proxy.port), connectTo })
    expect(exchange.response?.status).toBe(200)
    expect(proxy.received[0]).toMatch(/^CONNECT \[2001:db8::1\]:8443 HTTP/)
  })

  test.for([
    'https://127.0.0.1/c',
    'https://169.254.169.254/c',
    'https://[::1]/c',
    'https://[::ffff:10.0.0.1]/c',
    'https://localhost/c',
    'https://2130706433/c',
    'https://metadata.google.internal/c',
    'https://intranet/c',
    'https://client.example.com:25/c',
    'http://client.example.com/c',
  ])('is not asked for %s', async (url, { expect }) => {
    const canary = await serveCanary()
    const { error } = await get(url, through(canary.port))
    expect(error?.phase).toBe('url')
    expect(canary.connections).toBe(0)
  })

  test.for<[name: string, answer: string, code: string]>([
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'proxy-refused'],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\n{}', 'proxy-refused'],
    ['302', 'HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n', 'proxy-refused'],
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n', 'proxy-refused'],
    ['a banner', 'SSH-2.0-BANNER\r\n', 'malformed-http'],
    [
      'headers without an end',
      `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(10_000)}`,
      'headers-too-large',
    ],
    ['half a line', 'HTTP/1.1 2', 'connection-reset'],
    ['nothing', '', 'connection-reset'],
  ])('answers %s', async ([, answer, code], { expect }) => {
    const proxy = await serveTcp((socket) => socket.once('data', () => socket.end(answer)))
    const { error, response } = await get(`https://${HOST}/c`, through(proxy.port))
    expect(error).toMatchObject({ code, phase: 'connect' })
    expect(error?.message).toContain('"127.0.0.1"')
    expect(error?.message).not.toContain('BANNER')
    expect(response).toBeUndefined()
  })

  test.for(['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'])(
    'closes after %j',
    async (answer, { expect }) => {
      const proxy = await serveTcp((socket) => socket.once('data', () => socket.end(answer)))
      const { error } = await get(`https://${HOST}/c`, through(proxy.port))
      expect(error).toMatchObject({ code: 'connection-reset', phase: 'tls' })
    },
  )

  test('answers for the host', async ({ expect }) => {
    const proxy = await serveTcp((socket) =>
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${OK}`)),
    )
    const { error, response } = await get(`https://${HOST}/c`, through(proxy.port))
    expect(error?.phase).toBe('tls')
    expect(response).toBeUndefined()
  })

  test('is not there', async ({ expect }) => {
    const { error } = await get(`https://${HOST}/c`, through(1))
    expect(error).toMatchObject({ code: 'connection-refused', phase: 'connect' })
  })

  test('that speaks TLS itself', async ({ expect }) => {
    const server = await serveBytes(OK)
    const proxy = await serveProxy(server.port, true)
    const body = `
      const http = createHttp({ ca: input.ca, proxy: { isSecure: true, host: '127.0.0.1', port: input.port } })
      const { exchange } = await http.get('https://${HOST}/c', { timeout: 9000, maxBytes: 9 })
      tell(exchange.error?.code ?? exchange.response.status)`
    const input = { ca: authority.cert, port: proxy.port }
    expect((await runProgram(body, { input })).told).toEqual(['certificate-incomplete'])
    const env = { NODE_EXTRA_CA_CERTS: join(folder({ 'ca.pem': authority.cert }), 'ca.pem') }
    expect((await runProgram(body, { input, env })).told).toEqual([200])
    expect(proxy.received.join('')).toMatch(/CONNECT client\.example\.com:443 /)
  })
})
