/**
 * The erasure of a user, step by step, each recorded among the user's own facts, so that whoever finds one unfinished goes
 * on with it:
 *
 *     user.deleted --> user.erasure_requested --> tasks cancelled, runs ended --> user.erased
 *          --> key destroyed, all that is stored beside the log erased --> user.erasure_completed
 *
 * The log itself stays as it is, chain and hashes too: what it holds of the user was sealed under the key. One instance
 * carries it out, under a lease; two would only do it twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '../../domain/shared/ids.ts';
import type { TaskCommand } from '../../domain/task/decider.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { ErasureCounts, ErasureStage } from '../../domain/user/events.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import type { Admissions } from '../commands/admissions.ts';
import type { TaskCommands } from '../commands/execute-command.ts';
import type { KnownUsers } from '../commands/known-users.ts';
import type { Clock, CommandContext } from '../ports/clock.ts';
import type { Leadership, Lease } from '../ports/lease.ts';
import type { ErasedStores } from '../ports/log/erased-stores.ts';
import type { EventLog } from '../ports/log/log.ts';
import type { TaskQueries } from '../queries/queries.ts';

const REASON = 'user_erased';
const CANCELLED_TOGETHER = 32;
const RETRY_MS = 500;
/** What runs is aborted; its worker may be gone, or not hear of it. */
const ENDED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;

export interface ErasuresDeps {
  readonly users: Pick<KnownUsers, 'read' | 'whenErasing' | 'allKnown'>;
  readonly admissions: Pick<Admissions, 'ofUser' | 'deleteUser'>;
  readonly log: Pick<EventLog, 'lastOfUser'>;
  readonly queries: Pick<TaskQueries, 'tasksOf'>;
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly stores: ErasedStores;
  readonly clock: Clock;
  readonly reports: ErasureReports;
}

/** What whoever runs the service is to know. */
export interface ErasureReports {
  erased(counts: ErasureCounts): void;
  /** Of a user who was erased before: from a backup. */
  keyWasBack(): void;
  tryingAgain(error: unknown): void;
}

export class Erasures {
  readonly #deps: ErasuresDeps;

  constructor(deps: ErasuresDeps) {
    this.#deps = deps;
  }

  /**
   * Records that the user is to be erased, and deleted where that is not so yet; from then on it is carried out. Answers
   * how far it is; null where there is no such user. Throws LogUnavailable.
   */
  async request(userId: UserId, context: CommandContext): Promise<ErasureStage | null> {
    const { admissions, log } = this.#deps;
    if ((await log.lastOfUser(userId)) === 0) return null;
    await admissions.deleteUser(userId, null, context);
    const facts = await admissions.ofUser(userId, context, { type: 'request_erasure', data: {} });
    return facts?.erasure ?? null;
  }

  /** Goes on with what was recorded, to its end. Throws LogUnavailable. */
  async carryOut(userId: UserId): Promise<ErasureStage | null> {
    const { users, admissions, stores, reports } = this.#deps;
    let facts = await users.read(userId);
    if (facts?.erasure === 'requested') {
      await this.#endTasks(userId);
      facts = await admissions.ofUser(userId, CONTEXT, { type: 'erase', data: {} });
    }
    if (facts?.erasure === 'erased') {
      const erased = await stores.erase(userId, facts.sequence);
      facts = await admissions.ofUser(userId, CONTEXT, { type: 'complete_erasure', data: { erased } });
      reports.erased(erased);
    }
    return facts?.erasure ?? null;
  }

  /**
   * At the start, before anything is served: finishes what was begun, and erases again what has come back from a backup.
   * `erased`: all whose last fact is `user.erased` or later. Throws LogUnavailable.
   */
  async finish(erased: readonly UserId[]): Promise<void> {
    const { users, stores, reports } = this.#deps;
    for (const userId of erased) {
      const facts = await users.read(userId);
      if (facts?.erasure === 'completed' && (await stores.isReadable(userId))) {
        reports.keyWasBack();
        await stores.erase(userId, facts.sequence);
      }
      await this.carryOut(userId);
    }
  }

  /** Carries out what is asked for, as long as this instance leads, until `signal` aborts. */
  async run(lease: Lease, signal: AbortSignal): Promise<void> {
    await lease.run((leadership) => this.#lead(leadership), signal);
  }

  async #lead({ signal }: Leadership): Promise<void> {
    const { users } = this.#deps;
    await users.allKnown(signal);
    let last = Promise.resolve();
    const stop = users.whenErasing((userId) => {
      last = last.then(() => this.#insist(userId, signal));
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    stop();
    await last;
  }

  async #insist(userId: UserId, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.carryOut(userId);
        return;
      } catch (error) {
        this.#deps.reports.tryingAgain(error);
        await pauseUnless(signal, RETRY_MS);
      }
    }
  }

  /** Each run ends in one outcome, which is recorded; those that no worker ends in time stay as they are. */
  async #endTasks(userId: UserId): Promise<void> {
    const { clock, queries, commands } = this.#deps;
    const giveUpAt = clock.monotonicMs() + ENDED_WITHIN_MS;
    for (;;) {
      const open = (await queries.tasksOf(userId)).filter(({ state }) => isOpen(state));
      if (open.length === 0 || clock.monotonicMs() > giveUpAt) return;
      for (let from = 0; from < open.length; from += CANCELLED_TOGETHER) {
        const together = open.slice(from, from + CANCELLED_TOGETHER);
        await Promise.all(
          together.map(({ state }) => commands.execute({ userId, taskId: state.task_id }, CONTEXT, endingOf)),
        );
      }
      await delay(LOOK_AGAIN_MS);
    }
  }
}

const CONTEXT: CommandContext = {
  actor: 'service:task-service',
  correlation_id: REASON,
  causation_id: null,
  traceparent: null,
};

function isOpen({ execution, deleted_at, resting_status: status }: TaskState): boolean {
  if (execution !== null) return true;
  return deleted_at === null && (status === 'pending' || status === 'scheduled' || status === 'paused');
}

/** Null where nothing is open. */
function endingOf(state: TaskState | null): TaskCommand | null {
  if (state === null || !isOpen(state)) return null;
  const { execution } = state;
  if (execution === null) return { type: 'cancel', data: { if_match: null, reason: REASON } };
  return { type: 'cancel_execution', data: { execution_id: execution.execution_id, reason: REASON } };
}
