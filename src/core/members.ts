/** What a JSON value of a member is; `strings` is an array of strings. */
export type MemberType = 'string' | 'boolean' | 'number' | 'strings' | 'object'

/** Where a member is defined. */
interface Source {
  readonly text: string
  readonly url: string
}

/** What is registered about a member. */
export interface Member {
  readonly type: MemberType
  /** `url`: an http or https URL; `uri`: a URI of any scheme. Of `strings` each item is one. */
  readonly format?: 'url' | 'uri'
  /** Whether it may carry a language tag: "client_name#ja", RFC 7591 section 2.2. */
  readonly isTagged?: true
  readonly about: string
  /** Values to propose. */
  readonly examples?: readonly string[]
  readonly source: Source
}

const rfcSection = (number: number, section: string): Source => ({
  text: `RFC ${number} §${section}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}`,
})

const openid = (name: string, section: string, page: string): Source => ({
  text: `${name} §${section}`,
  url: `https://openid.net/specs/${page}.html`,
})

const RFC7591 = rfcSection(7591, '2')
const RESPONSE = rfcSection(7591, '3.2.1')
const MANAGEMENT = rfcSection(7592, '3')
const STATEMENT = rfcSection(7591, '2.3')
const MTLS = rfcSection(8705, '2.1.2')
const INTROSPECTION = rfcSection(9701, '6')
const REGISTRATION = openid(
  'OpenID Connect Dynamic Client Registration 1.0',
  '2',
  'openid-connect-registration-1_0',
)
const CHOICES = openid(
  'OpenID Connect RP Metadata Choices 1.0',
  '2',
  'openid-connect-rp-metadata-choices-1_0',
)
const CIBA = openid(
  'OpenID Connect CIBA 1.0',
  '4',
  'openid-client-initiated-backchannel-authentication-core-1_0',
)
const JARM = openid('JWT Secured Authorization Response Mode', '3', 'oauth-v2-jarm')
const FRONT = openid(
  'OpenID Connect Front-Channel Logout 1.0',
  '2',
  'openid-connect-frontchannel-1_0',
)
const BACK = openid(
  'OpenID Connect Back-Channel Logout 1.0',
  '2.2',
  'openid-connect-backchannel-1_0',
)
const RP_LOGOUT = openid(
  'OpenID Connect RP-Initiated Logout 1.0',
  '3.1',
  'openid-connect-rpinitiated-1_0',
)
const FEDERATION = openid('OpenID Federation 1.0', '5', 'openid-federation-1_0')
const FAPI = openid('FAPI 2.0 Security Profile', '5.2.2', 'fapi-security-profile-2_0-final')
const OPENID4VP = openid(
  'OpenID for Verifiable Presentations 1.0',
  '11.1',
  'openid-4-verifiable-presentations-1_0',
)
const UMA: Source = {
  text: 'UMA 2.0 Grant §2',
  url: 'https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-grant-2.0.html',
}
const NFV: Source = {
  text: 'ETSI GS NFV-SEC 022',
  url: 'https://www.etsi.org/deliver/etsi_gs/NFV-SEC/001_099/022/',
}

const ALG = ['ES256', 'EdDSA', 'RS256']

/**
 * The client metadata members: the IANA registry "OAuth Dynamic Client Registration Metadata" as of
 * 2026-03-25, and at the end what specifications define that it does not list. Schemas, the validator
 * of types, pages and the type {@link Metadata} are made from this table.
 *
 * @see [RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol](https://www.rfc-editor.org/rfc/rfc7591.html#section-2)
 */
export const MEMBERS = {
  client_id: {
    type: 'string',
    format: 'url',
    about: 'The https URL this document is published at, character for character.',
    source: RESPONSE,
  },
  client_name: {
    type: 'string',
    isTagged: true,
    about: 'The name of the client, as users read it on the consent page.',
    source: RFC7591,
  },
  redirect_uris: {
    type: 'strings',
    format: 'uri',
    about: 'Every URI the server may redirect to; compared character for character.',
    source: RFC7591,
  },
  token_endpoint_auth_method: {
    type: 'string',
    about: 'How the client authenticates at the token endpoint.',
    examples: ['none', 'private_key_jwt'],
    source: RFC7591,
  },
  grant_types: {
    type: 'strings',
    about: 'The grants the client may use; ["authorization_code"] when it is left out.',
    examples: ['authorization_code', 'refresh_token'],
    source: RFC7591,
  },
  response_types: {
    type: 'strings',
    about: 'The response types the client may use; ["code"] when it is left out.',
    examples: ['code'],
    source: RFC7591,
  },
  client_uri: {
    type: 'string',
    format: 'url',
    isTagged: true,
    about: 'The home page of the client.',
    source: RFC7591,
  },
  logo_uri: {
    type: 'string',
    format: 'url',
    isTagged: true,
    about: 'The logo of the client, an image.',
    source: RFC7591,
  },
  scope: {
    type: 'string',
    about: 'The scopes the client may ask for, separated by single spaces.',
    source: RFC7591,
  },
  contacts: {
    type: 'strings',
    about: 'How to reach the people responsible; everybody can read it.',
    source: RFC7591,
  },
  tos_uri: {
    type: 'string',
    format: 'url',
    isTagged: true,
    about: 'The terms of service.',
    source: RFC7591,
  },
  policy_uri: {
    type: 'string',
    format: 'url',
    isTagged: true,
    about: 'The privacy policy.',
    source: RFC7591,
  },
  jwks_uri: {
    type: 'string',
    format: 'url',
    about: 'Where the public keys of the client are; not beside jwks.',
    source: RFC7591,
  },
  jwks: {
    type: 'object',
    about: 'The public keys of the client, a JWK Set; not beside jwks_uri.',
    source: RFC7591,
  },
  software_id: {
    type: 'string',
    about: 'What all versions and instances of the software have in common, such as a UUID.',
    source: RFC7591,
  },
  software_version: { type: 'string', about: 'The version of the software.', source: RFC7591 },

  client_secret: {
    type: 'string',
    about: 'A shared secret: never in a document that is public.',
    source: RESPONSE,
  },
  client_id_issued_at: {
    type: 'number',
    about: 'When a server registered the client, in seconds since 1970: of no use here.',
    source: RESPONSE,
  },
  client_secret_expires_at: {
    type: 'number',
    about: 'When a shared secret expires: never in a document that is public.',
    source: RESPONSE,
  },
  registration_access_token: {
    type: 'string',
    about: 'A bearer token of dynamic registration: never in a document that is public.',
    source: MANAGEMENT,
  },
  registration_client_uri: {
    type: 'string',
    format: 'url',
    about: 'Where a dynamic registration is managed: of no use here.',
    source: MANAGEMENT,
  },

  application_type: {
    type: 'string',
    about: 'Where the client runs; "web" when it is left out.',
    examples: ['web', 'native'],
    source: REGISTRATION,
  },
  sector_identifier_uri: {
    type: 'string',
    format: 'url',
    about: 'A list of redirection URIs that share one sector, for pairwise subjects.',
    source: REGISTRATION,
  },
  subject_type: {
    type: 'string',
    about: 'Whether subject identifiers differ by sector.',
    examples: ['public', 'pairwise'],
    source: REGISTRATION,
  },
  id_token_signed_response_alg: {
    type: 'string',
    about: 'The algorithm that signs ID tokens.',
    examples: ALG,
    source: REGISTRATION,
  },
  id_token_encrypted_response_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of ID tokens.',
    source: REGISTRATION,
  },
  id_token_encrypted_response_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of ID tokens.',
    source: REGISTRATION,
  },
  userinfo_signed_response_alg: {
    type: 'string',
    about: 'The algorithm that signs UserInfo responses.',
    examples: ALG,
    source: REGISTRATION,
  },
  userinfo_encrypted_response_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of UserInfo responses.',
    source: REGISTRATION,
  },
  userinfo_encrypted_response_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of UserInfo responses.',
    source: REGISTRATION,
  },
  request_object_signing_alg: {
    type: 'string',
    about: 'The algorithm that signs request objects.',
    examples: ALG,
    source: REGISTRATION,
  },
  request_object_encryption_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of request objects.',
    source: REGISTRATION,
  },
  request_object_encryption_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of request objects.',
    source: REGISTRATION,
  },
  token_endpoint_auth_signing_alg: {
    type: 'string',
    about: 'The algorithm that signs client assertions; never "none".',
    examples: ALG,
    source: REGISTRATION,
  },
  default_max_age: {
    type: 'number',
    about: 'How long ago, in seconds, the user may have signed in at most.',
    source: REGISTRATION,
  },
  require_auth_time: {
    type: 'boolean',
    about: 'Whether ID tokens say when the user signed in.',
    source: REGISTRATION,
  },
  default_acr_values: {
    type: 'strings',
    about: 'The authentication contexts the client prefers, best first.',
    source: REGISTRATION,
  },
  initiate_login_uri: {
    type: 'string',
    format: 'url',
    about: 'An https URL where others may start a login.',
    source: REGISTRATION,
  },
  request_uris: {
    type: 'strings',
    format: 'url',
    about: 'The URLs of request objects the client uses.',
    source: REGISTRATION,
  },

  claims_redirect_uris: {
    type: 'strings',
    format: 'uri',
    about: 'Every URI that claims gathering may redirect to.',
    source: UMA,
  },
  nfv_token_signed_response_alg: {
    type: 'string',
    about: 'The algorithm that signs NFV tokens.',
    source: NFV,
  },
  nfv_token_encrypted_response_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of NFV tokens.',
    source: NFV,
  },
  nfv_token_encrypted_response_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of NFV tokens.',
    source: NFV,
  },

  tls_client_certificate_bound_access_tokens: {
    type: 'boolean',
    about: 'Whether access tokens are bound to the certificate of the client.',
    source: rfcSection(8705, '3.4'),
  },
  tls_client_auth_subject_dn: {
    type: 'string',
    about: 'The subject of the certificate: one of five ways to name it.',
    source: MTLS,
  },
  tls_client_auth_san_dns: {
    type: 'string',
    about: 'The DNS name of the certificate: one of five ways to name it.',
    source: MTLS,
  },
  tls_client_auth_san_uri: {
    type: 'string',
    format: 'uri',
    about: 'The URI of the certificate: one of five ways to name it.',
    source: MTLS,
  },
  tls_client_auth_san_ip: {
    type: 'string',
    about: 'The IP address of the certificate: one of five ways to name it.',
    source: MTLS,
  },
  tls_client_auth_san_email: {
    type: 'string',
    about: 'The email address of the certificate: one of five ways to name it.',
    source: MTLS,
  },
  require_signed_request_object: {
    type: 'boolean',
    about: 'Whether the client sends every request as a signed object.',
    source: rfcSection(9101, '10.5'),
  },
  require_pushed_authorization_requests: {
    type: 'boolean',
    about: 'Whether the client pushes every authorization request.',
    source: rfcSection(9126, '6'),
  },
  introspection_signed_response_alg: {
    type: 'string',
    about: 'The algorithm that signs introspection responses.',
    examples: ALG,
    source: INTROSPECTION,
  },
  introspection_encrypted_response_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of introspection responses.',
    source: INTROSPECTION,
  },
  introspection_encrypted_response_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of introspection responses.',
    source: INTROSPECTION,
  },

  frontchannel_logout_uri: {
    type: 'string',
    format: 'url',
    about: 'A page the server shows in a frame to log the user out.',
    source: FRONT,
  },
  frontchannel_logout_session_required: {
    type: 'boolean',
    about: 'Whether that page needs the issuer and the session.',
    source: FRONT,
  },
  backchannel_logout_uri: {
    type: 'string',
    format: 'url',
    about: 'Where the server sends logout tokens.',
    source: BACK,
  },
  backchannel_logout_session_required: {
    type: 'boolean',
    about: 'Whether logout tokens name the session.',
    source: BACK,
  },
  post_logout_redirect_uris: {
    type: 'strings',
    format: 'uri',
    about: 'Every URI the server may redirect to after a logout.',
    source: RP_LOGOUT,
  },
  authorization_details_types: {
    type: 'strings',
    about: 'The types of authorization details the client uses.',
    source: rfcSection(9396, '10'),
  },
  dpop_bound_access_tokens: {
    type: 'boolean',
    about: 'Whether the client always binds its tokens with DPoP.',
    source: rfcSection(9449, '5.2'),
  },
  client_registration_types: {
    type: 'strings',
    about: 'How the client registers in a federation.',
    examples: ['automatic', 'explicit'],
    source: FEDERATION,
  },
  signed_jwks_uri: {
    type: 'string',
    format: 'url',
    about: 'Where the public keys of the client are, as a signed JWT.',
    source: FEDERATION,
  },
  organization_name: {
    type: 'string',
    isTagged: true,
    about: 'The name of the organization, as people read it.',
    source: FEDERATION,
  },
  description: {
    type: 'string',
    isTagged: true,
    about: 'What the client is, for people.',
    source: FEDERATION,
  },
  keywords: { type: 'strings', about: 'Words to find the client by.', source: FEDERATION },
  information_uri: {
    type: 'string',
    format: 'url',
    about: 'A page with more about the client.',
    source: FEDERATION,
  },
  organization_uri: {
    type: 'string',
    format: 'url',
    about: 'The home page of the organization.',
    source: FEDERATION,
  },
  use_mtls_endpoint_aliases: {
    type: 'boolean',
    about: 'Whether the client uses the mutual-TLS aliases of endpoints.',
    source: FAPI,
  },
  encrypted_response_enc_values_supported: {
    type: 'strings',
    about: 'The algorithms the client can decrypt presentations with.',
    source: OPENID4VP,
  },
  vp_formats_supported: {
    type: 'object',
    about: 'The formats of verifiable presentations the client takes.',
    source: OPENID4VP,
  },

  // What the registry does not list.
  software_statement: {
    type: 'string',
    about: 'A signed JWT in which somebody vouches for members of this document.',
    source: STATEMENT,
  },
  token_endpoint_auth_methods_supported: {
    type: 'strings',
    about: 'Every method the client can authenticate with.',
    examples: ['none', 'private_key_jwt'],
    source: CHOICES,
  },
  token_endpoint_auth_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm the client can sign assertions with.',
    examples: ALG,
    source: CHOICES,
  },
  subject_types_supported: {
    type: 'strings',
    about: 'Every subject type the client takes.',
    source: CHOICES,
  },
  id_token_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm of signed ID tokens the client takes.',
    source: CHOICES,
  },
  id_token_encryption_alg_values_supported: {
    type: 'strings',
    about: 'Every key encryption of ID tokens the client takes.',
    source: CHOICES,
  },
  id_token_encryption_enc_values_supported: {
    type: 'strings',
    about: 'Every content encryption of ID tokens the client takes.',
    source: CHOICES,
  },
  userinfo_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm of signed UserInfo responses the client takes.',
    source: CHOICES,
  },
  userinfo_encryption_alg_values_supported: {
    type: 'strings',
    about: 'Every key encryption of UserInfo responses the client takes.',
    source: CHOICES,
  },
  userinfo_encryption_enc_values_supported: {
    type: 'strings',
    about: 'Every content encryption of UserInfo responses the client takes.',
    source: CHOICES,
  },
  request_object_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm the client can sign request objects with.',
    source: CHOICES,
  },
  request_object_encryption_alg_values_supported: {
    type: 'strings',
    about: 'Every key encryption of request objects the client can do.',
    source: CHOICES,
  },
  request_object_encryption_enc_values_supported: {
    type: 'strings',
    about: 'Every content encryption of request objects the client can do.',
    source: CHOICES,
  },
  backchannel_authentication_request_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm the client can sign backchannel requests with.',
    source: CHOICES,
  },
  authorization_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm of signed authorization responses the client takes.',
    source: CHOICES,
  },
  authorization_encryption_alg_values_supported: {
    type: 'strings',
    about: 'Every key encryption of authorization responses the client takes.',
    source: CHOICES,
  },
  authorization_encryption_enc_values_supported: {
    type: 'strings',
    about: 'Every content encryption of authorization responses the client takes.',
    source: CHOICES,
  },
  introspection_signing_alg_values_supported: {
    type: 'strings',
    about: 'Every algorithm of signed introspection responses the client takes.',
    source: CHOICES,
  },
  introspection_encryption_alg_values_supported: {
    type: 'strings',
    about: 'Every key encryption of introspection responses the client takes.',
    source: CHOICES,
  },
  introspection_encryption_enc_values_supported: {
    type: 'strings',
    about: 'Every content encryption of introspection responses the client takes.',
    source: CHOICES,
  },
  backchannel_token_delivery_mode: {
    type: 'string',
    about: 'How tokens of backchannel authentication are delivered.',
    examples: ['poll', 'ping', 'push'],
    source: CIBA,
  },
  backchannel_client_notification_endpoint: {
    type: 'string',
    format: 'url',
    about: 'Where the server notifies the client in ping and push mode.',
    source: CIBA,
  },
  backchannel_authentication_request_signing_alg: {
    type: 'string',
    about: 'The algorithm that signs backchannel requests.',
    source: CIBA,
  },
  backchannel_user_code_parameter: {
    type: 'boolean',
    about: 'Whether the client can ask the user for a code.',
    source: CIBA,
  },
  authorization_signed_response_alg: {
    type: 'string',
    about: 'The algorithm that signs authorization responses.',
    examples: ALG,
    source: JARM,
  },
  authorization_encrypted_response_alg: {
    type: 'string',
    about: 'The algorithm that encrypts the key of authorization responses.',
    source: JARM,
  },
  authorization_encrypted_response_enc: {
    type: 'string',
    about: 'The algorithm that encrypts the content of authorization responses.',
    source: JARM,
  },
  spiffe_id: {
    type: 'string',
    format: 'uri',
    about: 'The SPIFFE identifier of the client; of a draft.',
    source: {
      text: 'OAuth SPIFFE Client Authentication (draft)',
      url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-spiffe-client-auth/',
    },
  },
  spiffe_bundle_endpoint: {
    type: 'string',
    format: 'url',
    about: 'Where the trust bundle of the SPIFFE trust domain is; of a draft.',
    source: {
      text: 'OAuth SPIFFE Client Authentication (draft)',
      url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-spiffe-client-auth/',
    },
  },
} as const satisfies Record<string, Member>
