import { defineRule } from '../core/define.js'
import { openid, rfc } from '../core/spec.js'

const ENCRYPTED = [
  'id_token_encrypted_response_enc',
  'userinfo_encrypted_response_enc',
  'request_object_encryption_enc',
  'authorization_encrypted_response_enc',
  'introspection_encrypted_response_enc',
] as const

const algOf = (enc: string): string => enc.replace(/enc$/, 'alg')

export default defineRule({
  id: 'enc-needs-alg',
  level: 'MUST',
  cites: [openid('registration', '2'), rfc(9701, '6')],
  reads: ENCRYPTED,
  schema: {
    allOf: ENCRYPTED.map((enc) => ({
      anyOf: [{ properties: { [enc]: false } }, { required: [algOf(enc)] }],
    })),
  },
  title: 'Whoever names a content encryption names the key encryption too.',
  rationale: `
    The content of a token is encrypted with a key that must itself be encrypted for the client. Without
    the algorithm for that key nothing can be encrypted, and the specifications demand both.`,
  examples: {
    valid: [
      {
        document: {
          id_token_encrypted_response_alg: 'RSA-OAEP-256',
          id_token_encrypted_response_enc: 'A256GCM',
        },
      },
      { document: { userinfo_encrypted_response_alg: 'RSA-OAEP-256' } },
      {
        document: {
          authorization_encrypted_response_alg: 'ECDH-ES',
          authorization_encrypted_response_enc: 'A256GCM',
        },
      },
    ],
    invalid: [
      {
        document: { id_token_encrypted_response_enc: 'A256GCM' },
        at: ['/id_token_encrypted_response_enc'],
      },
      {
        document: {
          request_object_encryption_enc: 'A256GCM',
          introspection_encrypted_response_enc: 'A256GCM',
        },
        at: ['/request_object_encryption_enc', '/introspection_encrypted_response_enc'],
      },
      ...[
        'id_token_encrypted_response',
        'userinfo_encrypted_response',
        'request_object_encryption',
        'authorization_encrypted_response',
        'introspection_encrypted_response',
      ].map((name) => ({
        document: { [`${name}_enc`]: 'A256GCM', [`${name}_alg_values_supported`]: ['ECDH-ES'] },
        at: [`/${name}_enc`] as const,
      })),
    ],
  },

  *check({ value }) {
    for (const enc of ENCRYPTED) {
      const alg = algOf(enc)
      if (!(enc in value) || alg in value) continue
      yield {
        at: `/${enc}`,
        on: 'key',
        message: `${enc} stands without ${alg}`,
        suggestion: `add ${alg}, or remove ${enc}`,
      }
    }
  },
})
