import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

export default defineProfile<'mcp-2026-07-28-cimd-02', RuleId>({
  id: 'mcp-2026-07-28-cimd-02',
  title: 'MCP 2026-07-28 with CIMD draft -02',
  editions: { cimd: '02', oauth21: '13', mcp: '2026-07-28' },
  levels: { 'client-name-required': 'MUST' },
})
