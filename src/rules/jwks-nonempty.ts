import { findMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { isForSignatures } from '../core/jwks.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-nonempty',
  level: 'MUST',
  cites: [cimd('client-authentication'), rfc(7591, '2')],
  reads: ['jwks'],
  title: 'The jwks of a client of private_key_jwt has a key for signatures.',
  rationale: `
    The server checks the signature of the client's assertion with a key of the set. Where the set is
    empty, or all its keys are for encryption, no authentication can succeed.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', use: 'enc' },
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', key_ops: ['verify'] },
            ],
          },
        },
      },
      { document: { token_endpoint_auth_method: 'none', jwks: { keys: [] } } },
      // Keys that other rules report: jwks-shape, jwks-no-symmetric, jwks-no-private-members and
      // jwks-curve.
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: {} } },
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [null] } } },
      { document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{}] } } },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'oct', k: 'a' }] },
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'EC', d: 'a', key_ops: ['sign'] }] },
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ kty: 'OKP', crv: 'X25519', x: 'eA', use: 'sig' }] },
        },
      },
      // Reported by jwks-xor-jwks-uri.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [] },
          jwks_uri: 'https://client.example.com/jwks.json',
        },
      },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
        at: ['/jwks/keys'],
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', use: 'enc' },
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', key_ops: ['sign'] },
              { kty: 'RSA', n: 'n', e: 'AQAB', alg: 'RSA-OAEP-256' },
              { kty: 'OKP', crv: 'X25519', x: 'eA' },
              { kty: 'unheard-of' },
            ],
          },
        },
        at: ['/jwks/keys'],
      },
    ],
  },

  *check({ metadata, value }) {
    const keys = metadata.jwks?.keys
    if (!Array.isArray(keys) || 'jwks_uri' in value) return
    if (!findMethod(metadata, 'private_key_jwt')) return
    if (keys.some((key) => typeof key !== 'object' || key === null || isForSignatures(key))) return
    yield {
      at: '/jwks/keys',
      message: `jwks has no key${keys.length > 0 ? ' for signatures' : ''}, and the client authenticates with "private_key_jwt"`,
      suggestion: 'add the public key of the pair that signs the assertions',
    }
  },
})
