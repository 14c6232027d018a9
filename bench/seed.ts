import type { Ids } from '../src/application/ports.ts';
import type { CreditMicros } from '../src/domain/credits.ts';
import type { Decision } from '../src/domain/decision.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE, type UserId } from '../src/domain/ids.ts';
import { type Instant, instantOf } from '../src/domain/instant.ts';
import { DEFAULT_OPTIONS } from '../src/domain/schedule/options.ts';
import type { Schedule } from '../src/domain/schedule/types.ts';
import type { CreateTask } from '../src/domain/task/commands.ts';
import { createTask } from '../src/domain/task/decide.ts';
import { finishExecution, requestExecution, startExecution } from '../src/domain/task/decide-execution.ts';
import type { TaskEvent } from '../src/domain/task/events.ts';
import { advance, type TaskSnapshot } from '../src/domain/task/snapshot.ts';
import type { JetStreamEventLog } from '../src/jetstream/event-log.ts';

const AT_ONCE = 1_000;

/** Appends `task.created` for tasks that are due once, each at its instant, straight to the log. */
export async function seedOnceTasks(
  log: JetStreamEventLog,
  ids: Ids,
  users: number,
  prefix: string,
  runTimes: readonly Instant[],
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, runTimes.length) }, async () => {
      for (;;) {
        const index = next++;
        const runTime = runTimes[index];
        if (runTime === undefined) return;
        await seedOne(log, ids, `${prefix}${index % users}` as UserId, runTime);
      }
    }),
  );
}

async function seedOne(log: JetStreamEventLog, ids: Ids, userId: UserId, run_time: Instant): Promise<void> {
  const now = instantOf(Date.now());
  const decision = createTask(null, newTodo(now, once(run_time)));
  if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
  const appended = await log.append({
    userId,
    taskId: ids.taskId(now),
    eventId: ids.eventId(now),
    time: now,
    event: decision.event,
    context: { actor: `user:${userId}`, correlation_id: 'bench', causation_id: null, traceparent: null },
    after: { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH },
  });
  if (appended.kind !== 'appended') throw new Error('a seeded task was there already');
}

function newTodo(now: Instant, schedule: Schedule | null): CreateTask {
  return {
    now,
    task_type: 'todo',
    name: 'Nothing to do',
    description: null,
    priority: 'medium',
    config: {},
    schedule,
    credits_per_run_micros: 0 as CreditMicros,
    tags: [],
    metadata: {},
    due_date: null,
    reminder_time: null,
    remind_before: null,
  };
}

function once(run_time: Instant): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'once', run_time };
}

/** Appends tasks that have each been run once, with success: four events a task, straight to the log. */
export async function seedRuns(
  log: JetStreamEventLog,
  ids: Ids,
  users: number,
  prefix: string,
  amount: number,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, amount) }, async () => {
      for (let index = next++; index < amount; index = next++) {
        await seedRun(log, ids, `${prefix}${index % users}` as UserId);
      }
    }),
  );
}

async function seedRun(log: JetStreamEventLog, ids: Ids, userId: UserId): Promise<void> {
  const now = instantOf(Date.now());
  const taskId = ids.taskId(now);
  const execution_id = ids.executionId(now);
  const attempt = { now, execution_id, attempt: 1 };
  let snapshot: TaskSnapshot | null = null as TaskSnapshot | null;
  const append = async (decision: Decision<TaskEvent>) => {
    if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
    const appended = await log.append({
      userId,
      taskId,
      eventId: ids.eventId(now),
      time: now,
      event: decision.event,
      context: { actor: `user:${userId}`, correlation_id: 'bench', causation_id: null, traceparent: null },
      after: snapshot ?? { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH },
    });
    if (appended.kind !== 'appended') throw new Error('a seeded task was there already');
    snapshot = advance(snapshot, appended.event);
    return snapshot.state;
  };
  const request = {
    now,
    execution_id,
    trigger_type: 'manual',
    trigger_data: {},
    default_timeout_seconds: 30,
  } as const;
  const start = { ...attempt, worker_id: 'bench', claim: `${execution_id}.1.0`, redelivered: false };
  const outcome = {
    kind: 'completed',
    result: null,
    result_truncated: false,
    summary: null,
    tokens_used: 0,
    api_calls_made: 0,
    credits_micros: null,
  } as const;
  const created = await append(createTask(null, newTodo(now, null)));
  const requested = await append(requestExecution(created, request));
  const running = await append(startExecution(requested, start));
  await append(finishExecution(running, { ...attempt, duration_ms: 5, outcome }));
}
