/**
 * Members that describe a server, and that no client has: of authorization servers, RFC 8414 section 2
 * and the registry it made, and of protected resources, RFC 9728 section 2.
 */
const SERVER_MEMBERS: ReadonlySet<string> = new Set(
  (
    'acr_values_supported authorization_endpoint authorization_response_iss_parameter_supported ' +
    'authorization_servers backchannel_logout_session_supported backchannel_logout_supported ' +
    'backchannel_token_delivery_modes_supported bearer_methods_supported check_session_iframe ' +
    'claim_types_supported claims_locales_supported claims_parameter_supported claims_supported ' +
    'client_id_metadata_document_supported code_challenge_methods_supported ' +
    'device_authorization_endpoint display_values_supported dpop_signing_alg_values_supported ' +
    'end_session_endpoint frontchannel_logout_session_supported frontchannel_logout_supported ' +
    'grant_types_supported introspection_endpoint introspection_endpoint_auth_methods_supported ' +
    'introspection_endpoint_auth_signing_alg_values_supported issuer mtls_endpoint_aliases ' +
    'op_policy_uri op_tos_uri protected_resources pushed_authorization_request_endpoint ' +
    'registration_endpoint request_parameter_supported request_uri_parameter_supported ' +
    'require_request_uri_registration response_modes_supported response_types_supported ' +
    'revocation_endpoint revocation_endpoint_auth_methods_supported ' +
    'revocation_endpoint_auth_signing_alg_values_supported scopes_supported service_documentation ' +
    'token_endpoint ui_locales_supported userinfo_endpoint'
  ).split(' '),
)

/** Whether a member describes an authorization server or a protected resource, and never a client. */
export const isServerMember = (name: string): boolean => SERVER_MEMBERS.has(name)
