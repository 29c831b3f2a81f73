import { defineRule } from '../core/define.js'
import { nameCharacter } from '../core/printable.js'
import { rfc } from '../core/spec.js'
import type { Fix } from '../core/types.js'

/** What no scope may contain, and spaces that separate nothing. */
const WRONG = /[^ !#-[\]-~]|^ | (?= |$)/

export default defineRule({
  id: 'scope-string',
  level: 'MUST',
  cites: [rfc(6749, '3.3'), rfc(7591, '2')],
  reads: ['scope'],
  schema: { properties: { scope: { pattern: '^(?:[!#-\\[\\]-~]+(?: [!#-\\[\\]-~]+)*)?$' } } },
  title: 'The scope is a list of scopes separated by single spaces.',
  rationale: `
    A scope is made of printable ASCII without quotes and backslashes, and one space stands between
    two. Servers split at each space: what is written otherwise becomes another scope, or an empty
    one, that nobody knows.`,
  examples: {
    valid: [
      { document: { scope: 'openid' } },
      { document: { scope: "mcp:read mcp:write repo:*?action=create blob:*/* a,b ~!#[]{}|'" } },
      // An empty one has no wrong place.
      { document: { scope: '' } },
    ],
    invalid: [
      {
        document: { scope: 'mcp:read  mcp:write' },
        at: ['/scope'],
        fixed: { scope: 'mcp:read mcp:write' },
      },
      { document: { scope: ' openid' }, at: ['/scope'], fixed: { scope: 'openid' } },
      { document: { scope: 'openid ' }, at: ['/scope'], fixed: { scope: 'openid' } },
      { document: { scope: ' ' }, at: ['/scope'] },
      {
        document: { scope: 'openid\nprofile' },
        at: ['/scope'],
        fixed: { scope: 'openid profile' },
      },
      { document: { scope: 'openid\n' }, at: ['/scope'], fixed: { scope: 'openid' } },
      { document: { scope: '["openid","profile"]' }, at: ['/scope'] },
      { document: { scope: 'a\\b "c" \u00a0\u{1f600}' }, at: ['/scope'] },
    ],
  },

  *check({ metadata: { scope = '' } }) {
    const offset = scope.search(WRONG)
    if (offset < 0) return
    const character = String.fromCodePoint(scope.codePointAt(offset) ?? 0)
    yield {
      at: '/scope',
      part: { offset, length: character.length },
      message:
        character === ' '
          ? `scope has a space at offset ${offset} that separates no two scopes`
          : `scope has ${nameCharacter(character)} at offset ${offset}, which no scope may contain`,
      suggestion:
        character === ' ' ? 'remove it' : 'separate scopes by single spaces and by nothing else',
      fix: fixOf(scope),
    }
  },
})

/** The same scopes, where nothing but the space between them is wrong. */
function fixOf(scope: string): Fix | undefined {
  const value = scope
    .split(/[ \t\r\n]/)
    .filter((token) => token !== '')
    .join(' ')
  return value === '' || WRONG.test(value) ? undefined : { set: '/scope', value }
}
