import { defineRule } from '../core/define.js'
import { subjectAt } from '../core/place.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { maskSecrets } from '../core/secrets.js'
import { readSoftwareStatement } from '../core/software-statement.js'
import { rfc } from '../core/spec.js'
import type { Pointer } from '../core/types.js'

/** Members that may not be there at all, as rules of their own say, and the statement itself. */
const APART = new Set([
  'client_secret',
  'client_secret_expires_at',
  'registration_access_token',
  'software_statement',
])

export default defineRule({
  id: 'software-statement-agrees',
  level: 'MUST',
  cap: 'warning',
  cites: [rfc(7591, '2.3')],
  reads: ['software_statement'],
  title: 'The members of the document say what the software_statement says.',
  rationale: `
    A server that trusts the statement takes its claims instead of the members beside it; one that does
    not takes the members. Where they differ the client is two clients.`,
  examples: {
    valid: [
      {
        document: {
          client_name: 'Example',
          grant_types: ['a', 'b'],
          // {"iss":"https://vouch.example.com","client_name":"Example","grant_types":["a","b"]}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL3ZvdWNoLmV4YW1wbGUuY29tIiwiY2xpZW50X25hbWUiOiJFeGFtcGxlIiwiZ3JhbnRfdHlwZXMiOlsiYSIsImIiXX0.c2lnbmF0dXJl',
        },
      },
      // Claims that are no members, or that the document does not have.
      {
        document: {
          // {"iss":"a","client_name":"Example"}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIiwiY2xpZW50X25hbWUiOiJFeGFtcGxlIn0.c2lnbmF0dXJl',
        },
      },
      // The order of members says nothing: {"jwks":{"keys":[{"y":"eQ","x":"eA","crv":"P-256","kty":"EC"}]}}
      {
        document: {
          jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' }] },
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOlt7InkiOiJlUSIsIngiOiJlQSIsImNydiI6IlAtMjU2Iiwia3R5IjoiRUMifV19fQ.c2lnbmF0dXJl',
        },
      },
      // Reported by no-client-secret: {"client_secret":"hunter2"}
      {
        document: {
          client_secret: 'hunter1',
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJjbGllbnRfc2VjcmV0IjoiaHVudGVyMiJ9.c2lnbmF0dXJl',
        },
      },
      // No statement: reported by software-statement-jws.
      { document: { software_statement: 'a.b', client_name: 'Example' } },
    ],
    invalid: [
      {
        document: {
          client_name: 'Example',
          // {"iss":"a","client_name":"Other"}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIiwiY2xpZW50X25hbWUiOiJPdGhlciJ9.c2lnbmF0dXJl',
        },
        at: ['/client_name'],
        messages: [
          'client_name is "Example", but software_statement says "Other", and servers that trust the statement take that',
        ],
      },
      {
        document: {
          redirect_uris: ['https://client.example.com/cb'],
          // {"iss":"a","redirect_uris":[]}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIiwicmVkaXJlY3RfdXJpcyI6W119.c2lnbmF0dXJl',
        },
        at: ['/redirect_uris'],
        messages: [
          'redirect_uris is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      {
        document: {
          grant_types: ['a', 'b'],
          // {"grant_types":["b","a"]}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJncmFudF90eXBlcyI6WyJiIiwiYSJdfQ.c2lnbmF0dXJl',
        },
        at: ['/grant_types'],
        messages: [
          'grant_types is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      {
        document: {
          jwks: { keys: [{ kty: 'EC', crv: 'P-256' }] },
          // {"jwks":{"keys":[{"kty":"EC"}]}}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOlt7Imt0eSI6IkVDIn1dfX0.c2lnbmF0dXJl',
        },
        at: ['/jwks'],
        messages: [
          'jwks is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      {
        document: {
          jwks: { keys: [{ kty: 'EC' }] },
          // {"jwks":{"keys":[{"kty":"EC","crv":"P-256"}]}}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOlt7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYifV19fQ.c2lnbmF0dXJl',
        },
        at: ['/jwks'],
        messages: [
          'jwks is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      {
        document: {
          jwks: { keys: ['EC'] },
          // {"jwks":{"keys":{"0":"EC"}}}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOnsiMCI6IkVDIn19fQ.c2lnbmF0dXJl',
        },
        at: ['/jwks'],
        messages: [
          'jwks is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      {
        document: {
          client_name: null,
          // {"client_name":{}}
          software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJjbGllbnRfbmFtZSI6e319.c2lnbmF0dXJl',
        },
        at: ['/client_name'],
        messages: [
          'client_name is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
      // {"jwks":{"a":{}}}
      {
        text: '{"jwks":{"__proto__":{}},"software_statement":"eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImEiOnt9fX0.c2lnbmF0dXJl"}',
        at: ['/jwks'],
      },
      // What it says is a secret.
      {
        document: {
          password: 'hunter1',
          // {"password":"hunter2"}
          software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJwYXNzd29yZCI6Imh1bnRlcjIifQ.c2lnbmF0dXJl',
        },
        at: ['/password'],
        messages: [
          'password is not what software_statement says it is, and servers that trust the statement take that',
        ],
      },
    ],
  },

  *check({ metadata: { software_statement = '' }, value }) {
    const { claims = {} } = readSoftwareStatement(software_statement)
    for (const [name, claim] of Object.entries(claims)) {
      if (!(name in value) || APART.has(name)) continue
      const member = value[name]
      if (isEqual(member, claim)) continue
      const at: Pointer = `/${escapeToken(name)}`
      yield {
        at,
        message: `${subjectAt(at)} ${compare(name, member, claim)}, and servers that trust the statement take that`,
        suggestion: 'make them the same, or leave the member out',
      }
    }
  },
})

/** Whether two JSON values are the same; the members of an object have no order. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const names = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every(
      (name) =>
        Object.hasOwn(b, name) && isEqual(a[name as keyof typeof a], b[name as keyof typeof b]),
    )
  )
}

/** Says what the member is and what the claim, unless they are of the secret ones. */
function compare(name: string, member: unknown, claim: unknown): string {
  const shown = JSON.stringify({ [name]: claim })
  return typeof member === 'string' && typeof claim === 'string' && maskSecrets(shown) === shown
    ? `is ${quote(member)}, but software_statement says ${quote(claim)}`
    : 'is not what software_statement says it is'
}
