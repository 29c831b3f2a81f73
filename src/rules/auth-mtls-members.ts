import { findMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

const SUBJECTS = new Set([
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
])

export default defineRule({
  id: 'auth-mtls-members',
  level: 'MUST',
  cites: [rfc(8705, '2.1.2')],
  reads: ['token_endpoint_auth_method', 'token_endpoint_auth_methods_supported'],
  title: 'A client of tls_client_auth names the subject of its certificate in exactly one member.',
  schema: {
    anyOf: [
      { properties: { token_endpoint_auth_method: { not: { const: 'tls_client_auth' } } } },
      { oneOf: Array.from(SUBJECTS, (name) => ({ required: [name] })) },
    ],
  },
  rationale: `
    The server knows the client by the subject of its certificate, and there are five members to
    name one. Without any it cannot know whom to expect; with two it cannot know which counts.`,
  examples: {
    valid: [
      {
        document: {
          token_endpoint_auth_method: 'tls_client_auth',
          tls_client_auth_san_dns: 'client.example.com',
        },
      },
      ...['subject_dn', 'san_dns', 'san_uri', 'san_ip', 'san_email'].map((name) => ({
        document: {
          token_endpoint_auth_method: 'tls_client_auth',
          [`tls_client_auth_${name}`]: 'a',
        },
      })),
      // Its certificate is in its keys: auth-self-signed-has-keys.
      { document: { token_endpoint_auth_method: 'self_signed_tls_client_auth' } },
      // No client of the method.
      { document: { token_endpoint_auth_method: 'none', tls_client_auth_san_dns: 'a' } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'tls_client_auth' },
        at: ['/token_endpoint_auth_method'],
      },
      {
        document: { token_endpoint_auth_methods_supported: ['none', 'tls_client_auth'] },
        at: ['/token_endpoint_auth_methods_supported/1'],
        messages: [
          'token_endpoint_auth_methods_supported names "tls_client_auth", but no member says which subject the certificate has',
        ],
      },
      {
        document: {
          tls_client_auth_san_uri: 'https://client.example.com',
          tls_client_auth_subject_dn: 'CN=client.example.com',
          tls_client_auth_san_dns: 'client.example.com',
          token_endpoint_auth_method: 'tls_client_auth',
        },
        at: ['/tls_client_auth_subject_dn'],
        messages: [
          'tls_client_auth_subject_dn stands beside tls_client_auth_san_uri, and only one of them may',
        ],
      },
    ],
  },

  *check({ metadata, value }) {
    const method = findMethod(metadata, 'tls_client_auth')
    if (!method) return
    const [first, second] = Object.keys(value).filter((name) => SUBJECTS.has(name))
    if (first === undefined) {
      yield {
        at: method.at,
        message: `${method.member} names "tls_client_auth", but no member says which subject the certificate has`,
        suggestion: 'name it in tls_client_auth_san_dns, or in another of the five members',
      }
    } else if (second !== undefined) {
      yield {
        at: `/${second}`,
        on: 'key',
        message: `${second} stands beside ${first}, and only one of them may`,
        suggestion: 'keep the one that the certificate has',
      }
    }
  },
})
