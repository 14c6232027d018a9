/**
 * How much of a day and of a month a task has used. A user's limits are counted from these, so that no execution has
 * to be counted twice, and none looked for.
 */
import { addCredits, type CreditMicros, NO_CREDITS } from '../shared/credits.ts';
import { dayOf, type Instant, monthOf } from '../shared/instant.ts';

export interface TaskUsage {
  /** The last UTC day with a request, and how many it had; '' before the first. */
  readonly day: string;
  readonly executions: number;
  /** The last UTC month with a success, and what was consumed in it; '' before the first. */
  readonly month: string;
  readonly credits_micros: CreditMicros;
}

export const NOTHING_USED: TaskUsage = { day: '', executions: 0, month: '', credits_micros: NO_CREDITS };

/** A clock that was set back does not take a day away again: what is requested then counts to the later one. */
export function withRequest(usage: TaskUsage, time: Instant): TaskUsage {
  const day = dayOf(time);
  if (day > usage.day) return { ...usage, day, executions: 1 };
  return { ...usage, executions: usage.executions + 1 };
}

export function withConsumption(usage: TaskUsage, time: Instant, credits_micros: CreditMicros): TaskUsage {
  const month = monthOf(time);
  if (month > usage.month) return { ...usage, month, credits_micros };
  return { ...usage, credits_micros: addCredits(usage.credits_micros, credits_micros) };
}
