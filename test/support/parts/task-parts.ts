import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { systemClock } from '../../../src/app/system-clock.ts';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { type AskedOfTask, TaskCommands } from '../../../src/application/commands/execute-command.ts';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import type { Lease } from '../../../src/application/ports/lease.ts';
import { NOT_MEASURED } from '../../../src/application/ports/measures.ts';
import { TaskQueries } from '../../../src/application/queries/queries.ts';
import type { ExecutionId, TaskId, Term, UserId } from '../../../src/domain/shared/ids.ts';
import type { CreateTask, TaskChanges } from '../../../src/domain/task/commands.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { PROJECTOR_LEASE } from '../../../src/jetstream/views/view-keys.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { Projector } from '../../../src/projector/projector.ts';
import { newTask, success } from '../histories/history.ts';
import { NO_LIMITS } from './nobody.ts';

export type TaskParts = ReturnType<typeof taskParts>;

export interface TaskPartsOptions {
  readonly executionsKept?: number;
  readonly budgetMs?: number;
  /** Of the projector. */
  readonly cacheBytes?: number;
  readonly leaseTtlMs?: number;
  /** The projector always believes that it leads. */
  readonly withoutLease?: boolean;
}

/** What one process makes of a connection: log, views, commands, queries and a projector that has not started. */
export function taskParts(nc: NatsConnection, secretsKey: Uint8Array, options: TaskPartsOptions = {}) {
  const executionsKept = options.executionsKept ?? 100;
  const keys = new UserKeys(nc, secretsKey);
  const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
  const views = new JetStreamViews(nc, { executionsKept, keys });
  const follower = new JetStreamLogFollower(nc, keys);
  const repository = new TaskRepository({ log, views });
  const ids = ulidIds();
  const budget = options.budgetMs === undefined ? {} : { budgetMs: options.budgetMs };
  const commands = new TaskCommands({
    log,
    repository,
    clock: systemClock,
    ids,
    admissions: NO_LIMITS,
    measures: NOT_MEASURED,
    ...budget,
  });
  const queries = new TaskQueries({ log, views, repository });
  const cache = options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes };
  const ttlMs = options.leaseTtlMs ?? 1_000;
  const lease = options.withoutLease
    ? alwaysLeads
    : new JetStreamLease(nc, systemClock, { name: PROJECTOR_LEASE, holder: 'test', ttlMs });
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const projector = new Projector({ nc, keys, log, follower, lease, logger, executionsKept, ...cache });
  const person = new Person(commands);
  return { nc, keys, log, views, follower, repository, ids, commands, queries, projector, person };
}

const alwaysLeads: Lease = {
  run: (lead, signal) => lead({ term: 1 as Term, signal, holds: () => true }),
  holder: () => null,
};

/** Asks for things as callers do, and insists that they are done. */
export class Person {
  readonly #commands: TaskCommands;
  readonly #ids = ulidIds();

  constructor(commands: TaskCommands) {
    this.#commands = commands;
  }

  async create(userId: UserId, given: Partial<CreateTask> = {}): Promise<TaskId> {
    const now = systemClock.now();
    const taskId = this.#ids.taskId(now);
    await this.ask(userId, taskId, { type: 'create', data: newTask({ now, ...given }) });
    return taskId;
  }

  rename(userId: UserId, taskId: TaskId, name: string) {
    return this.change(userId, taskId, { name });
  }

  change(userId: UserId, taskId: TaskId, changes: TaskChanges) {
    return this.ask(userId, taskId, {
      type: 'update',
      data: { if_match: null, reason: null, changes, status: null },
    });
  }

  async request(userId: UserId, taskId: TaskId): Promise<ExecutionId> {
    const now = systemClock.now();
    const execution_id = this.#ids.executionId(now);
    await this.ask(userId, taskId, {
      type: 'request_execution',
      data: { execution_id, trigger_type: 'manual', trigger_data: {}, default_timeout_seconds: 30 },
    });
    return execution_id;
  }

  async start(userId: UserId, taskId: TaskId, execution_id: ExecutionId): Promise<void> {
    const claim = `${execution_id}.1.0`;
    const worker_id = 'w1';
    await this.ask(userId, taskId, {
      type: 'start_execution',
      data: { execution_id, attempt: 1, worker_id, claim, redelivered: false },
    });
  }

  async finish(userId: UserId, taskId: TaskId, execution_id: ExecutionId): Promise<void> {
    await this.ask(userId, taskId, {
      type: 'finish_execution',
      data: { execution_id, attempt: 1, duration_ms: 3, outcome: success },
    });
  }

  /** Request, start and success. */
  async run(userId: UserId, taskId: TaskId): Promise<ExecutionId> {
    const execution = await this.request(userId, taskId);
    await this.start(userId, taskId, execution);
    await this.finish(userId, taskId, execution);
    return execution;
  }

  async ask(userId: UserId, taskId: TaskId, asked: AskedOfTask) {
    const context = { actor: `user:${userId}`, correlation_id: 'c', causation_id: null, traceparent: null };
    const result = await this.#commands.execute({ userId, taskId }, context, asked);
    if (result.kind !== 'done') throw new Error(`not done: ${JSON.stringify(result)}`);
    return result;
  }
}
