/** What is counted, as figures for people: sums, rates and averages over the last days, in UTC. */
import { type CreditMicros, creditsOf } from '../../../domain/shared/credits.ts';
import type { UserId } from '../../../domain/shared/ids.ts';
import { dayOf, type Instant } from '../../../domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { statusOf } from '../../../domain/task/state.ts';
import type { TaskStatus, TaskType } from '../../../domain/task/status.ts';
import {
  COUNTERS,
  type Counter,
  type Counts,
  type Day,
  type DayCounts,
  type Month,
  type UserMonth,
} from '../../../projections/analytics.ts';
import { daysBefore } from '../../../projections/analytics-sums.ts';
import { storedBytes } from '../lists/listed-task.ts';

/** The days that "the last `days` days" are, oldest first: today and those before it. */
export function lastDays(now: Instant, days: number): Day[] {
  const today = dayOf(now);
  return Array.from({ length: days }, (_, index) => daysBefore(today, days - 1 - index));
}

export function timePeriod(days: number): string {
  return days === 1 ? 'Last 1 day' : `Last ${days} days`;
}

/** Counters as they are summed up, all there. */
export class Sum {
  readonly #counts = COUNTERS.map(() => 0);

  add(counts: Counts): void {
    const sum = this.#counts;
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (counts[at] ?? 0);
  }

  addSum(other: Sum): void {
    this.add(other.#counts);
  }

  of(counter: Counter): number {
    return this.#counts[COUNTERS.indexOf(counter)] ?? 0;
  }

  credits(): number {
    return creditsOf(this.of('credits_micros') as CreditMicros);
  }

  ended(): number {
    return this.of('successes') + this.of('failures');
  }

  /** Seconds of those that ended. */
  averageSeconds(): number {
    return rounded(ratio(this.of('duration_ms'), this.ended()) / 1_000, 3);
  }

  /** BR-ANA-003. */
  successRate(): number {
    return percent(this.of('successes'), this.ended());
  }

  /** Null where no slot's run has started or been given up. */
  scheduleAccuracy(): number | null {
    const all = this.of('slot_starts') + this.of('slots_not_started');
    return all === 0 ? null : percent(this.of('slot_starts_in_time'), all);
  }
}

/** Days summed up: all, by type, by hour. */
export class DaySums {
  readonly all = new Sum();
  readonly byType = new Map<TaskType, Sum>();
  readonly hours = new Map<number, number>();

  /** Answers the sum of the day. */
  add(day: DayCounts): Sum {
    const own = new Sum();
    for (const name in day.by_type) {
      const type = name as TaskType;
      const counts = day.by_type[type] ?? [];
      const sum = this.byType.get(type) ?? new Sum();
      this.byType.set(type, sum);
      sum.add(counts);
      own.add(counts);
    }
    this.all.addSum(own);
    for (let hour = 0; hour < day.hours.length; hour++) increase(this.hours, hour, day.hours[hour] ?? 0);
    return own;
  }
}

/** The figures as REST shows them. */
export type AnalyticsFigures = ReturnType<typeof analyticsFigures>;

export interface AnalyticsOf {
  readonly user_id: UserId;
  /** All of the user's, deleted ones too. */
  readonly tasks: readonly TaskSnapshot[];
  readonly months: (month: Month) => UserMonth | undefined;
  readonly days: number;
  readonly now: Instant;
}

const BUSIEST_HOURS = 5;
const BUSIEST_DAYS = 3;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function analyticsFigures({ user_id, tasks, months, days, now }: AnalyticsOf) {
  const sums = new DaySums();
  const weekdays = new Map<number, number>();
  const daily = lastDays(now, days).map((date) => {
    const day = months(date.slice(0, 7))?.days[date];
    const own = day === undefined ? new Sum() : sums.add(day);
    increase(weekdays, new Date(`${date}T00:00:00.000Z`).getUTCDay(), own.of('executions'));
    return {
      date,
      executions: own.of('executions'),
      successes: own.of('successes'),
      failures: own.of('failures'),
      credits: own.credits(),
      average_duration: own.averageSeconds(),
    };
  });
  const { all } = sums;
  return {
    user_id,
    time_period: timePeriod(days),
    ...taskFigures(tasks),
    total_executions: all.of('executions'),
    successful_executions: all.of('successes'),
    failed_executions: all.of('failures'),
    success_rate: all.successRate(),
    average_execution_time: all.averageSeconds(),
    total_credits_consumed: all.credits(),
    total_tokens_used: all.of('tokens'),
    total_api_calls: all.of('api_calls'),
    busiest_hours: busiest(sums.hours, BUSIEST_HOURS),
    busiest_days: busiest(weekdays, BUSIEST_DAYS).map((day) => WEEKDAYS[day] as (typeof WEEKDAYS)[number]),
    schedule_accuracy: all.scheduleAccuracy(),
    daily,
    by_type: Object.fromEntries(
      [...sums.byType].sort(byName).map(([type, sum]) => [
        type,
        {
          executions: sum.of('executions'),
          average_execution_time: sum.averageSeconds(),
          tokens: sum.of('tokens'),
          credits: sum.credits(),
        },
      ]),
    ),
    created_at: now,
  };
}

/** BR-ANA-004: deleted tasks are in no count. */
function taskFigures(tasks: readonly TaskSnapshot[]) {
  const statuses = new Map<TaskStatus, number>();
  const types = new Map<TaskType, number>();
  let total = 0;
  let fromTemplate = 0;
  let storage_bytes = 0;
  for (const { state } of tasks) {
    storage_bytes += storedBytes(state);
    if (state.deleted_at !== null) continue;
    total += 1;
    if (state.template_id !== null) fromTemplate += 1;
    increase(statuses, statusOf(state), 1);
    increase(types, state.task_type, 1);
  }
  const count = (status: TaskStatus) => statuses.get(status) ?? 0;
  return {
    total_tasks: total,
    active_tasks: count('scheduled') + count('running'),
    completed_tasks: count('completed'),
    failed_tasks: count('failed'),
    paused_tasks: count('paused'),
    task_types_distribution: Object.fromEntries([...types].sort(byName)),
    template_usage_rate: percent(fromTemplate, total),
    storage_bytes,
  };
}

/** With 2 decimals; 0 of nothing. */
export function percent(part: number, whole: number): number {
  return rounded(ratio(part, whole) * 100, 2);
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function increase<Key>(counts: Map<Key, number>, key: Key, more: number): void {
  if (more !== 0) counts.set(key, (counts.get(key) ?? 0) + more);
}

/** The keys of the largest counts; of equal ones the smaller key first. */
function busiest(counts: ReadonlyMap<number, number>, most: number): number[] {
  return [...counts]
    .sort(([keyA, a], [keyB, b]) => b - a || keyA - keyB)
    .slice(0, most)
    .map(([key]) => key);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
