import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { TaskId, Term } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { faultRowErrors } from '../../support/fault-rows.ts';
import { ALICE, BOB, type Stack, stack } from '../../support/parts/stack.ts';

const DAY = 86_400_000;
/** Seven of UTC, eight where the task is: what is signed now is valid in the days that follow. */
const START = instantOf(Math.floor(Date.now() / DAY) * DAY - 3 * DAY + 7 * 3_600_000);
let nowMs = 0;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };
const day = (n: number) => instantOf(epochMs(START) + n * DAY + 3_600_000);

let api: Stack;
let path = '';
let taskId: TaskId;

beforeEach(async () => {
  nowMs = epochMs(START);
  api = await stack({ clock });
  const schedule = { type: 'daily', run_time: '09:00', timezone: 'Etc/GMT-1' };
  const body = { name: 'Water the plants', task_type: 'todo', schedule };
  const created = await api.call('POST', '/api/v1/tasks', { body });
  expect([created.status, created.body.open_occurrences]).toEqual([201, []]);
  taskId = created.body.task_id;
  path = `/api/v1/tasks/${taskId}`;
});

const complete = (body: object, options: object = {}) =>
  api.call('POST', `${path}/complete`, { body, ...options });

/** The scheduler's part, on a day after the start at nine. */
async function due(n: number): Promise<void> {
  nowMs = epochMs(day(n));
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

async function occurrences(): Promise<unknown[]> {
  const { body } = await api.call('GET', `${path}/slots?to=${clock.now()}`);
  return body.slots.map(({ at, fate, occurrence }: Record<string, string>) => [at, fate, occurrence]);
}

const open = (n: number) => ({ slot: day(n), overdue_at: instantOf(epochMs(day(n)) + 15 * 3_600_000) });

describe('POST /tasks/{id}/complete', () => {
  it('ticks one occurrence of a recurring to-do, and the series goes on', async () => {
    for (const n of [0, 1, 2]) await due(n);
    const task = await api.call('GET', path);
    expect(task.body.open_occurrences).toEqual([open(0), open(1), open(2)]);
    const ticked = await complete({ slot: day(1) });
    expect([ticked.status, ticked.body.status, ticked.body.next_run_time]).toEqual([
      200,
      'scheduled',
      day(3),
    ]);
    expect(ticked.body.open_occurrences).toEqual([open(0), open(2)]);
    expect(await occurrences()).toEqual([
      [day(0), 'fired', 'overdue'],
      [day(1), 'fired', 'done'],
      [day(2), 'fired', 'open'],
    ]);
    const oldest = await complete({});
    expect(oldest.body.open_occurrences).toEqual([open(2)]);
  });

  it('takes a tick back, and a repeat of either changes nothing', async () => {
    await due(0);
    const ticked = await complete({ slot: day(0) });
    expect((await complete({ slot: day(0) })).body.revision).toBe(ticked.body.revision);
    const back = await complete({ slot: day(0), done: false });
    expect([back.body.open_occurrences, back.body.revision]).toEqual([[open(0)], ticked.body.revision + 1]);
  });

  it('is found by lists, in brief too, as long as something is open', async () => {
    const found = async () => {
      const list = await api.call('GET', '/api/v1/tasks?view=summary&has_open_occurrences=true');
      return list.body.tasks.map(({ open_occurrences }: { open_occurrences: unknown }) => open_occurrences);
    };
    expect(await found()).toEqual([]);
    await due(0);
    expect(await found()).toEqual([[open(0)]]);
    await complete({});
    expect(await found()).toEqual([]);
  });

  it('ends the whole series where that is said, with all that is open', async () => {
    await due(0);
    const ended = await complete({ series: true });
    expect([ended.status, ended.body.status, ended.body.open_occurrences]).toEqual([200, 'completed', []]);
    expect((await complete({ slot: day(0) })).body.error_code).toBe('NO_OCCURRENCE');
  });

  it('leaves counters and runs as they are: a run says that something is due, a tick that it is done', async () => {
    await due(0);
    const before = await api.call('GET', path);
    const after = await complete({});
    const counted = ({ body }: { body: Record<string, unknown> }) => [body.run_count, body.success_count];
    expect([counted(before), counted(after)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('completes a task that is no recurring to-do', async () => {
    const made = await api.call('POST', '/api/v1/tasks', { body: { name: 'Buy milk', task_type: 'todo' } });
    const done = await api.call('POST', `/api/v1/tasks/${made.body.task_id}/complete`, { body: {} });
    expect([done.status, done.body.status]).toEqual([200, 'completed']);
  });

  it('is refused where nothing is open, or the slot is no occurrence', async () => {
    expect([(await complete({})).status, (await complete({})).body.error_code]).toEqual([
      409,
      'NO_OCCURRENCE',
    ]);
    const { status, body } = await complete({ slot: day(0) });
    expect([status, body.error_code, body.slot]).toEqual([409, 'NO_OCCURRENCE', day(0)]);
  });

  it.each([
    [{ slot: 'today' }, 'slot'],
    [{ series: true, slot: START }, 'slot'],
    [{ series: true, done: false }, 'done'],
    [{ all: true }, 'all'],
  ])('refuses %j with 422, and appends nothing', async (body, member) => {
    const before = await api.lastSequence();
    const answer = await complete(body);
    expect([answer.status, answer.body.errors.map((row: { loc: unknown }) => row.loc)]).toEqual([
      422,
      [['body', member]],
    ]);
    expect(answer.body.errors.flatMap(faultRowErrors)).toEqual([]);
    expect(await api.lastSequence()).toBe(before);
  });

  it('is nobody else’s to do, and goes by the revision that was seen', async () => {
    await due(0);
    expect((await complete({}, { user: BOB })).status).toBe(404);
    expect((await complete({}, { headers: { 'If-Match': '"999"' } })).status).toBe(412);
  });
});

describe('POST /tasks/bulk with `tick`', () => {
  const bulk = (body: object, headers = {}) => api.call('POST', '/api/v1/tasks/bulk', { body, headers });
  const made = async (body: object): Promise<string> =>
    (await api.call('POST', '/api/v1/tasks', { body })).body.task_id;
  const statusOf = async (id: string) => (await api.call('GET', `/api/v1/tasks/${id}`)).body.status;

  it('ticks the oldest open occurrence of each recurring to-do, completes single tasks, and ends no series', async () => {
    const single = await made({ name: 'Buy milk', task_type: 'todo' });
    const schedule = { type: 'daily', run_time: '23:00' };
    const idle = await made({ name: 'Lock the door', task_type: 'todo', schedule });
    const config = { reminder_message: 'Stretch' };
    const report = await made({ name: 'Stretch', task_type: 'reminder', config, schedule });
    for (const n of [0, 1]) await due(n);
    const failed = [{ task_id: idle, error_code: 'NO_OCCURRENCE' }];
    const foreseen = await bulk({ action: 'tick', filter: {}, dry_run: true });
    expect(foreseen.body).toEqual({ matched: 4, changed: 2, failed });
    const headers = { 'Idempotency-Key': 'tick-all' };
    const ticked = await bulk({ action: 'tick', filter: {} }, headers);
    expect([ticked.status, ticked.body]).toEqual([200, foreseen.body]);
    expect((await api.call('GET', path)).body).toMatchObject({
      status: 'scheduled',
      open_occurrences: [open(1)],
    });
    expect([await statusOf(single), await statusOf(idle), await statusOf(report)]).toEqual([
      'completed',
      'scheduled',
      'scheduled',
    ]);
    // The next one is not ticked by the same request come again.
    expect((await bulk({ action: 'tick', filter: {} }, headers)).text).toBe(ticked.text);
    expect((await api.call('GET', path)).body.open_occurrences).toEqual([open(1)]);
  });
});
