/** Business rules as a REST caller meets them, one test each, by the rule's name. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNatsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { ALICE, BOB, type Called, type Stack, stack } from '../support/parts/stack.ts';

const TASKS = '/api/v1/tasks';
const EVERY_DAY = { type: 'daily', time: '09:00', timezone: 'UTC' };

const secretsKey = randomBytes(32);
let server: TestNatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

async function api(): Promise<Stack> {
  return stack({ server, secretsKey });
}

async function create(on: Stack, fields: object = {}): Promise<Called> {
  return on.call('POST', TASKS, { body: { name: 'Buy milk', task_type: 'todo', ...fields } });
}

/** The fields that a refusal names, after checking that nothing was appended. */
async function refused(on: Stack, act: () => Promise<Called>): Promise<string[]> {
  const before = await on.lastSequence();
  const { status, body } = await act();
  expect(status).toBe(422);
  expect(await on.lastSequence()).toBe(before);
  return body.errors.map(({ loc }: { loc: string[] }) => loc.join('.'));
}

describe('a task', () => {
  test('BR-TSK-001: gets an id of its own', async () => {
    const on = await api();
    const ids = (await Promise.all(Array.from({ length: 20 }, () => create(on)))).map(
      ({ body }) => body.task_id,
    );
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  test('BR-TSK-003: has a name of 1 to 255 characters after trimming', async () => {
    const on = await api();
    for (const name of ['', '   ', 'n'.repeat(256)]) {
      expect(await refused(on, () => create(on, { name }))).toEqual(['body.name']);
    }
    expect((await create(on, { name: ` ${'n'.repeat(255)} ` })).body.name).toBe('n'.repeat(255));
    expect((await create(on, { name: 'n' })).status).toBe(201);
  });

  test('BR-TSK-004: is of a known type', async () => {
    const on = await api();
    expect(await refused(on, () => create(on, { task_type: 'coffee' }))).toEqual(['body.task_type']);
  });

  test('BR-TSK-005 and BR-TSK-006: is pending and of medium priority unless told otherwise', async () => {
    const on = await api();
    expect((await create(on)).body).toMatchObject({ status: 'pending', priority: 'medium' });
    expect((await create(on, { schedule: EVERY_DAY, priority: 'urgent' })).body).toMatchObject({
      status: 'scheduled',
      priority: 'urgent',
    });
  });

  test('BR-TSK-007: costs nothing or more', async () => {
    const on = await api();
    expect(await refused(on, () => create(on, { credits_per_run: -0.000001 }))).toEqual([
      'body.credits_per_run',
    ]);
    expect((await create(on)).body.credits_per_run).toBe(0);
    expect((await create(on, { credits_per_run: 0.25 })).body.credits_per_run).toBe(0.25);
  });

  test('BR-TSK-008 and BR-SCH-001: has a valid schedule, or none', async () => {
    const on = await api();
    const broken = [
      { type: 'cron', expression: '61 * * * *' },
      { type: 'interval', interval_seconds: 0 },
      { type: 'daily', time: '25:00' },
      { type: 'sometimes' },
    ];
    for (const schedule of broken) {
      const named = await refused(on, () => create(on, { schedule }));
      expect(named.every((field) => field.startsWith('body.schedule'))).toBe(true);
    }
    expect((await create(on, { schedule: null })).body).toMatchObject({
      status: 'pending',
      next_run_time: null,
    });
  });

  test('BR-TSK-009: has tags that are not empty', async () => {
    const on = await api();
    expect(await refused(on, () => create(on, { tags: ['home', '  '] }))).toEqual(['body.tags.1']);
    expect(await refused(on, () => create(on, { tags: 'home' }))).toEqual(['body.tags']);
    expect((await create(on, { tags: [' home '] })).body.tags).toEqual(['home']);
  });
});

describe('an update', () => {
  test('BR-UPD-001: is for the owner alone; to others the task does not exist', async () => {
    const on = await api();
    const { body } = await create(on);
    const path = `${TASKS}/${body.task_id}`;
    const theirs = await on.call('PUT', path, { user: BOB, body: { name: 'Mine now' } });
    expect([theirs.status, theirs.body.error_code]).toEqual([404, 'TASK_NOT_FOUND']);
    expect((await on.call('GET', path)).body.name).toBe('Buy milk');
  });

  test('BR-UPD-004: changes the status along valid transitions only', async () => {
    const on = await api();
    const { body } = await create(on);
    const path = `${TASKS}/${body.task_id}`;
    await on.call('POST', `${path}/cancel`);
    const refusal = await on.call('PUT', path, { body: { status: 'pending' } });
    expect([refusal.status, refusal.body]).toMatchObject([
      409,
      { error_code: 'INVALID_STATUS_TRANSITION', from: 'cancelled', to: 'pending', allowed: [] },
    ]);
  });

  test('BR-UPD-005: sets updated_at by itself, a run does not', async () => {
    const on = await api();
    const { body } = await create(on);
    const path = `${TASKS}/${body.task_id}`;
    const changed = (await on.call('PUT', path, { body: { name: 'Buy bread' } })).body;
    expect(Date.parse(changed.updated_at)).toBeGreaterThan(Date.parse(body.updated_at));
    const run = await on.call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    await on.work(ALICE, body.task_id, run.body.execution_id);
    const after = (await on.call('GET', path)).body;
    expect(after).toMatchObject({ run_count: 1, updated_at: changed.updated_at });
  });

  test('BR-UPD-006: of a deleted task is refused', async () => {
    const on = await api();
    const { body } = await create(on);
    const path = `${TASKS}/${body.task_id}`;
    await on.call('DELETE', path);
    const before = await on.lastSequence();
    expect((await on.call('PUT', path, { body: { name: 'Back' } })).status).toBe(404);
    expect(await on.lastSequence()).toBe(before);
  });
});
