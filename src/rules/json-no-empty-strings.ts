import { defineRule } from '../core/define.js'
import { isRegistered } from '../core/member-names.js'
import { nameMember } from '../core/printable.js'
import { escapeToken } from '../core/scan.js'
import { rfc, thread } from '../core/spec.js'

/** Members whose own rules say what they must be. */
const APART = new Set([
  'application_type',
  'client_id',
  'client_name',
  'client_secret',
  'jwks_uri',
  'registration_access_token',
  'software_statement',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
])

export default defineRule({
  id: 'json-no-empty-strings',
  level: 'ADVICE',
  cites: [
    rfc(6749, '3.3'),
    rfc(7591, '2'),
    thread('CommunitySolidServer/CommunitySolidServer', 1528),
  ],
  title: 'A member that says nothing is left out.',
  rationale: `
    An empty string is no scope, no name and no version. Some servers take it for a value and refuse
    the document or offer an empty list; without the member they use their default.`,
  examples: {
    valid: [
      { document: { scope: 'openid', software_version: '0', contacts: [] } },
      // Reported by rules of their own: uri-absolute, client-name-required and so on.
      { document: { client_id: '', client_name: '', client_uri: '', jwks_uri: '' } },
      { document: { 'logo_uri#de': '', token_endpoint_auth_method: '', application_type: '' } },
      // Reported by scope-string.
      { document: { scope: ' ' } },
      // What nobody registered may be anything.
      { document: { x: '', 'scope#de': '' } },
    ],
    invalid: [
      { document: { scope: '' }, at: ['/scope'], messages: ['scope is empty'], fixed: {} },
      {
        document: {
          software_id: '',
          'client_name#de': '',
          'client_name#a/b': ' ',
          subject_type: '',
          description: '\u00a0',
        },
        at: [
          '/software_id',
          '/client_name#de',
          '/client_name#a~1b',
          '/subject_type',
          '/description',
        ],
        fixed: {},
      },
    ],
  },

  *check({ value, urls }) {
    for (const name of Object.keys(value)) {
      const text = value[name]
      if (typeof text !== 'string' || text.trim() !== '' || APART.has(name)) continue
      const at = `/${escapeToken(name)}` as const
      const isLink = urls.some((link) => link.at === at)
      if (!isRegistered(name) || isLink || (name === 'scope' && text !== '')) continue
      yield {
        at,
        message: `${nameMember(name)} is empty`,
        suggestion: 'leave it out',
        fix: { remove: at },
      }
    }
  },
})
