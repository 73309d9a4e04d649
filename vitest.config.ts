import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Two cores are shared with the servers and toolchains that the tests start.
    maxWorkers: 2,
  },
})
