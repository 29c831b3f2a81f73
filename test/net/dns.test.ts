import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createHttp, type HttpOptions } from '../../src/net/http.js'
import { createLookup } from '../../src/net/lookup.js'
import { folder } from '../support.js'
import { type Answer, serveDns } from './dns-server.js'
import { runProgram } from './program.js'
import { authority, HOST, serveBytes, serveCanary } from './servers.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/** Fetches from a host at a port of loopback, where nothing but its name is known. */
async function fetchNamed(port: number, options: HttpOptions, timeout = 8000) {
  const http = createHttp({ ca: authority.cert, ...options })
  const { exchange } = await http.get(`https://${HOST}:${port}/c`, { timeout, maxBytes: 5120 })
  return exchange
}

const never = new AbortController().signal

describe.concurrent('the lookup', () => {
  test('has the addresses of both families, IPv4 first', async ({ expect }) => {
    const dns = await serveDns((type) =>
      type === 'A'
        ? [
            ['A', '192.0.2.1'],
            ['A', '192.0.2.2'],
          ]
        : [['AAAA', '2001:db8::1']],
    )
    expect(await createLookup([dns.address])(HOST, never)).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
    expect(dns.questions.toSorted()).toEqual([`A ${HOST}`, `AAAA ${HOST}`])
  })

  test.for<[name: string, a: Answer, aaaa: Answer]>([
    ['of which IPv6 has no data', [['A', '192.0.2.1']], []],
    ['of which IPv6 fails', [['A', '192.0.2.1']], 'SERVFAIL'],
    ['of which IPv6 is refused', [['A', '192.0.2.1']], 'REFUSED'],
    ['of which IPv6 does not exist', [['A', '192.0.2.1']], 'NXDOMAIN'],
    ['of which IPv6 hangs', [['A', '192.0.2.1']], 'hang'],
    ['of which IPv4 has no data', [], [['AAAA', '2001:db8::1']]],
    ['of which IPv4 fails', 'SERVFAIL', [['AAAA', '2001:db8::1']]],
    ['of which IPv4 hangs', 'hang', [['AAAA', '2001:db8::1']]],
  ])('T-071 has the addresses of a name %s', async ([, a, aaaa], { expect }) => {
    const dns = await serveDns((type) => (type === 'A' ? a : aaaa))
    const addresses = await createLookup([dns.address])(HOST, never)
    expect(addresses).toHaveLength(1)
  })

  test.for<[name: string, code: string, a: Answer, aaaa: Answer]>([
    ['NODATA', 'dns-no-address', [], []],
    ['NXDOMAIN', 'dns-not-found', 'NXDOMAIN', 'NXDOMAIN'],
    ['NXDOMAIN and NODATA', 'dns-no-address', 'NXDOMAIN', []],
    ['SERVFAIL', 'dns-failure', 'SERVFAIL', 'SERVFAIL'],
    ['SERVFAIL and NODATA', 'dns-failure', [], 'SERVFAIL'],
    ['SERVFAIL and NXDOMAIN', 'dns-failure', 'SERVFAIL', 'NXDOMAIN'],
    ['REFUSED', 'dns-failure', 'REFUSED', 'REFUSED'],
    ['no answer', 'dns-failure', 'hang', 'hang'],
  ])('T-071 says what %s means', async ([, code, a, aaaa], { expect }) => {
    const dns = await serveDns((type) => (type === 'A' ? a : aaaa))
    const exchange = await fetchNamed(443, { lookup: createLookup([dns.address]) })
    expect(exchange.error).toMatchObject({ code, phase: 'dns' })
    expect(exchange.error?.message).toContain(`"${HOST}"`)
    expect(exchange.timings.dns).toBeGreaterThan(0)
  })

  test('T-068 finds nothing at the end of aliases in a circle', async ({ expect }) => {
    const dns = await serveDns(() => [
      ['CNAME', 'a.example.net'],
      ['CNAME', HOST, 'a.example.net'],
    ])
    const { error } = await fetchNamed(443, { lookup: createLookup([dns.address]) })
    expect(error?.code).toMatch(/^dns-(?:no-address|not-found)$/)
  })

  test('T-068 judges the address at the end of a chain of aliases', async ({ expect }) => {
    const dns = await serveDns((type) =>
      type === 'AAAA'
        ? []
        : [
            ['CNAME', 'a.example.net'],
            ['CNAME', 'b.example.net', 'a.example.net'],
            ['A', '10.0.0.1', 'b.example.net'],
          ],
    )
    const exchange = await fetchNamed(443, { lookup: createLookup([dns.address]) })
    expect(exchange.error?.code).toBe('address-refused')
    expect(exchange.error?.message).toContain('"10.0.0.1"')
  })

  test('fails where no server listens', async ({ expect }) => {
    const exchange = await fetchNamed(443, { lookup: createLookup(['127.0.0.1:1']) })
    expect(exchange.error).toMatchObject({ code: 'dns-failure', phase: 'dns' })
  })

  test('T-077 asks for the name and nothing else, whatever the search list', async ({ expect }) => {
    const dns = await serveDns(() => 'NXDOMAIN')
    const { told } = await runProgram(
      `await createLookup([input])('foo.bar', new AbortController().signal).catch((error) => tell(error.code))`,
      { input: dns.address, env: { LOCALDOMAIN: 'corp.internal', RES_OPTIONS: 'ndots:5' } },
    )
    expect(told).toEqual(['dns-not-found'])
    expect(new Set(dns.questions)).toEqual(new Set(['A foo.bar', 'AAAA foo.bar']))
  })

  test('T-079 holds no thread that reads files', async ({ expect }) => {
    const dns = await serveDns(() => 'hang')
    const lookup = createLookup([dns.address])
    const all = Array.from({ length: 20 }, () => fetchNamed(443, { lookup }, 1500))
    const first = await Promise.race([...all, readFile('package.json', 'utf8')])
    expect(first).toContain('mcp-cimd')
    expect((await Promise.all(all)).map(({ error }) => error?.code)).toEqual(
      Array(20).fill('timeout'),
    )
  })

  test('T-079 is cancelled by the deadline', async ({ expect }) => {
    const dns = await serveDns(() => 'hang')
    const exchange = await fetchNamed(443, { lookup: createLookup([dns.address]) }, 200)
    expect(exchange.error).toMatchObject({ code: 'timeout', phase: 'dns' })
    expect(exchange.timings.total).toBeLessThan(2500)
  })
})

describe.concurrent('addresses that a lookup gives', () => {
  const given =
    (...addresses: readonly string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

  test.for<[id: string, addresses: readonly string[]]>([
    ['T-065', ['10.0.0.1']],
    ['T-066', ['93.184.216.34', '127.0.0.1']],
    ['T-066', ['127.0.0.1', '93.184.216.34']],
    ['T-066', ['93.184.216.34', '::1']],
    ['T-067', ['::ffff:127.0.0.1']],
    ['T-067', ['64:ff9b::a00:1']],
    ['T-073', ['localhost']],
    ['T-073', ['[::1]']],
    ['T-073', ['127.1']],
    ['T-073', ['']],
    ['T-073', ['client.example.com']],
  ])('%s %j are refused', async ([, addresses], { expect }) => {
    const canary = await serveCanary()
    const exchange = await fetchNamed(canary.port, { lookup: given(...addresses) })
    expect(exchange.error).toMatchObject({ code: 'address-refused', phase: 'dns' })
    expect(exchange.address).toBeUndefined()
    expect(canary.connections).toBe(0)
  })

  test.for<[address: unknown, family: unknown]>([
    ['127.0.0.1', 6],
    ['::1', 4],
    ['93.184.216.34', 6],
    ['93.184.216.34', undefined],
    [2130706433, 4],
    [null, 4],
    [undefined, 4],
    [{ toString: () => '10.0.0.1' }, 4],
  ])('T-073 the address %j of family %j is refused', async ([address, family], { expect }) => {
    const canary = await serveCanary()
    const lookup = async () => [{ address, family }] as never
    for (const allowLoopback of [false, true]) {
      const { error } = await fetchNamed(canary.port, { lookup, allowLoopback }, 1000)
      expect(error).toMatchObject({ code: 'address-refused', phase: 'dns' })
    }
    expect(canary.connections).toBe(0)
  })

  test.for<[name: string, answer: unknown, code: string]>([
    ['[]', [], 'dns-no-address'],
    ['nothing', undefined, 'dns-no-address'],
    ['a text', '93.184.216.34', 'dns-no-address'],
    ['null in a list', [null], 'dns-failure'],
    ['17', Array(17).fill({ address: '93.184.216.34', family: 4 }), 'dns-too-many'],
    ['1,000', Array(1000).fill({ address: '93.184.216.34', family: 4 }), 'dns-too-many'],
  ])('T-071, T-072 %s of them', async ([, answer, code], { expect }) => {
    const { error } = await fetchNamed(443, { lookup: async () => answer as never })
    expect(error).toMatchObject({ code, phase: 'dns' })
  })

  test.for<[name: string, lookup: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('x')
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
    ['rejects with a number as its code', () => Promise.reject({ code: 7 })],
    ['is no promise', () => 7],
  ])('T-071 a lookup that %s', async ([, lookup], { expect }) => {
    const { error } = await fetchNamed(443, { lookup: lookup as never })
    expect(error).toMatchObject({ phase: 'dns' })
    expect(error?.code).toMatch(/^dns-/)
  })

  test('T-079 a lookup that never answers', async ({ expect }) => {
    const { error, timings } = await fetchNamed(443, { lookup: () => new Promise(() => {}) }, 200)
    expect(error).toMatchObject({ code: 'timeout', phase: 'dns' })
    expect(timings.total).toBeLessThan(2500)
  })

  test('T-069 are asked for once, and what is judged is dialled', async ({ expect }) => {
    const server = await serveBytes(OK)
    let asked = 0
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }]
    const first = await fetchNamed(server.port, { lookup, allowLoopback: true })
    expect(first).toMatchObject({ address: '127.0.0.1', response: { status: 200 } })
    expect(asked).toBe(1)
    expect(server.connections).toBe(1)
  })

  test('T-069 are dialled as they were judged, also where they change', async ({ expect }) => {
    const server = await serveBytes(OK)
    let read = 0
    const address = { toString: () => (read++ === 0 ? '127.0.0.1' : '127.0.0.9') }
    const lookup = async () => [{ address, family: 4 }] as never
    const exchange = await fetchNamed(server.port, { lookup, allowLoopback: true })
    expect(exchange).toMatchObject({ address: '127.0.0.1', response: { status: 200 } })
  })

  test('T-070 are asked for and judged again by the next fetch', async ({ expect }) => {
    const server = await serveBytes(OK)
    let asked = 0
    const http = createHttp({
      ca: authority.cert,
      allowLoopback: true,
      lookup: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }],
    })
    const url = `https://${HOST}:${server.port}/c`
    await http.get(url, { timeout: 5000, maxBytes: 5120 })
    const { exchange } = await http.get(url, { timeout: 5000, maxBytes: 5120 })
    expect(exchange.error?.code).toBe('address-refused')
    expect(server.connections).toBe(1)
  })

  test('T-076 are tried one after the other', async ({ expect }) => {
    const server = await serveBytes(OK)
    const lookup = given('127.0.0.2', '127.0.0.3', '127.0.0.1')
    const exchange = await fetchNamed(server.port, { lookup, allowLoopback: true })
    expect(exchange).toMatchObject({ address: '127.0.0.1', response: { status: 200 } })
  })

  test('T-072 are tried four times at most', async ({ expect }) => {
    const server = await serveBytes(OK)
    const refusing = Array.from({ length: 4 }, (_, index) => `127.0.0.${index + 2}`)
    const lookup = given(...refusing, '127.0.0.1')
    const exchange = await fetchNamed(server.port, { lookup, allowLoopback: true })
    expect(exchange.address).toBe('127.0.0.2')
    expect(exchange.error).toMatchObject({ code: 'connection-refused', phase: 'connect' })
    expect(server.connections).toBe(0)
  })

  test('T-080 are refused when they are private and loopback is allowed', async ({ expect }) => {
    const lookup = given('192.168.1.1')
    const { error } = await fetchNamed(443, { lookup, allowLoopback: true })
    expect(error?.code).toBe('address-refused')
  })
})

describe.concurrent('another network', () => {
  const isolated = ['unshare', '-rn']
  const canIsolate = spawnSync('unshare', ['-rn', 'true']).status === 0
  const hosts = [
    'unshare',
    '-rm',
    'sh',
    '-c',
    'mount --bind "$HOSTS" /etc/hosts && exec "$@"',
    'sh',
  ]
  const canMount =
    spawnSync('unshare', ['-rm', 'sh', '-c', 'mount --bind /etc/hosts /etc/hosts']).status === 0

  test
    .skipIf(!canIsolate)
    .for([['2606:4700:4700::1111'], ['93.184.216.34'], ['93.184.216.34', '2606:4700:4700::1111']])(
    'T-074 without a route to %j %j ends in an error',
    async (addresses, { expect }) => {
      const body = `
      const answers = input.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      for (const lookup of [async () => answers, () => ({ then: (resolve) => resolve(answers) })]) {
        const { exchange } = await createHttp({ lookup }).get('https://${HOST}/c', { timeout: 9000, maxBytes: 9 })
        tell([exchange.error.code, exchange.error.phase, exchange.address])
      }`
      const { told, stderr } = await runProgram(body, { input: addresses, through: isolated })
      const expected = ['unreachable', 'connect', addresses[0]]
      expect(told).toEqual([expected, expected])
      expect(stderr).toBe('')
    },
  )

  test.skipIf(!canMount)('T-078 the file of hosts is not asked', async ({ expect }) => {
    const canary = await serveCanary()
    const dns = await serveDns((type) => (type === 'A' ? [['A', '10.0.0.1']] : []))
    const HOSTS = join(folder({ hosts: `127.0.0.1 ${HOST}\n::1 ${HOST}\n` }), 'hosts')
    const body = `
      const http = createHttp({ lookup: createLookup([input.dns]), allowLoopback: true })
      const { exchange } = await http.get(input.url, { timeout: 9000, maxBytes: 9 })
      tell(exchange.error.message)`
    const input = { dns: dns.address, url: `https://${HOST}:${canary.port}/c` }
    const { told } = await runProgram(body, { input, env: { HOSTS }, through: hosts })
    expect(told).toEqual([expect.stringContaining('"10.0.0.1"')])
    expect(canary.connections).toBe(0)
  })
})
