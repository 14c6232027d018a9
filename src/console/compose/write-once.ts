/** A write that is done once, however often it has to be asked for: the key of the first try goes with every other one. */
import { hasCode, Unreached } from '../api/problems.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;

/**
 * @param send asks with that Idempotency-Key
 * @param checking called when nobody knows whether it was done, before it is asked for again
 * @throws ApiProblem, or Unreached after the last try
 */
export async function writeOnce<T>(send: (key: string) => Promise<T>, checking: () => void): Promise<T> {
  const key = crypto.randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(key);
    } catch (error) {
      const isUnknown = error instanceof Unreached || hasCode(error, 'OUTCOME_UNKNOWN');
      if (!isUnknown || attempt === TRIES) throw error;
      checking();
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (attempt - 1)));
    }
  }
}
