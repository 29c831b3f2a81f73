import { defineRule } from '../core/define.js'
import { atproto, atprotoServer } from '../core/spec.js'

export default defineRule({
  id: 'scope-at',
  level: 'MUST',
  cites: [
    atproto('Client ID Metadata Document'),
    atprotoServer('oauth-provider/src/client/client-manager.ts'),
  ],
  reads: ['scope'],
  schema: { properties: { scope: { pattern: '(?:^|\\s)atproto(?:\\s|$)' } } },
  title: 'The scope contains "atproto".',
  rationale: `
    It says that the client speaks the atproto profile of OAuth. Every request asks for it, and no
    request may ask for a scope that the document does not have.`,
  examples: {
    valid: [
      { document: { scope: 'atproto' } },
      { document: { scope: 'transition:generic atproto repo:*' } },
      // Reported by scope-string, and by at-required-set.
      { document: { scope: 'atproto\ttransition:generic' } },
      { document: {} },
    ],
    invalid: [
      { document: { scope: 'transition:generic' }, at: ['/scope'] },
      { document: { scope: '' }, at: ['/scope'] },
      { document: { scope: 'Atproto xatproto atproto:x' }, at: ['/scope'] },
      { document: { scope: 'atproto,transition:generic' }, at: ['/scope'] },
    ],
  },

  *check({ metadata: { scope } }) {
    if (scope === undefined || scope.split(/\s/).includes('atproto')) return
    yield {
      at: '/scope',
      message: 'scope does not contain "atproto", which every atproto session asks for',
      suggestion: 'add "atproto", separated by a space',
    }
  },
})
