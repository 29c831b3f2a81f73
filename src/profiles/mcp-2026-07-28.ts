import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'mcp-2026-07-28', RuleId>({
  id: 'mcp-2026-07-28',
  title: 'MCP 2026-07-28',
  editions: { cimd: '00', oauth21: '13', mcp: '2026-07-28' },
  levels: { 'client-name-required': 'MUST' },
})
