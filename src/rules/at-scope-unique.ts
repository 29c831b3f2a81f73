import { defineRule } from '../core/define.js'
import { quote } from '../core/printable.js'
import { atprotoServer } from '../core/spec.js'

export default defineRule({
  id: 'at-scope-unique',
  level: 'MUST',
  cites: [atprotoServer('oauth-provider/src/client/client-manager.ts')],
  reads: ['scope'],
  title: 'The scope has nothing twice.',
  rationale: `
    A scope that is there again says nothing new. It is often what is left of two lists put together,
    and the server of atproto refuses the document.`,
  examples: {
    valid: [
      { document: { scope: 'atproto transition:generic transition:chat.bsky' } },
      { document: { scope: 'atproto Atproto repo:a repo:a?action=create' } },
      // More than one space: reported by scope-string.
      { document: { scope: '  atproto   transition:generic ' } },
    ],
    invalid: [
      {
        document: { scope: 'atproto transition:generic atproto' },
        at: ['/scope'],
        fixed: { scope: 'atproto transition:generic' },
      },
      {
        document: { scope: 'a a b  b a' },
        at: ['/scope', '/scope', '/scope'],
        fixed: { scope: 'a b' },
      },
    ],
  },

  *check({ metadata: { scope = '' } }) {
    const seen = new Set<string>()
    let offset = 0
    for (const token of scope.split(' ')) {
      if (token !== '' && seen.has(token)) {
        yield {
          at: '/scope',
          part: { offset, length: token.length },
          message: `scope has ${quote(token)} more than once`,
          suggestion: 'remove it where it is repeated',
          fix: { set: '/scope', value: unrepeat(scope) },
        }
      }
      seen.add(token)
      offset += token.length + 1
    }
  },
})

const unrepeat = (scope: string): string =>
  [...new Set(scope.split(' '))].filter((token) => token !== '').join(' ')
