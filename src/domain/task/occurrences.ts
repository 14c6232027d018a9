/**
 * Occurrences of a recurring to-do: each slot that comes makes one, which is open until somebody ticks it. The series goes
 * on whether they do or not.
 */
import { endOfLocalDay } from '../schedule/calendar/local-day.ts';
import { isSeries } from '../schedule/series.ts';
import type { Schedule } from '../schedule/types.ts';
import { earliest, type Instant } from '../shared/instant.ts';
import type { SchedulingState, TaskState } from './state.ts';

export interface Occurrence {
  readonly slot: Instant;
  /** Not ticked by then, it is overdue. */
  readonly overdue_at: Instant;
  /** Null while it is open. */
  readonly done_at: Instant | null;
}

export type OccurrenceStatus = 'open' | 'overdue' | 'done';

/** The last ones that a task keeps; what became of older ones is in its events. */
export const OCCURRENCES_KEPT = 50;

type WithOccurrences = Pick<TaskState, 'occurrences'>;

/** Whether a slot of the task is somebody's to tick. */
export function isTicked(task: Pick<SchedulingState, 'task_type' | 'schedule'>): boolean {
  return task.task_type === 'todo' && isSeries(task);
}

/** At the end of the day that it is for, or when the next one comes. */
export function overdueFrom(schedule: Schedule, slot: Instant, next: Instant | null): Instant {
  const end = endOfLocalDay(schedule.timezone, slot);
  return earliest(end, next) ?? end;
}

export function withOccurrence(
  { occurrences = [] }: WithOccurrences,
  slot: Instant,
  overdue_at: Instant,
): readonly Occurrence[] {
  const others = occurrences.filter((each) => each.slot !== slot);
  return [...others, { slot, overdue_at, done_at: null }].slice(-OCCURRENCES_KEPT);
}

export function withMark(
  { occurrences = [] }: WithOccurrences,
  slot: Instant,
  done_at: Instant | null,
): readonly Occurrence[] {
  return occurrences.map((each) => (each.slot === slot ? { ...each, done_at } : each));
}

/** Oldest first. */
export function openOccurrences({ occurrences = [] }: WithOccurrences): readonly Occurrence[] {
  return occurrences.filter(({ done_at }) => done_at === null);
}

export function occurrenceAt({ occurrences = [] }: WithOccurrences, slot: Instant): Occurrence | null {
  return occurrences.find((each) => each.slot === slot) ?? null;
}

export function occurrenceStatus({ done_at, overdue_at }: Occurrence, now: Instant): OccurrenceStatus {
  if (done_at !== null) return 'done';
  return overdue_at <= now ? 'overdue' : 'open';
}

/** A person who is done with the series is done with all of it. */
export function withoutOpen({ occurrences }: WithOccurrences): WithOccurrences {
  if (occurrences === undefined) return {};
  return { occurrences: occurrences.filter(({ done_at }) => done_at !== null) };
}
