/**
 * One command after another, each from the start of its attempt to the outcome in the log:
 *
 *   start (append) --> executor --> finish (append) --> settled
 *      |                  |            '- log away: kept and tried again
 *      |                  '- over for the log (watch): aborted, nothing appended, settled
 *      '- refused: settled; log away: handed back
 */
import type { Logger } from 'pino';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import type { TaskRepository } from '../../application/commands/task-repository.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { isLogAway, LogUnavailable } from '../../application/ports/failures.ts';
import type { Span, Traces } from '../../application/ports/traces.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import type { OutboundHttp } from '../../outbound/outbound-http.ts';
import type { Executors } from '../../task-types/executor.ts';
import type { DocumentReaders } from '../../task-types/foreign/readings.ts';
import { Attempt } from './attempt.ts';
import { AttemptLog, idsOf, type Recording, type TakenAttempt } from './attempt-log.ts';
import type { CommandInHand } from './command-in-hand.ts';
import { endSuperseded, type WatchedLog } from './execution-watch.ts';
import { OutsideWaits } from './outside-waits.ts';
import type { PlaceHolder, Places } from './places.ts';
import type { WorkerTiming } from './worker-timing.ts';

export interface RunDeps {
  /** Of this process alone, and of no earlier one: it says whose attempt an event is. */
  readonly workerId: string;
  readonly commands: Pick<TaskCommands, 'execute'>;
  /** Where tasks are loaded from whose attempts the scheduler has started. */
  readonly tasks: Pick<TaskRepository, 'reaching'>;
  /** Asked for the trigger data of an execution, by the executors that send it on. */
  readonly queries: Pick<TaskQueries, 'execution'>;
  readonly log: WatchedLog;
  readonly executors: Executors;
  readonly outbound: OutboundHttp;
  readonly documents: DocumentReaders;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly traces: Traces;
  /** Of whom nothing is started any more. */
  readonly isDeleted: (userId: UserId) => boolean;
}

export interface CommandRunsDeps extends RunDeps {
  readonly timing: WorkerTiming;
  readonly places: Places<PlaceHolder>;
  /** Since the process began; counted on here. */
  readonly counts: { started: number; completed: number; failed: number; superseded: number };
  /** Aborts when even outcomes that wait for the log are given up. */
  readonly givingUp: AbortSignal;
  /** A place has become free. */
  readonly onFree: () => void;
  /** The command is done. */
  readonly settle: (held: CommandInHand) => void;
  /** The command is for another worker, or for later. */
  readonly handBack: (held: CommandInHand, delayMs: number) => void;
}

export class CommandRuns {
  readonly #deps: CommandRunsDeps;
  readonly #log: AttemptLog;
  readonly #attempts = new Map<CommandInHand, Attempt>();
  #watching = false;

  constructor(deps: CommandRunsDeps) {
    this.#deps = deps;
    this.#log = new AttemptLog({ ...deps, ...deps.timing });
  }

  /** Aborts what runs; it is handed back without an outcome. */
  stop(): void {
    for (const attempt of this.#attempts.values()) attempt.end('stopped');
  }

  /** Ends what is over for the log. */
  async watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    try {
      const old = [...this.#attempts.values()].filter((it) => it.durationMs() >= this.#deps.timing.watch / 2);
      await endSuperseded(this.#deps.log, old);
    } catch (err) {
      if (!(err instanceof LogUnavailable)) this.#deps.logger.error({ err }, 'watching executions failed');
    } finally {
      this.#watching = false;
    }
  }

  /** Never rejects: a command that breaks our own code is handed back, later and later, and nothing else suffers. */
  async run(held: CommandInHand): Promise<void> {
    try {
      if (await this.#isDone(held)) this.#deps.settle(held);
      else this.#deps.handBack(held, 0);
    } catch (err) {
      if (isLogAway(err)) {
        this.#deps.logger.warn(idsOf(held), 'the log is away; execution handed back');
        this.#deps.handBack(held, 1_000);
      } else {
        this.#deps.logger.error({ err, ...idsOf(held) }, 'an execution command broke down');
        this.#deps.handBack(held, Math.min(60_000, 1_000 * 2 ** Math.min(held.deliveries - 1, 6)));
      }
    } finally {
      this.#attempts.delete(held);
    }
  }

  /** One span, from the start to the outcome in the log. False where the worker stopped before the command was done. */
  async #isDone(held: CommandInHand): Promise<boolean> {
    const { traces } = this.#deps;
    const { task_type, traceparent } = held.command;
    const span = traces.begin(`execute ${task_type}`, 'consumer', traceparent);
    if (span.isRecorded) tell(span, held);
    held.traceparent = span.traceparent;
    try {
      const outcome = await this.#execute(held);
      if (span.isRecorded) span.set({ 'task_service.outcome': outcome.as });
      span.end(outcome.failure);
      return outcome.as !== 'stopped';
    } catch (error) {
      span.end(error instanceof Error ? error.name : '_OTHER');
      throw error;
    } finally {
      held.traceparent = traceparent;
    }
  }

  async #execute(held: CommandInHand): Promise<Executed> {
    const taken = await this.#log.take(held, this.#deps.givingUp);
    if (taken === null) return { as: 'nothing to run' };
    this.#deps.counts.started++;
    const attempt = this.#begin(held, taken);
    const outcome = await attempt.run(this.#deps.executors[held.command.task_type]);
    if (outcome === 'stopped') return { as: outcome };
    if (outcome === 'superseded') {
      this.#deps.counts.superseded++;
      return { as: outcome };
    }
    const recording = await this.#record(held, taken, outcome, attempt.durationMs());
    if (recording === 'recorded') this.#deps.counts[outcome.kind]++;
    if (recording === 'refused') this.#deps.counts.superseded++;
    if (recording === 'given up') return { as: 'stopped' };
    if (recording === 'refused') return { as: 'superseded' };
    return outcome.kind === 'failed' ? { as: 'failed', failure: outcome.code } : { as: 'completed' };
  }

  async #record(
    held: CommandInHand,
    taken: TakenAttempt,
    outcome: AttemptOutcome,
    durationMs: number,
  ): Promise<Recording> {
    this.#deps.places.record(held);
    this.#attempts.delete(held);
    this.#deps.onFree();
    return await this.#log.record(held, taken, outcome, durationMs, this.#deps.givingUp);
  }

  #begin(held: CommandInHand, { snapshot, execution }: TakenAttempt): Attempt {
    const { clock, outbound, documents, logger, queries } = this.#deps;
    const { user_id, task_id, execution_id } = held.command;
    const triggerData = async () =>
      (await queries.execution(user_id, task_id, execution_id))?.trigger_data ?? {};
    const { traceparent } = held;
    const waits = new OutsideWaits({
      afterMs: this.#deps.timing.aside,
      onLong: () => {
        this.#deps.places.setAside(held);
        this.#deps.onFree();
      },
      onOver: () => this.#deps.places.takeBack(held),
    });
    const deps = { clock, outbound, documents, logger, triggerData, traceparent, waits };
    const attempt = new Attempt(snapshot, execution, deps);
    this.#attempts.set(held, attempt);
    if (this.#deps.givingUp.aborted) attempt.end('stopped');
    return attempt;
  }
}

/** What became of a command here; `stopped`: nothing yet, it is handed back. */
interface Executed {
  readonly as: 'completed' | 'failed' | 'superseded' | 'nothing to run' | 'stopped';
  /** Code of the failure. */
  readonly failure?: string;
}

function tell(span: Span, { command, messageId }: CommandInHand): void {
  span.set({
    'messaging.system': 'nats',
    'messaging.operation.name': 'execute',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'EXECUTION_COMMANDS',
    'messaging.message.id': messageId,
    'task_service.task_id': command.task_id,
    'task_service.execution_id': command.execution_id,
    'task_service.attempt': command.attempt,
    'task_service.priority': command.priority,
  });
}
