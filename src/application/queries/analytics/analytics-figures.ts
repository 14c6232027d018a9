/** What is counted, as figures for people: sums, rates and averages over the last days of a zone. */
import { type CreditMicros, creditsOf } from '../../../domain/shared/credits.ts';
import type { UserId } from '../../../domain/shared/ids.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { statusOf } from '../../../domain/task/state.ts';
import type { TaskStatus, TaskType } from '../../../domain/task/status.ts';
import {
  COUNTERS,
  type Counter,
  type Counts,
  type DayCounts,
  HOUR_COUNTERS,
  type HourCounts,
  type Month,
  type UserMonth,
} from '../../../projections/analytics.ts';
import { type Durations, durationAt } from '../../../projections/durations.ts';
import { storedBytes } from '../lists/listed-task.ts';
import { localHours, type Period, utcDaysOf } from './local-hours.ts';

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

  addHour(counts: HourCounts): void {
    for (const [at, name] of HOUR_COUNTERS.entries()) {
      const index = COUNTERS.indexOf(name);
      this.#counts[index] = (this.#counts[index] ?? 0) + (counts[at] ?? 0);
    }
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

/** Days summed up: all, by type, by duration. */
export class DaySums {
  readonly all = new Sum();
  readonly byType = new Map<TaskType, Sum>();
  readonly #durations: Durations[] = [];

  add(day: DayCounts): void {
    this.#durations.push(day.durations);
    for (const name in day.by_type) {
      const type = name as TaskType;
      const counts = day.by_type[type] ?? [];
      const sum = this.byType.get(type) ?? new Sum();
      this.byType.set(type, sum);
      sum.add(counts);
      this.all.add(counts);
    }
  }

  /** Seconds that `share` of those that ended did not exceed, within 5 %; null where none did. */
  secondsAt(share: number): number | null {
    const ms = durationAt(this.#durations, share);
    return ms === null ? null : rounded(ms / 1_000, 3);
  }
}

/** The figures as REST shows them. */
export type AnalyticsFigures = ReturnType<typeof analyticsFigures>;

export interface AnalyticsOf {
  readonly user_id: UserId;
  /** All of the user's, deleted ones too. */
  readonly tasks: readonly TaskSnapshot[];
  readonly months: (month: Month) => UserMonth | undefined;
  readonly period: Period;
}

const BUSIEST_HOURS = 5;
const BUSIEST_DAYS = 3;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function analyticsFigures({ user_id, tasks, months, period }: AnalyticsOf) {
  const all = new Sum();
  const byDate = new Map(period.dates.map((date) => [date, new Sum()]));
  const weekdays = new Map<number, number>();
  const hours = new Map<number, number>();
  for (const { date, weekday, hour, counts } of localHours(months, period)) {
    const [executions = 0] = counts;
    all.addHour(counts);
    byDate.get(date)?.addHour(counts);
    increase(weekdays, weekday, executions);
    increase(hours, hour, executions);
  }
  const sums = new DaySums();
  for (const day of utcDaysOf(period)) {
    const counted = months(day.slice(0, 7))?.days[day];
    if (counted !== undefined) sums.add(counted);
  }
  return {
    user_id,
    time_period: timePeriod(period.dates.length),
    timezone: period.timezone,
    ...taskFigures(tasks),
    total_executions: all.of('executions'),
    successful_executions: all.of('successes'),
    failed_executions: all.of('failures'),
    success_rate: all.successRate(),
    average_execution_time: all.averageSeconds(),
    execution_time_p50: sums.secondsAt(0.5),
    execution_time_p95: sums.secondsAt(0.95),
    total_credits_consumed: all.credits(),
    total_tokens_used: sums.all.of('tokens'),
    total_api_calls: sums.all.of('api_calls'),
    busiest_hours: busiest(hours, BUSIEST_HOURS),
    busiest_days: busiest(weekdays, BUSIEST_DAYS).map((day) => WEEKDAYS[day] as (typeof WEEKDAYS)[number]),
    schedule_accuracy: sums.all.scheduleAccuracy(),
    daily: [...byDate].map(([date, own]) => ({
      date,
      executions: own.of('executions'),
      successes: own.of('successes'),
      failures: own.of('failures'),
      credits: own.credits(),
      average_duration: own.averageSeconds(),
    })),
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
    created_at: period.now,
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
