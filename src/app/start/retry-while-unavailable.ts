import { setTimeout as delay } from 'node:timers/promises';
import { LogUnavailable, OutcomeUnknown } from '../../application/ports/failures.ts';

/** A cluster that is just coming up may need a while. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 500;

/** Does a step of the start, which a repeat does not harm, again where the log did not answer; for 30 s. */
export async function retryWhileUnavailable<Result>(
  step: () => Promise<Result>,
  { patienceMs = PATIENCE_MS, retryMs = RETRY_MS } = {},
): Promise<Result> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const isPassing = error instanceof LogUnavailable || error instanceof OutcomeUnknown;
      if (!isPassing || performance.now() > giveUpAt) throw error;
      await delay(retryMs);
    }
  }
}
