import { beforeEach, describe, expect, it } from 'vitest';
import { lockedPosition } from '../../../src/application/commands/transact.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { ExecutionId, TaskId, Term, UserId } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { skipToReset } from '../../../src/domain/task/decide/slots/skip-to-reset.ts';
import type { TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Stack, sharedStack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = instantOf(Math.floor(Date.now() / DAY) * DAY - 2.5 * DAY);
let nowMs = 0;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };
const minute = (n: number) => instantOf(epochMs(START) + n * MINUTE);
const shared = sharedStack({ clock });
let api: Stack;

beforeEach(() => {
  api = shared();
  nowMs = epochMs(START);
});

async function created(schedule: object | null, user = ALICE): Promise<TaskId> {
  const body = { name: 'Water', task_type: 'todo', schedule };
  const answer = await api.call('POST', '/api/v1/tasks', { user, body });
  expect(answer.status).toBe(201);
  return answer.body.task_id;
}

async function due(taskId: TaskId, at: number, user: UserId = ALICE): Promise<ExecutionId | null> {
  nowMs = epochMs(minute(at));
  const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
  const command = { default_timeout_seconds: 30, term: 1 as Term };
  const execution_id = api.deps.ids.executionId(clock.now());
  const result = await api.commands.execute({ userId: user, taskId }, context, {
    type: 'take_due',
    data: { ...command, execution_id },
  });
  return result.kind === 'done' ? (result.snapshot.state.execution?.execution_id ?? null) : null;
}

const everyMinutes = (minutes: number, more: object = {}) => ({
  type: 'interval',
  interval_minutes: minutes,
  ...more,
});
const query = (tasks: readonly string[], from: number, to: number, more = '') =>
  `/api/v1/timeline?from=${minute(from)}&to=${minute(to)}${tasks.map((id) => `&task_id=${id}`).join('')}${more}`;
// biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
const rowsOf = (task: any) =>
  task.slots.map((slot: { at: string; fate: string; reason: string | null }) => [
    (Date.parse(slot.at) - epochMs(START)) / MINUTE,
    slot.fate,
    slot.reason,
  ]);

describe('GET /timeline', () => {
  it('shows what became of slots and what is planned, of several tasks in one call', async () => {
    const [first, second, none] = [
      await created(everyMinutes(1)),
      await created(everyMinutes(2, { max_runs: 4 })),
      await created(null),
    ];
    const execution = await due(first, 1);
    await api.work(ALICE, first, execution as ExecutionId);
    await api.call('POST', `/api/v1/tasks/${second}/pause`);
    nowMs = epochMs(minute(2.5));
    const { status, body } = await api.call('GET', query([first, second, none], 0, 11));
    expect(status).toBe(200);
    expect(body.tasks.map(({ task_id }: { task_id: string }) => task_id)).toEqual([first, second, none]);
    expect(rowsOf(body.tasks[0])).toEqual([
      [1, 'fired', null],
      [2, 'due', null],
      ...[3, 4, 5, 6, 7, 8, 9, 10].map((n) => [n, 'planned', null]),
    ]);
    expect(body.tasks[0].slots[0]).toEqual({
      at: minute(1),
      due_at: minute(1),
      schedule_version: 1,
      schedule_id: 'main',
      fate: 'fired',
      reason: null,
      execution_id: execution,
      execution_status: 'completed',
      late_by_ms: 0,
      occurrence: 'overdue',
    });
    expect(rowsOf(body.tasks[1])).toEqual([
      [2, 'skipped', 'paused'],
      ...[4, 6, 8, 10].map((n) => [n, 'planned', 'paused']),
    ]);
    expect(body.tasks[2]).toEqual({ task_id: none, slots: [], buckets: null, is_complete: true });
  });

  it('leaves out what is not the callers, and refuses what is no range', async () => {
    const mine = await created(everyMinutes(1));
    const { body } = await api.call('GET', query([mine, 'tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X'], 0, 2), {
      user: BOB,
    });
    expect(body.tasks).toEqual([]);
    for (const [from, to] of [
      [5, 5],
      [0, 367 * 24 * 60],
    ] as const) {
      expect((await api.call('GET', query([mine], from, to))).body.errors).toMatchObject([
        { loc: ['query', 'to'] },
      ]);
    }
    const faults = await api.call('GET', `/api/v1/timeline?from=x&bucket=5`);
    expect(faults.body.errors.map(({ loc }: { loc: string[] }) => loc[1]).sort()).toEqual([
      'bucket',
      'from',
      'task_id',
      'to',
    ]);
  });

  it('counts by buckets where they are wanted, and of tasks with more slots than are shown', async () => {
    const [often, daily] = [await created(everyMinutes(1)), await created(everyMinutes(1_440))];
    const { body } = await api.call('GET', query([often, daily], 0, 3 * 1_440));
    const { buckets, slots, is_complete } = body.tasks[0];
    expect([slots, is_complete]).toEqual([null, true]);
    expect(
      buckets.reduce((sum: number, { counts }: { counts: { planned: number } }) => sum + counts.planned, 0),
    ).toBe(3 * 1_440 - 1);
    expect(buckets.length).toBeLessThanOrEqual(200);
    expect(rowsOf(body.tasks[1])).toEqual([
      [1_440, 'planned', null],
      [2 * 1_440, 'planned', null],
    ]);
    const hourly = await api.call('GET', query([often], 0, 120, '&bucket=3600'));
    expect(hourly.body.tasks[0].buckets).toEqual([
      { from: minute(0), counts: { planned: 59 } },
      { from: minute(60), counts: { planned: 60 } },
    ]);
    const tooMuch = await api.call('GET', query([often, daily], 0, 30 * 1_440));
    expect(tooMuch.body.tasks.map((one: { is_complete: boolean }) => one.is_complete)).toEqual([
      false,
      false,
    ]);
  });

  it('says of slots that a limit skips ahead of their time that they are planned, and will not run', async () => {
    const task = await created(everyMinutes(60));
    nowMs = epochMs(minute(60));
    const exceeded = {
      code: 'EXECUTION_LIMIT_EXCEEDED' as const,
      limit_type: 'executions_per_day' as const,
      limit: 10,
      used: 10,
      resets_at: minute(12 * 60),
      retry_after_seconds: 1,
    };
    const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
    const snapshot = (await api.deps.queries.task(ALICE, task)) as TaskSnapshot;
    await api.log.append({
      userId: ALICE,
      taskId: task,
      eventId: api.deps.ids.eventId(clock.now()),
      time: clock.now(),
      event: skipToReset(snapshot.state, exceeded),
      context,
      after: lockedPosition(snapshot),
    });
    const { body } = await api.call('GET', query([task], 0, 14 * 60));
    expect(rowsOf(body.tasks[0])).toEqual([
      [60, 'skipped', 'execution_limit'],
      ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => [n * 60, 'planned', 'execution_limit']),
      [12 * 60, 'planned', null],
      [13 * 60, 'planned', null],
    ]);
    const { body: ledger } = await api.call('GET', `/api/v1/tasks/${task}/slots`);
    expect(ledger.slots.map(({ fate }: { fate: string }) => fate).slice(0, 3)).toEqual([
      'skipped',
      'planned',
      'planned',
    ]);
    const { body: why } = await api.call('GET', `/api/v1/tasks/${task}/why?at=${minute(120)}`);
    expect(why.why).toContain('will be skipped');
  });
});
