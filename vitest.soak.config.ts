import { defineConfig } from 'vitest/config';

/** Long runs that `npm test` leaves out. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.soak.ts'],
    globalSetup: ['test/support/nats/provisioned-store.ts'],
    maxWorkers: 1,
  },
});
