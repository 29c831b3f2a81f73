import { isBase64url } from '../core/base64url.js'
import { defineRule } from '../core/define.js'
import { readSoftwareStatement, type SoftwareStatement } from '../core/software-statement.js'
import { cimd, rfc } from '../core/spec.js'

export default defineRule({
  id: 'software-statement-jws',
  level: 'MUST',
  cites: [rfc(7591, '2.3'), cimd('software-statement', '02')],
  reads: ['software_statement'],
  title: 'The software_statement is a signed JWT that names its issuer.',
  schema: {
    properties: {
      software_statement: { pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$' },
    },
  },
  rationale: `
    A server believes a software statement because it trusts who signed it. Without a signature, or
    without \`iss\`, it says no more than the document itself. Whether the signature is right only
    the server can tell; a message authentication code is allowed too.`,
  examples: {
    valid: [
      // {"alg":"ES256"}, {"iss":"https://issuer.example.com"}
      {
        document: {
          software_statement:
            'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSJ9.c2lnbmF0dXJl',
        },
      },
      // {"alg":"HS256"}: RFC 7591 has statements signed or MACed, with a key of the issuer.
      {
        document: {
          software_statement:
            'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSJ9.c2lnbmF0dXJl',
        },
      },
      // {"alg":"nonesuch"}: unknown, and not "none".
      {
        document: { software_statement: 'eyJhbGciOiJub25lc3VjaCJ9.eyJpc3MiOiJhIn0.c2ln' },
      },
    ],
    invalid: [
      {
        document: { software_statement: 'a statement' },
        at: ['/software_statement'],
        messages: ['software_statement is no signed JWT, which has three parts between dots'],
      },
      { document: { software_statement: '' }, at: ['/software_statement'] },
      { document: { software_statement: '.'.repeat(10) }, at: ['/software_statement'] },
      // Encrypted: a JWE.
      {
        document: { software_statement: 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn' },
        at: ['/software_statement'],
        messages: [
          'software_statement is encrypted (five parts, a JWE), and must be a signed JWT that any server can read',
        ],
      },
      // No signature.
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.' },
        at: ['/software_statement'],
        messages: ['software_statement has no signature; a signed JWT has three parts'],
      },
      // {"alg":"None"}
      {
        document: { software_statement: 'eyJhbGciOiJOb25lIn0.eyJpc3MiOiJhIn0.c2ln' },
        at: ['/software_statement'],
        messages: ['the alg of software_statement is "none", so nobody signed it'],
      },
      // {}, {"alg":5}, {"alg":""}
      {
        document: { software_statement: 'e30.eyJpc3MiOiJhIn0.c2ln' },
        at: ['/software_statement'],
      },
      {
        document: { software_statement: 'eyJhbGciOjV9.eyJpc3MiOiJhIn0.c2ln' },
        at: ['/software_statement'],
      },
      {
        document: { software_statement: 'eyJhbGciOiIifQ.eyJpc3MiOiJhIn0.c2ln' },
        at: ['/software_statement'],
        messages: ['the header of software_statement has no alg, the algorithm of its signature'],
      },
      // Padded, and in the alphabet of plain base64.
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhYiJ9IA==.c2ln' },
        at: ['/software_statement'],
        messages: ['the payload of software_statement is not base64url'],
      },
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2+n' },
        at: ['/software_statement'],
        messages: ['the signature of software_statement is not base64url'],
      },
      // Claims that are [], {}, {"iss":""}, {"iss":["a"]}, and a byte that is no UTF-8.
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.W10.c2ln' },
        at: ['/software_statement'],
        messages: ['the claims of software_statement are not a JSON object'],
      },
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
        at: ['/software_statement'],
        messages: ['software_statement has no iss, so nobody vouches for its claims'],
      },
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIifQ.c2ln' },
        at: ['/software_statement'],
      },
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOlsiYSJdfQ.c2ln' },
        at: ['/software_statement'],
      },
      {
        document: { software_statement: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiL_In0.c2ln' },
        at: ['/software_statement'],
      },
      // {"iss":"a","x":[[[…]]]}, 70 levels deep
      {
        document: {
          software_statement: `eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIiwieCI6${'W1tb'.repeat(23)}${'XV1d'.repeat(23)}fQ.c2ln`,
        },
        at: ['/software_statement'],
      },
    ],
  },

  *check({ metadata: { software_statement } }) {
    if (software_statement === undefined) return
    const fault = faultOf(readSoftwareStatement(software_statement))
    if (fault === undefined) return
    yield {
      at: '/software_statement',
      message: fault,
      suggestion: 'publish the statement exactly as its issuer signed it, or leave it out',
    }
  },
})

/** The first thing wrong. */
function faultOf({ parts, header, claims }: SoftwareStatement): string | undefined {
  if (parts.length === 5) {
    return 'software_statement is encrypted (five parts, a JWE), and must be a signed JWT that any server can read'
  }
  if (parts.length !== 3) {
    return 'software_statement is no signed JWT, which has three parts between dots'
  }
  for (const [index, name] of ['header', 'payload', 'signature'].entries()) {
    const part = parts[index] ?? ''
    if (part === '') return `software_statement has no ${name}; a signed JWT has three parts`
    if (!isBase64url(part)) return `the ${name} of software_statement is not base64url`
  }
  if (!header) return 'the header of software_statement is not a JSON object'
  if (typeof header.alg !== 'string' || header.alg === '') {
    return 'the header of software_statement has no alg, the algorithm of its signature'
  }
  if (/^none$/i.test(header.alg))
    return 'the alg of software_statement is "none", so nobody signed it'
  if (!claims) return 'the claims of software_statement are not a JSON object'
  if (typeof claims.iss === 'string' && claims.iss !== '') return undefined
  return 'software_statement has no iss, so nobody vouches for its claims'
}
