import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/nats/provisioned-store.ts'],
    setupFiles: ['test/support/no-leaks.ts'],
    // Files share what they import: reading it anew for each took as long as the tests themselves.
    isolate: false,
    // Every NATS test owns a real nats-server: three at a time keep two cores busy and their timings honest.
    maxWorkers: 3,
    // A limit for what hangs, not for what is slow: machines differ by a factor of four.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for ends by the test's own limit: a busy machine is no failure.
    expect: { poll: { timeout: 15_000 } },
  },
});
