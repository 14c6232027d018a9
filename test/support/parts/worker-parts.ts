import type { NatsConnection } from '@nats-io/transport-node';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { ExecutionCommand } from '../../../src/application/ports/work/execution-commands.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { ExecutionId, TaskId, Term, UserId } from '../../../src/domain/shared/ids.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import type { CreateTask } from '../../../src/domain/task/commands.ts';
import { JetStreamLogSignals } from '../../../src/jetstream/log/follow/log-signals.ts';
import { type Declaration, loadDeclarations } from '../../../src/jetstream/provisioning/declarations.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { JetStreamCommandPublisher } from '../../../src/jetstream/queues/command-publisher.ts';
import { JetStreamCommandQueue } from '../../../src/jetstream/queues/command-queue.ts';
import { COMMAND_STREAM } from '../../../src/jetstream/queues/execution-commands.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { Worker, type WorkerDeps } from '../../../src/worker/worker.ts';
import { NOBODY_DELETED } from './nobody.ts';
import { providers } from './providers.ts';
import { outboundTo, readHere, silent } from './run.ts';
import { type TaskParts, taskParts } from './task-parts.ts';

const USER = 'usr_worker' as UserId;

/** How long a silent worker keeps its commands, in these tests: 1 s instead of 10. */
const ACK_WAIT_MS = 1_000;

export interface Requested {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly executionId: ExecutionId;
}

export type WorkerParts = Awaited<ReturnType<typeof workerParts>>;

/** What a worker stands on: the log, a queue of commands with a short ack wait, and somebody who asks for runs. */
export async function workerParts(nc: NatsConnection, secretsKey: Uint8Array) {
  const declarations = (await loadDeclarations()).map(quick);
  await provision(nc, { replicas: 1, declarations });
  const parts = taskParts(nc, secretsKey);
  const publisher = new JetStreamCommandPublisher(nc, { logger: silent, replicas: 1, declarations });
  const signals = new JetStreamLogSignals(nc);
  const queue = new JetStreamCommandQueue(nc, { logger: silent, replicas: 1, declarations });

  /** Emits the command for an execution, as the scheduler does. */
  async function emit(requested: Requested, fields: Partial<ExecutionCommand> = {}): Promise<void> {
    const { userId: user_id, taskId: task_id, executionId: execution_id } = requested;
    const task = await parts.queries.task(user_id, task_id);
    if (task === null) throw new Error('no task');
    const { task_type, priority } = task.state;
    const now = systemClock.now();
    const command: ExecutionCommand = {
      user_id,
      task_id,
      execution_id,
      attempt: 1,
      task_type,
      priority,
      due_at: now,
      term: 1 as Term,
      traceparent: null,
      timeout_seconds: null,
      ...fields,
    };
    await publisher.emit([command], now);
  }

  /** Creates a task, asks for a run by hand, and emits its command. */
  async function request(
    given: Partial<CreateTask>,
    run: { timeoutSeconds?: number; triggerData?: JsonObject; traceparent?: string } = {},
  ): Promise<Requested> {
    const taskId = await parts.person.create(USER, given);
    const now = systemClock.now();
    const executionId = parts.ids.executionId(now);
    await parts.person.ask(USER, taskId, {
      type: 'request_execution',
      data: {
        execution_id: executionId,
        trigger_type: 'manual',
        trigger_data: run.triggerData ?? {},
        default_timeout_seconds: run.timeoutSeconds ?? 30,
      },
    });
    const requested = { userId: USER, taskId, executionId };
    await emit(requested, { traceparent: run.traceparent ?? null });
    return requested;
  }

  /** The execution as soon as it fits, by signals of the log; asks again where the log is away. */
  async function until(
    requested: Requested,
    fits: (execution: ExecutionState) => boolean,
  ): Promise<ExecutionState> {
    for (;;) {
      try {
        const execution = await look(requested, fits);
        if (execution !== null) return execution;
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
      }
    }
  }

  async function look(
    { userId, taskId, executionId }: Requested,
    fits: (execution: ExecutionState) => boolean,
  ): Promise<ExecutionState | null> {
    const task = await parts.queries.task(userId, taskId);
    const execution = await parts.queries.execution(userId, taskId, executionId);
    if (execution !== null && fits(execution)) return execution;
    if (task === null) throw new Error('no task');
    await signals.waitForTask(userId, taskId, task.sequence, AbortSignal.timeout(15_000));
    return null;
  }

  return {
    ...parts,
    queue,
    emit,
    request,
    until,
    ended: (requested: Requested) =>
      until(requested, ({ status }) => status !== 'pending' && status !== 'running'),
    /** Resolves once no command is stored any more. */
    allAcked: () => allAcked(nc),
  };
}

/** A worker of its own id on these parts, stopped when the test is over. */
export function startWorker(
  parts: TaskParts & Pick<WorkerDeps, 'queue'>,
  workerId: string,
  given: Partial<WorkerDeps> = {},
): Worker {
  const { commands, repository: tasks, queries, log, queue } = parts;
  const { timing, ...others } = given;
  const worker = new Worker({
    workerId,
    queue,
    commands,
    tasks,
    queries,
    log,
    executors: createExecutors(providers()),
    outbound: outboundTo(),
    documents: readHere,
    clock: systemClock,
    logger: silent,
    ...NOBODY_DELETED,
    concurrency: 10,
    timing: { heartbeat: ACK_WAIT_MS / 3, watch: 100, stopGrace: 200, ...timing },
    ...others,
  });
  worker.start();
  onTestFinished(() => worker.stop());
  return worker;
}

function quick(declaration: Declaration): Declaration {
  const consumers = declaration.consumers.map((consumer) => ({
    ...consumer,
    ack_wait: ACK_WAIT_MS * 1_000_000,
  }));
  return { ...declaration, consumers };
}

async function allAcked(nc: NatsConnection): Promise<void> {
  for (;;) {
    const info = await nc.request(`$JS.API.STREAM.INFO.${COMMAND_STREAM}`);
    if (info.json<{ state: { messages: number } }>().state.messages === 0) return;
  }
}
