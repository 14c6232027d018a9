import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { TaskId, Term } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { faultRowErrors } from '../../support/fault-rows.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const START = instantOf(Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE);
let nowMs = 0;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };
const minute = (n: number) => instantOf(epochMs(START) + n * MINUTE);

let api: Stack;
let path = '';
let taskId: TaskId;

beforeEach(async () => {
  nowMs = epochMs(START);
  api = await stack({ clock });
  const schedule = { type: 'interval', interval_minutes: 1, anchor: START };
  const body = { name: 'Water the plants', task_type: 'todo', schedule };
  const created = await api.call('POST', '/api/v1/tasks', { body });
  expect(created.status).toBe(201);
  taskId = created.body.task_id;
  path = `/api/v1/tasks/${taskId}`;
});

function skip(n: number, others: object = {}, options: object = {}) {
  return api.call('POST', `${path}/slots/skip`, { body: { slot: minute(n), ...others }, ...options });
}

/** The scheduler's part, at a minute after the start. */
async function due(at: number): Promise<void> {
  nowMs = epochMs(minute(at));
  const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
  for (;;) {
    const execution_id = api.deps.ids.executionId(clock.now());
    const result = await api.commands.execute({ userId: ALICE, taskId }, context, {
      type: 'take_due',
      data: { default_timeout_seconds: 30, term: 1 as Term, execution_id },
    });
    if (result.kind !== 'done') throw new Error(result.kind);
    const execution = result.snapshot.state.execution;
    if (execution !== null) await api.work(ALICE, taskId, execution.execution_id);
    if (result.event === null) return;
  }
}

async function slots(): Promise<unknown[]> {
  const { body } = await api.call('GET', `${path}/slots?to=${minute(6)}`);
  return body.slots.map(({ at, fate, reason }: { at: string; fate: string; reason: string }) => [
    (epochMs(at as never) - epochMs(START)) / MINUTE,
    fate,
    reason,
  ]);
}

describe('POST /tasks/{id}/slots/skip', () => {
  it('takes one planned slot out: nothing runs for it, and every list says so', async () => {
    const skipped = await skip(1);
    expect([skipped.status, skipped.body.next_run_time]).toEqual([200, minute(2)]);
    await skip(3, { reason: 'Holiday.' });
    const preview = await api.call('GET', `${path}/schedule/preview?count=4`);
    expect(
      preview.body.slots.map(({ at, skipped }: { at: string; skipped: boolean }) => [at, skipped]),
    ).toEqual([1, 2, 3, 4].map((n) => [minute(n), n === 1 || n === 3]));
    const timeline = await api.call(
      'GET',
      `/api/v1/timeline?from=${START}&to=${minute(5)}&task_id=${taskId}`,
    );
    const shown = timeline.body.tasks[0].slots as { at: string; fate: string; reason: string | null }[];
    expect(shown.map(({ at, fate, reason }) => [at, fate, reason])).toEqual([
      [minute(1), 'planned', 'by_owner'],
      [minute(2), 'planned', null],
      [minute(3), 'planned', 'by_owner'],
      [minute(4), 'planned', null],
    ]);
    const ahead = await api.call('GET', `${path}/why?at=${minute(3)}`);
    expect(ahead.body.why).toBe(`The slot of ${minute(3)} will be skipped: its owner took it out.`);

    for (const n of [1, 2, 3, 4]) await due(n);
    expect(await slots()).toEqual([
      [1, 'skipped', 'by_owner'],
      [2, 'fired', null],
      [3, 'skipped', 'by_owner'],
      [4, 'fired', null],
      [5, 'due', null],
    ]);
    const why = await api.call('GET', `${path}/why?at=${minute(1)}`);
    expect(why.body.why).toBe(`The slot of ${minute(1)} was skipped: its owner took it out.`);
    const task = await api.call('GET', path);
    expect([task.body.run_count, task.body.next_run_time]).toEqual([2, minute(5)]);
  });

  it('is undone by the same with skip: false, and a repeat of either changes nothing', async () => {
    await skip(1);
    const again = await skip(1);
    expect([again.status, again.body.revision]).toEqual([200, 2]);
    const back = await skip(1, { skip: false });
    expect([back.status, back.body.next_run_time, back.body.revision]).toEqual([200, minute(1), 3]);
    expect((await skip(1, { skip: false })).body.revision).toBe(3);
    await due(1);
    expect((await slots())[0]).toEqual([1, 'fired', null]);
  });

  it('holds over a pause, and not over a change of the schedule', async () => {
    await skip(3);
    await api.call('POST', `${path}/pause`);
    nowMs = epochMs(minute(2));
    const resumed = await api.call('POST', `${path}/resume`);
    expect(resumed.body.next_run_time).toBe(minute(4));
    const schedule = { type: 'interval', interval_minutes: 1, anchor: START, catch_up: 'all' };
    const changed = await api.call('PATCH', path, { body: { schedule } });
    expect(changed.body.next_run_time).toBe(minute(3));
  });

  it('is refused with its reason where the slot is none that is ahead', async () => {
    const refused = async (n: number) => {
      const { status, body } = await skip(n);
      return [status, body.error_code, body.reason];
    };
    expect(await refused(1.5)).toEqual([409, 'SLOT_NOT_PLANNED', 'no_slot']);
    expect(await refused(-1)).toEqual([409, 'SLOT_NOT_PLANNED', 'no_slot']);
    await due(1);
    expect(await refused(1)).toEqual([409, 'SLOT_NOT_PLANNED', 'past']);
    await api.call('POST', `${path}/pause`);
    expect(await refused(2)).toEqual([409, 'SLOT_NOT_PLANNED', 'paused']);
    await api.call('PATCH', path, { body: { schedule: null } });
    expect(await refused(2)).toEqual([409, 'NO_SCHEDULE', undefined]);
  });

  it.each([
    [{}, ['body', 'slot']],
    [{ slot: 'tomorrow' }, ['body', 'slot']],
    [{ slot: START, skip: 'yes' }, ['body', 'skip']],
    [{ slot: START, skips: true }, ['body', 'skips']],
  ])('refuses %j with 422, and appends nothing', async (body, loc) => {
    const before = await api.lastSequence();
    const answer = await api.call('POST', `${path}/slots/skip`, { body });
    expect([answer.status, answer.body.errors.map((row: { loc: unknown }) => row.loc)]).toEqual([422, [loc]]);
    expect(answer.body.errors.flatMap(faultRowErrors)).toEqual([]);
    expect(await api.lastSequence()).toBe(before);
  });

  it('is nobody else’s to do, and goes by the revision that was seen', async () => {
    expect((await skip(1, {}, { user: BOB })).status).toBe(404);
    expect((await skip(1, {}, { headers: { 'If-Match': '"7"' } })).status).toBe(412);
    expect((await skip(1, {}, { headers: { 'If-Match': '"1"' } })).status).toBe(200);
  });
});
