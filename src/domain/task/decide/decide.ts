/**
 * What people and services ask of a task: create, update, pause, resume, cancel, complete, reopen, delete.
 * Each decider is pure and answers one event, nothing (it is so already), or a rejection. What concerns a
 * run is in `execution.ts`, what time brings in `due.ts`.
 *
 * All of them act on the resting status: while an execution runs, `running` is shown over it.
 */

import { withRunsLeft } from '../../schedule/several.ts';
import { countSlots, latestSlot, nextSlot, nextSlotWithin } from '../../schedule/slots.ts';
import type { TaskSchedule, ThinnedSchedule } from '../../schedule/types.ts';
import { type Decision, decided, NOTHING, type Rejection, rejected } from '../../shared/decision.ts';
import type { Revision } from '../../shared/ids.ts';
import { earliest, type Instant } from '../../shared/instant.ts';
import { eventTimeOf, movedWithEvent } from '../calendar-event.ts';
import type { CancelTask, CreateTask, DeleteTask, PauseTask, ResumeTask, UpdateTask } from '../commands.ts';
import { withoutOldDay } from '../due-day.ts';
import type {
  OpenChanges,
  PersonalChanges,
  SkippedRange,
  StatusAction,
  TaskEvent,
} from '../events/events.ts';
import type { EndedExecution } from '../events/execution-events.ts';
import { freeBehind } from '../evolve/decided-through.ts';
import { scheduleMembers } from '../evolve/schedule-set.ts';
import { thinned } from '../skipped-slots.ts';
import { openSchedule, slotGivenBack, slotsTaken } from '../slots-used.ts';
import type { TaskState } from '../state.ts';
import { type RestingStatus, TRANSITIONS } from '../status.ts';
import { armedByChanges, armedByCreation, armedByMove } from './armed.ts';
import { keptBy, namesOf, realChanges, slotsKept, stayingIds } from './changed-fields.ts';
import { ending, endingOfSlot } from './ending.ts';
import { firstSlot } from './slots/first-slot.ts';

/** A status that a person may ask for: `running` and `failed` are only ever the work of an execution. */
type AskedStatus = UpdateTask['status'] & string;
const ASKABLE: readonly AskedStatus[] = ['pending', 'scheduled', 'completed', 'paused', 'cancelled'];

export function createTask(state: TaskState | null, command: CreateTask): Decision<TaskEvent> {
  if (state !== null) return NOTHING;
  const { now, name, description, config, metadata, tags, trigger_filter, due_day, ...open } = command;
  const next_run_time = open.schedule === null ? null : firstSlot(open.schedule, now);
  if (open.schedule !== null && next_run_time === null) return rejected({ code: 'NO_FUTURE_SLOT' });
  const due_date = open.due_date ?? eventTimeOf(open.task_type, config);
  const due = due_day ? { due_date, due_day } : { due_date };
  return decided({
    type: 'task.created',
    data: {
      ...open,
      ...scheduleMembers(open.schedule),
      ...due,
      status: { from: 'pending', to: open.schedule === null ? 'pending' : 'scheduled' },
      next_run_time,
      armed: armedByCreation({ ...open, ...due }, now),
      personal: { name, description, config, metadata, tags, trigger_filter },
    },
  });
}

/** Changes fields, the status, or both in one event; what already is as asked is no change. */
export function updateTask(state: TaskState | null, command: UpdateTask): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);

  const changes = realChanges(state, withoutOldDay(movedWithEvent(state, command.changes)));
  const rescheduled = applySchedule(state, changes.schedule, command.now);
  if ('rejection' in rescheduled) return rejected(rescheduled.rejection);
  const moved =
    command.status === null ? rescheduled : applyStatus(state, rescheduled, command.status, command.now);
  if ('rejection' in moved) return rejected(moved.rejection);
  // Two moves of one update are one move to the world: completed, rescheduled and paused at once is none of the listed.
  const listed = moved.to === state.resting_status || TRANSITIONS[state.resting_status].includes(moved.to);
  if (!listed) return rejected(invalidMove(state, moved.to));

  const updated_fields = namesOf(state, changes);
  if (updated_fields.length === 0) return statusChanged(state, moved, command);
  const { name, description, config, metadata, tags, trigger_filter, schedule, ...open } = changes;
  const texts = { name, description, config, metadata, tags, trigger_filter };
  const personal = defined(texts) as PersonalChanges;
  const openChanges = defined({
    ...(schedule === undefined ? {} : scheduleMembers(schedule)),
    ...open,
  }) as OpenChanges;
  return decided({
    type: 'task.updated',
    data: {
      updated_fields,
      changes: openChanges,
      status: moved.to === state.resting_status ? null : { from: state.resting_status, to: moved.to },
      schedule_version: moved.schedule_version,
      ...slotsKept(state, schedule),
      next_run_time: moved.next_run_time,
      ended_execution: moved.ended,
      slots_skipped: moved.skipped,
      armed: armedByChanges(state, openChanges, moved.to, command.now),
      personal: { ...personal, reason: command.reason },
    },
  });
}

/** What a person may not ask for, `running` and `failed` being the work of executions. Says what they may. */
export function refuseStatusOfRuns(
  state: TaskState | null,
  to: 'running' | 'failed',
  command: PauseTask,
): Decision<TaskEvent> {
  const ask = (status: UpdateTask['status']) => updateTask(state, { ...command, changes: {}, status });
  const untouched = ask(null);
  if (state === null || untouched.kind === 'rejected') return untouched;
  const allowed = ASKABLE.filter((status) => ask(status).kind === 'event');
  return rejected({ code: 'INVALID_STATUS_TRANSITION', from: state.resting_status, to, allowed });
}

export function pauseTask(state: TaskState | null, command: PauseTask): Decision<TaskEvent> {
  return changeStatus(state, 'paused', command);
}

/** Back to scheduled, or to pending without a schedule; a task that is open and not paused stays as it is. */
export function resumeTask(state: TaskState | null, command: ResumeTask): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const to = state.schedule === null ? 'pending' : 'scheduled';
  switch (state.resting_status) {
    case 'paused':
      return changeStatus(state, to, command);
    case 'pending':
    case 'scheduled': {
      const stale = staleEdit(state, command.if_match);
      return stale === null ? NOTHING : rejected(stale);
    }
    case 'completed':
    case 'failed':
    case 'cancelled':
      return rejected(staleEdit(state, command.if_match) ?? invalidMove(state, to));
  }
}

export function cancelTask(state: TaskState | null, command: CancelTask): Decision<TaskEvent> {
  return changeStatus(state, 'cancelled', command);
}

/** Soft: the events stay, the task is not found any more. A running execution is aborted. */
export function deleteTask(state: TaskState | null, command: DeleteTask): Decision<TaskEvent> {
  if (state === null) return rejected({ code: 'TASK_NOT_FOUND' });
  if (state.deleted_at !== null) return NOTHING;
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  return decided({
    type: 'task.deleted',
    data: { ended_execution: ending(state.execution, 'TASK_DELETED'), personal: { reason: command.reason } },
  });
}

function changeStatus(state: TaskState | null, status: AskedStatus, command: PauseTask): Decision<TaskEvent> {
  return updateTask(state, { ...command, changes: {}, status });
}

/**
 * `If-Match` is stale only if a person or service changed the task since: runs raise the revision too,
 * without making an edit stale.
 */
export function staleEdit(state: TaskState, ifMatch: Revision | null): Rejection | null {
  if (ifMatch === null || (ifMatch >= state.edit_revision && ifMatch <= state.revision)) return null;
  return { code: 'REVISION_MISMATCH', current: state.revision };
}

/** Where the task stands after the parts of an update applied so far. */
interface Moved {
  readonly to: RestingStatus;
  readonly next_run_time: Instant | null;
  readonly schedule: TaskSchedule | null;
  readonly schedule_version: number;
  readonly ended: EndedExecution | null;
  readonly skipped: SkippedRange | null;
}

/** A new schedule takes the task up again, unless it is paused; removing it leaves a task to be run by hand. */
function applySchedule(
  state: TaskState,
  schedule: TaskSchedule | null | undefined,
  now: Instant,
): Moved | { rejection: Rejection } {
  const from = state.resting_status;
  const unchanged: Moved = {
    to: from,
    next_run_time: state.next_run_time,
    schedule: state.schedule,
    schedule_version: state.schedule_version,
    ended: null,
    skipped: null,
  };
  if (schedule === undefined) return unchanged;
  const to = schedule === null ? (from === 'scheduled' ? 'pending' : from) : 'scheduled';
  if (from === 'cancelled') return { rejection: invalidMove(state, to) };
  const open = schedule && withRunsLeft(schedule, keptBy(state, schedule));
  const next_run_time = open === null ? null : firstSlot(open, now, stayingIds(state, open));
  if (schedule !== null && next_run_time === null) return { rejection: { code: 'NO_FUTURE_SLOT' } };
  return {
    to: from === 'paused' ? 'paused' : to,
    next_run_time,
    schedule,
    schedule_version: state.schedule_version + 1,
    ended: endingOfSlot(state.execution, 'SCHEDULE_CHANGED'),
    skipped: null,
  };
}

function applyStatus(
  state: TaskState,
  moved: Moved,
  asked: AskedStatus,
  now: Instant,
): Moved | { rejection: Rejection } {
  if (moved.to === asked) return moved;
  if (!mayAsk(moved, asked)) return { rejection: invalidMove(state, asked, moved) };
  switch (asked) {
    case 'paused':
      return {
        ...moved,
        to: asked,
        next_run_time: earliest(moved.next_run_time, isFresh(state, moved) ? null : slotGivenBack(state)),
        ended: moved.ended ?? endingOfSlot(state.execution, 'TASK_PAUSED'),
      };
    case 'completed':
      return {
        ...moved,
        to: asked,
        next_run_time: null,
        ended: moved.ended ?? endingOfSlot(state.execution, 'TASK_COMPLETED'),
      };
    case 'cancelled':
      return {
        ...moved,
        to: asked,
        next_run_time: null,
        ended: ending(state.execution, 'TASK_CANCELLED'),
      };
    case 'pending':
      return { ...moved, to: asked, next_run_time: null };
    case 'scheduled':
      return takenUp(state, moved, now);
  }
}

/**
 * Resumed, reopened or taken from pending: continues with the next slot after now. Slots that passed while paused are
 * skipped.
 */
function takenUp(state: TaskState, moved: Moved, now: Instant): Moved | { rejection: Rejection } {
  if (isFresh(state, moved) || moved.schedule === null) return { ...moved, to: 'scheduled' };
  const behind = freeBehind(state.taken_through, now);
  const next_run_time = nextSlotWithin(thinned(moved.schedule, state), behind, slotsTaken(state));
  if (next_run_time === null) return { rejection: { code: 'NO_FUTURE_SLOT' } };
  const open = moved.to === 'paused' ? openSchedule(state) : null;
  const skipped = open === null ? null : passedWhilePaused(state, open, now);
  return { ...moved, to: 'scheduled', next_run_time, skipped };
}

/** Whether the same update has set or removed the schedule. */
function isFresh(state: TaskState, moved: Moved): boolean {
  return moved.schedule_version !== state.schedule_version;
}

function passedWhilePaused(state: TaskState, schedule: ThinnedSchedule, now: Instant): SkippedRange | null {
  const { next_run_time, decided_through } = state;
  if (next_run_time === null) return null;
  // By newer zone data another slot than the stored one may have been the first.
  const first = decided_through === null ? next_run_time : nextSlot(schedule, decided_through);
  if (first === null || first > now) return null;
  const to = latestSlot(schedule, now, first);
  return to === null ? null : { reason: 'paused', ...countSlots(schedule, first, now), from: first, to };
}

function mayAsk(moved: Pick<Moved, 'to' | 'schedule'>, asked: AskedStatus): boolean {
  const from = moved.to;
  if (from === 'cancelled') return false;
  const done = from === 'completed' || from === 'failed';
  switch (asked) {
    case 'cancelled':
      return true;
    case 'completed':
      return from !== 'completed';
    case 'paused':
      return from === 'pending' || from === 'scheduled';
    case 'pending':
      return done || (from === 'paused' && moved.schedule === null);
    case 'scheduled':
      return moved.schedule !== null && (done || from === 'paused' || from === 'pending');
  }
}

function invalidMove(state: TaskState, to: RestingStatus, moved?: Moved): Rejection {
  const from = moved?.to ?? state.resting_status;
  const allowed = ASKABLE.filter((status) => mayAsk(moved ?? { to: from, schedule: state.schedule }, status));
  return { code: 'INVALID_STATUS_TRANSITION', from, to, allowed };
}

function statusChanged(state: TaskState, moved: Moved, { reason, now }: UpdateTask): Decision<TaskEvent> {
  if (moved.to === state.resting_status) return NOTHING;
  return decided({
    type: 'task.status_changed',
    data: {
      action: actionOf(state.resting_status, moved.to),
      status: { from: state.resting_status, to: moved.to },
      next_run_time: moved.next_run_time,
      ended_execution: moved.ended,
      slots_skipped: moved.skipped,
      armed: armedByMove(state, moved.to, now),
      personal: { reason },
    },
  });
}

function actionOf(from: RestingStatus, to: RestingStatus): StatusAction {
  if (to === 'paused') return 'pause';
  if (to === 'cancelled') return 'cancel';
  if (to === 'completed') return 'complete';
  return from === 'paused' ? 'resume' : 'reopen';
}

function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
