import type { IncomingMessage, RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { documentAt, judge, startSite, urlOf } from './host.js'
import { folder } from './support.js'

const URL = 'https://client.example.com/cimd.json'
const DOCUMENT = documentAt(URL)

/** Answers with the document, an ETag, and 304 to whoever has it: a host without a fault. */
const good: RequestListener = ({ headers }, response) => {
  response.setHeader('ETag', '"a"').setHeader('Content-Type', 'application/json')
  if (headers['if-none-match'] === '"a"') response.writeHead(304).end()
  else response.end(DOCUMENT)
}

/** Judges a document with --probe on a host that answers so, at every URL. */
async function probe(answer: RequestListener, ...argv: readonly string[]) {
  const seen: IncomingMessage[] = []
  const site = await startSite({})
  site.server.removeAllListeners('request')
  site.server.on('request', (request, response) => {
    seen.push(request)
    answer(request, response)
  })
  const targets = argv.length > 0 && !argv[0]?.startsWith('-') ? [] : [URL]
  const outcome = await judge([...targets, ...argv, '--probe', ...site.options])
  await site.close()
  return { ...outcome, seen, asked: seen.map(urlOf) }
}

/** The host without a fault at its URL, and another answer where a condition holds. */
const except =
  (holds: (request: IncomingMessage) => boolean, other: RequestListener): RequestListener =>
  (request, response) => {
    if (holds(request)) other(request, response)
    else if (urlOf(request) === URL) good(request, response)
    else response.writeHead(404).end()
  }

const never = () => false
const isBrowser = ({ headers }: IncomingMessage) => /^Mozilla/.test(headers['user-agent'] ?? '')
const isAnonymous = ({ headers }: IncomingMessage) => headers['user-agent'] === undefined
const isForAnything = ({ headers }: IncomingMessage) => headers.accept === '*/*'
const isConditional = ({ headers }: IncomingMessage) =>
  headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined

test('a host without a fault is asked eight times at most, in eight ways', async () => {
  const { code, found, seen, asked } = await probe(except(never, good))
  expect([code, found]).toEqual([0, []])
  expect(asked).toEqual([
    ...Array.from({ length: 5 }, () => URL),
    `${URL}/`,
    `${URL}?cimd`,
    'https://client.example.com/CIMD.JSON',
  ])
  expect(seen.map(({ headers }) => headers.accept)).toEqual([
    ...['application/json', 'application/json', '*/*'],
    ...Array.from({ length: 5 }, () => 'application/json'),
  ])
  expect(
    [isBrowser, isForAnything, isAnonymous, isConditional].map((is) => seen.findIndex(is)),
  ).toEqual([1, 2, 3, 4])
})

test('and never again for what may pass', async () => {
  const fails: RequestListener = (_, response) =>
    response.writeHead(503, { 'Retry-After': '0' }).end()
  const { asked } = await probe(
    except(
      (request) =>
        !isConditional(request) &&
        (isBrowser(request) || isAnonymous(request) || urlOf(request) !== URL),
      fails,
    ),
    '--retries',
    '3',
  )
  expect(asked).toHaveLength(8)
  const resets: RequestListener = (_, response) => response.socket?.destroy()
  expect((await probe(except(isBrowser, resets), '--retries', '3')).asked).toHaveLength(8)
})

test('without --probe it is asked once', async () => {
  const site = await startSite({ '/cimd.json': good })
  await judge([URL, ...site.options])
  await judge([URL, ...site.options, '--linked'])
  await site.close()
  expect(site.asked).toEqual([URL, URL])
})

test('lint asks eight times where validate asks once, but for --no-probe', async () => {
  const site = await startSite({ '/cimd.json': good })
  await judge([URL, ...site.options, '--no-probe'], {}, 'lint')
  expect(site.asked).toEqual([URL])
  await judge([URL, ...site.options, '--probe'], {}, 'lint')
  await judge([URL, ...site.options], {}, 'lint')
  await site.close()
  expect(site.asked).toHaveLength(17)
})

describe('--probe finds', () => {
  const page: RequestListener = (_, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html>')

  test.each<[what: string, answer: RequestListener, line: string]>([
    [
      'a page for browsers',
      except(isBrowser, page),
      'warning fetch-deterministic: asked as a browser, the URL sends other bytes than before',
    ],
    [
      'a page for whoever takes anything',
      except(isForAnything, page),
      'warning fetch-deterministic: asked for any media type, the URL sends other bytes than before',
    ],
    [
      'a wall for programs without name',
      except(isAnonymous, (_, response) => response.writeHead(403).end()),
      'warning fetch-deterministic: asked without User-Agent, the URL answers 403, not 200',
    ],
    [
      'nothing for programs without name',
      except(isAnonymous, (_, response) => response.socket?.destroy()),
      'warning fetch-deterministic: asked without User-Agent, the URL does not answer',
    ],
    [
      'a document with the time in it',
      except(isBrowser, (_, response) =>
        response.end(documentAt(URL, { software_version: `${Date.now()}` })),
      ),
      'warning fetch-deterministic: asked as a browser, the URL sends other bytes than before',
    ],
    [
      'the whole document again',
      except(isConditional, (_, response) => response.end(DOCUMENT)),
      'info fetch-revalidates: asked with If-None-Match, the URL answers 200, not 304',
    ],
    [
      'an error to whoever asks whether it changed',
      except(isConditional, (_, response) => response.writeHead(500).end()),
      'info fetch-revalidates: asked with If-None-Match, the URL answers 500, not 304',
    ],
    ...['/cimd.json/', '/cimd.json?cimd', '/CIMD.JSON'].map(
      (path): [string, RequestListener, string] => [
        `the document at ${path}`,
        except(({ url }) => url === path, good),
        `info fetch-client-id-variants: asked at "https://client.example.com${path}", the host sends a document whose client_id is "${URL}"`,
      ],
    ),
  ])('%s', async (_, answer, line) => {
    const { code, found, reports } = await probe(answer)
    expect([code, found]).toEqual([0, [line]])
    const [place] = reports.flatMap(({ results }) =>
      results.flatMap(({ diagnostics }) => diagnostics.map(({ location }) => location)),
    )
    expect(place).toMatchObject({ kind: 'exchange' })
  })

  test('a host that takes any spelling, each of them', async () => {
    const { found } = await probe(good)
    expect(found.filter((line) => line.includes('fetch-client-id-variants'))).toHaveLength(3)
  })

  test('nothing at another spelling whose document has that for its client_id', async () => {
    const { found } = await probe((request, response) => {
      if (isConditional(request)) response.writeHead(304).end()
      else
        response
          .setHeader('ETag', '"b"')
          .setHeader('Content-Type', 'application/json')
          .end(documentAt(urlOf(request)))
    })
    expect(found).toEqual([])
  })

  test('whether it changed, by its date where there is no ETag, and not at all without either', async () => {
    const dated: RequestListener = ({ headers }, response) => {
      response
        .setHeader('Content-Type', 'application/json')
        .setHeader('Last-Modified', 'Mon, 02 Nov 2026 10:00:00 GMT')
      if (headers['if-modified-since'] === 'Mon, 02 Nov 2026 10:00:00 GMT')
        response.writeHead(304).end()
      else response.end(DOCUMENT)
    }
    const byDate = await probe(except((request) => urlOf(request) === URL, dated))
    expect([byDate.found, byDate.asked.length]).toEqual([[], 8])
    const plain: RequestListener = (_, response) =>
      response.setHeader('Content-Type', 'application/json').end(DOCUMENT)
    const without = await probe(except((request) => urlOf(request) === URL, plain))
    expect([without.found, without.asked.length]).toEqual([[], 7])
  })
})

test.each<[what: string, answer: RequestListener]>([
  ['404', (_, response) => response.writeHead(404).end()],
  ['a redirect', (_, response) => response.writeHead(301, { Location: '/' }).end()],
  ['compressed', (_, response) => response.setHeader('Content-Encoding', 'gzip').end()],
  ['429', (_, response) => response.writeHead(429).end()],
])(
  'where there is no document but %s, it is asked once, and what was not probed is said',
  async (_, answer) => {
    const { code, asked, reports } = await probe(answer)
    expect([code, asked]).toEqual([1, [URL]])
    const statuses = reports.flatMap(({ results }) =>
      results
        .filter(({ id }) => /^fetch-(?:deterministic|revalidates|client-id-variants)$/.test(id))
        .map(({ status }) => status),
    )
    expect(statuses).toEqual(['could-not-run', 'could-not-run', 'could-not-run'])
  },
)

test('with --hosted it probes where a file is published', async () => {
  const site = await startSite({ '/cimd.json': good })
  const cwd = folder({ 'cimd.json': DOCUMENT })
  expect(
    (await judge(['cimd.json', '--hosted', '--probe', ...site.options], { cwd })).found,
  ).toEqual([])
  await site.close()
  expect(site.asked).toHaveLength(8)
})
