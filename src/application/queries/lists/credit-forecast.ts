/** What a user's scheduled tasks will do and cost, day by day, if nothing changes: their slots, one by one. */
import { offsetAt } from '../../../domain/schedule/calendar/zone.ts';
import { addCredits, type CreditMicros, NO_CREDITS } from '../../../domain/shared/credits.ts';
import { epochMs, type Instant } from '../../../domain/shared/instant.ts';
import { plannedSlots } from '../../../domain/task/ledger/planned-slots.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';

export interface ForecastDay {
  /** Local, `2026-12-24`. */
  readonly date: string;
  readonly runs: number;
  /** At most: what a run consumes its executor says, and a failed one consumes nothing. */
  readonly credits_micros: CreditMicros;
}

export interface Forecast {
  /** Every day from today on, in order. */
  readonly daily: readonly ForecastDay[];
  /** False where there are more slots than one answer counts. */
  readonly is_complete: boolean;
}

export interface ForecastQuery {
  /** Today is the first of them, and counts from now on. */
  readonly days: number;
  readonly timezone: string;
  readonly now: Instant;
}

const MOST_SLOTS = 50_000;
const DAY_MS = 86_400_000;

export async function forecastOf(
  tasks: readonly { readonly state: TaskState }[],
  { days, timezone, now }: ForecastQuery,
): Promise<Forecast> {
  const first = Date.parse(`${localDate(now, timezone)}T00:00:00Z`);
  const dates = Array.from({ length: days }, (_, day) => dateOf(first + day * DAY_MS));
  const sums = new Map(dates.map((date) => [date, { runs: 0, credits_micros: NO_CREDITS }]));
  const slice = new Timeslice();
  // The last local day ends within a day of that of UTC.
  const to = new Date(first + (days + 1) * DAY_MS).toISOString() as Instant;
  let left = MOST_SLOTS;
  let is_complete = true;
  for (const { state } of tasks) {
    if (state.resting_status !== 'scheduled' || state.deleted_at !== null) continue;
    for (const { at, skipped } of plannedSlots(state, now, { from: now, to })) {
      if (skipped) continue;
      if (slice.isOver()) await slice.next();
      const sum = sums.get(localDate(at, timezone));
      if (sum === undefined) break;
      if (left === 0) {
        is_complete = false;
        break;
      }
      left -= 1;
      sum.runs += 1;
      sum.credits_micros = addCredits(sum.credits_micros, state.credits_per_run_micros);
    }
  }
  return { daily: [...sums].map(([date, sum]) => ({ date, ...sum })), is_complete };
}

function localDate(at: Instant, timezone: string): string {
  const instant = epochMs(at);
  return dateOf(instant + offsetAt(timezone, instant));
}

function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}
