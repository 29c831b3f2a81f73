import { quote } from '../core/printable.js'
import type { RedirectUri } from '../core/redirect-uri.js'
import { type Client, defineServer, type Objection } from '../core/server.js'
import {
  allOf,
  atMostBytes,
  exactly,
  httpsUrl,
  identifierWithout,
  isLiteralOrName,
  type Known,
  known,
  lacking,
  membersAre,
  notFollowed,
  objectTo,
  objectToUri,
  oneOf,
  ownUrl,
  requiring,
  sameIdentifier,
  string,
  strings,
  unlike,
  webUrl,
} from '../core/server-facts.js'

const RULES = 'create-applications/cimd-validation-rules.mdx'
const REGISTRATION = 'create-applications/register-applications-with-cimd.mdx'
const CONTROLS =
  'https://github.com/auth0/docs-v2/blob/0c7b7e5/main/docs/get-started/applications/third-party-applications/security-controls.mdx'

/** Grants for which redirection URIs are needed. */
const REDIRECTING = ['authorization_code', 'implicit']

/** The characters that a description may have. */
const MAX_DESCRIPTION = 140

const PLACE: Known = {
  says: '',
  check({ clientId, identifier }) {
    if (clientId === undefined || !identifier) return []
    const { host, port } = identifier
    return [
      ...(isLiteralOrName(host.text.toLowerCase())
        ? [objectTo(clientId, 'is on loopback', 'publish it where everybody can read it')]
        : []),
      ...(port?.text !== undefined && /^0+$/.test(port.text)
        ? [objectTo(clientId, 'has the port 0', 'leave out the port')]
        : []),
    ]
  },
}

function judgeRedirect(
  redirect: RedirectUri,
  index: number,
  client: Client,
): Objection | undefined {
  const { text, scheme, url, isOnLoopback } = redirect
  const { redirect_uris, application_type } = client.metadata
  if (redirect_uris?.indexOf(text) !== index) {
    return objectToUri(redirect, 'is there twice', client, {
      suggestion: 'write it once',
      change: { member: 'redirect_uris', value: [...new Set(redirect_uris)] },
    })
  }
  const isWeb = scheme === 'http' || scheme === 'https'
  if (isWeb && !url) return objectToUri(redirect, 'is no absolute URL', client)
  if (url?.host.text.includes('*')) {
    return objectToUri(redirect, 'has a "*" in its host', client)
  }
  if (scheme === 'https') return undefined
  if (scheme !== 'http' || !isOnLoopback) {
    return objectToUri(redirect, 'is neither https, nor http on loopback', client)
  }
  if (application_type === 'native') return undefined
  return objectToUri(
    redirect,
    `is on loopback, and application_type is ${application_type === undefined ? 'missing, and "web" stands for it' : 'not "native"'}`,
    client,
    {
      suggestion: 'write "application_type": "native"',
      change: { member: 'application_type', value: 'native' },
    },
  )
}

export default defineServer({
  id: 'auth0',
  title: 'Auth0',
  version: 'documentation at 8010281',
  date: '2026-11',
  verified: 'page',
  serves: 'mcp',
  assumes: [
    'set `client_id_metadata_document_supported` of the tenant to true',
    'import the client identifier, or set `client_id_metadata_document_dynamic_registration_supported` to true',
    'promote a connection to domain level',
    'give third-party clients a client grant or default permissions for the API',
  ],
  home: 'https://github.com/auth0/docs-v2/blob/8010281868113037bea4633b33a05519ea55502e/main/docs/get-started/auth0-overview/',
  facts: {
    identifier: {
      ...allOf(
        'https, with a path other than "/", at most 120 bytes; without query, fragment, user and dot segments, and not on loopback; a port is taken',
        identifierWithout(
          ['http', 'query', 'fragment', 'userinfo', 'dots', 'bare', 'root'],
          '',
          120,
        ),
        PLACE,
      ),
      source: RULES,
    },
    size: { ...atMostBytes(5120), says: '5 KB', source: RULES },
    redirection: { ...notFollowed, source: RULES },
    caching: {
      ...known('kept until the operator asks anew, or until a sign-in does not fit'),
      source: REGISTRATION,
    },
    comparison: { ...sameIdentifier, source: RULES },
    required: {
      says: 'client_id, client_name, grant_types; redirect_uris for `authorization_code` and `implicit`',
      source: RULES,
      check(client) {
        const { grant_types = [] } = client.metadata
        const isRedirecting = grant_types.some((grant) => REDIRECTING.includes(grant))
        const members = ['client_id', 'client_name', 'grant_types']
        return (
          requiring(isRedirecting ? [...members, 'redirect_uris'] : members).check?.(client) ?? []
        )
      },
    },
    methods: {
      says: '`none`, and with an Enterprise plan `private_key_jwt`',
      source: REGISTRATION,
      check({ value: { token_endpoint_auth_method: held } }) {
        if (held === undefined || held === 'none') return []
        const what = oneOf('none', 'private_key_jwt').what
        if (held !== 'private_key_jwt') return [unlike('token_endpoint_auth_method', held, what)]
        return [
          {
            at: '/token_endpoint_auth_method',
            message: 'token_endpoint_auth_method is "private_key_jwt", which not every plan has',
            unless: 'the plan of the tenant is Enterprise',
          },
        ]
      },
    },
    keys: {
      says: '`jwks_uri` for `private_key_jwt`, https, on the origin of the client identifier; no `jwks` in place of it',
      source: RULES,
      check(client) {
        const { jwks, jwks_uri } = client.value
        const isKeyed = client.metadata.token_endpoint_auth_method === 'private_key_jwt'
        const hasUri = jwks_uri !== undefined && jwks_uri !== null
        // Whoever signs with keys needs them somewhere.
        const without = (member: string): Partial<Objection> =>
          isKeyed ? {} : { change: { member, value: undefined } }
        const suggestion = 'publish the public keys on the origin of client_id, and write jwks_uri'
        if (hasUri && !(httpsUrl.is(jwks_uri) && ownUrl.is(jwks_uri, client))) {
          return [
            {
              at: '/jwks_uri',
              message: `jwks_uri is ${typeof jwks_uri === 'string' ? quote(jwks_uri) : 'no string'}, and has to be an https URL on the origin of client_id`,
              suggestion,
              ...without('jwks_uri'),
            },
          ]
        }
        if (!hasUri && jwks !== undefined && jwks !== null) {
          return [
            {
              at: '/jwks',
              message: 'jwks is in the document, and keys are read at jwks_uri alone',
              suggestion,
              ...without('jwks'),
            },
          ]
        }
        if (hasUri || !isKeyed) return []
        return [
          {
            at: '/jwks_uri',
            message: 'jwks_uri is missing, and private_key_jwt needs it',
            suggestion,
          },
        ]
      },
    },
    grants: {
      says: '`authorization_code`, `refresh_token`; what else there is, it drops, and one has to stay',
      source: REGISTRATION,
      check(client) {
        const { grant_types = [] } = client.metadata
        const isGranted = grant_types.length === 0 || grant_types.includes('authorization_code')
        return isGranted ? [] : [lacking('grant_types', client, 'authorization_code')]
      },
    },
    redirects: {
      says: 'https, and for native applications http on loopback; none twice; no wildcard',
      source: RULES,
      check: (client) =>
        client.redirects.flatMap((redirect, index) => judgeRedirect(redirect, index, client) ?? []),
    },
    matching: { ...exactly, source: CONTROLS },
    applicationType: {
      ...membersAre(
        { application_type: oneOf('web', 'native') },
        '`web`, `native`; left out it is `web`',
      ),
      source: RULES,
    },
    links: {
      ...membersAre(
        { logo_uri: webUrl },
        'logo_uri: http or https, on any origin; others are ignored',
      ),
      source: RULES,
    },
    others: {
      ...membersAre(
        {
          client_name: string,
          redirect_uris: strings,
          grant_types: strings,
          description: {
            what: `a string of at most ${MAX_DESCRIPTION} characters`,
            is: (held) => typeof held === 'string' && [...held].length <= MAX_DESCRIPTION,
          },
        },
        'ignored when unknown, with a warning; `description` has at most 140 characters',
      ),
      source: RULES,
    },
  },
})
