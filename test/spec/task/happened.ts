/** The task of the specification, and what happens to it, as the log has it. Its slots are a minute apart. */
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { EventMeta, RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { ExecutionId, Revision, Sequence } from '../../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../src/domain/shared/instant.ts';
import { taskDecider } from '../../../src/domain/task/decider.ts';
import type {
  OpenChanges,
  PersonalChanges,
  TaskCreated,
  TaskEvent,
  TaskStatusChanged,
  TaskUpdated,
} from '../../../src/domain/task/events/events.ts';
import { everyMinute, START, TASK, USER } from '../../support/histories/history.ts';
import { type HappenedAt, specifiedBy } from '../given.ts';

export type Happened = HappenedAt<TaskEvent>;

export const given = specifiedBy(taskDecider, (event: TaskEvent, time, revision): RecordedTaskEvent => {
  const meta = {
    id: `01JD${String(revision).padStart(22, '0')}`,
    sequence: (10 * revision) as Sequence,
    revision: revision as Revision,
    time,
    user_id: USER,
    task_id: TASK,
    actor: `user:${USER}`,
    correlation_id: 'request',
    causation_id: null,
    traceparent: null,
    hash: revision.toString(16).padStart(64, '0'),
    prevhash: (revision - 1).toString(16).padStart(64, '0'),
  };
  return { ...event, meta: meta as EventMeta };
});

const MINUTE = 60_000;
export const NOON = START;
export const RUN = 'exe_01JD0000000000000000000001' as ExecutionId;
const ATTEMPT = { execution_id: RUN, number: 1, attempt: 1 };

export function minutesPastNoon(minutes: number): Instant {
  return plusMs(NOON, minutes * MINUTE);
}

export function created(changes: Partial<TaskCreated> = {}): Happened {
  const data: TaskCreated = {
    task_type: 'todo',
    priority: 'medium',
    status: { from: 'pending', to: 'pending' },
    schedule: null,
    next_run_time: null,
    credits_per_run_micros: 2_000_000 as CreditMicros,
    due_date: null,
    reminder_time: null,
    remind_before: null,
    trigger: null,
    notify: null,
    template_id: null,
    armed: { reminder_due: null, before_due: null, overdue_due: null },
    personal: { name: 'Water the plants', description: null, config: {}, metadata: {}, tags: [] },
    ...changes,
  };
  return [NOON, { type: 'task.created', data }];
}

export function scheduledEveryMinute(changes: Partial<TaskCreated> = {}): Happened {
  return created({
    status: { from: 'pending', to: 'scheduled' },
    schedule: everyMinute,
    next_run_time: minutesPastNoon(1),
    ...changes,
  });
}

export function moved(
  action: TaskStatusChanged['action'],
  status: TaskStatusChanged['status'],
  changes: Partial<TaskStatusChanged> = {},
): Happened {
  const data: TaskStatusChanged = {
    action,
    status,
    next_run_time: null,
    ended_execution: null,
    slots_skipped: null,
    armed: {},
    personal: { reason: null },
    ...changes,
  };
  return [NOON, { type: 'task.status_changed', data }];
}

/** A person has edited the task, without moving its status unless told so. */
export function edited(
  changes: OpenChanges,
  personal: PersonalChanges = {},
  more: Partial<TaskUpdated> = {},
): Happened {
  const data: TaskUpdated = {
    updated_fields: Object.keys({ ...changes, ...personal }).sort(),
    changes,
    status: null,
    schedule_version: 1,
    next_run_time: null,
    ended_execution: null,
    slots_skipped: null,
    armed: {},
    personal: { ...personal, reason: null },
    ...more,
  };
  return [NOON, { type: 'task.updated', data }];
}

export function paused(): Happened {
  return moved('pause', { from: 'scheduled', to: 'paused' }, { next_run_time: minutesPastNoon(1) });
}

export function cancelled(): Happened {
  return moved('cancel', { from: 'scheduled', to: 'cancelled' });
}

export function deleted(): Happened {
  return [NOON, { type: 'task.deleted', data: { ended_execution: null, personal: { reason: null } } }];
}

/** The first slot asks for a run. */
export function slotRequested(): Happened {
  const at = minutesPastNoon(1);
  return [
    at,
    {
      type: 'task.execution_requested',
      data: {
        execution_id: RUN,
        number: 1,
        trigger_type: 'scheduled',
        scheduled_for: at,
        schedule_version: 1,
        next_run_time: minutesPastNoon(2),
        next_backfill: null,
        due_at: at,
        start_by: minutesPastNoon(61),
        timeout_seconds: 30,
        credits_reserved_micros: 2_000_000 as CreditMicros,
        term: null,
        personal: { trigger_data: {} },
      },
    },
  ];
}

/** The first attempt, with that many minutes until its deadline. */
export function started(minutes = 0.5): Happened {
  return [
    minutesPastNoon(1),
    {
      type: 'task.execution_started',
      data: {
        ...ATTEMPT,
        worker_id: 'w1',
        claim: `${RUN}.1.0`,
        deadline: minutesPastNoon(1 + minutes),
        late_by_ms: 0,
        lost_attempts: 0,
        status: { from: 'scheduled', to: 'running' },
      },
    },
  ];
}
