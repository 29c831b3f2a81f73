import { defineProfile } from '../core/define.ts'
import type { RuleId } from '../rules/index.ts'

export default defineProfile<'cimd-00', RuleId>({
  id: 'cimd-00',
  title: 'CIMD draft -00',
  editions: { cimd: '00' },
})
