/**
 * What is tried on every server: one document each, how it is hosted, and what a sign-in asks for.
 * All that a variant leaves out is as it should be. The host tells no length unless a variant says so.
 */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Page } from '../host.js'

type Members = Readonly<Record<string, unknown>>

export interface Variant {
  /** A short sentence, and by it the place of the document. */
  readonly name: string
  /** Members to change in the base document, `undefined` to remove them. */
  readonly document?: Members
  /** The client identifier, if it is not at `https://app.cimd-lab.dev/<name>.json`. */
  readonly url?: string
  /** How the host answers, if not with status 200, JSON, at once. */
  readonly answer?: Answer
  /** The redirection URI that is asked for, if it is not the first one registered. */
  readonly redirectUri?: string
  /** The scope that is asked for, if it is not what the server is usually asked for. */
  readonly scope?: string
}

interface Answer {
  readonly status?: number
  /** The content type: `null` for none. */
  readonly type?: string | null
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** What it sends in place of the document. */
  readonly body?: string | Uint8Array
  /** What it sends before and after the document. */
  readonly prefix?: string
  readonly suffix?: string
  /** Bytes that it sends: the document, and spaces up to this size. */
  readonly size?: number
  /** Whether it is compressed. */
  readonly isGzipped?: boolean
  /** Milliseconds before it answers. */
  readonly after?: number
}

const ORIGIN = 'https://app.cimd-lab.dev'
const CALLBACK = `${ORIGIN}/callback`

const BASE = {
  client_name: 'Example Client',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'web',
}

/** Names for which the host of the documents needs certificates. */
export const NAMES = [
  '*.cimd-lab.dev',
  'cimd-lab.dev',
  '*.example.com',
  '*.googleusercontent.com',
  '*.cimd-lab.internal',
  '*.cimd-lab.local',
  '*.cimd-lab.test',
  'localhost',
  'intranet',
  '127.0.0.1',
  '::1',
  '10.0.0.1',
  '9.9.9.9',
]

/* Keys. */

const publicOf = (key: JsonWebKey, id: string, alg: string) => {
  const { kty, crv, x, y, e, n } = key
  return { kty, crv, x, y, e, n, kid: id, alg, use: 'sig' }
}

const ecPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ecKey = publicOf(ecPair.publicKey.export({ format: 'jwk' }), 'ec', 'ES256')
const rsaKey = publicOf(rsaPair.publicKey.export({ format: 'jwk' }), 'rsa', 'RS256')
const { d } = ecPair.privateKey.export({ format: 'jwk' })
const privateKey = { ...ecKey, d }
const symmetricKey = { kty: 'oct', kid: 'oct', alg: 'HS256', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMko' }
const jwks = { keys: [ecKey, rsaKey] }
const jwks_uri = `${ORIGIN}/jwks.json`

/* Topics. */

const at = (name: string, url: string, document: Members = {}): Variant => ({ name, url, document })

const lengthOf = (length: number): Variant =>
  at(
    `identifier of ${length} characters`,
    `${ORIGIN}/${'a'.repeat(length - ORIGIN.length - 6)}.json`,
  )

const IDENTIFIER: readonly Variant[] = [
  { name: 'nothing unusual' },
  at('identifier without an extension', `${ORIGIN}/oauth/client-metadata`),
  at('identifier with a query', `${ORIGIN}/query.json?v=1`),
  at('identifier with an empty query', `${ORIGIN}/empty-query.json?`),
  at('identifier with a port', 'https://app.cimd-lab.dev:8443/port.json'),
  at('identifier with port 443', 'https://app.cimd-lab.dev:443/port-443.json'),
  at('identifier with port 443 in its canonical spelling', 'https://app.cimd-lab.dev:443/p.json', {
    client_id: `${ORIGIN}/p.json`,
  }),
  at('identifier with port 0', 'https://app.cimd-lab.dev:0/port-0.json'),
  at('identifier at the root', 'https://root.cimd-lab.dev/'),
  at('identifier without a path', 'https://bare.cimd-lab.dev'),
  at('identifier without a path, with a query', 'https://asked.cimd-lab.dev?v=1'),
  at('identifier with a trailing slash', `${ORIGIN}/directory/`),
  at('identifier with two slashes', `${ORIGIN}//two-slashes.json`),
  at('identifier with a single-dot segment', `${ORIGIN}/./single-dot.json`),
  at('identifier with a double-dot segment', `${ORIGIN}/a/../double-dot.json`),
  at('identifier with an encoded double-dot segment', `${ORIGIN}/a/%2e%2E/encoded-dot.json`),
  at('identifier with an encoded slash', `${ORIGIN}/a%2Fslash.json`),
  at('identifier with a needless encoding', `${ORIGIN}/%61pp.json`),
  at('identifier with a broken encoding', `${ORIGIN}/100%.json`),
  at('identifier with a letter beyond ASCII', `${ORIGIN}/café.json`),
  at('identifier with a space', `${ORIGIN}/a b.json`),
  at('identifier with a backslash', `${ORIGIN}\\backslash.json`),
  at('identifier with a fragment', `${ORIGIN}/fragment.json#client`),
  at('identifier with an empty fragment', `${ORIGIN}/empty-fragment.json#`),
  at('identifier with a user', 'https://user@app.cimd-lab.dev/user.json'),
  at('identifier with a password', 'https://user:secret@app.cimd-lab.dev/password.json'),
  at('identifier over http', 'http://app.cimd-lab.dev/http.json'),
  at('identifier over http on localhost', 'http://localhost/http.json'),
  at('identifier over http on localhost, bare', 'http://localhost'),
  at('identifier with a scheme in capitals', 'HTTPS://app.cimd-lab.dev/scheme.json'),
  at('identifier with a host in capitals', 'https://APP.cimd-lab.dev/host.json'),
  at('identifier with a host in capitals, canonical inside', 'https://APP.cimd-lab.dev/c.json', {
    client_id: `${ORIGIN}/c.json`,
  }),
  at('identifier with a dot after the host', 'https://app.cimd-lab.dev./dot.json'),
  at('identifier with a host in punycode', 'https://xn--bcher-kva.cimd-lab.dev/name.json'),
  at('identifier with a host beyond ASCII', 'https://bücher.cimd-lab.dev/name-8.json'),
  at('identifier with an underscore in the host', 'https://a_b.cimd-lab.dev/underscore.json'),
  at('identifier at the domain itself', 'https://cimd-lab.dev/apex.json'),
  at('identifier on localhost', 'https://localhost/localhost.json'),
  at('identifier on a host of one label', 'https://intranet/label.json'),
  at('identifier on a loopback address', 'https://127.0.0.1/loopback.json'),
  at('identifier on a loopback address of IPv6', 'https://[::1]/loopback-6.json'),
  at('identifier on a private address', 'https://10.0.0.1/private.json'),
  at('identifier on a public address', 'https://9.9.9.9/public.json'),
  at('identifier on a host below example.com', 'https://app.example.com/example.json'),
  at('identifier on a host that users share', 'https://me.googleusercontent.com/shared.json'),
  at('identifier on a host below internal', 'https://app.cimd-lab.internal/internal.json'),
  at('identifier on a host below local', 'https://app.cimd-lab.local/local.json'),
  at('identifier on a host below test', 'https://app.cimd-lab.test/test.json'),
  ...[120, 121, 255, 256, 2048, 2049].map(lengthOf),
]

const sizeOf = (size: number, about = '', answer: Answer = {}): Variant => ({
  name: `body of ${size} bytes${about}`,
  answer: { size, ...answer },
})

const SIZE: readonly Variant[] = [
  ...[5000, 5001, 5120, 5121, 10240, 10241, 16384, 16385, 65536, 65537].map((size) => sizeOf(size)),
  ...[524288, 524289, 1048576, 1048577].map((size) => sizeOf(size)),
  sizeOf(5120, ', its length told', { headers: { 'Content-Length': '5120' } }),
  sizeOf(5121, ', its length told', { headers: { 'Content-Length': '5121' } }),
  sizeOf(5121, ', compressed', { isGzipped: true }),
]

const TIMEOUT: readonly Variant[] = [3500, 6000, 11_000].map((after) => ({
  name: `answer after ${after / 1000} s`,
  answer: { after },
}))

const TYPES = {
  'with a charset': 'application/json; charset=utf-8',
  'with a quoted charset': 'application/json;charset="UTF-8"',
  'with another charset': 'application/json; charset=iso-8859-1',
  'with a profile': 'application/json; profile=x',
  'with an open end': 'application/json;',
  'in capitals': 'APPLICATION/JSON',
  'that ends in +json': 'application/ld+json',
  'that begins like it': 'application/json5',
  'of bytes': 'application/octet-stream',
  'text/json': 'text/json',
  'text/plain': 'text/plain; charset=utf-8',
  'text/html': 'text/html',
  'that is none': 'json',
  empty: '',
  'left out': null,
}

const TYPE: readonly Variant[] = Object.entries(TYPES).map(([name, type]) => ({
  name: `type ${name}`,
  answer: { type },
}))

const STATUS: readonly Variant[] = [
  ...[201, 202, 203, 206, 400, 401, 403, 404, 410, 429, 500, 503].map(
    (status): Variant => ({ name: `status ${status} with the document`, answer: { status } }),
  ),
  { name: 'status 204', answer: { status: 204, body: '' } },
  { name: 'status 304', answer: { status: 304, body: '' } },
]

const REDIRECT: readonly Variant[] = [
  ...[301, 302, 303, 307, 308].map(
    (status): Variant => ({
      name: `status ${status} to the same host`,
      answer: { status, headers: { Location: `${ORIGIN}/moved-${status}.json` }, body: '' },
    }),
  ),
  {
    name: 'status 302 to another host',
    answer: { status: 302, headers: { Location: 'https://b.cimd-lab.dev/moved.json' }, body: '' },
  },
  { name: 'status 302 to nowhere', answer: { status: 302, body: '' } },
]

const BODY: readonly Variant[] = [
  { name: 'body empty', answer: { body: '' } },
  { name: 'body that is no JSON', answer: { body: '<!doctype html><title>Client</title>' } },
  { name: 'body that is an array', answer: { body: '[]' } },
  { name: 'body that is null', answer: { body: 'null' } },
  { name: 'body that is a string', answer: { body: '"client"' } },
  { name: 'body that is an empty object', answer: { body: '{}' } },
  { name: 'body compressed', answer: { isGzipped: true } },
  { name: 'body after a byte order mark', answer: { prefix: '\uFEFF' } },
  { name: 'body with more behind it', answer: { suffix: '\n{}' } },
]

const cached = (name: string, headers: Answer['headers'] = {}): Variant => ({
  name: `cache: ${name}`,
  answer: { headers },
})

const CACHING: readonly Variant[] = [
  cached('nothing said'),
  ...['no-store', 'no-cache', 'private', 'max-age=0', 'max-age=1', 'max-age=3600'].map((said) =>
    cached(said, { 'Cache-Control': said }),
  ),
  cached('no-store, max-age=3600', { 'Cache-Control': 'no-store, max-age=3600' }),
  cached('s-maxage=0, max-age=3600', { 'Cache-Control': 's-maxage=0, max-age=3600' }),
  cached('max-age=abc', { 'Cache-Control': 'max-age=abc' }),
  cached('vary by anything', { 'Cache-Control': 'max-age=3600', Vary: '*' }),
  cached('expires late', { Expires: 'Fri, 01 Jan 2100 00:00:00 GMT' }),
  cached('an entity tag', { ETag: '"1"' }),
]

const COMPARISON: readonly Variant[] = [
  { name: 'client_id of another document', document: { client_id: `${ORIGIN}/another.json` } },
  {
    name: 'client_id with a slash more',
    url: `${ORIGIN}/slash`,
    document: { client_id: `${ORIGIN}/slash/` },
  },
  {
    name: 'client_id with a slash less',
    url: `${ORIGIN}/less/`,
    document: { client_id: `${ORIGIN}/less` },
  },
  {
    name: 'client_id with a host in capitals inside',
    url: `${ORIGIN}/capitals.json`,
    document: { client_id: 'https://APP.cimd-lab.dev/capitals.json' },
  },
  {
    name: 'client_id with port 443 inside',
    url: `${ORIGIN}/inside-443.json`,
    document: { client_id: 'https://app.cimd-lab.dev:443/inside-443.json' },
  },
  {
    name: 'client_id with a query inside',
    url: `${ORIGIN}/inside-query.json`,
    document: { client_id: `${ORIGIN}/inside-query.json?v=1` },
  },
]

const JUNK: readonly (readonly [string, unknown])[] = [
  ['left out', undefined],
  ['null', null],
  ['empty', ''],
  ['a number', 7],
]

/** A member in each way in which none should be. */
const junk = (member: string, more: Members = {}): readonly Variant[] =>
  JUNK.map(([name, value]) => ({
    name: `${member} ${name}`,
    document: { ...more, [member]: value },
  }))

const method = (token_endpoint_auth_method: string, more: Members = {}, about = ''): Variant => ({
  name: `method ${token_endpoint_auth_method}${about}`,
  document: { token_endpoint_auth_method, ...more },
})

const plural = (name: string, document: Members): Variant => ({
  name: `methods ${name}`,
  document: { token_endpoint_auth_method: undefined, ...document },
})

const METHODS: readonly Variant[] = [
  ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt'].map((name) => method(name)),
  ...['tls_client_auth', 'self_signed_tls_client_auth', 'attest_jwt_client_auth'].map((name) =>
    method(name, { tls_client_auth_san_dns: 'app.cimd-lab.dev', jwks }),
  ),
  ...['NONE', 'made_up'].map((name) => method(name, {}, ' unknown')),
  ...junk('token_endpoint_auth_method'),
  plural('none', { token_endpoint_auth_methods_supported: ['none'] }),
  plural('none, private_key_jwt', {
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    jwks_uri,
  }),
  plural('private_key_jwt', { token_endpoint_auth_methods_supported: ['private_key_jwt'], jwks }),
  plural('client_secret_basic', { token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
  plural('without the one', {
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  }),
  plural('with a secret beside none', {
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: ['none', 'client_secret_post'],
  }),
  plural('no array', {
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: 'none',
  }),
  ...['ES256', ''].map((token_endpoint_auth_signing_alg) =>
    method(
      'none',
      { token_endpoint_auth_signing_alg },
      ` signing "${token_endpoint_auth_signing_alg}"`,
    ),
  ),
]

const keyed = (name: string, document: Members, alg: string | undefined = 'ES256'): Variant => ({
  name: `keys ${name}`,
  document: {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: alg,
    ...document,
  },
})

const KEYS: readonly Variant[] = [
  keyed('inline', { jwks }),
  keyed('by URI', { jwks_uri }),
  ...['RS256', 'PS256', 'EdDSA', 'HS256', 'none', 'made_up'].map((alg) =>
    keyed(`inline, signing ${alg}`, { jwks }, alg),
  ),
  keyed('inline, signing not told', { jwks, token_endpoint_auth_signing_alg: undefined }),
  keyed('by URI, signing not told', { jwks_uri, token_endpoint_auth_signing_alg: undefined }),
  keyed('inline, native', { jwks, application_type: 'native' }),
  keyed('inline and by URI', { jwks, jwks_uri }),
  keyed('neither', {}),
  keyed('empty', { jwks: { keys: [] } }),
  keyed('private', { jwks: { keys: [privateKey] } }),
  keyed('symmetric', { jwks: { keys: [symmetricKey] } }),
  keyed('symmetric beside public', { jwks: { keys: [ecKey, symmetricKey] } }),
  keyed('of an unknown type', { jwks: { keys: [{ kty: 'made-up', kid: 'x' }] } }),
  keyed('without a type', { jwks: { keys: [{ ...ecKey, kty: undefined }] } }),
  keyed('for encryption', { jwks: { keys: [{ ...ecKey, alg: undefined, use: 'enc' }] } }),
  keyed('without an id', { jwks: { keys: [{ ...ecKey, kid: undefined }] } }),
  keyed('with one id twice', { jwks: { keys: [ecKey, { ...rsaKey, kid: 'ec' }] } }),
  keyed('that are an array', { jwks: [ecKey] }),
  keyed('that are null', { jwks: null }),
  keyed('by URI on another origin', { jwks_uri: 'https://keys.cimd-lab.dev/jwks.json' }),
  keyed('by URI over http', { jwks_uri: 'http://app.cimd-lab.dev/jwks.json' }),
  keyed('by URI that is none', { jwks_uri: '/jwks.json' }),
  keyed('by URI that is not there', { jwks_uri: `${ORIGIN}/nothing.json` }),
  { name: 'keys inline beside none', document: { jwks } },
  { name: 'keys by URI beside none', document: { jwks_uri } },
  {
    name: 'keys by URI on another origin beside none',
    document: { jwks_uri: 'https://keys.cimd-lab.dev/jwks.json' },
  },
  { name: 'keys private beside none', document: { jwks: { keys: [privateKey] } } },
  { name: 'keys inline and by URI beside none', document: { jwks, jwks_uri } },
  { name: 'keys empty beside none', document: { jwks: { keys: [] } } },
]

const listed = (name: string, redirect_uris: unknown): Variant => ({
  name: `redirect_uris ${name}`,
  document: { redirect_uris },
  redirectUri: CALLBACK,
})

const REQUIRED: readonly Variant[] = [
  ...junk('client_id'),
  ...junk('client_name'),
  { name: 'client_name of spaces', document: { client_name: '  ' } },
  { name: 'client_name of 300 characters', document: { client_name: 'n'.repeat(300) } },
  { name: 'client_name with a line break', document: { client_name: 'Example\nClient' } },
  listed('left out', undefined),
  listed('null', null),
  listed('empty', []),
  listed('a string', CALLBACK),
  listed('with null', [CALLBACK, null]),
  listed('with an empty string', [CALLBACK, '']),
  listed('with one twice', [CALLBACK, CALLBACK]),
  {
    name: 'nothing but what is required',
    document: {
      client_name: undefined,
      grant_types: undefined,
      response_types: undefined,
      token_endpoint_auth_method: undefined,
      application_type: undefined,
    },
  },
]

/** Redirection URIs: what they are, and how they begin. */
const SCHEMES = {
  'https on another host': 'https://other.cimd-lab.dev/callback',
  'https with a port': 'https://app.cimd-lab.dev:8443/callback',
  'https on localhost': 'https://localhost:33418/callback',
  'https on 127.0.0.1': 'https://127.0.0.1:33418/callback',
  'https on a public address': 'https://9.9.9.9/callback',
  'https on a host of one label': 'https://intranet/callback',
  'http on a remote host': 'http://app.cimd-lab.dev/callback',
  'http on 127.0.0.1': 'http://127.0.0.1:33418/callback',
  'http on ::1': 'http://[::1]:33418/callback',
  'http on localhost': 'http://localhost:33418/callback',
  'http on 127.0.0.2': 'http://127.0.0.2:33418/callback',
  'http on app.localhost': 'http://app.localhost:33418/callback',
  'our domain reversed': 'dev.cimd-lab.app:/callback',
  'our domain reversed, two slashes': 'dev.cimd-lab.app://callback',
  'our domain reversed, three slashes': 'dev.cimd-lab.app:///callback',
  'another domain reversed': 'com.example.app:/callback',
  'another domain reversed, two slashes': 'com.example.app://callback',
  'a private scheme without a dot': 'cursor://anysphere.cursor-mcp/oauth/callback',
  'a private scheme without a dot, one slash': 'cursor:/callback',
  javascript: 'javascript:alert(1)',
  data: 'data:text/html,x',
} as const

/** More of them, of which the kind of application does not matter much. */
const ODD = {
  vbscript: 'vbscript:x',
  file: 'file:///tmp/callback',
  blob: 'blob:https://app.cimd-lab.dev/callback',
  about: 'about:blank',
  ftp: 'ftp://app.cimd-lab.dev/callback',
  mailto: 'mailto:callback@cimd-lab.dev',
  urn: 'urn:ietf:wg:oauth:2.0:oob',
  'a fragment': 'https://app.cimd-lab.dev/callback#x',
  'an empty fragment': 'https://app.cimd-lab.dev/callback#',
  'a fragment on loopback': 'http://127.0.0.1/callback#x',
  'a user': 'https://user@app.cimd-lab.dev/callback',
  'http on 127.1': 'http://127.1/callback',
  'http on 0.0.0.0': 'http://0.0.0.0:33418/callback',
  'http on a private address': 'http://192.168.0.2/callback',
  'https on a private address': 'https://192.168.0.2/callback',
  'a wildcard in the host': 'https://*.cimd-lab.dev/callback',
  'a wildcard in the port': 'http://localhost:*/callback',
  'a wildcard in the path': 'https://app.cimd-lab.dev/*',
  'a path alone': '/callback',
  'no URI at all': 'callback',
  'a host in capitals': 'https://APP.cimd-lab.dev/callback',
  'a dot segment': 'https://app.cimd-lab.dev/a/../callback',
  'a query': 'https://app.cimd-lab.dev/callback?tenant=1',
  'no path': 'https://app.cimd-lab.dev',
  'a space': 'https://app.cimd-lab.dev/call back',
  '2100 characters': `https://app.cimd-lab.dev/${'c'.repeat(2075)}`,
} as const

const KINDS = { web: 'web', native: 'native', 'no kind': undefined } as const

/** Registered alone, and asked for, by each kind of application. */
const ALONE: readonly Variant[] = Object.entries(SCHEMES).flatMap(([name, uri]) =>
  Object.entries(KINDS).map(([kind, application_type]) => ({
    name: `${kind}: ${name}`,
    document: { redirect_uris: [uri], application_type },
  })),
)

const ALONE_ODD: readonly Variant[] = Object.entries(ODD).map(([name, uri]) => ({
  name: `native: ${name}`,
  document: { redirect_uris: [uri], application_type: 'native' },
}))

/** Registered beside another, which is asked for: whether the document as a whole is refused. */
const BESIDE: readonly Variant[] = Object.entries({ ...SCHEMES, ...ODD }).map(([name, uri]) => ({
  name: `${name}, not asked for`,
  document: { redirect_uris: [CALLBACK, uri], application_type: undefined },
}))

const asks = (
  name: string,
  registered: string | readonly string[],
  redirectUri: string,
  kinds: readonly (keyof typeof KINDS)[] = ['native'],
): readonly Variant[] =>
  kinds.map((kind) => ({
    name: `${kind} asks: ${name}`,
    document: { redirect_uris: [registered].flat(), application_type: KINDS[kind] },
    redirectUri,
  }))

const LOOPBACKS = ['127.0.0.1', '[::1]', 'localhost', '127.0.0.2', 'app.localhost']

const MATCHING: readonly Variant[] = [
  ...LOOPBACKS.flatMap((host) => [
    ...asks(
      `${host}, any port for none`,
      `http://${host}/callback`,
      `http://${host}:52163/callback`,
      ['native', 'web', 'no kind'],
    ),
    ...asks(
      `${host}, another port`,
      `http://${host}:33418/callback`,
      `http://${host}:52163/callback`,
      ['native', 'no kind'],
    ),
    ...asks(`${host}, none for a port`, `http://${host}:33418/callback`, `http://${host}/callback`),
    ...asks(`${host}, none for none`, `http://${host}/callback`, `http://${host}/callback`),
  ]),
  ...asks('port 80 for none', 'http://127.0.0.1/callback', 'http://127.0.0.1:80/callback'),
  ...asks(
    'the address for the name',
    'http://localhost/callback',
    'http://127.0.0.1:52163/callback',
  ),
  ...asks('another path on loopback', 'http://127.0.0.1/callback', 'http://127.0.0.1:52163/other'),
  ...asks('any path for the root', 'http://127.0.0.1/', 'http://127.0.0.1:52163/other'),
  ...asks('the root for no path', 'http://127.0.0.1', 'http://127.0.0.1:52163/'),
  ...asks('no path for no path', 'http://127.0.0.1', 'http://127.0.0.1:52163'),
  ...asks('a query more on loopback', 'http://127.0.0.1/c', 'http://127.0.0.1:52163/c?x=1'),
  ...asks('the query on loopback', 'http://127.0.0.1/c?x=1', 'http://127.0.0.1:52163/c?x=1'),
  ...asks('https on loopback, any port', 'https://127.0.0.1/c', 'https://127.0.0.1:52163/c', [
    'native',
    'web',
  ]),
  ...asks('another path', CALLBACK, `${ORIGIN}/other`, ['web', 'native']),
  ...asks('a path below', CALLBACK, `${CALLBACK}/below`, ['web']),
  ...asks('a slash more', CALLBACK, `${CALLBACK}/`, ['web']),
  ...asks('a query more', CALLBACK, `${CALLBACK}?x=1`, ['web']),
  ...asks('a fragment more', CALLBACK, `${CALLBACK}#x`, ['web']),
  ...asks('another port of https', CALLBACK, 'https://app.cimd-lab.dev:8443/callback', ['web']),
  ...asks('port 443', CALLBACK, 'https://app.cimd-lab.dev:443/callback', ['web']),
  ...asks('the host in capitals', CALLBACK, 'https://APP.cimd-lab.dev/callback', ['web']),
  ...asks('the path in capitals', CALLBACK, `${ORIGIN}/CALLBACK`, ['web']),
  ...asks('the path encoded', CALLBACK, `${ORIGIN}/%63allback`, ['web']),
  ...asks('a slash for no path', ORIGIN, `${ORIGIN}/`, ['web']),
  ...asks('the second one', [CALLBACK, `${ORIGIN}/second`], `${ORIGIN}/second`, ['web']),
  ...asks('one of another host', CALLBACK, 'https://evil.cimd-lab.dev/callback', ['web']),
  ...asks('what a wildcard might mean', 'https://*.cimd-lab.dev/c', 'https://a.cimd-lab.dev/c'),
  ...asks(
    'what a wildcard port might mean',
    'http://localhost:*/callback',
    'http://localhost:52163/callback',
  ),
  ...asks('another path of our scheme', 'dev.cimd-lab.app:/callback', 'dev.cimd-lab.app:/other'),
]

const LINK_VALUES: readonly (readonly [string, unknown])[] = [
  ['on its origin', `${ORIGIN}/about`],
  ['on another origin', 'https://www.cimd-lab.dev/about'],
  ['over http', 'http://app.cimd-lab.dev/about'],
  ['that is no URL', 'about'],
  ['empty', ''],
  ['null', null],
]

const LINKS: readonly Variant[] = [
  ...['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'].flatMap((member) =>
    LINK_VALUES.map(([name, value]) => ({
      name: `${member} ${name}`,
      document: { [member]: value },
    })),
  ),
  { name: 'client_uri at the root', document: { client_uri: `${ORIGIN}/` } },
  { name: 'client_uri that is the origin', document: { client_uri: ORIGIN } },
  {
    name: 'client_uri above the document',
    url: `${ORIGIN}/apps/one/client.json`,
    document: { client_uri: `${ORIGIN}/apps/one` },
  },
  {
    name: 'client_uri beside the document',
    url: `${ORIGIN}/apps/two/client.json`,
    document: { client_uri: `${ORIGIN}/apps/three` },
  },
  { name: 'client_uri with a user', document: { client_uri: 'https://u@app.cimd-lab.dev/' } },
  { name: 'client_uri a number', document: { client_uri: 7 } },
  { name: 'logo_uri on localhost', document: { logo_uri: 'https://localhost/logo.png' } },
  {
    name: 'logo_uri in itself',
    document: { logo_uri: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' },
  },
  { name: 'logo_uri javascript', document: { logo_uri: 'javascript:alert(1)' } },
]

const scoped = (name: string, scope: unknown, more: Partial<Variant> = {}): Variant => ({
  name: `scope ${name}`,
  document: { scope },
  ...more,
})

const SCOPE: readonly Variant[] = [
  scoped('openid', 'openid'),
  scoped('unknown', 'openid made:up'),
  scoped('only unknown', 'made:up'),
  scoped('empty', ''),
  scoped('null', null),
  scoped('an array', ['openid']),
  scoped('with two spaces', 'openid  offline_access'),
  scoped('less than asked for', 'offline_access', { scope: 'openid offline_access' }),
  scoped('less than asked for, openid', 'openid', { scope: 'openid profile' }),
  scoped('as asked for', 'openid offline_access', { scope: 'openid offline_access' }),
  { name: 'scope left out, unknown asked for', scope: 'openid made:up' },
  { name: 'scope left out, openid not asked for', scope: 'offline_access' },
]

const APPLICATION_TYPE: readonly Variant[] = [
  ...junk('application_type'),
  ...['native', 'service', 'browser', 'WEB'].map(
    (application_type): Variant => ({
      name: `application_type ${application_type}`,
      document: { application_type },
    }),
  ),
]

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const granted = (name: string, grant_types: unknown, response_types: unknown = ['code']) => ({
  name: `grants ${name}`,
  document: { grant_types, response_types },
})

const answers = (name: string, response_types: unknown, grant_types = BASE.grant_types) => ({
  name: `responses ${name}`,
  document: { response_types, grant_types },
})

const GRANTS: readonly Variant[] = [
  ...JUNK.map(([name, value]) => granted(name, value)),
  granted('an empty array', []),
  granted('authorization_code', ['authorization_code']),
  ...[
    'client_credentials',
    'password',
    'implicit',
    DEVICE,
    JWT_BEARER,
    TOKEN_EXCHANGE,
    'made_up',
  ].map((grant) => granted(`with ${grant}`, ['authorization_code', grant])),
  {
    name: 'grants with implicit, on loopback',
    document: {
      grant_types: ['authorization_code', 'implicit'],
      redirect_uris: ['http://127.0.0.1:33418/callback'],
    },
  },
  granted('without authorization_code', ['refresh_token']),
  granted('only device_code', [DEVICE]),
  granted('only device_code, nothing answered', [DEVICE], []),
  granted('only made up', ['made_up']),
  granted('with one twice', ['authorization_code', 'authorization_code']),
  granted('with null', ['authorization_code', null]),
  granted('implicit alone', ['implicit'], ['token']),
  ...JUNK.map(([name, value]) => answers(name, value)),
  answers('an empty array', []),
  answers('a string', 'code'),
  answers('token', ['token']),
  answers('id_token', ['id_token']),
  answers('none', ['none']),
  answers('code and none', ['code', 'none']),
  answers('code and token', ['code', 'token']),
  answers('code and code id_token', ['code', 'code id_token'], ['authorization_code', 'implicit']),
  answers('code and made up', ['code', 'made_up']),
  answers('only made up', ['made_up']),
  {
    name: 'neither grants nor responses',
    document: { grant_types: undefined, response_types: undefined },
  },
]

/** Members that most documents have not, and what is said of them. */
const EXTRA: Readonly<Record<string, readonly unknown[]>> = {
  made_up: ['x', { a: [1] }, null],
  $schema: ['https://example.com/schema.json'],
  'client_name#de': ['Beispiel', 7],
  client_secret: ['secret', '', null],
  client_secret_expires_at: [0],
  client_id_issued_at: [1767225600, 'today'],
  contacts: [
    ['ops@cimd-lab.dev'],
    ['https://cimd-lab.dev/help'],
    'ops@cimd-lab.dev',
    [],
    null,
    [7],
  ],
  software_id: ['x', 7],
  software_version: ['1.0', 1],
  software_statement: ['a.b.c'],
  registration_access_token: ['x'],
  registration_client_uri: [`${ORIGIN}/register`],
  post_logout_redirect_uris: [[`${ORIGIN}/bye`], ['https://other.cimd-lab.dev/bye'], ['bye'], null],
  backchannel_logout_uri: [`${ORIGIN}/logout`],
  backchannel_logout_session_required: [true],
  frontchannel_logout_uri: [`${ORIGIN}/logout`],
  initiate_login_uri: [`${ORIGIN}/login`, 'http://app.cimd-lab.dev/login'],
  default_max_age: [3600, '3600', -1],
  default_acr_values: [['urn:x']],
  require_auth_time: [true, 'yes'],
  id_token_signed_response_alg: ['RS256', 'ES256', 'HS256', 'none'],
  id_token_encrypted_response_alg: ['RSA-OAEP'],
  userinfo_signed_response_alg: ['RS256'],
  authorization_signed_response_alg: ['RS256'],
  introspection_signed_response_alg: ['RS256'],
  request_object_signing_alg: ['RS256'],
  request_uris: [[`${ORIGIN}/request`]],
  require_signed_request_object: [true],
  require_pushed_authorization_requests: [true, 'yes'],
  response_modes: [['query'], ['fragment'], []],
  subject_type: ['public', 'pairwise', 'made_up'],
  sector_identifier_uri: [`${ORIGIN}/sector.json`],
  dpop_bound_access_tokens: [true, false, 'yes'],
  tls_client_certificate_bound_access_tokens: [true],
  authorization_details_types: [['x']],
  skip_consent: [true],
  disabled: [true],
  public: [false],
  type: ['web'],
  user_id: ['1'],
  reference_id: ['1'],
  metadata: [{ a: 1 }],
  require_pkce: [false],
}

const MEMBERS: readonly Variant[] = [
  ...Object.entries(EXTRA).flatMap(([member, values]) =>
    values.map((value) => ({
      name: `member ${member}: ${typeof value} ${JSON.stringify(value)}`,
      document: { [member]: value },
    })),
  ),
  ...Object.entries({ default_max_age: 3600, require_auth_time: true }).map(([member, value]) => ({
    name: `member ${member}, openid not asked for`,
    document: { [member]: value },
    scope: 'offline_access',
  })),
]

/** A document in the shape of a real client, at the place of the variant. */
function shapeOf(name: string, directory = 'shapes'): Members {
  const text = readFileSync(`fixtures/${directory}/${name}.json`, 'utf8')
  const { client_id } = JSON.parse(text) as { client_id: string }
  const { client_id: _, ...members } = JSON.parse(
    text.replaceAll(new URL(client_id).origin, ORIGIN),
  ) as Members
  return {
    ...Object.fromEntries(Object.keys(BASE).map((member) => [member, undefined])),
    ...members,
  }
}

/** What every server for clients of MCP accepts. */
export const PORTABLE: Variant = {
  name: 'shape portable',
  document: shapeOf('portable', 'valid'),
}

const SHAPES: readonly Variant[] = [
  PORTABLE,
  ...['http://localhost:58135/callback', 'http://127.0.0.1:52163/callback'].map((redirectUri) => ({
    name: `shape portless-loopback asks for ${new URL(redirectUri).hostname}`,
    document: shapeOf('portless-loopback'),
    redirectUri,
  })),
  {
    name: 'shape pinned-port asks for another port',
    document: shapeOf('pinned-port'),
    redirectUri: 'http://127.0.0.1:52163/',
  },
  {
    name: 'shape custom-scheme-beside-https asks for https',
    document: shapeOf('custom-scheme-beside-https'),
    redirectUri: `${ORIGIN}/oauth/callback`,
  },
  ...[
    'atproto-native',
    'atproto-web',
    'browser-app',
    'custom-scheme-beside-https',
    'device-grant',
    'empty-scope',
    'inspector',
    'jwt-bearer-beside-code',
    'no-redirect-grants',
    'pinned-port',
    'plural-auth-methods',
    'port-range',
    'private-key-jwt',
    'solid',
  ].map((name) => ({ name: `shape ${name}`, document: shapeOf(name) })),
]

/** All variants by topic. */
export const TOPICS = {
  identifier: IDENTIFIER,
  size: SIZE,
  timeout: TIMEOUT,
  type: TYPE,
  status: STATUS,
  redirect: REDIRECT,
  body: BODY,
  caching: CACHING,
  comparison: COMPARISON,
  methods: METHODS,
  keys: KEYS,
  required: REQUIRED,
  redirectUris: [...ALONE, ...ALONE_ODD, ...BESIDE],
  matching: MATCHING,
  links: LINKS,
  scope: SCOPE,
  applicationType: APPLICATION_TYPE,
  grants: GRANTS,
  members: MEMBERS,
  shapes: SHAPES,
} satisfies Record<string, readonly Variant[]>

export const VARIANTS: readonly Variant[] = Object.values(TOPICS).flat()

/* What is published, and what is asked. */

/** The client identifier of a variant. */
export const clientIdOf = ({ name, url }: Variant): string =>
  url ??
  `${ORIGIN}/${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}.json`

/**
 * The document of a variant.
 *
 * @param more Members without which a server accepts nothing, for documents that do not say them.
 */
export const documentOf = (variant: Variant, more: Members = {}): Members => ({
  client_id: clientIdOf(variant),
  ...BASE,
  ...more,
  ...variant.document,
})

/** The redirection URI that a variant asks for. */
export function redirectUriOf(variant: Variant): string {
  const { redirect_uris } = documentOf(variant)
  const first: unknown = Array.isArray(redirect_uris) ? redirect_uris[0] : undefined
  return variant.redirectUri ?? (typeof first === 'string' ? first : CALLBACK)
}

/** What a host is to publish for these variants, by URL. */
export function pagesOf(
  variants: readonly Variant[],
  more: Members = {},
): Readonly<Record<string, Page>> {
  const pages: Record<string, Page> = {
    [jwks_uri]: JSON.stringify(jwks),
    'https://keys.cimd-lab.dev/jwks.json': JSON.stringify(jwks),
    [`${ORIGIN}/sector.json`]: JSON.stringify([CALLBACK]),
  }
  for (const variant of variants) {
    const {
      type,
      size = 0,
      prefix = '',
      suffix = '',
      isGzipped = false,
      headers = {},
      ...answer
    } = variant.answer ?? {}
    const text = `${prefix}${JSON.stringify(documentOf(variant, more))}${suffix}`
    const body = answer.body ?? text.padEnd(size)
    const page = {
      ...answer,
      body: isGzipped ? gzipSync(body) : body,
      headers: { ...headers, ...(isGzipped && { 'Content-Encoding': 'gzip' }) },
    }
    const url = URL.parse(clientIdOf(variant))
    if (url === null) continue
    url.hash = ''
    url.username = ''
    url.password = ''
    // The host learns nothing of a question mark that nothing follows.
    pages[url.href.replace(/\?$/, '')] =
      type === null
        ? (_, response) =>
            void response.writeHead(page.status ?? 200, headers as Record<string, string>).end(body)
        : { ...page, ...(type !== undefined && { type }) }
    const { Location } = headers
    if (typeof Location === 'string') pages[Location] = text
  }
  return pages
}
