import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { isPemPrivateKey } from '../core/secrets.js'
import { cimd } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'

export default defineRule({
  id: 'no-private-key-material',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials', '02')],
  title: 'No member holds a private key.',
  rationale: `
    The document is public. A private key in it authenticates everybody as this client. Keys
    inside \`jwks\` have a rule of their own; this one looks everywhere else, and for PEM text.`,
  examples: {
    valid: [
      { document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] } } },
      // Keys of the key set are judged by jwks-no-private-members.
      { document: { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } } },
      { document: { contacts: ['-----BEGIN PUBLIC KEY-----'] } },
    ],
    invalid: [
      {
        document: { private_key: { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' } },
        at: ['/private_key'],
      },
      { document: { key: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQ' }, at: ['/key'] },
      { document: { keys: ['-----BEGIN PRIVATE KEY-----'] }, at: ['/keys/0'] },
      { document: { 'a/b': [{ kty: 'RSA', n: 'n', e: 'AQAB', d: 'd' }] }, at: ['/a~1b/0'] },
    ],
  },

  *check({ value }) {
    for (const [name, member] of Object.entries(value)) {
      yield* findKeys(member, `/${escapeToken(name)}`, name)
    }
  },
})

function* findKeys(value: unknown, at: Pointer, name: string): Iterable<Finding> {
  const suggestion = 'remove it, make a new key pair, and publish only the public key'
  if (typeof value === 'string' && isPemPrivateKey(value)) {
    yield {
      at,
      message: `${quote(name)} holds a private key in PEM, and anyone can fetch it`,
      suggestion,
    }
  }
  if (typeof value !== 'object' || value === null) return
  if (isPrivateJwk(value) && !at.startsWith('/jwks/keys/')) {
    yield { at, message: `${quote(name)} holds a private key, and anyone can fetch it`, suggestion }
    return
  }
  for (const [key, item] of Object.entries(value)) {
    yield* findKeys(item, `${at}/${escapeToken(key)}`, name)
  }
}

/** RFC 7517 section 4: an object with a key type, and with the private exponent or scalar. */
const isPrivateJwk = (value: object): boolean =>
  Object.hasOwn(value, 'kty') && (Object.hasOwn(value, 'd') || Object.hasOwn(value, 'priv'))
