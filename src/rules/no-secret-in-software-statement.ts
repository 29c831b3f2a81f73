import { isSymmetricMethod } from '../core/auth-method.js'
import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { findToken, findUrlPassword, keyMaterialIn, stringsIn } from '../core/secrets.js'
import { readSoftwareStatement } from '../core/software-statement.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'no-secret-in-software-statement',
  level: 'ADVICE',
  floor: 'error',
  cites: [rfc(7591, '2.3'), cimd('credentials')],
  reads: ['software_statement'],
  title: 'The claims of the software_statement hold no secret and no private key.',
  rationale: `
    A software statement is signed, not encrypted: whoever fetches the document can decode its
    claims. They stand for members of the document, so what must not be there must not be here.`,
  examples: {
    valid: [
      // {"iss":"https://issuer.example.com","token_endpoint_auth_method":"private_key_jwt"}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSIsInRva2VuX2VuZHBvaW50X2F1dGhfbWV0aG9kIjoicHJpdmF0ZV9rZXlfand0In0.c2lnbmF0dXJl',
        },
      },
      // {"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"eA","y":"eQ"}]},"__proto__":{"client_secret":"a"}}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOlt7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiZUEiLCJ5IjoiZVEifV19LCJfX3Byb3RvX18iOnsiY2xpZW50X3NlY3JldCI6ImEifX0.c2lnbmF0dXJl',
        },
      },
      // What cannot be decoded is reported by software-statement-jws.
      { document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.client_secret.c2lnbmF0dXJl' } },
      { document: { software_statement: '' } },
    ],
    invalid: [
      // {"client_secret":"hunter2"}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJjbGllbnRfc2VjcmV0IjoiaHVudGVyMiJ9.c2lnbmF0dXJl',
        },
        at: ['/software_statement'],
      },
      // {"client_secret":null,"client_secret_expires_at":0}, and nothing signed
      {
        document: {
          software_statement:
            'e30.eyJjbGllbnRfc2VjcmV0IjpudWxsLCJjbGllbnRfc2VjcmV0X2V4cGlyZXNfYXQiOjB9.',
        },
        at: ['/software_statement', '/software_statement'],
      },
      // {"token_endpoint_auth_method":"client_secret_basic"}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJ0b2tlbl9lbmRwb2ludF9hdXRoX21ldGhvZCI6ImNsaWVudF9zZWNyZXRfYmFzaWMifQ.c2lnbmF0dXJl',
        },
        at: ['/software_statement'],
      },
      // {"jwks":{"keys":[{"kty":"OKP","d":"a"},{"kty":"oct","k":"a"}]}}: one claim, one finding
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJqd2tzIjp7ImtleXMiOlt7Imt0eSI6Ik9LUCIsImQiOiJhIn0seyJrdHkiOiJvY3QiLCJrIjoiYSJ9XX19.c2lnbmF0dXJl',
        },
        at: ['/software_statement'],
      },
      // {"registration_access_token":"a","token_endpoint_auth_methods_supported":["none","client_secret_basic"]}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJyZWdpc3RyYXRpb25fYWNjZXNzX3Rva2VuIjoiYSIsInRva2VuX2VuZHBvaW50X2F1dGhfbWV0aG9kc19zdXBwb3J0ZWQiOlsibm9uZSIsImNsaWVudF9zZWNyZXRfYmFzaWMiXX0.c2lnbmF0dXJl',
        },
        at: ['/software_statement', '/software_statement'],
        messages: [
          'software_statement has the claim registration_access_token, and anyone can decode it',
          'the token_endpoint_auth_methods_supported of software_statement has "client_secret_basic", which needs a shared secret',
        ],
      },
      // {"a":{"b":["ghp_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"]},"client_uri":"https://me:pw@client.example.com/"}: each claim once
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJhIjp7ImIiOlsiZ2hwX2ExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMSJdfSwiY2xpZW50X3VyaSI6Imh0dHBzOi8vbWU6cHdAY2xpZW50LmV4YW1wbGUuY29tLyJ9.c2lnbmF0dXJl',
        },
        at: ['/software_statement', '/software_statement'],
        messages: [
          'the claim "a" of software_statement holds a GitHub token, and anyone can decode it',
          'the claim "client_uri" of software_statement holds a URL with a password, and anyone can decode it',
        ],
      },
      // {"token_endpoint_auth_method":"ghp_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJ0b2tlbl9lbmRwb2ludF9hdXRoX21ldGhvZCI6ImdocF9hMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTFhMWExYTEifQ.c2lnbmF0dXJl',
        },
        at: ['/software_statement'],
      },
      // {"x":["-----BEGIN PRIVATE KEY-----"]}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJ4IjpbIi0tLS0tQkVHSU4gUFJJVkFURSBLRVktLS0tLSJdfQ.c2lnbmF0dXJl',
        },
        at: ['/software_statement'],
      },
    ],
  },

  *check({ metadata: { software_statement } }) {
    if (software_statement === undefined) return
    const { claims = {} } = readSoftwareStatement(software_statement)
    for (const [name, value] of Object.entries(claims)) {
      const message = faultOf(name, value)
      if (message === undefined) continue
      yield {
        at: '/software_statement',
        message,
        suggestion: 'have a statement issued without it, and revoke any secret it published',
      }
    }
  },
})

/** Claims that may not be there, whatever they hold. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['client_secret', 'anyone can decode it'],
  ['client_secret_expires_at', 'the client can have no secret'],
  ['registration_access_token', 'anyone can decode it'],
])

/** Says why a claim is none that may be published. */
function faultOf(name: string, value: unknown): string | undefined {
  const reason = FORBIDDEN.get(name)
  if (reason !== undefined) return `software_statement has the claim ${name}, and ${reason}`
  if (name === 'token_endpoint_auth_method' || name === 'token_endpoint_auth_methods_supported') {
    const method = [value]
      .flat()
      .find((item) => typeof item === 'string' && isSymmetricMethod(item))
    const verb = Array.isArray(value) ? 'has' : 'is'
    if (typeof method === 'string') {
      return `the ${name} of software_statement ${verb} ${quote(method)}, which needs a shared secret`
    }
  }
  const kind = secretIn(value)
  return (
    kind && `the claim ${quote(name)} of software_statement holds ${kind}, and anyone can decode it`
  )
}

/** Says what the first secret is that a claim holds. */
function secretIn(value: unknown): string | undefined {
  for (const [, kind] of keyMaterialIn(value, '')) return `a ${kind}`
  for (const [, text] of stringsIn(value, '')) {
    const found = findToken(text) ?? findUrlPassword(text)
    if (found) return found.kind
  }
  return undefined
}
