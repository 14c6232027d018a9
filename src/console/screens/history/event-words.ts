/** What happened, in a few words; and which fields of a task somebody may bring back. */
import { isSame } from '../../compose/forms/three-way.ts';
import { askedSchedules, type ScheduleDocument } from '../../compose/schedule/schedule-document.ts';

export type EventData = Readonly<Record<string, unknown>>;

/** `run 9 failed: TIMEOUT`. A type that is not known here is named as it is. */
export function eventWords(type: string, data: EventData): string {
  const run = `run ${textOf(data.number)}`;
  switch (type) {
    case 'task.created':
      return 'created';
    case 'task.updated':
      return `changed: ${listOf(data.updated_fields)}`;
    case 'task.status_changed':
      return statusWords(data.status);
    case 'task.deleted':
      return 'deleted';
    case 'task.restored':
      return 'restored';
    case 'task.rescheduled':
      return data.calendars === undefined ? 'next run moved' : 'days of a calendar changed';
    case 'task.execution_requested':
      return `${run} requested, ${textOf(data.trigger_type)}`;
    case 'task.execution_started':
      return `${run} started, attempt ${textOf(data.attempt)}`;
    case 'task.execution_completed':
      return `${run} completed`;
    case 'task.execution_failed':
      return `${run} failed: ${textOf(data.code)}`;
    case 'task.execution_cancelled':
      return `${run} cancelled`;
    case 'task.slots_skipped':
      return `${textOf(data.count) || 'some'} slots left out: ${textOf(data.reason)}`;
    case 'task.slot_buffered':
      return 'slot kept waiting';
    case 'task.slot_skip_changed':
      return data.skip === false ? 'slot brought back' : 'slot skipped';
    case 'task.occurrence_marked':
      return data.done === false ? 'tick taken back' : 'ticked';
    case 'task.backfill_requested':
      return 'backfill asked for';
    case 'task.reminder_triggered':
      return 'reminded';
    case 'task.overdue':
      return 'overdue';
    case 'task.webhook_issued':
      return 'webhook made';
    case 'task.webhook_revoked':
      return 'webhook revoked';
    default:
      return type;
  }
}

function statusWords(status: unknown): string {
  const { from, to } = (status ?? {}) as { readonly from?: unknown; readonly to?: unknown };
  return `${textOf(from)} → ${textOf(to)}`;
}

function listOf(fields: unknown): string {
  return Array.isArray(fields)
    ? fields.map((field) => String(field).replaceAll('_', ' ')).join(', ')
    : 'something';
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** Types that people and services change a task by, as against its runs. */
export const CHANGES = [
  'task.created',
  'task.updated',
  'task.status_changed',
  'task.deleted',
  'task.restored',
  'task.rescheduled',
  'task.slot_skip_changed',
  'task.occurrence_marked',
] as const;

const EDITABLE = [
  'name',
  'description',
  'priority',
  'config',
  'schedules',
  'tags',
  'metadata',
  'due_date',
  'due_timezone',
  'reminder_time',
  'remind_before',
  'trigger',
  'notify',
] as const;

/** The edit that makes a task what it was, as far as people can edit it; empty: it is that already. */
export function bringBackChanges(now: EventData, then: EventData): EventData {
  const differing = EDITABLE.filter((name) => !isSame(then[name] ?? null, now[name] ?? null));
  return Object.fromEntries(differing.map((name) => [name, then[name] ?? null]));
}

/** As the API takes it. */
export function bringBackBody(changes: EventData): EventData {
  if (changes.schedules === undefined) return changes;
  const { schedules, ...others } = changes;
  return { ...others, ...askedSchedules(schedules as readonly ScheduleDocument[] | null) };
}

/** What people call the fields. */
export function fieldWords(names: readonly string[]): string {
  return names.map((name) => (name === 'schedules' ? 'schedule' : name.replaceAll('_', ' '))).join(', ');
}

/** `/schedule/run_time` as people read it: `schedule.run_time`. */
export function pathWords(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')).join('.') || 'the task';
}
