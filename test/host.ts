import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAuthority, issueCertificate } from '../src/net/certificate.js'
import { folder } from './support.js'

const DAY = 86_400_000

/** Validity from yesterday on, for a number of days from now. */
const validFor = (days: number) => ({
  notBefore: new Date(Date.now() - DAY),
  notAfter: new Date(Date.now() + days * DAY + DAY / 2),
})

/** The authority of the hosts in tests, and the file of its certificate. */
export const AUTHORITY = createAuthority({ name: 'Test Authority', ...validFor(365) })
const CA_FILE = join(folder({ 'ca.pem': AUTHORITY.cert }), 'ca.pem')

/** A host on loopback that answers for any name below example.com. */
export interface Host {
  readonly server: Server
  readonly port: number
  /** What leads the program to it, and makes it trust it. */
  readonly options: readonly string[]
  close(): Promise<void>
}

/** Starts a real server over TLS on loopback. */
export async function startHost(
  answer: RequestListener,
  { days = 90, names = ['*.example.com', 'example.com'] } = {},
): Promise<Host> {
  const { cert, key } = issueCertificate(AUTHORITY, { names, ...validFor(days) })
  const server = createServer({ cert, key }, answer)
  server.on('tlsClientError', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    options: ['--ca', CA_FILE, '--connect-to', `::127.0.0.1:${port}`],
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** A document without a fault, published at this URL. */
export const documentAt = (url: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    client_id: url,
    client_name: 'Example Client',
    redirect_uris: [new URL('/callback', url).href],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...more,
  })
