import { defineRule } from '../core/define.js'
import { subjectAt } from '../core/place.js'
import { escapeToken } from '../core/scan.js'
import {
  findToken,
  findUrlPassword,
  isPemPrivateKey,
  mayHoldCredential,
  stringsIn,
} from '../core/secrets.js'
import { rfc } from '../core/spec.js'

/** Members that have a rule of their own, whatever is in them. */
const REPORTED_BY_NAME = new Set(['client_secret', 'registration_access_token'])

export default defineRule({
  id: 'no-embedded-secrets',
  level: 'ADVICE',
  floor: 'error',
  cites: [rfc(6750, '5.3'), rfc(3986, '7.5')],
  title: 'No member holds an access token, an API key or a URL with a password.',
  rationale: `
    The document is public, and programs look for such strings everywhere and all the time. Many
    issuers give their credentials a prefix to be known by, and a URL shows its password. What has
    neither is not found here.`,
  examples: {
    valid: [
      { document: { client_uri: 'https://client.example.com:8443/@me:you' } },
      { document: { client_uri: 'https://client.example.com/desk-booking1-application2-client' } },
      { document: { logo_uri: 'https://client.example.com/sk-internationalization-of-all.png' } },
      {
        document: { logo_uri: 'https://client.example.com/sk-slovak-translation-2026-client.png' },
      },
      // Only a user name, or an empty password.
      {
        document: { client_uri: 'https://me@client.example.com', tos_uri: 'https://me:@h.example' },
      },
      { document: { contacts: ['mailto:me@client.example.com', 'http://h: ask me@example.com'] } },
      // Too short, too long, or in the middle of a word.
      { document: { software_id: `ghp_${'a1'.repeat(17)}`, a: `AKIA${'A1'.repeat(10)}` } },
      { document: { software_id: `xghp_${'a1'.repeat(18)}`, a: `npm_${'a_'.repeat(40)}` } },
      // Reported by no-client-secret and by no-registration-credentials.
      { document: { client_secret: `ghp_${'a1'.repeat(18)}` } },
      { document: { registration_access_token: `sk_live_${'a1'.repeat(12)}` } },
      // Reported by url-no-userinfo.
      { document: { client_id: 'https://me:pw@client.example.com/c' } },
      // Reported by no-private-key-material.
      { document: { key: `-----BEGIN PRIVATE KEY----- AKIA${'A1'.repeat(8)}` } },
    ],
    invalid: [
      {
        document: { client_uri: 'https://me:pw@client.example.com' },
        at: ['/client_uri'],
        messages: ['client_uri holds a URL with a password, and anyone can fetch it'],
        suggestions: ['remove everything between "//" and "@", and change the password'],
      },
      {
        document: { jwks: { keys: [{ x5u: 'https://:pw@h' }] } },
        at: ['/jwks/keys/0/x5u'],
        messages: [
          'the value at "/jwks/keys/0/x5u" holds a URL with a password, and anyone can fetch it',
        ],
      },
      { document: { software_id: `ghp_${'a1'.repeat(18)}` }, at: ['/software_id'] },
      { document: { 'a/b': { c: [`see github_pat_${'a_'.repeat(11)}`] } }, at: ['/a~1b/c/0'] },
      {
        document: { client_id: `https://client.example.com/%2Fghs_${'a1'.repeat(18)}` },
        at: ['/client_id'],
      },
      {
        document: { contacts: ['me', `glpat-${'a1'.repeat(10)}`] },
        at: ['/contacts/1'],
        messages: ['item 1 of contacts holds a GitLab token, and anyone can fetch it'],
        suggestions: ['remove it, and have it revoked where it was issued'],
      },
      {
        document: { a: `AKIA${'A1'.repeat(8)}`, b: `ASIA${'A1'.repeat(8)}.` },
        at: ['/a', '/b'],
      },
      { document: { a: `xoxb-${'1'.repeat(12)}` }, at: ['/a'] },
      {
        document: { a: `sk_live_${'a1'.repeat(12)}`, b: `rk_live_${'a'.repeat(16)}` },
        at: ['/a', '/b'],
      },
      {
        document: {
          a: `sk-ant-api03-${'a-'.repeat(10)}`,
          b: `sk-proj-${'a1'.repeat(10)}`,
          c: `key=sk-${'a1'.repeat(10)}`,
        },
        at: ['/a', '/b', '/c'],
      },
      { document: { a: `AIza${'a-_b1'.repeat(7)}` }, at: ['/a'] },
      { document: { a: `npm_${'a1'.repeat(18)}` }, at: ['/a'] },
      { document: { a: `SG.${'a'.repeat(22)}.${'b'.repeat(43)}` }, at: ['/a'] },
      // One string, one finding.
      { document: { a: `https://u:ghp_${'a1'.repeat(18)}@h` }, at: ['/a'] },
    ],
  },

  *check({ value, text: whole }) {
    if (!mayHoldCredential(whole)) return
    for (const [name, member] of Object.entries(value)) {
      if (REPORTED_BY_NAME.has(name)) continue
      for (const [at, text] of stringsIn(member, `/${escapeToken(name)}`)) {
        const token = findToken(text)
        const found = token ?? (name === 'client_id' ? undefined : findUrlPassword(text))
        if (!found || isPemPrivateKey(text)) continue
        const { kind, offset, length } = found
        yield {
          at,
          part: { offset, length },
          message: `${subjectAt(at)} holds ${kind}, and anyone can fetch it`,
          suggestion:
            found === token
              ? 'remove it, and have it revoked where it was issued'
              : 'remove everything between "//" and "@", and change the password',
        }
      }
    }
  },
})
