/**
 * Where the attempt of an execution command goes: to the worker of this process, which takes it at once or lets it wait
 * where no other worker lives; else through the queue. Commands for the queue that come up in one turn of the event loop
 * are emitted together.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../../application/ports/clock.ts';
import type {
  ExecutionCommand,
  ExecutionCommandPublisher,
} from '../../../application/ports/work/execution-commands.ts';
import type { LocalWorker } from '../../../application/ports/work/local-worker.ts';
import { localClaim } from '../start-event.ts';

interface Wanted {
  readonly row: number;
  readonly command: ExecutionCommand;
}

export interface DispatchDeps {
  /** Null: this process has none. */
  readonly worker: LocalWorker | null;
  readonly commands: ExecutionCommandPublisher;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Called where a command went nowhere, and is to be sent again after so long. */
  readonly onReturned: (row: number, command: ExecutionCommand, delayMs: number) => void;
  /** How long the log has to recover, milliseconds. */
  readonly retryMs: () => number;
}

export class Dispatch {
  readonly #deps: DispatchDeps;
  /** Workers of other processes. */
  readonly #others = new Set<string>();
  #forQueue: Wanted[] = [];

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
  }

  workerAlive(workerId: string): void {
    if (workerId !== this.#deps.worker?.workerId) this.#others.add(workerId);
  }

  workerGone(workerId: string): void {
    this.#others.delete(workerId);
  }

  send(row: number, command: ExecutionCommand): void {
    const { worker, onReturned } = this.#deps;
    const { execution_id, attempt } = command;
    const taken = worker?.offer({
      command,
      claim: localClaim(execution_id, attempt, worker.workerId),
      mayWait: () => this.#others.size === 0,
      onHandedBack: (delayMs) => onReturned(row, command, delayMs),
    });
    if (taken !== true) this.#forQueue.push({ row, command });
  }

  /** What is for the queue; null where nothing is. The promise does not reject. */
  flush(): Promise<void> | null {
    if (this.#forQueue.length === 0) return null;
    const wanted = this.#forQueue;
    this.#forQueue = [];
    return this.#emit(wanted);
  }

  async #emit(wanted: readonly Wanted[]): Promise<void> {
    const { clock, commands, logger, onReturned } = this.#deps;
    try {
      await commands.emit(
        wanted.map((each) => each.command),
        clock.now(),
      );
    } catch (error) {
      const retryMs = this.#deps.retryMs();
      logger.warn(
        { err: error, commands: wanted.length, retry_ms: retryMs },
        'execution commands not emitted',
      );
      for (const { row, command } of wanted) onReturned(row, command, retryMs);
    }
  }
}
