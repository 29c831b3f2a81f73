import { describe, expect, test } from 'vitest'
import { parseDocument } from '../src/core/document.js'

// The types of the IANA registry and of the specifications beside it, written down once more.
const BOOLEANS =
  'require_auth_time tls_client_certificate_bound_access_tokens require_signed_request_object ' +
  'require_pushed_authorization_requests frontchannel_logout_session_required ' +
  'backchannel_logout_session_required dpop_bound_access_tokens use_mtls_endpoint_aliases ' +
  'backchannel_user_code_parameter'
const NUMBERS = 'client_id_issued_at client_secret_expires_at default_max_age'
const OBJECTS = 'jwks vp_formats_supported'
const ARRAYS =
  'redirect_uris grant_types response_types contacts default_acr_values request_uris ' +
  'claims_redirect_uris post_logout_redirect_uris authorization_details_types ' +
  'client_registration_types keywords encrypted_response_enc_values_supported ' +
  'token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported ' +
  'subject_types_supported id_token_signing_alg_values_supported ' +
  'id_token_encryption_alg_values_supported id_token_encryption_enc_values_supported ' +
  'userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported ' +
  'userinfo_encryption_enc_values_supported request_object_signing_alg_values_supported ' +
  'request_object_encryption_alg_values_supported request_object_encryption_enc_values_supported ' +
  'backchannel_authentication_request_signing_alg_values_supported ' +
  'authorization_signing_alg_values_supported authorization_encryption_alg_values_supported ' +
  'authorization_encryption_enc_values_supported introspection_signing_alg_values_supported ' +
  'introspection_encryption_alg_values_supported introspection_encryption_enc_values_supported'
const STRINGS =
  'token_endpoint_auth_method client_name client_uri logo_uri scope tos_uri policy_uri jwks_uri ' +
  'software_id software_version client_id client_secret registration_access_token ' +
  'registration_client_uri application_type sector_identifier_uri subject_type ' +
  'id_token_signed_response_alg id_token_encrypted_response_alg id_token_encrypted_response_enc ' +
  'userinfo_signed_response_alg userinfo_encrypted_response_alg userinfo_encrypted_response_enc ' +
  'request_object_signing_alg request_object_encryption_alg request_object_encryption_enc ' +
  'token_endpoint_auth_signing_alg initiate_login_uri nfv_token_signed_response_alg ' +
  'nfv_token_encrypted_response_alg nfv_token_encrypted_response_enc tls_client_auth_subject_dn ' +
  'tls_client_auth_san_dns tls_client_auth_san_uri tls_client_auth_san_ip ' +
  'tls_client_auth_san_email introspection_signed_response_alg ' +
  'introspection_encrypted_response_alg introspection_encrypted_response_enc ' +
  'frontchannel_logout_uri backchannel_logout_uri signed_jwks_uri organization_name description ' +
  'information_uri organization_uri software_statement backchannel_token_delivery_mode ' +
  'backchannel_client_notification_endpoint backchannel_authentication_request_signing_alg ' +
  'authorization_signed_response_alg authorization_encrypted_response_alg ' +
  'authorization_encrypted_response_enc spiffe_id spiffe_bundle_endpoint'

const VALUES = { string: 'x', boolean: true, number: 1, strings: ['x'], object: {} }

const readWith = (name: string, value: unknown) => {
  const { metadata, mistyped } = parseDocument(JSON.stringify({ [name]: value }))
  return { isTyped: name in metadata, isMistyped: mistyped.length > 0 }
}

describe.each([
  ['string', STRINGS],
  ['boolean', BOOLEANS],
  ['number', NUMBERS],
  ['strings', ARRAYS],
  ['object', OBJECTS],
] as const)('%s', (type, names) => {
  test.each(names.split(' '))('%s', (name) => {
    for (const [other, value] of Object.entries(VALUES)) {
      const isRight = other === type
      expect([other, readWith(name, value)]).toEqual([
        other,
        { isTyped: isRight, isMistyped: !isRight },
      ])
    }
    expect(readWith(name, null)).toEqual({ isTyped: false, isMistyped: true })
  })
})

describe('language tags', () => {
  test.each([
    'client_name',
    'client_uri',
    'logo_uri',
    'tos_uri',
    'policy_uri',
    'organization_name',
    'description',
  ])('R-16 %s#ja has the type of %s', (name) => {
    expect(readWith(`${name}#ja`, 5)).toEqual({ isTyped: false, isMistyped: true })
    expect(readWith(`${name}#ja`, 'x')).toEqual({ isTyped: true, isMistyped: false })
  })
  test.each(['scope#ja', 'redirect_uris#x', 'client_name', 'client_name_#ja', '#', '#client_name'])(
    '%s is no tagged member',
    (name) => expect(readWith(name, ['x']).isMistyped).toBe(name === 'client_name'),
  )
})
