import { defineRule } from '../core/define.js'
import { nameCharacter, quote, unprintable } from '../core/printable.js'
import { decodeLabel, isInternationalized } from '../core/punycode.js'
import { subjectOf } from '../core/redirect-uri.js'
import { rfc } from '../core/spec.js'
import type { Finding, Pointer } from '../core/types.js'
import { type Component, splitUrl } from '../core/url.js'

/** Members with a URL that `urls` leaves to rules of their own. */
const APART = ['client_id', 'jwks_uri'] as const

/** Scripts whose letters look alike. */
const ALIKE = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
] as const

/** Joiners after a letter of another script, where they change how it is written: RFC 5892 A.1, A.2. */
const JOINERS =
  /(?<=[\p{L}\p{M}])(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}])[\u200c\u200d]/gu

/** Cyrillic letters that fonts draw as they draw Latin ones, with digits and hyphens. */
const LIKE_LATIN = /^[асеорхуіјѕһԁԛԝӏѵ0-9-]+$/

export default defineRule({
  id: 'uri-host-not-confusable',
  level: 'ADVICE',
  cites: [rfc(5890, '4.4')],
  title:
    'Each internationalized host reads as what it is: in letters of one script, all to be seen.',
  rationale: `
    Consent pages show hosts, some of them decoded. A Cyrillic letter among Latin ones, or a name of
    Cyrillic letters that all look Latin, is another host than users believe; an invisible character
    is seen by nobody. Names of one script are as good as any.`,
  examples: {
    valid: [
      { document: { client_id: 'https://xn--bcher-kva.example.com/cimd.json' } },
      {
        document: {
          redirect_uris: [
            // Kanji with katakana and Latin letters, and Cyrillic under a Cyrillic name.
            'https://xn--3b-ww4c5e180e575a65lsy2b.example.jp/cb',
            'https://xn--80aa2cbv.xn--p1ai/cb',
            'https://xn--80aa2cbv.XN--P1AI/cb',
            'https://xn--80aswg.example.com/xn--80ak6aa92e',
            'com.xn--80ak6aa92e:/cb',
          ],
          // A Persian word with the joiner that its spelling asks for.
          logo_uri: 'https://xn--mgba3gch31f060k.com/logo.png',
          client_uri: 'https://axn--80ak6aa92e.example.com/',
        },
      },
      // Reported by redirect-absolute and uri-absolute, which name the letter.
      { document: { redirect_uris: ['https://аррӏе.com/'], logo_uri: 'https://аррӏе.com/' } },
    ],
    invalid: [
      {
        document: { client_id: 'https://xn--80ak6aa92e.com/cimd.json' },
        at: ['/client_id'],
        messages: [
          'client_id has the host "xn--80ak6aa92e.com", which reads "аррӏе.com", in Cyrillic letters that look like Latin ones',
        ],
        suggestions: ['use a host that nobody takes for another'],
        parts: ['xn--80ak6aa92e.com'],
      },
      {
        document: {
          redirect_uris: [
            'https://client.example.com/cb',
            'https://me@login.XN--pypal-4ve.com:8443/cb',
          ],
          jwks_uri: 'https://xn--z.example.com/jwks.json',
          'tos_uri#de': 'https://xn--client-rf0c.example.com/',
        },
        at: ['/jwks_uri', '/redirect_uris/1', '/tos_uri#de'],
        messages: [
          'jwks_uri has the host "xn--z.example.com", whose label "xn--z" stands for no name',
          'item 1 of redirect_uris, "https://[redacted]@login.XN--pypal-4ve.com:8443/cb", has the host "login.XN--pypal-4ve.com", which reads "login.pаypal.com", in Latin and Cyrillic letters',
          'tos_uri#de has the host "xn--client-rf0c.example.com", which has U+200D "\u200d" in it, and nobody sees that',
        ],
        parts: ['xn--z.example.com', 'login.XN--pypal-4ve.com', 'xn--client-rf0c.example.com'],
      },
    ],
  },

  *check({ metadata, redirects, text: whole, urls }) {
    // Nearly all documents have none; what an escape spells is looked at.
    if (!whole.includes('\\') && !/xn--/i.test(whole)) return
    for (const member of APART) {
      const { host } = splitUrl(metadata[member] ?? '') ?? {}
      const clause = host && explainHost(host)
      if (clause) yield toFinding(`/${member}`, member, host, clause)
    }
    for (const { at, text, url } of redirects) {
      const clause = url && explainHost(url.host)
      if (clause) yield toFinding(at, subjectOf(at, text), url.host, clause)
    }
    for (const { at, subject, url } of urls) {
      const clause = url && explainHost(url.host)
      if (clause) yield toFinding(at, subject, url.host, clause)
    }
  },
})

const toFinding = (
  at: Pointer,
  subject: string,
  { text, offset }: Component,
  clause: string,
): Finding => ({
  at,
  part: { offset, length: text.length },
  message: `${subject} has the host ${quote(text)}, ${clause}`,
  suggestion: 'use a host that nobody takes for another',
})

/** Says what is wrong with how a host reads, as a clause. */
function explainHost({ text: host }: Component): string | undefined {
  if (!isInternationalized(host)) return undefined
  const labels = host.toLowerCase().split('.')
  const names: string[] = []
  for (const label of labels) {
    const name = decodeLabel(label)
    if (name === undefined) return `whose label ${quote(label)} stands for no name`
    names.push(name)
  }
  const reading = names.join('.')
  const seen = reading.replace(JOINERS, '')
  const hidden = characterAt(seen, seen.search(hiddenPattern()))
  if (hidden) return `which has ${nameCharacter(hidden)} in it, and nobody sees that`
  const scripts = names.map(scriptsOf).find(({ length }) => length > 1)
  if (scripts) return `which reads ${quote(reading)}, in ${scripts.join(' and ')} letters`
  // Under a name of other letters nobody expects Latin ones.
  if (labels.at(-1)?.startsWith('xn--') || !names.some(isLikeLatin)) return undefined
  return `which reads ${quote(reading)}, in Cyrillic letters that look like Latin ones`
}

let pattern: RegExp | undefined

/** Made when it is needed, and once. */
function hiddenPattern(): RegExp {
  pattern ??= unprintable()
  return pattern
}

const characterAt = (text: string, offset: number): string | undefined =>
  offset < 0 ? undefined : String.fromCodePoint(text.codePointAt(offset) ?? 0)

const scriptsOf = (name: string): string[] =>
  ALIKE.flatMap(([script, letters]) => (letters.test(name) ? [script] : []))

const isLikeLatin = (name: string): boolean =>
  LIKE_LATIN.test(name) && /\p{Script=Cyrillic}/u.test(name)
