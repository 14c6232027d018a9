/** The tries of one execution, as its events tell of them: each start, and how it ended. */
import type { RecordedTaskEvent } from '../shared/event.ts';
import { type Instant, plusMs } from '../shared/instant.ts';
import { executionEndOf, isOfExecution } from '../task/events/event-accessors.ts';

/** `lost`: nothing was heard of its worker any more. */
export type AttemptEnd = 'completed' | 'failed' | 'timed_out' | 'lost' | 'cancelled';

export interface AttemptError {
  readonly code: string;
  readonly message: string | null;
}

export interface ExecutionAttempt {
  readonly attempt: number;
  /** Who ran it. */
  readonly worker: string;
  readonly started_at: Instant;
  /** Null while it runs; of a lost one, when it was given up. */
  readonly ended_at: Instant | null;
  readonly outcome: AttemptEnd | null;
  readonly error: AttemptError | null;
}

/** With one event of the execution, or of its task, folded in. `number`: of the execution. */
export function attemptsAfter(
  attempts: readonly ExecutionAttempt[],
  event: RecordedTaskEvent,
  number: number,
): readonly ExecutionAttempt[] {
  const { time } = event.meta;
  if (isOfExecution(event) && event.data.number === number) {
    if (event.type === 'task.execution_started') {
      const { attempt, worker_id: worker } = event.data;
      const begun = { attempt, worker, started_at: time, ended_at: null, outcome: null, error: null };
      return [...ended(attempts, { outcome: 'lost', ended_at: time, error: LOST }), begun];
    }
    if (event.type === 'task.execution_failed') {
      const { code, personal, duration_ms } = event.data;
      const last = attempts.at(-1);
      const ended_at = last === undefined ? time : earlier(plusMs(last.started_at, duration_ms), time);
      const error = { code, message: personal.error_message };
      return ended(attempts, { outcome: endByCode(code), ended_at, error });
    }
  }
  const end = executionEndOf(event);
  if (end === null || end.number !== number) return attempts;
  switch (end.outcome) {
    case 'completed':
      return ended(attempts, { outcome: 'completed', ended_at: time, error: null });
    case 'failed':
      return attempts;
    case 'cancelled': {
      const message =
        'personal' in event.data && 'reason' in event.data.personal ? event.data.personal.reason : null;
      return ended(attempts, { outcome: 'cancelled', ended_at: time, error: { code: end.code, message } });
    }
  }
}

const LOST: AttemptError = { code: 'WORKER_LOST', message: null };

function endByCode(code: string): AttemptEnd {
  if (code === 'TIMEOUT') return 'timed_out';
  return code === 'WORKER_LOST' ? 'lost' : 'failed';
}

/** The last one ended, where it still runs. */
function ended(
  attempts: readonly ExecutionAttempt[],
  end: Pick<ExecutionAttempt, 'outcome' | 'ended_at' | 'error'>,
): readonly ExecutionAttempt[] {
  const last = attempts.at(-1);
  return last === undefined || last.outcome !== null
    ? attempts
    : [...attempts.slice(0, -1), { ...last, ...end }];
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}
