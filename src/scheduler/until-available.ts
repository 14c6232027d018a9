import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LogUnavailable } from '../application/ports/failures.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

export interface Asking {
  /** For the log: what is asked for. */
  readonly what: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Asks again while the log is unavailable; null once the signal has aborted. */
export async function untilAvailable<T>(
  { what, logger, signal }: Asking,
  ask: () => Promise<T>,
): Promise<T | null> {
  for (let wait = FIRST_RETRY_MS; !signal.aborted; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      logger.warn({ err: error, what, retry_ms: wait }, 'cannot read');
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}
