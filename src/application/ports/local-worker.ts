/** The worker of the scheduler's own process: what the scheduler gives it without a queue. */
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { TaskType } from '../../domain/task/status.ts';

export interface LocalWorker {
  /** Whose attempts they are. */
  readonly workerId: string;
  /** Whether a run of this type needs nothing from outside, so that its outcome is known at once. */
  concludes(type: TaskType): boolean;
  /** The outcome of such a run: the task's execution, as it runs in this state. Never throws. */
  conclude(state: TaskState, traceparent: string | null): AttemptOutcome;
  /** The outcome is in the log. */
  concluded(kind: AttemptOutcome['kind']): void;
}
