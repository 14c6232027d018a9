/** What of a schedule goes beyond its user's tier: whoever may wait long and often holds what others need. */
import type { Schedule } from '../schedule/types.ts';
import type { ScheduleLimits } from './limits.ts';

export interface BeyondTier {
  /** Within the schedule. */
  readonly path: readonly string[];
  readonly limit: number;
}

/** `stored`: the schedule in force. What it has already stays allowed, as when the tier went down. */
export function beyondTier(
  schedule: Schedule,
  stored: Schedule | null,
  limits: ScheduleLimits,
): readonly BeyondTier[] {
  const isBeyond = (asked: number, before: number, limit: number | null) =>
    limit !== null && asked > Math.max(limit, before);
  const { timeout_seconds, attempts } = limits;
  const found: BeyondTier[] = [];
  if (isBeyond(schedule.timeout_seconds ?? 0, stored?.timeout_seconds ?? 0, timeout_seconds)) {
    found.push({ path: ['timeout_seconds'], limit: timeout_seconds ?? 0 });
  }
  if (isBeyond(schedule.retry?.max_attempts ?? 0, stored?.retry?.max_attempts ?? 0, attempts)) {
    found.push({ path: ['retry', 'max_attempts'], limit: attempts ?? 0 });
  }
  return found;
}
