import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, test } from 'vitest'
import { fetchFrom, pause, serveBytes, serveHttps, serveTls } from './servers.js'

const HEAD = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`

/** A whole answer with a body of two bytes. */
const answer = (headers: string, head = HEAD): string =>
  `${head}${headers}Content-Length: 2\r\n\r\n{}`

/** Fetches the same bytes once; the server closes the connection after them. */
const fetchBytes = async (packets: string | Uint8Array | readonly (string | Uint8Array)[]) =>
  fetchFrom(
    (
      await serveBytes(
        ...(typeof packets === 'string' || packets instanceof Uint8Array ? [packets] : packets),
      )
    ).port,
  )

describe.concurrent('no HTTP/1.1', () => {
  test.for([
    [
      'T-143 Content-Length and Transfer-Encoding',
      'malformed-http',
      `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'T-143 Transfer-Encoding and Content-Length',
      'malformed-http',
      `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'T-143 two lengths',
      'malformed-http',
      `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
    ],
    [
      'T-143 the same length twice',
      'malformed-http',
      `${HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
    ],
    ...['-2', '99999999999999999999', '1e3', '+2', '0x2', '2, 2', '2 2', '2;', ''].map((length) => [
      `T-143 the length "${length}"`,
      'malformed-http',
      `${HEAD}Content-Length: ${length}\r\n\r\n{}`,
    ]),
    ['T-145 a bare LF', 'malformed-http', answer('A: b\n')],
    ['T-145 bare LFs only', 'malformed-http', answer('').replaceAll('\r', '')],
    ['T-145 a bare CR', 'malformed-http', answer('A: b\r')],
    ['T-145 a folded header', 'malformed-http', answer('A: b\r\n c\r\n')],
    ['T-145 a NUL in a header', 'malformed-http', answer('A: b\0c\r\n')],
    ['T-145 an ESC in a header', 'malformed-http', answer('A: b\x1bc\r\n')],
    ['T-145 a space before the colon', 'malformed-http', answer('A : b\r\n')],
    ['T-145 a header without a name', 'malformed-http', answer(': b\r\n')],
    ['T-145 HTTP/0.9', 'malformed-http', '{"client_id":"https://client.example.com/cimd.json"}'],
    ...['0.9', '2.0', '3.0', '1.', '11.1'].map((version) => [
      `T-145 HTTP/${version} in its first line`,
      'malformed-http',
      answer('', `HTTP/${version} 200 OK\r\n`),
    ]),
    ['T-145 ICY', 'malformed-http', answer('', 'ICY 200 OK\r\n')],
    ['T-145 SSH', 'malformed-http', 'SSH-2.0-BANNER\r\n'],
    ['T-145 SMTP', 'malformed-http', '220 BANNER ESMTP\r\n'],
    ...['000', '099', '101', '20', '1000', '2e2', '-20'].map((status) => [
      `the status ${status}`,
      'malformed-http',
      answer('', `HTTP/1.1 ${status} OK\r\n`),
    ]),
    [
      'T-137 a change of protocol',
      'malformed-http',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ],
    [
      'T-137 a change of protocol to nothing',
      'malformed-http',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    ],
    ...['gzip', 'gzip, chunked', 'chunked, chunked', 'chunkedx', 'identity', 'chunked;q=1'].map(
      (coding) => [
        `the transfer coding ${coding}`,
        'malformed-http',
        `${HEAD}Transfer-Encoding: ${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      ],
    ),
    ['T-146 a header of 17 KB', 'headers-too-large', answer(`A: ${'x'.repeat(17_000)}\r\n`)],
    ['a header name of 17 KB', 'headers-too-large', answer(`${'x'.repeat(17_000)}: a\r\n`)],
    [
      'a reason phrase of 17 KB',
      'headers-too-large',
      answer('', `HTTP/1.1 200 ${'x'.repeat(17_000)}\r\n`),
    ],
    ['T-146 2,500 headers', 'too-many-headers', answer('a:b\r\n'.repeat(2500))],
    ['T-146 101 headers', 'too-many-headers', answer('a:b\r\n'.repeat(100))],
    [
      'T-123 5,000 content codings',
      'headers-too-large',
      answer(`Content-Encoding: ${'gzip, '.repeat(5000)}\r\n`),
    ],
    [
      'T-136 200,000 informational answers',
      'too-many-informational',
      `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(200_000)}${answer('')}`,
    ],
    [
      'T-136 17 informational answers',
      'too-many-informational',
      `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(17)}${answer('')}`,
    ],
    [
      'T-137 100 Continue 17 times',
      'too-many-informational',
      `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(17)}${answer('')}`,
    ],
    ['endless empty lines', 'malformed-http', '\r\n'.repeat(1_000_000)],
  ] as [string, string, string][])('%s', async ([, code, bytes], { expect }) => {
    const { exchange, body } = await fetchBytes(bytes)
    expect(exchange.error).toMatchObject({ code, phase: 'headers' })
    expect(exchange.error?.message).not.toContain('BANNER')
    expect(exchange.response).toBeUndefined()
    expect(body).toHaveLength(0)
  })

  test.for([
    ['a chunk size beyond all numbers', 'malformed-http', `${CHUNKED}fffffffffffffffff\r\n{}`],
    ['a negative chunk size', 'malformed-http', `${CHUNKED}-1\r\n{}`],
    ['chunks that end in a bare LF', 'malformed-http', `${CHUNKED}2\n{}\n0\n\n`],
    ['a chunk that is longer than it says', 'malformed-http', `${CHUNKED}2\r\n{}XX\r\n0\r\n\r\n`],
    [
      'T-127 a chunk extension of 100 KB',
      'malformed-http',
      `${CHUNKED}2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'T-127 endless chunk extensions',
      'malformed-http',
      `${CHUNKED}${`1;${'x'.repeat(10_000)}\r\n \r\n`.repeat(1000)}`,
    ],
    [
      'T-128 a trailer of 100 KB',
      'headers-too-large',
      `${CHUNKED}2\r\n{}\r\n0\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`,
    ],
    [
      'T-128 trailers of 500 KB',
      'headers-too-large',
      `${CHUNKED}2\r\n{}\r\n0\r\n${'a:b\r\n'.repeat(100_000)}\r\n`,
    ],
    ['T-138 less than its length', 'truncated', `${HEAD}Content-Length: 100\r\n\r\n{}`],
    ['T-150 a length and nothing, as to HEAD', 'truncated', `${HEAD}Content-Length: 100\r\n\r\n`],
    ['a last chunk that never comes', 'truncated', `${CHUNKED}2\r\n{}\r\n`],
    ['half a chunk', 'truncated', `${CHUNKED}8\r\n{}`],
  ])('%s', async ([, code = '', bytes = ''], { expect }) => {
    const { exchange, body } = await fetchBytes(bytes)
    expect(exchange.error).toMatchObject({ code, phase: 'body' })
    expect(exchange.response).toMatchObject({ status: 200, truncated: true })
    expect(body).toHaveLength(0)
  })
})

describe.concurrent('an odd answer that is one', () => {
  test.for([
    ['in pieces', [HEAD.slice(0, 9), `${HEAD.slice(9)}Conte`, 'nt-Length: 2\r\n\r', '\n{', '}']],
    ['in chunks', [`${CHUNKED}1\r\n{\r\n`, '1\r\n}\r\n0\r', '\n\r\n']],
    ['with trailers', [`${CHUNKED}2\r\n{}\r\n0\r\nA: b\r\n\r\n`]],
    ['to the end of the connection', [`${HEAD}\r\n{`, '}']],
    [
      'T-143 with spaces around its length, RFC 9110 section 5.5',
      [`${HEAD}Content-Length:  2 \r\n\r\n{}`],
    ],
    ['of HTTP/1.0', [answer('', 'HTTP/1.0 200 OK\r\n')]],
    ['without a reason phrase', [answer('', 'HTTP/1.1 200\r\n')]],
    ['after an empty line', [answer('', `\r\n${HEAD}`)]],
    ['that offers another protocol', [answer('Connection: Upgrade\r\nUpgrade: h2,h2c\r\n')]],
    [
      'T-135 after 16 informational answers',
      [`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(16)}${answer('')}`],
    ],
    ['T-144 and more in the same packet', [`${answer('')}[1, 2, 3]`]],
    ['T-144 and more in the next', [answer(''), '[1, 2, 3]']],
    ['T-144 and more, although it closes', [`${answer('Connection: close\r\n')}[1, 2, 3]`]],
    ['T-144 and another answer', [`${answer('')}${HEAD}Content-Length: 3\r\n\r\n[1]`]],
    ['T-144 and a redirect', [`${answer('')}HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n`]],
    ['T-144 and endlessly more', [`${answer('')}${'x'.repeat(2_000_000)}`]],
    ['T-144 and more after its last chunk', [`${CHUNKED}2\r\n{}\r\n0\r\n\r\n{"client_id": 1}`]],
  ] as [string, string[]][])('%s', async ([, packets], { expect }) => {
    const { exchange, text } = await fetchBytes(packets)
    expect(exchange.error).toBeUndefined()
    expect(exchange.response).toMatchObject({ status: 200, bytes: 2, truncated: false })
    expect(text).toBe('{}')
  })

  test.for([
    ['T-150 204 with a body', 204, '', answer('', 'HTTP/1.1 204 No Content\r\n')],
    ['T-150 304 with a body', 304, '', answer('', 'HTTP/1.1 304 Not Modified\r\n')],
    ['T-150 205 with a body', 205, '{}', answer('', 'HTTP/1.1 205 Reset Content\r\n')],
    ['200 without a body', 200, '', `${HEAD}Content-Length: 0\r\n\r\n`],
    ['200 with nothing but headers', 200, '', `${HEAD}\r\n`],
    ['a status that nobody knows', 999, '{}', answer('', 'HTTP/1.1 999 Who Knows\r\n')],
  ] as [string, number, string, string][])('%s', async ([, status, body, bytes], { expect }) => {
    const { exchange, text } = await fetchBytes(bytes)
    expect(exchange.error).toBeUndefined()
    expect(exchange.response).toMatchObject({ status, bytes: body.length, truncated: false })
    expect(text).toBe(body)
  })

  test('an answer before the question', async ({ expect }) => {
    const { port } = await serveTls((socket) => socket.end(answer('')))
    const { exchange, text } = await fetchFrom(port)
    expect(exchange.error).toBeUndefined()
    expect(text).toBe('{}')
  })
})

describe.concurrent('what is reported and not judged', () => {
  test.for([
    200, 201, 202, 203, 206, 207, 226, 299, 300, 305, 306, 400, 401, 403, 404, 407, 410, 418, 429,
    500, 502, 503, 599,
  ])('T-097, T-100, T-103 the status %i', async (status, { expect }) => {
    const server = await serveBytes(
      answer('Retry-After: 1\r\nContent-Type: text/html\r\n', `HTTP/1.1 ${status} X\r\n`),
    )
    const { exchange, text } = await fetchFrom(server.port)
    expect(exchange.error).toBeUndefined()
    expect(exchange.response).toMatchObject({ status, bytes: 2 })
    expect(exchange.response?.headers).toContainEqual(['Retry-After', '1'])
    expect(text).toBe('{}')
    await pause(20)
    expect(server.connections).toBe(1)
  })

  test.for([
    ...['Content-Type', 'Cache-Control', 'ETag', 'Location'].map((name) => [
      `T-147 ${name} twice`,
      [
        [name, 'a/b'],
        [name, 'c/d'],
      ],
    ]),
    ...[
      'text/html',
      'application/json; charset=utf-16',
      'APPLICATION/JSON',
      'application/json, text/html',
      'x'.repeat(8000),
      '',
    ].map((type) => [`T-148 the media type ${type.slice(0, 40)}`, [['Content-Type', type]]]),
    ['T-124 an empty content coding', [['Content-Encoding', '']]],
    ['T-123 six content codings', [['Content-Encoding', 'gzip, gzip, gzip, gzip, gzip, gzip']]],
    [
      'T-149 what a browser would heed',
      [
        ['WWW-Authenticate', 'Negotiate'],
        ['Alt-Svc', 'h3=":443"'],
        ['Strict-Transport-Security', 'max-age=1'],
      ],
    ],
    [
      'names of Object.prototype',
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['toString', 'c'],
      ],
    ],
    ['bytes that are no ASCII', [['A', 'caf\xe9']]],
    ['98 others', Array.from({ length: 98 }, (_, index) => [`X-${index}`, 'y'])],
  ] as [string, [string, string][]][])('%s', async ([, headers], { expect }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const { exchange, text } = await fetchBytes(answer(lines))
    expect(exchange.error).toBeUndefined()
    expect(exchange.response?.headers).toEqual([...headers, ['Content-Length', '2']])
    expect(text).toBe('{}')
  })

  test('T-149 cookies, which are not told', async ({ expect }) => {
    const server = await serveBytes(answer('Set-Cookie: session=s3cr3t\r\n'))
    const { exchange } = await fetchFrom(server.port)
    expect(exchange.response?.headers).toContainEqual(['Set-Cookie', '[redacted]'])
    await fetchFrom(server.port)
    expect(server.received.join()).not.toMatch(/cookie/i)
  })

  const plain = Buffer.alloc(52_000_000)
  test.for([
    ['T-121 a small bomb in brotli', 'br', brotliCompressSync(plain)],
    ['T-121 a bomb in gzip', 'gzip', gzipSync(plain)],
    ['T-121 a bomb in deflate', 'deflate', deflateSync(plain)],
    ['T-121 x-gzip', 'x-gzip', gzipSync('{}')],
    ['T-121 zstd, as far as it says', 'zstd', Buffer.from('28b52ffd', 'hex')],
    ['T-122 a small document in gzip', 'gzip', gzipSync('{}')],
    ['T-124 GZIP', 'GZIP', gzipSync('{}')],
    ['T-124 aws-chunked', 'aws-chunked', Buffer.from('2\r\n{}\r\n0\r\n\r\n')],
    ['T-124 identity', 'identity', Buffer.from('{}')],
  ] as [string, string, Buffer][])('%s, as it came', async ([, coding, bytes], { expect }) => {
    const server = await serveHttps((_, response) => {
      response.writeHead(200, { 'Content-Encoding': coding }).end(bytes)
    })
    const { exchange, body } = await fetchFrom(server.port)
    expect(exchange.error).toBeUndefined()
    expect(exchange.response?.headers).toContainEqual(['Content-Encoding', coding])
    expect(exchange.response?.bytes).toBe(bytes.length)
    expect(Buffer.compare(body, bytes)).toBe(0)
  })
})
