import { type IncomingMessage, request as openRequest } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { quote } from '../core/printable.js'
import { redactHeader } from '../core/secrets.js'
import type { Exchange } from '../core/types.js'
import type { Journey } from './dial.js'
import { TransportError } from './transport-error.js'

const MAX_HEADER_BYTES = 16_384
const MAX_HEADERS = 100
const MAX_INFORMATIONAL = 16
/** What comes over the connection at most: headers, and the body in chunks of one byte. */
const MAX_FRAMING_BYTES = 65_536
const MAX_FRAMING_FACTOR = 8

/** What is sent: path and query, and all headers in their order. */
interface Request {
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
}

/**
 * Sends a request and reads the answer into the exchange, whatever its status; it decodes nothing.
 *
 * @returns The body as it was received.
 *
 * @throws What went wrong before the answer was complete; what happens afterwards is ignored.
 */
export function receive(
  socket: TLSSocket,
  { path, headers }: Request,
  maxBytes: number,
  exchange: Exchange,
  journey: Journey,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined
    let isOver = false
    const end = () => {
      isOver = true
      journey.signal.removeEventListener('abort', fail)
    }
    const fail = (error: unknown) => {
      if (isOver) return
      end()
      if (exchange.response) exchange.response.truncated = true
      socket.destroy()
      reject(error)
    }
    const lose = (error: unknown) => {
      // RFC 9112 section 6.3: the message ends where its framing says, whatever follows it.
      if (answer?.complete) return
      const { code } = error as NodeJS.ErrnoException
      fail(answer && code === 'ECONNRESET' ? { code: 'TRUNCATED' } : error)
    }

    const asked = openRequest({
      method: 'GET',
      path,
      headers: headers.flat(),
      createConnection: () => socket,
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
    })
    asked.on('error', lose)
    // The request hears nothing of its socket before the next turn.
    socket.on('error', lose)
    socket.on('close', () => lose({ code: 'ECONNRESET' }))
    journey.signal.addEventListener('abort', fail, { once: true })
    if (socket.destroyed || journey.signal.aborted) {
      fail({ code: 'ECONNRESET' })
      return
    }

    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > maxBytes * MAX_FRAMING_FACTOR + MAX_FRAMING_BYTES) fail(tooMuchFraming())
    })
    let informational = 0
    asked.on('information', () => {
      if (++informational > MAX_INFORMATIONAL) fail(tooManyInformational())
    })
    asked.on('upgrade', (message) => fail(faultOf(message)))
    asked.on('response', (message) => {
      if (isOver) return
      const fault = faultOf(message)
      if (fault) {
        fail(fault)
        return
      }
      answer = message
      journey.enter('body')
      const response = toResponse(message)
      exchange.response = response
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => {
        response.bytes += chunk.length
        if (response.bytes > maxBytes) fail(tooLarge(maxBytes))
        else chunks.push(chunk)
      })
      message.on('end', () => {
        if (isOver) return
        end()
        resolve(Buffer.concat(chunks))
      })
      if (Number(message.headers['content-length']) > maxBytes) fail(tooLarge(maxBytes))
    })
    asked.end()
  })
}

const tooLarge = (maxBytes: number): TransportError =>
  new TransportError(
    'too-large',
    `the body is longer than ${maxBytes} bytes; publish only the client metadata, or give a larger --max-bytes`,
  )

/** Chunk extensions, trailers and empty lines have no end of their own. */
const tooMuchFraming = (): TransportError =>
  new TransportError(
    'malformed-http',
    'the answer has far more bytes around its body than in it; send the body as it is',
  )

const tooManyInformational = (): TransportError =>
  new TransportError(
    'too-many-informational',
    `more than ${MAX_INFORMATIONAL} informational answers came before the real one; mend the server`,
  )

/** Says what is wrong with the head of an answer that the parser lets pass. */
function faultOf(message: IncomingMessage): TransportError | undefined {
  const { statusCode = 0, httpVersion, headers, rawHeaders } = message
  if (!httpVersion.startsWith('1.') || statusCode < 200) {
    return new TransportError(
      'malformed-http',
      `the answer has the version HTTP/${httpVersion} and the status ${statusCode}, which nobody asked for; mend the server`,
    )
  }
  const coding = headers['transfer-encoding'] ?? 'chunked'
  if (coding.toLowerCase() !== 'chunked') {
    return new TransportError(
      'malformed-http',
      `the answer has the transfer coding ${quote(coding)}, which nobody asked for; send the body as it is`,
    )
  }
  if (rawHeaders.length > MAX_HEADERS * 2) {
    return new TransportError(
      'too-many-headers',
      `the answer has more than ${MAX_HEADERS} headers; send what the document needs`,
    )
  }
  return undefined
}

function toResponse({ statusCode = 0, rawHeaders }: IncomingMessage) {
  const headers: [string, string][] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    headers.push([name, redactHeader(name, rawHeaders[index + 1] ?? '')])
  }
  return { status: statusCode, headers, bytes: 0, truncated: false }
}
