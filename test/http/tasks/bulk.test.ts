import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { AppDeps } from '../../../src/http/server/app.ts';
import { machineMs } from '../../support/clock.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import {
  BOB,
  type Called,
  type Stack,
  type StackOptions,
  sharedStack,
  stack,
} from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const BULK = `${TASKS}/bulk`;
const hourly = { type: 'interval', interval_minutes: 60 };

async function created(api: Stack, name: string, more: object = {}): Promise<string> {
  const body = { name, task_type: 'todo', ...more };
  const answer = await api.call('POST', TASKS, { body });
  expect(answer.status).toBe(201);
  return answer.body.task_id;
}

const bulk = (api: Stack, body: unknown, headers: Record<string, string> = {}): Promise<Called> =>
  api.call('POST', BULK, { body, headers });

/** Name and status of each task, deleted ones as such. */
async function statuses(api: Stack): Promise<Record<string, string>> {
  const { body } = await api.call('GET', `${TASKS}?include_deleted=true&sort=name&limit=500`);
  return Object.fromEntries(
    body.tasks.map((task: { name: string; status: string; deleted_at: string | null }) => [
      task.name,
      task.deleted_at === null ? task.status : 'deleted',
    ]),
  );
}

describe('POST /tasks/bulk', () => {
  const shared = sharedStack();
  let api: Stack;

  beforeEach(async () => {
    api = shared();
    await bulk(api, { action: 'delete', filter: {} });
  });

  it('changes the tasks that the filter finds, and tells of those that cannot be', async () => {
    const before = Object.keys(await statuses(api)).length;
    const one = await created(api, 'one', { schedule: hourly, tags: ['a'] });
    await created(api, 'two', { tags: ['a', 'b'], priority: 'high' });
    await created(api, 'three', { tags: ['b'] });
    const gone = await created(api, 'four', { tags: ['a'] });
    await api.call('POST', `${TASKS}/${gone}/cancel`);
    await api.call('POST', TASKS, { body: { name: 'other', task_type: 'todo', tags: ['a'] }, user: BOB });
    expect(before).toBe(0);

    const paused = await bulk(api, { action: 'pause', filter: { tag: 'a' } });
    expect([paused.status, paused.body]).toEqual([
      200,
      { matched: 3, changed: 2, failed: [{ task_id: gone, error_code: 'INVALID_STATUS_TRANSITION' }] },
    ]);
    expect(await statuses(api)).toEqual({
      one: 'paused',
      two: 'paused',
      three: 'pending',
      four: 'cancelled',
    });
    expect(Number(paused.headers.get('event-sequence'))).toBe(await api.lastSequence());
    const other = await api.call('GET', TASKS, { user: BOB });
    expect(other.body.tasks[0].status).toBe('pending');

    const resumed = await bulk(api, { action: 'resume', filter: { status: ['paused', 'pending'] } });
    expect(resumed.body).toEqual({ matched: 3, changed: 2, failed: [] });
    const cancelled = await bulk(api, {
      action: 'cancel',
      filter: { tag: ['a', 'b'], priority: 'high', task_type: ['todo'], q: 'TWO' },
    });
    expect(cancelled.body).toEqual({ matched: 1, changed: 1, failed: [] });
    const deleted = await bulk(api, { action: 'delete', filter: {} });
    expect(deleted.body).toEqual({ matched: 4, changed: 4, failed: [] });
    expect(new Set(Object.values(await statuses(api)))).toEqual(new Set(['deleted']));
    const events = await api.call('GET', `${TASKS}/${one}/events`);
    expect(events.body.events.map(({ event }: { event: { type: string } }) => event.type)).toEqual([
      'task.created',
      'task.status_changed',
      'task.status_changed',
      'task.deleted',
    ]);
  });

  it('foretells with dry_run what would come of it, and changes nothing', async () => {
    await created(api, 'a');
    await created(api, 'b', { schedule: hourly });
    const gone = await created(api, 'c');
    await api.call('POST', `${TASKS}/${gone}/cancel`);
    const before = await api.lastSequence();
    const headers = { 'Idempotency-Key': 'dry' };
    const body = { action: 'pause', filter: {} };
    const foretold = await bulk(api, { ...body, dry_run: true }, headers);
    expect(await api.lastSequence()).toBe(before);
    const done = await bulk(api, body, headers);
    expect(foretold.body).toEqual(done.body);
    expect(done.body).toMatchObject({ matched: 3, changed: 2, failed: [{ task_id: gone }] });
  });

  it('changes the tasks that are named, completes and restores them, and tells of those that are not there', async () => {
    const [one, two, gone] = [await created(api, 'i1'), await created(api, 'i2'), await created(api, 'i3')];
    await api.call('DELETE', `${TASKS}/${gone}`);
    const unknown = 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X';
    const missing = { task_id: unknown, error_code: 'TASK_NOT_FOUND' };
    const ids = [one, two, gone, unknown];
    const foreseen = await bulk(api, { action: 'complete', ids, dry_run: true });
    expect(foreseen.body).toMatchObject({ matched: 2, changed: 2, failed: [missing] });
    const completed = await bulk(api, { action: 'complete', ids });
    expect(completed.body).toEqual({ matched: 2, changed: 2, failed: [missing] });
    expect(await statuses(api)).toMatchObject({ i1: 'completed', i2: 'completed', i3: 'deleted' });
    const restored = await bulk(api, { action: 'restore', ids: [gone, one] });
    expect(restored.body).toEqual({ matched: 2, changed: 1, failed: [] });
    expect(await statuses(api)).toMatchObject({ i1: 'completed', i3: 'pending' });
    await bulk(api, { action: 'delete', filter: { has_schedule: false } });
    const back = await bulk(api, { action: 'restore', filter: { q: 'i2' } });
    expect(back.body).toEqual({ matched: 1, changed: 1, failed: [] });
    for (const [body, loc] of [
      [{ action: 'pause' }, ['body', 'filter']],
      [{ action: 'pause', filter: {}, ids: [one] }, ['body', 'ids']],
      [{ action: 'pause', ids: ['x'] }, ['body', 'ids', 0]],
    ] as const) {
      const refused = await bulk(api, body);
      expect([refused.status, refused.body.errors.map((each: { loc: unknown }) => each.loc)]).toEqual([
        422,
        [loc],
      ]);
    }
    await bulk(api, { action: 'delete', filter: {} });
  });

  it('takes every task only where it is said, and names every fault', async () => {
    await created(api, 'a');
    const before = await api.lastSequence();
    const rows: [unknown, string[]][] = [
      [{ action: 'pause' }, ['body.filter']],
      [{ action: 'pause', filter: null }, ['body.filter']],
      [{ action: 'pause', filter: [] }, ['body.filter']],
      [{ filter: {} }, ['body.action']],
      [
        { action: 'run', filter: { status: 'open', tag: [], task: 1 }, dry_run: 'yes' },
        ['body.action', 'body.dry_run', 'body.filter.status.0', 'body.filter.tag', 'body.filter.task'],
      ],
      [
        {
          action: 'delete',
          filter: { priority: ['high', 'huge'], due_before: 'today', q: '', include_deleted: true },
        },
        ['body.filter.due_before', 'body.filter.include_deleted', 'body.filter.priority.1', 'body.filter.q'],
      ],
      [{ action: 'pause', filter: { tag: Array(40_000).fill(1) } }, ['body.filter.tag']],
      ['[]', ['body']],
    ];
    for (const [body, at] of rows) {
      const answer = await bulk(api, body);
      const named = answer.body.errors.map(({ loc }: { loc: string[] }) => loc.join('.')).sort();
      expect([body, answer.status, named]).toEqual([body, 422, at]);
    }
    expect((await api.call('POST', BULK, { body: {}, user: null })).status).toBe(401);
    expect(await api.lastSequence()).toBe(before);
  });

  it('is done once under one Idempotency-Key, whatever has changed since', async () => {
    const one = await created(api, 'a');
    await created(api, 'b');
    const headers = { 'Idempotency-Key': 'pause-all' };
    const body = { action: 'pause', filter: { status: 'pending' } };
    const first = await bulk(api, body, headers);
    expect(first.body).toEqual({ matched: 2, changed: 2, failed: [] });
    await api.call('POST', `${TASKS}/${one}/resume`);
    const again = await bulk(api, body, headers);
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([first.text, 'true']);
    expect(await statuses(api)).toMatchObject({ a: 'pending', b: 'paused' });
  });
});

describe('POST /tasks/bulk while the log stops answering', () => {
  const LATER: Clock = { now: () => instantOf(Date.now() + 11_000), monotonicMs: machineMs };
  const HEADERS = { 'Idempotency-Key': 'half-way' };
  let server: TestNatsServer;
  let secretsKey: Uint8Array;
  beforeEach(async () => {
    server = await natsServer();
    secretsKey = randomBytes(32);
  });
  const instance = (options: Partial<StackOptions> = {}) => stack({ server, secretsKey, ...options });

  /** Commands of which the first `after` reach the log; then it is silent, and one of them was on its way. */
  const silentAfter =
    (after: number, isSilent: () => boolean) =>
    ({ commands }: AppDeps): Partial<AppDeps> => {
      let sent = 0;
      return {
        commands: {
          execute: async (target, context, decide) => {
            if (!isSilent()) return commands.execute(target, context, decide);
            const n = sent++;
            if (n > after) throw new LogUnavailable();
            const result = await commands.execute(target, context, decide);
            if (n === after) throw new OutcomeUnknown();
            return result;
          },
        },
      };
    };

  it('says what is done, what is not known and what is not touched; its repeat goes on from there', async () => {
    let silent = false;
    const api = await instance({ replace: silentAfter(5, () => silent) });
    for (let n = 0; n < 100; n++) await created(api, `${n}`.padStart(3, '0'));
    const body = { action: 'pause', filter: { status: 'pending' } };
    silent = true;
    const broken = await bulk(api, body, HEADERS);
    expect([broken.status, broken.body.error_code]).toEqual([503, 'OUTCOME_UNKNOWN']);
    expect(broken.body).toMatchObject({ matched: 100, changed: 5, unknown: 1, untouched: 94, failed: [] });
    silent = false;
    const tasks = (await api.call('GET', `${TASKS}?status=paused`)).body.tasks;
    expect(tasks).toHaveLength(6);
    await api.call('POST', `${TASKS}/${tasks[0].task_id}/resume`);
    await created(api, 'new');

    const early = await bulk(await instance(), body, HEADERS);
    expect([early.status, early.body.error_code]).toEqual([409, 'IDEMPOTENCY_IN_FLIGHT']);
    const repeated = await bulk(await instance({ clock: LATER }), body, HEADERS);
    expect([repeated.status, repeated.body]).toEqual([200, { matched: 101, changed: 101, failed: [] }]);
    const after = await statuses(api);
    expect(Object.values(after).filter((status) => status === 'paused')).toHaveLength(100);
    const again = await bulk(api, body, HEADERS);
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([repeated.text, 'true']);
  });

  it('says that nothing was changed where nothing was', async () => {
    let silent = false;
    const api = await instance({ replace: silentAfter(-1, () => silent) });
    await created(api, 'a');
    silent = true;
    const broken = await bulk(api, { action: 'pause', filter: {} });
    expect([broken.status, broken.body.error_code]).toEqual([503, 'LOG_UNAVAILABLE']);
    expect(await statuses(api)).toEqual({ a: 'pending' });
  });
});
