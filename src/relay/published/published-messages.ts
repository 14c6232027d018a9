/**
 * What other services are told of an event of the log. One event may lead to several messages: what was done first, and
 * then the move of the status that came with it.
 *
 * Moves are those of the resting status: `running` is on neither side of them. Where a run leaves its task (scheduled
 * again, completed, failed) is told by `task.executed`; only where failures paused the task is that a move of its own.
 */
import type { PublishedMessage, PublishedType } from '../../application/ports/platform.ts';
import { type ExecutionState, scheduleIdOf } from '../../domain/execution/state.ts';
import { namedSchedules } from '../../domain/schedule/several.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { executionEndOf } from '../../domain/task/events/event-accessors.ts';
import { scheduleIn } from '../../domain/task/evolve/schedule-set.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { StatusMove } from '../../domain/task/status.ts';
import type { TaskAtEvent } from './published-tasks.ts';

/** Whether the messages of an event say more than the event itself knows. */
export function needsTaskAtEvent(event: RecordedTaskEvent): boolean {
  if (event.type === 'task.reminder_triggered') return true;
  const end = executionEndOf(event);
  return end !== null && (end.outcome !== 'cancelled' || end.code === 'NOT_STARTED');
}

/** In the order in which they are published; `standing` is of right after the event. */
export function messagesOf(
  event: RecordedTaskEvent,
  standing: TaskAtEvent | null,
): readonly PublishedMessage[] {
  return contentsOf(event, standing).map(([type, data]) => ({
    type,
    userId: event.meta.user_id,
    logSequence: event.meta.sequence,
    logType: event.type,
    body: JSON.stringify(documentOf(event, type, data)),
  }));
}

type Content = readonly [PublishedType, JsonObject];

function contentsOf(event: RecordedTaskEvent, standing: TaskAtEvent | null): readonly Content[] {
  const { user_id, task_id, time } = event.meta;
  const ids = { task_id, user_id };
  switch (event.type) {
    case 'task.created': {
      const { task_type, priority, status, schedule, personal } = event.data;
      const all = scheduleIn(event.data);
      const made = { task_type, name: personal.name, priority, status: status.to };
      return [
        [
          'task.created',
          {
            ...ids,
            ...made,
            schedule: plain(schedule),
            schedules: all === null ? [] : namedSchedules(all).map(plain),
            created_at: time,
          },
        ],
      ];
    }
    case 'task.updated': {
      const { updated_fields, status, personal } = event.data;
      const updated: Content = ['task.updated', { ...ids, updated_fields, updated_at: time }];
      return status === null ? [updated] : [updated, moved(event, status, personal.reason)];
    }
    case 'task.status_changed':
      return [moved(event, event.data.status, event.data.personal.reason)];
    case 'task.restored': {
      // To whoever was told that it was deleted, that is the field that changed.
      const { status, personal } = event.data;
      const restored: Content = [
        'task.updated',
        { ...ids, updated_fields: ['deleted_at'], updated_at: time },
      ];
      return status === null ? [restored] : [restored, moved(event, status, personal.reason)];
    }
    case 'task.deleted':
      return [['task.deleted', { ...ids, deleted_at: time }]];
    case 'task.execution_completed': {
      const { personal, duration_ms } = event.data;
      const executed = executedData(event, standing, { duration_ms, summary: personal.summary });
      return [['task.executed', { ...executed, status: 'completed' }]];
    }
    case 'task.execution_failed':
      return event.data.will_retry ? [] : failed(event, standing);
    case 'task.execution_cancelled': {
      const { status, personal } = event.data;
      const moves =
        status === null || status.from === 'running' ? [] : [moved(event, status, personal.reason)];
      return [...notStarted(event, standing), ...moves];
    }
    case 'task.slots_skipped': {
      const { status, reason, count, count_is_minimum, from, to, next_run_time } = event.data;
      const range = { reason, count, count_is_minimum, from, to, next_run_time };
      const skipped: Content = ['task.slots_skipped', { ...ids, ...range, skipped_at: time }];
      return status === null ? [skipped] : [skipped, moved(event, status, 'The schedule has no slot left.')];
    }
    case 'task.reminder_triggered': {
      const message = reminderText(standingOf(event, standing).task);
      const { reminder_type } = event.data;
      return [['task.reminder_triggered', { ...ids, reminder_type, message, triggered_at: time }]];
    }
    case 'task.overdue': {
      const { due_date, due_day } = event.data;
      const day = due_day && { due_day: { date: due_day.date, timezone: due_day.timezone } };
      return [['task.overdue', { ...ids, due_date, ...day, triggered_at: time }]];
    }
    case 'task.execution_requested':
    case 'task.execution_started':
    case 'task.slot_buffered':
    case 'task.slot_skip_changed':
    case 'task.occurrence_marked':
    case 'task.backfill_requested':
    case 'task.rescheduled':
    case 'task.webhook_issued':
    case 'task.webhook_revoked':
      return [];
  }
}

type Cancelled = Extract<RecordedTaskEvent, { type: 'task.execution_cancelled' }>;

/** A slot whose execution no worker has started in time is missed too. */
function notStarted(event: Cancelled, standing: TaskAtEvent | null): readonly Content[] {
  if (event.data.code !== 'NOT_STARTED') return [];
  const { task, execution } = standingOf(event, standing);
  const slot = execution?.scheduled_for ?? null;
  if (execution?.trigger_type !== 'scheduled' || slot === null) return [];
  const { task_id, user_id, next_run_time } = task;
  const range = { reason: 'missed', count: 1, count_is_minimum: false, from: slot, to: slot, next_run_time };
  return [['task.slots_skipped', { task_id, user_id, ...range, skipped_at: event.meta.time }]];
}

type Failed = Extract<RecordedTaskEvent, { type: 'task.execution_failed' }>;

function failed(event: Failed, standing: TaskAtEvent | null): readonly Content[] {
  const { duration_ms, personal, paused_after_failures } = event.data;
  const { task } = standingOf(event, standing);
  const executed = {
    ...executedData(event, standing, { duration_ms, summary: null }),
    status: 'failed',
  };
  const { error_message } = personal;
  const contents: Content[] = [
    ['task.executed', executed],
    ['task.failed', { ...executed, error_message, failure_count: task.failure_count }],
  ];
  if ((paused_after_failures ?? null) !== null) {
    // Only a task that is scheduled is ever paused by its failures.
    contents.push(moved(event, { from: 'scheduled', to: 'paused' }, task.paused_reason));
  }
  return contents;
}

function executedData(
  event: RecordedTaskEvent,
  standing: TaskAtEvent | null,
  run: { readonly duration_ms: number; readonly summary: string | null },
): JsonObject {
  const { task, execution } = standingOf(event, standing);
  if (execution === null) throw new Error(`${event.type} of ${task.task_id} without an execution`);
  return {
    task_id: task.task_id,
    execution_id: execution.execution_id,
    user_id: task.user_id,
    name: task.name,
    task_type: task.task_type,
    trigger_type: execution.trigger_type,
    schedule_id: scheduleIdOf(execution),
    ...usageOf(execution),
    duration_ms: run.duration_ms,
    executed_at: event.meta.time,
    summary: run.summary,
  };
}

/** Of the whole execution, attempts before the last one included. */
function usageOf(execution: ExecutionState) {
  const { credits_consumed_micros, tokens_used, api_calls_made } = execution;
  return { credits_consumed: creditsOf(credits_consumed_micros), tokens_used, api_calls_made };
}

function moved(event: RecordedTaskEvent, { from, to }: StatusMove, reason: string | null): Content {
  const { task_id, user_id, time } = event.meta;
  return [
    'task.status_changed',
    { task_id, user_id, old_status: from, new_status: to, reason, changed_at: time },
  ];
}

/** What a person is reminded of: the reminder's own text, else what the task is called. */
export function reminderText(task: Pick<TaskState, 'config' | 'name'>): string {
  const { reminder_message } = task.config;
  return typeof reminder_message === 'string' ? reminder_message : task.name;
}

function standingOf(event: RecordedTaskEvent, standing: TaskAtEvent | null): TaskAtEvent {
  if (standing === null) throw new Error(`event ${event.meta.sequence} without its task`);
  return standing;
}

/** `causationid` is the event of the log; `actor` who did it. */
function documentOf(event: RecordedTaskEvent, type: PublishedType, data: JsonObject): JsonObject {
  const { meta } = event;
  return {
    specversion: '1.0',
    id: `${meta.sequence}.${type}`,
    source: '/task-service',
    type,
    subject: meta.task_id,
    time: meta.time,
    datacontenttype: 'application/json',
    dataschema: `urn:task-service:published:${type}:1`,
    userid: meta.user_id,
    actor: meta.actor,
    correlationid: meta.correlation_id,
    causationid: meta.id,
    ...(meta.traceparent === null ? {} : { traceparent: meta.traceparent }),
    data,
  };
}

function plain(value: object | null): Json {
  return value as Json;
}
