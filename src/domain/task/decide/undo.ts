/**
 * Undo of one event of a task's past: an ordinary edit that brings back what the event changed, decided as if its owner
 * had asked for it. What somebody changed after the event is never touched: of a field that is neither as the event left
 * it nor as it was before it, the later word stands, and nothing is undone.
 *
 *     before --(the event)--> after --(edits, runs, time)--> now
 *
 *     now = before              nothing to bring back
 *     now = after, no edit since    brought back
 *     else                      CHANGED_SINCE
 *
 * The event that is undone stays where it is. An undo is such an event itself, so that it can be undone in its turn.
 */

import { shownSchedule } from '../../schedule/parse/calendars.ts';
import { partsOf } from '../../schedule/several.ts';
import { type Decision, NOTHING, rejected } from '../../shared/decision.ts';
import type { RecordedTaskEvent } from '../../shared/event.ts';
import { type Json, sameJson } from '../../shared/json.ts';
import type { TaskChanges, UndoChange, UpdateTask } from '../commands.ts';
import type { TaskEvent } from '../events/events.ts';
import { evolve } from '../evolve/evolve.ts';
import type { TaskState } from '../state.ts';
import { deleteTask, staleEdit, updateTask } from './decide.ts';
import { restoreTask } from './restore.ts';

/** Where a task of REST has more members of the state behind one name, or goes by another. */
const STATE_FIELDS: Readonly<Record<string, readonly (keyof TaskState)[]>> = {
  status: ['resting_status'],
  trigger: ['trigger', 'trigger_filter'],
  schedules: ['schedule'],
  due_date: ['due_date', 'due_day'],
  credits_per_run: ['credits_per_run_micros'],
};
const REST_NAMES: Readonly<Record<string, string>> = {
  trigger_filter: 'trigger',
  due_day: 'due_date',
  credits_per_run_micros: 'credits_per_run',
};

/**
 * What a person or service changed by an event, by the names that REST callers know; empty for what no edit can bring
 * back: creation, runs with their credits and slots, what was told to others, the tokens of webhooks.
 */
export function editedFields(event: TaskEvent): readonly string[] {
  switch (event.type) {
    case 'task.updated': {
      const { changes, personal, status } = event.data;
      const { reason: _, ...texts } = personal;
      const fields = Object.entries({ ...changes, ...texts })
        .filter(([, value]) => value !== undefined)
        .map(([field]) => REST_NAMES[field] ?? field);
      return [...new Set(status === null ? fields : [...fields, 'status'])].sort();
    }
    case 'task.status_changed':
      return ['status'];
    case 'task.deleted':
    case 'task.restored':
      return ['deleted_at'];
    case 'task.created':
    case 'task.execution_requested':
    case 'task.execution_started':
    case 'task.execution_completed':
    case 'task.execution_failed':
    case 'task.execution_cancelled':
    case 'task.slots_skipped':
    case 'task.slot_buffered':
    case 'task.slot_skip_changed':
    case 'task.occurrence_marked':
    case 'task.backfill_requested':
    case 'task.rescheduled':
    case 'task.reminder_triggered':
    case 'task.overdue':
    case 'task.webhook_issued':
    case 'task.webhook_revoked':
      return [];
  }
}

/** Nothing where all of it is as it was before the event. */
export function undoChange(state: TaskState | null, command: UndoChange): Decision<TaskEvent> {
  if (state === null) return rejected({ code: 'TASK_NOT_FOUND' });
  const { undone } = command;
  if (undone === null) return rejected({ code: 'EVENT_NOT_FOUND' });
  const { event, before, edited_since } = undone;
  const fields = editedFields(event);
  const isOfDeletion = event.type === 'task.deleted' || event.type === 'task.restored';
  if (state.deleted_at !== null && !isOfDeletion) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  if (before === null || fields.length === 0) return notUndoable(event, 'no_compensation');

  const toBringBack = fields.filter((field) => !isAlike(field, state, before));
  if (toBringBack.length === 0) return NOTHING;
  if (edited_since === null) return notUndoable(event, 'too_long_ago');
  const after = evolve(before, event);
  const changed = toBringBack.filter((field) => edited_since.has(field) || !isAlike(field, state, after));
  if (changed.length > 0) return rejected({ code: 'CHANGED_SINCE', fields: changed });

  const { now, if_match } = command;
  const edit = { now, if_match, reason: reasonOf(command, before, toBringBack) };
  if (event.type === 'task.deleted') return restoreTask(state, edit);
  if (event.type === 'task.restored') return deleteTask(state, edit);
  return bringBack(state, before, toBringBack, edit, event);
}

function bringBack(
  state: TaskState,
  before: TaskState,
  fields: readonly string[],
  edit: Pick<UpdateTask, 'now' | 'if_match' | 'reason'>,
  event: RecordedTaskEvent,
): Decision<TaskEvent> {
  const asked = fields.includes('status') ? before.resting_status : null;
  if (asked === 'failed') return notUndoable(event, 'no_way_back');
  // The due date is named in any case: it would move with the time in the config of a calendar event.
  const changes = { ...valuesOf(state, ['due_date']), ...valuesOf(before, fields) };
  const decision = updateTask(state, { ...edit, changes, status: asked });
  if (decision.kind === 'rejected' && decision.rejection.code === 'INVALID_STATUS_TRANSITION') {
    return notUndoable(event, 'no_way_back');
  }
  // A schedule takes a task up again that has come to its end since.
  const moves = decision.kind === 'event' && 'status' in decision.event.data && decision.event.data.status;
  return moves && asked === null ? rejected({ code: 'CHANGED_SINCE', fields: ['status'] }) : decision;
}

function valuesOf(before: TaskState, fields: readonly string[]): TaskChanges {
  const members = fields.filter((field) => field !== 'status').flatMap(stateFieldsOf);
  return Object.fromEntries(members.map((member) => [member, before[member] ?? null]));
}

function isAlike(field: string, a: TaskState, b: TaskState): boolean {
  // When it was deleted does not matter: deleted twice, it was restored in between, and that is an edit.
  if (field === 'deleted_at') return (a.deleted_at === null) === (b.deleted_at === null);
  // Other days of a calendar are nobody's edit of the schedule.
  if (field === 'schedule') return sameJson(namesOnly(a), namesOnly(b));
  return stateFieldsOf(field).every((member) => sameJson(a[member] ?? null, b[member] ?? null));
}

/** The schedules, with the ids of their calendars in the place of the days. */
function namesOnly({ schedule }: TaskState): Json {
  return (schedule === null ? null : partsOf(schedule).map(shownSchedule)) as unknown as Json;
}

function stateFieldsOf(field: string): readonly (keyof TaskState)[] {
  return STATE_FIELDS[field] ?? [field as keyof TaskState];
}

/** A task that is paused again is so for the reason that it was, unless another is given. */
function reasonOf({ reason }: UndoChange, before: TaskState, fields: readonly string[]): string | null {
  return reason ?? (fields.includes('status') ? before.paused_reason : null);
}

function notUndoable({ type }: TaskEvent, reason: 'no_compensation' | 'no_way_back' | 'too_long_ago') {
  return rejected({ code: 'NOT_UNDOABLE', event_type: type, reason });
}
