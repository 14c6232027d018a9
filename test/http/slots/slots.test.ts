import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { ExecutionId, TaskId, Term } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Stack, signed, stack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Noon, three days ago: what is signed now is valid in all that follows. */
const START = instantOf(Math.floor(Date.now() / DAY) * DAY - 2.5 * DAY);
let nowMs = 0;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };
const minute = (n: number) => instantOf(epochMs(START) + n * MINUTE);

let api: Stack;
let path = '';
let taskId: TaskId;

beforeEach(async () => {
  nowMs = epochMs(START);
  api = await stack({ clock });
  await create({ type: 'interval', interval_minutes: 1, timeout_seconds: 600 });
});

async function create(schedule: object): Promise<void> {
  // Ten minutes for a run are more than the free tier gives.
  const token = await signed({ sub: ALICE, subscription_level: 'pro' });
  const answer = await api.call('POST', '/api/v1/tasks', {
    user: null,
    headers: { Authorization: `Bearer ${token}` },
    body: { name: 'Water the plants', task_type: 'todo', schedule },
  });
  expect(answer.status).toBe(201);
  taskId = answer.body.task_id;
  path = `/api/v1/tasks/${taskId}`;
}

/** The scheduler's part, at a minute after the start; the execution that is requested, if any. */
async function due(at: number): Promise<ExecutionId | null> {
  nowMs = epochMs(minute(at));
  const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
  for (;;) {
    const command = { default_timeout_seconds: 30, term: 1 as Term };
    const execution_id = api.deps.ids.executionId(clock.now());
    const result = await api.commands.execute({ userId: ALICE, taskId }, context, {
      type: 'take_due',
      data: { ...command, execution_id },
    });
    if (result.kind !== 'done') throw new Error(result.kind);
    if (result.event === null) return result.snapshot.state.execution?.execution_id ?? null;
  }
}

async function runAt(at: number): Promise<ExecutionId> {
  const execution = await due(at);
  if (execution === null) throw new Error(`nothing due at minute ${at}`);
  await api.work(ALICE, taskId, execution);
  return execution;
}

describe('GET /tasks/{id}/slots', () => {
  it('lists every nominal slot with its one fate, oldest first', async () => {
    const first = await runAt(1);
    const third = await runAt(3.5);
    await api.call('POST', `${path}/pause`);
    nowMs = epochMs(minute(5));
    await api.call('POST', `${path}/resume`);
    const { status, body } = await api.call('GET', `${path}/slots`);
    expect(status).toBe(200);
    const row = (at: number, fate: string, more: object = {}) => ({
      at: minute(at),
      schedule_version: 1,
      schedule_id: 'main',
      fate,
      reason: null,
      execution_id: null,
      execution_status: null,
      late_by_ms: null,
      occurrence: null,
      ...more,
    });
    expect(body).toEqual({
      slots: [
        row(1, 'fired', {
          execution_id: first,
          execution_status: 'completed',
          late_by_ms: 0,
          occurrence: 'overdue',
        }),
        row(2, 'missed', { reason: 'catch_up' }),
        row(3, 'fired', {
          execution_id: third,
          execution_status: 'completed',
          late_by_ms: 30_000,
          occurrence: 'overdue',
        }),
        row(4, 'skipped', { reason: 'paused' }),
        row(5, 'skipped', { reason: 'paused' }),
        row(6, 'due'),
      ],
      count: 6,
      limit: 100,
      next_cursor: null,
    });
  });

  it('gives a range in pages that a cursor goes through', async () => {
    await due(120);
    const ats: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const query = `from=${minute(10)}&to=${minute(34)}&limit=10${next}`;
      const { body } = await api.call('GET', `${path}/slots?${query}`);
      expect(body.count).toBe(body.slots.length);
      ats.push(...body.slots.map((slot: { at: string }) => slot.at));
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(ats).toEqual(Array.from({ length: 25 }, (_, k) => minute(10 + k)));
  });

  it('takes any range without harm, refuses what is none, and shows nobody else anything', async () => {
    const extreme = await api.call('GET', `${path}/slots?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z`);
    expect(extreme.body.count).toBe(1);
    expect((await api.call('GET', `${path}/slots?from=yesterday`)).status).toBe(422);
    expect((await api.call('GET', `${path}/slots?cursor=abc`)).status).toBe(422);
    expect((await api.call('GET', `${path}/slots`, { user: BOB })).status).toBe(404);
    await api.call('DELETE', path);
    expect((await api.call('GET', `${path}/slots`)).status).toBe(404);
  });

  it('lists nothing for a task that never had a schedule', async () => {
    const { body } = await api.call('POST', '/api/v1/tasks', { body: { name: 'x', task_type: 'todo' } });
    const slots = await api.call('GET', `/api/v1/tasks/${body.task_id}/slots`);
    expect(slots.body).toMatchObject({ slots: [], count: 0, next_cursor: null });
  });
});

describe('GET /tasks/{id}/why', () => {
  const why = async (at: string) => (await api.call('GET', `${path}/why?at=${at}`)).body;

  it('says what became of the slot of that minute', async () => {
    const execution = await runAt(1);
    await due(3.5);
    expect(await why(minute(1))).toEqual({
      task_id: taskId,
      at: minute(1),
      why: `The slot of ${minute(1)} fired: execution ${execution} started on time and completed.`,
      slot: expect.objectContaining({ at: minute(1), fate: 'fired' }),
      execution_id: execution,
    });
    expect((await why(minute(2))).why).toBe(
      `The slot of ${minute(2)} was missed: nothing fired it in time, and the schedule's catch_up (latest) did not bring it back.`,
    );
    expect((await why(minute(3))).why).toContain('has been requested and waits for a worker.');
    expect((await why(minute(4))).why).toContain('has not run yet');
  });

  it('says that a slot was skipped, excluded or void, and why', async () => {
    await due(1);
    await api.call('POST', `${path}/pause`);
    nowMs = epochMs(minute(2.5));
    await api.call('POST', `${path}/resume`);
    expect((await why(minute(1))).why).toBe(
      `The slot of ${minute(1)} is void: the task was paused before it could run.`,
    );
    expect((await why(minute(2))).why).toBe(`The slot of ${minute(2)} was skipped: the task was paused.`);
    nowMs = epochMs(START);
    await create({
      type: 'interval',
      interval_minutes: 1,
      exclude_dates: [minute(DAY / MINUTE).slice(0, 10)],
    });
    await due(1);
    const excluded = minute(20 * 60);
    expect((await why(excluded)).why).toContain('will fall on');
    await due(36 * 60);
    expect((await why(excluded)).why).toBe(
      `The slot of ${excluded} was left out: its date is one of the schedule's exclude_dates.`,
    );
  });

  it('says why there is no slot: between two, before the task, paused, without a schedule, done', async () => {
    await create({ type: 'interval', interval_minutes: 10 });
    await runAt(10);
    nowMs = epochMs(minute(15));
    expect((await why(minute(12))).why).toBe(
      `No slot of the schedule falls on ${minute(12)}. The slot before it was ${minute(10)} (fired), the next one is ${minute(20)}.`,
    );
    expect((await why(minute(-5))).why).toBe(
      `The task did not exist at ${minute(-5)}: it was created at ${minute(0)}.`,
    );
    expect((await why(minute(40))).why).toBe(`The task will be due at ${minute(40)}, if nothing changes.`);
    expect((await why(minute(41))).why).toContain(`the next one after it is ${minute(50)}.`);
    await api.call('POST', `${path}/pause`);
    expect((await why(minute(40))).why).toBe(`The task is paused, so nothing will run at ${minute(40)}.`);
    await api.call('PATCH', path, { body: { schedule: null } });
    expect((await why(minute(40))).why).toContain('had no schedule');
    await api.call('POST', `${path}/cancel`);
    for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
      expect((await api.call('GET', `${path}/why?at=${at}`)).status).toBe(200);
    }
    expect((await api.call('GET', `${path}/why`)).status).toBe(422);
  });

  it('says that a run by hand was going', async () => {
    await create({ type: 'interval', interval_minutes: 10 });
    nowMs = epochMs(minute(3));
    const { body } = await api.call('POST', `${path}/execute`, { headers: { Prefer: 'wait=0' } });
    await api.work(ALICE, taskId, body.execution_id);
    nowMs = epochMs(minute(5));
    expect(await why(minute(3))).toMatchObject({
      why: `Execution ${body.execution_id} (manual) was running: it started at ${minute(3)} and ended at ${minute(3)}.`,
      slot: null,
      execution_id: body.execution_id,
    });
    expect((await why(minute(4))).execution_id).toBeNull();
  });
});

describe('POST /tasks/{id}/schedule/backfill', () => {
  const backfill = (from: string, to: string, how: object = {}) =>
    api.call('POST', `${path}/schedule/backfill`, { body: { from, to }, ...how });

  it('answers the slots, and runs them one at a time without changing their fate', async () => {
    await due(3.5);
    const requested = await api.call('GET', path);
    await api.work(ALICE, taskId, requested.body.current_execution_id);
    const answer = await backfill(minute(1), minute(2));
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ task_id: taskId, slots: [minute(1), minute(2)], count: 2 });
    expect(answer.headers.get('event-sequence')).toBe(String(await api.lastSequence()));
    for (const slot of [minute(1), minute(2)]) {
      const execution = await runAt(3.6);
      const { body } = await api.call('GET', `${path}/executions/${execution}`);
      expect(body).toMatchObject({ trigger_type: 'backfill', scheduled_for: slot, status: 'completed' });
    }
    expect(await due(3.7)).toBeNull();
    const { body } = await api.call('GET', `${path}/slots`);
    expect(body.slots.map((slot: { fate: string }) => slot.fate)).toEqual([
      'missed',
      'missed',
      'fired',
      'due',
    ]);
  });

  it('is answered once for one Idempotency-Key, and the same range again while it goes on adds nothing', async () => {
    nowMs = epochMs(minute(3));
    const headers = { 'Idempotency-Key': 'k1' };
    const first = await backfill(minute(1), minute(2), { headers });
    const again = await backfill(minute(1), minute(2), { headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    const last = await api.lastSequence();
    expect((await backfill(minute(1), minute(2))).status).toBe(202);
    expect(await api.lastSequence()).toBe(last);
    expect((await backfill(minute(1), minute(3))).body).toMatchObject({ error_code: 'BACKFILL_IN_PROGRESS' });
  });

  it('is refused for too many slots, none, a range ahead or turned round, and without a schedule', async () => {
    nowMs = epochMs(minute(2_000));
    const codeOf = async (from: number, to: number) => {
      const { status, body } = await backfill(minute(from), minute(to));
      return [status, body.error_code, ...(body.errors ?? []).map((each: { loc: unknown }) => each.loc)];
    };
    expect(await codeOf(0, 1_000)).toEqual([422, 'TOO_MANY_SLOTS']);
    expect(await codeOf(-10, -1)).toEqual([422, 'NO_SLOTS']);
    expect(await codeOf(5, 2_001)).toEqual([422, 'VALIDATION_ERROR', ['body', 'to']]);
    expect(await codeOf(5, 4)).toEqual([422, 'VALIDATION_ERROR', ['body', 'from']]);
    const ancient = await api.call('POST', `${path}/schedule/backfill`, {
      body: { from: '0001-01-01T00:00:00Z', to: '0001-01-02T00:00:00Z' },
    });
    expect(ancient.body.error_code).toBe('NO_SLOTS');
    await api.call('PATCH', path, { body: { schedule: null } });
    expect(await codeOf(0, 10)).toEqual([409, 'NO_SCHEDULE']);
  });
});

describe('remind_before', () => {
  const post = (body: object) =>
    api.call('POST', '/api/v1/tasks', { body: { name: 'x', task_type: 'todo', ...body } });

  it('is kept as durations in one spelling each, the longest first', async () => {
    const due_date = minute(10_000);
    const { body } = await post({ due_date, remind_before: ['PT90M', 'P1W', 'PT5400S'] });
    expect(body.remind_before).toEqual(['P7D', 'PT1H30M']);
    const path = `/api/v1/tasks/${body.task_id}`;
    const patched = await api.call('PATCH', path, { body: { remind_before: [] } });
    expect(patched.body.remind_before).toBeNull();
  });

  it('is refused where it is no duration, or there is no due date', async () => {
    const { status, body } = await post({ due_date: minute(1), remind_before: ['PT1H', 'an hour', 'P400D'] });
    expect(status).toBe(422);
    expect(body.errors.map((each: { loc: unknown }) => each.loc)).toEqual([
      ['body', 'remind_before', 1],
      ['body', 'remind_before', 2],
    ]);
    expect((await post({ remind_before: ['PT1H'] })).body.errors).toMatchObject([
      { loc: ['body', 'remind_before'], type: 'conflict' },
    ]);
  });

  it('is refused likewise in an update that leaves the task without a due date', async () => {
    const patch = (body: object) => api.call('PATCH', path, { body });
    const refused = { status: 422, body: { errors: [{ loc: ['body', 'remind_before'], type: 'conflict' }] } };
    expect(await patch({ remind_before: ['PT1H'] })).toMatchObject(refused);
    expect((await patch({ remind_before: ['PT1H'], due_date: minute(10_000) })).status).toBe(200);
    expect((await patch({ remind_before: ['PT2H'] })).body.remind_before).toEqual(['PT2H']);
    expect(await patch({ remind_before: ['PT1H'], due_date: null })).toMatchObject(refused);
    expect((await patch({ due_date: null })).status).toBe(200);
  });
});
