/**
 * The worker as the scheduler of its own process sees it. What comes from there shares the places with what comes from
 * the queue, and is chosen among it by the same rule; a place that is free is one that nobody waits for.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.ts';
import type { Traces } from '../../application/ports/traces.ts';
import type {
  LocalWorker,
  OfferedAttempt,
  ReservedPlace,
} from '../../application/ports/work/local-worker.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { TaskType } from '../../domain/task/status.ts';
import type { Executors } from '../../task-types/executor.ts';
import { concludedRun } from './concluded-run.ts';
import { LocalDelivery } from './local-delivery.ts';
import type { PlaceHolder, Places } from './places.ts';

/** Offered attempts that wait for a place: choosing the next one looks at them. */
const WAITING_AT_MOST = 2_000;

export interface LocalWorkDeps {
  readonly workerId: string;
  readonly executors: Executors;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly traces: Traces;
  readonly places: Places<PlaceHolder>;
  /** Whether anything may be started now. */
  readonly isOpen: () => boolean;
  readonly isInHand: (messageId: string) => boolean;
  /** How many in hand have no place. */
  readonly waiting: () => number;
  /** Takes it in hand: it waits for a place, unless it has started. */
  readonly receive: (delivery: LocalDelivery) => void;
  /** A place has become free. */
  readonly onFree: () => void;
  readonly concluded: (kind: AttemptOutcome['kind']) => void;
}

export class LocalWork implements LocalWorker {
  readonly workerId: string;
  readonly #deps: LocalWorkDeps;

  constructor(deps: LocalWorkDeps) {
    this.#deps = deps;
    this.workerId = deps.workerId;
  }

  concludes(type: TaskType): boolean {
    return this.#deps.executors[type].conclude !== undefined;
  }

  conclude(state: TaskState, traceparent: string | null): AttemptOutcome {
    const { traces, executors } = this.#deps;
    const { task_id, task_type, execution } = state;
    const span = traces.begin(`execute ${task_type}`, 'internal', traceparent);
    if (span.isRecorded) {
      span.set({ 'task_service.task_id': task_id, 'task_service.attempt': execution?.attempt ?? 0 });
    }
    const outcome = concludedRun(executors[task_type], state, this.#deps);
    span.end(outcome.kind === 'failed' ? outcome.code : undefined);
    return outcome;
  }

  concluded(kind: AttemptOutcome['kind']): void {
    this.#deps.concluded(kind);
  }

  reserve(userId: UserId, timeoutSeconds: number): ReservedPlace | null {
    const { places, isOpen, receive, onFree } = this.#deps;
    const holder: PlaceHolder = { userId, timeoutSeconds };
    if (!isOpen() || !places.mayTake(holder)) return null;
    places.take(holder);
    return {
      begin: (stored) => {
        places.leave(holder);
        receive(LocalDelivery.started(stored));
      },
      release: () => {
        places.leave(holder);
        onFree();
      },
    };
  }

  offer(attempt: OfferedAttempt): boolean {
    const { places, isOpen, isInHand, waiting, receive } = this.#deps;
    if (!isOpen()) return false;
    if (isInHand(attempt.claim)) return true;
    const { user_id: userId, timeout_seconds: timeoutSeconds } = attempt.command;
    const isFree = places.mayTake({ userId, timeoutSeconds });
    if (!isFree && (!attempt.mayWait() || waiting() >= WAITING_AT_MOST)) return false;
    receive(LocalDelivery.offered(attempt));
    return true;
  }
}
