import { defineRule } from '../core/define.js'
import { isRegistered, meantBy } from '../core/member-names.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'json-misspelled-member',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(7591, '2'), thread('keycloak/keycloak', 51236)],
  title: 'No member has nearly the name of a registered one that is missing.',
  rationale: `
    Servers ignore members they do not know, so what a misspelled one says is lost without a word: the
    client has no logo, or the default where something else was asked for. Strict servers, Keycloak
    among them, refuse the whole document.`,
  examples: {
    valid: [
      { document: { redirect_uris: [], client_name: 'a', 'client_name#de': 'a', scope: 'a' } },
      // What was meant is there: reported by json-unknown-member.
      { document: { redirect_uri: 'a', redirect_uris: ['a'] } },
      { document: { Client_ID: 'a', client_id: 'a' } },
      // No name of another member, and no misspelled one: reported by not-as-metadata.
      { document: { keys: [], client_type: 'public', redirect_uris_OLD: [], jwt: 'a', id: 'a' } },
      { document: { grant_types_supported: [], issuer: 'a' } },
      { document: { '': 1, constructor: 1, ['x'.repeat(10_000)]: 1 } },
      { text: '{"__proto__":1,"toString":2}' },
    ],
    invalid: [
      {
        document: { redirect_uri: ['https://client.example.com/cb'] },
        at: ['/redirect_uri'],
        messages: ['"redirect_uri" is no registered member, so servers ignore or refuse it'],
        suggestions: ['write "redirect_uris"'],
      },
      {
        document: {
          clientName: 'a',
          scopes: 'a',
          logo_url: 'a',
          jwk: {},
          'grant-types': [],
          token_endpoint_auth_methods: 'none',
          SOFTWARE_ID: 'a',
        },
        at: [
          '/clientName',
          '/scopes',
          '/logo_url',
          '/jwk',
          '/grant-types',
          '/token_endpoint_auth_methods',
          '/SOFTWARE_ID',
        ],
        fixed: {
          client_name: 'a',
          scopes: 'a',
          logo_url: 'a',
          jwk: {},
          grant_types: [],
          token_endpoint_auth_methods: 'none',
          software_id: 'a',
        },
      },
      {
        document: { name: 'a', callbacks: [], privacy_policy_url: 'a', aplication_typ: 'web' },
        at: ['/name', '/callbacks', '/privacy_policy_url', '/aplication_typ'],
        suggestions: [
          'write "client_name"',
          'write "redirect_uris"',
          'write "policy_uri"',
          'write "application_type"',
        ],
      },
    ],
  },

  *check({ value }) {
    for (const name of Object.keys(value)) {
      if (isRegistered(name)) continue
      const meant = meantBy(name)
      if (meant === undefined || meant in value) continue
      const at = `/${escapeToken(name)}` as const
      yield {
        at,
        on: 'key',
        message: `${quote(name)} is no registered member, so servers ignore or refuse it`,
        suggestion: `write "${meant}"`,
        // Another word may have meant another thing.
        ...(withoutSeparators(name) === withoutSeparators(meant) && {
          fix: { rename: at, to: meant },
        }),
      }
    }
  },
})

const withoutSeparators = (name: string): string => name.replace(/[-_]/g, '').toLowerCase()
