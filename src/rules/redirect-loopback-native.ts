import { applicationTypeOf, isImplicitWebClient } from '../core/application-type.js'
import { defineRule } from '../core/define.js'
import { isNativeUri, subjectOf } from '../core/redirect-uri.js'
import { atproto, atprotoServer, openid, rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'redirect-loopback-native',
  level: 'ADVICE',
  floor: 'warning',
  cites: [
    rfc(9700, '2.6'),
    openid('registration', '2'),
    thread('anthropics/claude-code', 37747),
    thread('anthropics/claude-code', 64705),
    atproto('Request Fields'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
  ],
  reads: ['redirect_uris'],
  title: 'A client with a loopback or private-use redirection URI is native.',
  rationale: `
    Only an app on the user's device receives what is sent there. \`application_type\` is "web" where
    it is left out. Servers that read it refuse such URIs of a web client, or leave no port of theirs
    free; among them are Auth0 and oidc-provider.`,
  examples: {
    valid: [
      { document: { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' } },
      { document: { redirect_uris: ['https://client.example.com/cb'] } },
      // Reported by redirect-loopback-http, redirect-private-scheme-reverse-dns and redirect-kind.
      {
        document: { redirect_uris: ['https://localhost/cb', 'app:/cb', 'http://10.0.0.1/cb'] },
      },
      // Reported by app-type-enum, json-types and app-type-web-redirects.
      { document: { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'Native' } },
      { document: { redirect_uris: ['http://127.0.0.1/cb'], application_type: null } },
      { document: { redirect_uris: ['http://127.0.0.1/cb'], grant_types: ['implicit'] } },
    ],
    invalid: [
      {
        document: { redirect_uris: ['http://127.0.0.1/cb'] },
        at: ['/application_type'],
        fixed: { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' },
      },
      // Each could be meant: a native client, or another redirection URI or method.
      {
        document: { redirect_uris: ['http://127.0.0.1/cb', 'https://client.example.com/cb'] },
        at: ['/application_type'],
      },
      {
        document: {
          redirect_uris: ['http://127.0.0.1/cb'],
          token_endpoint_auth_method: 'private_key_jwt',
        },
        at: ['/application_type'],
      },
      {
        document: {
          redirect_uris: ['https://client.example.com/cb', 'http://localhost/cb', 'http://[::1]'],
          application_type: 'web',
        },
        at: ['/application_type'],
      },
      {
        document: { redirect_uris: ['com.example.app:/cb'] },
        at: ['/application_type'],
        fixed: { redirect_uris: ['com.example.app:/cb'], application_type: 'native' },
      },
    ],
  },

  *check(document) {
    if (applicationTypeOf(document) !== 'web' || isImplicitWebClient(document)) return
    const redirect = document.redirects.find(isNativeUri)
    if (!redirect) return
    const isMissing = !('application_type' in document.value)
    const is = isMissing ? 'is missing, which means "web"' : 'is "web"'
    const { token_endpoint_auth_method: method = 'none' } = document.metadata
    const isNative = isMissing && method === 'none' && document.redirects.every(isNativeUri)
    yield {
      at: '/application_type',
      message: `application_type ${is}, but ${subjectOf(redirect.at, redirect.text)} is one of a native app`,
      suggestion: 'set application_type to "native", or give the web client a document of its own',
      fix: isNative ? { set: '/application_type', value: 'native' } : undefined,
    }
  },
})
