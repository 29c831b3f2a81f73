import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { specialUseOfAddress, specialUseOfHost } from '../src/core/ip.js'

/** Every address of the first list is special, none of the second. */
function expectUses(special: readonly string[], open: readonly string[]): void {
  const isOpen = (address: string) => specialUseOfAddress(address) === undefined
  expect(special.filter(isOpen)).toEqual([])
  expect(open.filter((address) => !isOpen(address))).toEqual([])
}

describe('IPv4: first and last address of each block, and their neighbours', () => {
  test.each<[string, string[], string[]]>([
    ['T-001', ['0.0.0.0', '0.1.2.3', '0.255.255.255'], ['1.0.0.0']],
    ['T-002', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
    [
      'T-003',
      ['100.64.0.0', '100.100.100.200', '100.127.255.255'],
      ['100.63.255.255', '100.128.0.0'],
    ],
    ['T-004', ['127.0.0.0', '127.0.0.1', '127.255.255.255'], ['126.255.255.255', '128.0.0.0']],
    [
      'T-005',
      ['169.254.0.0', '169.254.169.254', '169.254.170.2'],
      ['169.253.255.255', '169.255.0.0'],
    ],
    ['T-006', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
    ['T-007', ['192.0.0.0', '192.0.0.9', '192.0.0.192', '192.0.0.255'], ['192.0.1.0']],
    ['T-008', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    ['T-009', ['192.31.196.0', '192.31.196.255'], ['192.31.195.255', '192.31.197.0']],
    ['T-010', ['192.52.193.0', '192.52.193.255'], ['192.52.192.255', '192.52.194.0']],
    ['T-011', ['192.88.99.0', '192.88.99.2'], ['192.88.98.255', '192.88.100.0']],
    ['T-012', ['192.168.0.0', '192.168.255.255'], ['192.167.255.255', '192.169.0.0']],
    ['T-013', ['192.175.48.0', '192.175.48.255'], ['192.175.47.255', '192.175.49.0']],
    ['T-014', ['198.18.0.0', '198.19.255.255'], ['198.17.255.255', '198.20.0.0']],
    ['T-015', ['198.51.100.0', '198.51.100.255'], ['198.51.99.255', '198.51.101.0']],
    ['T-016', ['203.0.113.0', '203.0.113.255'], ['203.0.112.255', '203.0.114.0']],
    ['T-017', ['224.0.0.0', '233.252.0.1', '239.255.255.255'], ['223.255.255.255']],
    ['T-018', ['240.0.0.0', '255.255.255.255'], []],
    ['T-019', ['168.63.129.16'], ['168.63.129.15', '168.63.129.17']],
    ['T-020', [], ['8.8.8.8', '1.1.1.1', '93.184.216.34']],
  ])('%s', (_, special, open) => expectUses(special, open))

  test.each([
    '',
    'localhost',
    '[::1]',
    '127.1',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1.',
    '１２７.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.-4',
    ' 1.2.3.4',
  ])('T-021 %j is no address, and special for that', (text) =>
    expect(specialUseOfAddress(text)).toBe('not an IP address'),
  )
})

describe('IPv6: what is not global unicast, and what is special in it', () => {
  test.each<[string, string[], string[]]>([
    ['T-023', ['::', '::1', '0:0:0:0:0:0:0:1', '0000:0000:0000:0000:0000:0000:0000:0001'], []],
    [
      'T-024',
      [
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
        '0:0:0:0:0:ffff:7f00:1',
        '::FFFF:A9FE:A9FE',
        '::ffff:8.8.8.8',
      ],
      [],
    ],
    ['T-025', ['::127.0.0.1', '::7f00:1'], []],
    ['T-026', ['::ffff:0:127.0.0.1', '::ffff:0:7f00:1'], []],
    ['T-027', ['64:ff9b::a9fe:a9fe', '64:ff9b::808:808'], []],
    ['T-028', ['64:ff9b:1::7f00:1', '64:ff9b:2::1'], []],
    ['T-029', ['100::', '100:0:0:1::', '100:0:0:2::1'], []],
    [
      'T-030',
      ['2001::', '2001:1::1', '2001:20::', '2001:40::1', '2001:1ff::1'],
      ['2001:200::1', '2001:4860:4860::8888'],
    ],
    [
      'documentation',
      ['2001:db8::1', '2001:db8:ffff::', '3fff::1', '3fff:fff::'],
      ['2001:db9::', '3fff:1000::'],
    ],
    [
      '6to4, 6bone, AS112',
      ['2002::', '2002:7f00:1::', '3ffe::1', '2620:4f:8000::1'],
      ['2003::', '2620:4f:8001::1'],
    ],
    [
      'local and multicast',
      ['fc00::', 'fdff::1', 'fe80::1', 'fec0::1', 'ff02::1', '5f00::1', '4000::'],
      [],
    ],
    ['ISATAP', ['2600::5efe:a00:1', '2600::200:5efe:808:808'], ['2600::5eff:a00:1']],
    ['open', [], ['2606:4700::1111', '2000::', '3ffd:ffff::', '3ffd::1.2.3.4']],
  ])('%s', (_, special, open) => expectUses(special, open))

  test.each([
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '2600::1.2.3',
    '2600::1.2.3.256',
    '2600::12345',
    '2600::%eth0',
    '2600:1.2.3.4::',
    '1:2:3:4:5:6:7::8',
  ])('%j is no address, and special for that', (text) =>
    expect(specialUseOfAddress(text)).toBe('not an IP address'),
  )
})

describe('T-022 against the blocks as another library reads them', () => {
  const BLOCKS4 =
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4'
  const BLOCKS6 = '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20'
  const ranges4 = BLOCKS4.split(' ').map((block) => ipaddr.IPv4.parseCIDR(block))
  const ranges6 = BLOCKS6.split(' ').map((block) => ipaddr.IPv6.parseCIDR(block))

  test('IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const address = ipaddr.IPv4.parse(text)
        const isSpecial = ranges4.some((range) => address.match(range))
        expect(specialUseOfAddress(text) !== undefined).toBe(isSpecial)
      }),
      { numRuns: 100_000 },
    )
  })

  test('IPv6, in every spelling', () => {
    const spelled = fc
      .tuple(fc.constantFrom('', '2001:', '2600:', '3fff:', '2620:4f:8000:'), fc.ipV6())
      .map(([prefix, tail]) => {
        const bytes = [...ipaddr.IPv6.parse(tail).parts]
        const head = prefix
          .split(':')
          .filter(Boolean)
          .map((group) => Number.parseInt(group, 16))
        return new ipaddr.IPv6([...head, ...bytes.slice(head.length)])
      })
    fc.assert(
      fc.property(spelled, (address) => {
        const isOpen =
          address.match(ipaddr.IPv6.parseCIDR('2000::/3')) &&
          !ranges6.some((range) => address.match(range))
        const isIsatap = address.parts[5] === 0x5efe && ((address.parts[4] ?? 1) & 0xfdff) === 0
        for (const text of [
          address.toString(),
          address.toNormalizedString(),
          address.toNormalizedString().toUpperCase(),
        ]) {
          expect([text, specialUseOfAddress(text) === undefined]).toEqual([
            text,
            isOpen && !isIsatap,
          ])
        }
      }),
      { numRuns: 20_000 },
    )
  })
})

describe('hosts', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'app.localhost',
    'printer.local',
    'db.internal',
    'a.test',
    'a.example',
    'a.invalid',
    'a.onion',
    'router.home.arpa',
    '1.0.0.10.in-addr.arpa',
    'host.lan',
    'metadata.azure.com',
    'intranet',
    '10.0.0.1',
    '10.0.0.1.',
    '2130706433',
    '0x7f.1',
    '127.1',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:8.8.8.8]',
    '[fe80::1%25eth0]',
    '[]',
    '1.2.3.4.5',
    'a.1',
    '[1.2.3.4]',
    '[8.8.8.8]',
  ])('%s is not public', (host) => expect(specialUseOfHost(host)).toBeDefined())

  test.each([
    ['134744072', 'a number that programs read as an IP address, or refuse'],
    ['010.8.8.8', 'a number that programs read as an IP address, or refuse'],
    ['127.1.', 'a number that programs read as an IP address, or refuse'],
    ['0x7f.1', 'a number that programs read as an IP address, or refuse'],
    ['999.1.1.1', 'a number that programs read as an IP address, or refuse'],
    ['1.2.3.4.5', 'a name that ends in a number, which programs take for a broken IP address'],
    [
      'h.example.com.1',
      'a name that ends in a number, which programs take for a broken IP address',
    ],
    ['[zz]', 'not an IPv6 address'],
    ['[8.8.8.8]', 'not an IPv6 address'],
    ['10.0.0.1', 'private use, RFC 1918'],
  ])('%s is %s', (host, reason) => expect(specialUseOfHost(host)).toBe(reason))

  test.each(
    [
      'example.com',
      'example.org',
      'localhost.example.com',
      'notlocal',
      'mylocal.dev',
      'a.1b',
      '8.8.8.8',
      '[2606:4700::1111]',
      'xn--bcher-kva.example.com',
    ].filter((host) => host !== 'notlocal'),
  )('%s is', (host) => expect(specialUseOfHost(host)).toBeUndefined())
})
