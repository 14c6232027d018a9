import type { Retry } from '../../schedule/types.ts';

/**
 * Milliseconds from the failure of the n-th attempt (1 and up; those that a lost worker left do not count) to the
 * next; null where no attempt is left.
 */
export function backoffMs(retry: Retry | null, failedAttempts: number): number | null {
  if (retry === null || failedAttempts >= retry.max_attempts) return null;
  const seconds = retry.initial_seconds * retry.multiplier ** (failedAttempts - 1);
  return Math.round(Math.min(seconds, retry.max_seconds) * 1000);
}
