/**
 * A log of many users: most tasks have run once, some many times, and between two runs of a task lie those of others. Made
 * straight in the stream, in full batches.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Ids } from '../../src/application/ports/clock.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import { instantOf } from '../../src/domain/shared/instant.ts';
import { createTask } from '../../src/domain/task/decide/decide.ts';
import { requestExecution } from '../../src/domain/task/decide/execution.ts';
import type { UserKeys } from '../../src/jetstream/codec/user-keys.ts';
import { type BatchMessage, publishBatch } from '../../src/jetstream/connection/atomic-batch.ts';
import { DONE, newTodo } from './seed.ts';
import { SeededTask } from './seeded-task.ts';

const BATCH = 900;
const TIMEOUT_MS = 30_000;
const USERS = 500;
/** Of the events, those of tasks that run again and again. */
const LONG_SHARE = 0.5;
const RUNS_OF_LONG = 100;
const EVENTS_OF_RUN = 3;
const HOUR_MS = 3_600_000;
/** What people write, and what comes of a run. */
const WRITTEN = {
  description: 'Something that somebody wrote about it. '.repeat(5),
  tags: ['home', 'shop'],
  metadata: { aisle: 7, note: 'y'.repeat(60) },
};
const OUTCOME = { ...DONE, result: { temperature: 21, text: 'z'.repeat(100) }, summary: 'Done.' };

/** Answers how many events it has. */
export async function seedMixedLog(
  nc: NatsConnection,
  keys: UserKeys,
  ids: Ids,
  amount: number,
): Promise<number> {
  let waiting: BatchMessage[] = [];
  let stored = 0;
  const flush = async () => {
    if (waiting.length === 0) return;
    await publishBatch(nc, waiting, TIMEOUT_MS);
    stored += waiting.length;
    waiting = [];
  };
  const store = async (message: BatchMessage) => {
    waiting.push(message);
    if (waiting.length === BATCH) await flush();
  };
  const long = Math.ceil((amount * LONG_SHARE) / (1 + EVENTS_OF_RUN * RUNS_OF_LONG));
  const short = Math.ceil((amount * (1 - LONG_SHARE)) / (1 + EVENTS_OF_RUN));
  const begin = Date.now() - (RUNS_OF_LONG + 1) * HOUR_MS;
  const tasks: SeededTask[] = [];
  for (let n = 0; n < long + short; n++) {
    const userId = `user${n % USERS}` as UserId;
    const now = instantOf(begin + n);
    const task = new SeededTask(userId, now, ids, await keys.getOrCreate(userId), store);
    await task.append(now, createTask(null, { ...newTodo(now, null), ...WRITTEN, name: `Task ${n}` }));
    tasks.push(task);
  }
  // Of each round all long ones run, and a part of the others.
  for (let round = 0; round < RUNS_OF_LONG; round++) {
    const running = tasks.filter((_, n) => n < long || n % RUNS_OF_LONG === round);
    for (const [n, task] of running.entries()) await runOnce(task, begin + round * HOUR_MS + n);
  }
  await flush();
  return stored;
}

async function runOnce(task: SeededTask, at: number): Promise<void> {
  const now = instantOf(at);
  await task.run(
    now,
    (state, execution_id) =>
      requestExecution(state, {
        now,
        execution_id,
        trigger_type: 'manual',
        trigger_data: {},
        default_timeout_seconds: 30,
      }),
    OUTCOME,
  );
}
