import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { documentAt, type Host, judge, type Page, startSite } from './host.js'
import { folder, runHere } from './support.js'

const at = (path: string) => `https://client.example.com${path}`
const URL = at('/cimd.json')

const jwk = (key: ReturnType<typeof generateKeyPairSync>['publicKey'], more: object = {}) => ({
  ...key.export({ format: 'jwk' }),
  ...more,
})
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PUBLIC = jwk(EC.publicKey, { kid: 'a', use: 'sig', alg: 'ES256' })
const RSA = jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, { kid: 'rsa' })
const WEAK = jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, { kid: 'weak' })

const keys = (...keys: readonly unknown[]): string => JSON.stringify({ keys })

/** What a document has that signs its assertions with keys at jwks_uri. */
const SIGNING = {
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks_uri: at('/jwks.json'),
}

/** Judges a document with --linked where these pages are. */
async function follow(
  members: Readonly<Record<string, unknown>>,
  pages: Readonly<Record<string, Page>>,
  ...argv: readonly string[]
) {
  const site = await startSite({ '/cimd.json': documentAt(URL, members), ...pages })
  const outcome = await judge([URL, '--linked', ...site.options, ...argv])
  await site.close()
  const asked = site.asked.map((url) => url.replace(at(''), ''))
  return { ...outcome, asked }
}

describe('the keys at jwks_uri are judged as those in a document:', () => {
  test.each<[what: string, set: string]>([
    ['one', keys(PUBLIC)],
    ['two', keys(PUBLIC, RSA)],
    ['with members that nobody knows', JSON.stringify({ keys: [PUBLIC], next: 1 })],
  ])('%s', async (_, set) => {
    const page = { type: 'application/jwk-set+json', body: set }
    expect(await follow(SIGNING, { '/jwks.json': page })).toMatchObject({
      ...{ code: 0, found: [], asked: ['/cimd.json', '/jwks.json'] },
    })
  })

  test.each<[what: string, set: string, code: number, found: RegExp[]]>([
    [
      'a private key',
      keys(jwk(EC.privateKey, { kid: 'a' })),
      1,
      [/^error jwks-no-private-members: key 0/],
    ],
    [
      'a symmetric key',
      keys({ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }),
      1,
      [/^error jwks-no-symmetric: key 0/],
    ],
    ['a weak RSA key', keys(PUBLIC, WEAK), 1, [/^error jwks-rsa-min: .*1024/]],
    [
      'a curve that makes no such signatures',
      keys({ ...PUBLIC, crv: 'P-512', alg: undefined }),
      1,
      [/^error jwks-alg-match: .* no key of jwks can make/],
    ],
    ['the curve of another type', keys({ ...PUBLIC, crv: 'Ed25519' }), 1, [/^error jwks-curve:/]],
    [
      'the algorithm of another type',
      keys({ ...PUBLIC, alg: 'RS256' }),
      1,
      [/^error jwks-alg-match: key 0/],
    ],
    ['none as algorithm', keys({ ...PUBLIC, alg: 'none' }), 1, [/^error jwks-alg-match: key 0/]],
    [
      'none that signs as the document says',
      keys(RSA),
      1,
      [/^error jwks-alg-match: token_endpoint_auth_signing_alg is "ES256", and no key/],
    ],
    ['half a key', keys({ ...PUBLIC, y: undefined }), 1, [/^error jwks-required-members:/]],
    [
      'one kid twice',
      keys(PUBLIC, { ...PUBLIC, x: PUBLIC.y, y: PUBLIC.x }),
      0,
      [/^warning jwks-kid: key 1 of jwks has the kid "a", as key 0 has/],
    ],
    ['no keys', keys(), 1, [/^error jwks-nonempty:/]],
    ['no array of keys', '{}', 1, [/^error jwks-shape: jwks has no keys/]],
    [
      'keys of another type',
      '{"keys":5}',
      1,
      [/^error jwks-shape: jwks has keys that are a number/],
    ],
    [
      'a key that is no object',
      keys('a', null, 5, []),
      1,
      [/^error jwks-shape: key 0/, /key 1/, /key 2/, /key 3/],
    ],
  ])('%s', async (_, set, code, found) => {
    const page = { type: 'application/jwk-set+json', body: set }
    const outcome = await follow(SIGNING, { '/jwks.json': page })
    expect([outcome.code, outcome.found]).toEqual([
      code,
      found.map((line) => expect.stringMatching(line)),
    ])
    // The place is the answer that has the keys, not the document.
    for (const { location } of outcome.reports.flatMap(({ results }) =>
      results.flatMap(({ diagnostics }) => diagnostics),
    )) {
      expect(location).toEqual({ kind: 'exchange', exchange: 1 })
    }
  })

  test('and never shown', async () => {
    const { d = '' } = EC.privateKey.export({ format: 'jwk' })
    const site = await startSite({
      '/cimd.json': documentAt(URL, SIGNING),
      '/jwks.json': keys(jwk(EC.privateKey, { kid: 'a' }), { kty: 'oct', k: 'c2VjcmV0LWtleQ' }),
    })
    for (const format of ['text', 'json', 'ndjson', 'sarif', 'github', 'junit', 'markdown']) {
      const { stdout } = await runHere([
        'validate',
        URL,
        '--linked',
        ...site.options,
        '--format',
        format,
      ])
      expect(stdout).toContain('jwks-no-private-members')
      expect(stdout).not.toContain(d)
      expect(stdout).not.toContain('c2VjcmV0LWtleQ')
    }
    await site.close()
  })

  test.each<[what: string, page: Page, found: string]>([
    ['404', { status: 404 }, 'error jwks-uri-fetchable: jwks_uri answers 404, not 200'],
    [
      'a redirect',
      { status: 301, headers: { Location: '/keys' } },
      'error jwks-uri-fetchable: jwks_uri redirects (301) to "/keys", and servers do not follow',
    ],
    [
      'a page',
      { type: 'text/html', body: '<!doctype html>' },
      'error jwks-uri-fetchable: jwks_uri leads to no JSON object',
    ],
    ['an array', '[]', 'error jwks-uri-fetchable: jwks_uri leads to no JSON object'],
    ['nothing', '', 'error jwks-uri-fetchable: jwks_uri leads to no JSON object'],
    [
      'compressed',
      { headers: { 'Content-Encoding': 'gzip' }, body: 'x' },
      'error jwks-uri-fetchable: jwks_uri is sent compressed although nobody asks for it',
    ],
    [
      'another type',
      { type: 'text/plain', body: keys(PUBLIC) },
      'warning jwks-uri-fetchable: jwks_uri leads to "text/plain", not to JSON',
    ],
    [
      'too much',
      JSON.stringify({ keys: [PUBLIC], x: 'x'.repeat(65_536) }),
      'error jwks-uri-fetchable: jwks_uri leads to more than 64 KiB, which servers do not read',
    ],
  ])('%s', async (_, page, line) => {
    const { code, found } = await follow(SIGNING, { '/jwks.json': page })
    expect([code, found]).toEqual([line.startsWith('error') ? 1 : 0, [line]])
  })

  test('which cannot be reached, so they are not judged', async () => {
    const cut: Page = (_, response) => response.socket?.destroy()
    expect(await follow(SIGNING, { '/jwks.json': cut })).toMatchObject({
      code: 3,
      found: [],
      unjudged: [
        'jwks_uri gave no answer: "client.example.com" closed the connection before it answered; mend the server',
      ],
      asked: ['/cimd.json', '/jwks.json', '/jwks.json'],
    })
  })
})

describe('the logo is judged:', () => {
  const logo = (page: Page) => follow({ logo_uri: at('/logo') }, { '/logo': page })

  test.each(['image/png', 'image/svg+xml', 'IMAGE/WEBP; x=y'])('%s', async (type) => {
    expect(await logo({ type, body: 'x' })).toMatchObject({
      code: 0,
      found: [],
      asked: ['/cimd.json', '/logo'],
    })
  })

  test('as large as it may be', async () => {
    expect(await logo({ type: 'image/png', body: 'x'.repeat(262_144) })).toMatchObject({
      code: 0,
      found: [],
    })
  })

  test.each<[what: string, page: Page, message: string]>([
    ['404', { status: 404 }, 'logo_uri answers 404, not 200'],
    [
      'a redirect',
      { status: 302, headers: { Location: 'https://cdn.example.com/l' } },
      'logo_uri redirects (302) to "https://cdn.example.com/l", and servers do not follow',
    ],
    [
      'a page',
      { type: 'text/html', body: '<html>' },
      'logo_uri leads to "text/html", not to an image',
    ],
    [
      'no type',
      { headers: { 'Content-Type': '' } },
      'logo_uri leads to no media type, not to an image',
    ],
    ['nothing', { type: 'image/png' }, 'logo_uri leads to an image without content'],
    [
      'too large',
      { type: 'image/png', body: 'x'.repeat(262_145) },
      'logo_uri leads to an image of more than 256 KiB',
    ],
    [
      'far too large',
      { type: 'image/png', headers: { 'Content-Length': '9000000' }, body: 'x' },
      'logo_uri leads to an image of more than 256 KiB',
    ],
    [
      'far too large, in chunks',
      {
        type: 'image/png',
        headers: { 'Transfer-Encoding': 'chunked' },
        body: 'x'.repeat(2_000_000),
      },
      'logo_uri leads to an image of more than 256 KiB',
    ],
  ])('%s', async (_, page, message) => {
    const { code, found } = await logo(page)
    expect([code, found]).toEqual([0, [`warning logo-image: ${message}`]])
  })
})

describe('the pages are judged:', () => {
  const members = { client_uri: at('/'), tos_uri: at('/tos'), policy_uri: at('/policy') }
  const page: Page = { type: 'text/html', body: '<html>' }

  test('all there', async () => {
    expect(
      await follow(members, { '/': page, '/tos': { status: 301 }, '/policy': { status: 403 } }),
    ).toMatchObject({
      ...{ code: 0, found: [], asked: ['/cimd.json', '/', '/tos', '/policy'] },
    })
  })

  test('all gone', async () => {
    const { code, found } = await follow(members, {
      '/': { status: 404 },
      '/tos': { status: 410 },
      '/policy': { status: 500 },
    })
    expect([code, found]).toEqual([
      0,
      [
        'warning client-uri-page: client_uri answers 404: there is no page',
        'warning policy-uri-page: policy_uri answers 500: there is no page',
        'warning tos-uri-page: tos_uri answers 410: there is no page',
      ],
    ])
  })

  test('one gone and one out of reach', async () => {
    const cut: Page = (_, response) => response.socket?.destroy()
    const { code, found, unjudged } = await follow(members, {
      '/': page,
      '/tos': cut,
      '/policy': { status: 404 },
    })
    expect([code, found, unjudged]).toEqual([
      3,
      ['warning policy-uri-page: policy_uri answers 404: there is no page'],
      [expect.stringMatching(/^tos_uri gave no answer: /)],
    ])
  })

  test('large ones, of which little is read', async () => {
    const large = { ...page, body: 'x'.repeat(1_000_000) } as Page
    expect(await follow(members, { '/': large, '/tos': large, '/policy': large })).toMatchObject({
      code: 0,
      found: [],
    })
  })
})

const LINKS = {
  jwks_uri: at('/jwks.json'),
  logo_uri: at('/logo'),
  client_uri: at('/'),
  tos_uri: at('/tos'),
  policy_uri: at('/policy'),
}

describe('what a document links to is asked for', () => {
  const startLinked = (): Promise<Host> => startSite({ '/cimd.json': documentAt(URL, LINKS) })

  test('never without --linked', async () => {
    const site = await startLinked()
    const cwd = folder({ 'cimd.json': documentAt(URL, LINKS) })
    for (const argv of [[URL], [URL, '--probe'], ['cimd.json', '--hosted']]) {
      expect((await judge([...argv, ...site.options], { cwd })).code).toBe(0)
    }
    await site.close()
    expect(
      new Set(site.asked.map((url) => url.split(/[?#]/)[0]?.toLowerCase().replace(/\/$/, ''))),
    ).toEqual(new Set([URL]))
  })

  test.each<[what: string, argv: string[], asked: string[]]>([
    ['of a URL', [URL], ['/cimd.json', '/jwks.json', '/logo', '/', '/tos', '/policy']],
    ['of a file alone', ['cimd.json'], ['/jwks.json', '/logo', '/', '/tos', '/policy']],
    [
      'of a file and its hosted copy, by the file',
      ['cimd.json', '--hosted'],
      ['/cimd.json', '/jwks.json', '/logo', '/', '/tos', '/policy'],
    ],
    ['of standard input', ['-'], ['/jwks.json', '/logo', '/', '/tos', '/policy']],
  ])('%s', async (_, argv, asked) => {
    const site = await startLinked()
    const text = documentAt(URL, LINKS)
    const cwd = folder({ 'cimd.json': text })
    const { code, found } = await judge([...argv, '--linked', ...site.options], {
      cwd,
      stdin: text,
    })
    await site.close()
    expect(site.asked.map((url) => url.replace(at(''), ''))).toEqual(asked)
    expect([code, found.length]).toEqual([1, 5])
  })

  test('of a file whose URL nobody knows, with --hosted too', async () => {
    const site = await startLinked()
    const cwd = folder({
      'cimd.json': JSON.stringify({ ...JSON.parse(documentAt(URL, LINKS)), client_id: 'x' }),
    })
    await judge(['cimd.json', '--hosted', '--linked', ...site.options], { cwd })
    await site.close()
    expect(site.asked).toHaveLength(5)
  })

  test('never of a document that could not be read', async () => {
    const site = await startSite({ '/cimd.json': { status: 404, body: documentAt(URL, LINKS) } })
    expect((await judge([URL, '--linked', ...site.options])).code).toBe(1)
    await site.close()
    expect(site.asked).toEqual([URL])
  })

  test('only over https, on public hosts and without passwords', async () => {
    const site = await startSite({
      '/cimd.json': documentAt(URL, {
        jwks_uri: 'https://169.254.169.254/latest/meta-data',
        logo_uri: 'http://client.example.com/logo',
        client_uri: 'https://me:hunter2@client.example.com/',
        tos_uri: 'https://localhost/tos',
        policy_uri: 'file:///etc/passwd',
      }),
    })
    const [ca = '', file = '', , route = ''] = site.options
    const named = ['--connect-to', `client.example.com:443${route.slice(1)}`]
    const { code, unjudged, stdout } = await judge([URL, '--linked', ca, file, ...named])
    await site.close()
    expect(site.asked).toEqual([URL])
    expect(code).toBe(1)
    expect(unjudged).toEqual([
      expect.stringMatching(/^client_uri gave no answer: the URL has a user name or password/),
      expect.stringMatching(/^jwks_uri gave no answer: .*169\.254\.169\.254/),
      expect.stringMatching(/^logo_uri gave no answer: .*https only; publish it by https$/),
      expect.stringMatching(/^policy_uri gave no answer: the URL has no host/),
      expect.stringMatching(/^tos_uri gave no answer: the host "localhost" is not public/),
    ])
    expect(stdout).not.toContain('hunter2')
  })
})
