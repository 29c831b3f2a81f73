import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askServers } from '../src/acceptance/ask.js'
import { parseDocument } from '../src/core/document.js'
import type { Answer } from '../src/core/hosting.js'
import type { MetadataDocument, Verdict } from '../src/core/types.js'

/*
 * What servers that do not run here make of documents: written by hand from what is known of them.
 */

type Expected = readonly [verdict: Verdict, because: string]

interface Table {
  readonly id: string
  /** By the name of a document in `fixtures/shapes`. */
  readonly shapes: Readonly<Record<string, Expected>>
  /** What differs from {@link BASE}; `undefined` takes a member out. */
  readonly documents: readonly (readonly [
    members: Readonly<Record<string, unknown>>,
    ...expected: Expected,
  ])[]
}

const HOST = 'https://app.cimd-lab.dev'
const CALLBACK = `${HOST}/callback`

const BASE = {
  client_id: `${HOST}/client.json`,
  client_name: 'Example Client',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const jwks_uri = `${HOST}/jwks.json`
const key = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const keyed = { token_endpoint_auth_method: 'private_key_jwt' }
const redirectingTo = (...redirect_uris: readonly string[]) => ({ redirect_uris })

const TABLES: readonly Table[] = [
  {
    id: 'keycloak',
    shapes: {
      'atproto-broken-native': ['refused', 'a URI has no host'],
      'atproto-native': ['refused', 'a URI has no host'],
      'atproto-web': ['accepted', 'all is on one host'],
      'browser-app': ['depends', 'localhost has to be permitted'],
      'custom-scheme-beside-https': ['depends', 'two hosts have to be permitted'],
      'device-grant': ['depends', 'two hosts have to be permitted, and the grant is ignored'],
      'empty-scope': ['depends', 'two hosts have to be permitted'],
      inspector: ['depends', 'five hosts have to be permitted'],
      'jwt-bearer-beside-code': ['depends', 'a client without keys may not have the grant'],
      'no-redirect-grants': ['refused', 'a member is unknown, and there is no redirection URI'],
      'pinned-port': ['depends', '127.0.0.1 has to be permitted'],
      'plural-auth-methods': ['refused', 'a member is unknown'],
      'port-range': ['depends', 'three hosts have to be permitted'],
      'portless-loopback': ['depends', 'localhost and 127.0.0.1 have to be permitted'],
      'private-key-jwt': ['refused', 'a member is unknown'],
      solid: ['refused', '@context is unknown'],
      'wildcard-port': ['refused', 'a URI has no host'],
    },
    documents: [
      [{}, 'accepted', 'nothing unusual'],
      [{ client_id: `${HOST}/client.json?v=1` }, 'refused', 'client_id has a query'],
      [{ client_id: `${HOST}/` }, 'accepted', 'the root is a path'],
      [{ client_id: HOST }, 'refused', 'client_id has no path'],
      [{ client_id: 'http://app.cimd-lab.dev/client.json' }, 'depends', 'http can be allowed'],
      [redirectingTo('https://www.cimd-lab.dev/callback'), 'depends', 'another host'],
      [redirectingTo('http://app.cimd-lab.dev/callback'), 'accepted', 'no rule about http'],
      [redirectingTo('com.example.app:/callback'), 'refused', 'no host'],
      [redirectingTo('cursor://oauth/callback'), 'depends', 'its host can be permitted'],
      [redirectingTo(`${CALLBACK}#done`), 'refused', 'a fragment'],
      [redirectingTo(`${CALLBACK}?state=1`), 'refused', 'a parameter of answers'],
      [{ logo_uri: 'https://cdn.cimd-lab.dev/logo.png' }, 'depends', 'another host'],
      [{ logo_uri: 'data:image/png;base64,AA' }, 'refused', 'no host'],
      [{ logo_uri: null, tos_uri: `${HOST}/tos` }, 'accepted', 'null is not there'],
      [{ software_statement: 'x' }, 'refused', 'an unknown member'],
      [{ 'client_name#de': 'Beispiel' }, 'refused', 'an unknown member'],
      [{ software_id: 'x'.repeat(5000) }, 'depends', 'the limit of bytes can be raised'],
      [{ token_endpoint_auth_method: undefined }, 'accepted', 'none stands for it'],
      [{ token_endpoint_auth_method: 'client_secret_post' }, 'refused', 'a shared secret'],
      [{ ...keyed, jwks_uri }, 'accepted', 'keys on the same host'],
      [{ ...keyed, jwks: { keys: [] } }, 'refused', 'no key for signatures'],
      [{ jwks_uri, jwks: { keys: [key] } }, 'refused', 'both jwks and jwks_uri'],
      [{ ...keyed, jwks_uri, grant_types: [JWT_BEARER] }, 'accepted', 'it authenticates'],
      [{ grant_types: ['refresh_token'] }, 'accepted', 'the code flow is by response type'],
      [{ response_types: ['token'] }, 'refused', 'no code'],
      [{ response_types: ['code id_token'] }, 'accepted', 'a code among others'],
      [{ client_secret: 'x' }, 'refused', 'a secret'],
    ],
  },
  {
    id: 'toolhive',
    shapes: {
      'atproto-broken-native': ['refused', 'schemes of its own'],
      'atproto-native': ['refused', 'a scheme of its own'],
      'atproto-web': ['refused', 'private_key_jwt without "none" to fall back on'],
      'browser-app': ['accepted', 'http on localhost is taken'],
      'custom-scheme-beside-https': ['refused', 'a scheme of its own'],
      'device-grant': ['accepted', 'the grant is dropped'],
      'empty-scope': ['accepted', 'an empty scope is none'],
      inspector: ['refused', 'schemes of its own'],
      'jwt-bearer-beside-code': ['accepted', 'the grant is dropped'],
      'no-redirect-grants': ['refused', 'no redirection URI'],
      'pinned-port': ['accepted', 'loopback'],
      'plural-auth-methods': ['accepted', 'none stands for what is left out'],
      'port-range': ['accepted', 'loopback'],
      'portless-loopback': ['accepted', 'any port on both'],
      'private-key-jwt': ['accepted', '"none" is offered too'],
      solid: ['depends', 'a scope is unknown from the start'],
      'wildcard-port': ['refused', 'the port is no number'],
    },
    documents: [
      [{}, 'accepted', 'nothing unusual'],
      [{ client_id: `${HOST}/client.json?v=1` }, 'accepted', 'a query is taken'],
      [{ client_id: `${HOST}/client.json#` }, 'accepted', 'an empty fragment is none'],
      [{ client_id: `${HOST}/` }, 'refused', 'the root'],
      [{ client_id: `${HOST}/a/%2e%2e/client.json` }, 'refused', 'a dot segment'],
      [{ client_id: 'https://10.0.0.1/client.json' }, 'refused', 'a private address'],
      [{ client_id: 'http://app.cimd-lab.dev/client.json' }, 'refused', 'http'],
      [redirectingTo('http://app.cimd-lab.dev/callback'), 'refused', 'http far away'],
      [redirectingTo('http://app.localhost:8080/callback'), 'accepted', 'a name of loopback'],
      [redirectingTo('http://[::1]/callback'), 'accepted', 'any port'],
      [redirectingTo(`${CALLBACK}#done`), 'refused', 'a fragment'],
      [redirectingTo(CALLBACK, 'com.example.app:/cb'), 'refused', 'one bad refuses all'],
      [{ scope: 'openid email' }, 'accepted', 'known scopes'],
      [{ scope: 'files:read' }, 'depends', 'a scope that can be supported'],
      [{ token_endpoint_auth_method: null }, 'accepted', 'null is none'],
      [{ ...keyed, jwks_uri }, 'refused', 'assertions are not taken'],
      [
        {
          token_endpoint_auth_method: 'client_secret_post',
          token_endpoint_auth_methods_supported: ['none'],
        },
        'refused',
        'a shared secret, whatever else is offered',
      ],
      [{ grant_types: [JWT_BEARER] }, 'refused', 'no authorization_code'],
      [{ grant_types: [] }, 'accepted', 'an empty array is none'],
      [{ response_types: ['code token'] }, 'refused', 'no code alone'],
      [{ jwks: 7, contacts: 7 }, 'accepted', 'unknown members'],
      [{ application_type: 7 }, 'refused', 'a member of another type'],
    ],
  },
  {
    id: 'django-oauth-toolkit',
    shapes: {
      'atproto-broken-native': ['refused', 'a scheme of its own without a host'],
      'atproto-native': ['refused', 'a scheme of its own without a host'],
      'atproto-web': ['refused', 'private_key_jwt'],
      'browser-app': ['accepted', 'the registered port of localhost'],
      'custom-scheme-beside-https': ['depends', 'the scheme can be allowed'],
      'device-grant': ['refused', 'a grant it does not know'],
      'empty-scope': ['accepted', 'scope is not looked at'],
      inspector: ['refused', 'a grant it does not know'],
      'jwt-bearer-beside-code': ['refused', 'a grant it does not know'],
      'no-redirect-grants': ['refused', 'no redirection URI'],
      'pinned-port': ['accepted', 'loopback'],
      'plural-auth-methods': ['accepted', 'none stands for what is left out'],
      'port-range': ['accepted', 'the registered ports'],
      'portless-loopback': ['depends', 'another port on localhost can be allowed'],
      'private-key-jwt': ['refused', 'private_key_jwt'],
      solid: ['accepted', 'unknown members and scopes are ignored'],
      'wildcard-port': ['refused', 'a grant it does not know, and no port'],
    },
    documents: [
      [{}, 'accepted', 'nothing unusual'],
      [{ client_id: `${HOST}/?v=1` }, 'accepted', 'a query and the root are taken'],
      [{ client_id: HOST }, 'refused', 'no path'],
      [{ client_id: `${HOST}/../client.json` }, 'refused', 'a dot segment'],
      [{ client_id: `${HOST}/${'a'.repeat(255 - HOST.length - 1)}` }, 'accepted', '255 characters'],
      [{ client_id: `${HOST}/${'a'.repeat(256 - HOST.length - 1)}` }, 'refused', '256 characters'],
      [{ client_id: 'https://localhost/client.json' }, 'refused', 'a host that is not public'],
      [{ software_id: 'x'.repeat(16_384) }, 'depends', 'the limit of bytes can be raised'],
      [redirectingTo('http://127.0.0.1/callback'), 'accepted', 'any port'],
      [redirectingTo('http://localhost/callback'), 'depends', 'any port can be allowed'],
      [redirectingTo('http://app.cimd-lab.dev/callback'), 'accepted', 'http on any host'],
      [redirectingTo('com.example.app:/callback'), 'refused', 'a scheme without a host'],
      [redirectingTo('com.example.app://callback'), 'depends', 'the scheme can be allowed'],
      [redirectingTo('https://*.cimd-lab.dev/callback'), 'depends', 'wildcards can be allowed'],
      [redirectingTo(`${CALLBACK}#done`), 'refused', 'a fragment'],
      [{ token_endpoint_auth_method: undefined }, 'accepted', 'none stands for it'],
      [{ token_endpoint_auth_method: null }, 'refused', 'null is no method'],
      [{ grant_types: undefined }, 'accepted', 'authorization_code stands for it'],
      [{ grant_types: ['authorization_code', 'implicit'] }, 'refused', 'two grants'],
      [{ grant_types: ['refresh_token'] }, 'refused', 'no grant is left'],
      [{ client_secret_expires_at: null }, 'refused', 'it is there'],
      [{ client_name: undefined }, 'accepted', 'no name is needed'],
      [{ client_name: 'x'.repeat(256) }, 'refused', 'a long name'],
      [{ logo_uri: 7, tos_uri: 'x', jwks: {} }, 'accepted', 'members that are not looked at'],
    ],
  },
  {
    id: 'auth0',
    shapes: {
      'atproto-broken-native': ['refused', 'schemes of its own'],
      'atproto-native': ['refused', 'a scheme of its own'],
      'atproto-web': ['depends', 'private_key_jwt is in one plan alone'],
      'browser-app': ['refused', 'loopback of a web application'],
      'custom-scheme-beside-https': ['refused', 'a scheme of its own'],
      'device-grant': ['accepted', 'native, and the grant is dropped'],
      'empty-scope': ['refused', 'loopback of a web application'],
      inspector: ['refused', 'schemes of its own'],
      'jwt-bearer-beside-code': ['accepted', 'the grant is dropped'],
      'no-redirect-grants': ['refused', 'no grant is left'],
      'pinned-port': ['accepted', 'native, and the port is told'],
      'plural-auth-methods': ['accepted', 'unknown members are ignored'],
      'port-range': ['refused', 'loopback of a web application'],
      'portless-loopback': ['refused', 'loopback of a web application, and no port'],
      'private-key-jwt': ['refused', 'keys in the document'],
      solid: ['accepted', 'unknown members are ignored'],
      'wildcard-port': ['refused', 'a wildcard'],
    },
    documents: [
      [{}, 'accepted', 'nothing unusual'],
      [{ client_id: `${HOST}/client.json?v=1` }, 'refused', 'a query'],
      [{ client_id: `${HOST}/` }, 'refused', 'the root'],
      [{ client_id: 'https://app.cimd-lab.dev:8443/client.json' }, 'accepted', 'a port'],
      [{ client_id: `${HOST}/${'a'.repeat(120 - HOST.length - 1)}` }, 'accepted', '120 bytes'],
      [{ client_id: `${HOST}/${'a'.repeat(121 - HOST.length - 1)}` }, 'refused', '121 bytes'],
      [{ client_id: 'https://localhost/client.json' }, 'refused', 'loopback'],
      [{ client_name: undefined }, 'refused', 'a name is needed'],
      [{ grant_types: undefined }, 'refused', 'grants are needed'],
      [{ grant_types: ['refresh_token'] }, 'refused', 'nobody could sign in'],
      [redirectingTo(CALLBACK, CALLBACK), 'refused', 'one is there twice'],
      [redirectingTo('http://app.cimd-lab.dev/callback'), 'refused', 'http far away'],
      [
        { application_type: 'native', ...redirectingTo('http://127.0.0.1/callback') },
        'refused',
        'another port is not matched',
      ],
      [
        { application_type: 'native', ...redirectingTo('http://localhost:8080/callback') },
        'accepted',
        'the port is told',
      ],
      [{ application_type: 'desktop' }, 'refused', 'neither web nor native'],
      [{ token_endpoint_auth_method: 'client_secret_basic' }, 'refused', 'a shared secret'],
      [{ ...keyed, jwks_uri }, 'depends', 'the plan'],
      [{ ...keyed, jwks_uri: 'https://keys.cimd-lab.dev/jwks.json' }, 'refused', 'another origin'],
      [{ ...keyed }, 'refused', 'no keys'],
      [{ description: 'x'.repeat(141) }, 'refused', 'a long description'],
      [{ logo_uri: 'logo.png' }, 'refused', 'no URL'],
      [{ policy_uri: 'policy' }, 'accepted', 'a member that is ignored'],
    ],
  },
  {
    id: 'giantswarm',
    shapes: {
      'atproto-broken-native': ['refused', 'schemes of its own'],
      'atproto-native': ['refused', 'a scheme of its own'],
      'atproto-web': ['refused', 'no token by private_key_jwt'],
      'browser-app': ['depends', 'loopback can be allowed'],
      'custom-scheme-beside-https': ['refused', 'a scheme of its own'],
      'device-grant': ['depends', 'loopback can be allowed'],
      'empty-scope': ['depends', 'loopback can be allowed'],
      inspector: ['refused', 'schemes of its own'],
      'jwt-bearer-beside-code': ['accepted', 'grants are not looked at'],
      'no-redirect-grants': ['refused', 'no redirection URI'],
      'pinned-port': ['depends', 'loopback can be allowed'],
      'plural-auth-methods': ['accepted', 'none stands for what is left out'],
      'port-range': ['depends', 'loopback can be allowed'],
      'portless-loopback': ['depends', 'loopback can be allowed'],
      'private-key-jwt': ['refused', 'no token by private_key_jwt'],
      solid: ['accepted', 'unknown members are ignored'],
      'wildcard-port': ['refused', 'the port is no number'],
    },
    documents: [
      [{}, 'accepted', 'nothing unusual'],
      [{ client_id: HOST }, 'accepted', 'no path is needed'],
      [{ client_id: `${HOST}/client.json?` }, 'accepted', 'an empty query is none'],
      [{ client_id: `${HOST}/client.json?v=1` }, 'refused', 'a query'],
      [{ client_id: 'https://10.0.0.1/client.json' }, 'depends', 'private hosts can be allowed'],
      [redirectingTo('http://[::1]/callback'), 'depends', 'loopback can be allowed'],
      [redirectingTo('https://localhost/callback'), 'depends', 'loopback can be allowed'],
      [redirectingTo('http://127.0.0.2/callback'), 'refused', 'http elsewhere'],
      [redirectingTo('http://LOCALHOST/callback'), 'refused', 'capitals'],
      [redirectingTo('https://10.0.0.1/callback'), 'depends', 'private addresses can be allowed'],
      [redirectingTo(`${CALLBACK}#done`), 'refused', 'a fragment'],
      [redirectingTo('cursor://oauth/callback'), 'refused', 'a scheme of its own'],
      [{ token_endpoint_auth_method: '' }, 'accepted', 'an empty one is none'],
      [{ token_endpoint_auth_method: 'client_secret_basic' }, 'refused', 'no token'],
      [{ client_name: undefined }, 'accepted', 'no name is needed'],
      [{ client_name: 'Example <Client>' }, 'refused', 'angle brackets in the name'],
      [{ client_name: 'x'.repeat(257) }, 'refused', 'a long name'],
      [{ contacts: ['nobody'], tos_uri: 7, jwks: 7 }, 'accepted', 'not looked at'],
      [{ contacts: 'somebody@cimd-lab.dev' }, 'refused', 'no array'],
      [{ grant_types: ['refresh_token'], response_types: ['x'] }, 'accepted', 'not looked at'],
      [{ redirect_uris: [] }, 'refused', 'no redirection URI'],
    ],
  },
]

const typed = (type: string) => ({ headers: [['Content-Type', type]] as const })

/** What differs from {@link ANSWER}, the answer of the host. */
const ANSWERS: readonly (readonly [id: string, answer: Partial<Answer>, ...expected: Expected])[] =
  [
    ['keycloak', { headers: [] }, 'accepted', 'no type is needed'],
    ['keycloak', { status: 204 }, 'refused', 'not 200'],
    ['keycloak', { status: 302 }, 'depends', 'redirects can be followed'],
    ['keycloak', { milliseconds: 6000 }, 'accepted', 'nobody waits for all of it'],
    ['keycloak', { bytes: 5000 }, 'accepted', 'the limit itself'],
    ['keycloak', { bytes: 5001 }, 'depends', 'the limit of bytes can be raised'],
    ['toolhive', typed('application/ld+json'), 'accepted', 'JSON by its suffix'],
    ['toolhive', { headers: [] }, 'refused', 'no type'],
    ['toolhive', { status: 201 }, 'refused', 'not 200'],
    ['toolhive', { status: 302 }, 'refused', 'a redirect'],
    ['toolhive', { milliseconds: 6000 }, 'refused', 'late'],
    ['toolhive', { bytes: 10_240 }, 'accepted', 'the limit itself'],
    ['toolhive', { bytes: 10_241 }, 'refused', 'too many bytes'],
    ['django-oauth-toolkit', typed('application/ld+json'), 'accepted', 'JSON by its suffix'],
    ['django-oauth-toolkit', typed('text/json'), 'refused', 'another type'],
    ['django-oauth-toolkit', { status: 203 }, 'refused', 'not 200'],
    ['django-oauth-toolkit', { status: 302 }, 'refused', 'a redirect'],
    ['django-oauth-toolkit', { milliseconds: 6000 }, 'depends', 'it can wait longer'],
    ['django-oauth-toolkit', { bytes: 16_384 }, 'accepted', 'the limit itself'],
    ['auth0', typed('text/plain'), 'accepted', 'nothing is known about types'],
    ['auth0', { status: 302 }, 'refused', 'a redirect'],
    ['auth0', { bytes: 5000 }, 'accepted', 'below the limit'],
    ['auth0', { bytes: 5121 }, 'refused', 'too many bytes'],
    ['giantswarm', typed('application/ld+json'), 'refused', 'another type'],
    ['giantswarm', typed('application/json;charset="UTF-8"'), 'accepted', 'the charset of JSON'],
    ['giantswarm', typed('application/json; charset=latin1'), 'refused', 'another charset'],
    ['giantswarm', typed('application/json; profile=x'), 'accepted', 'another parameter'],
    ['giantswarm', { milliseconds: 11_000 }, 'depends', 'it can wait longer'],
    ['giantswarm', { bytes: 1_048_577 }, 'refused', 'too many bytes'],
  ]

const ANSWER: Answer = {
  exchange: 0,
  url: BASE.client_id,
  status: 200,
  ...typed('application/json'),
  body: new Uint8Array(),
  bytes: 300,
  address: undefined,
  daysLeft: undefined,
  milliseconds: 100,
  freshness: { isStorable: true, seconds: 0, remaining: 0 },
}

/** What a server makes of a document, and everything it has against it. */
function judge(
  id: string,
  text: string,
  answer?: Answer,
): { verdict: Verdict | undefined; messages: string[] } {
  const parsed: MetadataDocument = parseDocument(text)
  const asked = answer ? Object.assign(Object.create(parsed), { hosting: { answer } }) : parsed
  const server = askServers([id]).of(asked)?.servers[0]
  const { document, hosting, signIns } = server ?? {}
  const objections = [document, hosting, ...(signIns ?? [])].flatMap(
    (part) => part?.objections ?? [],
  )
  return { verdict: server?.verdict, messages: objections.map(({ message }) => message) }
}

describe.each(TABLES)('$id', ({ id, shapes, documents }) => {
  const expected = Object.entries(shapes).map(([name, one]) => [name, ...one] as const)

  test.each(expected)('%s is %s: %s', (name, verdict) => {
    const text = readFileSync(join('fixtures/shapes', `${name}.json`), 'utf8')
    // As they stand in docs/servers.md: some servers refuse the domains of examples.
    const document = text.replaceAll(/\bexample\.(com|net|org)\b/g, 'example-$1.dev')
    const judged = judge(id, document)
    expect(judged.verdict, judged.messages.join('\n')).toBe(verdict)
  })

  test('every shape is among them', () => {
    const names = readdirSync('fixtures/shapes').filter((name) => name.endsWith('.json'))
    expect(Object.keys(shapes).map((name) => `${name}.json`)).toEqual(names)
  })

  test.each(documents)('%j is %s: %s', (members, verdict) => {
    const judged = judge(id, JSON.stringify({ ...BASE, ...members }))
    expect(judged.verdict, judged.messages.join('\n')).toBe(verdict)
  })
})

test.each(ANSWERS)('%s, answered with %j, is %s: %s', (id, answer, verdict) => {
  const judged = judge(id, JSON.stringify(BASE), { ...ANSWER, ...answer })
  expect(judged.verdict, judged.messages.join('\n')).toBe(verdict)
})
