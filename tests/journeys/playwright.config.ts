import { defineConfig } from 'playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.journey.ts',
  outputDir: '../../.runtime/journeys',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  // As for the station tests: a second try on CI only, and it is said.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  reporter: [['list'], ['json']],
})
