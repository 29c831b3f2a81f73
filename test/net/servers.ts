import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { afterAll } from 'vitest'
import { createAuthority, issueCertificate } from '../../src/net/certificate.js'
import { createHttp, type Fetched, type GetOptions, type HttpOptions } from '../../src/net/http.js'

export const between = (notBefore: string, notAfter: string) => ({
  notBefore: new Date(notBefore),
  notAfter: new Date(notAfter),
})

// TLS looks at the clock of the machine, so what is valid is so whenever the tests run.
export const VALID = between('2000-01-01T00:00:00Z', '9999-12-31T23:59:59Z')

export const HOST = 'client.example.com'

/** Who certifies the servers of the tests. */
export const authority = createAuthority({ ...VALID, name: 'Tests' })

const NAMES = [HOST, 'localhost', 'app.localhost', '127.0.0.1', '::1']
const identity = issueCertificate(authority, { ...VALID, names: NAMES })

/** A server on a free port of 127.0.0.1, and what it has seen. */
export interface Listener {
  readonly port: number
  readonly connections: number
  /** What each connection sent, a character for a byte; over TLS without it. */
  readonly received: readonly string[]
  /** The connections that are open now. */
  readonly sockets: ReadonlySet<Socket>
}

const closers: (() => void)[] = []
afterAll(() => {
  for (const close of closers.splice(0)) close()
})

async function listen(
  server: Server,
  serve: (socket: Socket, receivedSoFar: () => string) => void,
  event = 'connection',
): Promise<Listener> {
  const received: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  server.on(event, (socket: Socket) => {
    const index = received.push('') - 1
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      received[index] += chunk.toString('latin1')
    })
    serve(socket, () => received[index] ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    received,
    sockets,
    get connections() {
      return connections
    },
  }
}

/** Starts a TCP server. */
export const serveTcp = (connected: (socket: Socket) => void = () => {}): Promise<Listener> =>
  listen(createTcpServer({ allowHalfOpen: true }), connected)

/** Starts a server that nobody may connect to. */
export const serveCanary = (): Promise<Listener> => serveTcp((socket) => socket.destroy())

/** Starts a TLS server that is told of a connection before it has sent anything. */
export const serveTls = (
  connected: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<Listener> =>
  listen(
    createTlsServer({ ...identity, ...options }),
    (socket) => connected(socket as TLSSocket),
    'secureConnection',
  )

/** Starts a TLS server that is told of each request when all of it is there. */
export const serveRequests = (
  requested: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<Listener> =>
  listen(
    createTlsServer({ ...identity, ...options }),
    (socket, receivedSoFar) => {
      const look = () => {
        if (!receivedSoFar().includes('\r\n\r\n')) return
        socket.off('data', look)
        requested(socket as TLSSocket)
      }
      socket.on('data', look)
    },
    'secureConnection',
  )

/**
 * Starts a TLS server that answers each request with the same bytes: texts, which it sends one after
 * the other in packets of their own, and closes the connection.
 */
export const serveBytes = (...packets: readonly (string | Uint8Array)[]): Promise<Listener> =>
  serveRequests(async (socket) => {
    for (const packet of packets) {
      socket.write(typeof packet === 'string' ? Buffer.from(packet, 'latin1') : packet)
      await pause(5)
    }
    socket.end()
  })

/** Starts an ordinary https server. */
export async function serveHttps(answer: RequestListener): Promise<Listener> {
  return listen(createHttpsServer(identity, answer), () => {}, 'secureConnection')
}

/** Starts a proxy that connects whoever asks to the same port of loopback. */
export const serveProxy = (port: number, isSecure = false): Promise<Listener> =>
  listen(
    isSecure ? createTlsServer(identity) : createTcpServer(),
    (socket) => {
      socket.once('data', () => {
        const target = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
          socket.pipe(target).pipe(socket)
        })
        target.on('error', () => socket.destroy())
        socket.on('close', () => target.destroy())
      })
    },
    isSecure ? 'secureConnection' : 'connection',
  )

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds))

type Options = Partial<GetOptions> & HttpOptions & { readonly url?: string }

/** Fetches `https://client.example.com/cimd.json` from a server of these tests. */
export async function fetchFrom(
  port: number,
  options: Options = {},
): Promise<Fetched & { readonly text: string }> {
  const { url = `https://${HOST}/cimd.json`, timeout = 5000, maxBytes = 65_536 } = options
  const { headers, signal, ...reach } = options
  const http = createHttp({
    ca: authority.cert,
    connectTo: [{ host: '', port: '', toHost: '127.0.0.1', toPort: String(port) }],
    ...reach,
  })
  const fetched = await http.get(url, { timeout, maxBytes, signal, ...(headers && { headers }) })
  return { ...fetched, text: Buffer.from(fetched.body).toString('latin1') }
}
