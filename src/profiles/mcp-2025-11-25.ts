import { defineProfile } from '../core/define.ts'
import type { RuleId } from '../rules/index.ts'

export default defineProfile<'mcp-2025-11-25', RuleId>({
  id: 'mcp-2025-11-25',
  title: 'MCP 2025-11-25',
  editions: { cimd: '00', oauth21: '13', mcp: '2025-11-25' },
  levels: { 'client-name-required': 'MUST' },
})
