import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import type { ExecutionId, TaskId, Term } from '../../../src/domain/shared/ids.ts';
import { epochMs, instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Called, type Stack, stack } from '../../support/parts/stack.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Noon, three days ago. */
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
  const answer = await api.call('POST', '/api/v1/tasks', {
    body: {
      name: 'Water the plants',
      task_type: 'todo',
      schedule: { type: 'interval', interval_minutes: 1, catch_up: 'skip' },
    },
  });
  expect(answer.status).toBe(201);
  taskId = answer.body.task_id;
  path = `/api/v1/tasks/${taskId}/what-if`;
});

/** The scheduler takes all that is due at a minute after the start; each run takes no time. */
async function taken(at: number): Promise<void> {
  nowMs = epochMs(minute(at));
  const context = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };
  for (;;) {
    const execution_id: ExecutionId = api.deps.ids.executionId(clock.now());
    const data = { default_timeout_seconds: 30, term: 1 as Term, execution_id };
    const result = await api.commands.execute({ userId: ALICE, taskId }, context, { type: 'take_due', data });
    if (result.kind !== 'done') throw new Error(result.kind);
    if (result.event === null) return;
    const running = result.snapshot.state.execution?.execution_id;
    if (running !== undefined) await api.work(ALICE, taskId, running);
  }
}

const ask = (body: object, user = ALICE): Promise<Called> => api.call('POST', path, { body, user });
const fates = (slots: readonly { fate: string; reason: string | null }[]) =>
  slots.map(({ fate, reason }) => (reason === null ? fate : `${fate} ${reason}`));

describe('what if', () => {
  test('nothing were another: what was, and nothing is appended', async () => {
    await taken(1);
    await taken(4.5);
    await taken(5);
    const before = await api.lastSequence();
    for (const more of [{}, { policies: { catch_up: 'skip' } }, { policies: {} }]) {
      const { status, body } = await ask({ from: minute(0), to: minute(5), ...more });
      expect(status).toBe(200);
      expect(fates(body.actual)).toEqual(['fired', 'missed catch_up', 'missed catch_up', 'fired', 'fired']);
      expect(body.proposed).toEqual(body.actual);
      expect(body.differences).toEqual([]);
    }
    expect(await api.lastSequence()).toBe(before);
  });

  test('what an outage kept from running had been caught up', async () => {
    await taken(1);
    await taken(4.5);
    await taken(5);
    const policies = { catch_up: 'all', catch_up_window_seconds: 3_600 };
    const { status, body } = await ask({ from: minute(0), to: minute(5), policies });
    expect(status).toBe(200);
    expect(fates(body.proposed)).toEqual(['fired', 'fired', 'fired', 'fired', 'fired']);
    expect(body.differences.map(({ at }: { at: string }) => at)).toEqual([minute(2), minute(3), minute(4)]);
    const [second, , last] = body.differences;
    // The runs before it had taken their time.
    expect([last.actual.late_by_ms, last.proposed.late_by_ms]).toEqual([30_000, 30_010]);
    expect(second.actual).toMatchObject({ fate: 'missed', execution_id: null });
    expect(second.proposed).toMatchObject({ fate: 'fired', execution_id: null, late_by_ms: 2.5 * MINUTE });
    expect(body.proposed[3].execution_id).toBe(body.actual[3].execution_id);
    expect(body.schedule).toMatchObject({ type: 'interval', catch_up: 'all' });
    const codes = body.assumptions.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(['recorded_runs', 'typical_runs', 'outages', 'limits']);
    expect(body.assumptions[1]).toMatchObject({ params: { runs: 2, milliseconds: 5 } });
  });

  test('it had another schedule, also ahead', async () => {
    await taken(1);
    nowMs = epochMs(minute(1.5));
    const schedule = { type: 'interval', interval_minutes: 2, start_at: START };
    const { status, body } = await ask({ from: minute(0), to: minute(6), schedule });
    expect(status).toBe(200);
    expect(body.actual.map(({ at }: { at: string }) => at)).toEqual([1, 2, 3, 4, 5, 6].map(minute));
    expect(fates(body.actual)).toEqual(Array.from({ length: 6 }, () => 'fired'));
    expect(body.proposed.map(({ at }: { at: string }) => at)).toEqual([2, 4, 6].map(minute));
    expect(body.assumptions.map(({ code }: { code: string }) => code)).toContain('ahead');
  });

  test.each([
    [{ from: 'now', to: minute(5) }, ['body', 'from']],
    [{ to: minute(5) }, ['body', 'from']],
    [{ from: minute(5), to: minute(1) }, ['body', 'from']],
    [{ from: minute(0), to: minute(5), schedule: 7 }, ['body', 'schedule']],
    [{ from: minute(0), to: minute(5), schedule: { type: 'often' } }, ['body', 'schedule', 'type']],
    [{ from: minute(0), to: minute(5), policies: { overlap: 'queue' } }, ['body', 'policies', 'overlap']],
    [{ from: minute(0), to: minute(5), policies: { cron: '* * * * *' } }, ['body', 'policies', 'cron']],
    [{ from: minute(0), to: minute(5), append: true }, ['body', 'append']],
  ])('%j is a 422 that names the member', async (body, loc) => {
    const before = await api.lastSequence();
    const answer = await ask(body);
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ loc }]]);
    expect(await api.lastSequence()).toBe(before);
  });

  test('more slots than an answer takes, a task without a schedule, before it was there, somebody else’s', async () => {
    const many = await ask({ from: minute(0), to: minute(10_002) });
    expect(many.body).toMatchObject({ status: 422, error_code: 'TOO_MANY_SLOTS', limit: 10_000 });
    const early = await ask({ from: minute(-60), to: minute(-30) });
    expect(early.body).toMatchObject({ proposed: [], actual: [], differences: [] });
    expect((await ask({ from: minute(0), to: minute(5) }, BOB)).body.error_code).toBe('TASK_NOT_FOUND');
    const { body } = await api.call('POST', '/api/v1/tasks', { body: { name: 'Once', task_type: 'todo' } });
    path = `/api/v1/tasks/${body.task_id}/what-if`;
    const range = { from: minute(0), to: minute(5) };
    expect((await ask({ ...range, policies: { overlap: 'skip' } })).body.error_code).toBe('NO_SCHEDULE');
    expect((await ask(range)).body).toMatchObject({ proposed: [], actual: [] });
  });

  test('ten thousand slots are worked out, and others go on meanwhile', async () => {
    const began = performance.now();
    const asked = ask({ from: minute(0), to: minute(9_990), policies: { overlap: 'buffer_one' } });
    let slowest = 0;
    let isDone = false;
    void asked.then(() => {
      isDone = true;
    });
    while (!isDone) {
      const before = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      slowest = Math.max(slowest, performance.now() - before);
    }
    const { status, body } = await asked;
    expect([status, body.proposed.length]).toEqual([200, 9_990]);
    expect(body.differences).toEqual([]);
    console.info(`${Math.round(performance.now() - began)} ms, at most ${Math.round(slowest)} ms at once`);
    expect(slowest).toBeLessThan(1_000);
  });
});
