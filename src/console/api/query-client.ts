/** What was asked is kept here, under keys that begin with its kind: `['tasks', …]`, `['runs', …]`, `['task', id, …]`. */
import { QueryClient } from '@tanstack/preact-query';
import { ApiProblem } from './problems.ts';

const FRESH_MS = 30_000;
const MOST_TRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Events keep it up to date; what they do not reach is asked for again after a while.
      staleTime: FRESH_MS,
      retry: (tries, error) => tries < MOST_TRIES && isWorthRetrying(error),
      retryDelay: (tries, error) => waitBefore(tries, error),
    },
  },
});

/** A refusal stays one; what was not reached or not ready may be soon. */
function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status >= 500 || error.status === 429;
}

function waitBefore(tries: number, error: unknown): number {
  const asked = error instanceof ApiProblem ? error.retryAfter : null;
  return asked === null ? 500 * 2 ** tries * (0.5 + Math.random()) : asked * 1_000;
}
