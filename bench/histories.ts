/**
 * What questions about the middle of one task's history cost, by the number of its runs: processor time of this
 * process, which asks as the service does, for each of many questions, none of them asked twice.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { systemClock } from '../src/app/system-clock.ts';
import { TaskRepository } from '../src/application/commands/task-repository.ts';
import type { Ids } from '../src/application/ports/clock.ts';
import { TaskQueries } from '../src/application/queries/queries.ts';
import { DEFAULT_OPTIONS } from '../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../src/domain/schedule/types.ts';
import type { TaskId, Term, UserId } from '../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../src/domain/shared/instant.ts';
import { createTask } from '../src/domain/task/decide/decide.ts';
import { takeDue } from '../src/domain/task/decide/due.ts';
import type { TaskSnapshot } from '../src/domain/task/evolve/snapshot.ts';
import type { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { type BatchMessage, publishBatch } from '../src/jetstream/connection/atomic-batch.ts';
import { JetStreamLease } from '../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../src/jetstream/log/follow/log-follower.ts';
import { JetStreamViews } from '../src/jetstream/views/views.ts';
import { Projector } from '../src/projector/projector.ts';
import { DONE, newTodo } from './load/seed.ts';
import { SeededTask } from './load/seeded-task.ts';

const USER = 'historian' as UserId;
const MINUTE_MS = 60_000;
const BATCH = 900;
const QUESTIONS = 200;

export interface HistoryFigure {
  readonly question: string;
  readonly runs: number;
  /** Processor time of one question, milliseconds. */
  readonly cpuMs: number;
}

/** Seeds a task for each number of runs, projects it, and asks. */
export async function histories(
  nc: NatsConnection,
  keys: UserKeys,
  ids: Ids,
  sizes: readonly number[],
): Promise<HistoryFigure[]> {
  const end = instantOf(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  const tasks = new Map<number, TaskId>();
  for (const runs of sizes) tasks.set(runs, await seedHistory(nc, keys, ids, runs, end));
  const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
  const views = new JetStreamViews(nc, { executionsKept: 100, keys });
  const follower = new JetStreamLogFollower(nc, keys);
  const lease = new JetStreamLease(nc, systemClock, { name: 'bench', holder: 'bench' });
  const logger = pino({ level: 'warn' });
  const projector = new Projector({ nc, keys, log, follower, lease, executionsKept: 100, logger });
  const last = await follower.lastSequence();
  while ((await projector.runOnce()) < last);
  const queries = new TaskQueries({ log, views, repository: new TaskRepository({ log, views }) });
  const figures: HistoryFigure[] = [];
  for (const [runs, taskId] of tasks) {
    const task = await queries.task(USER, taskId);
    if (task === null) throw new Error('a seeded task is not there');
    for (const [question, ask] of questions(queries, task, runs, end)) {
      for (let n = 0; n < 20; n++) await ask(Math.random());
      const before = process.cpuUsage();
      for (let n = 0; n < QUESTIONS; n++) await ask((n + 0.5) / QUESTIONS);
      const { user, system } = process.cpuUsage(before);
      figures.push({ question, runs, cpuMs: (user + system) / 1000 / QUESTIONS });
    }
  }
  return figures;
}

type Ask = (part: number) => Promise<unknown>;

function questions(queries: TaskQueries, task: TaskSnapshot, runs: number, end: Instant): [string, Ask][] {
  const timeAt = (part: number) => plusMs(end, -Math.floor((1 - part) * runs) * MINUTE_MS);
  const { past } = queries;
  const range = (from: Instant) => ({ from, to: plusMs(from, 10 * MINUTE_MS), after: null, limit: 101 });
  return [
    ['as_of', (part) => past.asOf(task, { time: timeAt(part) })],
    ['slots of ten minutes', (part) => past.slots(task, range(timeAt(part)), end)],
    ['why', (part) => past.why(task, timeAt(part), end)],
    [
      '20 executions',
      (part) =>
        queries.executions(USER, task.state.task_id, {
          limit: 20,
          beforeNumber: Math.max(21, Math.floor(part * runs)),
        }),
    ],
  ];
}

/** A task that has run each minute up to `end`, straight to the log. */
async function seedHistory(
  nc: NatsConnection,
  keys: UserKeys,
  ids: Ids,
  runs: number,
  end: Instant,
): Promise<TaskId> {
  const created = plusMs(end, -runs * MINUTE_MS - 1);
  let waiting: BatchMessage[] = [];
  let stored = 0;
  const flush = async () => {
    const [first, ...rest] = waiting;
    if (first === undefined) return;
    const headers = { ...first.headers, 'Nats-Expected-Last-Subject-Sequence': `${stored}` };
    stored = (await publishBatch(nc, [{ ...first, headers }, ...rest], 10_000)).sequence;
    waiting = [];
  };
  const task = new SeededTask(USER, created, ids, await keys.getOrCreate(USER), async (message) => {
    waiting.push(message);
    if (waiting.length === BATCH) await flush();
  });
  await task.append(created, createTask(null, newTodo(created, everyMinute(plusMs(created, 1)))));
  for (let run = 0; run < runs; run++) {
    const now = task.state.next_run_time ?? end;
    await task.run(
      now,
      (state, execution_id) =>
        takeDue(state, { now, execution_id, default_timeout_seconds: 30, term: 1 as Term }),
      DONE,
    );
  }
  await flush();
  return task.taskId;
}

function everyMinute(anchor: Instant): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'interval', interval_seconds: 60, anchor };
}
