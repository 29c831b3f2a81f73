import { defineRule } from '../core/define.js'
import { keysOf } from '../core/jwks.js'
import { subjectAt } from '../core/place.js'
import { escapeToken } from '../core/scan.js'
import { keyMaterialIn, mayHoldKey } from '../core/secrets.js'
import { cimd } from '../core/spec.js'

export default defineRule({
  id: 'no-private-key-material',
  level: 'MUST',
  floor: 'error',
  cites: [cimd('credentials', '02')],
  title: 'No member holds a private or symmetric key.',
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
      {
        document: { keys: ['-----BEGIN PRIVATE KEY-----'] },
        at: ['/keys/0'],
        messages: ['item 0 of keys holds a private key in PEM, and anyone can fetch it'],
      },
      { document: { 'a/b': [{ kty: 'RSA', n: 'n', e: 'AQAB', p: 'p' }] }, at: ['/a~1b/0'] },
      { document: { key: { kty: 'AKP', priv: 'x' } }, at: ['/key'] },
      { document: { key: { kty: 'oct', k: 'x' } }, at: ['/key'] },
      { document: { key: { kty: 'EC', D: 'x' } }, at: ['/key'] },
      // What jwks-no-private-members does not see as a key of the set.
      { document: { jwks: { keys: { a: { kty: 'EC', d: 'd' } } } }, at: ['/jwks/keys/a'] },
      { document: { jwks: { keys: [[{ kty: 'EC', d: 'd' }]] } }, at: ['/jwks/keys/0/0'] },
      {
        document: { jwks: { keys: [{ kty: 'EC', x: { kty: 'EC', d: 'd' } }] } },
        at: ['/jwks/keys/0/x'],
      },
    ],
  },

  *check({ metadata: { jwks }, value, text }) {
    if (!mayHoldKey(text)) return
    const judged = new Set<object>(keysOf(jwks).map(([, key]) => key))
    for (const [name, member] of Object.entries(value)) {
      for (const [at, kind] of keyMaterialIn(member, `/${escapeToken(name)}`, judged)) {
        yield {
          at,
          message: `${subjectAt(at)} holds a ${kind}, and anyone can fetch it`,
          suggestion: 'remove it, make a new key pair, and publish only the public key',
        }
      }
    }
  },
})
