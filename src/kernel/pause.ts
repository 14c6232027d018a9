import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after the time or, without error, as soon as the signal aborts. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
