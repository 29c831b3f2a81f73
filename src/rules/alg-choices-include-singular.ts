import { defineRule } from '../core/define.js'
import { faultOfAlgorithm } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { openid } from '../core/spec.js'

/** Members of one algorithm that have a list beside them. */
const ALGORITHMS = [
  'token_endpoint_auth_signing_alg',
  'id_token_signed_response_alg',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'userinfo_signed_response_alg',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'request_object_signing_alg',
  'request_object_encryption_alg',
  'request_object_encryption_enc',
  'backchannel_authentication_request_signing_alg',
  'authorization_signed_response_alg',
  'authorization_encrypted_response_alg',
  'authorization_encrypted_response_enc',
  'introspection_signed_response_alg',
  'introspection_encrypted_response_alg',
  'introspection_encrypted_response_enc',
] as const

/** `id_token_signed_response_alg` → `id_token_signing_alg_values_supported` */
const listOf = (name: string): string =>
  `${name.replace('signed_response', 'signing').replace('encrypted_response', 'encryption')}_values_supported`

const PAIRS: readonly (readonly [string, string])[] = [
  ['subject_type', 'subject_types_supported'],
  ...ALGORITHMS.map((name) => [name, listOf(name)] as const),
]

export default defineRule({
  id: 'alg-choices-include-singular',
  level: 'MUST',
  cites: [openid('metadata-choices', '2')],
  reads: ['subject_type', 'subject_types_supported', ...ALGORITHMS, ...ALGORITHMS.map(listOf)],
  title: 'An algorithm or subject type is one of those in the list of supported ones beside it.',
  rationale: `
    Where a member such as \`id_token_signed_response_alg\` has its list beside it, it names the
    preferred value of that list. A server that reads the list and one that reads the single value
    would expect different things of the client.`,
  examples: {
    valid: [
      {
        document: {
          id_token_signed_response_alg: 'ES256',
          id_token_signing_alg_values_supported: ['RS256', 'ES256'],
          subject_type: 'public',
          subject_types_supported: ['public'],
        },
      },
      { document: { token_endpoint_auth_signing_alg: 'ES256' } },
      { document: { userinfo_encryption_enc_values_supported: ['A256GCM'] } },
      // Two pairs: signing is not encryption, and ID tokens are not UserInfo.
      {
        document: {
          userinfo_signed_response_alg: 'ES256',
          userinfo_encryption_alg_values_supported: ['ECDH-ES'],
          id_token_signing_alg_values_supported: ['RS256'],
        },
      },
      // Judged by auth-methods-include-singular.
      {
        document: {
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: [],
        },
      },
      // Reported by auth-signing-alg.
      ...['HS256', 'none'].map((alg) => ({
        document: {
          token_endpoint_auth_signing_alg: alg,
          token_endpoint_auth_signing_alg_values_supported: ['ES256'],
        },
      })),
    ],
    invalid: [
      {
        document: {
          token_endpoint_auth_signing_alg: 'ES256',
          token_endpoint_auth_signing_alg_values_supported: ['RS256'],
        },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      {
        document: { subject_type: 'pairwise', subject_types_supported: [] },
        at: ['/subject_type'],
      },
      {
        document: {
          userinfo_encrypted_response_enc: 'A256GCM',
          userinfo_encryption_enc_values_supported: ['a256gcm'],
          request_object_encryption_alg: 'ECDH-ES',
          request_object_encryption_alg_values_supported: ['RSA-OAEP'],
          introspection_signed_response_alg: 'ES256',
          introspection_signing_alg_values_supported: ['RS256'],
          backchannel_authentication_request_signing_alg: 'ES256',
          backchannel_authentication_request_signing_alg_values_supported: ['RS256'],
        },
        at: [
          '/userinfo_encrypted_response_enc',
          '/request_object_encryption_alg',
          '/backchannel_authentication_request_signing_alg',
          '/introspection_signed_response_alg',
        ],
      },
      // Each by the name of its list, as the specification spells it.
      ...Object.entries({
        token_endpoint_auth_signing_alg: 'token_endpoint_auth_signing_alg_values_supported',
        id_token_signed_response_alg: 'id_token_signing_alg_values_supported',
        id_token_encrypted_response_alg: 'id_token_encryption_alg_values_supported',
        id_token_encrypted_response_enc: 'id_token_encryption_enc_values_supported',
        userinfo_signed_response_alg: 'userinfo_signing_alg_values_supported',
        userinfo_encrypted_response_alg: 'userinfo_encryption_alg_values_supported',
        userinfo_encrypted_response_enc: 'userinfo_encryption_enc_values_supported',
        request_object_signing_alg: 'request_object_signing_alg_values_supported',
        request_object_encryption_alg: 'request_object_encryption_alg_values_supported',
        request_object_encryption_enc: 'request_object_encryption_enc_values_supported',
        backchannel_authentication_request_signing_alg:
          'backchannel_authentication_request_signing_alg_values_supported',
        authorization_signed_response_alg: 'authorization_signing_alg_values_supported',
        authorization_encrypted_response_alg: 'authorization_encryption_alg_values_supported',
        authorization_encrypted_response_enc: 'authorization_encryption_enc_values_supported',
        introspection_signed_response_alg: 'introspection_signing_alg_values_supported',
        introspection_encrypted_response_alg: 'introspection_encryption_alg_values_supported',
        introspection_encrypted_response_enc: 'introspection_encryption_enc_values_supported',
      }).map(([name, list]) => ({
        document: { [name]: 'A', [list]: ['B'] },
        at: [`/${name}`] as const,
      })),
    ],
  },

  *check({ metadata }) {
    const members: Readonly<Record<string, unknown>> = metadata
    for (const [name, list] of PAIRS) {
      const choice = members[name]
      const choices = members[list]
      if (typeof choice !== 'string' || !Array.isArray(choices) || choices.includes(choice))
        continue
      // Reported by auth-signing-alg.
      if (name === 'token_endpoint_auth_signing_alg' && faultOfAlgorithm(choice) !== undefined)
        continue
      yield {
        at: `/${name}`,
        message: `${name} is ${quote(choice)}, which ${list} does not list`,
        suggestion: 'add it to the list, or write a value of the list',
      }
    }
  },
})
