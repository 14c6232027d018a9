/** What a worker tells the log of an attempt: that it started, and how it ended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { Clock, CommandContext } from '../../application/ports/clock.ts';
import { isLogAway, LogUnavailable, OutcomeUnknown } from '../../application/ports/failures.ts';
import { traceFields } from '../../application/ports/traces.ts';
import type { StoredStart } from '../../application/ports/work/local-worker.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import type { EventId, UserId } from '../../domain/shared/ids.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import { type TaskCommand, taskDecider } from '../../domain/task/decider.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { RunningExecution } from './attempt.ts';
import type { CommandInHand } from './command-in-hand.ts';

export interface TakenAttempt {
  readonly execution: RunningExecution;
  readonly snapshot: Snapshot<TaskState>;
  /** Id of the `execution_started`; null where the answer to its append was lost. */
  readonly eventId: EventId | null;
}

/** What became of an outcome: in the log, refused because the execution is over, or given up by `signal`. */
export type Recording = 'recorded' | 'refused' | 'given up';

interface AttemptLogDeps {
  readonly workerId: string;
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly tasks: Pick<TaskRepository, 'reaching'>;
  /** Of whom nothing is started any more. */
  readonly isDeleted: (userId: UserId) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds: first and longest pause before an outcome is appended again. */
  readonly retryFirst: number;
  readonly retryMost: number;
}

export class AttemptLog {
  readonly #deps: AttemptLogDeps;

  constructor(deps: AttemptLogDeps) {
    this.#deps = deps;
  }

  /**
   * Appends the start, unless that is in the log already. Null where there is nothing to run (any more). Throws
   * LogUnavailable or OutcomeUnknown; of what has started not before `givingUp` aborts.
   */
  async take(held: CommandInHand, givingUp: AbortSignal): Promise<TakenAttempt | null> {
    return held.start === null ? this.#start(held) : this.#started(held, held.start, givingUp);
  }

  async #started(
    held: CommandInHand,
    { claim, sequence, eventId }: StoredStart,
    givingUp: AbortSignal,
  ): Promise<TakenAttempt | null> {
    const { tasks, retryFirst } = this.#deps;
    const { user_id: userId, task_id: taskId } = held.command;
    for (;;) {
      try {
        const snapshot = await tasks.reaching(userId, taskId, sequence);
        if (snapshot === null || snapshot.sequence < sequence) {
          throw new LogUnavailable(`${taskId} does not reach sequence ${sequence} yet`);
        }
        const { execution } = snapshot.state;
        const isOurs = execution?.state === 'running' && execution.claim === claim;
        return isOurs ? { execution, snapshot, eventId } : null;
      } catch (error) {
        if (!(error instanceof LogUnavailable) || givingUp.aborted) throw error;
      }
      await delay(retryFirst, undefined, { signal: givingUp }).catch(() => {});
    }
  }

  async #start(held: CommandInHand): Promise<TakenAttempt | null> {
    const { workerId, commands, clock, isDeleted } = this.#deps;
    const { user_id: userId, task_id: taskId, execution_id, attempt } = held.command;
    if (isDeleted(userId)) return null;
    let decidedAttempt: number | null = null;
    const start = (redelivered: boolean) =>
      commands.execute({ userId, taskId }, this.#context(held, null), (state) => {
        // Again, for the start may have waited for another command of the task.
        if (isDeleted(userId)) return null;
        const claim = held.messageId;
        const data = { execution_id, attempt, worker_id: workerId, claim, redelivered };
        const command: TaskCommand = { type: 'start_execution', data };
        // Known before it is sent: where the answer is lost, the log is asked whether this is what it has.
        const decision = taskDecider.decide(state, command, clock.now());
        if (decision.kind === 'event' && decision.event.type === 'task.execution_started') {
          decidedAttempt = decision.event.data.attempt;
        }
        return command;
      });
    const result = await start(held.redelivered).catch((error: unknown) => {
      if (!(error instanceof OutcomeUnknown)) throw error;
      // It may be in the log: as a first delivery it is then refused, and the state shows whose start it was.
      return start(false);
    });
    if (result.kind === 'conflict') throw new LogUnavailable('the task kept changing under the start');
    const { snapshot } = result;
    const execution = snapshot?.state.execution ?? null;
    const isOurs =
      execution?.state === 'running' &&
      execution.execution_id === execution_id &&
      execution.worker_id === workerId &&
      execution.claim === held.messageId &&
      execution.attempt === decidedAttempt;
    if (snapshot === null || !isOurs) return null;
    return { execution, snapshot, eventId: result.kind === 'done' ? (result.event?.meta.id ?? null) : null };
  }

  /** Appends the outcome; while the log is away it tries again until `givingUp` aborts. */
  async record(
    held: CommandInHand,
    taken: TakenAttempt,
    outcome: AttemptOutcome,
    durationMs: number,
    givingUp: AbortSignal,
  ): Promise<Recording> {
    try {
      return await this.#append(held, taken, outcome, durationMs, givingUp);
    } catch (err) {
      if (outcome.kind === 'failed') throw err;
      // Not to be run again and again for a result that cannot be kept.
      this.#deps.logger.error({ err, ...idsOf(held) }, 'a result could not be stored');
      return await this.#append(held, taken, notStored(outcome), durationMs, givingUp);
    }
  }

  async #append(
    held: CommandInHand,
    { execution, eventId }: TakenAttempt,
    outcome: AttemptOutcome,
    duration_ms: number,
    givingUp: AbortSignal,
  ): Promise<Recording> {
    const { commands, logger, retryFirst, retryMost } = this.#deps;
    const { user_id: userId, task_id: taskId } = held.command;
    const { execution_id, attempt } = execution;
    const context = this.#context(held, eventId);
    for (let pauseMs = retryFirst; ; pauseMs = Math.min(pauseMs * 2, retryMost)) {
      try {
        const data = { execution_id, attempt, duration_ms, outcome };
        const result = await commands.execute({ userId, taskId }, context, {
          type: 'finish_execution',
          data,
        });
        if (result.kind === 'done') return 'recorded';
        // It ended without us, or by an append of ours whose answer was lost.
        if (result.kind === 'rejected') return 'refused';
      } catch (error) {
        if (!isLogAway(error)) throw error;
        logger.warn(idsOf(held), 'the log is away; the outcome is kept and tried again');
      }
      await delay(pauseMs, undefined, { signal: givingUp }).catch(() => {});
      if (givingUp.aborted) return 'given up';
    }
  }

  #context(held: CommandInHand, causation_id: EventId | null): CommandContext {
    return {
      actor: `worker:${this.#deps.workerId}`,
      correlation_id: held.command.execution_id,
      causation_id,
      traceparent: held.traceparent,
    };
  }
}

/** Which attempt a line of the service's own log is about. */
export function idsOf({ command, traceparent }: CommandInHand): Record<string, unknown> {
  const { task_id, execution_id, attempt } = command;
  return { task_id, execution_id, attempt, ...traceFields(traceparent) };
}

function notStored({ tokens_used, api_calls_made }: AttemptOutcome): AttemptOutcome {
  return {
    kind: 'failed',
    code: 'RESULT_NOT_STORED',
    message: 'the run succeeded, but its result could not be stored',
    details: {},
    retryable: false,
    tokens_used,
    api_calls_made,
  };
}
