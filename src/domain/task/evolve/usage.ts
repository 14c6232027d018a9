/**
 * How much of a day and of a month a task has used. A user's limits are counted from these, so that no execution has
 * to be counted twice, and none looked for.
 */
import { addCredits, type CreditMicros, NO_CREDITS } from '../../shared/credits.ts';
import { dayOf, type Instant, monthOf } from '../../shared/instant.ts';
import type { TaskEvent } from '../events/events.ts';

export interface TaskUsage {
  /** The last UTC day with a request, and how many it had; '' before the first. */
  readonly day: string;
  readonly executions: number;
  /** The last UTC month with a success, and what was consumed in it; '' before the first. */
  readonly month: string;
  readonly credits_micros: CreditMicros;
  /** The last UTC day with an edit, and how many it had; '' before the first. */
  readonly edit_day: string;
  readonly edits: number;
  /** Characters of JSON that all events so far hold of what people and runs wrote. Nothing of it ever goes. */
  readonly stored: number;
}

export const NOTHING_USED: TaskUsage = {
  day: '',
  executions: 0,
  month: '',
  credits_micros: NO_CREDITS,
  edit_day: '',
  edits: 0,
  stored: 0,
};

/** A clock that was set back does not take a day away again: what is requested then counts to the later one. */
export function withRequest(usage: TaskUsage, time: Instant): TaskUsage {
  const day = dayOf(time);
  if (day > usage.day) return { ...usage, day, executions: 1 };
  return { ...usage, executions: usage.executions + 1 };
}

export function withConsumption(usage: TaskUsage, time: Instant, credits_micros: CreditMicros): TaskUsage {
  const month = monthOf(time);
  if (month > usage.month) return { ...usage, month, credits_micros };
  return { ...usage, credits_micros: addCredits(usage.credits_micros, credits_micros) };
}

const EDITS: ReadonlySet<TaskEvent['type']> = new Set([
  'task.updated',
  'task.restored',
  'task.webhook_issued',
  'task.slot_skip_changed',
  'task.occurrence_marked',
]);

/** What an edit is: a person gives the task other content. What takes from a task (pause, cancel, delete) is none. */
export function isEdit({ type }: Pick<TaskEvent, 'type'>): boolean {
  return EDITS.has(type);
}

/** As `TaskUsage.stored` counts it. */
export function writtenIn(event: Pick<TaskEvent, 'data'>): number {
  const { personal } = event.data as { readonly personal?: object };
  return personal === undefined ? 0 : JSON.stringify(personal).length;
}

/** What the event leaves in the log, and that it was an edit. */
export function withEvent(
  usage: TaskUsage,
  event: Pick<TaskEvent, 'type' | 'data'>,
  time: Instant,
): TaskUsage {
  const written = { ...usage, stored: usage.stored + writtenIn(event) };
  if (!isEdit(event)) return written;
  const day = dayOf(time);
  if (day > usage.edit_day) return { ...written, edit_day: day, edits: 1 };
  return { ...written, edits: usage.edits + 1 };
}
