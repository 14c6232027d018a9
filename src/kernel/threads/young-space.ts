/**
 * The young space of the heaps of a process's threads. `npm start` gives the first thread a large one, so that a burst of
 * slots is not held up by the collector (docs/adr/0012). Node takes that for every thread; those beside it hold up no slot,
 * and would keep 128 MiB each for what dies within milliseconds.
 */
import { setFlagsFromString } from 'node:v8';

/** V8's own, where nobody says otherwise. It uses twice as much: what survives is copied over. */
const SEMI_SPACE_MIB = 16;

/** Of threads that are made from now on. The heap of the one that asks stays what it is: flags are read as a heap is made. */
export function limitYoungSpaceOfThreads(): void {
  setFlagsFromString('--min-semi-space-size=1');
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MIB}`);
}
