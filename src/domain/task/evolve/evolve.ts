/**
 * The fold of a task's events into the whole task: the scheduling part (`evolve-scheduling.ts`) and, around it, what
 * people wrote and what came of the runs.
 */
import { addCredits, NO_CREDITS } from '../../shared/credits.ts';
import type { RecordedTaskEvent } from '../../shared/event.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { WebhookIssued } from '../events/events.ts';
import { withAllSwitches } from '../notify.ts';
import { withMark, withOccurrence, withoutOpen } from '../occurrences.ts';
import { EVENT_RUNS_KEPT, type TaskState } from '../state.ts';
import { isDone, type RestingStatus } from '../status.ts';
import { evolveScheduling } from './evolve-scheduling.ts';
import { NOTHING_USED, withConsumption, withEvent, withRequest } from './usage.ts';

/** Folds one event into a task. Throws where the first event is not `task.created`. */
export function evolve(state: TaskState | null, event: RecordedTaskEvent): TaskState {
  const { time, revision, sequence } = event.meta;
  const scheduling = evolveScheduling(state, event);
  if (event.type === 'task.created') {
    const { name, description, config, metadata, tags, trigger_filter = null } = event.data.personal;
    // Written out: spread together, an object of this size folds and serialises four times slower in V8.
    return {
      task_id: scheduling.task_id,
      user_id: scheduling.user_id,
      task_type: scheduling.task_type,
      priority: scheduling.priority,
      resting_status: scheduling.resting_status,
      deleted_at: scheduling.deleted_at,
      schedule: scheduling.schedule,
      schedule_version: scheduling.schedule_version,
      next_run_time: scheduling.next_run_time,
      decided_through: scheduling.decided_through,
      slots_taken: scheduling.slots_taken,
      buffered_slot: scheduling.buffered_slot,
      backfill: scheduling.backfill,
      failures_in_a_row: scheduling.failures_in_a_row,
      execution: scheduling.execution,
      executions_requested: scheduling.executions_requested,
      credits_per_run_micros: scheduling.credits_per_run_micros,
      due_date: scheduling.due_date,
      ...(scheduling.due_day === undefined ? {} : { due_day: scheduling.due_day }),
      reminder_time: scheduling.reminder_time,
      remind_before: scheduling.remind_before,
      reminder_due: scheduling.reminder_due,
      before_due: scheduling.before_due,
      overdue_due: scheduling.overdue_due,
      trigger: scheduling.trigger,
      webhook: scheduling.webhook,
      id: sequence,
      template_id: event.data.template_id,
      name,
      description,
      config,
      metadata,
      tags,
      trigger_filter,
      event_runs: [],
      notify: withAllSwitches(event.data.notify),
      paused_reason: null,
      last_run_time: null,
      last_success_time: null,
      last_error: null,
      last_result: null,
      run_count: 0,
      success_count: 0,
      failure_count: 0,
      total_credits_consumed_micros: NO_CREDITS,
      usage: withEvent(NOTHING_USED, event, time),
      created_at: time,
      updated_at: time,
      revision,
      edit_revision: revision,
    };
  }
  if (state === null) throw new Error(`${event.type} before task.created on ${event.meta.task_id}`);
  const usage = withEvent(state.usage, event, time);
  // Folding the scheduling part copies all that it is given, so the rest of the task is in it. To spread both together
  // takes V8 five times as long, and so does a copy more than is needed.
  const task = scheduling as TaskState;
  const edited = { updated_at: time, edit_revision: revision };
  switch (event.type) {
    case 'task.updated': {
      const { reason, ...content } = event.data.personal;
      const status = event.data.status;
      const paused_reason = status === null ? state.paused_reason : pausedReason(status.to, reason);
      const { notify = state.notify } = event.data.changes;
      const done = status !== null && isDone(status.to) ? withoutOpen(state) : {};
      return {
        ...task,
        usage,
        revision,
        ...content,
        ...edited,
        ...done,
        notify: withAllSwitches(notify),
        paused_reason,
      };
    }
    case 'task.status_changed':
      return {
        ...task,
        usage,
        revision,
        ...edited,
        ...(isDone(event.data.status.to) ? withoutOpen(state) : {}),
        paused_reason: pausedReason(event.data.status.to, event.data.personal.reason),
      };
    case 'task.deleted':
    case 'task.restored':
    case 'task.slot_skip_changed':
      return { ...task, usage, revision, ...edited };
    case 'task.execution_started':
      return { ...task, usage, revision, last_run_time: time };
    case 'task.execution_completed':
      return {
        ...task,
        revision,
        run_count: state.run_count + 1,
        success_count: state.success_count + 1,
        total_credits_consumed_micros: addCredits(
          state.total_credits_consumed_micros,
          event.data.credits_consumed_micros,
        ),
        usage: withConsumption(usage, time, event.data.credits_consumed_micros),
        last_success_time: time,
        last_error: null,
        last_result: event.data.personal.result,
      };
    case 'task.execution_failed':
      if (event.data.will_retry) return { ...task, usage, revision };
      return {
        ...task,
        usage,
        revision,
        ...pausedAfter(event.data.paused_after_failures, time),
        run_count: state.run_count + 1,
        failure_count: state.failure_count + 1,
        last_error: event.data.personal.error_message,
      };
    case 'task.webhook_issued':
      return { ...withoutHookTerms({ ...task, usage, revision }), ...edited, ...hookTermsIn(event.data) };
    case 'task.webhook_revoked':
      return { ...withoutHookTerms({ ...task, usage, revision }), ...edited };
    case 'task.execution_requested': {
      const { trigger_type, execution_id, scheduled_for, occurrence } = event.data;
      const requested: TaskState = { ...task, usage: withRequest(usage, time), revision };
      const counted =
        occurrence === undefined || scheduled_for === null
          ? requested
          : { ...requested, occurrences: withOccurrence(state, scheduled_for, occurrence.overdue_at) };
      return trigger_type === 'event'
        ? { ...counted, event_runs: withRun(state.event_runs, execution_id) }
        : counted;
    }
    case 'task.occurrence_marked': {
      const { slot, done } = event.data;
      return { ...task, usage, revision, ...edited, occurrences: withMark(state, slot, done ? time : null) };
    }
    case 'task.execution_cancelled':
    case 'task.slots_skipped':
    case 'task.slot_buffered':
    case 'task.backfill_requested':
    case 'task.rescheduled':
    case 'task.reminder_triggered':
    case 'task.overdue':
      return { ...task, usage, revision };
  }
}

function withoutHookTerms({ hook_terms: _, ...state }: TaskState): TaskState {
  return state;
}

function hookTermsIn({
  with_headers = false,
  verify,
  personal,
}: WebhookIssued): Pick<TaskState, 'hook_terms'> {
  if (!with_headers && verify === undefined) return {};
  const proof = verify === undefined ? null : { scheme: verify, secret: personal?.secret ?? '' };
  return { hook_terms: { with_headers, verify: proof } };
}

/** The largest, whatever the order in which they come: so one that is larger than the smallest and not there is new. */
function withRun(runs: TaskState['event_runs'], id: ExecutionId): TaskState['event_runs'] {
  return [...runs, id].sort().slice(-EVENT_RUNS_KEPT);
}

function pausedAfter(failures: number | null, time: Instant): Partial<TaskState> {
  if (failures === null) return {};
  const times = failures === 1 ? 'a failed run' : `${failures} failed runs in a row`;
  return { paused_reason: `Paused after ${times}.`, updated_at: time };
}

function pausedReason(to: RestingStatus, reason: string | null): string | null {
  return to === 'paused' ? reason : null;
}
