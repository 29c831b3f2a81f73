import { defineProfile } from '../core/define.ts'
import type { RuleId } from '../rules/index.ts'

export default defineProfile<'cimd-01', RuleId>({
  id: 'cimd-01',
  title: 'CIMD draft -01',
  editions: { cimd: '01' },
})
