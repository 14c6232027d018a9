/** What the tiers allow. Days and months are those of UTC. */
import type { CreditMicros } from '../shared/credits.ts';
import type { LimitType } from '../shared/decision.ts';
import { type Instant, instantOf } from '../shared/instant.ts';
import type { Tier } from './tier.ts';

/** Null: as many as they like. */
export interface Limits {
  /** Tasks that are not deleted, cancelled or completed. */
  readonly tasks: number | null;
  readonly executions_per_day: number | null;
  readonly credits_per_month_micros: CreditMicros | null;
}

/** What a schedule may ask for; null: what any may. */
export interface ScheduleLimits {
  /** For one attempt. */
  readonly timeout_seconds: number | null;
  readonly attempts: number | null;
}

export type TierLimits = Readonly<Record<Tier, Limits & ScheduleLimits>>;

const credits = (amount: number) => (amount * 1_000_000) as CreditMicros;

export const DEFAULT_TIER_LIMITS: TierLimits = {
  free: {
    tasks: 5,
    executions_per_day: 10,
    credits_per_month_micros: credits(100),
    timeout_seconds: 60,
    attempts: 5,
  },
  basic: {
    tasks: 20,
    executions_per_day: 100,
    credits_per_month_micros: credits(1_000),
    timeout_seconds: 300,
    attempts: 10,
  },
  pro: {
    tasks: 100,
    executions_per_day: 1_000,
    credits_per_month_micros: credits(10_000),
    timeout_seconds: 900,
    attempts: null,
  },
  enterprise: {
    tasks: null,
    executions_per_day: null,
    credits_per_month_micros: null,
    timeout_seconds: null,
    attempts: null,
  },
};

/** Whether nothing has to be counted. */
export function isUnlimited(limits: Limits): boolean {
  const { tasks, executions_per_day, credits_per_month_micros } = limits;
  return tasks === null && executions_per_day === null && credits_per_month_micros === null;
}

/** When the count begins anew; null for one that does not. */
export function resetsAt(limit: LimitType, now: Instant): Instant | null {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (limit) {
    case 'tasks':
      return null;
    case 'executions_per_day':
      return instantOf(Date.UTC(year, month, day + 1));
    case 'credits_per_month':
      return instantOf(Date.UTC(year, month + 1, 1));
  }
}
