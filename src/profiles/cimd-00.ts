import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'cimd-00', RuleId>({
  id: 'cimd-00',
  title: 'CIMD draft -00',
  editions: { cimd: '00' },
})
