import type { LimitReason, SkippedRange } from './events/events.ts';

/** Narrows why slots were skipped to the limits of the user. */
export function isLimitReason(reason: SkippedRange['reason']): reason is LimitReason {
  return reason === 'execution_limit' || reason === 'credit_limit';
}
