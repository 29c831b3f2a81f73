import { defineRule } from '../core/define.js'
import {
  explainStatus,
  isIdentity,
  isJsonType,
  mediaTypeOf,
  nameMediaType,
} from '../core/hosting.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'jwks-uri-fetchable',
  level: 'MUST',
  cites: [rfc(7591, '2'), rfc(7517, '8.5.2')],
  needs: 'links',
  reads: ['jwks_uri'],
  title: 'The jwks_uri leads to a JWK Set.',
  rationale: `
    A server fetches the keys by itself, once and without following redirects, before it can believe a
    client assertion. What it cannot read as a JWK Set leaves the client without keys.`,
  examples: {
    valid: [
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { body: '{"keys":[]}', type: 'application/jwk-set+json' } },
      },
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { body: '{"keys":[]}' } },
      },
    ],
    invalid: [
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { status: 404 } },
        at: ['/jwks_uri'],
        messages: ['jwks_uri answers 404, not 200'],
        suggestions: ['publish the JWK Set there, with status 200'],
      },
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { status: 301, headers: [['Location', '/keys']] } },
        at: ['/jwks_uri'],
        messages: ['jwks_uri redirects (301) to "/keys", and servers do not follow'],
      },
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { body: '[]' } },
        at: ['/jwks_uri'],
        messages: ['jwks_uri leads to no JSON object'],
        suggestions: ['publish {"keys": […]} there'],
      },
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { body: '{"keys":[]}', type: 'text/plain' } },
        at: ['/jwks_uri'],
        messages: ['jwks_uri leads to "text/plain", not to JSON'],
        suggestions: ['send "Content-Type: application/jwk-set+json"'],
      },
      {
        document: { jwks_uri: 'https://client.example.com/jwks_uri' },
        links: { jwks_uri: { body: '', headers: [['Content-Encoding', 'gzip']] } },
        at: ['/jwks_uri'],
        messages: ['jwks_uri is sent compressed although nobody asks for it'],
      },
    ],
  },

  *check({ link: { answer, reason } }) {
    const at = '/jwks_uri'
    const status = explainStatus(answer)
    const type = mediaTypeOf(answer)
    if (status !== undefined) {
      yield {
        at,
        message: `jwks_uri ${status}`,
        suggestion: 'publish the JWK Set there, with status 200',
      }
    } else if (!isIdentity(answer)) {
      yield {
        at,
        message: 'jwks_uri is sent compressed although nobody asks for it',
        suggestion: 'serve it as it is',
      }
    } else if (reason !== undefined) {
      yield {
        at,
        message: 'jwks_uri leads to more than 64 KiB, which servers do not read',
        suggestion: 'publish the keys that are in use, and nothing else',
      }
    } else if (!isObject(answer.body)) {
      yield {
        at,
        message: 'jwks_uri leads to no JSON object',
        suggestion: 'publish {"keys": […]} there',
      }
    } else if (!isJsonType(type)) {
      yield {
        at,
        severity: 'warning',
        message: `jwks_uri leads to ${nameMediaType(type)}, not to JSON`,
        suggestion: 'send "Content-Type: application/jwk-set+json"',
      }
    }
  },
})

function isObject(body: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
