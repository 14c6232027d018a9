/**
 * All that can be asked of a task, each by a command named for it. A new command is a line of `TaskCommand`, a
 * function in `decide/`, and the line below that the compiler then asks for.
 */
import type { Decider } from '../shared/decider.ts';
import { type Decision, rejected } from '../shared/decision.ts';
import type { RecordedTaskEvent } from '../shared/event.ts';
import type { Revision } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type {
  CancelExecution,
  CancelTask,
  CreateTask,
  DeleteTask,
  FinishExecution,
  FollowCalendars,
  IssueWebhook,
  MarkOccurrence,
  PauseTask,
  RequestBackfill,
  RequestByEvent,
  RequestByWebhook,
  RequestExecution,
  RestoreTask,
  ResumeTask,
  RevokeWebhook,
  SkipSlot,
  StartExecution,
  TakeDue,
  UndoChange,
  UpdateTask,
} from './commands.ts';
import {
  cancelTask,
  createTask,
  deleteTask,
  pauseTask,
  refuseStatusOfRuns,
  resumeTask,
  staleEdit,
  updateTask,
} from './decide/decide.ts';
import { takeDue } from './decide/due.ts';
import { dueAgain } from './decide/due-again.ts';
import { cancelExecution, finishExecution, requestExecution, startExecution } from './decide/execution.ts';
import { restoreTask } from './decide/restore.ts';
import { backfillTask } from './decide/slots/backfill.ts';
import { followCalendars } from './decide/slots/follow-calendars.ts';
import { markOccurrence } from './decide/slots/occurrence.ts';
import { rescheduleTask } from './decide/slots/reschedule.ts';
import { skipSlot } from './decide/slots/skip-slot.ts';
import { issueWebhook, requestByEvent, requestByWebhook, revokeWebhook } from './decide/trigger.ts';
import { undoChange } from './decide/undo.ts';
import type { TaskEvent } from './events/events.ts';
import { evolve } from './evolve/evolve.ts';
import type { SchedulingState, TaskState } from './state.ts';

/** `data` is the command without its time, which the decider is given. */
interface Command<Type extends string, Data extends { readonly now: Instant }> {
  readonly type: Type;
  readonly data: Omit<Data, 'now'>;
}

/** For what has no condition of its own: it is not done on another task than the one the caller has seen. */
interface Conditional {
  readonly if_match?: Revision | null;
}

export type TaskCommand =
  | Command<'create', CreateTask>
  | Command<'update', UpdateTask>
  /** A status that only runs bring about, asked for by somebody. */
  | (Command<'update_to_status_of_runs', PauseTask> & { readonly status: 'running' | 'failed' })
  | Command<'pause', PauseTask>
  | Command<'resume', ResumeTask>
  | Command<'cancel', CancelTask>
  | Command<'delete', DeleteTask>
  | Command<'restore', RestoreTask>
  | Command<'undo', UndoChange>
  | Command<'skip_slot', SkipSlot>
  | Command<'mark_occurrence', MarkOccurrence>
  | Command<'issue_webhook', IssueWebhook>
  | Command<'revoke_webhook', RevokeWebhook>
  | Command<'request_by_webhook', RequestByWebhook>
  | Command<'request_by_event', RequestByEvent>
  | (Command<'request_execution', RequestExecution> & Conditional)
  | (Command<'cancel_execution', CancelExecution> & Conditional)
  | (Command<'backfill', RequestBackfill> & Conditional)
  | Command<'start_execution', StartExecution>
  | Command<'finish_execution', FinishExecution>
  | DueCommand;

/** What time brings: the scheduler asks it of what its book has of a task. */
export type DueCommand =
  | Command<'take_due', TakeDue>
  /** A clock that was ahead has been put back. */
  | { readonly type: 'take_back_slots' }
  /** The zone data may be newer than the next slot. */
  | { readonly type: 'follow_zone_data' }
  /** Calendars that the schedule follows may have other days. */
  | Command<'follow_calendars', FollowCalendars>;

export const taskDecider: Decider<TaskState | null, TaskCommand, TaskEvent, RecordedTaskEvent> = {
  initial: null,
  decide,
  evolve,
};

function decide(state: TaskState | null, command: TaskCommand, now: Instant): Decision<TaskEvent> {
  switch (command.type) {
    case 'create':
      return createTask(state, { ...command.data, now });
    case 'update':
      return updateTask(state, { ...command.data, now });
    case 'update_to_status_of_runs':
      return refuseStatusOfRuns(state, command.status, { ...command.data, now });
    case 'pause':
      return pauseTask(state, { ...command.data, now });
    case 'resume':
      return resumeTask(state, { ...command.data, now });
    case 'cancel':
      return cancelTask(state, { ...command.data, now });
    case 'delete':
      return deleteTask(state, { ...command.data, now });
    case 'restore':
      return restoreTask(state, { ...command.data, now });
    case 'undo':
      return undoChange(state, { ...command.data, now });
    case 'skip_slot':
      return skipSlot(state, { ...command.data, now });
    case 'mark_occurrence':
      return markOccurrence(state, { ...command.data, now });
    case 'issue_webhook':
      return issueWebhook(state, { ...command.data, now });
    case 'revoke_webhook':
      return revokeWebhook(state, { ...command.data, now });
    case 'request_by_webhook':
      return requestByWebhook(state, { ...command.data, now });
    case 'request_by_event':
      return requestByEvent(state, { ...command.data, now });
    case 'request_execution':
      return unlessStale(state, command, requestExecution(state, { ...command.data, now }));
    case 'cancel_execution':
      return unlessStale(state, command, cancelExecution(state, { ...command.data, now }));
    case 'backfill':
      return unlessStale(state, command, backfillTask(state, { ...command.data, now }));
    case 'start_execution':
      return startExecution(state, { ...command.data, now });
    case 'finish_execution':
      return finishExecution(state, { ...command.data, now });
    case 'take_due':
    case 'take_back_slots':
    case 'follow_zone_data':
    case 'follow_calendars':
      return state === null ? rejected({ code: 'TASK_NOT_FOUND' }) : decideDue(state, command, now);
  }
}

export function decideDue(state: SchedulingState, command: DueCommand, now: Instant): Decision<TaskEvent> {
  switch (command.type) {
    case 'take_due':
      return takeDue(state, { ...command.data, now });
    case 'take_back_slots':
      return dueAgain(state, now);
    case 'follow_zone_data':
      return rescheduleTask(state);
    case 'follow_calendars':
      return followCalendars(state, { ...command.data, now });
  }
}

/** Why it cannot be done at all is said before that the task has changed. */
function unlessStale(
  state: TaskState | null,
  { if_match = null }: Conditional,
  decision: Decision<TaskEvent>,
): Decision<TaskEvent> {
  if (state === null || decision.kind !== 'event') return decision;
  const stale = staleEdit(state, if_match);
  return stale === null ? decision : rejected(stale);
}
