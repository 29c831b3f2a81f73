import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createAuthority, type Identity, issueCertificate } from '../../src/net/certificate.js'
import { createHttp } from '../../src/net/http.js'
import { folder } from '../support.js'
import { runProgram } from './program.js'
import {
  authority,
  between,
  fetchFrom,
  HOST,
  serveBytes,
  serveRequests,
  serveTcp,
  VALID,
} from './servers.js'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
const PAST = between('2000-01-01T00:00:00Z', '2001-01-01T00:00:00Z')
const FUTURE = between('9998-01-01T00:00:00Z', '9999-12-31T23:59:59Z')

const stranger = createAuthority({ ...VALID, name: 'Stranger' })
const expired = createAuthority({ ...PAST, name: 'Expired' })
const intermediate = createAuthority({ ...VALID, name: 'Intermediate', issuer: authority })
const constrained = createAuthority({ ...VALID, name: 'Constrained', permitted: ['example.org'] })

const issue = (
  issuer: Identity | 'self',
  options: Partial<Parameters<typeof issueCertificate>[1]> = {},
): Identity => issueCertificate(issuer, { ...VALID, names: [HOST], ...options })

const withChain = ({ cert, key }: Identity, ...chain: Identity[]): Identity => ({
  key,
  cert: cert + chain.map((issuer) => issuer.cert).join(''),
})

const serveOk = (options: object) => serveRequests((socket) => socket.end(OK), options)

describe.concurrent('T-083 a certificate', () => {
  test.for<[name: string, code: string, identity: Identity, ca?: Identity]>([
    ['that expired', 'certificate-expired', issue(authority, PAST)],
    ['of an authority that expired', 'certificate-expired', issue(expired), expired],
    ['that is not valid yet', 'certificate-not-yet-valid', issue(authority, FUTURE)],
    ['for another name', 'certificate-name', issue(authority, { names: ['example.com'] })],
    ['for a name below', 'certificate-name', issue(authority, { names: [`a.${HOST}`] })],
    ['with a wildcard two levels up', 'certificate-name', issue(authority, { names: ['*.com'] })],
    ['with a wildcard below', 'certificate-name', issue(authority, { names: [`*.${HOST}`] })],
    [
      'with its name as common name alone',
      'certificate-name',
      issue(authority, { names: [], commonName: HOST }),
    ],
    [
      'with its name as common name, and an address',
      'certificate-name',
      issue(authority, { names: ['192.0.2.1'], commonName: HOST }),
    ],
    ['that signs itself', 'certificate-self-signed', issue('self')],
    ['of a stranger', 'certificate-incomplete', issue(stranger)],
    [
      'of a stranger, with all its chain',
      'certificate-untrusted',
      withChain(issue(stranger), stranger),
    ],
    ['without its intermediate one', 'certificate-incomplete', issue(intermediate)],
    ['that its authority may not issue', 'certificate-refused', issue(constrained), constrained],
  ])('%s', async ([, code, identity, ca = authority], { expect }) => {
    const server = await serveOk(identity)
    const { exchange } = await fetchFrom(server.port, { ca: ca.cert })
    expect(exchange.error).toMatchObject({ code, phase: 'tls' })
    expect(exchange.error?.message).toMatch(/^"client\.example\.com" [^.]/)
    expect(exchange.response).toBeUndefined()
    expect(exchange.timings.tls).toBeGreaterThan(0)
    expect(server.received.join('')).toBe('')
  })

  test.for<[name: string, identity: Identity, ca?: Identity]>([
    ['with a wildcard for its label', issue(authority, { names: ['*.example.com'] })],
    ['with its intermediate one', withChain(issue(intermediate), intermediate)],
    ...(() => {
      const itself = issue('self')
      return [['that signs itself and is trusted', itself, itself] as [string, Identity, Identity]]
    })(),
  ])('%s is accepted', async ([, identity, ca = authority], { expect }) => {
    const server = await serveOk(identity)
    const { exchange } = await fetchFrom(server.port, { ca: ca.cert })
    expect(exchange.error).toBeUndefined()
    expect(exchange.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true })
    expect(exchange.tls?.daysLeft).toBeGreaterThan(365_000)
  })

  test.for(
    ['127.0.0.1', '::1', '2606:4700::1111'].map(
      (address) => [address, issue(authority, { names: [address] })] as const,
    ),
  )(
    'for the address %s is accepted there, and nowhere else',
    async ([address, identity], { expect }) => {
      const server = await serveOk(identity)
      const literal = address.includes(':') ? `[${address}]` : address
      const ask = (host: string) => fetchFrom(server.port, { url: `https://${host}/` })
      expect((await ask(literal)).exchange.error).toBeUndefined()
      for (const host of ['[2606:4700::1]', '8.8.8.8', HOST]) {
        expect((await ask(host)).exchange.error?.code).toBe('certificate-name')
      }
    },
  )

  const hasOpenssl = spawnSync('openssl', ['version']).status === 0
  test.skipIf(!hasOpenssl)('that is signed with SHA-1', async ({ expect }) => {
    const root = folder()
    spawnSync(
      'openssl',
      [
        'req',
        '-x509',
        '-sha1',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '9',
        '-subj',
        '/CN=x',
        '-addext',
        `subjectAltName=DNS:${HOST}`,
        '-keyout',
        'key',
        '-out',
        'cert',
      ],
      { cwd: root },
    )
    const [cert = '', key = ''] = ['cert', 'key'].map((name) =>
      readFileSync(join(root, name), 'utf8'),
    )
    const leaf = { cert, key }
    const { exchange } = await fetchFrom(
      (await serveOk({ ...leaf, ciphers: 'DEFAULT@SECLEVEL=0' })).port,
    )
    expect(exchange.error?.code).toMatch(/^certificate-/)
  })

  test('of a literal has its address, and no server name is sent', async ({ expect }) => {
    const names: (string | undefined)[] = []
    const server = await serveRequests((socket) => {
      names.push((socket as { servername?: string | false }).servername || undefined)
      socket.end(OK)
    })
    const http = createHttp({ ca: authority.cert, allowLoopback: true })
    for (const host of ['127.0.0.1', 'localhost']) {
      const { exchange } = await http.get(`https://${host}:${server.port}/c`, {
        timeout: 5000,
        maxBytes: 9,
      })
      expect(exchange.response?.status).toBe(200)
    }
    expect(names).toEqual([undefined, 'localhost'])

    const other = await serveOk(issue(authority))
    const { exchange } = await http.get(`https://127.0.0.1:${other.port}/c`, {
      timeout: 5000,
      maxBytes: 9,
    })
    expect(exchange.error?.code).toBe('certificate-name')
  })
})

describe.concurrent('TLS', () => {
  test.for<[name: string, code: string, options: object]>([
    [
      'T-085 of version 1.1',
      'tls-failed',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    ],
    ['of a server that speaks HTTP/2 alone', 'tls-failed', { ALPNProtocols: ['h2'] }],
  ])('%s', async ([, code, options], { expect }) => {
    const { exchange } = await fetchFrom((await serveOk(options)).port)
    expect(exchange.error).toMatchObject({ code, phase: 'tls' })
  })

  test('of version 1.2', async ({ expect }) => {
    const { exchange } = await fetchFrom((await serveOk({ maxVersion: 'TLSv1.2' })).port)
    expect(exchange.tls?.protocol).toBe('TLSv1.2')
    expect(exchange.response?.status).toBe(200)
  })

  test.for(['TLSv1.2', 'TLSv1.3'])(
    'T-085 sends no certificate of ours with %s, and says that one is wanted',
    async (version, { expect }) => {
      const certificates: object[] = []
      const asks = {
        minVersion: version,
        maxVersion: version,
        requestCert: true,
        ca: authority.cert,
      }
      const asking = await serveRequests(
        (socket) => {
          certificates.push(socket.getPeerCertificate())
          socket.end(OK)
        },
        { ...asks, rejectUnauthorized: false } as object,
      )
      expect((await fetchFrom(asking.port)).exchange.response?.status).toBe(200)
      expect(certificates).toEqual([{}])

      const insisting = await serveOk(asks)
      const { exchange } = await fetchFrom(insisting.port)
      expect(exchange.error?.code).toBe(
        version === 'TLSv1.2' ? 'tls-failed' : 'client-certificate-required',
      )
    },
  )

  test('T-089 offers HTTP/1.1 and nothing else', async ({ expect }) => {
    const offers: unknown[] = []
    const server = await serveOk({
      ALPNCallback: (offer: { servername: string; protocols: string[] }) => {
        offers.push(offer)
        return 'http/1.1'
      },
    })
    const { exchange } = await fetchFrom(server.port)
    expect(exchange.response?.status).toBe(200)
    expect(offers).toEqual([{ servername: HOST, protocols: ['http/1.1'] }])
  })

  test.for(['TLSv1.2', 'TLSv1.3'])(
    'T-092 begins anew with the second fetch, with %s',
    async (version, { expect }) => {
      const reused: boolean[] = []
      const server = await serveRequests(
        (socket) => {
          reused.push(socket.isSessionReused())
          socket.end(OK)
        },
        { minVersion: version, maxVersion: version } as object,
      )
      const http = createHttp({
        ca: authority.cert,
        connectTo: [{ host: '', port: '', toHost: '127.0.0.1', toPort: String(server.port) }],
      })
      for (let count = 0; count < 3; count++) {
        await http.get(`https://${HOST}/c`, { timeout: 5000, maxBytes: 9 })
      }
      expect(reused).toEqual([false, false, false])
      expect(server.connections).toBe(3)
    },
  )

  test.for<[name: string, bytes: Uint8Array]>([
    ['HTTP without TLS', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a banner', Buffer.from('SSH-2.0-BANNER\r\n')],
    ['a broken record', Buffer.from('1603030005aabbccddee', 'hex')],
    ['an alert', Buffer.from('15030300020228', 'hex')],
    ['1 MB of nonsense', Buffer.alloc(1_000_000, 0x16)],
    ['a record longer than any', Buffer.from('160303ffff', 'hex')],
  ])('meets %s', async ([, bytes], { expect }) => {
    const server = await serveTcp((socket) => socket.write(bytes))
    const { exchange } = await fetchFrom(server.port)
    expect(exchange.error).toMatchObject({ code: 'tls-failed', phase: 'tls' })
    expect(exchange.error?.message).not.toMatch(/BANNER|0x|[0-9A-F]{8}:/)
  })
})

describe.concurrent('whatever the environment says', () => {
  const get = `
    const http = createHttp({
      ...input.options,
      connectTo: [{ host: '', port: '', toHost: '127.0.0.1', toPort: String(input.port) }],
    })
    const { exchange } = await http.get('https://${HOST}/c', { timeout: 9000, maxBytes: 9 })
    tell(exchange.error?.code ?? exchange.response.status)`

  test('T-082 certificates are verified', async ({ expect }) => {
    const { port } = await serveOk(issue('self'))
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const { told } = await runProgram(get, { input: { port }, env })
    expect(told).toEqual(['certificate-self-signed'])
  })

  test('TLS 1.1 is refused, and the parser is strict', async ({ expect }) => {
    const old = await serveOk({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const lax = await serveBytes('HTTP/1.1 200 OK\r\nA: b\x01c\r\nContent-Length: 2\r\n\r\n{}')
    const long = await serveBytes(`HTTP/1.1 200 OK\r\nA: ${'b'.repeat(20_000)}\r\n\r\n{}`)
    const NODE_OPTIONS =
      '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0 --insecure-http-parser --max-http-header-size=1000000'
    const expected = new Map([
      [old.port, 'tls-failed'],
      [lax.port, 'malformed-http'],
      [long.port, 'headers-too-large'],
    ])
    for (const [port, code] of expected) {
      const options = { ca: authority.cert }
      const { told } = await runProgram(get, { input: { port, options }, env: { NODE_OPTIONS } })
      expect(told).toEqual([code])
    }
  })

  test('T-084 NODE_EXTRA_CA_CERTS adds to the usual ones, and to nothing else', async ({
    expect,
  }) => {
    const { port } = await serveOk({})
    const env = { NODE_EXTRA_CA_CERTS: join(folder({ 'ca.pem': authority.cert }), 'ca.pem') }
    const run = async (options: object) =>
      (await runProgram(get, { input: { port, options }, env })).told
    expect(await run({})).toEqual([200])
    expect(await run({ ignoresEnvironment: true })).toEqual(['certificate-incomplete'])
    expect(await run({ ca: stranger.cert })).toEqual(['certificate-incomplete'])
  })
})
