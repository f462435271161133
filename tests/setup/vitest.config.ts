import { defineConfig } from 'vitest/config'
import { root } from './place.ts'

export default defineConfig({
  root,
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/journeys/**', '**/node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    // The real stacks under test are other people's daemons; on CI one second try, at a desk none.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
