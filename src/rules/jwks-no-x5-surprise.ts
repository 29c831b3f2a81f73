import { faultOfCertificate } from '../core/certificate-key.js'
import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { keysOf } from '../core/jwks.js'
import { describeType } from '../core/metadata.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'
import { judgeAbsolute, splitUrl } from '../core/url.js'

/** Self-signed, of the key beside it in the examples. */
const CERTIFICATE =
  'MIIBLDCB36ADAgECAhROHMOc9kpwVScoxoFNMhyN5DsnlTAFBgMrZXAwDDEKMAgGA1UEAwwBYTAeFw0yNjExMjEyMjQzMTVaFw0zNjExMTgyMjQzMTVaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQBwmGQoG5PRNBA/owt37VsT8RdASojqQt+yhGJOeGp/dqNTMFEwHQYDVR0OBBYEFNG73LMXw/4urXieTcAtnQh50gKgMB8GA1UdIwQYMBaAFNG73LMXw/4urXieTcAtnQh50gKgMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EApxSrT20ibYJXdLVpo9UvlZ5u1nkoaEjar5gytUyrv25f+9bfhi1oe27OVWpGGmpwOPSwJ8KTbJTWWYANjrZpBw=='
const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'cJhkKBuT0TQQP6MLd-1bE_EXQEqI6kLfsoRiTnhqf3Y' }

export default defineRule({
  id: 'jwks-no-x5-surprise',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7517, '4.7'), rfc(7517, '4.6')],
  reads: ['jwks'],
  title: 'A certificate in a key of jwks is of that key, and x5u is an https URL.',
  rationale: `
    Some servers check a signature by the key, others by its certificate: where the two differ the
    client is two clients. What \`x5u\` names the server would have to fetch, and RFC 7517 lets it do so
    over TLS alone.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ ...KEY, x5c: [CERTIFICATE] }] } } },
      // Zeros before the number: reported by jwks-coordinate-length.
      { document: { jwks: { keys: [{ ...KEY, x: `AAAA${KEY.x}`, x5c: [CERTIFICATE] }] } } },
      // RFC 7517 allows line breaks nowhere, and programs read over them.
      { document: { jwks: { keys: [{ ...KEY, x5c: [`${CERTIFICATE}\n`] }] } } },
      { document: { jwks: { keys: [{ ...KEY, x5u: 'https://client.example.com/chain.pem' }] } } },
      // No host that is public: reported by uri-public.
      { document: { jwks: { keys: [{ ...KEY, x5u: 'http://10.0.0.1/chain.pem' }] } } },
      // What cannot be compared is reported by jwks-required-members.
      { document: { jwks: { keys: [{ kty: 'OKP', x5c: [CERTIFICATE] }, { x5c: ['MA=='] }] } } },
      { document: { jwks: { keys: [KEY, 'x5c', null] } } },
    ],
    invalid: [
      {
        document: {
          jwks: {
            keys: [
              { ...KEY, x: 'dJhkKBuT0TQQP6MLd-1bE_EXQEqI6kLfsoRiTnhqf3Y', x5c: [CERTIFICATE] },
              { kty: 'RSA', n: 'd-1bE_EXQEqI6kLgsoRiTg', e: 'AQAB', x5c: [CERTIFICATE] },
              { kty: 'EC', crv: 'P-256', x: 'd-1bE_EXQEqI6kLgsoRiTg', x5c: [CERTIFICATE] },
              { kty: 'AKP', alg: 'ML-DSA-44', pub: 'd-1bE_EXQEqI6kLgsoRiTg', x5c: [CERTIFICATE] },
            ],
          },
        },
        at: [
          '/jwks/keys/0/x5c/0',
          '/jwks/keys/1/x5c/0',
          '/jwks/keys/2/x5c/0',
          '/jwks/keys/3/x5c/0',
        ],
        messages: [
          'the first item in x5c of key 0 of jwks is a certificate of another key',
          'the first item in x5c of key 1 of jwks is a certificate of another key',
          'the first item in x5c of key 2 of jwks is a certificate of another key',
          'the first item in x5c of key 3 of jwks is a certificate of another key',
        ],
      },
      {
        document: {
          jwks: {
            keys: [
              { ...KEY, x5c: ['-----BEGIN CERTIFICATE-----'] },
              { ...KEY, x5c: [''] },
              { ...KEY, x5c: [5] },
              // Base64, but no certificate.
              { ...KEY, x5c: ['AAAA'] },
            ],
          },
        },
        at: [
          '/jwks/keys/0/x5c/0',
          '/jwks/keys/1/x5c/0',
          '/jwks/keys/2/x5c/0',
          '/jwks/keys/3/x5c/0',
        ],
        messages: [0, 1, 2, 3].map(
          (index) => `the first item in x5c of key ${index} of jwks is no certificate in base64`,
        ),
      },
      {
        document: {
          jwks: {
            keys: [
              { ...KEY, x5c: CERTIFICATE },
              { ...KEY, x5c: [] },
            ],
          },
        },
        at: ['/jwks/keys/0/x5c', '/jwks/keys/1/x5c'],
        messages: [
          'x5c of key 0 of jwks is a string, not an array of certificates',
          'x5c of key 1 of jwks is an empty array',
        ],
      },
      {
        document: {
          jwks: {
            keys: [
              { ...KEY, x5u: 'http://client.example.com/chain.pem' },
              { ...KEY, x5u: 'ftp://client.example.com/chain.pem' },
              { ...KEY, x5u: '/chain.pem' },
              { ...KEY, x5u: [] },
            ],
          },
        },
        at: ['/jwks/keys/0/x5u', '/jwks/keys/1/x5u', '/jwks/keys/2/x5u', '/jwks/keys/3/x5u'],
        messages: [
          'x5u of key 0 of jwks is not https',
          'x5u of key 1 of jwks is not https',
          'x5u of key 2 of jwks "/chain.pem" is not absolute: it has no scheme',
          'x5u of key 3 of jwks is an array, not a URL',
        ],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      if (Object.hasOwn(key, 'x5c')) yield* judgeChain(index, key)
      if (Object.hasOwn(key, 'x5u')) yield* judgeUrl(index, key.x5u)
    }
  },
})

function* judgeChain(index: number, key: Readonly<Record<string, unknown>>): Iterable<Finding> {
  const { x5c } = key
  const at: Pointer = `/jwks/keys/${index}/x5c`
  const suggestion = 'write the DER of its certificate in base64, or remove x5c'
  if (!Array.isArray(x5c) || x5c.length === 0) {
    const what = Array.isArray(x5c)
      ? 'an empty array'
      : `${describeType(x5c)}, not an array of certificates`
    yield { at, message: `x5c of key ${index} of jwks is ${what}`, suggestion }
    return
  }
  const fault = faultOfCertificate(key, x5c[0])
  if (fault === undefined) return
  const message = `the first item in x5c of key ${index} of jwks ${fault}`
  yield { at: `${at}/0`, message, suggestion }
}

function* judgeUrl(index: number, x5u: unknown): Iterable<Finding> {
  const at: Pointer = `/jwks/keys/${index}/x5u`
  const subject = `x5u of key ${index} of jwks`
  const suggestion = 'publish the certificate at an https URL, or remove x5u'
  if (typeof x5u !== 'string') {
    yield { at, message: `${subject} is ${describeType(x5u)}, not a URL`, suggestion }
    return
  }
  const url = splitUrl(x5u)
  if (!url) {
    const fault = judgeAbsolute(subject, x5u, suggestion)
    if (fault) yield { at, ...fault }
  } else if (url.scheme.text.toLowerCase() !== 'https' && !specialUseOfHost(url.host.text)) {
    yield { at, message: `${subject} is not https`, suggestion }
  }
}
