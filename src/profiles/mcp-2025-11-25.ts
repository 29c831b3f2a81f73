import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'mcp-2025-11-25', RuleId>({
  id: 'mcp-2025-11-25',
  title: 'MCP 2025-11-25',
  editions: { cimd: '00', oauth21: '13', mcp: '2025-11-25' },
  levels: { 'client-name-required': 'MUST' },
})
