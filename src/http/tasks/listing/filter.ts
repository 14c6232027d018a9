/** By what tasks are chosen: each member of a filter is one test, and all must hold. */
import { calendarsFollowed } from '../../../domain/schedule/followed-calendars.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { openOccurrences } from '../../../domain/task/occurrences.ts';
import { statusOf, type TaskState } from '../../../domain/task/state.ts';
import { nextRunOf } from '../representation.ts';
import type { ListTasksFilter } from './schemas.ts';

/** What tasks are chosen by, apart from order and place. */
export type TaskFilter = Pick<
  ListTasksFilter,
  | 'status'
  | 'task_type'
  | 'priority'
  | 'tag'
  | 'template_id'
  | 'calendar_id'
  | 'ids'
  | 'q'
  | 'due_from'
  | 'due_before'
  | 'next_run_from'
  | 'next_run_before'
  | 'has_schedule'
  | 'has_open_occurrences'
  | 'include_deleted'
>;

export interface FilterTest {
  readonly member: keyof TaskFilter;
  readonly fits: (state: TaskState) => boolean;
}

/** The cheap ones first. Of a repeated member any value fits. */
export function testsOf(filter: TaskFilter): readonly FilterTest[] {
  const tests: FilterTest[] = [];
  const add = (member: keyof TaskFilter, fits: FilterTest['fits']) => tests.push({ member, fits });
  const { status, task_type, priority, tag, template_id, calendar_id, ids, q, has_schedule } = filter;
  const { due_from, due_before, next_run_from, next_run_before } = filter;
  if (filter.include_deleted !== true) add('include_deleted', (state) => state.deleted_at === null);
  if (ids !== undefined) {
    const wanted = new Set<string>(ids);
    add('ids', (state) => wanted.has(state.task_id));
  }
  if (status !== undefined) add('status', (state) => status.includes(statusOf(state)));
  if (task_type !== undefined) add('task_type', (state) => task_type.includes(state.task_type));
  if (priority !== undefined) add('priority', (state) => priority.includes(state.priority));
  if (template_id !== undefined) {
    add('template_id', (state) => state.template_id !== null && template_id.includes(state.template_id));
  }
  if (calendar_id !== undefined) {
    add('calendar_id', (state) => followedBy(state).some((id) => calendar_id.includes(id)));
  }
  if (has_schedule !== undefined) add('has_schedule', (state) => (state.schedule !== null) === has_schedule);
  const { has_open_occurrences: hasOpen } = filter;
  if (hasOpen !== undefined) {
    add('has_open_occurrences', (state) => openOccurrences(state).length > 0 === hasOpen);
  }
  if (due_from !== undefined) add('due_from', (state) => isFrom(state.due_date, due_from));
  if (due_before !== undefined) add('due_before', (state) => isBefore(state.due_date, due_before));
  if (next_run_from !== undefined) add('next_run_from', (state) => isFrom(nextRunOf(state), next_run_from));
  if (next_run_before !== undefined) {
    add('next_run_before', (state) => isBefore(nextRunOf(state), next_run_before));
  }
  if (tag !== undefined) add('tag', (state) => tag.some((one) => state.tags.includes(one)));
  if (q !== undefined) add('q', searchFor(q.toLowerCase()));
  return tests;
}

/** Ids of the calendars that a task follows; one may come several times. */
export function followedBy({ schedule }: TaskState): readonly string[] {
  return calendarsFollowed(schedule).map(({ calendar_id }) => calendar_id);
}

export function predicateOf(filter: TaskFilter): (state: TaskState) => boolean {
  const tests = testsOf(filter);
  return (state) => tests.every(({ fits }) => fits(state));
}

function isFrom(instant: Instant | null, from: Instant): boolean {
  return instant !== null && instant >= from;
}

function isBefore(instant: Instant | null, limit: Instant): boolean {
  return instant !== null && instant < limit;
}

function searchFor(text: string): (state: TaskState) => boolean {
  const holds = (value: string | null) => value?.toLowerCase().includes(text) ?? false;
  return (state) => holds(state.name) || holds(state.description) || state.tags.some(holds);
}

export function shownFilters(filter: TaskFilter) {
  return {
    status: filter.status ?? null,
    task_type: filter.task_type ?? null,
    priority: filter.priority ?? null,
    tag: filter.tag ?? null,
    template_id: filter.template_id ?? null,
    calendar_id: filter.calendar_id ?? null,
    ids: filter.ids ?? null,
    q: filter.q ?? null,
    due_from: filter.due_from ?? null,
    due_before: filter.due_before ?? null,
    next_run_from: filter.next_run_from ?? null,
    next_run_before: filter.next_run_before ?? null,
    has_schedule: filter.has_schedule ?? null,
    has_open_occurrences: filter.has_open_occurrences ?? null,
    include_deleted: filter.include_deleted ?? false,
  };
}
