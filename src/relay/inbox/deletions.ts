/**
 * What follows from a user's deletion: every pending, scheduled or paused task is cancelled, and any that a race leaves
 * active later. What runs is let finish, and cancelled then.
 *
 *     user deleted --> sweep: all tasks that the log has now       --> recorded as swept
 *     log          --> each event of a deleted user's task: look   --> checkpoint
 *
 * Every task is seen by one of the two: what was in the log when the sweep read it by the sweep, what came later by
 * following, for by then the deletion is known here. One instance does this, under a lease; two would only do it twice.
 */
import type { Logger } from 'pino';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import type { KnownUsers } from '../../application/commands/known-users.ts';
import type { Clock, CommandContext } from '../../application/ports/clock.ts';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { Leadership, Lease } from '../../application/ports/lease.ts';
import type { LogFollower } from '../../application/ports/log/following.ts';
import type { RelayStateStore } from '../../application/ports/platform.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { NO_SEQUENCE, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import type { TaskCommand } from '../../domain/task/decider.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import { Checkpoint } from '../checkpoint.ts';

export const USER_DELETED_REASON = 'user_deleted';
const FOLLOWED_TOGETHER = 500;
const CANCELLED_TOGETHER = 32;
const RETRY_MS = 500;

export interface DeletionsDeps {
  readonly users: Pick<KnownUsers, 'isDeleted' | 'whenDeleted' | 'allKnown'>;
  readonly follower: Pick<LogFollower, 'followUnopened' | 'lastSequence'>;
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly records: RelayStateStore;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Deletions {
  readonly #deps: DeletionsDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(deps: DeletionsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running ??= this.#stand().catch((error: unknown) => {
      this.#deps.logger.fatal({ err: error }, 'tasks of deleted users are not cancelled any more');
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #stand(): Promise<void> {
    const { users, lease } = this.#deps;
    const { signal } = this.#stop;
    // Another instance may know already what this one cannot learn.
    await users.allKnown(signal);
    await lease.run((leadership) => this.#lead(leadership), signal);
  }

  async #lead(leadership: Leadership): Promise<void> {
    const { users } = this.#deps;
    const { signal } = leadership;
    // Until then an event of a deleted user could pass unseen.
    await users.allKnown(signal);
    const sweeps = new Set<Promise<void>>();
    let last = Promise.resolve();
    const stop = users.whenDeleted((userId) => {
      // One user after another: one with many tasks is work enough.
      last = last.then(() => this.#insist(signal, () => this.#sweep(userId)));
      const sweep = last;
      sweeps.add(sweep);
      void sweep.finally(() => sweeps.delete(sweep));
    });
    try {
      await this.#follow(leadership);
    } finally {
      stop();
      await Promise.all(sweeps);
    }
  }

  async #follow({ signal }: Leadership): Promise<void> {
    const { users, follower, records, logger } = this.#deps;
    const checkpoint = new Checkpoint(records, 'deletions', logger);
    await this.#insist(signal, async () => {
      const reached = await checkpoint.read();
      const from = reached === NO_SEQUENCE ? await follower.lastSequence() : reached;
      checkpoint.moveTo(from);
      await follower.followUnopened(
        from,
        async (events, through) => {
          const touched = new Map<TaskId, UserId>();
          for (const { meta } of events) {
            if (users.isDeleted(meta.user_id)) touched.set(meta.task_id, meta.user_id);
          }
          await this.#cancelAll([...touched].map(([taskId, userId]) => ({ userId, taskId })));
          checkpoint.moveTo(through);
        },
        { maxBatch: FOLLOWED_TOGETHER, signal },
      );
    });
    await checkpoint.settle();
  }

  async #sweep(userId: UserId): Promise<void> {
    const { queries, records, logger } = this.#deps;
    const key = ['swept', userId] as const;
    const swept = await records.get(key);
    if (swept !== null) return;
    const tasks = await queries.tasksOf(userId);
    const active = tasks.filter(({ state }) => isToCancel(state));
    await this.#cancelAll(active.map(({ state }) => ({ userId, taskId: state.task_id })));
    await records.put(key, { at: this.#deps.clock.now() }, 0);
    logger.info({ tasks: active.length }, 'the tasks of a deleted user are cancelled');
  }

  async #cancelAll(targets: readonly { userId: UserId; taskId: TaskId }[]): Promise<void> {
    for (let from = 0; from < targets.length; from += CANCELLED_TOGETHER) {
      const together = targets.slice(from, from + CANCELLED_TOGETHER);
      await Promise.all(together.map((target) => this.#cancel(target)));
    }
  }

  async #cancel(target: { userId: UserId; taskId: TaskId }): Promise<void> {
    const result = await this.#deps.commands.execute(target, CONTEXT, cancellationOf);
    if (result.kind === 'conflict') throw new LogUnavailable('the task changes without pause');
  }

  /** Does it until it succeeds or the signal aborts. */
  async #insist(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        return await act();
      } catch (error) {
        this.#deps.logger.warn({ err: error }, 'cancelling the tasks of deleted users is tried again');
        await pauseUnless(signal, RETRY_MS);
      }
    }
  }
}

const CONTEXT: CommandContext = {
  actor: 'service:task-service',
  correlation_id: USER_DELETED_REASON,
  causation_id: null,
  traceparent: null,
};

function isToCancel(state: TaskState): boolean {
  if (state.deleted_at !== null || state.execution?.state === 'running') return false;
  const { resting_status: status } = state;
  return status === 'pending' || status === 'scheduled' || status === 'paused';
}

/** Null where it is not to be cancelled (yet). */
function cancellationOf(state: TaskState | null): TaskCommand | null {
  if (state === null || !isToCancel(state)) return null;
  return { type: 'cancel', data: { if_match: null, reason: USER_DELETED_REASON } };
}
