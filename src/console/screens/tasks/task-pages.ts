/** The list by pages of a hundred: the first with counts, each with what its rows have been through and will. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import type { TaskRow } from '../../api/task-actions.ts';

export const PAGE_ROWS = 100;
const HOUR_MS = 3_600_000;
const STRIP_HOURS = 24;

export type TaskFilters = Readonly<Record<string, string | undefined>>;

/** As the API takes the filters of the address. */
export function filterOf({ q, status, type, priority, tag, calendar }: TaskFilters) {
  const several = <T extends string>(text: string | undefined) =>
    text === undefined || text === '' ? {} : { values: text.split(',') as T[] };
  const statuses = several<TaskRow['status']>(status).values;
  const types = several<TaskRow['task_type']>(type).values;
  const priorities = several<TaskRow['priority']>(priority).values;
  return {
    ...(q ? { q } : {}),
    ...(statuses ? { status: statuses } : {}),
    ...(types ? { task_type: types } : {}),
    ...(priorities ? { priority: priorities } : {}),
    ...(tag ? { tag: [tag] } : {}),
    ...(calendar ? { calendar_id: [calendar] } : {}),
  };
}

const FACETS = ['status', 'task_type', 'priority', 'tag'] as const;

function listQuery(filters: TaskFilters, page: number) {
  return {
    ...filterOf(filters),
    view: 'summary' as const,
    limit: PAGE_ROWS,
    sort: sortOf(filters.sort),
    ...(page === 0 ? { total: true, facets: [...FACETS] } : { offset: page * PAGE_ROWS }),
  };
}

const SORTS = ['-created_at', 'next_run_time', 'name', '-priority', 'due_date', '-updated_at'] as const;

function sortOf(asked: string | undefined): (typeof SORTS)[number] {
  return SORTS.find((sort) => sort === asked) ?? '-created_at';
}

/** `pages`: those in sight; the first is always there. */
export function useTaskPages(filters: TaskFilters, pages: readonly number[]) {
  const read = (page: number, signal: AbortSignal) =>
    answered(api.GET('/api/v1/tasks', { params: { query: listQuery(filters, page) }, signal }));
  const first = useQuery({
    queryKey: ['tasks', 'page', filters, 0],
    queryFn: ({ signal }) => read(0, signal),
    placeholderData: keepPreviousData,
  });
  const others = pages.filter((page) => page > 0);
  const more = useQueries({
    queries: others.map((page) => ({
      queryKey: ['tasks', 'page', filters, page],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(page, signal),
    })),
  });
  const rowAt = (index: number): TaskRow | undefined => {
    const page = Math.floor(index / PAGE_ROWS);
    const list = page === 0 ? first.data : more[others.indexOf(page)]?.data;
    return list?.tasks[index % PAGE_ROWS];
  };
  return { first, rowAt };
}

/** Counts by hour, a day back and a day ahead of this hour, of the tasks in sight. */
export function useStrips(rows: readonly TaskRow[]) {
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const ids = rows.filter(({ schedules }) => schedules.length > 0).map(({ task_id }) => task_id);
  const from = new Date(hour - (STRIP_HOURS - 1) * HOUR_MS).toISOString();
  const to = new Date(hour + (STRIP_HOURS + 1) * HOUR_MS).toISOString();
  const { data } = useQuery({
    queryKey: ['timeline', from, ids],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/v1/timeline', {
          params: { query: { from, to, task_id: ids, bucket: HOUR_MS / 1_000 } },
          signal,
        }),
      ),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return {
    start: Date.parse(from),
    byTask: new Map(data?.tasks.map((task) => [task.task_id, task.buckets])),
  };
}
