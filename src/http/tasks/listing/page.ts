/**
 * A page of a user's tasks: chosen, ordered, and cut at an offset or a cursor.
 *
 * The order is total: by the sort's value, tasks without one last, ties by id in the sort's direction. A cursor
 * names a place in that order and not a count, so a page stays right while tasks are added before it. Only the
 * best of the page are kept while looking through the tasks, so ten thousand of them are not sorted for a
 * hundred. Nor does it hold up others: it pauses for them.
 */
import type { ListedTask } from '../../../application/queries/lists/listed-task.ts';
import type { Json } from '../../../domain/shared/json.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import { PRIORITIES } from '../../../domain/task/status.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import { decodeCursor, encodeCursor } from '../../router/cursor.ts';
import { nextRunOf } from '../representation.ts';
import type { Sort } from './schemas.ts';

type Value = string | number | null;

/** A place in the order: the sort's value and the task's id. */
export interface ListPosition {
  readonly value: Value;
  readonly id: number;
}

interface Order {
  readonly valueOf: (state: TaskState) => Value;
  readonly descending: boolean;
}

/** A task at its place in the order. */
export interface PageRow extends ListPosition {
  readonly task: ListedTask;
}

export interface TaskPage {
  readonly rows: readonly PageRow[];
  /** Whether there are rows after these. */
  readonly more: boolean;
}

export interface PageOf {
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
  /** Where the page begins; null: at the start. */
  readonly after: ListPosition | null;
}

export async function pageOfTasks(
  tasks: readonly ListedTask[],
  matches: (state: TaskState) => boolean,
  page: PageOf,
): Promise<TaskPage> {
  const order = orderOf(page.sort);
  const wanted = page.offset + page.limit;
  // One more than wanted tells whether there is a next page.
  const best = await firstInOrder(tasks, matches, order, page.after, wanted + 1);
  return { rows: best.slice(page.offset, wanted), more: best.length > wanted };
}

/** Where the page after this row begins. */
export function cursorAfter({ value, id }: ListPosition, sort: Sort): string {
  return encodeCursor([sort, value, id]);
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

/** Tasks between two looks at the time. */
const STRIDE = 64;

async function firstInOrder(
  tasks: readonly ListedTask[],
  matches: (state: TaskState) => boolean,
  order: Order,
  after: ListPosition | null,
  count: number,
): Promise<PageRow[]> {
  const compare = (a: ListPosition, b: ListPosition) => comparePlaces(a, b, order.descending);
  let best: PageRow[] = [];
  let worst: PageRow | undefined;
  const keepBest = () => {
    best.sort(compare);
    best = best.slice(0, count);
    worst = best.length === count ? best.at(-1) : undefined;
  };
  // Tasks tend to come oldest first: from the end, the newest are found at once and the others drop out early.
  const slice = new Timeslice();
  for (let index = 0; index < tasks.length; index++) {
    if (index % STRIDE === 0 && slice.isOver()) await slice.next();
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
