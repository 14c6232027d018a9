/** The sums that tallies are folded into. */
import { dayOf, monthOf } from '../domain/shared/instant.ts';
import type { TaskType } from '../domain/task/status.ts';
import {
  type Added,
  ALL,
  type AnalyticsPlace,
  type AnalyticsState,
  COUNTERS,
  type Cohort,
  type Counter,
  type Counts,
  type Day,
  type DayCounts,
  HOUR_COUNTERS,
  type HourCounts,
  hasEnded,
  RETENTION_DAYS,
  type RunTally,
  type ServiceDay,
  type ServiceTotals,
  type Tally,
  type UserMonth,
  type UserTotals,
} from './analytics.ts';
import { addDuration } from './durations.ts';

export interface AnalyticsChange extends AnalyticsPlace {
  readonly state: AnalyticsState;
}

/** The value at a place before the event; null for none. */
export type HeldAnalytics = (place: AnalyticsPlace) => AnalyticsState | null;

/** The values that a tally changes, each once: those of its user first. */
export function placesOf(tally: Tally): AnalyticsPlace[] {
  const places: AnalyticsPlace[] = [];
  if (tally.run !== null) places.push({ user_id: tally.user_id, period: monthOf(tally.run.requested_at) });
  if (tally.tasks !== 0) places.push({ user_id: tally.user_id, period: ALL });
  for (const day of serviceDaysOf(tally)) places.push({ user_id: null, period: day });
  if (tally.tasks !== 0) places.push({ user_id: null, period: ALL });
  return places;
}

/**
 * The values with the tally added. `areOwn`: what is held belongs to the caller alone, and may be changed instead of
 * copied; for who adds a whole log.
 */
export function addTally(held: HeldAnalytics, tally: Tally, areOwn = false): AnalyticsChange[] {
  const { user_id, run } = tally;
  const changes: AnalyticsChange[] = [];
  if (run !== null) {
    const place = { user_id, period: monthOf(run.requested_at) };
    changes.push({ ...place, state: addToMonth(held(place) as UserMonth | null, run, areOwn) });
  }
  for (const day of serviceDaysOf(tally)) {
    const place = { user_id: null, period: day };
    const state = addToServiceDay(held(place) as ServiceDay | null, day, tally, areOwn);
    changes.push({ ...place, state });
  }
  if (tally.tasks !== 0) {
    const own = { user_id, period: ALL };
    const whole = { user_id: null, period: ALL };
    const before = held(own) as UserTotals | null;
    const after = { since: before?.since ?? tally.day, tasks: (before?.tasks ?? 0) + tally.tasks };
    const service = addToTotals(held(whole) as ServiceTotals | null, tally, before, after);
    changes.push({ ...own, state: after }, { ...whole, state: service });
  }
  return changes;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** A copy, or itself where it may be changed. */
function writable<T extends object>(part: T, isOwn: boolean): Writable<T> {
  return isOwn ? part : { ...part };
}

export function addToMonth(month: UserMonth | null, run: RunTally, isOwn = false): UserMonth {
  const day = dayOf(run.requested_at);
  const days = writable(month?.days ?? {}, isOwn);
  days[day] = addToDay(days[day] ?? null, run, isOwn);
  return { days };
}

function addToDay(
  day: DayCounts | null,
  { task_type, counts, requested_at }: RunTally,
  isOwn: boolean,
): DayCounts {
  const hour = Number(requested_at.slice(11, 13));
  const by_type = writable(day?.by_type ?? {}, isOwn);
  by_type[task_type] = addTo(by_type[task_type], counts);
  let hours = day?.hours ?? {};
  if (HOUR_COUNTERS.some((name) => name in counts)) {
    const counted = writable(hours, isOwn);
    counted[hour] = addToHour(counted[hour], counts);
    hours = counted;
  }
  let durations = day?.durations ?? {};
  if (hasEnded(counts))
    durations = addDuration(durations, counts.duration_ms ?? 0, writable(durations, isOwn));
  return { by_type, hours, durations };
}

function addToHour(hour: HourCounts | undefined, added: Added): HourCounts {
  return HOUR_COUNTERS.map((name, at) => (hour?.[at] ?? 0) + (added[name] ?? 0));
}

const NOTHING: Counts = COUNTERS.map(() => 0);
const INDEX = Object.fromEntries(COUNTERS.map((counter, index) => [counter, index])) as Readonly<
  Record<Counter, number>
>;

function addTo(counts: Counts = NOTHING, added: Added): Counts {
  const sum = counts.slice();
  for (const name in added) {
    const at = INDEX[name as Counter];
    sum[at] = (sum[at] ?? 0) + (added[name as Counter] ?? 0);
  }
  return sum;
}

/** At most two: that of the request and that of the event. */
function serviceDaysOf({ run, activates, created, day }: Tally): Day[] {
  const days: Day[] = [];
  if (run !== null) days.push(dayOf(run.requested_at));
  if ((activates || created !== null) && days[0] !== day) days.push(day);
  return days;
}

function addToServiceDay(
  held: ServiceDay | null,
  at: Day,
  { run, activates, created, day }: Tally,
  isOwn: boolean,
): ServiceDay {
  const isCounted = run !== null && dayOf(run.requested_at) === at;
  const { by_type, hours, durations } = isCounted
    ? addToDay(held, run, isOwn)
    : (held ?? { by_type: {}, hours: {}, durations: {} });
  const isEvents = at === day;
  return {
    by_type,
    hours,
    durations,
    active_tasks: (held?.active_tasks ?? 0) + (isEvents && activates ? 1 : 0),
    tasks_created: (held?.tasks_created ?? 0) + (isEvents && created !== null ? 1 : 0),
    tasks_from_template: (held?.tasks_from_template ?? 0) + (isEvents && created?.from_template ? 1 : 0),
  };
}

const NOBODY: Cohort = { users: 0, with_tasks: 0 };

function addToTotals(
  totals: ServiceTotals | null,
  tally: Tally,
  before: UserTotals | null,
  after: UserTotals,
): ServiceTotals {
  const tasks: Partial<Record<TaskType, number>> = { ...totals?.tasks };
  const left = (tasks[tally.task_type] ?? 0) + tally.tasks;
  if (left === 0) delete tasks[tally.task_type];
  else tasks[tally.task_type] = left;

  const more: Cohort = {
    users: before === null ? 1 : 0,
    with_tasks: Number(after.tasks > 0) - Number((before?.tasks ?? 0) > 0),
  };
  const { recent = {}, earlier = NOBODY } = totals ?? {};
  if (more.users === 0 && more.with_tasks === 0) return { tasks, recent, earlier };
  const isRecent = before === null || after.since in recent;
  if (!isRecent) return { tasks, recent, earlier: addCohorts(earlier, more) };
  const joined = { ...recent, [after.since]: addCohorts(recent[after.since] ?? NOBODY, more) };
  return { tasks, ...newest(joined, earlier) };
}

/** Days more than the retention's length before the newest are put together: the value stays small. */
function newest(
  cohorts: Readonly<Record<Day, Cohort>>,
  earlier: Cohort,
): Pick<ServiceTotals, 'recent' | 'earlier'> {
  const days = Object.keys(cohorts).sort();
  const bound = daysBefore(days.at(-1) ?? '', RETENTION_DAYS);
  const recent: Record<Day, Cohort> = {};
  let old = earlier;
  for (const day of days) {
    const cohort = cohorts[day] ?? NOBODY;
    if (day < bound) old = addCohorts(old, cohort);
    else recent[day] = cohort;
  }
  return { recent, earlier: old };
}

export function addCohorts(a: Cohort, b: Cohort): Cohort {
  return { users: a.users + b.users, with_tasks: a.with_tasks + b.with_tasks };
}

const DAY_MS = 86_400_000;

export function daysBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
