/** A line that was read, to the task that the API is asked for. */
import type { ScheduleDocument } from '../schedule/schedule-document.ts';
import { instantOfLocal } from '../wall-time.ts';
import type { QuickPriority, QuickType } from './marks.ts';
import type { QuickAdd } from './quick-add.ts';
import type { When } from './resolve-time.ts';

/** The body of `POST /tasks`. */
export interface TaskDraft {
  readonly name: string;
  readonly task_type: QuickType;
  readonly priority: QuickPriority;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly schedule: ScheduleDocument | null;
  /** RFC 3339 in UTC, or a day. */
  readonly due_date: string | null;
  /** Of a day. */
  readonly due_timezone: string | null;
}

/** What a day without a time comes to, but for a to-do: that is due on the day. */
const MORNING = '09:00';
const NOT_DUE = { due_date: null, due_timezone: null } as const;

/**
 * `zone`: that of the line. What a type cannot do without, and the line does not say, stands in `missing` as a sentence.
 */
export function taskDraft(
  read: QuickAdd,
  taskType: QuickType,
  zone: string,
): { readonly draft: TaskDraft; readonly missing: string | null } {
  const { name, when, tags } = read;
  const plain = { name, task_type: taskType, tags, priority: read.priority ?? 'medium' } as const;
  const schedule = when?.kind === 'repeat' ? when.schedule : null;
  const missing = name === '' ? 'Say what is to be done.' : missingFor(taskType, when);
  switch (taskType) {
    case 'todo':
      return {
        missing,
        draft: { ...plain, config: {}, schedule, ...dueOf(when, zone) },
      };
    case 'reminder':
      return {
        missing,
        draft: {
          ...plain,
          config: { reminder_message: name },
          schedule: scheduleOf(when, zone),
          ...NOT_DUE,
        },
      };
    case 'calendar_event': {
      const event_time = instantOf(when, zone, MORNING) ?? '';
      return {
        missing,
        draft: { ...plain, config: { event_title: name, event_time }, schedule, ...NOT_DUE },
      };
    }
    case 'daily_weather':
      return {
        missing,
        draft: { ...plain, config: { location: name }, schedule: scheduleOf(when, zone), ...NOT_DUE },
      };
  }
}

function missingFor(taskType: QuickType, when: When | null): string | null {
  if (taskType !== 'calendar_event') return null;
  if (when === null) return 'Say when the event is: “friday 7pm”.';
  return when.kind === 'repeat' ? 'An event is on one day: give it a date.' : null;
}

function scheduleOf(when: When | null, zone: string): ScheduleDocument | null {
  if (when === null || when.kind === 'repeat') return when?.schedule ?? null;
  return { type: 'once', run_time: instantOf(when, zone, MORNING), timezone: zone };
}

function dueOf(when: When | null, zone: string): Pick<TaskDraft, 'due_date' | 'due_timezone'> {
  if (when?.kind !== 'once') return NOT_DUE;
  return when.time === null
    ? { due_date: when.date, due_timezone: zone }
    : { due_date: when.at, due_timezone: null };
}

/** Of a single day; `time`: what it is at where the line says none. */
function instantOf(when: When | null, zone: string, time: string): string | null {
  if (when?.kind !== 'once') return null;
  if (when.time !== null) return when.at;
  const instant = instantOfLocal(zone, `${when.date}T${time}`);
  return instant === null ? null : new Date(instant).toISOString();
}
