import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'cimd-01', RuleId>({
  id: 'cimd-01',
  title: 'CIMD draft -01',
  editions: { cimd: '01' },
})
