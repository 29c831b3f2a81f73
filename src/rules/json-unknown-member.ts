import { defineRule } from '../core/define.js'
import { isRegistered, meantBy } from '../core/member-names.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { isServerMember } from '../core/server-metadata.js'
import { rfc, thread } from '../core/spec.js'

export default defineRule({
  id: 'json-unknown-member',
  level: 'ADVICE',
  cites: [rfc(7591, '2'), thread('keycloak/keycloak', 51236)],
  title: 'Each member is a registered one.',
  rationale: `
    Further members are allowed, and a server must ignore what it does not understand. So they say
    nothing to servers in general; and strict ones, Keycloak among them, refuse the document for one.
    The names of JSON-LD, which Solid needs, are not reported.`,
  examples: {
    valid: [
      { document: { client_name: 'a', 'logo_uri#de': 'a', software_statement: 'a' } },
      { document: { '@context': 'https://www.w3.org/ns/solid/oidc-context.jsonld', '@id': 'a' } },
      // Reported by json-misspelled-member, not-as-metadata and json-no-case-variants.
      { document: { redirect_uri: 'a', issuer: 'a' } },
      { document: { Client_ID: 'a', client_id: 'a' } },
      { document: { 'Client_Name#de': 'a', 'client_name#de': 'a' } },
    ],
    invalid: [
      {
        document: { _comment: 'a', $schema: 'a', redirect_uris_OLD: [] },
        at: ['/_comment', '/$schema', '/redirect_uris_OLD'],
        messages: [
          '"_comment" is no registered member: most servers ignore it, strict ones refuse it',
          '"$schema" is no registered member: most servers ignore it, strict ones refuse it',
          '"redirect_uris_OLD" is no registered member: most servers ignore it, strict ones refuse it',
        ],
      },
      // What was meant is there too.
      { document: { redirect_uri: 'a', redirect_uris: ['a'] }, at: ['/redirect_uri'] },
      // Nobody reads it in several languages.
      {
        document: { 'scope#de': 'a', 'contacts#de': ['a'] },
        at: ['/scope#de', '/contacts#de'],
      },
      { document: { '': 1, 'a/b': 2, constructor: 3 }, at: ['/', '/a~1b', '/constructor'] },
      { text: '{"__proto__":{},"\\u202ex":1}', at: ['/__proto__', '/\u202ex'] },
    ],
  },

  *check({ value }) {
    for (const name of Object.keys(value)) {
      if (isRegistered(name) || isServerMember(name) || name.startsWith('@')) continue
      if (isReportedElsewhere(name, value)) continue
      yield {
        at: `/${escapeToken(name)}`,
        on: 'key',
        message: `${quote(name)} is no registered member: most servers ignore it, strict ones refuse it`,
        suggestion: 'remove it where no server you know reads it',
      }
    }
  },
})

/** Whether it stands for a member that is missing, or differs from one that is there in case only. */
function isReportedElsewhere(name: string, value: object): boolean {
  const lower = name.toLowerCase()
  if (lower !== name && lower in value) return true
  const meant = meantBy(name)
  return meant !== undefined && !(meant in value)
}
