import type { Retry } from '../../schedule/types.ts';

/**
 * Milliseconds from the failure of the n-th attempt (1 and up; those that a lost worker left do not count) to the
 * next; null where no attempt is left. Where the other side asked for more time it has that, up to `max_seconds`.
 */
export function backoffMs(
  retry: Retry | null,
  failedAttempts: number,
  askedMs: number | null = null,
): number | null {
  if (retry === null || failedAttempts >= retry.max_attempts) return null;
  const own = retry.initial_seconds * retry.multiplier ** (failedAttempts - 1);
  const seconds = Math.max(own, (askedMs ?? 0) / 1000);
  return Math.round(Math.min(seconds, retry.max_seconds) * 1000);
}
