import { createSecretKey } from 'node:crypto';
import type { CalendarEvent } from '../../../src/domain/calendar/calendars.ts';
import type { DestinationEvent } from '../../../src/domain/destination/event-destination.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type {
  CalendarId,
  DestinationId,
  EventId,
  ExecutionId,
  Hash,
  ReplayId,
  Revision,
  Sequence,
  TaskId,
  TemplateId,
  Term,
  UserId,
} from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskEvent, TaskEventType } from '../../../src/domain/task/events/events.ts';
import type { UserEvent } from '../../../src/domain/user/events.ts';
import type { SealingKey } from '../../../src/jetstream/codec/sealing.ts';

/** The key under which the stored samples are sealed; it protects nothing. */
/** Not brought back. */
const TAKEN_OUT = true;

export const SAMPLE_KEY: SealingKey = { number: 1, secret: createSecretKey(Buffer.alloc(32, 7)) };

/** A user whose id needs every kind of escape. */
export const SAMPLE_USER = '_ann.müller*>=@example.com 😀' as UserId;
export const SAMPLE_TASK = 'tsk_01KAWZ6Q8PZ3N5V7X9B1D2F4H6' as TaskId;
export const SAMPLE_EVENT_ID = '01KAWZ6Q8PZ3N5V7X9B1D2F4H7' as EventId;
export const SAMPLE_AFTER = {
  sequence: 41 as Sequence,
  revision: 6 as Revision,
  hash: 'ab'.repeat(32) as Hash,
};

const at = (text: string) => text as Instant;
const execution = { execution_id: 'exe_01KAWZ6Q8PZ3N5V7X9B1D2F4H8' as ExecutionId, number: 3 };
const ended = { ...execution, code: 'SCHEDULE_CHANGED' } as const;
const skipped = {
  reason: 'paused',
  count: 2,
  count_is_minimum: false,
  from: at('2026-11-24T09:00:00.000Z'),
  to: at('2026-11-25T09:00:00.000Z'),
} as const;

const schedule: Schedule = {
  type: 'daily',
  run_time: '09:00',
  timezone: 'Europe/Berlin',
  start_at: null,
  end_at: null,
  dst_gap: 'shift',
  dst_fold: 'first',
  catch_up: 'latest',
  catch_up_window_seconds: 3_600,
  overlap: 'buffer_one',
  max_runs: 100,
  jitter_seconds: 30,
  exclude_dates: ['2026-12-25'],
  pause_on_failure: 5,
  retry: { max_attempts: 3, initial_seconds: 10, multiplier: 2, max_seconds: 3600 },
  timeout_seconds: null,
};

/** One event of each type, with everything in it that the type can carry. */
export const SAMPLE_EVENTS: { readonly [Type in TaskEventType]: Extract<TaskEvent, { type: Type }>['data'] } =
  {
    'task.created': {
      task_type: 'daily_weather',
      priority: 'high',
      status: { from: 'pending', to: 'scheduled' },
      schedule,
      next_run_time: at('2026-11-24T08:00:00.000Z'),
      credits_per_run_micros: 1_250_000 as CreditMicros,
      due_date: at('2026-12-01T00:00:00.000Z'),
      reminder_time: at('2026-11-30T00:00:00.000Z'),
      remind_before: ['P1D', 'PT1H'],
      trigger: { type: 'event', subject: 'orders.paid' },
      notify: null,
      template_id: 'tpl_daily_weather' as TemplateId,
      armed: {
        reminder_due: at('2026-11-30T00:00:00.000Z'),
        before_due: at('2026-11-30T00:00:00.000Z'),
        overdue_due: at('2026-12-01T00:00:00.000Z'),
      },
      personal: {
        name: 'Wetter für Köln ☔',
        description: 'Every morning',
        config: { location: 'Köln', units: 'metric', nested: { list: [1, 2.5, null, true] } },
        metadata: { source: 'import' },
        tags: ['weather', 'family'],
        trigger_filter: { 'order.total': { gte: 100 }, status: 'paid' },
      },
    },
    'task.updated': {
      updated_fields: ['name', 'priority', 'schedule', 'tags', 'trigger'],
      changes: { priority: 'low', schedule, trigger: null },
      status: { from: 'paused', to: 'scheduled' },
      schedule_version: 2,
      next_run_time: at('2026-11-26T08:00:00.000Z'),
      ended_execution: ended,
      slots_skipped: skipped,
      armed: { before_due: at('2026-11-30T23:00:00.000Z') },
      personal: { name: 'Weather', tags: [], trigger_filter: null, reason: 'tidied up' },
    },
    'task.status_changed': {
      action: 'resume',
      status: { from: 'paused', to: 'scheduled' },
      next_run_time: at('2026-11-26T08:00:00.000Z'),
      ended_execution: { ...ended, code: 'TASK_PAUSED' },
      slots_skipped: skipped,
      armed: {},
      personal: { reason: 'back from holiday' },
    },
    'task.deleted': {
      ended_execution: { ...ended, code: 'TASK_DELETED' },
      personal: { reason: 'no longer needed' },
    },
    'task.restored': {
      next_run_time: at('2026-11-26T08:00:00.000Z'),
      status: { from: 'scheduled', to: 'completed' },
      armed: {},
      personal: { reason: 'deleted by mistake' },
    },
    'task.execution_requested': {
      ...execution,
      trigger_type: 'scheduled',
      scheduled_for: at('2026-11-26T08:00:00.000Z'),
      schedule_version: 2,
      next_run_time: at('2026-11-27T08:00:00.000Z'),
      next_backfill: null,
      due_at: at('2026-11-26T08:00:00.000Z'),
      start_by: at('2026-11-26T09:00:00.000Z'),
      timeout_seconds: 30,
      term: 5 as Term,
      personal: { trigger_data: { by: 'schedule' } },
    },
    'task.execution_started': {
      ...execution,
      attempt: 1,
      worker_id: 'wrk_1',
      claim: `${execution.execution_id}.1.0`,
      deadline: at('2026-11-26T08:00:30.000Z'),
      late_by_ms: 4,
      lost_attempts: 0,
      status: { from: 'scheduled', to: 'running' },
    },
    'task.execution_completed': {
      ...execution,
      attempt: 1,
      status: { from: 'running', to: 'scheduled' },
      armed: {},
      credits_consumed_micros: 1_250_000 as CreditMicros,
      tokens_used: 12,
      api_calls_made: 2,
      duration_ms: 321,
      result_truncated: false,
      personal: { result: { temperature: 4.5, conditions: ['rain'] }, summary: 'Rain, 4.5 °C' },
    },
    'task.execution_failed': {
      ...execution,
      attempt: 1,
      code: 'TIMEOUT',
      will_retry: true,
      next_attempt: { due_at: at('2026-11-26T08:01:00.000Z'), start_by: at('2026-11-26T09:00:00.000Z') },
      lost_attempts: 1,
      paused_after_failures: null,
      status: null,
      armed: {},
      tokens_used: 0,
      api_calls_made: 1,
      duration_ms: 30_000,
      personal: { error_message: 'no answer', error_details: { code: 'TIMEOUT' } },
    },
    'task.execution_cancelled': {
      ...execution,
      attempt: 1,
      code: 'CANCELLED_BY_USER',
      status: { from: 'running', to: 'scheduled' },
      armed: {},
      personal: { reason: 'not now' },
    },
    'task.slots_skipped': {
      ...skipped,
      reason: 'missed',
      schedule_version: 2,
      next_run_time: null,
      status: { from: 'scheduled', to: 'completed' },
      armed: { reminder_due: null, before_due: null, overdue_due: null },
    },
    'task.slot_buffered': {
      slot: at('2026-11-26T08:00:00.000Z'),
      schedule_version: 2,
      next_run_time: at('2026-11-27T08:00:00.000Z'),
    },
    'task.slot_skip_changed': {
      slot: at('2026-11-27T08:00:00.000Z'),
      skip: TAKEN_OUT,
      schedule_version: 2,
      next_run_time: at('2026-11-26T08:00:00.000Z'),
      personal: { reason: 'Holiday.' },
    },
    'task.occurrence_marked': {
      slot: at('2026-11-26T08:00:00.000Z'),
      done: true,
      personal: { reason: null },
    },
    'task.backfill_requested': {
      from: at('2026-11-01T00:00:00.000Z'),
      to: at('2026-11-03T00:00:00.000Z'),
      first: at('2026-11-01T08:00:00.000Z'),
      count: 2,
      schedule_version: 2,
    },
    'task.rescheduled': {
      schedule_version: 2,
      previous: at('2026-11-26T08:00:00.000Z'),
      next_run_time: at('2026-11-26T07:00:00.000Z'),
    },
    'task.reminder_triggered': {
      reminder_type: 'reminder_time',
      reminder_time: at('2026-11-30T00:00:00.000Z'),
      remind_before: 'P1D',
      armed: { reminder_due: null },
    },
    'task.overdue': { due_date: at('2026-12-01T00:00:00.000Z') },
    'task.webhook_issued': { token_hash: 'cd'.repeat(32) as Hash },
    'task.webhook_revoked': {},
  };

/** Further samples, of members and values that a type got without a new version; by what is added to their file's name. */
export const SAMPLE_VARIANTS: Readonly<Record<string, TaskEvent>> = {
  reserved: {
    type: 'task.execution_requested',
    data: {
      ...SAMPLE_EVENTS['task.execution_requested'],
      credits_reserved_micros: 1_250_000 as CreditMicros,
    },
  },
  limit: {
    type: 'task.slots_skipped',
    data: { ...SAMPLE_EVENTS['task.slots_skipped'], reason: 'execution_limit' },
  },
  signed: {
    type: 'task.webhook_issued',
    data: {
      ...SAMPLE_EVENTS['task.webhook_issued'],
      with_headers: true,
      verify: 'github',
      personal: { secret: 'a text that only sender and receiver know' },
    },
  },
  calendars: {
    type: 'task.rescheduled',
    data: {
      ...SAMPLE_EVENTS['task.rescheduled'],
      next_run_time: null,
      calendars: [
        {
          calendar_id: 'cal_01KAWZ6Q8PZ3N5V7X9B1D2F4H3' as CalendarId,
          revision: 2,
          dates: '2026:1224-1226;2027:0101',
          weekdays: [6, 7],
        },
      ],
    },
  },
};

/** One fact of a user of each type. */
export const SAMPLE_FACTS: readonly UserEvent[] = [
  {
    type: 'user.tier_changed',
    data: { previous_tier: 'free', tier: 'pro', tier_source: 'subscription' },
  },
  {
    type: 'user.task_admitted',
    data: { tier: 'basic', tier_source: 'claim', task_id: SAMPLE_TASK },
  },
  {
    type: 'user.execution_admitted',
    data: {
      tier: 'free',
      tier_source: 'default',
      executions: [
        {
          task_id: SAMPLE_TASK,
          execution_id: execution.execution_id,
          credits_reserved_micros: 1_250_000 as CreditMicros,
          opens_task: true,
        },
      ],
    },
  },
  {
    type: 'user.deleted',
    data: { requested_at: '2026-11-23T08:53:00.000Z' as Instant },
  },
  { type: 'user.erasure_requested', data: {} },
  { type: 'user.erased', data: {} },
  { type: 'user.erasure_completed', data: { erased: { views: 12, published: 3 } } },
];

export const SAMPLE_TYPES = Object.keys(SAMPLE_EVENTS) as TaskEventType[];

export function sampleEvent(type: TaskEventType): TaskEvent {
  return { type, data: SAMPLE_EVENTS[type] } as TaskEvent;
}

const SAMPLE_DESTINATION = 'dst_01KAWZ6Q8PZ3N5V7X9B1D2F4H1' as DestinationId;
const SAMPLE_CALENDAR = {
  calendar_id: 'cal_01KAWZ6Q8PZ3N5V7X9B1D2F4H3' as CalendarId,
  revision: 1,
  dates: '2026:1225;2027:0101',
  weekdays: [],
  personal: { name: 'Holidays' },
};

/** One event of calendars of each type. */
export const SAMPLE_CALENDAR_EVENTS: readonly CalendarEvent[] = [
  { type: 'calendar.created', data: SAMPLE_CALENDAR },
  { type: 'calendar.changed', data: { ...SAMPLE_CALENDAR, revision: 2, weekdays: [6, 7] } },
  { type: 'calendar.deleted', data: { calendar_id: SAMPLE_CALENDAR.calendar_id } },
];

const SAMPLE_REPLAY = 'rpl_01KAWZ6Q8PZ3N5V7X9B1D2F4H2' as ReplayId;

/** One event of event destinations of each type. */
export const SAMPLE_DESTINATION_EVENTS: readonly DestinationEvent[] = [
  {
    type: 'user.event_destination_created',
    data: {
      destination_id: SAMPLE_DESTINATION,
      types: ['task.created'],
      task_ids: [SAMPLE_TASK],
      after: 41 as Sequence,
      personal: { url: 'https://example.com/events', secret: 'whsec_AAEC' },
    },
  },
  {
    type: 'user.event_destination_changed',
    data: {
      destination_id: SAMPLE_DESTINATION,
      types: null,
      task_ids: null,
      enabled: false,
      personal: { url: 'https://example.com/others' },
    },
  },
  {
    type: 'user.event_destination_turned_off',
    data: {
      destination_id: SAMPLE_DESTINATION,
      reason: 'failing',
      failing_since: '2026-11-18T08:54:00.000Z' as Instant,
    },
  },
  { type: 'user.event_destination_deleted', data: { destination_id: SAMPLE_DESTINATION } },
  {
    type: 'user.event_replay_requested',
    data: {
      destination_id: SAMPLE_DESTINATION,
      replay_id: SAMPLE_REPLAY,
      from: 1 as Sequence,
      to: 41 as Sequence,
      only: 'failed',
    },
  },
  {
    type: 'user.event_replay_ended',
    data: { destination_id: SAMPLE_DESTINATION, replay_id: SAMPLE_REPLAY, reason: 'done', sent: 17 },
  },
  {
    type: 'user.event_resend_requested',
    data: { destination_id: SAMPLE_DESTINATION, event_sequence: 40 as Sequence },
  },
];
