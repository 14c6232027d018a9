import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { schedulerFigures } from '../../../src/app/health/scheduler-figures.ts';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import type { Scheduler } from '../../../src/scheduler/scheduler.ts';
import { schedulerOn } from '../../scheduler/instance.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import { ALICE, BOB, DOOR_SECRET, type Stack, signed, stack } from '../../support/parts/stack.ts';

const PENDING = '/api/v1/scheduler/pending';
const STATUS = '/api/v1/scheduler/status';
const EXECUTE = '/api/v1/scheduler/execute';
const DOOR = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };

let scheduler: Scheduler | null;
let api: Stack;
let admin: Record<string, string>;

beforeEach(async () => {
  scheduler = null;
  api = await stack({
    secretsKey: SECRETS,
    replace: () => ({
      schedulerFigures: () => {
        const lease = new JetStreamLease(api.nc, systemClock, { name: 'scheduler', holder: 'nobody' });
        const follower = new JetStreamLogFollower(api.nc, new UserKeys(api.nc, SECRETS));
        return schedulerFigures(lease, follower, scheduler?.status() ?? null);
      },
    }),
  });
  const token = await signed({ sub: 'usr_operator', roles: ['admin'] });
  admin = { Authorization: `Bearer ${token}` };
});

const asAdmin = (method: string, path: string, headers: Record<string, string> = {}) =>
  api.call(method, path, { user: null, headers: { ...admin, ...headers } });

const nameOf = new Map<string, string>();

async function created(name: string, user: UserId, more: object = {}): Promise<TaskId> {
  const body = { name, task_type: 'todo', ...more };
  const answer = await api.call('POST', '/api/v1/tasks', { body, user });
  expect(answer.status).toBe(201);
  nameOf.set(answer.body.task_id, name);
  return answer.body.task_id;
}
const everyMinutes = (interval_minutes: number) => ({ schedule: { type: 'interval', interval_minutes } });

describe('what only operators and other services may ask', () => {
  it('is refused to everybody else', async () => {
    const taskId = await created('mine', ALICE);
    for (const [method, path] of [
      ['GET', PENDING],
      ['GET', STATUS],
      ['POST', `${EXECUTE}/${taskId}`],
    ] as const) {
      const mine = await api.call(method, path);
      expect([path, mine.status, mine.body.error_code]).toEqual([path, 403, 'FORBIDDEN']);
      expect((await api.call(method, path, { user: null })).status).toBe(401);
      const door = await api.call(method, path, { user: null, headers: { ...DOOR, Prefer: 'wait=0' } });
      expect([path, door.status < 300]).toEqual([path, true]);
    }
  });
});

describe('GET /scheduler/pending', () => {
  it('tells of all users, the urgent first, then by next run time, as things are now', async () => {
    await created('low, soon', ALICE, { ...everyMinutes(1), priority: 'low' });
    const paused = await created('paused', BOB, everyMinutes(1));
    await created('urgent, late', BOB, { ...everyMinutes(60), priority: 'urgent' });
    await created('without a schedule', BOB, { priority: 'urgent' });
    const deleted = await created('deleted', ALICE, everyMinutes(1));
    await created('medium, late', ALICE, everyMinutes(30));
    await created('medium, soon', BOB, everyMinutes(10));
    const changed = await created('will be high', BOB, everyMinutes(2));
    await api.projector.runOnce();
    await api.call('POST', `/api/v1/tasks/${paused}/pause`, { user: BOB });
    await api.call('DELETE', `/api/v1/tasks/${deleted}`);
    await api.call('PATCH', `/api/v1/tasks/${changed}`, { user: BOB, body: { priority: 'high' } });
    await created('high and new', ALICE, { ...everyMinutes(1), priority: 'high' });
    const inOrder = [
      'urgent, late',
      'high and new',
      'will be high',
      'medium, soon',
      'medium, late',
      'low, soon',
    ];
    const names = async (limit: number) => {
      const { status, body } = await asAdmin('GET', `${PENDING}?limit=${limit}`);
      expect([status, body.count, body.limit]).toEqual([200, body.tasks.length, limit]);
      return body.tasks.map(({ task_id }: { task_id: string }) => nameOf.get(task_id));
    };
    expect(await names(200)).toEqual(inOrder);
    await api.projector.runOnce();
    expect(await names(200)).toEqual(inOrder);
    expect(await names(2)).toEqual(inOrder.slice(0, 2));
    expect(await names(1)).toEqual(inOrder.slice(0, 1));
    const { body: page } = await asAdmin('GET', `${PENDING}?limit=2`);
    expect(Object.keys(page.tasks[0]).sort()).toEqual([
      'current_execution_id',
      'next_run_time',
      'priority',
      'status',
      'task_id',
      'task_type',
      'user_id',
    ]);
    const { body: rest } = await asAdmin('GET', `${PENDING}?cursor=${page.next_cursor}`);
    const shown = (of: { tasks: { task_id: string }[] }) =>
      of.tasks.map(({ task_id }) => nameOf.get(task_id));
    expect([...shown(page), ...shown(rest)]).toEqual(inOrder);
    expect(rest.next_cursor).toBeNull();
    const ofBob = await asAdmin(
      'GET',
      `${PENDING}?user_id=${BOB}&priority=urgent&priority=high&task_type=todo`,
    );
    expect(shown(ofBob.body)).toEqual(['urgent, late', 'will be high']);
    expect((await asAdmin('GET', `${PENDING}?cursor=bm8`)).status).toBe(422);
    for (const limit of ['0', '201', 'all']) {
      expect((await asAdmin('GET', `${PENDING}?limit=${limit}`)).status).toBe(422);
    }
  });
});

describe('POST /scheduler/execute/{task_id}', () => {
  it('runs the task of any user now, as trigger scheduled, and touches no slot', async () => {
    const taskId = await created('hourly', ALICE, everyMinutes(60));
    const path = `/api/v1/tasks/${taskId}`;
    const before = await api.call('GET', path);
    const headers = { Prefer: 'wait=0', 'Idempotency-Key': 'run-it' };
    const requested = await asAdmin('POST', `${EXECUTE}/${taskId}`, headers);
    expect(requested.status).toBe(202);
    expect(requested.body).toMatchObject({
      task_id: taskId,
      user_id: ALICE,
      status: 'pending',
      trigger_type: 'scheduled',
      scheduled_for: null,
    });
    expect((await api.call('GET', path)).body.next_run_time).toBe(before.body.next_run_time);
    const again = await asAdmin('POST', `${EXECUTE}/${taskId}`, headers);
    expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([requested.text, 'true']);
    const other = await asAdmin('POST', `${EXECUTE}/${taskId}`);
    expect([other.status, other.body.error_code]).toEqual([409, 'TASK_ALREADY_RUNNING']);
    await api.work(ALICE, taskId, requested.body.execution_id);
    const after = await api.call('GET', path);
    expect(after.body).toMatchObject({
      status: 'scheduled',
      run_count: 1,
      next_run_time: before.body.next_run_time,
    });
    const slots = await api.call('GET', `${path}/slots`);
    expect(slots.body.slots.map(({ fate }: { fate: string }) => fate)).toEqual(['due']);
    const { body } = await api.call('GET', `${path}/events?after=${before.body.id}`);
    expect(body.events[0].event.actor).toBe('user:usr_operator');
  });

  it('refuses what cannot be run, and knows no task that is not there', async () => {
    const taskId = await created('gone', ALICE);
    await api.call('POST', `/api/v1/tasks/${taskId}/cancel`);
    const cancelled = await asAdmin('POST', `${EXECUTE}/${taskId}`);
    expect([cancelled.status, cancelled.body.error_code]).toEqual([409, 'TASK_NOT_EXECUTABLE']);
    for (const id of ['tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X', '*', '>', 'nothing']) {
      expect([id, (await asAdmin('POST', `${EXECUTE}/${id}`)).status]).toEqual([id, 404]);
    }
    expect((await asAdmin('POST', `${EXECUTE}/${taskId}`, { Prefer: 'wait=61' })).status).toBe(422);
  });
});

describe('GET /scheduler/status', () => {
  it('tells who leads, and of the scheduler in this process', async () => {
    const nobody = await asAdmin('GET', STATUS);
    expect(nobody.body).toMatchObject({
      leader: null,
      term: null,
      state: null,
      armed_timers: null,
      lag: null,
    });
    await created('hourly', ALICE, everyMinutes(60));
    scheduler = schedulerOn({ nc: api.nc, secretsKey: SECRETS, holder: 'one', logger: api.deps.logger });
    const started = scheduler;
    onTestFinished(() => started.stop());
    started.start();
    while (started.status().state !== 'leading') await delay(10);
    const { status, body } = await asAdmin('GET', STATUS);
    expect(status).toBe(200);
    expect(body).toEqual({
      leader: 'one',
      term: started.status().term,
      state: 'leading',
      tasks: 1,
      armed_timers: 1,
      held_back: 0,
      overdue_ms: 0,
      lateness_ms: null,
      position: await api.lastSequence(),
      lag: 0,
    });
    await started.stop();
    expect((await asAdmin('GET', STATUS)).body).toMatchObject({ leader: null, state: 'stopped' });
  });
});
