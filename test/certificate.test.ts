import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, isIP } from 'node:net'
import { checkServerIdentity, connect, createServer } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createAuthority,
  type Identity,
  issueCertificate,
  LOOPBACK_NAMES,
} from '../src/net/certificate.js'
import { folder } from './support.js'

const between = (notBefore: string, notAfter: string) => ({
  notBefore: new Date(notBefore),
  notAfter: new Date(notAfter),
})

// TLS looks at the clock of the machine, so what is valid is so whenever the tests run.
const VALID = between('2000-01-01T00:00:00Z', '9999-12-31T23:59:59Z')
const PAST = between('2000-01-01T00:00:00Z', '2001-01-01T00:00:00Z')
const FUTURE = between('9998-01-01T00:00:00Z', '9999-12-31T23:59:59Z')

const HOST = 'client.example.com'

const root = createAuthority({ ...VALID, name: 'Tests, CN="Würzel" + \\' })
const intermediate = createAuthority({ ...VALID, name: 'Intermediate', issuer: root })
const loopback = createAuthority({ ...VALID, name: 'Loopback', permitted: LOOPBACK_NAMES })

const issue = (issuer: Identity | 'self', ...names: readonly string[]) =>
  issueCertificate(issuer, { ...VALID, names })

const withChain = ({ cert, key }: Identity, ...issuers: readonly Identity[]): Identity => ({
  cert: [cert, ...issuers.map((issuer) => issuer.cert)].join(''),
  key,
})

/** Connects to a server on the loopback interface as if it were the host. */
async function meet({ cert, key }: Identity, host = HOST, { cert: ca } = root): Promise<boolean> {
  const server = createServer({ cert, key }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({
    socket: connectTcp(port, '127.0.0.1'),
    host,
    // RFC 6066 section 3: no address is a server name.
    ...(isIP(host) ? {} : { servername: host }),
    ca,
    rejectUnauthorized: true,
    // Node.js 22.23 finds no address of IPv6 in a certificate.
    checkServerIdentity: (name, certificate) =>
      isIP(name) && new X509Certificate(certificate.raw).checkIP(name)
        ? undefined
        : checkServerIdentity(name, certificate),
  })
  try {
    await once(socket, 'secureConnect')
    return socket.authorized
  } finally {
    socket.destroy()
    server.close()
  }
}

const isInstalled = spawnSync('openssl', ['version']).status === 0
if (!isInstalled) console.log('openssl verify is not tested: install the package openssl')

describe.skipIf(!isInstalled)('openssl verify -x509_strict', () => {
  const verify = (leaf: Identity, ca: Identity, untrusted = ca) => {
    const cwd = folder({ 'ca.pem': ca.cert, 'and.pem': untrusted.cert, 'leaf.pem': leaf.cert })
    const command =
      'verify -x509_strict -check_ss_sig -purpose sslserver -CAfile ca.pem -untrusted and.pem leaf.pem'
    const { stdout, stderr } = spawnSync('openssl', command.split(' '), { cwd, encoding: 'utf8' })
    return stdout + stderr
  }

  test('root → leaf', () => {
    expect(verify(issue(root, HOST), root)).toBe('leaf.pem: OK\n')
    const named = issueCertificate(root, { ...VALID, names: [HOST], commonName: HOST })
    expect(verify(named, root)).toBe('leaf.pem: OK\n')
  })
  test('root → intermediate → leaf', () => {
    expect(verify(issue(intermediate, HOST), root, intermediate)).toBe('leaf.pem: OK\n')
    expect(verify(issue(intermediate, HOST), root)).toContain('unable to get local issuer')
  })
  test('root for loopback names → leaf', () => {
    const names = ['localhost', '*.a.localhost', '127.8.9.10', '::1']
    expect(verify(issue(loopback, ...names), loopback)).toBe('leaf.pem: OK\n')
  })
})

describe('a client accepts', () => {
  test.each([
    ['a certificate of a root', issue(root, HOST)],
    ['a chain', withChain(issue(intermediate, HOST), intermediate)],
    ['one of several names', issue(root, 'other.example.com', '127.0.0.1', HOST)],
    ['a wildcard', issue(root, '*.example.com')],
    ['an IPv4 address', issue(root, '127.0.0.1'), '127.0.0.1'],
    ['an IPv6 address', issue(root, '::1'), '::1'],
    ['a loopback name', issue(loopback, 'a.b.localhost'), 'a.b.localhost', loopback],
    ['a loopback address', issue(loopback, '127.8.9.10'), '127.8.9.10', loopback],
    ['the loopback address of IPv6', issue(loopback, '::1'), '::1', loopback],
  ])('%s', async (_, identity, host?: string, ca?: Identity) => {
    expect(await meet(identity, host, ca)).toBe(true)
  })

  // RFC 9525 section 2 does not, and neither do browsers and Go: see `checkServerIdentity` of Node.
  test('a common name for want of others', async () => {
    const identity = issueCertificate(root, { ...VALID, names: [], commonName: HOST })
    const certificate = new X509Certificate(identity.cert)
    expect(certificate.subjectAltName).toBeUndefined()
    expect(certificate.checkHost(HOST, { subject: 'never' })).toBeUndefined()
    expect(await meet(identity)).toBe(true)
    await expect(meet(identity, 'other.example.com')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })
})

describe('a client refuses', () => {
  const other = createAuthority({ ...VALID, name: 'Other' })
  const namesake = createAuthority({ ...VALID, name: 'Tests, CN="Würzel" + \\' })

  test.each([
    ['what has expired', 'CERT_HAS_EXPIRED', issueCertificate(root, { ...PAST, names: [HOST] })],
    [
      'what is not yet valid',
      'CERT_NOT_YET_VALID',
      issueCertificate(root, { ...FUTURE, names: [HOST] }),
    ],
    ['another name', 'ERR_TLS_CERT_ALTNAME_INVALID', issue(root, 'other.example.com')],
    [
      'another name beside the common name',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      issueCertificate(root, { ...VALID, names: ['other.example.com'], commonName: HOST }),
    ],
    [
      'a wildcard two levels up',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      issue(root, '*.example.com'),
      'a.b.example.com',
    ],
    ['another address', 'ERR_TLS_CERT_ALTNAME_INVALID', issue(root, '127.0.0.2'), '127.0.0.1'],
    ['what signs itself', 'DEPTH_ZERO_SELF_SIGNED_CERT', issue('self', HOST)],
    ['an unknown authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', issue(other, HOST)],
    [
      'an unknown authority of the same name',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      issue(namesake, HOST),
    ],
    [
      'an unknown authority in the chain',
      'SELF_SIGNED_CERT_IN_CHAIN',
      withChain(issue(other, HOST), other),
    ],
    [
      'a chain without the intermediate',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      issue(intermediate, HOST),
    ],
  ])('%s: %s', async (_, code, identity, host?: string) => {
    await expect(meet(identity, host)).rejects.toMatchObject({ code })
  })

  const private10 = createAuthority({ ...VALID, name: 'Private', permitted: ['10.1.0.0/18'] })
  const one = createAuthority({ ...VALID, name: 'One', permitted: ['10.1.2.3', 'fd00::/9'] })
  test.each([
    [HOST, loopback],
    ['notlocalhost', loopback],
    ['126.255.255.255', loopback],
    ['128.0.0.0', loopback],
    ['::2', loopback],
    ['10.1.64.0', private10],
    ['10.1.2.2', one],
    ['fd80::', one],
  ])('%s of an authority that is not permitted to certify it', async (host, ca) => {
    await expect(meet(issue(ca, host), host, ca)).rejects.toThrow('permitted subtree violation')
  })

  test('a common name of an authority that is not permitted to certify it', async () => {
    const identity = issueCertificate(loopback, { ...VALID, names: [], commonName: HOST })
    await expect(meet(identity, HOST, loopback)).rejects.toThrow('permitted subtree violation')
  })

  test('nothing that is permitted', async () => {
    expect(await meet(issue(private10, '10.1.63.255'), '10.1.63.255', private10)).toBe(true)
    expect(await meet(issue(one, '10.1.2.3'), '10.1.2.3', one)).toBe(true)
    expect(await meet(issue(one, 'fd7f::1'), 'fd7f::1', one)).toBe(true)
    expect(await meet(issue(one, HOST), HOST, one)).toBe(true)
  })
})

test.each([
  ['1949-12-31T23:59:59Z', '\x18\x0f19491231235959Z'],
  ['1950-01-01T00:00:00Z', '\x17\x0d500101000000Z'],
  ['2049-12-31T23:59:59.999Z', '\x17\x0d491231235959Z'],
  ['2050-01-01T00:00:00Z', '\x18\x0f20500101000000Z'],
])('%s is written as RFC 5280 section 4.1.2.5 says', (time, octets) => {
  const { cert } = issueCertificate(root, { ...between(time, time), names: [HOST] })
  const { raw, validFrom, validTo } = new X509Certificate(cert)
  expect(raw.toString('latin1')).toContain(octets + octets)
  for (const text of [validFrom, validTo])
    expect(new Date(text)).toEqual(new Date(time.replace('.999', '')))
})

test.each([
  'bücher.example',
  '例え.example',
  '',
  'localhost.',
  '.localhost',
  'a..example',
  '*',
  'a.*.example',
  'a*.example',
  '-a.example',
  'a_b.example',
  'a b.example',
  'a.example\n',
  '127.1',
  '127.0.0.01',
  '[::1]',
  '127.0.0.0/8',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(125)}aaaa`,
])('%j names no server', (name) => {
  expect(() => issue(root, HOST, name)).toThrow(TypeError)
})

test('an authority is refused that makes no sense', () => {
  for (const name of ['', 'a'.repeat(65)])
    expect(() => createAuthority({ ...VALID, name })).toThrow('has not 1 to 64 characters')
  for (const range of ['bücher.example', '127.0.0.0/', 'localhost/8'])
    expect(() => createAuthority({ ...VALID, name: 'a', permitted: [range] })).toThrow()
})

test('an issuer is refused that clients would not follow', () => {
  const leaf = issueCertificate(root, { ...VALID, names: [HOST], commonName: HOST })
  for (const issuer of [leaf, { ...root, key: intermediate.key }])
    expect(() => issue(issuer, HOST)).toThrow('issuer is no authority')
})

test('extensions are written that none of these clients asks for', () => {
  const leaf = new X509Certificate(issue(root, HOST).cert)
  // What Node calls so is the extended key usage.
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  // Name constraints are critical.
  expect(new X509Certificate(loopback.cert).raw.toString('hex')).toContain('0603551d1e0101ff04')
  // "the leftmost 160-bits of the SHA-256 hash of the value of the BIT STRING subjectPublicKey"
  const { x = '', y = '' } = leaf.publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ])
  const hash = createHash('sha256').update(point).digest('hex').slice(0, 40)
  expect(leaf.raw.toString('hex')).toContain(`0603551d0e04160414${hash}`)
})

/** Reads DER down to what holds nothing else, and refuses what only BER allows. */
function expectDer(bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(offset)
    const count = first < 0x80 ? 0 : first & 0x7f
    const length = count === 0 ? first : bytes.readUIntBE(offset + 2, count)
    if (count > 0) expect(length).toBeGreaterThanOrEqual(Math.max(0x80, 0x100 ** (count - 1)))
    const start = offset + 2 + count
    offset = start + length
    expect(offset).toBeLessThanOrEqual(bytes.length)
    if (tag & 0x20) expectDer(bytes.subarray(start, offset))
  }
}

/** Reads what was issued as others do. */
function read({ cert, key }: Identity, issuer = root): X509Certificate {
  const certificate = new X509Certificate(cert)
  expectDer(certificate.raw)
  expect(certificate.verify(new X509Certificate(issuer.cert).publicKey)).toBe(true)
  expect(certificate.toString()).toBe(cert)
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{39}$/)
  return certificate
}

const hostName = fc.oneof(
  fc.domain().filter((name) => name.length <= 253),
  fc.domain({ size: 'small' }).map((name) => `*.${name}`),
)

test('names are read as they were written, however many', () => {
  const serialNumbers = new Set<string>()
  const property = fc.property(
    fc.array(fc.oneof(hostName, fc.ipV4()), { minLength: 1, maxLength: 100, size: 'max' }),
    (names) => {
      const { subject, subjectAltName, serialNumber } = read(issue(root, ...names))
      expect(subject ?? '').toBe('')
      expect(subjectAltName?.split(', ')).toEqual(
        names.map((name) => (isIP(name) ? `IP Address:${name}` : `DNS:${name}`)),
      )
      expect(serialNumbers).not.toContain(serialNumber)
      serialNumbers.add(serialNumber)
    },
  )
  const thousands = Array.from({ length: 4000 }, (_, index) => `host-${index}.example.com`)
  fc.assert(property, { examples: [[thousands]] })
})

test('names of every length are read as they were written', () => {
  for (let length = 1; length <= 253; length++) {
    const name = 'a.'.repeat((length - 1) >> 1) + (length % 2 ? 'a' : 'aa')
    expect(read(issue(root, name)).subjectAltName).toBe(`DNS:${name}`)
  }
})

test('the common name is read as it was written, of the issuer too', () => {
  const property = fc.property(
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 64 })
      .filter((name) => !name.includes('\0')),
    (name) => {
      const authority = createAuthority({ ...VALID, name })
      expect(read(authority, authority).toLegacyObject().subject.CN).toBe(name)
      const leaf = issueCertificate(authority, { ...VALID, names: [], commonName: name })
      expect(read(leaf, authority).toLegacyObject()).toMatchObject({
        subject: { CN: name },
        issuer: { CN: name },
      })
    },
  )
  fc.assert(property, { examples: [['😀'.repeat(64)]] })
})
