/**
 * Notices that an execution which runs here is over for the log: cancelled, its task deleted, its attempt given to
 * another worker, its deadline enforced by the scheduler. The commands that did it do not know this worker, so
 * it looks: once a second the sequence of the task's last event (0.1 ms of the server's time), and the events
 * themselves only where there are new ones.
 */
import type { EventLog } from '../../application/ports/log/log.ts';
import { advanceAll } from '../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { Attempt, RunningExecution } from './attempt.ts';

const AT_ONCE = 8;

export type WatchedLog = Pick<EventLog, 'lastOfTask' | 'readTask'>;

/** Looks after the attempts given; ends those that the log has ended. Throws LogUnavailable. */
export async function endSuperseded(log: WatchedLog, attempts: readonly Attempt[]): Promise<void> {
  for (let from = 0; from < attempts.length; from += AT_ONCE) {
    await Promise.all(attempts.slice(from, from + AT_ONCE).map((attempt) => look(log, attempt)));
  }
}

async function look(log: WatchedLog, attempt: Attempt): Promise<void> {
  const { state, sequence } = attempt.snapshot;
  const last = await log.lastOfTask(state.user_id, state.task_id);
  if (last <= sequence) return;
  const events = await log.readTask(state.user_id, state.task_id, sequence);
  attempt.snapshot = advanceAll(attempt.snapshot, events) ?? attempt.snapshot;
  if (!isCurrent(attempt.snapshot.state, attempt.execution)) attempt.end('superseded');
}

/** Whether this attempt is the one that the log has running. */
function isCurrent(state: TaskState, attempt: RunningExecution): boolean {
  const execution = state.execution;
  return (
    execution?.state === 'running' &&
    execution.execution_id === attempt.execution_id &&
    execution.attempt === attempt.attempt
  );
}
