/** What verifying the views goes by: events read in the order of the log, and the values that they come to. */
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../domain/template/events.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import type { Tally } from '../../projections/analytics.ts';
import { type TaskFold, TaskViews, type ViewValue } from '../../projections/task-views.ts';
import type { LogFollower, OtherEvents } from '../ports/log/following.ts';
import type { EventLog } from '../ports/log/log.ts';
import type { ViewEntry } from '../ports/views.ts';

export interface VerifiedLog {
  readonly log: Pick<EventLog, 'readTask' | 'readUser'>;
  readonly follower: LogFollower;
  readonly signal?: AbortSignal;
}

/** Of one user, all tasks or one. */
export interface VerifiedTasks {
  readonly userId: UserId;
  readonly taskId: TaskId | null;
}

export type OnTaskEvent = (event: RecordedTaskEvent) => void;
/** The events of some tasks, up to a sequence, each task's in order. */
export type ReadEvents = (end: Sequence, onEvent: OnTaskEvent) => Promise<void>;

export interface Expected {
  /** Null: the last event that touched it took it away. */
  readonly value: ViewValue | null;
  readonly sequence: Sequence;
  readonly userId: UserId;
  readonly taskId: TaskId;
}

export class ExpectedViews {
  readonly values = new Map<string, Expected>();
  readonly #views: TaskViews;
  readonly #folds = new Map<string, TaskFold>();

  constructor(executionsKept: number) {
    this.#views = new TaskViews(executionsKept);
  }

  at(key: string): Expected | undefined {
    return this.values.get(key);
  }

  fold(event: RecordedTaskEvent): Tally | null {
    const { user_id: userId, task_id: taskId, sequence } = event.meta;
    const task = `${userId} ${taskId}`;
    const { fold, changes, tally } = this.#views.project(this.#folds.get(task) ?? null, event);
    this.#folds.set(task, fold);
    for (const { view, place, value } of changes) {
      this.values.set(viewKeyOf({ view, userId, taskId, place }), { value, sequence, userId, taskId });
    }
    return tally;
  }
}

interface Followed {
  readonly isOf: (userId: UserId) => boolean;
  readonly onEvent: OnTaskEvent;
  readonly onTemplateEvent?: (event: RecordedTemplateEvent) => void;
  readonly onThrough?: (through: Sequence) => void;
}

export async function followTo(
  { follower, signal }: VerifiedLog,
  end: Sequence,
  { isOf, onEvent, onTemplateEvent, onThrough }: Followed,
): Promise<void> {
  if (end === NO_SEQUENCE) return;
  const done = new AbortController();
  const slice = new Timeslice();
  const take = async (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => {
    signal?.throwIfAborted();
    for (const event of events) {
      if (event.meta.sequence <= end) onEvent(event);
      if (slice.isOver()) await slice.next();
    }
    for (const event of others.templates) if (event.meta.sequence <= end) onTemplateEvent?.(event);
    onThrough?.(through);
    if (through >= end) done.abort();
  };
  await follower.followOpened(NO_SEQUENCE, take, { maxBatch: 100, of: isOf, signal: done.signal });
}

const PAGE = 100;

/** By what is asked: the events of nobody else are read. */
export function readOnly({ log, signal }: VerifiedLog, { userId, taskId }: VerifiedTasks): ReadEvents {
  return async (end, onEvent) => {
    const slice = new Timeslice();
    for (let after: Sequence | null = NO_SEQUENCE; after !== null; ) {
      signal?.throwIfAborted();
      const page: RecordedTaskEvent[] =
        taskId === null
          ? await log.readUser(userId, after, PAGE)
          : await log.readTask(userId, taskId, after, PAGE);
      for (const event of page) {
        if (event.meta.sequence <= end) onEvent(event);
        if (slice.isOver()) await slice.next();
      }
      after = page.at(-1)?.meta.sequence ?? null;
    }
  };
}

/** Users are spread evenly, and each is in the same part whenever it is asked. */
export function partOfUser(userId: UserId, parts: number): number {
  let sum = 0;
  for (const char of userId) sum = (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return (sum >>> 0) % parts;
}

export function viewKeyOf({ view, userId, taskId, place }: Omit<ViewEntry, 'value'>): string {
  return `${view} ${userId} ${taskId} ${place}`.trimEnd();
}
