import { escapeToken } from './scan.js'
import type { Mistyped } from './types.js'

/** What the types of the member table are in TypeScript. */
interface Types {
  string: string
  boolean: boolean
  number: number
  strings: readonly string[]
  object: Readonly<Record<string, unknown>>
}

type MemberType = keyof Types

/**
 * The client metadata members and their JSON types: the IANA registry "OAuth Dynamic Client
 * Registration Metadata" as of 2026-03-25, and below it what other specifications define.
 *
 * @see [RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol](https://www.rfc-editor.org/rfc/rfc7591.html#section-2)
 */
const MEMBERS = {
  // RFC 7591 §2
  redirect_uris: 'strings',
  token_endpoint_auth_method: 'string',
  grant_types: 'strings',
  response_types: 'strings',
  client_name: 'string',
  client_uri: 'string',
  logo_uri: 'string',
  scope: 'string',
  contacts: 'strings',
  tos_uri: 'string',
  policy_uri: 'string',
  jwks_uri: 'string',
  jwks: 'object',
  software_id: 'string',
  software_version: 'string',
  // RFC 7591 §3.2.1 and RFC 7592 §3
  client_id: 'string',
  client_secret: 'string',
  client_id_issued_at: 'number',
  client_secret_expires_at: 'number',
  registration_access_token: 'string',
  registration_client_uri: 'string',
  // OpenID Connect Dynamic Client Registration 1.0 §2
  application_type: 'string',
  sector_identifier_uri: 'string',
  subject_type: 'string',
  id_token_signed_response_alg: 'string',
  id_token_encrypted_response_alg: 'string',
  id_token_encrypted_response_enc: 'string',
  userinfo_signed_response_alg: 'string',
  userinfo_encrypted_response_alg: 'string',
  userinfo_encrypted_response_enc: 'string',
  request_object_signing_alg: 'string',
  request_object_encryption_alg: 'string',
  request_object_encryption_enc: 'string',
  token_endpoint_auth_signing_alg: 'string',
  default_max_age: 'number',
  require_auth_time: 'boolean',
  default_acr_values: 'strings',
  initiate_login_uri: 'string',
  request_uris: 'strings',
  // UMA 2.0 Grant §2; ETSI GS NFV-SEC 022
  claims_redirect_uris: 'strings',
  nfv_token_signed_response_alg: 'string',
  nfv_token_encrypted_response_alg: 'string',
  nfv_token_encrypted_response_enc: 'string',
  // RFC 8705 §2.1.2 and §3.4
  tls_client_certificate_bound_access_tokens: 'boolean',
  tls_client_auth_subject_dn: 'string',
  tls_client_auth_san_dns: 'string',
  tls_client_auth_san_uri: 'string',
  tls_client_auth_san_ip: 'string',
  tls_client_auth_san_email: 'string',
  // RFC 9101 §10.5, RFC 9126 §6, RFC 9701 §6
  require_signed_request_object: 'boolean',
  require_pushed_authorization_requests: 'boolean',
  introspection_signed_response_alg: 'string',
  introspection_encrypted_response_alg: 'string',
  introspection_encrypted_response_enc: 'string',
  // OpenID Connect Front-Channel §2, Back-Channel §2.2 and RP-Initiated Logout §3.1
  frontchannel_logout_uri: 'string',
  frontchannel_logout_session_required: 'boolean',
  backchannel_logout_uri: 'string',
  backchannel_logout_session_required: 'boolean',
  post_logout_redirect_uris: 'strings',
  // RFC 9396 §10, RFC 9449 §5.2
  authorization_details_types: 'strings',
  dpop_bound_access_tokens: 'boolean',
  // OpenID Federation 1.0, FAPI 2.0, OpenID4VP 1.0
  client_registration_types: 'strings',
  signed_jwks_uri: 'string',
  organization_name: 'string',
  description: 'string',
  keywords: 'strings',
  information_uri: 'string',
  organization_uri: 'string',
  use_mtls_endpoint_aliases: 'boolean',
  encrypted_response_enc_values_supported: 'strings',
  vp_formats_supported: 'object',

  // Not in that registry. RFC 7591 §2.3
  software_statement: 'string',
  // OpenID Connect RP Metadata Choices 1.0 §2
  token_endpoint_auth_methods_supported: 'strings',
  token_endpoint_auth_signing_alg_values_supported: 'strings',
  subject_types_supported: 'strings',
  id_token_signing_alg_values_supported: 'strings',
  id_token_encryption_alg_values_supported: 'strings',
  id_token_encryption_enc_values_supported: 'strings',
  userinfo_signing_alg_values_supported: 'strings',
  userinfo_encryption_alg_values_supported: 'strings',
  userinfo_encryption_enc_values_supported: 'strings',
  request_object_signing_alg_values_supported: 'strings',
  request_object_encryption_alg_values_supported: 'strings',
  request_object_encryption_enc_values_supported: 'strings',
  backchannel_authentication_request_signing_alg_values_supported: 'strings',
  authorization_signing_alg_values_supported: 'strings',
  authorization_encryption_alg_values_supported: 'strings',
  authorization_encryption_enc_values_supported: 'strings',
  introspection_signing_alg_values_supported: 'strings',
  introspection_encryption_alg_values_supported: 'strings',
  introspection_encryption_enc_values_supported: 'strings',
  // OpenID Connect CIBA 1.0 §4, JARM
  backchannel_token_delivery_mode: 'string',
  backchannel_client_notification_endpoint: 'string',
  backchannel_authentication_request_signing_alg: 'string',
  backchannel_user_code_parameter: 'boolean',
  authorization_signed_response_alg: 'string',
  authorization_encrypted_response_alg: 'string',
  authorization_encrypted_response_enc: 'string',
} as const satisfies Record<string, MemberType>

/** The members that are of their registered type. */
export type Metadata = {
  readonly [M in keyof typeof MEMBERS]?: Types[(typeof MEMBERS)[M]]
}

const TYPES: ReadonlyMap<string, MemberType> = new Map(Object.entries(MEMBERS))

/** Members that people read, which may carry a language tag: "client_name#ja", RFC 7591 section 2.2. */
const TAGGED =
  /^(client_name|client_uri|logo_uri|tos_uri|policy_uri|organization_name|description)#/

const EXPECTED = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  strings: 'an array of strings',
  object: 'an object',
} as const satisfies Record<MemberType, string>

/**
 * Sorts the members of a JSON object into those of their registered type and the others.
 * Unregistered members are in neither.
 */
export function readMetadata(value: Readonly<Record<string, unknown>>): {
  metadata: Metadata
  mistyped: Mistyped[]
} {
  const metadata: Record<string, unknown> = Object.create(null)
  const mistyped: Mistyped[] = []
  const reject = (name: string, token: string, expected: string, actual: string) =>
    mistyped.push({ at: `/${escapeToken(name)}${token}`, name, expected, actual })
  for (const name of Object.keys(value)) {
    const untagged = name.includes('#') ? TAGGED.exec(name)?.[1] : name
    const type = untagged === undefined ? undefined : TYPES.get(untagged)
    if (type === undefined) continue
    const member = value[name]
    const actual = describeType(member)
    const before = mistyped.length
    if (type === 'strings' && Array.isArray(member)) {
      for (const [index, item] of member.entries()) {
        if (typeof item !== 'string') reject(name, `/${index}`, 'a string', describeType(item))
      }
    } else if (actual !== EXPECTED[type]) {
      reject(name, '', EXPECTED[type], actual)
    }
    if (mistyped.length === before && untagged === name) metadata[name] = member
  }
  return { metadata, mistyped }
}

/** Says what a JSON value is. */
function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return EXPECTED[typeof value as 'string' | 'boolean' | 'number' | 'object']
}
