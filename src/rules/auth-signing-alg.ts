import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { faultOfAlgorithm } from '../core/jwks.js'
import { quote } from '../core/printable.js'
import { atproto, cimd, openid } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'

export default defineRule({
  id: 'auth-signing-alg',
  level: 'MUST',
  cites: [openid('registration', '2'), cimd('credentials'), atproto('Client ID Metadata Document')],
  reads: ['token_endpoint_auth_signing_alg', 'token_endpoint_auth_signing_alg_values_supported'],
  title: 'The algorithms of client assertions are signatures with a key pair.',
  schema: {
    properties: {
      token_endpoint_auth_signing_alg: { not: { const: 'none' } },
      token_endpoint_auth_signing_alg_values_supported: {
        items: { not: { enum: ['none', 'HS256', 'HS384', 'HS512'] } },
      },
    },
  },
  rationale: `
    An assertion signed with \`none\` proves nothing, and anybody can write it. Algorithms such as
    \`HS256\` need a secret that client and server share, and this client can have none.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_signing_alg: 'ES256' } },
      // Names that are not known are left alone.
      { document: { token_endpoint_auth_signing_alg: 'nonesuch' } },
      { document: { token_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'HSS-LMS'] } },
      // One defect, reported by no-symmetric-auth-method.
      {
        document: {
          token_endpoint_auth_method: 'client_secret_jwt',
          token_endpoint_auth_signing_alg: 'HS256',
        },
      },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_signing_alg: 'none' },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      {
        document: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'HS512',
        },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      {
        document: {
          token_endpoint_auth_method: 'client_secret_jwt',
          token_endpoint_auth_signing_alg: 'None',
        },
        at: ['/token_endpoint_auth_signing_alg'],
      },
      {
        document: {
          token_endpoint_auth_signing_alg_values_supported: ['ES256', 'hs256', 'NONE'],
        },
        at: [
          '/token_endpoint_auth_signing_alg_values_supported/1',
          '/token_endpoint_auth_signing_alg_values_supported/2',
        ],
      },
    ],
  },

  *check({ metadata }) {
    const { token_endpoint_auth_method: method = '', token_endpoint_auth_signing_alg: alg } =
      metadata
    const isConsequence = isSymmetricMethod(method) && alg?.toLowerCase() !== 'none'
    if (alg !== undefined && !isConsequence) {
      yield* judge(alg, '/token_endpoint_auth_signing_alg', 'token_endpoint_auth_signing_alg')
    }
    const list = 'token_endpoint_auth_signing_alg_values_supported'
    for (const [index, item] of metadata[list]?.entries() ?? []) {
      yield* judge(item, `/${list}/${index}`, `item ${index} of ${list}`)
    }
  },
})

function* judge(alg: string, at: Pointer, subject: string): Iterable<Finding> {
  const fault = faultOfAlgorithm(alg)
  if (fault === undefined) return
  yield {
    at,
    message: `${subject} is ${quote(alg)}, ${fault}`,
    suggestion: 'use an algorithm of a key pair, such as "ES256"',
  }
}
