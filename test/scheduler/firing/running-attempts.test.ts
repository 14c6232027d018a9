import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WorkerLeaseListener } from '../../../src/application/ports/work/worker-leases.ts';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import {
  finishExecution,
  requestExecution,
  startExecution,
} from '../../../src/domain/task/decide/execution.ts';
import { success } from '../../support/histories/history.ts';
import { Stage } from '../fakes.ts';

const HOUR_S = 3_600;

let listener: WorkerLeaseListener;
let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  stage = new Stage(undefined, {
    workers: {
      watch: async (given) => {
        listener = given;
      },
    },
  });
});
afterEach(async () => {
  await stage.scheduler.stop();
  vi.useRealTimers();
});

/** A task whose execution runs on a worker, with an hour to go. */
async function running(workerId: string): Promise<TaskId> {
  const taskId = await stage.create({});
  const execution_id = stage.ids.executionId();
  await stage.decide(taskId, (state) =>
    requestExecution(state, {
      now: stage.clock.now(),
      execution_id,
      trigger_type: 'manual',
      trigger_data: {},
      default_timeout_seconds: HOUR_S,
    }),
  );
  await start(taskId, workerId);
  return taskId;
}

async function start(taskId: TaskId, workerId: string): Promise<void> {
  await stage.decide(taskId, (state) =>
    startExecution(state, {
      now: stage.clock.now(),
      execution_id: state.execution?.execution_id ?? stage.ids.executionId(),
      attempt: state.execution?.attempt ?? 1,
      worker_id: workerId,
      claim: `${state.execution?.execution_id}.${state.execution?.attempt}.0`,
      redelivered: false,
    }),
  );
}

const stateOf = (taskId: TaskId) => stage.log.snapshotOf(taskId)?.state.execution;

test('attempts of a worker that is gone are given to the next at once, whatever their timeout; others go on', async () => {
  await stage.lead();
  const [lost, other] = [await running('w1'), await running('w2')];
  const before = stage.commands.emitted.length;
  listener.onGone('w1');
  await stage.clock.pass(50);
  expect(stage.log.typesOf(lost).at(-1)).toBe('task.execution_failed');
  expect(stage.log.events.at(-1)).toMatchObject({ data: { code: 'WORKER_LOST', will_retry: true } });
  expect(stateOf(lost)).toMatchObject({ state: 'requested', attempt: 2, lost_attempts: 1 });
  expect(stage.commands.emitted.slice(before)).toMatchObject([{ task_id: lost, attempt: 2 }]);
  expect(stateOf(other)).toMatchObject({ state: 'running', attempt: 1, worker_id: 'w2' });
});

test('a worker that was only paused finds its attempt taken, and its outcome refused', async () => {
  await stage.lead();
  const taskId = await running('w1');
  listener.onGone('w1');
  await stage.clock.pass(50);
  await start(taskId, 'w2');
  listener.onAlive('w1');
  const state = stage.log.snapshotOf(taskId)?.state ?? null;
  const late = finishExecution(state, {
    now: stage.clock.now(),
    execution_id: state?.execution?.execution_id ?? stage.ids.executionId(),
    attempt: 1,
    duration_ms: 5,
    outcome: success,
  });
  expect(late).toEqual({ kind: 'rejected', rejection: { code: 'STALE_ATTEMPT' } });
  // What it starts from now on is its own again.
  const next = await running('w1');
  await stage.clock.pass(1_000);
  expect(stateOf(next)).toMatchObject({ state: 'running', worker_id: 'w1' });
});

test('a start that the log shows after its worker was known to be gone is given on too', async () => {
  await stage.lead();
  listener.onGone('w1');
  const taskId = await running('w1');
  await stage.clock.pass(50);
  expect(stateOf(taskId)).toMatchObject({ state: 'requested', attempt: 2 });
});

test('a standby that comes to lead gives on what it knows to be orphaned', async () => {
  await stage.start();
  const taskId = await running('w1');
  listener.onGone('w1');
  await stage.clock.pass(1_000);
  expect(stateOf(taskId)).toMatchObject({ state: 'running', attempt: 1 });
  stage.lease.elect();
  await stage.clock.pass(50);
  expect(stateOf(taskId)).toMatchObject({ state: 'requested', attempt: 2 });
});
