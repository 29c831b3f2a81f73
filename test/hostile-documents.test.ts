import { describe, expect, test } from 'vitest'
import { type ProfileName, validateDocument } from '../src/index.js'
import { GOOD } from './support.js'

const good = JSON.parse(GOOD) as Record<string, unknown>

/** The requirements that a document breaks, each once. */
function brokenBy(members: object, profile: ProfileName = 'mcp'): string[] {
  const { results } = validateDocument(JSON.stringify({ ...good, ...members }), { profile })
  return results.filter(({ status }) => status === 'failed').map(({ id }) => id)
}

const EC = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const OKP = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const withKeys = (...keys: object[]) => ({
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: { keys },
})

describe('a good document with this in it breaks exactly', () => {
  test.each<[name: string, members: object, ...broken: string[]]>([
    ['nothing', {}],
    ['T-177 half a surrogate pair', { client_name: '\ud800' }, 'json-portable-strings'],
    ['T-178 NUL in client_name', { client_name: 'a\0b' }, 'json-portable-strings'],
    ['T-178 NUL in client_id', { client_id: 'https://client.example.com/\0' }, 'url-parse'],
    [
      'T-178 NUL in redirect_uris',
      { redirect_uris: ['https://client.example.com/\0'] },
      'redirect-absolute',
    ],
    [
      'T-180 another letter case',
      { Client_ID: 'https://other.example.com/c' },
      'json-no-case-variants',
    ],
    ['T-180 a long s', { 'redirect_uri\u017f': [] }, 'json-no-case-variants'],
    [
      'T-180 a Kelvin sign',
      { token_endpoint_auth_method: 'none', 'to\u212aen_endpoint_auth_method': 'none' },
      'json-no-case-variants',
    ],
    ['T-189 a string for an array', { redirect_uris: 'https://a.example.com/cb' }, 'json-types'],
    ['T-189 an array in an array', { redirect_uris: [['x']] }, 'json-types'],
    ['T-189 null in an array', { redirect_uris: [null] }, 'json-types'],
    ['T-189 an object', { redirect_uris: {} }, 'json-types'],
    ['T-189 an empty array', { redirect_uris: [] }, 'redirect-uris-nonempty'],
    ['T-189 nothing', { redirect_uris: undefined }, 'redirect-uris-required'],
    ['T-190 a number', { client_id: 5 }, 'json-types'],
    ['T-190 an array', { client_id: ['https://client.example.com/cimd.json'] }, 'json-types'],
    ['T-190 nothing', { client_id: undefined }, 'client-id-present'],
    ['T-190 an empty string', { client_id: '' }, 'client-id-present'],
    ['T-191 an empty name', { client_name: '' }, 'client-name-required'],
    ['T-191 spaces', { client_name: '  ' }, 'client-name-required'],
    ['T-191 a number', { client_name: 5 }, 'json-types'],
    ['T-192 a string', { grant_types: 'authorization_code' }, 'json-types'],
    ['T-192 token', { response_types: ['token'] }, 'grant-no-implicit'],
    ['T-192 implicit', { grant_types: ['implicit'] }, 'grant-no-implicit'],
    ['T-192 password', { grant_types: ['authorization_code', 'password'] }, 'grant-no-password'],
    [
      'T-193 a shared secret',
      { token_endpoint_auth_method: 'client_secret_post' },
      'no-symmetric-auth-method',
    ],
    [
      'T-193 in capitals',
      { token_endpoint_auth_method: 'CLIENT_SECRET_BASIC' },
      'no-symmetric-auth-method',
    ],
    [
      'T-193 without keys',
      { token_endpoint_auth_method: 'private_key_jwt' },
      'auth-pkjwt-has-keys',
    ],
    [
      'T-193 a certificate without subject',
      { token_endpoint_auth_method: 'tls_client_auth' },
      'auth-mtls-members',
    ],
    ['T-193 an array', { token_endpoint_auth_method: ['none'] }, 'json-types'],
    ['T-194 client_secret', { client_secret: 'x' }, 'no-client-secret'],
    ['T-194 null', { client_secret: null }, 'no-client-secret'],
    [
      'T-194 client_secret_expires_at',
      { client_secret_expires_at: 0 },
      'no-client-secret-expires-at',
    ],
    ['T-194 a token', { registration_access_token: 'x' }, 'no-registration-credentials'],
    ['T-194 an empty statement', { software_statement: '' }, 'software-statement-jws'],
    ['T-195 an array', { scope: ['a'] }, 'json-types'],
    ['T-195 a newline', { scope: 'a\nb' }, 'scope-string'],
    ['T-195 quotes', { scope: '"a"' }, 'scope-string'],
    ['T-197 native with https', { application_type: 'native' }, 'app-type-native-redirects'],
    ['T-198 a boolean as a string', { require_auth_time: 'true' }, 'json-types'],
    ['T-198 a number as a string', { default_max_age: '3600' }, 'json-types'],
    [
      'T-199 both key sets',
      { ...withKeys(EC), jwks_uri: 'https://client.example.com/j' },
      'jwks-xor-jwks-uri',
    ],
    [
      'T-215 javascript',
      { redirect_uris: ['javascript:alert(1)'] },
      'redirect-no-dangerous-scheme',
    ],
    [
      'T-215 JaVaScRiPt',
      { redirect_uris: ['JaVaScRiPt:alert(1)'] },
      'redirect-no-dangerous-scheme',
    ],
    ['T-215 a tab in it', { redirect_uris: ['java\tscript:alert(1)'] }, 'redirect-absolute'],
    ['T-215 a space before it', { redirect_uris: [' javascript:alert(1)'] }, 'redirect-absolute'],
    [
      'T-215 with a host',
      { redirect_uris: ['javascript://h/%0aalert(1)'] },
      'redirect-no-dangerous-scheme',
    ],
    ['T-216 data', { redirect_uris: ['data:text/html,x'] }, 'redirect-no-dangerous-scheme'],
    ['T-217 intent', { redirect_uris: ['intent://x'] }, 'redirect-no-dangerous-scheme'],
    ['T-217 vscode', { redirect_uris: ['vscode://x'] }, 'redirect-private-scheme-reverse-dns'],
    [
      'T-217 the out-of-band URN',
      { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] },
      'redirect-no-dangerous-scheme',
    ],
    ['T-218 http', { redirect_uris: ['http://example.net/cb'] }, 'redirect-kind'],
    ['T-218 a private address', { redirect_uris: ['http://192.168.1.5/cb'] }, 'redirect-kind'],
    [
      'T-219 127.0.0.1 with a port',
      { redirect_uris: ['http://127.0.0.1:3000/cb'], application_type: 'native' },
    ],
    ['T-219 [::1]', { redirect_uris: ['http://[::1]/cb'], application_type: 'native' }],
    ['T-219 127.0.0.1', { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }],
    ['T-220 127.1', { redirect_uris: ['http://127.1/cb'] }, 'redirect-kind'],
    ['T-220 0x7f000001', { redirect_uris: ['http://0x7f000001/cb'] }, 'redirect-kind'],
    ['T-220 127.0.0.2', { redirect_uris: ['http://127.0.0.2/cb'] }, 'redirect-kind'],
    ['T-220 0.0.0.0', { redirect_uris: ['http://0.0.0.0/cb'] }, 'redirect-kind'],
    ['T-220 mapped', { redirect_uris: ['http://[::ffff:127.0.0.1]/cb'] }, 'redirect-kind'],
    ['T-220 a dot after it', { redirect_uris: ['http://localhost./cb'] }, 'redirect-kind'],
    ['T-220 userinfo', { redirect_uris: ['http://localhost@example.com/cb'] }, 'redirect-kind'],
    [
      'T-221 a wildcard host',
      { redirect_uris: ['https://*.example.com/cb'] },
      'redirect-no-wildcard',
    ],
    ['T-221 a wildcard path', { redirect_uris: ['https://example.com/*'] }, 'redirect-no-wildcard'],
    ['T-221 a wildcard port', { redirect_uris: ['http://localhost:*/cb'] }, 'redirect-no-wildcard'],
    [
      'T-221 a wildcard query',
      { redirect_uris: ['https://example.com/cb?*'] },
      'redirect-no-wildcard',
    ],
    ['T-221 a wildcard', { redirect_uris: ['*'] }, 'redirect-no-wildcard'],
    [
      'T-221 a wildcard https port',
      { redirect_uris: ['https://example.com:*/'] },
      'redirect-no-wildcard',
    ],
    [
      'T-222 a password',
      { redirect_uris: ['https://u:p@x.example.com/cb'] },
      'no-embedded-secrets',
    ],
    [
      'T-222 a fragment',
      { redirect_uris: ['https://x.example.com/cb#frag'] },
      'redirect-no-fragment',
    ],
    [
      'T-222 an empty fragment',
      { redirect_uris: ['https://x.example.com/cb#'] },
      'redirect-no-fragment',
    ],
    ['T-222 no host', { redirect_uris: ['https:///x'] }, 'redirect-absolute'],
    ['T-222 no scheme', { redirect_uris: ['//x/cb'] }, 'redirect-absolute'],
    ['T-222 a path', { redirect_uris: ['/cb'] }, 'redirect-absolute'],
    ['T-222 nothing', { redirect_uris: [''] }, 'redirect-uris-nonempty'],
    [
      'T-223 a private-use scheme',
      { redirect_uris: ['com.example.app:/cb'], application_type: 'native' },
      'redirect-no-custom-scheme-mcp',
    ],
    ['T-223 no dot', { redirect_uris: ['myapp://cb'] }, 'redirect-private-scheme-reverse-dns'],
    ['T-223 a letter', { redirect_uris: ['a:/cb'] }, 'redirect-private-scheme-reverse-dns'],
    [
      'T-227 code',
      { redirect_uris: ['https://x.example.com/cb?code=1'] },
      'redirect-no-response-parameters',
    ],
    [
      'T-227 iss',
      { redirect_uris: ['https://x.example.com/cb?a=b&iss='] },
      'redirect-no-response-parameters',
    ],
    ['T-230 javascript', { client_uri: 'javascript:alert(1)' }, 'uri-known-scheme'],
    ['T-230 data', { logo_uri: 'data:image/svg+xml,<svg/>' }, 'uri-known-scheme'],
    ['T-230 http', { tos_uri: 'http://client.example.com/' }, 'uri-https'],
    ['T-230 a private host', { policy_uri: 'https://10.0.0.1/' }, 'uri-public'],
    ['T-230 a password', { client_uri: 'https://u:p@client.example.com/' }, 'no-embedded-secrets'],
    ['T-232 with a language', { 'client_uri#ja': 'javascript:alert(1)' }, 'uri-known-scheme'],
    ['T-232 a wrong language', { 'client_uri#ja_JP': 'https://client.example.com/' }, 'i18n-tag'],
    ['T-233 a private key', withKeys({ ...EC, d: 'x' }), 'jwks-no-private-members'],
    [
      'T-233 a private key of a new type',
      withKeys(EC, { kty: 'AKP', priv: 'x' }),
      'jwks-no-private-members',
    ],
    ['T-234 symmetric', withKeys(EC, { kty: 'oct', k: 'x' }), 'jwks-no-symmetric'],
    [
      'T-234 a short RSA key',
      withKeys(EC, { kty: 'RSA', e: 'AQAB', n: 'w'.repeat(172) }),
      'jwks-rsa-min',
    ],
    ['T-234 X25519', withKeys({ ...OKP, crv: 'X25519' }), 'jwks-nonempty'],
    ['T-234 alg none', withKeys(EC, { ...OKP, alg: 'none' }), 'jwks-alg-match'],
    ['T-234 alg HS256', withKeys({ ...EC, alg: 'HS256' }), 'jwks-alg-match'],
    ['T-234 alg of another type', withKeys({ ...EC, alg: 'RS256' }), 'jwks-alg-match'],
    ['T-234 alg of another curve', withKeys({ ...EC, alg: 'ES384' }), 'jwks-curve'],
    ['T-234 for encryption', withKeys({ ...EC, use: 'enc' }), 'jwks-nonempty'],
    ['T-234 for nothing of use', withKeys({ ...EC, key_ops: ['wrapKey'] }), 'jwks-nonempty'],
    ['T-235 no keys', withKeys(), 'jwks-nonempty'],
    ['T-235 one kid twice', withKeys({ ...EC, kid: 'a' }, { ...OKP, kid: 'a' }), 'jwks-kid'],
    [
      'T-235 a certificate on a private host',
      withKeys({ ...EC, x5u: 'http://10.0.0.1/' }),
      'uri-public',
    ],
    [
      'T-235 not an array',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: {} },
      'jwks-shape',
    ],
    [
      'T-235 keys as strings',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: ['{}'] } },
      'jwks-shape',
    ],
    ['T-236 PEM', { notes: '-----BEGIN PRIVATE KEY-----\nMII' }, 'no-private-key-material'],
    ['T-236 a GitHub token', { contacts: [`ghp_${'a1'.repeat(18)}`] }, 'no-embedded-secrets'],
    ['T-236 an AWS key', { x: { y: ['AKIAIOSFODNN7EXAMPLE'] } }, 'no-embedded-secrets'],
    ['T-237 http', { jwks_uri: 'http://client.example.com/jwks.json' }, 'jwks-uri-https'],
    ['T-237 a private host', { jwks_uri: 'https://localhost/jwks.json' }, 'jwks-uri-public'],
  ])('%s', (_, members, ...broken) => {
    expect(brokenBy(members)).toEqual(broken)
  })
})
