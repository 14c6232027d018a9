import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { ExecutionId, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { failure } from '../../support/histories/history.ts';
import { startNatsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { DOOR_SECRET, FREE_FOR_ALL, type Stack, signed, stack } from '../../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const secretsKey = randomBytes(32);
let server: TestNatsServer;
let now: Instant = instantOf(Date.UTC(2026, 10, 23, 12));
const clock: Clock = { now: () => now, monotonicMs: () => performance.now() };
let users = 0;

beforeAll(async () => {
  server = await startNatsServer();
  return () => server.stop();
});

function instance(): Promise<Stack> {
  return stack({ server, secretsKey, clock, limits: DEFAULT_TIER_LIMITS });
}

/** A user nobody has seen yet, with a token of this level (null: it claims none). */
async function somebody(level: string | null) {
  const user = `usr_limits_${++users}` as UserId;
  const token = await signed({
    sub: user,
    exp: 4_000_000_000,
    ...(level === null ? {} : { subscription_level: level }),
  });
  const headers = { Authorization: `Bearer ${token}` };
  return {
    user,
    create: (at: Stack, given: object = {}) =>
      at.call('POST', TASKS, { user: null, headers, body: { name: 'Water', task_type: 'todo', ...given } }),
    ask: (at: Stack, method: string, path: string, body?: unknown) =>
      at.call(method, path, { user: null, headers, ...(body === undefined ? {} : { body }) }),
    run: (at: Stack, taskId: string) =>
      at.call('POST', `${TASKS}/${taskId}/execute`, {
        user: null,
        headers: { ...headers, Prefer: 'wait=0' },
        body: {},
      }),
  };
}

describe('a free user', () => {
  test('who sends 50 creates at once gets exactly 5 tasks, also from two instances', async () => {
    const [one, other] = await Promise.all([instance(), instance()]);
    for (const instances of [[one], [one, other]]) {
      const { user, create } = await somebody('free');
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => create(instances[index % instances.length] as Stack)),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(45);
      expect(await one.queries.tasksOf(user)).toHaveLength(5);
    }
  });

  test('may edit so often a day and store so much, also in tasks that are deleted; what takes away goes on', async () => {
    const free = { ...DEFAULT_TIER_LIMITS.free, edits_per_day: 2, existing_tasks: 3, stored_bytes: 2_000 };
    const at = await stack({ server, secretsKey, clock, limits: { ...DEFAULT_TIER_LIMITS, free } });
    const { create, ask } = await somebody('free');
    const path = `${TASKS}/${(await create(at)).body.task_id}`;
    const rename = (name: string) => ask(at, 'PATCH', path, { name });
    expect([(await rename('a')).status, (await rename('b')).status]).toEqual([200, 200]);
    const refused = { error_code: 'EDIT_LIMIT_EXCEEDED', limit_type: 'edits_per_day', limit: 2, used: 2 };
    expect(await rename('c')).toMatchObject({ status: 429, body: refused });
    expect((await ask(at, 'POST', `${path}/cancel`, {})).status).toBe(200);
    const large = { metadata: { note: 'x'.repeat(2_000) } };
    expect((await create(at, large)).body).toMatchObject({ limit_type: 'stored_bytes', limit: 2_000 });
    expect((await ask(at, 'DELETE', path)).status).toBe(200);
    expect([(await create(at)).status, (await create(at)).status]).toEqual([201, 201]);
    expect((await create(at)).body).toMatchObject({ limit_type: 'existing_tasks', limit: 3, used: 3 });
    const { body } = await ask(at, 'GET', '/api/v1/usage');
    expect(body.limits).toMatchObject({
      tasks: { used: 2 },
      existing_tasks: { limit: 3, used: 3 },
      edits_per_day: { used: 2, resets_at: '2026-11-24T00:00:00.000Z' },
      stored_bytes: { limit: 2_000, used: expect.any(Number) },
    });
    now = instantOf(Date.parse(now) + 86_400_000);
    expect((await ask(at, 'POST', `${path}/restore`, {})).status).toBe(200);
    now = instantOf(Date.parse(now) - 86_400_000);
  });

  test('may restore a deleted task only while there is room for it', async () => {
    const at = await instance();
    const { create, ask } = await somebody('free');
    const deleted = `${TASKS}/${(await create(at)).body.task_id}`;
    await ask(at, 'DELETE', deleted);
    for (let count = 0; count < 5; count++) expect((await create(at)).status).toBe(201);
    const refused = await ask(at, 'POST', `${deleted}/restore`, {});
    expect([refused.status, refused.body]).toMatchObject([
      429,
      { error_code: 'TASK_LIMIT_EXCEEDED', limit: 5, used: 5 },
    ]);
    const [one] = (await ask(at, 'GET', TASKS)).body.tasks;
    await ask(at, 'POST', `${TASKS}/${one.task_id}/cancel`, {});
    expect((await ask(at, 'POST', `${deleted}/restore`, {})).status).toBe(200);
  });

  test('is refused a schedule that may take longer or try more often than the tier allows, by field', async () => {
    const at = await instance();
    const { user, create, ask } = await somebody('free');
    const schedule = { type: 'daily', time: '09:00' };
    const greedy = { ...schedule, timeout_seconds: 61, retry: { max_attempts: 6 } };
    const faults = [
      {
        loc: ['body', 'schedule', 'timeout_seconds'],
        type: 'tier_limit',
        msg: expect.stringContaining('60'),
      },
      {
        loc: ['body', 'schedule', 'retry', 'max_attempts'],
        type: 'tier_limit',
        msg: expect.stringContaining('5'),
      },
    ];
    const refused = await create(at, { schedule: greedy });
    expect([refused.status, refused.body]).toMatchObject([422, { errors: faults }]);
    expect(await at.queries.tasksOf(user)).toEqual([]);

    const allowed = { ...schedule, timeout_seconds: 60, retry: { max_attempts: 5 } };
    const made = await create(at, { schedule: allowed });
    expect(made.status).toBe(201);
    const task = `${TASKS}/${made.body.task_id}`;
    const changed = await ask(at, 'PATCH', task, { schedule: greedy });
    expect([changed.status, changed.body]).toMatchObject([422, { errors: faults }]);
    expect((await ask(at, 'GET', task)).body.revision).toBe(made.body.revision);
  });

  test('keeps the time and the attempts of a schedule that was made in a higher tier', async () => {
    const at = await instance();
    const { user, create, ask } = await somebody('pro');
    const schedule = { type: 'daily', time: '09:00', timeout_seconds: 900 };
    const { body } = await create(at, { schedule });
    const context = { actor: 'test', correlation_id: 'c', causation_id: null, traceparent: null };
    await at.admissions.changeTier(user, 'free', context);
    const kept = { schedule: { ...schedule, time: '10:00' } };
    expect((await ask(at, 'PATCH', `${TASKS}/${body.task_id}`, kept)).status).toBe(200);
    const more = { schedule: { ...schedule, timeout_seconds: 901 } };
    expect((await ask(at, 'PATCH', `${TASKS}/${body.task_id}`, more)).status).toBe(422);
  });

  test('brings no schedule back by an undo that the tier does not allow any more', async () => {
    const at = await instance();
    const { user, create, ask } = await somebody('pro');
    const schedule = { type: 'daily', time: '09:00', timeout_seconds: 900 };
    const path = `${TASKS}/${(await create(at, { schedule })).body.task_id}`;
    const changed = await ask(at, 'PATCH', path, { schedule: { type: 'daily', time: '10:00' } });
    const undone = { sequence: Number(changed.headers.get('event-sequence')) };
    const context = { actor: 'test', correlation_id: 'c', causation_id: null, traceparent: null };
    await at.admissions.changeTier(user, 'free', context);
    const refused = await ask(at, 'POST', `${path}/undo`, undone);
    const msg = expect.stringContaining('schedule.timeout_seconds: Must be at most 60');
    const errors = [{ loc: ['body', 'sequence'], type: 'tier_limit', msg }];
    expect([refused.status, refused.body]).toMatchObject([422, { errors }]);
    await at.admissions.changeTier(user, 'pro', context);
    expect((await ask(at, 'POST', `${path}/undo`, undone)).body.schedule.timeout_seconds).toBe(900);
  });

  test('brings no price back by an undo that is below what a run costs by now', async () => {
    const at = await instance();
    const { create, ask } = await somebody('pro');
    const path = `${TASKS}/${(await create(at, { credits_per_run: 1 })).body.task_id}`;
    const changed = await ask(at, 'PATCH', path, { credits_per_run: 3 });
    const undone = { sequence: Number(changed.headers.get('event-sequence')) };
    const todo = { tier: 'free', credits_per_run_micros: 2_000_000 as CreditMicros } as const;
    const taskTypeTerms = { ...FREE_FOR_ALL, todo };
    const dearer = await stack({ server, secretsKey, clock, limits: DEFAULT_TIER_LIMITS, taskTypeTerms });
    const refused = await ask(dearer, 'POST', `${path}/undo`, undone);
    const msg = expect.stringContaining('credits_per_run: Must be at least');
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ loc: ['body', 'sequence'], msg }]]);
    expect((await ask(at, 'POST', `${path}/undo`, undone)).body.credits_per_run).toBe(1);
  });

  test('is told which limit is in the way, and may go on once a task is cancelled, completed or deleted', async () => {
    const at = await instance();
    const { create, ask } = await somebody('free');
    const made = [];
    for (let count = 0; count < 5; count++) made.push((await create(at)).body.task_id as string);
    const refused = await create(at);
    expect(refused.body).toMatchObject({
      status: 429,
      error_code: 'TASK_LIMIT_EXCEEDED',
      limit_type: 'tasks',
      limit: 5,
      used: 5,
      resets_at: null,
    });
    expect(refused.headers.get('retry-after')).toBeNull();
    await ask(at, 'POST', `${TASKS}/${made[0]}/cancel`);
    await ask(at, 'PATCH', `${TASKS}/${made[1]}`, { status: 'completed' });
    await ask(at, 'DELETE', `${TASKS}/${made[2]}`);
    expect((await ask(at, 'GET', '/api/v1/usage')).body.limits.tasks.used).toBe(2);
    for (let count = 0; count < 3; count++) expect((await create(at)).status).toBe(201);
    // Both take the place of a task again.
    expect((await ask(at, 'PATCH', `${TASKS}/${made[1]}`, { status: 'pending' })).status).toBe(429);
    expect((await ask(at, 'POST', `${TASKS}/${made[1]}/execute`, {})).body.error_code).toBe(
      'TASK_LIMIT_EXCEEDED',
    );
  });

  test('who asks for 12 executions at once gets exactly 10 a day, and more when the day is over', async () => {
    const [one, other] = await Promise.all([instance(), instance()]);
    const { user, create, ask, run } = await somebody('basic');
    const tasks = await Promise.all(Array.from({ length: 12 }, () => create(one)));
    const free = await tokenFor(user, 'free');
    const requested = await Promise.all(
      tasks.map(({ body }, index) =>
        (index % 2 === 0 ? one : other).call('POST', `${TASKS}/${body.task_id}/execute`, {
          user: null,
          headers: { Authorization: `Bearer ${free}`, Prefer: 'wait=0' },
          body: {},
        }),
      ),
    );
    expect(requested.filter(({ status }) => status === 202)).toHaveLength(10);
    const [refused] = requested.filter(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({
      error_code: 'EXECUTION_LIMIT_EXCEEDED',
      limit_type: 'executions_per_day',
      limit: 10,
      used: 10,
      resets_at: '2026-11-24T00:00:00.000Z',
    });
    expect(refused?.headers.get('retry-after')).toBe(String(12 * 3600));
    onTestFinished(() => {
      now = instantOf(Date.UTC(2026, 10, 23, 12));
    });
    now = '2026-11-24T00:00:00.000Z' as Instant;
    const left = tasks[requested.findIndex(({ status }) => status === 429)]?.body.task_id;
    expect((await run(one, left)).status).toBe(202);
    expect((await ask(one, 'GET', '/api/v1/usage')).body.limits.executions_per_day).toMatchObject({
      used: 1,
      resets_at: '2026-11-25T00:00:00.000Z',
    });
  });

  test('counts what is asked at the end of a day on the day on which it is let through', async () => {
    const at = await instance();
    const { user, create } = await somebody('basic');
    const made = await Promise.all(Array.from({ length: 12 }, () => create(at)));
    const free = { Authorization: `Bearer ${await tokenFor(user, 'free')}`, Prefer: 'wait=0' };
    const execute = (taskId: string) =>
      at.call('POST', `${TASKS}/${taskId}/execute`, { user: null, headers: free, body: {} });
    onTestFinished(() => {
      now = instantOf(Date.UTC(2026, 10, 23, 12));
    });
    now = '2026-11-23T23:59:59.990Z' as Instant;
    const asked = made.map(({ body }) => execute(body.task_id));
    await Promise.race(asked);
    now = '2026-11-24T00:00:00.000Z' as Instant;
    const accepted = (await Promise.all(asked)).filter(({ status }) => status === 202).length;
    const { limits } = (await at.call('GET', '/api/v1/usage', { user: null, headers: free })).body;
    const { used } = limits.executions_per_day;
    // Who was answered before midnight, and perhaps one more.
    expect(accepted - used).toBeLessThanOrEqual(2);
    expect(used).toBe(10);
  });

  test('reserves the credits of a run until it has ended, and pays for success only, never more than reserved', async () => {
    const at = await instance();
    const { user, create, ask, run } = await somebody('free');
    const used = async () => (await ask(at, 'GET', '/api/v1/usage')).body.limits.credits_per_month.used;
    const [dear, cheap] = await Promise.all([
      create(at, { credits_per_run: 60 }),
      create(at, { credits_per_run: 40.5 }),
    ]);
    const taskId = dear.body.task_id as TaskId;
    const first = (await run(at, taskId)).body.execution_id as ExecutionId;
    expect(await used()).toBe(60);
    const refused = await run(at, cheap.body.task_id);
    expect(refused.body).toMatchObject({
      error_code: 'CREDIT_LIMIT_EXCEEDED',
      limit_type: 'credits_per_month',
      limit: 100,
      used: 60,
      resets_at: '2026-12-01T00:00:00.000Z',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(7 * 24 * 3600);
    await at.work(user, taskId, first, failure);
    expect(await used()).toBe(0);

    const second = (await run(at, taskId)).body.execution_id as ExecutionId;
    await ask(at, 'PATCH', `${TASKS}/${taskId}`, { credits_per_run: 90 });
    expect(await used()).toBe(60);
    await at.work(user, taskId, second);
    expect(await used()).toBe(60);
    expect((await ask(at, 'GET', `${TASKS}/${taskId}/executions/${second}`)).body.credits_consumed).toBe(60);
    expect((await run(at, cheap.body.task_id)).status).toBe(429);
    expect((await create(at, { credits_per_run: 0 })).status).toBe(201);
  });
});

describe('the tier', () => {
  test('is the claim of the token, recorded at the next write, until a subscription says otherwise', async () => {
    const [one, other] = await Promise.all([instance(), instance()]);
    const { user, create, ask } = await somebody('basic');
    const tier = async () => (await ask(other, 'GET', '/api/v1/usage')).body.tier;
    expect(await tier()).toBe('basic');
    expect(await one.log.lastFact(user)).toBeNull();
    await create(one);
    expect((await one.log.lastFact(user))?.state).toEqual({ tier: 'basic', source: 'claim' });
    const context = {
      actor: 'service:subscription',
      correlation_id: 'c',
      causation_id: null,
      traceparent: null,
    };
    await one.admissions.changeTier(user, 'pro', context);
    const changed = await one.log.lastFact(user);
    expect(changed?.state).toEqual({ tier: 'pro', source: 'subscription' });
    expect(await one.admissions.changeTier(user, 'pro', context)).toEqual(changed);
    await create(other);
    expect((await other.log.lastFact(user))?.state).toEqual({ tier: 'pro', source: 'subscription' });
  });

  test('of who comes by the internal door is what is known of the user, else pro', async () => {
    const at = await instance();
    const door = (user: UserId) =>
      at.call('GET', '/api/v1/usage', {
        user: null,
        headers: {
          'X-Internal-Service': 'true',
          'X-Internal-Service-Secret': DOOR_SECRET,
          'X-User-ID': user,
        },
      });
    const known = await somebody('free');
    expect((await door(known.user)).body.tier).toBe('pro');
    await known.create(at);
    expect((await door(known.user)).body.tier).toBe('free');
  });

  test('of a token that claims none, or one that there is not, is free', async () => {
    const at = await instance();
    for (const level of [null, 'gold']) {
      const { ask } = await somebody(level);
      expect((await ask(at, 'GET', '/api/v1/usage')).body).toMatchObject({
        tier: 'free',
        limits: {
          tasks: { limit: 5, used: 0, resets_at: null },
          executions_per_day: { limit: 10, used: 0, resets_at: '2026-11-24T00:00:00.000Z' },
          credits_per_month: { limit: 100, used: 0, resets_at: '2026-12-01T00:00:00.000Z' },
        },
      });
    }
  });

  test('without limits appends nothing beside the tasks once it is known', async () => {
    const at = await instance();
    const { user, create, ask } = await somebody('enterprise');
    await create(at);
    const known = await at.log.lastFact(user);
    expect(known?.state).toEqual({ tier: 'enterprise', source: 'claim' });
    const before = await at.lastSequence();
    await Promise.all(Array.from({ length: 20 }, () => create(at)));
    expect(await at.lastSequence()).toBe(before + 20);
    expect(await at.log.lastFact(user)).toEqual(known);
    expect((await ask(at, 'GET', '/api/v1/usage')).body.limits.tasks).toEqual({
      limit: null,
      used: 21,
      resets_at: null,
    });
  });
});

function tokenFor(user: UserId, level: string): Promise<string> {
  return signed({ sub: user, exp: 4_000_000_000, subscription_level: level });
}

test('a refusal for a limit is not kept for a repeat with the same Idempotency-Key', async () => {
  const at = await instance();
  const { user, create, ask } = await somebody('free');
  const made = await Promise.all(Array.from({ length: 5 }, () => create(at)));
  const token = await tokenFor(user, 'free');
  const again = () =>
    at.call('POST', TASKS, {
      user: null,
      headers: { Authorization: `Bearer ${token}`, 'Idempotency-Key': 'once' },
      body: { name: 'Water', task_type: 'todo' },
    });
  expect((await again()).status).toBe(429);
  await ask(at, 'DELETE', `${TASKS}/${made[0]?.body.task_id}`);
  expect((await again()).status).toBe(201);
});
