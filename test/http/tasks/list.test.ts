import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HASH } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../src/domain/task/snapshot.ts';
import { PRIORITIES } from '../../../src/domain/task/status.ts';
import { listPositionOf, type PageOf, pageOfTasks } from '../../../src/http/tasks/list.ts';
import { nextRunOf } from '../../../src/http/tasks/representation.ts';
import { SORT_FIELDS, type Sort } from '../../../src/http/tasks/schemas.ts';
import { History } from '../../support/history.ts';
import { BOB, type Stack, stack } from '../../support/stack.ts';

const TASKS = '/api/v1/tasks';
const SORTS: readonly Sort[] = SORT_FIELDS.flatMap((field) => [field, `-${field}`] as const);

const instants = fc.integer({ min: 0, max: 3 }).map((n) => `2026-11-2${n}T00:00:00.000Z` as Instant);
/** Few different values, so that many tasks tie. */
const differences = fc.record({
  name: fc.constantFrom('a', 'A', 'b', 'ä', '𝄞'),
  priority: fc.constantFrom(...PRIORITIES),
  created_at: instants,
  updated_at: instants,
  due_date: fc.option(instants),
  next_run_time: fc.option(instants),
  resting_status: fc.constantFrom('scheduled' as const, 'paused' as const, 'pending' as const),
  deleted_at: fc.option(instants, { freq: 4 }),
});

const history = new History();
history.create();
const one = history.state;

const lists: fc.Arbitrary<readonly TaskSnapshot[]> = fc.array(differences, { maxLength: 40 }).map((all) =>
  all.map((different, n) => {
    if (one === null) throw new Error('no task');
    const state = { ...one, ...different, id: (n + 1) as never };
    return { sequence: state.id, revision: 1 as never, hash: NO_HASH, state };
  }),
);

/** The order as the contract words it, by the plainest sort there is. */
function inOrder(tasks: readonly TaskSnapshot[], sort: Sort): number[] {
  const field = sort.replace('-', '') as (typeof SORT_FIELDS)[number];
  const sign = sort.startsWith('-') ? -1 : 1;
  const sortedBy = ({ state }: TaskSnapshot) => {
    if (field === 'priority') return PRIORITIES.indexOf(state.priority);
    if (field === 'next_run_time') return nextRunOf(state);
    return field === 'name' ? state.name.toLowerCase() : state[field];
  };
  return [...tasks]
    .filter(({ state }) => state.deleted_at === null)
    .sort((a, b) => {
      const [x, y] = [sortedBy(a), sortedBy(b)];
      if (x === null || y === null) return x === y ? sign * (a.state.id - b.state.id) : x === null ? 1 : -1;
      return x === y ? sign * (a.state.id - b.state.id) : x < y ? -sign : sign;
    })
    .map(({ state }) => state.id);
}

function page(tasks: readonly TaskSnapshot[], of: PageOf): { ids: number[]; next: string | null } {
  const { tasks: shown, next_cursor } = pageOfTasks(tasks, {}, of);
  return { ids: shown.map(({ state }) => state.id), next: next_cursor };
}

describe('a page of tasks', () => {
  it('at an offset is that part of the whole in order, tasks without a value last, ties by id', () => {
    const offsets = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom(...SORTS),
        offsets,
        fc.integer({ min: 1, max: 9 }),
        (tasks, sort, offset, limit) => {
          const whole = inOrder(tasks, sort);
          const { ids, next } = page(tasks, { sort, limit, offset, after: null });
          expect(ids).toEqual(whole.slice(offset, offset + limit));
          expect(next !== null).toBe(whole.length > offset + limit);
        },
      ),
    );
  });

  it('by cursor joins the one before, whatever is added to the list meanwhile', () => {
    fc.assert(
      fc.property(
        lists,
        lists,
        fc.constantFrom(...SORTS),
        fc.integer({ min: 1, max: 9 }),
        (tasks, added, sort, limit) => {
          const others = added.map(({ state, ...position }) => ({
            ...position,
            state: { ...state, id: (state.id + 1_000) as never },
          }));
          const seen: number[] = [];
          let now = tasks;
          let cursor: string | null = null;
          do {
            const after = cursor === null ? null : listPositionOf(cursor, sort);
            const shown = page(now, { sort, limit, offset: 0, after });
            seen.push(...shown.ids);
            cursor = shown.next;
            now = [...tasks, ...others.slice(0, seen.length)];
          } while (cursor !== null);
          const ofTheFirst = seen.filter((id) => id <= 1_000);
          const whole = inOrder(tasks, sort);
          expect(ofTheFirst).toEqual(whole.slice(0, ofTheFirst.length));
          expect(ofTheFirst.length).toBe(whole.length);
        },
      ),
    );
  });

  it('is not to be had for a cursor of another order or one that was made up', () => {
    const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
    expect(listPositionOf(cursor(['name', 'a', 7]), 'name')).toEqual({ value: 'a', id: 7 });
    expect(listPositionOf(cursor(['due_date', null, 7]), 'due_date')).toEqual({ value: null, id: 7 });
    const others = [
      cursor(['-name', 'a', 7]),
      cursor(['name', 7, 7]),
      cursor(['name', 'a', 1.5]),
      cursor(['name', 'a']),
      cursor({ sort: 'name' }),
      `${cursor(['name', 'a', 7])}=`,
      '',
      'x',
    ];
    for (const made of others) expect([made, listPositionOf(made, 'name')]).toEqual([made, null]);
  });
});

describe('the list of tasks', () => {
  async function names(api: Stack, query: string): Promise<string[]> {
    const { status, body } = await api.call('GET', `${TASKS}?${query}`);
    expect([query, status]).toEqual([query, 200]);
    expect(body.count).toBe(body.tasks.length);
    return body.tasks.map(({ name }: { name: string }) => name);
  }

  it('is filtered by any of the values of each filter, and all filters together', async () => {
    const api = await stack();
    const daily = { type: 'daily', run_time: '07:30' };
    const all = [
      { name: 'Milk', tags: ['food', 'Shop'], due_date: '2026-12-01T00:00:00Z' },
      { name: 'Bread', tags: ['food'], priority: 'high', description: 'Rye, from the SHOP' },
      { name: 'Rain', task_type: 'daily_weather', config: { location: 'Paris' }, schedule: daily },
      { name: 'Call mum', priority: 'urgent', due_date: '2026-12-24T00:00:00+01:00' },
    ];
    for (const body of all) await api.call('POST', TASKS, { body: { task_type: 'todo', ...body } });
    await api.call('POST', TASKS, { user: BOB, body: { name: "Bob's", task_type: 'todo' } });
    const rows: [string, string[]][] = [
      ['', ['Call mum', 'Rain', 'Bread', 'Milk']],
      ['sort=created_at', ['Milk', 'Bread', 'Rain', 'Call mum']],
      ['sort=-priority', ['Call mum', 'Bread', 'Rain', 'Milk']],
      ['sort=name&limit=2', ['Bread', 'Call mum']],
      ['sort=due_date', ['Milk', 'Call mum', 'Bread', 'Rain']],
      ['sort=-due_date', ['Call mum', 'Milk', 'Rain', 'Bread']],
      ['sort=next_run_time&limit=1', ['Rain']],
      ['status=scheduled', ['Rain']],
      ['status=scheduled&status=pending&limit=3', ['Call mum', 'Rain', 'Bread']],
      ['task_type=todo&priority=high&priority=urgent', ['Call mum', 'Bread']],
      ['tag=food', ['Bread', 'Milk']],
      ['tag=shop', []],
      ['tag=Shop&tag=nothing', ['Milk']],
      ['q=shop', ['Bread', 'Milk']],
      ['q=MUM', ['Call mum']],
      ['due_before=2026-12-01T00%3A00%3A00Z', []],
      ['due_before=2026-12-24T00%3A00%3A00Z', ['Call mum', 'Milk']],
      ['q=shop&priority=high&status=pending', ['Bread']],
      ['offset=3', ['Milk']],
      ['offset=4', []],
    ];
    for (const [query, expected] of rows) expect([query, await names(api, query)]).toEqual([query, expected]);
    const { body } = await api.call('GET', `${TASKS}?tag=food&limit=1`);
    expect(body).toMatchObject({ limit: 1, offset: 0, count: 1 });
    expect(body.filters).toEqual({
      status: null,
      task_type: null,
      priority: null,
      tag: ['food'],
      q: null,
      due_before: null,
      include_deleted: false,
    });
    const rest = await names(api, `tag=food&limit=1&cursor=${body.next_cursor}`);
    expect([body.tasks[0].name, ...rest]).toEqual(['Bread', 'Milk']);
  });

  it('shows each change at once, also to who has just seen the same page', async () => {
    const api = await stack();
    const { body } = await api.call('POST', TASKS, { body: { name: 'Milk', task_type: 'todo' } });
    expect(await names(api, 'limit=5')).toEqual(['Milk']);
    await api.call('PATCH', `${TASKS}/${body.task_id}`, { body: { name: 'Bread' } });
    expect(await names(api, 'limit=5')).toEqual(['Bread']);
    await api.call('DELETE', `${TASKS}/${body.task_id}`);
    expect(await names(api, 'limit=5')).toEqual([]);
    expect(await names(api, 'limit=5&include_deleted=true')).toEqual(['Bread']);
  });
});
