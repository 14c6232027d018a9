import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that search for seconds: only what the others let pass is worth it. */
const SEARCHES = /(properties|usage|oracle|eight-zones|slot-ledger|rrule|cron|slots)\.test\.ts$/;

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSearch = (file: TestSpecification) => Number(SEARCHES.test(file.moduleId));
    return [...files].sort((a, b) => isSearch(a) - isSearch(b));
  }
}

/** What mutation testing runs for each change to the domain: its own tests, until one of them fails. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    // Mutants are tested in threads, and a thread cannot change the zone of its process. Where every line counts its
    // visits, and others hold the processor, times say nothing.
    exclude: ['**/machine-zone.test.ts', '**/cost.test.ts'],
    testTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
});
