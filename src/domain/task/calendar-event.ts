/**
 * A calendar_event takes place at the `event_time` of its config. Unless somebody says otherwise that is its due date
 * too, so that `remind_before` counts from it; a due date that was the event's moves with the event.
 */
import { type Instant, instantFromRfc3339, plusMs } from '../shared/instant.ts';
import type { JsonObject } from '../shared/json.ts';
import type { TaskChanges } from './commands.ts';
import type { DueDate } from './due-day.ts';
import type { TaskState } from './state.ts';
import type { TaskType } from './status.ts';

/** Null for other types, and for a config that names no time. */
export function eventTimeOf(taskType: TaskType, config: JsonObject): Instant | null {
  const time = taskType === 'calendar_event' ? config.event_time : undefined;
  return typeof time === 'string' ? instantFromRfc3339(time) : null;
}

/** The changes with what follows from them for the due date. */
export function movedWithEvent(state: TaskState, changes: TaskChanges): TaskChanges {
  if (changes.config === undefined || changes.due_date !== undefined) return changes;
  const from = eventTimeOf(state.task_type, state.config);
  const to = eventTimeOf(state.task_type, changes.config);
  return from === null || to === null || !isItsTime(state, from) ? changes : { ...changes, due_date: to };
}

function isItsTime({ due_date, due_day = null }: TaskState, event_time: Instant): boolean {
  return due_day === null && due_date === event_time;
}

/** When a due date, or the day that it is, has passed undone; an event that has taken place is not overdue. */
export function overdueAt({
  task_type,
  due_date,
  due_day = null,
}: DueDate & { readonly task_type: TaskType }): Instant | null {
  if (task_type === 'calendar_event' || due_date === null) return null;
  return due_day === null ? due_date : plusMs(due_date, 1);
}
