/**
 * A page of a user's tasks: filtered, ordered, and cut at an offset or a cursor.
 *
 * The order is total: by the sort's value, tasks without one last, ties by id in the sort's direction. A cursor
 * names a place in that order and not a count, so a page stays right while tasks are added before it. Only the
 * best of the page are kept while looking through the tasks, so ten thousand of them are not sorted for a
 * hundred.
 */
import type { Snapshot } from '../../domain/shared/event.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { statusOf, type TaskState } from '../../domain/task/state.ts';
import { PRIORITIES } from '../../domain/task/status.ts';
import { decodeCursor, encodeCursor } from '../router/cursor.ts';
import { nextRunOf } from './representation.ts';
import type { ListTasksFilter, Sort } from './schemas.ts';

type Value = string | number | null;

/** A place in the order: the sort's value and the task's id. */
export interface ListPosition {
  readonly value: Value;
  readonly id: number;
}

/** What tasks are chosen by, apart from order and place. */
export type TaskFilter = Pick<
  ListTasksFilter,
  'status' | 'task_type' | 'priority' | 'tag' | 'q' | 'due_before' | 'include_deleted'
>;

interface Order {
  readonly valueOf: (state: TaskState) => Value;
  readonly descending: boolean;
}

export interface TaskPage {
  readonly tasks: readonly Snapshot<TaskState>[];
  readonly next_cursor: string | null;
}

export interface PageOf {
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
  /** Where the page begins; null: at the start. */
  readonly after: ListPosition | null;
}

export function pageOfTasks(
  tasks: readonly Snapshot<TaskState>[],
  filter: ListTasksFilter,
  page: PageOf,
): TaskPage {
  const order = orderOf(page.sort);
  const wanted = page.offset + page.limit;
  // One more than wanted tells whether there is a next page.
  const best = firstInOrder(tasks, predicateOf(filter), order, page.after, wanted + 1);
  const shown = best.slice(page.offset, wanted);
  const last = shown.at(-1);
  const more = best.length > wanted && last !== undefined;
  return {
    tasks: shown.map(({ task }) => task),
    next_cursor: more ? encodeCursor([page.sort, last.value, last.id]) : null,
  };
}

/** The place that a cursor names in this order; null for a cursor that is none, or of another order. */
export function listPositionOf(cursor: string, sort: Sort): ListPosition | null {
  const decoded: Json | undefined = decodeCursor(cursor);
  if (!Array.isArray(decoded) || decoded.length !== 3) return null;
  const [of, value, id] = decoded as readonly Json[];
  const kind = sort.endsWith('priority') ? 'number' : 'string';
  const fits = value === null || typeof value === kind;
  if (of !== sort || !fits || typeof id !== 'number' || !Number.isSafeInteger(id)) return null;
  return { value: value as Value, id };
}

interface Candidate extends ListPosition {
  readonly task: Snapshot<TaskState>;
}

function firstInOrder(
  tasks: readonly Snapshot<TaskState>[],
  matches: (state: TaskState) => boolean,
  order: Order,
  after: ListPosition | null,
  count: number,
): Candidate[] {
  const compare = (a: ListPosition, b: ListPosition) => comparePlaces(a, b, order.descending);
  let best: Candidate[] = [];
  let worst: Candidate | undefined;
  const keepBest = () => {
    best.sort(compare);
    best = best.slice(0, count);
    worst = best.length === count ? best.at(-1) : undefined;
  };
  // Tasks tend to come oldest first: from the end, the newest are found at once and the others drop out early.
  for (let index = 0; index < tasks.length; index++) {
    const task = tasks[order.descending ? tasks.length - 1 - index : index];
    if (task === undefined || !matches(task.state)) continue;
    const candidate = { task, value: order.valueOf(task.state), id: task.state.id };
    if (after !== null && compare(candidate, after) <= 0) continue;
    if (worst !== undefined && compare(candidate, worst) >= 0) continue;
    best.push(candidate);
    if (best.length >= 2 * count) keepBest();
  }
  keepBest();
  return best;
}

/** Null comes last in both directions. */
function comparePlaces(a: ListPosition, b: ListPosition, descending: boolean): number {
  if (a.value !== b.value) {
    if (a.value === null) return 1;
    if (b.value === null) return -1;
    return a.value < b.value === descending ? 1 : -1;
  }
  return descending ? b.id - a.id : a.id - b.id;
}

function orderOf(sort: Sort): Order {
  switch (sort) {
    case 'created_at':
    case '-created_at':
      return { valueOf: (state) => state.created_at, descending: sort === '-created_at' };
    case 'updated_at':
    case '-updated_at':
      return { valueOf: (state) => state.updated_at, descending: sort === '-updated_at' };
    case 'next_run_time':
    case '-next_run_time':
      return { valueOf: nextRunOf, descending: sort === '-next_run_time' };
    case 'due_date':
    case '-due_date':
      return { valueOf: (state) => state.due_date, descending: sort === '-due_date' };
    case 'priority':
    case '-priority':
      return { valueOf: (state) => PRIORITIES.indexOf(state.priority), descending: sort === '-priority' };
    case 'name':
    case '-name':
      return { valueOf: (state) => state.name.toLowerCase(), descending: sort === '-name' };
  }
}

/** Different filters must all fit; of a repeated one, any value. */
export function predicateOf(filter: TaskFilter): (state: TaskState) => boolean {
  const tests: ((state: TaskState) => boolean)[] = [];
  const { status, task_type, priority, tag, q, due_before } = filter;
  if (filter.include_deleted !== true) tests.push((state) => state.deleted_at === null);
  if (status !== undefined) tests.push((state) => status.includes(statusOf(state)));
  if (task_type !== undefined) tests.push((state) => task_type.includes(state.task_type));
  if (priority !== undefined) tests.push((state) => priority.includes(state.priority));
  if (tag !== undefined) tests.push((state) => tag.some((one) => state.tags.includes(one)));
  if (due_before !== undefined) tests.push((state) => isBefore(state.due_date, due_before));
  if (q !== undefined) tests.push(searchFor(q.toLowerCase()));
  return (state) => tests.every((test) => test(state));
}

function isBefore(instant: Instant | null, limit: Instant): boolean {
  return instant !== null && instant < limit;
}

function searchFor(text: string): (state: TaskState) => boolean {
  const holds = (value: string | null) => value?.toLowerCase().includes(text) ?? false;
  return (state) => holds(state.name) || holds(state.description) || state.tags.some(holds);
}
