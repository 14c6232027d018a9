import type { KeyFinder } from '../../../src/jetstream/views/sealed-values.ts';

/** For what reads and writes nothing that is sealed. */
export const NO_KEYS: KeyFinder = { find: async () => null };
