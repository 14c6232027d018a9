import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import { ulidIds } from '../../src/app/ulid-ids.ts';
import type { Sequence } from '../../src/domain/shared/ids.ts';
import { acceptLoss } from '../../src/jetstream/log-guard/accept-loss.ts';
import { findLoss } from '../../src/jetstream/log-guard/find-loss.ts';
import { lostBehind } from '../../src/jetstream/log-guard/log-places.ts';
import { cutLogEnd } from '../support/nats/damaged-store.ts';
import { connected } from '../support/nats/nats-client.ts';
import { ALICE, BOB, type Stack, sharedStack, signed, stack } from '../support/parts/stack.ts';
import { type EventReader, type FollowOptions, followEvents, isEvent } from './event-reader.ts';

const shared = sharedStack();

/** A user of its own for each test, so that none sees another's events. */
let users = 0;
const newUser = () => `usr_stream_${users++}` as typeof ALICE;

async function follow({ app }: Stack, options: FollowOptions): Promise<EventReader> {
  const reader = await followEvents((path, init) => app.request(path, init), options);
  onTestFinished(() => reader.close());
  return reader;
}

async function create({ call }: Stack, user: typeof ALICE, name = 'a', more: object = {}): Promise<string> {
  const { status, body } = await call('POST', '/api/v1/tasks', {
    user,
    body: { name, task_type: 'todo', ...more },
  });
  expect(status).toBe(201);
  return body.task_id;
}

const pause = (stack: Stack, user: typeof ALICE, taskId: string) =>
  stack.call('POST', `/api/v1/tasks/${taskId}/pause`, { user, body: {} });
const namesOf = (frames: readonly { data: unknown }[]) =>
  frames.map(
    ({ data }) => (data as { event: { data: { personal: { name: string } } } }).event.data.personal.name,
  );

describe('a stream of events', () => {
  test('brings what is in the log, says that this is all, and then what happens, each once and in order', async () => {
    const stack = shared();
    const user = newUser();
    const taskId = await create(stack, user, 'first');
    await pause(stack, user, taskId);
    const reader = await follow(stack, { user, query: '?after=0' });
    expect(reader.headers.get('content-type')).toBe('text/event-stream');
    expect(reader.headers.get('cache-control')).toBe('no-store, no-transform');
    const known = await reader.until('caught-up');
    expect(known[0]).toEqual({ id: '0', event: null, data: null });
    expect(known.filter(isEvent).map(({ event }) => event)).toEqual(['task.created', 'task.status_changed']);
    await create(stack, user, 'second');
    const [live] = await reader.events(1);
    expect(namesOf(live === undefined ? [] : [live])).toEqual(['second']);
    const end = await stack.lastSequence();
    expect(live).toMatchObject({ id: String(end), data: { sequence: end } });
  });

  test('begins at the end of the log where nothing else is asked for, and says where that is', async () => {
    const stack = shared();
    const user = newUser();
    await create(stack, user, 'before');
    const end = await stack.lastSequence();
    const reader = await follow(stack, { user });
    expect(await reader.next()).toEqual({ id: String(end), event: null, data: null });
    await reader.until('caught-up');
    await create(stack, user, 'after');
    expect(namesOf(await reader.events(1))).toEqual(['after']);
  });

  test('goes on behind Last-Event-ID, which wins over the query, with no gap and no repeat over 50 reconnects', async () => {
    const stack = shared();
    const user = newUser();
    const written = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const writing = (async () => {
      for (const name of written) await create(stack, user, name, {});
    })();
    const seen: string[] = [];
    let last = String(await stack.lastSequence());
    for (let connects = 0; connects < 50; connects++) {
      const reader = await follow(stack, { user, query: '?after=1', lastEventId: last });
      const frames = await reader.events(2);
      seen.push(...namesOf(frames));
      last = frames.at(-1)?.id ?? last;
      await reader.close();
    }
    await writing;
    expect(seen).toEqual(written);
  });

  test('shows nobody else’s events, and secrets as ***', async () => {
    const stack = shared();
    const user = newUser();
    const reader = await follow(stack, { user });
    await reader.until('caught-up');
    await create(stack, BOB, 'not for you');
    const config = { script_type: 'webhook', url: 'https://example.com/', secret: 'a secret of sixteen' };
    const taskId = await create(stack, user, 'mine', { task_type: 'custom', config });
    const other = { ...config, secret: 'another secret of sixteen' };
    await stack.call('PATCH', `/api/v1/tasks/${taskId}`, { user, body: { config: other } });
    const frames = await reader.events(2);
    expect(JSON.stringify(frames)).not.toMatch(/not for you|secret of sixteen/);
    expect(
      frames.map(
        ({ data }) =>
          (data as { event: { data: { personal: { config: object } } } }).event.data.personal.config,
      ),
    ).toEqual([expect.objectContaining({ secret: '***' }), expect.objectContaining({ secret: '***' })]);
  });

  test('brings only the types and tasks that are asked for', async () => {
    const stack = shared();
    const user = newUser();
    const [one, two] = [await create(stack, user, 'one'), await create(stack, user, 'two')];
    for (const taskId of [one, two]) await pause(stack, user, taskId);
    const query = `?after=0&types=task.status_changed,task.deleted&task_id=${two}`;
    const reader = await follow(stack, { user, query });
    const known = (await reader.until('caught-up')).filter(isEvent);
    expect(known.map(({ event }) => event)).toEqual(['task.status_changed']);
    await stack.call('DELETE', `/api/v1/tasks/${one}`, { user });
    await stack.call('DELETE', `/api/v1/tasks/${two}`, { user });
    const [live] = await reader.events(1);
    expect(live?.data).toMatchObject({ event: { type: 'task.deleted', subject: two } });
  });

  test.each([
    ['a type that is none', '?types=task.exploded', ['query', 'types', 0]],
    ['a task id that is none', '?task_id=tsk_1', ['query', 'task_id', 0]],
    ['a negative place', '?after=-1', ['query', 'after']],
    ['a place with an exponent', '?after=1e3', ['query', 'after']],
    ['a place that is no safe integer', '?after=9007199254740992', ['query', 'after']],
    ['two places', '?after=1&after=2', ['query', 'after']],
    ['something unknown', '?since=1', ['query', 'since']],
    ['51 types', `?types=${Array(51).fill('task.created').join(',')}`, ['query', 'types']],
  ])('refuses %s, and names it', async (_, query, loc) => {
    const reader = await follow(shared(), { user: ALICE, query });
    expect(reader.status).toBe(422);
    expect((await reader.problem()).errors?.[0]?.loc).toEqual(loc);
  });

  test.each([
    '-1',
    '12a',
    '1e3',
    '0x10',
    '1-',
    '1-0',
    '1-0123456789AB',
    '1-0123456789ab-1',
    '1, 2',
    '\u00e9\u0080\u00ff',
    '\u00b2',
    '9007199254740992',
    '9'.repeat(10_000),
  ])('refuses Last-Event-ID %.10s', async (lastEventId) => {
    const reader = await follow(shared(), { user: ALICE, lastEventId });
    expect(reader.status).toBe(400);
    expect(await reader.problem()).toMatchObject({ error_code: 'INVALID_HEADER' });
  });

  test('refuses a place beyond the end of the log, instead of being silent until it is reached', async () => {
    const stack = shared();
    const reader = await follow(stack, {
      user: ALICE,
      lastEventId: String((await stack.lastSequence()) + 1),
    });
    expect(reader.status).toBe(409);
    expect(await reader.problem()).toMatchObject({ error_code: 'CURSOR_AHEAD' });
  });

  test('gives a user ten at once, and another when one has ended', async () => {
    const stack = shared();
    const user = newUser();
    const readers = await Promise.all(Array.from({ length: 10 }, () => follow(stack, { user })));
    for (const reader of readers) expect(reader.status).toBe(200);
    const refused = await follow(stack, { user });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect((await follow(stack, { user: newUser() })).status).toBe(200);
    await readers[0]?.close();
    await expect.poll(async () => (await follow(stack, { user })).status).toBe(200);
  });

  test('says goodbye when the token of its reader expires', async () => {
    const stack = shared();
    const user = newUser();
    const token = await signed({ sub: user, exp: Math.floor(Date.now() / 1000) + 2 });
    const reader = await follow(stack, { user, token });
    const frames = await reader.until('goodbye');
    expect(frames.at(-1)?.data).toMatchObject({ reason: 'credential_expired' });
    expect(await reader.next()).toBeNull();
  });

  test('of a reader who takes nothing for 1,000 events keeps little, and brings all of them when it reads again', async () => {
    const stack = shared();
    const user = newUser();
    const reader = await follow(stack, { user });
    await reader.until('caught-up');
    const written = Array.from({ length: 1_000 }, (_, index) => `slow ${index}`);
    for (let from = 0; from < written.length; from += 50) {
      await Promise.all(written.slice(from, from + 50).map((name) => create(stack, user, name)));
    }
    const names = namesOf(await reader.events(written.length));
    expect(names).toHaveLength(written.length);
    expect(new Set(names)).toEqual(new Set(written));
  });
});

test('a stream that wants none of a user’s events moves on all the same', async () => {
  const stack_ = await stack({ streams: { limits: { positionEveryMs: 50 } } });
  const reader = await follow(stack_, { user: ALICE, query: '?types=task.deleted' });
  await reader.until('caught-up');
  await create(stack_, ALICE, 'not wanted');
  const end = String(await stack_.lastSequence());
  for (;;) {
    const frame = await reader.next();
    expect(frame).toMatchObject({ event: null, data: null });
    if (frame?.id === end) break;
  }
});

test('a stream goes on when the nats-server was killed and started again, each event once', async () => {
  const stack_ = await stack();
  const reader = await follow(stack_, { user: ALICE });
  await reader.until('caught-up');
  await create(stack_, ALICE, 'before');
  expect(namesOf(await reader.events(1))).toEqual(['before']);
  await stack_.server.kill9();
  await stack_.server.restart();
  await expect
    .poll(async () => {
      const { status } = await stack_.call('POST', '/api/v1/tasks', {
        body: { name: 'after', task_type: 'todo' },
      });
      return status;
    })
    .toBe(201);
  const names = namesOf(await reader.events(1));
  expect(names).toEqual(['after']);
});

test('all streams say goodbye when the service stops', async () => {
  const stack_ = await stack();
  const reader = await follow(stack_, { user: ALICE });
  await reader.until('caught-up');
  const { eventStreams } = stack_.deps as { eventStreams: { stop(): void } } & typeof stack_.deps;
  eventStreams.stop();
  const goodbye = (await reader.until('goodbye')).at(-1);
  expect(goodbye?.data).toMatchObject({ reason: 'shutdown' });
  expect(await reader.next()).toBeNull();
});

test('a place from before a loss that was accepted is refused, although the log is longer already', async () => {
  const stack_ = await stack();
  const { server, call } = stack_;
  const kept = await create(stack_, ALICE, 'kept');
  await pause(stack_, ALICE, kept);
  const reader = await follow(stack_, { user: ALICE, query: '?after=0' });
  await reader.until('caught-up');
  await create(stack_, ALICE, 'lost');
  const [seen] = await reader.events(1);
  const end = Number(seen?.id);
  await server.halt();
  cutLogEnd(server.storeDir, 100);
  await server.restart();
  const operator = await connected(server);
  const loss = (await findLoss(operator, end)) ?? expect.fail();
  await acceptLoss({ nc: operator, clock: systemClock, ids: ulidIds() }, loss);
  await expect.poll(async () => (await call('GET', '/api/v1/tasks')).status).toBe(200);
  const others = await create(stack_, ALICE, 'another');
  await create(stack_, ALICE, 'one more');

  const fork = { error_code: 'LOG_FORKED', lost_from: end };
  // The reader may know more of what was lost than the service does.
  for (const place of [end, end + 1, end + 2, end + 9]) {
    for (const asked of [{ lastEventId: `${place}` }, { query: `?after=${place}` }]) {
      const refused = await follow(stack_, { user: ALICE, ...asked });
      expect([refused.status, await refused.problem()]).toMatchObject([409, fork]);
    }
  }
  const again = await follow(stack_, { user: ALICE, lastEventId: `${end - 1}` });
  const frames = await again.events(2);
  expect(namesOf(frames)).toEqual(['another', 'one more']);
  const [first, second] = frames.map(({ id }) => id ?? '') as [string, string];
  expect(first).toMatch(new RegExp(`^${end + 2}-[0-9a-f]{12}$`));
  const resumed = await follow(stack_, { user: ALICE, lastEventId: first });
  expect((await resumed.events(1))[0]?.id).toBe(second);
  const unknown = await follow(stack_, { user: ALICE, query: `?after=${end + 2}-000000000000` });
  expect([unknown.status, await unknown.problem()]).toMatchObject([409, { error_code: 'LOG_FORKED' }]);
  const beyond = await follow(stack_, { user: ALICE, lastEventId: second.replace(/^\d+/, '99') });
  expect(await beyond.problem()).toMatchObject({ error_code: 'CURSOR_AHEAD' });

  const task = `/api/v1/tasks/${kept}`;
  const places = (place: number) => [
    `${task}?as_of=${place}`,
    `/api/v1/tasks?as_of=${place}`,
    `/api/v1/analytics?as_of=${place}`,
    `${task}/diff?from=${place}`,
    `${task}/diff?from=1&to=${place}`,
    `${task}/events?after=${place}`,
  ];
  const statuses = (place: number) =>
    Promise.all(
      places(place).map(async (path) => {
        const { status, body } = await call('GET', path);
        return status === 200 ? 200 : body.error_code;
      }),
    );
  expect(await statuses(end - 1)).toEqual(Array(6).fill(200));
  expect(await statuses(end)).toEqual(Array(6).fill('LOG_FORKED'));
  expect(await statuses(end + 1)).toEqual(Array(6).fill('LOG_FORKED'));
  expect(await statuses(Number.parseInt(second, 10))).toEqual(Array(6).fill(200));
  expect(await statuses(end + 99)).toEqual(Array(6).fill('CURSOR_AHEAD'));
  const headers = { authorization: `Bearer ${await signed({ sub: 'auditor', roles: ['auditor'] })}` };
  const audited = await call('GET', `/api/v1/audit/events?after=${end}`, { user: null, headers });
  expect(audited.body).toMatchObject(fork);
  expect((await call('GET', `/api/v1/tasks/${others}?as_of=${Number.parseInt(first, 10)}`)).status).toBe(200);
});

test('several losses: a place is good where nothing behind it was lost since it was handed out', () => {
  const losses = [
    { from: 5, through: 7, epoch: 'a' },
    { from: 12, through: 14, epoch: 'b' },
  ];
  const lost = (sequence: number, epoch: string | null) =>
    lostBehind(losses, { sequence: sequence as Sequence, epoch });
  expect([lost(4, null), lost(5, null), lost(20, null)]).toEqual([null, 5, 5]);
  expect([lost(4, 'a'), lost(11, 'a'), lost(12, 'a')]).toEqual([null, null, 12]);
  expect([lost(4, 'b'), lost(20, 'b'), lost(4, 'c')]).toEqual([null, null, 1]);
  expect(lostBehind([], { sequence: 4 as Sequence, epoch: null })).toBeNull();
  expect(lostBehind([], { sequence: 4 as Sequence, epoch: 'a' })).toBe(1);
});
