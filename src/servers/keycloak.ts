import { keysOf } from '../core/jwks.js'
import { nameMember, quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { escapeToken } from '../core/scan.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  exactly,
  identifierWithout,
  isLiteralOrName,
  isRegistered,
  type Known,
  known,
  lacking,
  membersAre,
  NO_KEYS,
  notFollowed,
  nothing,
  objectTo,
  objectToUri,
  oneOf,
  orNull,
  requiring,
  sameIdentifier,
  statusOf,
  unlessSet,
  unlike,
} from '../core/server-facts.js'
import type { Pointer } from '../core/types.js'
import { splitUrl } from '../core/url.js'

const CIMD = 'services/src/main/java/org/keycloak/protocol/oauth2/cimd'
const EXECUTOR = `${CIMD}/clientpolicy/executor/AbstractClientIdMetadataDocumentExecutor.java`
const SETTINGS = `${CIMD}/clientpolicy/executor/AbstractClientIdMetadataDocumentExecutorFactory.java`
const PROVIDER = `${CIMD}/provider/AbstractPersistentClientIdMetadataDocumentProvider.java`
const CONVERTER =
  'services/src/main/java/org/keycloak/services/clientregistration/oidc/DescriptionConverter.java'
const MATCHER = 'services/src/main/java/org/keycloak/protocol/oidc/utils/RedirectUtils.java'
const MEMBERS = 'core/src/main/java/org/keycloak/representations/oidc/OIDCClientRepresentation.java'

/** The members that it knows; a document with any other is refused. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'redirect_uris token_endpoint_auth_method token_endpoint_auth_signing_alg grant_types ' +
    'response_types application_type client_id client_secret client_name client_uri logo_uri scope ' +
    'contacts tos_uri policy_uri jwks_uri jwks sector_identifier_uri subject_type ' +
    'id_token_signed_response_alg id_token_encrypted_response_alg id_token_encrypted_response_enc ' +
    'userinfo_signed_response_alg userinfo_encrypted_response_alg userinfo_encrypted_response_enc ' +
    'request_object_signing_alg request_object_encryption_alg request_object_encryption_enc ' +
    'default_max_age require_auth_time default_acr_values initiate_login_uri request_uris ' +
    'tls_client_certificate_bound_access_tokens tls_client_auth_subject_dn dpop_bound_access_tokens ' +
    'post_logout_redirect_uris software_id software_version client_id_issued_at ' +
    'client_secret_expires_at registration_client_uri registration_access_token ' +
    'backchannel_logout_uri backchannel_logout_session_required ' +
    'backchannel_logout_revoke_offline_tokens backchannel_token_delivery_mode ' +
    'backchannel_client_notification_endpoint backchannel_authentication_request_signing_alg ' +
    'authorization_signed_response_alg authorization_encrypted_response_alg ' +
    'authorization_encrypted_response_enc require_pushed_authorization_requests ' +
    'frontchannel_logout_uri frontchannel_logout_session_required'
  ).split(' '),
)

/** What response types are made of. */
const RESPONSES = ['code', 'token', 'id_token', 'none']

/** Grants that a client without keys may not have. */
const CONFIDENTIAL = [
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]

/** Parameters of answers, and of the server itself, in lower case. */
const RESERVED = (
  'code id_token access_token token_type expires_in state iss error error_description ' +
  'session_state response kc_action kc_action_status'
).split(' ')

/** Whose hosts have to be permitted. */
const LINKS = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'post_logout_redirect_uris']

/** Whether a host is an address, or a name as `java.net.URI` has it. */
function isNamed(host: string): boolean {
  if (host.startsWith('[') || /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(host)) return true
  const labels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.')
  return (
    labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label)) &&
    /^[A-Za-z]/.test(labels.at(-1) ?? '')
  )
}

const HTTPS: Known = {
  says: 'https',
  check: ({ clientId, identifier }) =>
    clientId === undefined || !identifier || identifier.scheme.text === 'https'
      ? []
      : [objectTo(clientId, 'does not begin with "https://"', 'publish it there')],
}

const HOST: Known = {
  says: 'a host of letters, digits and hyphens',
  check: ({ clientId, identifier }) =>
    clientId === undefined || !identifier || isNamed(identifier.host.text)
      ? []
      : [
          objectTo(
            clientId,
            'has a host with other characters than letters, digits and hyphens',
            'publish it on another host',
          ),
        ],
}

/** The host of a URL that has to be permitted; undefined when there is none. */
function hostOf(text: string): string | undefined {
  const host = splitUrl(text)?.host.text
  return host !== undefined && isNamed(host) ? host : undefined
}

const permitting = (host: string): string => `\`cimd-allow-permitted-domains\` lists ${quote(host)}`

function judgeRedirect(redirect: RedirectUri, client: Client): Objection | undefined {
  const { scheme, text } = redirect
  const host = hostOf(text)
  if (host === undefined) {
    return objectToUri(redirect, 'has no host that could be permitted', client)
  }
  if (text.includes('#')) return objectToUri(redirect, 'has a fragment', client)
  if (scheme === 'javascript' || scheme === 'data') {
    return objectToUri(redirect, `has the scheme ${quote(scheme)}`, client)
  }
  if (host === client.identifier?.host.text) return undefined
  return objectToUri(redirect, `is on ${quote(host)}, and only permitted hosts are taken`, client, {
    unless: permitting(host),
  })
}

/** What it has against a URL that a member holds. */
function judgeLink(
  { at, subject, member, text }: { at: Pointer; subject: string; member: string; text: string },
  { identifier, metadata }: Client,
): Objection | undefined {
  const host = hostOf(text)
  if (host !== undefined && host === identifier?.host.text) return undefined
  // Whoever signs with keys needs them somewhere.
  const isNeeded =
    member === 'jwks_uri' && metadata.token_endpoint_auth_method === 'private_key_jwt'
  const otherwise = isNeeded ? '' : `, or remove ${member}`
  const change = !isNeeded && { change: { member, value: undefined } }
  if (host === undefined) {
    return {
      at,
      message: `${subject} ${quote(text)} has no host that could be permitted`,
      suggestion: `write an https URL${otherwise}`,
      ...change,
    }
  }
  return {
    at,
    message: `${subject} is on ${quote(host)}, and only permitted hosts are taken`,
    suggestion: `publish it on the host of client_id${otherwise}`,
    unless: permitting(host),
    ...change,
  }
}

/** The URLs of some members, and what it has against them; one with a language tag is unknown to it. */
const judgeLinks = (client: Client, members: readonly string[]): Objection[] =>
  members.flatMap((member) =>
    [client.value[member] ?? []].flat().flatMap((text, index): Objection[] => {
      if (typeof text !== 'string') return []
      const isItem = Array.isArray(client.value[member])
      const at: Pointer = isItem ? `/${member}/${index}` : `/${member}`
      const subject = isItem ? `item ${index} of ${member}` : member
      return [judgeLink({ at, subject, member, text }, client) ?? []].flat()
    }),
  )

const METHODS = membersAre(
  {
    token_endpoint_auth_method: orNull(oneOf('none', 'private_key_jwt', 'tls_client_auth')),
  },
  '`none`, `private_key_jwt`, `tls_client_auth`; left out it is `none`',
)

/** Whether a set has a key for signatures. */
const canSign = (jwks: unknown): boolean =>
  typeof jwks === 'object' &&
  keysOf(jwks as Readonly<Record<string, unknown>>).some(
    ([, { kty, use }]) => kty !== 'oct' && (use === undefined || use === 'sig'),
  )

export default defineServer({
  id: 'keycloak',
  title: 'Keycloak',
  version: 'main at 0c5f679',
  date: '2026-11',
  verified: 'source',
  serves: 'mcp',
  assumes: [
    'start it with the feature `cimd`',
    'put the executor `client-id-metadata-document` into a client profile',
    'list the host of the client identifier in `cimd-allow-permitted-domains`',
    'bring that profile into force for it by a client policy with the condition `client-id-uri`',
  ],
  home: 'https://github.com/keycloak/keycloak/blob/0c5f679/',
  facts: {
    identifier: {
      ...allOf(
        'https on a permitted host, without query, fragment, user and dot segments; a port and the path "/" are taken, no path is not',
        unlessSet('`cimd-allow-http-scheme` is true', HTTPS),
        identifierWithout(['query', 'fragment', 'userinfo', 'dots', 'bare'], ''),
        HOST,
      ),
      source: EXECUTOR,
    },
    size: {
      ...unlessSet('`upper-limit-metadata-bytes` is higher', atMostBytes(5000)),
      source: SETTINGS,
    },
    status: { ...statusOf('exactly 200'), source: PROVIDER },
    redirection: {
      ...unlessSet('`spi-connections-http-client--default--allow-redirects` is true', notFollowed),
      source: 'https://github.com/keycloak/keycloak/pull/47992',
    },
    type: { ...known('any, or none'), source: EXECUTOR },
    timeout: {
      ...known('5 s without a byte, as long as it takes in all'),
      source:
        'services/src/main/java/org/keycloak/connections/httpclient/DefaultHttpClientFactory.java',
    },
    caching: {
      ...known('5 min to 3 days, as `s-maxage` and `max-age` say; 5 min without them'),
      source: SETTINGS,
    },
    comparison: { ...sameIdentifier, source: EXECUTOR },
    required: {
      ...requiring(
        ['client_id', 'redirect_uris'],
        'client_id, redirect_uris, and what `cimd-required-properties` lists',
      ),
      source: EXECUTOR,
    },
    methods: { ...METHODS, source: CONVERTER },
    keys: {
      says: '`jwks` or `jwks_uri` on a permitted host, never both; one of them for `private_key_jwt`',
      source: CONVERTER,
      check(client) {
        const { metadata, value } = client
        const { jwks, jwks_uri } = value
        const found: Objection[] = []
        const isKeyed = metadata.token_endpoint_auth_method === 'private_key_jwt'
        const hasSet = jwks !== undefined && jwks !== null
        const hasUri = jwks_uri !== undefined && jwks_uri !== null
        if (hasSet && hasUri) found.push(unlike('jwks', jwks, 'left out beside jwks_uri'))
        if (isKeyed && !hasSet && !hasUri) {
          found.push(NO_KEYS)
        }
        if (isKeyed && hasSet && !canSign(jwks)) {
          found.push({
            at: '/jwks',
            message: 'jwks has no key for signatures, and private_key_jwt needs one',
            suggestion: 'publish a public key with "use": "sig"',
          })
        }
        return [...found, ...judgeLinks(client, ['jwks_uri'])]
      },
    },
    grants: {
      says: 'grants that it does not know are ignored, but jwt-bearer and token-exchange refused beside `none`; the response type `code` is needed, and those it does not know are refused',
      source: CONVERTER,
      check(client) {
        const { metadata } = client
        const { grant_types = [], token_endpoint_auth_method: method = 'none' } = metadata
        const { response_types = [] } = metadata
        const found: Objection[] = []
        const kept = grant_types.filter((grant) => !CONFIDENTIAL.includes(grant))
        for (const [index, grant] of grant_types.entries()) {
          if (method !== 'none' || !CONFIDENTIAL.includes(grant)) continue
          found.push({
            at: `/grant_types/${index}`,
            message: `item ${index} of grant_types, ${quote(grant)}, is only for clients that authenticate, and this one does not`,
            suggestion: 'leave it out of grant_types',
            unless: '`accept-public-client-with-confidential-client-only-grant` is true',
            change: { member: 'grant_types', value: kept },
          })
        }
        for (const [index, type] of response_types.entries()) {
          if (type.split(' ').every((part) => RESPONSES.includes(part))) continue
          found.push({
            at: `/response_types/${index}`,
            message: `item ${index} of response_types, ${quote(type)}, is unknown, and the document is refused for it`,
            suggestion: 'write "response_types": ["code"]',
            change: { member: 'response_types', value: ['code'] },
          })
        }
        const hasCode = response_types.some((type) => type.split(' ').includes('code'))
        if (response_types.length > 0 && !hasCode) {
          found.push(lacking('response_types', client, 'code'))
        }
        return found
      },
    },
    redirects: {
      says: 'any scheme, if the URI has a host and that is permitted, which `localhost` and `127.0.0.1` have to be too; no fragment; one other refuses the document',
      source: EXECUTOR,
      check: (client) =>
        client.redirects.flatMap((redirect) => judgeRedirect(redirect, client) ?? []),
    },
    matching: {
      says: 'any port on 127.0.0.1, [::1] and localhost where none is registered; otherwise the URI itself; no parameter that answers have',
      source: MATCHER,
      signIn(redirect, requested, client) {
        const names = [...new URLSearchParams(splitUrl(requested)?.query?.text).keys()]
        const reserved = names.find((name) => RESERVED.includes(name.toLowerCase()))
        if (reserved !== undefined) {
          return [
            objectToUri(
              redirect,
              `asks for the parameter ${quote(reserved)}, which is one of answers`,
              client,
              { suggestion: 'call it something else' },
            ),
          ]
        }
        if (isRegistered(redirect, requested, { hosts: isLiteralOrName })) return []
        return exactly.signIn?.(redirect, requested, client) ?? []
      },
    },
    applicationType: { ...known('not looked at'), source: CONVERTER },
    links: {
      says: 'on permitted hosts, http or https: client_uri, logo_uri, tos_uri, policy_uri and post_logout_redirect_uris; one other refuses the document',
      source: EXECUTOR,
      check: (client) => judgeLinks(client, LINKS),
    },
    scope: {
      ...known('becomes the optional scopes of the client; unknown ones are ignored'),
      source: CONVERTER,
    },
    others: {
      ...allOf(
        'one unknown member refuses the document, as does a `client_secret`',
        {
          says: '',
          check: ({ value }) =>
            Object.keys(value).flatMap((name): Objection[] =>
              KNOWN.has(name)
                ? []
                : [
                    {
                      at: `/${escapeToken(name)}`,
                      message: `${nameMember(name)} is unknown, and the document is refused for it`,
                      suggestion: `remove ${nameMember(name)}`,
                      change: { member: name, value: undefined },
                    },
                  ],
            ),
        },
        membersAre(
          { client_secret: orNull(nothing), client_secret_expires_at: orNull(nothing) },
          '',
        ),
        {
          says: '',
          // Numbers, and true and false, are taken for strings.
          check: ({ mistyped }) =>
            mistyped.flatMap(({ at, name, actual, expected }): Objection[] => {
              const isWhole = /^an (?:array|object)/.test(actual)
              const isList = expected.startsWith('an array') && actual !== 'null'
              if (!isWhole && !isList) return []
              return [
                {
                  at,
                  message: `${nameMember(name)} holds ${actual}, and not ${expected}`,
                  suggestion: `write ${expected}`,
                },
              ]
            }),
        },
      ),
      source: MEMBERS,
    },
  },
})
