import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  CA_FILE,
  documentAt,
  type Host,
  judge,
  type Page,
  startHost,
  startSite,
  urlOf,
} from './host.js'
import { folder, runHere } from './support.js'

const URL = 'https://client.example.com/c'

describe.concurrent('what may pass is asked for again', () => {
  /** Judges a document that is there once these answers were given. */
  async function judgeAfter(answers: readonly Page[], ...argv: readonly string[]) {
    let asked = 0
    const site = await startSite({
      '/c': (request, response) => {
        const page = answers[asked++] ?? documentAt(URL)
        if (typeof page === 'function') page(request, response)
        else if (typeof page === 'string')
          response.setHeader('Content-Type', 'application/json').end(page)
        else response.writeHead(page.status ?? 200, page.headers as Record<string, string>).end()
      },
    })
    const started = Date.now()
    const { code, reports } = await judge([URL, ...site.options, ...argv])
    await site.close()
    return { code, asked, waited: Date.now() - started, exchanges: reports[0]?.exchanges ?? [] }
  }

  const reset: Page = (_, response) => response.socket?.destroy()
  const half: Page = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('{')
    setTimeout(() => response.socket?.destroy(), 20)
  }
  const busy = (status: number, wait?: string): Page => ({
    status,
    headers: wait === undefined ? {} : { 'Retry-After': wait },
  })
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString()

  test.each<[what: string, answers: Page[], argv: string[], asked: number, code: number]>([
    ['nothing passes', [], [], 1, 0],
    ['a connection that is reset', [reset], [], 2, 0],
    ['a body that ends too soon', [half], [], 2, 0],
    ['one that is reset again', [reset, reset], [], 2, 3],
    ['as often as is asked for', [reset, reset], ['--retries', '2'], 3, 0],
    ['or never', [reset], ['--retries', '0'], 1, 3],
    ['503, at once', [busy(503, '0')], [], 2, 0],
    ['429, at once', [busy(429, '0')], [], 2, 0],
    ['503 again', [busy(503, '0'), busy(503, '0')], [], 2, 1],
    ['503, or never', [busy(503, '0')], ['--retries', '0'], 1, 1],
    ['503 until a time that is over', [busy(503, inSeconds(-60))], [], 2, 0],
    ['503 without a word', [busy(503)], [], 1, 1],
    ['503 for longer than anyone waits', [busy(503, '11')], [], 1, 1],
    ['503 until far too late', [busy(503, inSeconds(60))], [], 1, 1],
    ['503 for ever', [busy(503, '9'.repeat(400))], [], 1, 1],
    ...['soon', '1.5', '-1', '+1', '1s', 'Monday', 'see 5', '1, 2', '0x1', ''].map(
      (wait): [string, Page[], string[], number, number] => [
        `503 until ${JSON.stringify(wait)}`,
        [busy(503, wait)],
        [],
        1,
        1,
      ],
    ),
    ['500', [busy(500, '0')], [], 1, 1],
    ['404', [busy(404, '0')], [], 1, 1],
    ['a redirect', [{ status: 302, headers: { 'Retry-After': '0', Location: '/c' } }], [], 1, 1],
  ])('%s', async (_, answers, argv, asked, code) => {
    const outcome = await judgeAfter(answers, ...argv)
    expect([outcome.asked, outcome.code]).toEqual([asked, code])
    // Each is told, also the one that failed.
    expect(outcome.exchanges).toHaveLength(asked)
  })

  test.each([
    ['in seconds', () => '1'],
    ['until a time', () => inSeconds(3)],
  ])('after as long as it says, %s', async (_, wait) => {
    const { asked, code, waited } = await judgeAfter([busy(429, wait())])
    expect([asked, code]).toEqual([2, 0])
    expect(waited).toBeGreaterThan(900)
  })

  test('not a time out, which took long enough', async () => {
    const { asked, code, exchanges } = await judgeAfter(
      [() => {}],
      '--timeout',
      '300ms',
      '--retries',
      '5',
    )
    expect([asked, code, exchanges[0]?.error?.code]).toEqual([1, 3, 'timeout'])
  })

  test('not a host that is refused', async () => {
    const { code, reports } = await judge(['https://10.0.0.1/c', '--retries', '5'])
    expect([code, reports[0]?.exchanges.length]).toEqual([1, 1])
  })
})

describe('many at a time', () => {
  /** A host that notes how many are at work at once: by the name they ask, and in all. */
  async function startBusy(after = 20) {
    const now = new Map<string, number>()
    const most = new Map<string, number>()
    const count = (name: string, change: number) => {
      const next = (now.get(name) ?? 0) + change
      now.set(name, next)
      most.set(name, Math.max(most.get(name) ?? 0, next))
    }
    const host = await startHost((request, response) => {
      const names = [request.headers.host ?? '', 'all']
      for (const name of names) count(name, 1)
      setTimeout(() => {
        for (const name of names) count(name, -1)
        response.setHeader('Content-Type', 'application/json').end(documentAt(urlOf(request)))
      }, after)
    })
    return { host, most }
  }

  const urls = (count: number, hosts: number) =>
    Array.from({ length: count }, (_, n) => `https://h${n % hosts}.example.com/${n}`)

  test('one host is never asked for more than four at once, and really for four', async () => {
    const { host, most } = await startBusy()
    const { code, reports } = await judge([...urls(40, 1), ...host.options])
    await host.close()
    expect([code, reports.length, host.asked.length]).toEqual([0, 40, 40])
    expect(most.get('all')).toBe(4)
  })

  test.each([
    [[], 16],
    [['--concurrency', '7'], 7],
    [['--concurrency', '1'], 1],
  ])(
    'all hosts are never asked for more than %j says, and really for as many',
    async (argv, limit) => {
      const { host, most } = await startBusy(200)
      const { code } = await judge([...urls(limit * 3, limit), ...host.options, ...argv])
      await host.close()
      expect(code).toBe(0)
      expect(most.get('all')).toBe(limit)
      for (const [name, count] of most) if (name !== 'all') expect(count).toBeLessThanOrEqual(4)
    },
  )

  test('a host that many documents link to is one host', async () => {
    const { host, most } = await startBusy()
    const logo = 'https://cdn.example.com/logo'
    const cwd = folder({
      'all.ndjson': Array.from({ length: 30 }, (_, n) =>
        documentAt(`https://h${n}.example.com/c`, { logo_uri: logo }),
      ).join('\n'),
    })
    await judge(['--ndjson', 'all.ndjson', '--linked', ...host.options], { cwd })
    await host.close()
    expect([host.asked.length, most.get('cdn.example.com')]).toEqual([30, 4])
  })

  test('one slow host holds up nobody but who waits behind it for their report', async () => {
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    const fast: string[] = []
    const host = await startHost(async (request, response) => {
      const url = urlOf(request)
      if (url.startsWith('https://slow.')) await held
      else if (fast.push(url) === 60) release()
      response.setHeader('Content-Type', 'application/json').end(documentAt(url))
    })
    // Were any of the others held up, none would come, and the slow ones neither.
    const slow = Array.from({ length: 8 }, (_, n) => `https://slow.example.com/${n}`)
    const targets = [...slow, ...urls(60, 20)]
    const { code, reports } = await judge([...targets, ...host.options, '--timeout', '20s'])
    await host.close()
    expect([code, reports.map(({ target }) => target)]).toEqual([0, targets])
  })

  test('a host that asks to wait does not keep others waiting', async () => {
    const order: string[] = []
    const host = await startHost((request, response) => {
      const url = urlOf(request)
      order.push(url)
      if (url.includes('busy') && order.filter((other) => other === url).length === 1) {
        response.writeHead(503, { 'Retry-After': '1' }).end()
      } else response.setHeader('Content-Type', 'application/json').end(documentAt(url))
    })
    const targets = ['https://busy.example.com/c', ...urls(10, 10)]
    const { code } = await judge([...targets, ...host.options, '--concurrency', '1'])
    await host.close()
    expect(code).toBe(0)
    expect(order.at(-1)).toBe('https://busy.example.com/c')
  })
})

describe('--proxy', () => {
  /** A proxy that leads every CONNECT to a host on loopback. */
  async function startProxy(host: Host, status = 200) {
    const asked: string[] = []
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .once('data', (chunk) => {
          asked.push(chunk.toString().split('\r\n')[0] ?? '')
          socket.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`)
          if (status !== 200) return void socket.end()
          const upstream = connect(host.port, '127.0.0.1')
          sockets.add(upstream)
          upstream.on('error', () => {})
          socket.pipe(upstream).pipe(socket)
        })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    return {
      asked,
      url: `http://127.0.0.1:${port}`,
      async close() {
        for (const socket of sockets) socket.destroy()
        await new Promise((done) => server.close(done))
      },
    }
  }

  const startDocument = () => startSite({ '/c': documentAt(URL) })

  test('goes through it, with the name of the host, and says that addresses were not judged', async () => {
    const host = await startDocument()
    const proxy = await startProxy(host)
    const argv = ['validate', URL, '--ca', CA_FILE, '--proxy', proxy.url]
    expect(await runHere(argv)).toEqual({
      code: 0,
      stdout: [
        `ok ${URL} (mcp-2026-07-28-cimd-02): 99 requirements met`,
        'note: the addresses of hosts were not judged, because the proxy looks them up\n',
      ].join('\n'),
      stderr: '',
    })
    expect(proxy.asked).toEqual(['CONNECT client.example.com:443 HTTP/1.1'])
    const { stdout } = await runHere([...argv, '--format', 'markdown'])
    expect(stdout).toContain('the addresses of hosts were not judged')
    expect((await runHere([...argv, '--quiet'])).stdout).toBe('')
    await proxy.close()
    await host.close()
  })

  test('that refuses is named, with what to do', async () => {
    const host = await startDocument()
    const proxy = await startProxy(host, 403)
    const { code, unjudged } = await judge([URL, '--ca', CA_FILE, '--proxy', proxy.url])
    expect([code, ...unjudged]).toEqual([
      3,
      'the proxy "127.0.0.1" answers 403 to CONNECT "client.example.com:443"; ask whoever runs it, or go without --proxy',
    ])
    await proxy.close()
    await host.close()
  })

  test('is never asked for a host that nobody may ask', async () => {
    const host = await startDocument()
    const proxy = await startProxy(host)
    const { code } = await judge(['https://localhost/c', '--proxy', proxy.url])
    expect([code, proxy.asked]).toEqual([1, []])
    await proxy.close()
    await host.close()
  })

  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    'of %s is not used, and that is said but with --quiet',
    async (name) => {
      const host = await startDocument()
      const proxy = await startProxy(host)
      const setting = { env: { [name]: proxy.url } }
      const argv = ['validate', URL, ...host.options]
      expect(await runHere(argv, setting)).toMatchObject({
        code: 0,
        stderr: `${name} is set and not used; give --proxy to go through a proxy\n`,
      })
      expect(await runHere([...argv, '--quiet'], setting)).toMatchObject({ code: 0, stderr: '' })
      expect([host.asked.length, proxy.asked]).toEqual([2, []])
      // Whoever names one knows.
      const named = await runHere(['validate', URL, '--ca', CA_FILE, '--proxy', proxy.url], setting)
      expect(named).toMatchObject({ code: 0, stderr: '' })
      await proxy.close()
      await host.close()
    },
  )
})
