import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { CA_FILE, type Host } from '../host.js'

/** A server of somebody else, as it was published, in a process of its own. */
export interface ForeignServer {
  /** Begins an authorization. */
  authorize(request: AuthorizationRequest): Promise<AuthorizationAnswer>
  close(): void
}

interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  /** What is asked for, where it is not what the server is asked for usually. */
  readonly scope?: string
}

interface AuthorizationAnswer {
  /** Whether the user would be asked to log in or to consent. */
  readonly isAccepted: boolean
  /** What the server says otherwise. */
  readonly reason: string
}

const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** What is said by the process of a server. */
type Message = { readonly isReady: true } | Said
type Said = { readonly id: number; readonly error?: string } & AuthorizationAnswer

/**
 * Starts a server.
 *
 * @param name Its file in this directory.
 * @param variant How it is set up, where there is more than one way.
 * @param host Where it finds the documents.
 */
export async function startServer(
  name: string,
  variant: string,
  { port }: Pick<Host, 'port'>,
): Promise<ForeignServer> {
  const child = fork(`test/servers/${name}.mjs`, [variant], {
    env: { ...process.env, DOCUMENTS_PORT: `${port}`, DOCUMENTS_CA: CA_FILE, NODE_OPTIONS: '' },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, (said: Said) => void>()
  const log = readLog(child)
  await new Promise<void>((done, fail) => {
    child.once('exit', (code) => fail(new Error(`${name} ended with ${code}: ${log()}`)))
    child.on('message', (message: Message) => {
      if ('isReady' in message) return done()
      waiting.get(message.id)?.(message)
      waiting.delete(message.id)
    })
  })
  let count = 0
  return {
    async authorize(request) {
      const id = ++count
      const said = await new Promise<Said>((done) => {
        waiting.set(id, done)
        child.send({ id, challenge: CHALLENGE, ...request })
      })
      if (said.error !== undefined) throw new Error(`${name}: ${said.error}\n${log()}`)
      return said
    },
    close: () => child.disconnect(),
  }
}

function readLog(child: ChildProcess): () => string {
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-5000)
    })
  }
  return () => log
}
