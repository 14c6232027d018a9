import { retryWhileUnavailable } from '../../src/app/start/retry-while-unavailable.ts';
import type { Ids } from '../../src/application/ports/clock.ts';
import type { Append } from '../../src/application/ports/log/log.ts';
import { DEFAULT_OPTIONS } from '../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../src/domain/shared/credits.ts';
import type { Decision } from '../../src/domain/shared/decision.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE, type UserId } from '../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../src/domain/shared/instant.ts';
import type { CreateTask } from '../../src/domain/task/commands.ts';
import { createTask } from '../../src/domain/task/decide/decide.ts';
import { finishExecution, requestExecution, startExecution } from '../../src/domain/task/decide/execution.ts';
import type { TaskEvent } from '../../src/domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../../src/domain/task/evolve/snapshot.ts';
import { TASK_TYPES, type TaskType } from '../../src/domain/task/status.ts';
import type { JetStreamEventLog } from '../../src/jetstream/log/event-log.ts';

const AT_ONCE = 1_000;

/** What a seeded task does; by default nothing. */
export type DueTask = Pick<CreateTask, 'task_type' | 'config'>;

const NOTHING_TO_DO: DueTask = { task_type: 'todo', config: {} };

/** Appends `task.created` for tasks that are due once, each at its instant, straight to the log. */
export async function seedOnceTasks(
  log: JetStreamEventLog,
  ids: Ids,
  users: number,
  prefix: string,
  runTimes: readonly Instant[],
  task: DueTask = NOTHING_TO_DO,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, runTimes.length) }, async () => {
      for (;;) {
        const index = next++;
        const runTime = runTimes[index];
        if (runTime === undefined) return;
        await seedOne(log, ids, `${prefix}${index % users}` as UserId, once(runTime), task);
      }
    }),
  );
}

const DAY_MS = 86_400_000;
const ZONES = ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'].map((timezone) => ({
  timezone,
  hour: hourIn(timezone),
}));

/** Appends tasks that wait, straight to the log: every other one is due once, in a month, the rest daily, not within the hour. */
export async function seedScheduled(
  log: JetStreamEventLog,
  ids: Ids,
  users: number,
  amount: number,
): Promise<void> {
  const inAMonth = Date.now() + 30 * DAY_MS;
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, amount) }, async () => {
      for (let index = next++; index < amount; index = next++) {
        const user = `user${index % users}` as UserId;
        const zone = ZONES[(index >> 1) % ZONES.length];
        const isOnce = index % 2 === 0 || zone === undefined;
        const schedule = isOnce ? once(instantOf(inAMonth + index)) : daily(zone, index);
        await seedOne(log, ids, user, schedule, NOTHING_TO_DO);
      }
    }),
  );
}

/** From three hours ahead on, for seventeen hours. */
function daily(zone: (typeof ZONES)[number], index: number): Schedule {
  const hour = (zone.hour + 3 + (index % 18)) % 24;
  const run_time = `${hour}:${index % 60}`.replace(/\b\d\b/g, '0$&');
  return { ...DEFAULT_OPTIONS, type: 'daily', run_time, timezone: zone.timezone };
}

function hourIn(timeZone: string): number {
  return Number(
    new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }).format(Date.now()),
  );
}

async function seedOne(
  log: JetStreamEventLog,
  ids: Ids,
  userId: UserId,
  schedule: Schedule,
  task: DueTask,
): Promise<void> {
  const now = instantOf(Date.now());
  const decision = createTask(null, { ...newTodo(now, schedule), ...task });
  if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
  const append: Append = {
    userId,
    taskId: ids.taskId(now),
    eventId: ids.eventId(now),
    time: now,
    event: decision.event,
    context: { actor: `user:${userId}`, correlation_id: 'bench', causation_id: null, traceparent: null },
    after: { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH },
  };
  let tries = 0;
  const appended = await retryWhileUnavailable(() => {
    tries++;
    return log.append(append);
  });
  // One whose answer was lost may have been stored.
  if (appended.kind !== 'appended' && tries === 1) throw new Error('a seeded task was there already');
}

export function newTodo(now: Instant, schedule: Schedule | null): CreateTask {
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
    trigger: null,
    trigger_filter: null,
    notify: null,
    template_id: null,
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
  const now = instantOf(Date.now());
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, amount) }, async () => {
      for (let index = next++; index < amount; index = next++) {
        await seedTask(log, ids, {
          userId: `${prefix}${index % users}` as UserId,
          task_type: 'todo',
          runs: [now],
        });
      }
    }),
  );
}

/** One task of each type, run on every day of the last year. */
export async function seedYear(log: JetStreamEventLog, ids: Ids, userId: UserId): Promise<void> {
  const runs = Array.from({ length: 365 }, (_, n) => instantOf(Date.now() - (364 - n) * 86_400_000));
  await Promise.all(TASK_TYPES.map((task_type) => seedTask(log, ids, { userId, task_type, runs })));
}

interface SeededTask {
  readonly userId: UserId;
  readonly task_type: TaskType;
  /** When it is run, first of all when it is created. */
  readonly runs: readonly Instant[];
}

async function seedTask(
  log: JetStreamEventLog,
  ids: Ids,
  { userId, task_type, runs }: SeededTask,
): Promise<void> {
  const [created = instantOf(Date.now())] = runs;
  const taskId = ids.taskId(created);
  let snapshot: TaskSnapshot | null = null as TaskSnapshot | null;
  const append = async (time: Instant, decision: Decision<TaskEvent>) => {
    if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
    const appended = await log.append({
      userId,
      taskId,
      eventId: ids.eventId(time),
      time,
      event: decision.event,
      context: { actor: `user:${userId}`, correlation_id: 'bench', causation_id: null, traceparent: null },
      after: snapshot ?? { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH },
    });
    if (appended.kind !== 'appended') throw new Error('a seeded task was there already');
    snapshot = advance(snapshot, appended.event);
    return snapshot.state;
  };
  let state = await append(created, createTask(null, { ...newTodo(created, null), task_type }));
  for (const now of runs) {
    const attempt = { now, execution_id: ids.executionId(now), attempt: 1 };
    const claim = `${attempt.execution_id}.1.0`;
    const asked = { trigger_type: 'manual', trigger_data: {}, default_timeout_seconds: 30 } as const;
    state = await append(now, requestExecution(state, { ...attempt, ...asked }));
    const start = { ...attempt, worker_id: 'bench', claim, redelivered: false };
    state = await append(now, startExecution(state, start));
    state = await append(now, finishExecution(state, { ...attempt, duration_ms: 5, outcome: DONE }));
  }
}

export const DONE = {
  kind: 'completed',
  result: null,
  result_truncated: false,
  summary: null,
  tokens_used: 0,
  api_calls_made: 0,
  credits_micros: null,
} as const;
