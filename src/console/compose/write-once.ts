/** A write that is done once, however often it has to be asked for: the key of the first try goes with every other one. */
import { isOffline, whenOnline } from '../api/connection.ts';
import { ApiProblem, hasCode, Unreached } from '../api/problems.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;
/** Who is asked to come back later than this is told so. */
const LONGEST_WAIT_MS = 5_000;

/**
 * @param send asks with that Idempotency-Key
 * @param checking called when nobody knows whether it was done, before it is asked for again
 * @throws ApiProblem, or Unreached after the last try, or StillOffline; 429 only where it asks for patience beyond five seconds, or again and again
 */
export async function writeOnce<T>(send: (key: string) => Promise<T>, checking: () => void): Promise<T> {
  const key = crypto.randomUUID();
  let wasSent = false;
  for (let attempt = 1; ; attempt += 1) {
    if (!(await whenOnline())) throw new StillOffline(wasSent);
    wasSent = true;
    try {
      return await send(key);
    } catch (error) {
      // Lost with the connection: it is sent again when that is back.
      if (error instanceof Unreached && isOffline.value) {
        attempt -= 1;
        continue;
      }
      const isUnknown = error instanceof Unreached || hasCode(error, 'OUTCOME_UNKNOWN');
      const wait = isUnknown ? FIRST_WAIT_MS * 2 ** (attempt - 1) : waitAskedFor(error);
      if (wait === null || attempt === TRIES) throw error;
      if (isUnknown) checking();
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** There was no connection for so long that who asked may have gone on. */
export class StillOffline extends Error {
  override readonly name = 'StillOffline';

  constructor(wasSent: boolean) {
    super(
      wasSent
        ? 'There has been no connection for ten minutes. It may have been done: look again.'
        : 'There has been no connection for ten minutes. It was not sent.',
    );
  }
}

/** Milliseconds after which the service takes what it refused because there was too much at once; null for any other. */
function waitAskedFor(error: unknown): number | null {
  if (!(error instanceof ApiProblem) || error.status !== 429 || error.retryAfter === null) return null;
  const wait = error.retryAfter * 1_000;
  return wait <= LONGEST_WAIT_MS ? wait : null;
}
