import { isForAtproto } from '../core/atproto-scope.js'
import { defineRule } from '../core/define.js'
import { thread } from '../core/spec.js'

export default defineRule({
  id: 'auth-method-accepted-everywhere',
  level: 'ADVICE',
  cites: [
    thread('pomerium/pomerium', 6692),
    thread('stacklok/toolhive', 6278),
    thread('django-oauth/django-oauth-toolkit', 1845),
    thread('pocket-id/pocket-id', 1718),
    thread('cloudflare/workers-oauth-provider', 264),
  ],
  reads: ['token_endpoint_auth_method'],
  title: 'The client authenticates with a method that every server takes.',
  rationale: `
    A client that can keep a key had better use it, and \`private_key_jwt\` is what CIMD and MCP have for
    that. Several servers know public clients alone and refuse the document, whatever their own
    metadata say. Who wants to log in there too publishes a second document, with "none", at a URL of
    its own.`,
  examples: {
    valid: [
      { document: { token_endpoint_auth_method: 'none' } },
      { document: {} },
      // Reported by auth-native-public.
      {
        document: { token_endpoint_auth_method: 'private_key_jwt', application_type: 'native' },
      },
      // The servers of atproto take it.
      { document: { token_endpoint_auth_method: 'private_key_jwt', scope: 'atproto' } },
      // Reported by auth-method-supported-by-mcp-as, auth-method-known and json-types.
      { document: { token_endpoint_auth_method: 'tls_client_auth' } },
      { document: { token_endpoint_auth_method: 'Private_Key_JWT' } },
      { document: { token_endpoint_auth_method: ['private_key_jwt'] } },
    ],
    invalid: [
      {
        document: { token_endpoint_auth_method: 'private_key_jwt' },
        at: ['/token_endpoint_auth_method'],
        messages: [
          'token_endpoint_auth_method is "private_key_jwt", and several servers take public clients only',
        ],
        suggestions: [
          'for those publish a second document with "none", at a URL and with redirection URIs of its own',
        ],
      },
    ],
  },

  *check({ metadata }) {
    const { application_type, token_endpoint_auth_method } = metadata
    if (token_endpoint_auth_method !== 'private_key_jwt') return
    if (application_type === 'native' || isForAtproto(metadata)) return
    yield {
      at: '/token_endpoint_auth_method',
      message:
        'token_endpoint_auth_method is "private_key_jwt", and several servers take public clients only',
      suggestion:
        'for those publish a second document with "none", at a URL and with redirection URIs of its own',
    }
  },
})
