import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { NO_HASH } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import { PRIORITIES } from '../../../src/domain/task/status.ts';
import { countTasks } from '../../../src/http/tasks/listing/counts.ts';
import { type TaskFilter, testsOf } from '../../../src/http/tasks/listing/filter.ts';
import {
  cursorAfter,
  listPositionOf,
  type PageOf,
  pageOfTasks,
} from '../../../src/http/tasks/listing/page.ts';
import { FACETS, SORT_FIELDS, type Sort, TaskListSchema } from '../../../src/http/tasks/listing/schemas.ts';
import { nextRunOf } from '../../../src/http/tasks/representation.ts';
import { History } from '../../support/histories/history.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';

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

async function page(
  tasks: readonly TaskSnapshot[],
  of: PageOf,
): Promise<{ ids: number[]; next: string | null }> {
  const { rows, more } = await pageOfTasks(tasks, ({ deleted_at }) => deleted_at === null, of);
  const last = rows.at(-1);
  return {
    ids: rows.map(({ id }) => id),
    next: more && last !== undefined ? cursorAfter(last, of.sort) : null,
  };
}

describe('a page of tasks', () => {
  it('looks at no more tasks in one turn of the loop where many pages are asked for than where one is', async () => {
    if (one === null) throw new Error('no task');
    const state = one;
    const tasks = Array.from({ length: 300 }, (_, n) => ({
      sequence: (n + 1) as never,
      revision: 1 as never,
      hash: NO_HASH,
      state: { ...state, id: (n + 1) as never },
    }));
    let [looked, most, nowMs] = [0, 0, performance.now()];
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const look = () => {
      looked++;
      nowMs += 0.2;
      return false;
    };
    const asked: PageOf = { sort: '-created_at', limit: 10, offset: 0, after: null };
    let isOver = false;
    const countTurns = () => {
      most = Math.max(most, looked);
      looked = 0;
      if (!isOver) setImmediate(countTurns);
    };
    try {
      setImmediate(countTurns);
      await Promise.all(Array.from({ length: 16 }, () => pageOfTasks(tasks, look, asked)));
      // 64 between two looks at the time, and as many again where the first ended a little too early.
      expect(most).toBeLessThanOrEqual(2 * 64);
    } finally {
      isOver = true;
      clock.mockRestore();
    }
  });

  it('at an offset is that part of the whole in order, tasks without a value last, ties by id', async () => {
    const offsets = fc.integer({ min: 0, max: 50 });
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.constantFrom(...SORTS),
        offsets,
        fc.integer({ min: 1, max: 9 }),
        async (tasks, sort, offset, limit) => {
          const whole = inOrder(tasks, sort);
          const { ids, next } = await page(tasks, { sort, limit, offset, after: null });
          expect(ids).toEqual(whole.slice(offset, offset + limit));
          expect(next !== null).toBe(whole.length > offset + limit);
        },
      ),
    );
  });

  it('by cursor joins the one before, whatever is added to the list meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        lists,
        lists,
        fc.constantFrom(...SORTS),
        fc.integer({ min: 1, max: 9 }),
        async (tasks, added, sort, limit) => {
          const others = added.map(({ state, ...position }) => ({
            ...position,
            state: { ...state, id: (state.id + 1_000) as never },
          }));
          const seen: number[] = [];
          let now = tasks;
          let cursor: string | null = null;
          do {
            const after = cursor === null ? null : listPositionOf(cursor, sort);
            const shown: Awaited<ReturnType<typeof page>> = await page(now, {
              sort,
              limit,
              offset: 0,
              after,
            });
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

describe('the counts of a list', () => {
  const TAGS = ['home', 'work'] as const;
  const filters: fc.Arbitrary<TaskFilter> = fc.record(
    {
      status: fc.constantFrom(['scheduled' as const], ['paused' as const, 'pending' as const]),
      priority: fc.constantFrom(['low' as const], ['high' as const, 'urgent' as const]),
      tag: fc.subarray([...TAGS], { minLength: 1 }),
      q: fc.constantFrom('a', 'ä'),
    },
    { requiredKeys: [] },
  );

  it('are, for each value of a facet, what the list with this value in place of its own filter holds', async () => {
    const tagged = lists.chain((tasks) =>
      fc
        .array(fc.subarray([...TAGS]), { minLength: tasks.length, maxLength: tasks.length })
        .map((tags) => tasks.map((task, n) => ({ ...task, state: { ...task.state, tags: tags[n] ?? [] } }))),
    );
    await fc.assert(
      fc.asyncProperty(tagged, filters, async (tasks, filter) => {
        const counts = await countTasks(tasks, testsOf(filter), FACETS);
        const found = (of: TaskFilter) =>
          tasks.filter(({ state }) => testsOf(of).every(({ fits }) => fits(state))).length;
        expect(counts.total).toBe(found(filter));
        for (const facet of ['status', 'priority', 'tag'] as const) {
          for (const { value, count } of counts.facets[facet] ?? []) {
            expect([facet, value, count]).toEqual([facet, value, found({ ...filter, [facet]: [value] })]);
          }
        }
      }),
    );
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
      ['due_from=2026-12-01T00%3A00%3A00Z', ['Call mum', 'Milk']],
      ['due_from=2026-12-01T00%3A00%3A01Z&due_before=2027-01-01T00%3A00%3A00Z', ['Call mum']],
      ['has_schedule=true', ['Rain']],
      ['has_schedule=false&limit=1', ['Call mum']],
      ['next_run_from=2020-01-01T00%3A00%3A00Z', ['Rain']],
      ['next_run_before=2020-01-01T00%3A00%3A00Z', []],
      ['template_id=tpl_todo_basic', []],
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
      due_from: null,
      next_run_from: null,
      next_run_before: null,
      has_schedule: null,
      has_open_occurrences: null,
      template_id: null,
      calendar_id: null,
      ids: null,
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

  it('is narrowed to ids, and shown in brief, with how many there are', async () => {
    const api = await stack();
    const ids: string[] = [];
    for (const name of ['A', 'B', 'C']) {
      const body = { name, task_type: 'reminder', config: { reminder_message: name }, priority: 'high' };
      ids.push((await api.call('POST', TASKS, { body })).body.task_id);
    }
    expect(await names(api, `ids=${ids[0]}&ids=${ids[2]}&ids=tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X`)).toEqual([
      'C',
      'A',
    ]);
    const faulty = await api.call('GET', `${TASKS}?ids=nobody`);
    expect([faulty.status, faulty.body.errors]).toEqual([
      422,
      [{ loc: ['query', 'ids', 0], msg: 'Is not a task id', type: 'invalid_task_id', params: {} }],
    ]);
    const { body } = await api.call(
      'GET',
      `${TASKS}?view=summary&total=true&facets=status&facets=priority&limit=1`,
    );
    expect(TaskListSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ total: 3, count: 1 });
    expect(body.facets).toEqual({
      status: [{ value: 'pending', count: 3 }],
      priority: [{ value: 'high', count: 3 }],
    });
    expect(body.tasks[0]).not.toHaveProperty('config');
    expect(body.tasks[0]).toMatchObject({ name: 'C', tags: [] });
    expect((await api.call('GET', TASKS)).body).toMatchObject({ total: null, facets: null });
  });

  it('is answered by 304 to who has this very page, and by another page once anything in it changed', async () => {
    const api = await stack();
    const { body: task } = await api.call('POST', TASKS, { body: { name: 'Milk', task_type: 'todo' } });
    const first = await api.call('GET', TASKS);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
    const again = await api.call('GET', TASKS, { headers: { 'If-None-Match': tag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    await api.call('PATCH', `${TASKS}/${task.task_id}`, { body: { name: 'Bread' } });
    const changed = await api.call('GET', TASKS, { headers: { 'If-None-Match': tag } });
    expect([changed.status, changed.body.tasks[0].name]).toEqual([200, 'Bread']);
  });

  it('stops at a few MiB, and its cursor goes on', async () => {
    const api = await stack();
    const note = 'x'.repeat(200_000);
    const config = { script_type: 'nats', worker: 'w', payload: note };
    for (let n = 0; n < 22; n++) {
      await api.call('POST', TASKS, { body: { name: `T${n}`, task_type: 'custom', config } });
    }
    const { body, text } = await api.call('GET', `${TASKS}?limit=500&sort=created_at`);
    expect(text.length).toBeLessThan(4.5 * 1024 * 1024);
    expect(body.count).toBe(20);
    expect(body.tasks[0].config.payload).toBe(note);
    const rest = await api.call('GET', `${TASKS}?limit=500&sort=created_at&cursor=${body.next_cursor}`);
    expect(rest.body.tasks.map(({ name }: { name: string }) => name)).toEqual(['T20', 'T21']);
    expect(rest.body.next_cursor).toBeNull();
  });

  it('keeps of large tasks only what lists need, deleted or not, and shows them whole', async () => {
    const api = await stack();
    const config = { script_type: 'nats', worker: 'w', payload: 'x'.repeat(100_000) };
    const { body: made } = await api.call('POST', TASKS, {
      body: { name: 'Big', task_type: 'custom', config },
    });
    const [kept] = await api.queries.tasksOf(ALICE);
    expect(kept).toMatchObject({ isCut: true, state: { name: 'Big', config: {} } });
    await api.call('PATCH', `${TASKS}/${made.task_id}`, { body: { name: 'Bigger' } });
    await api.call('DELETE', `${TASKS}/${made.task_id}`);
    const { body } = await api.call('GET', `${TASKS}?include_deleted=true`);
    expect(body.tasks).toMatchObject([{ name: 'Bigger', config }]);
    await api.call('POST', `${TASKS}/${made.task_id}/restore`);
    expect((await api.call('GET', TASKS)).body.tasks).toMatchObject([
      { name: 'Bigger', config, deleted_at: null },
    ]);
    const { body: analytics } = await api.call('GET', '/api/v1/analytics');
    expect(analytics.storage_bytes).toBeGreaterThan(100_000);
  });
});
