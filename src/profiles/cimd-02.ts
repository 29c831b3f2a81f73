import { defineProfile } from '../core/define.ts'
import type { RuleId } from '../rules/index.ts'

export default defineProfile<'cimd-02', RuleId>({
  id: 'cimd-02',
  title: 'CIMD draft -02',
  editions: { cimd: '02' },
})
