import { defineRule } from '../core/define.js'
import { rfc } from '../core/spec.js'

export default defineRule({
  id: 'json-no-duplicate-keys',
  level: 'SHOULD',
  floor: 'error',
  cites: [rfc(8259, '4')],
  needs: 'json',
  title: 'No member name stands twice in one object.',
  rationale: `
    Some parsers keep the first of two equal names, some the last, some refuse the document. Two
    servers may then see two different clients, which is how checks are got round.`,
  examples: {
    valid: [{ text: '{"jwks":{"keys":[{"kid":"a"},{"kid":"b"}]}}' }],
    invalid: [
      {
        text: '{"client_name":"a","client_name":"a"}',
        at: ['/client_name'],
        fixed: '{"client_name":"a"}',
      },
      // Which of them was meant, nobody else can know.
      { text: '{"client_id":"a","client\\u005fid":"b"}', at: ['/client_id'] },
      { text: '{"jwks":{"keys":[{"kty":"EC","kty":"RSA"}]}}', at: ['/jwks/keys/0/kty'] },
      {
        text: '{"contacts":[],"contacts":[],"contacts":[],"jwks":{"keys":[{"x":"a","x":"a"}]}}',
        at: ['/contacts', '/contacts', '/jwks/keys/0/x'],
        fixed: '{"contacts":[],"jwks":{"keys":[{"x":"a"}]}}',
      },
      { text: '{"__proto__":1,"__proto__":2}', at: ['/__proto__'] },
    ],
  },

  *check({ faults }) {
    for (const { kind, pointer, ...fault } of faults) {
      if (kind === 'repeated') yield { at: pointer, ...fault, fix: { unrepeat: pointer } }
    }
  },
})
