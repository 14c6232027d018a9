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
  /** Tasks that were ever made, deleted ones too: their history stays. */
  readonly existing_tasks: number | null;
  /** Updates, restorations and new webhooks. */
  readonly edits_per_day: number | null;
  /** Of what is written in all events of all tasks, in characters of JSON. */
  readonly stored_bytes: number | null;
}

/** What a schedule may ask for; null: what any may. */
export interface ScheduleLimits {
  /** For one attempt. */
  readonly timeout_seconds: number | null;
  readonly attempts: number | null;
}

/** Endpoints of one's own that events are sent to. */
export interface DestinationLimits {
  readonly event_destinations: number;
}

/** Named calendars of days: each change is an event of every task that follows. */
export interface CalendarLimits {
  readonly calendars: number;
  readonly calendar_changes_per_day: number;
}

export type TierLimits = Readonly<Record<Tier, Limits & ScheduleLimits & DestinationLimits & CalendarLimits>>;

const MIB = 1024 * 1024;
const credits = (amount: number) => (amount * 1_000_000) as CreditMicros;

export const DEFAULT_TIER_LIMITS: TierLimits = {
  free: {
    tasks: 5,
    executions_per_day: 10,
    credits_per_month_micros: credits(100),
    existing_tasks: 1_000,
    edits_per_day: 500,
    stored_bytes: 32 * MIB,
    timeout_seconds: 60,
    attempts: 5,
    event_destinations: 1,
    calendars: 5,
    calendar_changes_per_day: 50,
  },
  basic: {
    tasks: 20,
    executions_per_day: 100,
    credits_per_month_micros: credits(1_000),
    existing_tasks: 5_000,
    edits_per_day: 2_000,
    stored_bytes: 256 * MIB,
    timeout_seconds: 300,
    attempts: 10,
    event_destinations: 3,
    calendars: 20,
    calendar_changes_per_day: 100,
  },
  pro: {
    tasks: 100,
    executions_per_day: 1_000,
    credits_per_month_micros: credits(10_000),
    existing_tasks: 20_000,
    edits_per_day: 20_000,
    stored_bytes: 2_048 * MIB,
    timeout_seconds: 900,
    attempts: null,
    event_destinations: 10,
    calendars: 50,
    calendar_changes_per_day: 200,
  },
  enterprise: {
    tasks: null,
    executions_per_day: null,
    credits_per_month_micros: null,
    existing_tasks: null,
    edits_per_day: null,
    stored_bytes: null,
    timeout_seconds: null,
    attempts: null,
    event_destinations: 50,
    calendars: 50,
    calendar_changes_per_day: 200,
  },
};

/** Whether nothing has to be counted. */
export function isUnlimited(limits: Limits): boolean {
  const { tasks, executions_per_day, credits_per_month_micros } = limits;
  const { existing_tasks, edits_per_day, stored_bytes } = limits;
  const counted = [tasks, executions_per_day, credits_per_month_micros];
  return [...counted, existing_tasks, edits_per_day, stored_bytes].every((limit) => limit === null);
}

/** When the count begins anew; null for one that does not. */
export function resetsAt(limit: LimitType, now: Instant): Instant | null {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (limit) {
    case 'tasks':
    case 'existing_tasks':
    case 'stored_bytes':
    case 'event_destinations':
    case 'calendars':
      return null;
    case 'executions_per_day':
    case 'edits_per_day':
      return instantOf(Date.UTC(year, month, day + 1));
    case 'credits_per_month':
      return instantOf(Date.UTC(year, month + 1, 1));
  }
}
