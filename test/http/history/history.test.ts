import { describe, expect, it } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { ALICE, sharedStack } from '../../support/parts/stack.ts';

const api = sharedStack();
const TASKS = '/api/v1/tasks';

async function made(body: object = {}) {
  const { status, body: task } = await api().call('POST', TASKS, {
    body: { name: 'Buy milk', task_type: 'todo', ...body },
  });
  expect(status).toBe(201);
  return { path: `${TASKS}/${task.task_id}`, task_id: task.task_id as string };
}

describe('the events of a task', () => {
  it('are CloudEvents, oldest first, in pages that join without gap', async () => {
    const { path, task_id } = await made();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const headers = { 'X-Correlation-Id': 'corr-1', traceparent };
    await api().call('PATCH', path, { body: { name: 'Buy bread' }, headers });
    await api().call('DELETE', path);
    const first = (await api().call('GET', `${path}/events?limit=2`)).body;
    const rest = (await api().call('GET', `${path}/events?after=${first.next_after}`)).body;
    const events = [...first.events, ...rest.events];
    expect(events.map(({ event }) => event.type)).toEqual(['task.created', 'task.updated', 'task.deleted']);
    expect(events[1].event).toMatchObject({
      specversion: '1.0',
      subject: task_id,
      userid: ALICE,
      actor: `user:${ALICE}`,
      correlationid: 'corr-1',
      traceparent,
      revision: 2,
      data: { updated_fields: ['name'], personal: { name: 'Buy bread' } },
    });
    expect([first.has_more, first.next_before, rest.has_more]).toEqual([true, null, false]);
    expect((await api().call('GET', `${path}/events?after=${rest.next_after}`)).body).toEqual({
      events: [],
      next_after: rest.next_after,
      next_before: rest.next_after + 1,
      has_more: false,
    });
  });

  it('are given newest first, by their types, between two places', async () => {
    const { path } = await made();
    for (const name of ['one', 'two', 'three']) await api().call('PATCH', path, { body: { name } });
    await api().call('POST', `${path}/cancel`);
    const read = async (query: string) => (await api().call('GET', `${path}/events?${query}`)).body;
    const newest = await read('order=desc&types=task.updated,task.created&limit=2');
    const nameOf = ({ event }: { event: { data: { personal: { name: string } } } }) =>
      event.data.personal.name;
    expect(newest.events.map(nameOf)).toEqual(['three', 'two']);
    const older = await read(`order=desc&types=task.updated&before=${newest.next_before}`);
    expect([older.events.map(nameOf), older.has_more, older.next_before]).toEqual([['one'], false, null]);
    expect((await read(`after=${newest.next_after}`)).events).toEqual([]);
    const between = await read(`after=${older.events[0].sequence}&before=${newest.events[0].sequence}`);
    expect(between.events.map(nameOf)).toEqual(['two']);
    const bad = await api().call('GET', `${path}/events?order=up&types=task.eaten&before=1e3&after=-1`);
    expect([bad.status, bad.body.errors.map(({ loc }: { loc: string[] }) => loc[1])]).toEqual([
      422,
      ['order', 'after', 'before', 'types'],
    ]);
  });

  it('are never more than a few MiB, however large they are', async () => {
    const { path } = await made();
    const metadata = { text: 'x'.repeat(60 * 1024) };
    for (let n = 0; n < 100; n++) {
      await api().call('PATCH', path, { body: { metadata: { ...metadata, n } } });
    }
    for (const [order, next] of [
      ['asc', 'after'],
      ['desc', 'before'],
    ]) {
      let from = '';
      const revisions: number[] = [];
      for (let more = true; more; ) {
        const { text, body } = await api().call('GET', `${path}/events?order=${order}&limit=500${from}`);
        expect(text.length).toBeLessThan(4.2 * 1024 * 1024);
        revisions.push(...body.events.map(({ event }: { event: { revision: number } }) => event.revision));
        from = `&${next}=${body[`next_${next}`]}`;
        more = body.has_more;
      }
      const all = Array.from({ length: 101 }, (_, index) => index + 1);
      expect(revisions).toEqual(order === 'asc' ? all : all.reverse());
    }
  });
});

describe('the difference between two points in time', () => {
  const config = {
    script_type: 'webhook',
    url: 'https://hooks.example/a',
    secret: 'whsec_Zmlyc3Qgc2VjcmV0IG9mIDE2',
  };

  it('names what changed by path, and what happened in between', async () => {
    const { path } = await made({ tags: ['food'], metadata: { 'a/b': 1 } });
    const [created] = (await api().call('GET', `${path}/events`)).body.events;
    await api().call('PATCH', path, {
      body: { name: 'Buy bread', tags: ['food', 'home'], metadata: { 'a/b': 2, c: null } },
    });
    await api().call('POST', `${path}/cancel`);
    const { status, body } = await api().call('GET', `${path}/diff?from=${created.sequence}`);
    expect(status).toBe(200);
    expect([body.from.revision, body.to.revision, body.has_more]).toEqual([1, 3, false]);
    expect(body.events).toMatchObject([
      { type: 'task.updated', actor: `user:${ALICE}` },
      { type: 'task.status_changed' },
    ]);
    expect(body.changes.filter(({ path }: { path: string }) => path !== '/updated_at')).toEqual([
      { path: '/name', from: 'Buy milk', to: 'Buy bread' },
      { path: '/status', from: 'pending', to: 'cancelled' },
      { path: '/tags', from: ['food'], to: ['food', 'home'] },
      { path: '/metadata/a~1b', from: 1, to: 2 },
      { path: '/metadata/c', to: null },
      { path: '/revision', from: 1, to: 3 },
    ]);
    const before = await api().call('GET', `${path}/diff?from=0&to=${body.events[0].sequence}`);
    expect(before.body).toMatchObject({ from: null, changes: [{ path: '', to: { name: 'Buy bread' } }] });
  });

  it('is a JSON patch for who asks for one', async () => {
    const { path } = await made();
    const [{ sequence }] = (await api().call('GET', `${path}/events`)).body.events;
    await api().call('PATCH', path, { body: { description: 'soon' } });
    const patch = await api().call('GET', `${path}/diff?from=${sequence}`, {
      headers: { Accept: 'application/json-patch+json' },
    });
    expect(patch.headers.get('content-type')).toBe('application/json-patch+json');
    expect(JSON.parse(patch.text)).toContainEqual({ op: 'replace', path: '/description', value: 'soon' });
  });

  it('tells that a secret changed and shows neither', async () => {
    const { path } = await made({ task_type: 'custom', config });
    const [{ sequence }] = (await api().call('GET', `${path}/events`)).body.events;
    await api().call('PATCH', path, {
      body: { config: { ...config, secret: 'whsec_c2Vjb25kIHNlY3JldCBvZiAxNw==' } },
    });
    const { text, body } = await api().call('GET', `${path}/diff?from=${sequence}`);
    expect(text).not.toContain('whsec');
    expect(body.changes).toContainEqual({ path: '/config/secret', from: '***', to: '***', changed: true });
  });

  it('is refused from a later point to an earlier one, and before there was a task', async () => {
    const { path } = await made();
    const status = async (query: string) => (await api().call('GET', `${path}/diff?${query}`)).status;
    const [{ sequence, event }] = (await api().call('GET', `${path}/events`)).body.events;
    await api().call('PATCH', path, { body: { name: 'Other' } });
    const last = (await api().call('GET', `${path}/events`)).body.next_after;
    expect(await status('from=9&to=8')).toBe(422);
    expect(await status('from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe(422);
    expect(await status(`from=${last}&to=${event.time}`)).toBe(422);
    expect(await status('from=9007199254740991')).toBe(409);
    expect(await status('')).toBe(422);
    expect(await status('from=yesterday')).toBe(422);
    expect(await status(`from=0&to=${sequence - 1}`)).toBe(404);
  });
});

describe('lists and figures as of a point in time', () => {
  it('are of one cut through the log, or of each task at that time', async () => {
    const user = 'usr_past' as UserId;
    const call = (method: string, path: string, body?: object) => api().call(method, path, { user, body });
    const first = (await call('POST', TASKS, { name: 'first', task_type: 'todo' })).body;
    const second = (await call('POST', TASKS, { name: 'second', task_type: 'todo' })).body;
    await call('PATCH', `${TASKS}/${first.task_id}`, { name: 'changed' });
    await call('DELETE', `${TASKS}/${second.task_id}`);
    const cut = (await api().lastSequence()) - 2;
    const names = async (query: string) =>
      (await call('GET', `${TASKS}?${query}`)).body.tasks.map(({ name }: { name: string }) => name);
    expect(await names('')).toEqual(['changed']);
    expect(await names(`as_of=${cut}`)).toEqual(['second', 'first']);
    expect(await names(`as_of=${cut}&q=first&limit=1`)).toEqual(['first']);
    expect(await names(`as_of=${cut + 1}`)).toEqual(['second', 'changed']);
    expect(await names('as_of=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await names(`as_of=${second.created_at}`)).toEqual(['second', 'first']);
    const figures = (await call('GET', `/api/v1/analytics?as_of=${cut}&days=1`)).body;
    expect([figures.total_tasks, figures.created_at]).toEqual([2, second.created_at]);
    expect((await call('GET', '/api/v1/analytics?as_of=now')).status).toBe(422);
  });
});
