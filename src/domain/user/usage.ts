/**
 * Counting what a user has used, from the user's tasks alone. Nothing is ever released: a task that is deleted or an
 * execution that ends is counted otherwise from then on.
 */
import { addCredits, type CreditMicros, NO_CREDITS } from '../shared/credits.ts';
import { dayOf, type Instant, monthOf } from '../shared/instant.ts';
import type { TaskState } from '../task/state.ts';

export interface Usage {
  /** Not deleted, cancelled or completed. */
  readonly tasks: number;
  readonly executions_today: number;
  /** Consumed in this month, and reserved by executions that have not ended. */
  readonly credits_this_month_micros: CreditMicros;
  readonly existing_tasks: number;
  readonly edits_today: number;
  readonly stored_bytes: number;
}

/** Of all the user's tasks, deleted ones too. */
export function usageOf(tasks: Iterable<TaskState>, now: Instant): Usage {
  const [day, month] = [dayOf(now), monthOf(now)];
  let open = 0;
  let executions = 0;
  let credits = NO_CREDITS;
  let existing = 0;
  let edits = 0;
  let stored = 0;
  for (const task of tasks) {
    if (countsAsTask(task)) open += 1;
    existing += 1;
    stored += task.usage.stored;
    if (task.usage.edit_day >= day) edits += task.usage.edits;
    if (task.usage.day >= day) executions += task.usage.executions;
    if (task.usage.month >= month) credits = addCredits(credits, task.usage.credits_micros);
    if (task.execution !== null) credits = addCredits(credits, task.execution.credits_reserved_micros);
  }
  return {
    tasks: open,
    executions_today: executions,
    credits_this_month_micros: credits,
    existing_tasks: existing,
    edits_today: edits,
    stored_bytes: stored,
  };
}

/** Not deleted, cancelled or completed; a completed one counts while it is run again. */
export function countsAsTask(task: Pick<TaskState, 'deleted_at' | 'resting_status' | 'execution'>): boolean {
  if (task.deleted_at !== null || task.resting_status === 'cancelled') return false;
  return task.resting_status !== 'completed' || task.execution !== null;
}
