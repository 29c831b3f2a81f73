/**
 * What every server under test shares: it runs in a process of its own, asks for documents at one host
 * on loopback whatever their URLs say, and is asked for authorizations by messages.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Agent, buildConnector, fetch } from 'undici'

const { DOCUMENTS_PORT = '', DOCUMENTS_CA = '' } = process.env

/** No address may stand where the name of a host is told: RFC 6066 section 3. */
const nameOf = (host) => (isIP(host.replace(/^\[|\]$/g, '')) ? '' : host)

const connect = buildConnector({ ca: readFileSync(DOCUMENTS_CA) })

const dispatcher = new Agent({
  connect: (options, done) =>
    connect(
      {
        ...options,
        servername: nameOf(options.servername ?? options.hostname),
        hostname: '127.0.0.1',
        port: DOCUMENTS_PORT,
      },
      done,
    ),
})

/** Fetches as the server asks, but from the host of the test. */
export const fetchDocument = async (input, init = {}) => {
  const { dispatcher: _, headers, ...rest } = init
  const url = typeof input === 'string' || input instanceof URL ? input : input.url
  const given = input?.headers ?? headers
  const { signal, redirect } = typeof input === 'object' && 'url' in input ? input : {}
  return fetch(url, {
    ...(signal && { signal }),
    ...(redirect && { redirect }),
    ...rest,
    headers: Object.fromEntries(new Headers(given)),
    dispatcher,
  })
}

/**
 * Answers the test.
 *
 * @param authorize Begins an authorization: whether the user would be asked to log in or to consent,
 * and what the server says otherwise.
 */
export function answer(authorize) {
  process.on('message', async ({ id, ...request }) => {
    try {
      process.send({ id, ...(await authorize(request)) })
    } catch (error) {
      process.send({ id, error: String(error.stack) })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send({ isReady: true })
}
