import { findMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import {
  faultOfAlgorithm,
  isForSignatures,
  keysOf,
  signingAlgorithm,
  symmetricMemberOf,
} from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { rfc } from '../core/spec.js'
import type { Finding } from '../core/types.js'

type Key = Readonly<Record<string, unknown>>

export default defineRule({
  id: 'jwks-alg-match',
  level: 'MUST',
  cites: [rfc(7517, '4.4'), rfc(7518, '3.1')],
  reads: ['jwks'],
  title: 'A key of jwks can make signatures of its alg, and one those of the client assertions.',
  rationale: `
    An algorithm needs keys of one type: ES256 an EC key, RS256 an RSA key. A server that finds a key
    and an algorithm that do not fit refuses the signature, or worse, takes a public key for a shared
    secret.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: {
            keys: [
              { kty: 'RSA', n: 'n', e: 'AQAB', alg: 'PS256' },
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' },
            ],
          },
        },
      },
      // EdDSA is the name of both curves, and Ed25519 that of one.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'Ed25519',
          jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'eA', alg: 'EdDSA' }] },
        },
      },
      // Algorithms and types that are not known here.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'XY1',
          jwks: {
            keys: [
              { kty: 'EC', alg: 'XY1' },
              { kty: 'AKP', alg: 'ML-DSA-44', pub: 'eA' },
            ],
          },
        },
      },
      // For encryption, of another type than a string, or not meant for the assertions.
      {
        document: {
          jwks: {
            keys: [
              { kty: 'RSA', alg: 'RSA-OAEP' },
              { kty: 'EC', alg: 5 },
            ],
          },
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'RSA' }] },
        },
      },
      // Reported by jwks-no-symmetric, jwks-shape, auth-signing-alg, jwks-curve and jwks-nonempty.
      { document: { jwks: { keys: [{ kty: 'oct', k: 'a', alg: 'HS256' }] } } },
      { document: { jwks: { keys: [{ alg: 'ES256' }, { kty: {}, alg: 'ES256' }] } } },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'none',
          jwks: { keys: [{ kty: 'EC' }] },
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'EC', crv: 'P-384', x: 'eA', y: 'eQ', alg: 'ES256' }] },
        },
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'RSA', use: 'enc' }] },
        },
      },
      // A curve that is missing, one where none belongs, and keys that others report.
      ...[{ kty: 'EC' }, {}, { kty: 'oct', k: 'a' }].map((key) => ({
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [key] },
        },
      })),
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'RS256',
          jwks: { keys: [{ kty: 'RSA', n: 'n', e: 'AQAB', crv: 'stray' }] },
        },
      },
    ],
    invalid: [
      {
        document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', alg: 'RS256' }] } },
        at: ['/jwks/keys/0/alg'],
        messages: ['key 0 of jwks has the alg "RS256", which needs a key of kty "RSA", not "EC"'],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', alg: 'ES256' },
              { kty: 'RSA', alg: 'none' },
              { kty: 'RSA', alg: 'HS256' },
              { kty: 'EC', alg: 'EdDSA' },
              { kty: 'ec', alg: 'ES256' },
            ],
          },
        },
        at: ['/jwks/keys/1/alg', '/jwks/keys/2/alg', '/jwks/keys/3/alg', '/jwks/keys/4/alg'],
        messages: [
          'key 1 of jwks has the alg "none", which signs nothing',
          'key 2 of jwks has the alg "HS256", which needs a shared secret',
          'key 3 of jwks has the alg "EdDSA", which needs a key of kty "OKP", not "EC"',
          'key 4 of jwks has the alg "ES256", which needs a key of kty "EC", not "ec"',
        ],
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: {
            keys: [
              { kty: 'RSA', n: 'n', e: 'AQAB' },
              { kty: 'EC', crv: 'P-384' },
            ],
          },
        },
        at: ['/token_endpoint_auth_signing_alg'],
        messages: [
          'token_endpoint_auth_signing_alg is "ES256", and no key of jwks can make such signatures',
        ],
      },
      {
        document: {
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg: 'PS256',
          jwks: {
            keys: [
              { kty: 'RSA', alg: 'RS256' },
              { kty: 'RSA', use: 'enc' },
            ],
          },
        },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      // "Ed" is not "ES".
      ...[
        ['Ed25519', 'ES256'],
        ['ES256', 'Ed25519'],
      ].map(([wanted, alg]) => ({
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: wanted,
          jwks: { keys: [{ kty: alg === 'ES256' ? 'EC' : 'OKP', alg }] },
        },
        at: ['/token_endpoint_auth_signing_alg'] as const,
      })),
      // One defect: the key does not fit itself.
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'EC', alg: 'RS256' }] },
        },
        at: ['/jwks/keys/0/alg'],
      },
    ],
  },

  *check({ metadata }) {
    const { jwks, token_endpoint_auth_signing_alg: alg } = metadata
    const keys = keysOf(jwks)
    const findings = keys.flatMap(([index, key]) => judgeKey(index, key) ?? [])
    yield* findings
    if (findings.length > 0 || alg === undefined || !signingAlgorithm(alg)) return
    if (!findMethod(metadata, 'private_key_jwt')) return
    const signers = keys.map(([, key]) => key).filter(isForSignatures)
    if (signers.length === 0 || signers.some((key) => mayMake(alg, key))) return
    yield {
      at: '/token_endpoint_auth_signing_alg',
      message: `token_endpoint_auth_signing_alg is ${quote(alg)}, and no key of jwks can make such signatures`,
      suggestion: 'name the algorithm of a published key, or publish a key for it',
    }
  },
})

function judgeKey(index: number, key: Key): Finding | undefined {
  const { alg, kty } = key
  if (typeof alg !== 'string' || symmetricMemberOf(key)) return undefined
  const at = `/jwks/keys/${index}/alg` as const
  const fault = faultOfAlgorithm(alg)
  if (fault !== undefined) {
    return {
      at,
      message: `key ${index} of jwks has the alg ${quote(alg)}, ${fault}`,
      suggestion: 'write the algorithm the key pair signs with, such as "ES256"',
    }
  }
  const needed = signingAlgorithm(alg)?.kty
  if (needed === undefined || typeof kty !== 'string' || kty === '' || kty === needed)
    return undefined
  return {
    at,
    message: `key ${index} of jwks has the alg "${alg}", which needs a key of kty "${needed}", not ${quote(kty)}`,
    suggestion: 'write an algorithm of the type of the key, or leave alg out',
  }
}

/** Whether a key may be one for an algorithm; of what other rules report it is. */
function mayMake(alg: string, key: Key): boolean {
  // Whether its type and curve fit its own alg is asked elsewhere.
  if (typeof key.alg === 'string') {
    return key.alg === alg || (key.alg.startsWith('Ed') && alg.startsWith('Ed'))
  }
  if (symmetricMemberOf(key) || typeof key.kty !== 'string') return true
  const { curves, kty } = signingAlgorithm(alg) ?? {}
  return key.kty === kty && (typeof key.crv !== 'string' || !curves || curves.includes(key.crv))
}
