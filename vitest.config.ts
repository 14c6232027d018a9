import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** One waits for a minute to pass. */
const LONGEST = 'test/system/main-job.test.ts';

/**
 * Larger files first, as ever. Those of the whole system take long though they are small: they go ahead, so that none of
 * them is left over while a core has nothing to do.
 */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (path: string, index: number) => {
      if (path.endsWith(LONGEST)) return -1;
      return path.includes('/test/system/') ? index / 4 : index;
    };
    const ranked = (await super.sort(files)).map((file, index) => ({ file, at: rank(file.moduleId, index) }));
    return ranked.toSorted((a, b) => a.at - b.at).map(({ file }) => file);
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/nats/provisioned-store.ts'],
    setupFiles: ['test/support/no-leaks.ts'],
    // Files share what they import: reading it anew for each took as long as the tests themselves.
    isolate: false,
    // Every NATS test owns a real nats-server: three at a time keep two cores busy and their timings honest.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    // A limit for what hangs, not for what is slow: machines differ by a factor of four.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for ends by the test's own limit: a busy machine is no failure.
    expect: { poll: { timeout: 15_000 } },
  },
});
