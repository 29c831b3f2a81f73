import { describe, expect, test } from 'vitest'
import { createHttp, type HttpOptions } from '../../src/net/http.js'
import { HOST, type Listener, serveCanary } from './servers.js'

/** Asks for a URL, with a DNS that leads every name to a canary, and expects to be refused. */
async function refuse(url: string, options: HttpOptions = {}) {
  const canary: Listener = await serveCanary()
  const questions: string[] = []
  const http = createHttp({
    lookup: async (name) => {
      questions.push(name)
      return [{ address: '127.0.0.1', family: 4 }]
    },
    ...options,
  })
  const { exchange, body } = await http.get(url.replace('PORT', String(canary.port)), {
    timeout: 1000,
    maxBytes: 5120,
  })
  expect(exchange.error?.message).toMatch(/^[a-z"][^;]{10,400}; [^;]{5,200}[^.]$/)
  expect(exchange.response).toBeUndefined()
  expect(body).toHaveLength(0)
  expect(canary.connections).toBe(0)
  return { error: exchange.error, questions }
}

const table = (rows: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(rows).flatMap(([id, items]) => items.map((item): [string, string] => [id, item]))

const SPECIAL = table({
  'T-001': ['0.0.0.0', '0.1.2.3', '0.255.255.255'],
  'T-002': ['10.0.0.0', '10.255.255.255'],
  'T-003': ['100.64.0.0', '100.100.100.200', '100.127.255.255'],
  'T-004': ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
  'T-005': ['169.254.169.253', '169.254.169.254', '169.254.170.2'],
  'T-006': ['172.16.0.0', '172.31.255.255'],
  'T-007': ['192.0.0.0', '192.0.0.9', '192.0.0.170', '192.0.0.192'],
  'T-008': ['192.0.2.1'],
  'T-009': ['192.31.196.0'],
  'T-010': ['192.52.193.0'],
  'T-011': ['192.88.99.2'],
  'T-012': ['192.168.0.0', '192.168.255.255'],
  'T-013': ['192.175.48.0'],
  'T-014': ['198.18.0.0', '198.19.255.255'],
  'T-015': ['198.51.100.1'],
  'T-016': ['203.0.113.1'],
  'T-017': ['224.0.0.0', '233.252.0.1', '239.255.255.255'],
  'T-018': ['240.0.0.0', '255.255.255.255'],
  'T-019': ['168.63.129.16'],
  'T-023': ['::', '::1', '0:0:0:0:0:0:0:1', '0000:0000:0000:0000:0000:0000:0000:0001'],
  'T-024': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:1',
    '::FFFF:A9FE:A9FE',
    '::ffff:8.8.8.8',
  ],
  'T-025': ['::127.0.0.1', '::7f00:1'],
  'T-026': ['::ffff:0:127.0.0.1', '::ffff:0:7f00:1'],
  'T-027': ['64:ff9b::a9fe:a9fe', '64:ff9b::808:808'],
  'T-028': ['64:ff9b:1::7f00:1', '64:ff9b:1:7f:0:100::', '64:ff9b:2::1'],
  'T-029': ['100::1', '100:0:0:1::1', '100:0:0:2::1'],
  'T-030': ['2001::1', '2001:1::1', '2001:2::1', '2001:4:112::1', '2001:20::1', '2001:1ff::1'],
  'T-031': ['2001:db8::1'],
  'T-032': ['2002:7f00:1::', '2002:a9fe:a9fe::', '2002:808:808::1'],
  'T-033': ['2620:4f:8000::1'],
  'T-034': ['3ffe::1', '3fff::1', '3fff:fff::1'],
  'T-035': ['5f00::1'],
  'T-036': ['fc00::1', 'fd00:ec2::254', 'fd20:ce::254'],
  'T-037': ['fe80::1', 'fe90::1', 'febf::1', 'fec0::1', 'fe00::1'],
  'T-038': ['ff00::1', 'ff02::1'],
  'T-039': ['200::1', '1000::1', '4000::1', '8000::1', 'c000::1'],
  'T-040': ['2606:4700::5efe:10.0.0.1', '2606:4700::200:5efe:a00:1'],
})

describe('an address of special use', () => {
  test.each(SPECIAL)(
    '%s %s as the host, the answer of DNS, and one of its answers',
    async (_, address) => {
      const family = address.includes(':') ? 6 : 4
      const host = family === 6 ? `[${address}]` : address
      const literal = await refuse(`https://${host}:PORT/c`)
      expect(literal).toMatchObject({
        error: { code: 'host-refused', phase: 'url' },
        questions: [],
      })

      const answers = [
        { address, family },
        { address: '93.184.216.34', family: 4 },
        { address: '2606:4700:4700::1111', family: 6 },
      ]
      for (const addresses of [answers.slice(0, 1), answers, answers.toReversed()]) {
        const named = await refuse(`https://${HOST}:PORT/c`, { lookup: async () => addresses })
        expect(named.error).toMatchObject({ code: 'address-refused', phase: 'dns' })
        expect(named.error?.message).toContain(`"${address}"`)
      }
    },
  )

  test.each(['fe80::1%eth0', '::1%lo', '2606:4700:4700::1111%eth0'])(
    'T-041 %s as the answer of DNS',
    async (address) => {
      const lookup = async () => [{ address, family: 6 }]
      const { error } = await refuse(`https://${HOST}:PORT/c`, { lookup })
      expect(error?.code).toBe('address-refused')
    },
  )
})

const MALFORMED = table({
  'T-047': [
    '１２７.０.０.１:PORT',
    '①②⑦.⓪.⓪.①:PORT',
    '127。0。0。1:PORT',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT',
    'loc𝐀lhost:PORT',
  ].map((authority) => `https://${authority}/c`),
  'T-048': [
    'https://127%2e0%2e0%2e1:PORT/c',
    'https://%31%32%37.0.0.1:PORT/c',
    'https://ex%61mple.com:PORT/c',
    'https://localhost%2Eexample.com:PORT/c',
  ],
  'T-051': [
    'https://[::1:PORT/c',
    'https://[v1.fe80]:PORT/c',
    'https://[::1%lo]:PORT/c',
    'https://[fe80::1%eth0]:PORT/c',
    'https://[localhost]:PORT/c',
    'https://[client.example.com]:PORT/c',
    'https://[127.0.0.1]:PORT/c',
    'https://[8.8.8.8]:PORT/c',
    'https://[]:PORT/c',
    'https://[::1]]:PORT/c',
    'https://::1/c',
  ],
  'T-058': [
    'https://127.0.0.1:PORT\\@example.com/c',
    'https://example.com\\@127.0.0.1:PORT/c',
    'https:\\\\example.com:PORT\\c',
  ],
  'T-060': [
    'https:127.0.0.1:PORT/c',
    'https:/127.0.0.1:PORT/c',
    'https:///127.0.0.1:PORT/c',
    '//127.0.0.1:PORT/c',
    '',
  ],
  'T-061': [' ', '\t', '\n', '\r', '\0', '\u0085', '\u00a0', '\ufeff'].flatMap((character) => [
    `${character}https://client.example.com:PORT/c`,
    `https://client.${character}example.com:PORT/c`,
    `https://client.example.com:PORT/c${character}`,
    `https://client.example.com:PORT/c HTTP/1.1${character}\nX: y`,
  ]),
  'T-062': [
    'https://example.com.:PORT/c',
    'https://example.com..:PORT/c',
    'https://.example.com:PORT/c',
    'https://ex..ample.com:PORT/c',
    'https://-example.com:PORT/c',
    'https://example-.com:PORT/c',
    `https://${'a'.repeat(64)}.example.com:PORT/c`,
    `https://${'a.'.repeat(125)}info:PORT/c`,
  ],
  'T-064': ['https://client.example.com:65536/c', 'https://client.example.com:1e3/c'],
  'T-090': ['https://unix:%2Fvar%2Frun%2Fdocker.sock:/'],
})

const NOT_PUBLIC = table({
  'T-045': [
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '0',
    '1.2.3',
  ],
  'T-046': ['0x7f.0.0.0x1', '127.0.0.0x1', '0xA9FEA9FE', '0251.0376.0251.0376'],
  'T-049': ['localhost', 'LOCALHOST', 'foo.localhost'],
  'T-050': [
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '[64:ff9b::169.254.169.254]',
  ],
  'T-051': ['[fe80::1%25eth0]', '[::1%25]'],
  'T-052': ['1.2.3.4.5', '256.256.256.256', '09.0.0.1'],
  'T-053': ['intranet', 'metadata', 'instance-data', 'kubernetes'],
  'T-054': [
    'local',
    'localhost',
    'internal',
    'home.arpa',
    'onion',
    'test',
    'example',
    'invalid',
    'lan',
    'corp',
    'home',
    'alt',
    'arpa',
  ].map((suffix) => `host.${suffix}`),
  'T-090': ['unix'],
  'T-055': [
    'metadata.google.internal',
    'METADATA.GOOGLE.INTERNAL',
    'metadata.goog',
    'metadata.azure.com',
    'instance-data.ec2.internal',
  ],
})

/** Names that only their addresses give away. */
const TREACHEROUS = table({
  'T-049': ['localhost.localdomain'],
  'T-056': ['127.0.0.1.nip.io', '169.254.169.254.sslip.io', 'localtest.me'],
})

describe('a URL is refused', () => {
  test.each(MALFORMED)('%s %j', async (_, url) => {
    const { error, questions } = await refuse(url)
    expect(error).toMatchObject({ code: 'url-malformed', phase: 'url' })
    expect(questions).toEqual([])
  })

  test.each(NOT_PUBLIC)('%s https://%s/c', async (_, host) => {
    const { error, questions } = await refuse(`https://${host}:PORT/c`)
    expect(error).toMatchObject({ code: 'host-refused', phase: 'url' })
    expect(questions).toEqual([])
  })

  test.each(['169.254.169.254.:PORT', '127.0.0.1.:PORT', 'localhost.:PORT', 'metadata.goog.:PORT'])(
    'T-046, T-049, T-055 https://%s/c with its trailing dot',
    async (authority) => {
      const { error, questions } = await refuse(`https://${authority}/c`)
      expect(error?.code).toBe('url-malformed')
      expect(questions).toEqual([])
    },
  )

  test.each(TREACHEROUS)('%s https://%s/c, by its address', async (_, host) => {
    const { error, questions } = await refuse(`https://${host}:PORT/c`)
    expect(error).toMatchObject({ code: 'address-refused', phase: 'dns' })
    expect(questions).toEqual([host])
  })

  test.each([
    'https://a@127.0.0.1:PORT/c',
    'https://a:s3cr3t@127.0.0.1:PORT/c',
    'https://example.com@127.0.0.1:PORT/c',
    'https://@client.example.com:PORT/c',
    'https://:@client.example.com:PORT/c',
  ])('T-057 %s', async (url) => {
    const { error, questions } = await refuse(url)
    expect(error).toMatchObject({ code: 'url-userinfo', phase: 'url' })
    expect(questions).toEqual([])
  })

  test('T-057 https://example.com%40127.0.0.1/c', async () => {
    const { error } = await refuse('https://example.com%40127.0.0.1:PORT/c')
    expect(error?.code).toBe('url-malformed')
  })

  test.each(['https://example.com#@127.0.0.1:PORT/c', 'https://example.com?@127.0.0.1:PORT/c'])(
    'T-059 %s leads to the host before its delimiter',
    async (url) => {
      const { questions } = await refuse(url)
      expect(questions).toEqual(['example.com'])
    },
  )

  test.each([
    ['2,049 characters', `https://client.example.com:PORT/${'c'.repeat(2049)}`],
    ['1 MB', `https://client.example.com:PORT/${'c'.repeat(1_000_000)}`],
    ['100,000 CJK characters', `https://${'漢'.repeat(100_000)}:PORT/c`],
  ])('T-063 of %s', async (_, url) => {
    const { error, questions } = await refuse(url)
    expect(error).toMatchObject({ code: 'url-too-long', phase: 'url' })
    expect(questions).toEqual([])
  })

  test.each([0, 1, 22, 25, 80, 110, 444, 1023, 2375, 3306, 5432, 6379, 9200, 11_211, 27_017])(
    'T-064 with the port %i',
    async (port) => {
      const { error, questions } = await refuse(`https://client.example.com:${port}/c`)
      expect(error).toMatchObject({ code: 'port-refused', phase: 'url' })
      expect(questions).toEqual([])
    },
  )

  test.each(['', '443', '0443', '1024', '8443', '65535'])(
    'T-064 with the port "%s" only by its address',
    async (port) => {
      const { error } = await refuse(`https://client.example.com:${port}/c`)
      expect(error?.code).toBe('address-refused')
    },
  )

  test.each([
    'http://client.example.com:PORT/c',
    'ftp://client.example.com:PORT/c',
    'file://client.example.com/etc/passwd',
    'ws://client.example.com:PORT/c',
    'wss://client.example.com:PORT/c',
    'gopher://client.example.com:PORT/c',
    'httpss://client.example.com:PORT/c',
  ])('T-101 %s', async (url) => {
    const { error, questions } = await refuse(url)
    expect(error).toMatchObject({ code: 'url-not-https', phase: 'url' })
    expect(questions).toEqual([])
  })

  test.each([
    'data:application/json,{}',
    'blob:https://client.example.com/x',
    'javascript:1',
    'about:blank',
  ])('T-101 %s', async (url) => expect((await refuse(url)).error?.code).toBe('url-malformed'))
})

test('what a URL has of secrets is not told', async () => {
  const http = createHttp()
  const { exchange } = await http.get('https://user:s3cr3t@client.example.com/c', {
    timeout: 1000,
    maxBytes: 1,
    headers: { Authorization: 'Bearer s3cr3t' },
  })
  expect(JSON.stringify(exchange)).not.toContain('s3cr3t')
})
