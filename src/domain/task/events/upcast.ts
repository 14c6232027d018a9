/**
 * Stored data of earlier versions, brought into the shape of the current one: one pure function for each step from a
 * version to the next, in their order. What is stored is never rewritten; this happens on every reading, after the hash
 * was taken, and without opening what is sealed.
 *
 * Version 2 says what an event arms (`Armed`), and names every option of a schedule.
 */

import type { Schedule, ScheduleOptions } from '../../schedule/types.ts';
import type { Upcaster, Upcasters } from '../../shared/event.ts';
import type { Instant } from '../../shared/instant.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { RestingStatus, StatusMove } from '../status.ts';
import { armedByCreationInVersion1 } from './armed-in-version-1.ts';
import type { Armed } from './armed-timers.ts';
import type {
  ReminderTriggered,
  SlotsSkipped,
  TaskCreated,
  TaskEventType,
  TaskRestored,
  TaskStatusChanged,
  TaskUpdated,
} from './events.ts';
import type { ExecutionCancelled, ExecutionCompleted, ExecutionFailed } from './execution-events.ts';

/** The version that a type is written in is one more than it has upcasters. */
export const TASK_EVENT_UPCASTERS: Upcasters<TaskEventType> = {
  'task.created': [of<TaskCreated>(createdFrom1)],
  'task.updated': [of<TaskUpdated>(updatedFrom1)],
  'task.status_changed': [of<TaskStatusChanged>((data) => ({ ...data, armed: armedByMoveOf(data.status) }))],
  'task.deleted': [],
  'task.restored': [
    of<TaskRestored>((data) => ({ ...data, armed: isDone(data.status?.to) ? {} : 'as_in_version_1' })),
  ],
  'task.execution_requested': [],
  'task.execution_started': [],
  'task.execution_completed': [
    of<ExecutionCompleted>((data) => ({
      ...data,
      armed: isDone(data.status.to) ? NOTHING_ARMED : 'as_in_version_1',
    })),
  ],
  'task.execution_failed': [of<ExecutionFailed>(failedFrom1)],
  'task.execution_cancelled': [
    of<ExecutionCancelled>((data) => ({ ...data, armed: isDone(data.status?.to) ? NOTHING_ARMED : {} })),
  ],
  'task.slots_skipped': [
    of<SlotsSkipped>((data) => ({ ...data, armed: isDone(data.status?.to) ? NOTHING_ARMED : {} })),
  ],
  'task.slot_buffered': [],
  'task.slot_skip_changed': [],
  'task.occurrence_marked': [],
  'task.backfill_requested': [],
  'task.rescheduled': [],
  'task.reminder_triggered': [
    of<ReminderTriggered>((data) => ({
      ...data,
      armed: data.reminder_type === 'reminder_time' ? { reminder_due: null } : 'as_in_version_1',
    })),
  ],
  'task.overdue': [],
  'task.webhook_issued': [],
  'task.webhook_revoked': [],
};

/** Of a type's data; what is sealed is not there yet. */
type Stored<Data> = Omit<Data, 'personal' | 'armed'>;

/** The log's JSON is of the shape that its version says: the one place where that is taken at its word. */
function of<Data>(
  upcast: (data: Stored<Data>, time: Instant) => Stored<Data> & { readonly armed: Armed },
): Upcaster {
  return (data, time) => upcast(data as unknown as Stored<Data>, time) as unknown as JsonObject;
}

const NOTHING_ARMED = { reminder_due: null, before_due: null, overdue_due: null };

type MadeLater = 'remind_before' | 'trigger' | 'notify' | 'template_id';

function createdFrom1(
  stored: Omit<Stored<TaskCreated>, MadeLater> & Partial<Pick<TaskCreated, MadeLater>>,
  time: Instant,
) {
  const data = {
    ...stored,
    schedule: stored.schedule && withOptionsOfVersion1(stored.schedule),
    remind_before: stored.remind_before ?? null,
    trigger: stored.trigger ?? null,
    notify: stored.notify ?? null,
    template_id: stored.template_id ?? null,
  };
  return { ...data, armed: armedByCreationInVersion1(data, time) };
}

function updatedFrom1(stored: Stored<TaskUpdated>) {
  const { schedule, ...others } = stored.changes;
  const changes =
    schedule === undefined
      ? stored.changes
      : { ...others, schedule: schedule && withOptionsOfVersion1(schedule) };
  return { ...stored, changes, armed: armedByUpdateOf(stored) };
}

function armedByUpdateOf({ changes, status }: Stored<TaskUpdated>): Armed {
  if (isDone(status?.to)) return NOTHING_ARMED;
  const { reminder_time, due_date, remind_before } = changes;
  const isAsBefore = reminder_time === undefined && due_date === undefined && remind_before === undefined;
  return isAsBefore && !isDone(status?.from) ? {} : 'as_in_version_1';
}

function armedByMoveOf({ from, to }: StatusMove<RestingStatus, RestingStatus>): Armed {
  if (isDone(to)) return NOTHING_ARMED;
  return isDone(from) ? 'as_in_version_1' : {};
}

function failedFrom1(data: Stored<ExecutionFailed>) {
  const armed: Armed = data.status === null ? {} : 'as_in_version_1';
  return { ...data, paused_after_failures: data.paused_after_failures ?? null, armed };
}

function isDone(status: RestingStatus | undefined): boolean {
  return status === 'completed' || status === 'cancelled';
}

/** What an option was that a schedule did not name yet. */
const OPTIONS_OF_VERSION_1: ScheduleOptions = {
  timezone: 'UTC',
  start_at: null,
  end_at: null,
  dst_gap: 'shift',
  dst_fold: 'first',
  catch_up: 'latest',
  catch_up_window_seconds: 3600,
  overlap: 'skip',
  max_runs: null,
  jitter_seconds: 0,
  exclude_dates: null,
  pause_on_failure: null,
  retry: null,
  timeout_seconds: null,
};

/** `retry` is written by every build that knows all of the options. */
function withOptionsOfVersion1(stored: Schedule): Schedule {
  return Object.hasOwn(stored, 'retry') ? stored : { ...OPTIONS_OF_VERSION_1, ...stored };
}
