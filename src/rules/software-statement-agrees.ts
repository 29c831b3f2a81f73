import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { readSoftwareStatement } from '../core/software-statement.js'
import { rfc } from '../core/spec.js'

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
      },
      {
        document: {
          redirect_uris: ['https://client.example.com/cb'],
          // {"iss":"a","redirect_uris":[]}
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIiwicmVkaXJlY3RfdXJpcyI6W119.c2lnbmF0dXJl',
        },
        at: ['/redirect_uris'],
      },
    ],
  },

  *check({ metadata: { software_statement = '' }, value }) {
    const { claims = {} } = readSoftwareStatement(software_statement)
    for (const [name, claim] of Object.entries(claims)) {
      if (!(name in value) || name === 'software_statement') continue
      if (JSON.stringify(value[name]) === JSON.stringify(claim)) continue
      yield {
        at: `/${escapeToken(name)}`,
        message: `${quote(name)} is not what software_statement says it is, and servers that trust the statement take that`,
        suggestion: 'make them the same, or leave the member out',
      }
    }
  },
})
