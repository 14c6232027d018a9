/**
 * What questions about the middle of one task's history cost, by the number of its runs: processor time of this
 * process, which asks as the service does, for each of many questions, none of them asked twice.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { systemClock } from '../src/app/system-clock.ts';
import { TaskRepository } from '../src/application/commands/task-repository.ts';
import type { Ids } from '../src/application/ports/clock.ts';
import type { Append } from '../src/application/ports/log/log.ts';
import { TaskQueries } from '../src/application/queries/queries.ts';
import { DEFAULT_OPTIONS } from '../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../src/domain/schedule/types.ts';
import type { Decision } from '../src/domain/shared/decision.ts';
import {
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type Term,
  type UserId,
} from '../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../src/domain/shared/instant.ts';
import { createTask } from '../src/domain/task/decide/decide.ts';
import { takeDue } from '../src/domain/task/decide/due.ts';
import { finishExecution, startExecution } from '../src/domain/task/decide/execution.ts';
import type { TaskEvent } from '../src/domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../src/domain/task/evolve/snapshot.ts';
import type { TaskState } from '../src/domain/task/state.ts';
import { encodeEvent } from '../src/jetstream/codec/codec.ts';
import type { UserKeys } from '../src/jetstream/codec/user-keys.ts';
import { type BatchMessage, publishBatch } from '../src/jetstream/connection/atomic-batch.ts';
import { taskSubject } from '../src/jetstream/connection/subjects.ts';
import { JetStreamLease } from '../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../src/jetstream/log/follow/log-follower.ts';
import { JetStreamViews } from '../src/jetstream/views/views.ts';
import { Projector } from '../src/projector/projector.ts';
import { DONE, newTodo } from './seed.ts';

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
  const key = await keys.getOrCreate(USER);
  const created = plusMs(end, -runs * MINUTE_MS - 1);
  const taskId = ids.taskId(created);
  const subject = taskSubject(USER, taskId);
  let waiting: BatchMessage[] = [];
  let stored = NO_SEQUENCE as number;
  const flush = async () => {
    if (waiting.length === 0) return;
    const [first, ...rest] = waiting;
    const headers = { 'Nats-Expected-Last-Subject-Sequence': `${stored}` };
    const messages = [{ ...(first as BatchMessage), headers }, ...rest];
    stored = (await publishBatch(nc, messages, 10_000)).sequence;
    waiting = [];
  };
  let snapshot: TaskSnapshot | null = null as TaskSnapshot | null;
  const append = async (time: Instant, decision: Decision<TaskEvent>): Promise<TaskState> => {
    if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
    const after = snapshot ?? { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };
    const context = { actor: 'bench', correlation_id: 'bench', causation_id: null, traceparent: null };
    const entry: Append = {
      userId: USER,
      taskId,
      eventId: ids.eventId(time),
      time,
      event: decision.event,
      context,
      after,
    };
    const { body, hash } = encodeEvent(entry, key);
    const revision = (after.revision + 1) as TaskSnapshot['revision'];
    const meta = {
      user_id: USER,
      task_id: taskId,
      id: entry.eventId,
      time,
      revision,
      hash,
      prevhash: after.hash,
    };
    const sequence = (after.sequence + 1) as Sequence;
    snapshot = advance(snapshot, { ...decision.event, meta: { ...meta, ...context, sequence } });
    waiting.push({ subject, headers: {}, payload: body });
    if (waiting.length === BATCH) await flush();
    return snapshot.state;
  };
  let state = await append(created, createTask(null, newTodo(created, everyMinute(plusMs(created, 1)))));
  for (let run = 0; run < runs; run++) {
    const now = state.next_run_time ?? end;
    const attempt = { now, execution_id: ids.executionId(now), attempt: 1 };
    const claim = `${attempt.execution_id}.1.0`;
    const asked = { default_timeout_seconds: 30, term: 1 as Term };
    state = await append(now, takeDue(state, { ...attempt, ...asked }));
    const start = { ...attempt, worker_id: 'bench', claim, redelivered: false };
    state = await append(now, startExecution(state, start));
    state = await append(now, finishExecution(state, { ...attempt, duration_ms: 5, outcome: DONE }));
  }
  await flush();
  return taskId;
}

function everyMinute(anchor: Instant): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'interval', interval_seconds: 60, anchor };
}
