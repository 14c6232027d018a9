/** What analytics should say, counted the long way: from the execution records and tasks that the log folds to. */

import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { advance, type TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import type { TaskType } from '../../../src/domain/task/status.ts';

export interface RecordOf {
  readonly execution: ExecutionState;
  readonly task_type: TaskType;
}

export interface Folded {
  readonly tasks: readonly TaskSnapshot[];
  readonly records: readonly RecordOf[];
}

/** Everything that the events, of one user or of all, fold to. */
export function folded(events: readonly RecordedTaskEvent[]): Folded {
  const tasks = new Map<string, TaskSnapshot>();
  const executions = new Map<string, ExecutionState>();
  for (const event of events) {
    const { task_id } = event.meta;
    tasks.set(task_id, advance(tasks.get(task_id) ?? null, event));
    const number = executionNumberOf(event);
    const key = `${task_id} ${number}`;
    if (number !== null) executions.set(key, evolveExecution(executions.get(key) ?? null, event));
  }
  const typeOf = (id: string) => tasks.get(id)?.state.task_type as TaskType;
  return {
    tasks: [...tasks.values()],
    records: [...executions.values()].map((execution) => ({
      execution,
      task_type: typeOf(execution.task_id),
    })),
  };
}

/** The figures of executions requested from the first day to the last, days of the zone. */
export function naiveFigures({ records }: Folded, from: string, to: string, timezone = 'UTC') {
  const wallOf = ({ execution }: RecordOf) => wallIn(timezone, Date.parse(hourOf(execution.created_at)));
  const within = records.filter((record) => {
    const { date } = wallOf(record);
    return date >= from && date <= to;
  });
  return {
    ...totals(within),
    durations: within
      .map(({ execution }) => execution)
      .filter(({ status }) => status === 'completed' || status === 'failed')
      .map(({ duration_ms }) => duration_ms ?? 0)
      .sort((a, b) => a - b),
    by_type: grouped(within, ({ task_type }) => task_type),
    by_day: grouped(within, (record) => wallOf(record).date),
    by_hour: grouped(within, (record) => String(wallOf(record).hour)),
  };
}

/** The hour of UTC that an instant lies in: what executions are counted by. */
function hourOf(instant: Instant): string {
  return `${instant.slice(0, 13)}:00:00.000Z`;
}

/** What the clocks of a zone show, as `Intl` has it. */
export function wallIn(
  timezone: string,
  instant: number,
): { readonly date: string; readonly weekday: string; readonly hour: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    weekday: of('weekday'),
    hour: Number(of('hour')),
  };
}

function grouped(records: readonly RecordOf[], keyOf: (record: RecordOf) => string) {
  return new Map([...groupedBy(records, keyOf)].map(([key, all]) => [key, totals(all)]));
}

export function groupedBy<T, Key>(all: readonly T[], keyOf: (one: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function totals(records: readonly RecordOf[]) {
  const count = (fits: (execution: ExecutionState) => boolean) =>
    records.filter(({ execution }) => fits(execution)).length;
  const sum = (of: (execution: ExecutionState) => number) =>
    records.reduce((all, { execution }) => all + of(execution), 0);
  const ended = ({ status }: ExecutionState) => status === 'completed' || status === 'failed';
  const isSlot = (e: ExecutionState) => e.trigger_type === 'scheduled' && e.scheduled_for !== null;
  return {
    executions: records.length,
    successes: count(({ status }) => status === 'completed'),
    failures: count(({ status }) => status === 'failed'),
    ended: count(ended),
    credits_micros: sum((e) => e.credits_consumed_micros),
    tokens: sum((e) => e.tokens_used),
    api_calls: sum((e) => e.api_calls_made),
    duration_ms: sum((e) => (ended(e) ? (e.duration_ms ?? 0) : 0)),
    slots: count((e) => isSlot(e) && (e.late_by_ms !== null || e.error_details?.code === 'NOT_STARTED')),
    slots_in_time: count((e) => isSlot(e) && e.late_by_ms !== null && e.late_by_ms <= 5_000),
  };
}

/** Users by the day of their first task, and whether they have any left. */
export function naiveUsers(events: readonly RecordedTaskEvent[]) {
  const users = new Map<UserId, { since: Instant; events: RecordedTaskEvent[] }>();
  for (const event of events) {
    const user = users.get(event.meta.user_id) ?? { since: event.meta.time, events: [] };
    users.set(event.meta.user_id, user);
    user.events.push(event);
  }
  return [...users.values()].map((user) => ({
    since: user.since.slice(0, 10),
    tasks: folded(user.events).tasks.filter(({ state }) => state.deleted_at === null).length,
  }));
}
