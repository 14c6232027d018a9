/**
 * One user with ten thousand tasks: any page with any filter, first while nothing changes, then while ten of the
 * user's tasks change every second. No page is asked for twice, so none is shown again from a kept answer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PRIORITIES, TASK_TYPES } from '../src/domain/task/status.ts';
import { type Load, load } from './load/http-load.ts';

const TASKS = 10_000;
const LISTS = 1_500;
const IN_FLIGHT = 4;
const CHANGE_EVERY_MS = 100;
/** What people write. */
const DESCRIPTION = 'Something that somebody wrote about it. '.repeat(10);

export interface ListFigures {
  readonly still: Load;
  readonly changing: Load;
  /** The first list of a process that has not seen the user yet, milliseconds. */
  readonly firstMs: number;
  /** All tasks paused in one request, milliseconds. */
  readonly bulkMs: number;
}

export async function lists(url: string, token: string): Promise<ListFigures> {
  const ids = await createTasks(url, token);
  const began = performance.now();
  await (await call(url, token, 'GET', '/api/v1/tasks?limit=1')).text();
  const firstMs = performance.now() - began;
  let n = 0;
  const request = { url, method: 'GET', token, expect: 200, path: () => pageOf(n++) } as const;
  await load(request, IN_FLIGHT, 200);
  const still = await load(request, IN_FLIGHT, LISTS);
  const over = new AbortController();
  const changes = change(url, token, ids, over.signal);
  const changing = await load(request, IN_FLIGHT, LISTS);
  over.abort();
  await changes;
  const bulkBegan = performance.now();
  const bulk = await call(url, token, 'POST', '/api/v1/tasks/bulk', { action: 'pause', filter: {} });
  const { changed } = (await bulk.json()) as { changed: number };
  if (changed !== TASKS) throw new Error(`${changed} of ${TASKS} tasks changed`);
  return { still, changing, firstMs, bulkMs: performance.now() - bulkBegan };
}

const SORTS = ['created_at', 'updated_at', 'next_run_time', 'due_date', 'priority', 'name'];
const FILTERS = [
  '',
  'status=pending',
  'task_type=todo&task_type=reminder',
  'priority=high',
  'tag=tag-3',
  'q=number 77',
  'q=nothing like it',
  'due_before=2030-01-01T00:00:00Z',
  'status=paused&priority=low&tag=tag-1',
];

function pageOf(n: number): string {
  const sort = SORTS[n % SORTS.length];
  const filter = FILTERS[n % FILTERS.length] ?? '';
  const offset = (n * 37) % (filter === '' ? TASKS : 1_000);
  const page = `limit=${n % 4 === 0 ? 500 : 100}&offset=${offset}&sort=${n % 2 === 0 ? '-' : ''}${sort}`;
  return encodeURI(`/api/v1/tasks?${page}${filter === '' ? '' : `&${filter}`}`);
}

async function change(url: string, token: string, ids: readonly string[], over: AbortSignal): Promise<void> {
  for (let n = 0; !over.aborted; n++) {
    const body = { name: `Changed number ${n}`, description: DESCRIPTION };
    await (await call(url, token, 'PATCH', `/api/v1/tasks/${ids[(n * 7919) % ids.length]}`, body)).text();
    await delay(CHANGE_EVERY_MS, undefined, { signal: over }).catch(() => {});
  }
}

async function createTasks(url: string, token: string): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const types = TASK_TYPES.filter((type) => type === 'todo' || type === 'calendar_event');
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (let n = next++; n < TASKS; n = next++) {
        const task_type = types[n % types.length];
        const config = task_type === 'todo' ? {} : { event_title: 'x', event_time: '2030-01-01T00:00:00Z' };
        const answer = await call(url, token, 'POST', '/api/v1/tasks', {
          name: `Task number ${n}`,
          description: DESCRIPTION,
          task_type,
          config,
          priority: PRIORITIES[n % PRIORITIES.length],
          tags: [`tag-${n % 10}`],
          metadata: { place: { aisle: n % 100, shelf: 'top' } },
          ...(n % 3 === 0 ? { due_date: new Date(Date.UTC(2029, 0, 1 + (n % 1_000))).toISOString() } : {}),
        });
        ids.push(((await answer.json()) as { task_id: string }).task_id);
      }
    }),
  );
  return ids;
}

function call(url: string, token: string, method: string, path: string, body?: object): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
