import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc } from '../core/spec.js'
import { TAGGED } from '../core/validate-members.js'

/** RFC 5646 section 2.1: langtag, privateuse, and the irregular tags of old. */
const LANGUAGE_TAG =
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+|i-[a-z]{3,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de))$/i

const NAMES: ReadonlySet<string> = new Set(TAGGED.split(' '))

export default defineRule({
  id: 'i18n-tag',
  level: 'MUST',
  cites: [rfc(7591, '2.2'), rfc(5646, '2.1')],
  title: 'What follows "#" in a member name is a language tag.',
  rationale: `
    Members that people read may be given in several languages, as in \`client_name#ja\`. A server that
    looks for the language of the user compares the tag, so it must be one of BCP 47: \`pt-BR\`, not
    \`pt_BR\`.`,
  examples: {
    valid: [
      {
        document: {
          'client_name#ja': 'a',
          'client_name#zh-Hant-TW': 'a',
          'tos_uri#de-CH-1996': 'https://client.example.com/',
          'client_name#x-pirate': 'a',
          'client_name#en-GB-oed': 'a',
        },
      },
      { document: { 'scope#no tag': 'members that nobody reads have none' } },
      { document: { 'my_client_name#x y': 'a', 'client_name_#x y': 'a' } },
    ],
    invalid: [
      { document: { 'client_name#': 'a' }, at: ['/client_name#'] },
      {
        document: { client_name: 'b', 'client_name#pt_BR': 'a' },
        at: ['/client_name#pt_BR'],
        fixed: { client_name: 'b', 'client_name#pt-BR': 'a' },
      },
      {
        document: { 'client_name#pt_BR': 'a', 'client_name#pt-BR': 'b' },
        at: ['/client_name#pt_BR'],
      },
      { document: { 'client_name#de#at': 'a' }, at: ['/client_name#de#at'] },
      {
        document: { 'logo_uri#português': 'https://client.example.com/' },
        at: ['/logo_uri#português'],
      },
      { document: { 'client_name#a/b': 'a' }, at: ['/client_name#a~1b'] },
      ...['client_uri', 'tos_uri', 'policy_uri', 'organization_name', 'description'].map(
        (name) => ({
          document: { [`${name}#x y`]: 'a' },
          at: [`/${name}#x y`] as const,
        }),
      ),
    ],
  },

  *check({ value }) {
    for (const name of Object.keys(value)) {
      const hash = name.indexOf('#')
      if (hash < 0 || !NAMES.has(name.slice(0, hash))) continue
      const tag = name.slice(hash + 1)
      if (LANGUAGE_TAG.test(tag)) continue
      const meant = tag.replaceAll('_', '-')
      const to = `${name.slice(0, hash)}#${meant}`
      yield {
        at: `/${escapeToken(name)}`,
        on: 'key',
        message: `the member ${quote(name)} has the language tag ${quote(tag)}, which is none of BCP 47`,
        suggestion: 'write a tag such as "de" or "pt-BR"',
        fix: LANGUAGE_TAG.test(meant) ? { rename: `/${escapeToken(name)}`, to } : undefined,
      }
    }
  },
})
