/**
 * Whether a user who has limits may do something that counts against them.
 *
 *     event decided on a task --> what it asks for (a place, an execution, credits) --> within the limits? --> admitted
 *                                                                                          '--> the limit in the way
 */
import { addCredits, type CreditMicros, creditsOf, NO_CREDITS } from '../shared/credits.ts';
import type { LimitExceeded, LimitType } from '../shared/decision.ts';
import type { ExecutionId, TaskId } from '../shared/ids.ts';
import { type Instant, msBetween } from '../shared/instant.ts';
import { statusMoveOf } from '../task/events/event-accessors.ts';
import type { TaskEvent } from '../task/events/events.ts';
import { isEdit, writtenIn } from '../task/evolve/usage.ts';
import type { SchedulingState } from '../task/state.ts';
import type { AdmittedExecution, UserEvent } from './events.ts';
import { type Limits, resetsAt } from './limits.ts';
import type { KnownTier } from './tier.ts';
import { countsAsTask, type Usage } from './usage.ts';

/** What one event of a task takes of its user's limits. */
export interface Demand {
  readonly task_id: TaskId;
  /** The task is made, or is taken up again. */
  readonly opens_task: boolean;
  /** The task is counted already, as a failed one is. */
  readonly counted: boolean;
  readonly execution: AdmittedExecution | null;
  /** Made now, taken up again or not. */
  readonly makes_task: boolean;
  /** A person gives the task other content. */
  readonly is_edit: boolean;
  /** As `TaskUsage.stored` counts them. */
  readonly bytes: number;
}

type Before = Pick<SchedulingState, 'deleted_at' | 'resting_status' | 'execution'>;

/** What the event asks for, decided on the task as it was before; null where it asks for nothing. */
export function demandOf(before: Before | null, taskId: TaskId, event: TaskEvent): Demand | null {
  const opens_task = opensTask(before, event);
  const counted = before !== null && countsAsTask(before);
  const is_edit = isEdit(event);
  const asked = {
    task_id: taskId,
    opens_task,
    counted,
    makes_task: event.type === 'task.created',
    is_edit,
    bytes: writtenIn(event),
  };
  if (event.type !== 'task.execution_requested') {
    return opens_task || is_edit ? { ...asked, execution: null } : null;
  }
  const { execution_id, credits_reserved_micros = NO_CREDITS } = event.data;
  const execution = { task_id: taskId, execution_id, credits_reserved_micros, opens_task };
  return { ...asked, execution };
}

/** What the next slot of a scheduled task will ask for. `execution_id`: any. */
export function demandOfSlot(state: SchedulingState, execution_id: ExecutionId): Demand {
  const { task_id, credits_per_run_micros: credits_reserved_micros } = state;
  const execution = { task_id, execution_id, credits_reserved_micros, opens_task: false };
  const nothingWritten = { makes_task: false, is_edit: false, bytes: 0 };
  return { task_id, opens_task: false, counted: true, execution, ...nothingWritten };
}

function opensTask(before: Before | null, event: TaskEvent): boolean {
  if (event.type === 'task.created') return true;
  if (before === null) return false;
  if (event.type === 'task.execution_requested') return isDone(before.resting_status);
  if (event.type === 'task.restored') return countsAsTask(restored(before, event.data.status?.to));
  const move = statusMoveOf(event);
  return move !== null && isDone(move.from) && isTakenUp(move.to);
}

function restored(before: Before, to: Before['resting_status'] = before.resting_status): Before {
  return { ...before, deleted_at: null, resting_status: to };
}

function isDone(status: string): boolean {
  return status === 'completed' || status === 'failed';
}

function isTakenUp(status: string): boolean {
  return status === 'pending' || status === 'scheduled' || status === 'paused';
}

/** What is used once the demand is met. */
export function usageWith(usage: Usage, demand: Demand): Usage {
  const { execution } = demand;
  return {
    tasks: usage.tasks + (demand.opens_task && !demand.counted ? 1 : 0),
    executions_today: usage.executions_today + (execution === null ? 0 : 1),
    credits_this_month_micros: addCredits(
      usage.credits_this_month_micros,
      execution?.credits_reserved_micros ?? NO_CREDITS,
    ),
    existing_tasks: usage.existing_tasks + (demand.makes_task ? 1 : 0),
    edits_today: usage.edits_today + (demand.is_edit ? 1 : 0),
    stored_bytes: usage.stored_bytes + demand.bytes,
  };
}

/** The first limit that the demand would go beyond; null where it may be met. */
export function limitInTheWay(
  usage: Usage,
  limits: Limits,
  demand: Demand,
  now: Instant,
): LimitExceeded | null {
  const after = usageWith(usage, demand);
  if (demand.opens_task && limits.tasks !== null && after.tasks > limits.tasks) {
    return exceeded('TASK_LIMIT_EXCEEDED', 'tasks', limits.tasks, usage.tasks, now);
  }
  if (demand.execution === null) return contentLimitInTheWay(usage, limits, demand, now);
  const { executions_per_day, credits_per_month_micros } = limits;
  if (executions_per_day !== null && after.executions_today > executions_per_day) {
    const used = usage.executions_today;
    return exceeded('EXECUTION_LIMIT_EXCEEDED', 'executions_per_day', executions_per_day, used, now);
  }
  // What costs nothing never goes beyond, also where more than allowed has been used already.
  const costs = demand.execution.credits_reserved_micros > NO_CREDITS;
  if (costs && isMore(after.credits_this_month_micros, credits_per_month_micros)) {
    const used = creditsOf(usage.credits_this_month_micros);
    const limit = creditsOf(credits_per_month_micros ?? NO_CREDITS);
    return exceeded('CREDIT_LIMIT_EXCEEDED', 'credits_per_month', limit, used, now);
  }
  return null;
}

/** Of what people write. A run that is due is not held back for what its task has stored. */
function contentLimitInTheWay(
  usage: Usage,
  limits: Limits,
  demand: Demand,
  now: Instant,
): LimitExceeded | null {
  const after = usageWith(usage, demand);
  const { existing_tasks, edits_per_day, stored_bytes } = limits;
  if (demand.makes_task && existing_tasks !== null && after.existing_tasks > existing_tasks) {
    return exceeded('TASK_LIMIT_EXCEEDED', 'existing_tasks', existing_tasks, usage.existing_tasks, now);
  }
  if (demand.is_edit && edits_per_day !== null && after.edits_today > edits_per_day) {
    return exceeded('EDIT_LIMIT_EXCEEDED', 'edits_per_day', edits_per_day, usage.edits_today, now);
  }
  if (demand.bytes > 0 && stored_bytes !== null && after.stored_bytes > stored_bytes) {
    return exceeded('STORAGE_LIMIT_EXCEEDED', 'stored_bytes', stored_bytes, usage.stored_bytes, now);
  }
  return null;
}

/** Each on top of those before it that are within the limits; null asks for nothing. */
export function judgedInOrder<Asked extends { readonly demand: Demand | null }>(
  asked: readonly Asked[],
  limits: Limits,
  used: Usage,
  now: Instant,
): (Asked & { readonly rejection: LimitExceeded | null })[] {
  let usage = used;
  return asked.map((each) => {
    const { demand } = each;
    const rejection = demand === null ? null : limitInTheWay(usage, limits, demand, now);
    if (demand !== null && rejection === null) usage = usageWith(usage, demand);
    return { ...each, rejection };
  });
}

/** Whether a demand is admitted exactly, with a fact of its user; edits are held to what is stored when they are asked. */
export function isExact({ opens_task, execution }: Demand): boolean {
  return opens_task || execution !== null;
}

/** The fact that is stored together with the events that were admitted: all executions, or one task. */
export function admitted(known: KnownTier, demands: readonly Demand[]): UserEvent {
  const then = { tier: known.tier, tier_source: known.source };
  const executions = demands.flatMap(({ execution }) => (execution === null ? [] : [execution]));
  if (executions.length > 0) return { type: 'user.execution_admitted', data: { ...then, executions } };
  const [first] = demands;
  if (first === undefined) throw new RangeError('an admission of nothing');
  return { type: 'user.task_admitted', data: { ...then, task_id: first.task_id } };
}

function isMore(amount: CreditMicros, limit: CreditMicros | null): boolean {
  return limit !== null && amount > limit;
}

function exceeded(
  code: LimitExceeded['code'],
  limit_type: LimitType,
  limit: number,
  used: number,
  now: Instant,
): LimitExceeded {
  const resets_at = resetsAt(limit_type, now);
  const retry_after_seconds =
    resets_at === null ? null : Math.max(1, Math.ceil(msBetween(now, resets_at) / 1000));
  return { code, limit_type, limit, used, resets_at, retry_after_seconds };
}
