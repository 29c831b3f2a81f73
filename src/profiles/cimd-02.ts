import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'cimd-02', RuleId>({
  id: 'cimd-02',
  title: 'CIMD draft -02',
  editions: { cimd: '02' },
})
