import { bytesOf, isBase64url } from '../core/base64url.js'
import { defineRule } from '../core/define.js'
import { CURVES, keysOf, signingAlgorithm } from '../core/jwks.js'
import { plural } from '../core/printable.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-coordinate-length',
  level: 'MUST',
  cites: [rfc(7518, '6.2.1.2'), rfc(8037, '2')],
  reads: ['jwks'],
  title: 'The coordinates of a key of jwks are as long as those of its curve.',
  rationale: `
    A coordinate has as many bytes as its curve needs, zeros at the beginning among them. Programs that
    leave out a zero, or add one, make keys that others cannot read, and only now and then.`,
  examples: {
    valid: [
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'w'.repeat(43) },
              { kty: 'OKP', crv: 'Ed25519', x: 'w'.repeat(43) },
            ],
          },
        },
      },
      // An unknown curve; for the others see jwks-curve and jwks-required-members.
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'BP-256', x: 'eA', y: 'eQ' },
              { kty: 'OKP', crv: 'P-256', x: 'eA' },
              { kty: 'EC', crv: 'P-256', x: '+'.repeat(43), y: 5 },
              { kty: 'EC', crv: 'P-384', x: 'w'.repeat(43), y: 'w'.repeat(43), alg: 'ES256' },
            ],
          },
        },
      },
      // Keys of OKP have no y.
      {
        document: { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'w'.repeat(43), y: 'eQ' }] } },
      },
    ],
    invalid: [
      {
        document: {
          jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'w'.repeat(42), y: 'w'.repeat(43) }] },
        },
        at: ['/jwks/keys/0/x'],
        messages: ['key 0 of jwks has an x of 31 bytes, but on P-256 it has 32'],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'EC', crv: 'P-384', x: 'w'.repeat(64), y: 'w'.repeat(66) },
              { kty: 'EC', crv: 'P-521', x: 'w'.repeat(87), y: 'w'.repeat(88) },
              { kty: 'EC', crv: 'secp256k1', x: 'w'.repeat(43), y: 'w'.repeat(44) },
              { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', alg: 'ES256' },
            ],
          },
        },
        at: ['/jwks/keys/0/y', '/jwks/keys/1/x', '/jwks/keys/2/y', '/jwks/keys/3/x'],
      },
      {
        document: {
          jwks: {
            keys: [
              { kty: 'OKP', crv: 'Ed25519', x: 'ww' },
              { kty: 'OKP', crv: 'Ed448', x: 'w'.repeat(75) },
              { kty: 'OKP', crv: 'X25519', x: 'w'.repeat(44) },
              { kty: 'OKP', crv: 'X448', x: 'w'.repeat(76) },
            ],
          },
        },
        at: ['/jwks/keys/0/x', '/jwks/keys/1/x', '/jwks/keys/2/x', '/jwks/keys/3/x'],
        messages: [
          'key 0 of jwks has an x of 1 byte, but on Ed25519 it has 32',
          'key 1 of jwks has an x of 56 bytes, but on Ed448 it has 57',
          'key 2 of jwks has an x of 33 bytes, but on X25519 it has 32',
          'key 3 of jwks has an x of 57 bytes, but on X448 it has 56',
        ],
      },
    ],
  },

  *check({ metadata: { jwks } }) {
    for (const [index, key] of keysOf(jwks)) {
      const curve = CURVES.get(key.crv)
      const ofAlg = signingAlgorithm(key.alg)?.curves
      // Another type, or another curve than that of alg, is reported by jwks-curve.
      if (!curve || curve.kty !== key.kty || ofAlg?.includes(String(key.crv)) === false) continue
      for (const name of key.kty === 'EC' ? ['x', 'y'] : ['x']) {
        const coordinate = key[name]
        // Reported by jwks-required-members.
        if (typeof coordinate !== 'string' || !isBase64url(coordinate)) continue
        const bytes = bytesOf(coordinate)
        if (bytes === curve.bytes) continue
        yield {
          at: `/jwks/keys/${index}/${name}`,
          message: `key ${index} of jwks has ${name === 'x' ? 'an' : 'a'} ${name} of ${bytes} ${plural(bytes, 'byte')}, but on ${key.crv} it has ${curve.bytes}`,
          suggestion: 'export the public key as a JWK again',
        }
        // One key is one finding: both are of another length where the curve is not theirs.
        break
      }
    }
  },
})
