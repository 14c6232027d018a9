import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is one, every 10 ms; the test's own time limit ends it. */
export async function eventually<T>(ask: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await delay(10);
  }
}
