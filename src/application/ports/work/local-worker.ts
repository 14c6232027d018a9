/** The worker of the scheduler's own process: what the scheduler gives it without a queue. */
import type { EventId, Sequence, UserId } from '../../../domain/shared/ids.ts';
import type { AttemptOutcome } from '../../../domain/task/commands.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import type { TaskType } from '../../../domain/task/status.ts';
import type { ExecutionCommand } from './execution-commands.ts';

export interface LocalWorker {
  /** Whose attempts they are. */
  readonly workerId: string;
  /** Whether a run of this type needs nothing from outside, so that its outcome is known at once. */
  concludes(type: TaskType): boolean;
  /** The outcome of such a run: the task's execution, as it runs in this state. Never throws. */
  conclude(state: TaskState, traceparent: string | null): AttemptOutcome;
  /** The outcome is in the log. */
  concluded(kind: AttemptOutcome['kind']): void;
  /** A place for an attempt whose start is about to be stored; null where none is free. */
  reserve(userId: UserId, timeoutSeconds: number): ReservedPlace | null;
  /** Takes an attempt that is awaited. False: it is to go through the queue. */
  offer(offered: OfferedAttempt): boolean;
}

/** Ends with one call of either. */
export interface ReservedPlace {
  /** The start is on disk: the attempt begins. */
  begin(stored: StoredStart): void;
  /** It has not been stored, and never will be. */
  release(): void;
}

export interface StoredStart {
  readonly command: ExecutionCommand;
  /** What the start says its attempt was taken with: the event's `claim`. */
  readonly claim: string;
  /** Of the start, or of something later on the task. */
  readonly sequence: Sequence;
  readonly eventId: EventId;
  /** Called where the worker leaves the attempt without an outcome. */
  readonly onLost: () => void;
}

export interface OfferedAttempt {
  readonly command: ExecutionCommand;
  /** What its start will say that it was taken with; the same attempt offered again has the same. */
  readonly claim: string;
  /** Whether it may wait here for as long as it takes: nobody else would run it. */
  readonly mayWait: () => boolean;
  /** Called where it was not started: it may be offered again after so long. */
  readonly onHandedBack: (delayMs: number) => void;
}
