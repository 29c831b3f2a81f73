import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { expect } from 'vitest'
import type { Report, ReportFile } from '../src/core/types.js'
import { createAuthority, type Identity, issueCertificate } from '../src/net/certificate.js'
import { isReportFile } from './report-schemas.js'
import { folder, type Outcome, runHere } from './support.js'

const DAY = 86_400_000

/** Validity from yesterday on, for a number of days from now. */
export const validFor = (days: number) => ({
  notBefore: new Date(Date.now() - 2 * DAY),
  notAfter: new Date(Date.now() + days * DAY + DAY / 2),
})

/** The authority of the hosts in tests, and the file of its certificate. */
export const AUTHORITY = createAuthority({ name: 'Test Authority', ...validFor(365) })
export const CA_FILE = join(folder({ 'ca.pem': AUTHORITY.cert }), 'ca.pem')

/** What a host answers at a path: status 200 and JSON, but for what is said here. */
export type Page =
  | string
  | RequestListener
  | {
      readonly status?: number
      readonly type?: string
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
      readonly body?: string | Uint8Array
      /** Milliseconds before it answers. */
      readonly after?: number
    }

/** A host on loopback that answers for any name below example.com. */
export interface Host {
  readonly server: Server
  readonly port: number
  /** What leads the program to it, and makes it trust it. */
  readonly options: readonly string[]
  /** The URL of each request so far, in order. */
  readonly asked: string[]
  close(): Promise<void>
}

interface HostOptions {
  readonly days?: number
  readonly names?: readonly string[]
  /** Certificates of single names, in place of the one for all. */
  readonly certificates?: Readonly<Record<string, Identity>>
}

/** Starts a real server over TLS on loopback. */
export async function startHost(
  answer: RequestListener,
  { days = 90, names = ['*.example.com', 'example.com'], certificates = {} }: HostOptions = {},
): Promise<Host> {
  const { cert, key } = issueCertificate(AUTHORITY, { names, ...validFor(days) })
  const contexts = new Map(
    Object.entries(certificates).map(([name, identity]) => [name, createSecureContext(identity)]),
  )
  const asked: string[] = []
  const server = createServer(
    {
      cert,
      key,
      SNICallback: (name, done) => done(null, contexts.get(name)),
    },
    (request, response) => {
      asked.push(urlOf(request))
      answer(request, response)
    },
  )
  server.on('tlsClientError', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    options: ['--ca', CA_FILE, '--connect-to', `::127.0.0.1:${port}`],
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** Starts a host of pages, by path or by URL; at any other it answers 404. */
export const startSite = (
  pages: Readonly<Record<string, Page>>,
  options?: HostOptions,
): Promise<Host> =>
  startHost((request, response) => {
    const page = pages[urlOf(request)] ?? pages[request.url ?? '']
    if (typeof page === 'function') page(request, response)
    else send(response, page ?? { status: 404, type: 'text/html', body: '<h1>Not Found</h1>' })
  }, options)

function send(response: ServerResponse, page: Exclude<Page, RequestListener>): void {
  const {
    status = 200,
    type = 'application/json',
    headers = {},
    body = '',
    after = 0,
  } = typeof page === 'string' ? { body: page } : page
  const answer = () =>
    response
      .writeHead(status, { 'Content-Type': type, ...headers } as Record<string, string>)
      .end(body)
  if (after > 0) setTimeout(answer, after)
  else answer()
}

/** The URL of a request, as its client has it. */
export const urlOf = ({ headers, url }: IncomingMessage): string => `https://${headers.host}${url}`

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

/** What a run found. */
interface Judged extends Outcome {
  readonly reports: readonly Report[]
  /** Severity, requirement and message of each finding. */
  readonly found: readonly string[]
  /** Why requirements could not be judged, each reason once. */
  readonly unjudged: readonly string[]
}

/** Runs `validate` with a report in JSON, which must be what the schema describes. */
export async function judge(
  argv: readonly string[],
  setting: Parameters<typeof runHere>[1] = {},
  command: 'validate' | 'lint' = 'validate',
): Promise<Judged> {
  const outcome = await runHere([command, ...argv, '--format', 'json'], setting)
  const file = JSON.parse(outcome.stdout) as ReportFile
  isReportFile(file)
  expect(isReportFile.errors).toBeNull()
  const results = file.reports.flatMap(({ results }) => results)
  const reasons = results.flatMap(({ status, reason }) =>
    status === 'could-not-run' && reason !== undefined ? [reason] : [],
  )
  return {
    ...outcome,
    reports: file.reports,
    found: results.flatMap(({ diagnostics }) =>
      diagnostics.map(({ id, severity, message }) => `${severity} ${id}: ${message}`),
    ),
    unjudged: Array.from(new Set(reasons)),
  }
}
