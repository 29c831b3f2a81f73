import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

export default defineConfig({
  define: { VERSION: JSON.stringify(version) },
  test: {
    globalSetup: 'test/build.ts',
    include: ['test/**/*.test.ts'],
    // Two cores, and some tests start processes.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
