import { defineRule } from '../core/define.js'
import { specialUseOfHost } from '../core/ip.js'
import { quote } from '../core/printable.js'
import { subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'
import { type Component, type RawUrl, splitUrl } from '../core/url.js'

/** Members with a URL that `urls` leaves to rules of their own. */
const APART = ['client_id', 'jwks_uri'] as const

const NOUN =
  'account|app|application|bucket|client|company|domain|host|hostname|org|organisation|organization|' +
  'project|redirect|repo|repository|site|subdomain|tenant|url|user|username|website|worker'

/** A label of a host as examples have it: your-domain, yourapp, replace-me. */
const LABEL = new RegExp(
  `^(?:your[-_]?(?:${NOUN})(?:[-_](?:${NOUN}|here|id|name|uri))*|(?:replace|change)[-_]me(?:[-_].*)?)$`,
  'i',
)

/** Several words in capitals. */
const CAPITALS = /^[A-Z]+(?:[-_][A-Z]+)+$/

/** Words in capitals that ask to be replaced, and words in braces or angle brackets, percent-encoded. */
const ELSEWHERE =
  /(?<![A-Za-z0-9])(?:YOUR|INSERT|(?:REPLACE|CHANGE)[-_]ME)(?:[-_][A-Z0-9]+)+|(?<![A-Za-z0-9])(?:REPLACE|CHANGE)[-_]ME(?![A-Za-z0-9])|%7[Bb](?:%7[Bb])?[A-Za-z_]+%7[Dd](?:%7[Dd])?|%3[Cc][A-Za-z_]+%3[Ee]/

/** What every placeholder has: to look for this alone costs next to nothing. */
const WORDS = /your|insert|(?:replace|change)[-_]me|%7b|%3c/i
const PARTS = /[A-Z][-_][A-Z]/

export default defineRule({
  id: 'uri-no-placeholder',
  level: 'ADVICE',
  floor: 'warning',
  cites: [rfc(2606, '3')],
  title: 'No URL of the document has a placeholder in it.',
  rationale: `
    What an example or a template left open leads nowhere, or to whoever owns a name such as
    your-app.com: with a redirection URI there, authorization codes too. What no URL may contain, such
    as braces, is an error of its own. The domains that are reserved for documentation are not asked
    for.`,
  examples: {
    valid: [
      {
        document: {
          client_id: 'https://client.example.com/cimd.json',
          redirect_uris: ['https://client.example.com/your-account/cb'],
        },
      },
      {
        document: {
          client_id: 'HTTPS://MY-CLIENT.EXAMPLE.COM/YOURS',
          redirect_uris: [
            'https://yours.example.net/cb',
            'https://clients.your-server.example.net/',
            'https://your-yoga.example.net/',
            'https://app.example.net/?to=%7B%22a%22:%7B%7D%7D',
            'com.your-app:/cb',
          ],
          client_uri: 'https://example.net/UNCHANGE_ME/replace-me/CHANGE-LOG',
        },
      },
      // Reported by redirect-absolute, uri-absolute, url-host-public and uri-public.
      {
        document: {
          client_id: 'https://REPLACE-ME.example/cimd.json',
          redirect_uris: ['https://{your-domain}/cb'],
          client_uri: 'https://<your-domain>/',
          logo_uri: 'https://your-domain/logo.png',
        },
      },
    ],
    invalid: [
      {
        document: { redirect_uris: ['https://your-app.example.net/cb'] },
        at: ['/redirect_uris/0'],
        messages: [
          'item 0 of redirect_uris, "https://your-app.example.net/cb", still has the placeholder "your-app"',
        ],
        suggestions: ['write what it stands for'],
        parts: ['your-app'],
      },
      {
        document: {
          client_id: 'https://SEU-USUARIO.example.com/cimd.json',
          redirect_uris: [
            'http://127.0.0.1/cb',
            'https://client.YOUR_ACCOUNT.example.com/cb',
            'https://YourDomain.com/cb',
            'https://Your_Client_Name.example.com/cb',
          ],
          jwks_uri: 'https://change-me.example.com/jwks.json',
          'logo_uri#de': 'https://client.example.com/YOUR_LOGO-2.png',
          tos_uri: 'https://client.example.com/%7B%7Btenant%7D%7D/tos?INSERT_ID',
          policy_uri: 'https://client.example.com/?a=%3Cpolicy%3E',
          client_uri: 'https://replace-me-now.example.com/',
        },
        at: [
          '/redirect_uris/1',
          '/redirect_uris/2',
          '/redirect_uris/3',
          '/client_id',
          '/jwks_uri',
          '/logo_uri#de',
          '/tos_uri',
          '/policy_uri',
          '/client_uri',
        ],
        parts: [
          'YOUR_ACCOUNT',
          'YourDomain',
          'Your_Client_Name',
          'SEU-USUARIO',
          'change-me',
          'YOUR_LOGO-2',
          '%7B%7Btenant%7D%7D',
          '%3Cpolicy%3E',
          'replace-me-now',
        ],
      },
    ],
  },

  *check({ metadata, redirects, text: whole, urls }) {
    // Nearly all documents have nothing like one; what an escape spells is looked at.
    if (!whole.includes('\\') && !WORDS.test(whole) && !PARTS.test(whole)) return
    for (const { at, text, url } of redirects) {
      const part = url && findPlaceholder(url)
      if (part) yield toFinding(at, subjectOf(at, text), part)
    }
    for (const member of APART) {
      const url = splitUrl(metadata[member] ?? '')
      const part = url && !specialUseOfHost(url.host.text) && findPlaceholder(url)
      if (part) yield toFinding(`/${member}`, member, part)
    }
    for (const { at, subject, url } of urls) {
      const part = url && !specialUseOfHost(url.host.text) && findPlaceholder(url)
      if (part) yield toFinding(at, subject, part)
    }
  },
})

const toFinding = (at: Pointer, subject: string, { text, offset }: Component): Finding => ({
  at,
  part: { offset, length: text.length },
  message: `${subject} still has the placeholder ${quote(text)}`,
  suggestion: 'write what it stands for',
})

function findPlaceholder({ raw, host, path }: RawUrl): Component | undefined {
  // Whoever writes all of it in capitals writes no placeholder.
  const isMixed = host.text !== host.text.toUpperCase()
  let { offset } = host
  for (const text of host.text.split('.')) {
    if (LABEL.test(text) || (isMixed && CAPITALS.test(text))) return { text, offset }
    offset += text.length + 1
  }
  const match = ELSEWHERE.exec(raw.slice(path.offset))
  return match ? { text: match[0], offset: path.offset + match.index } : undefined
}
