/**
 * What starts a task from outside: its webhook, issued and revoked by its owner, and the messages of its event
 * trigger. Both start only tasks that rest as pending, scheduled or failed.
 */
import { type Decision, decided, NOTHING, rejected } from '../../shared/decision.ts';
import type { Hash } from '../../shared/ids.ts';
import type { IssueWebhook, RequestByEvent, RequestByWebhook, RevokeWebhook } from '../commands.ts';
import type { TaskEvent, WebhookIssued } from '../events/events.ts';
import { EVENT_RUNS_KEPT, type TaskState } from '../state.ts';
import { fulfils } from '../trigger.ts';
import { staleEdit } from './decide.ts';
import { requestExecution } from './execution.ts';

/** A webhook of its own; one that was issued before is void from then on. */
export function issueWebhook(state: TaskState | null, command: IssueWebhook): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  if (state.resting_status === 'cancelled') {
    return rejected({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' });
  }
  if (state.webhook === command.token_hash) return NOTHING;
  return decided({ type: 'task.webhook_issued', data: issued(command) });
}

function issued({ token_hash, terms }: IssueWebhook): WebhookIssued {
  if (terms === null) return { token_hash };
  const { with_headers, verify } = terms;
  const proof = verify && { verify: verify.scheme, personal: { secret: verify.secret } };
  return { token_hash, ...(with_headers ? { with_headers } : {}), ...proof };
}

export function revokeWebhook(state: TaskState | null, command: RevokeWebhook): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const stale = staleEdit(state, command.if_match);
  if (stale !== null) return rejected(stale);
  return state.webhook === null ? NOTHING : decided({ type: 'task.webhook_revoked', data: {} });
}

/** Refused alike whether the task, the webhook or this token of it is not there (any more). */
export function requestByWebhook(state: TaskState | null, command: RequestByWebhook): Decision<TaskEvent> {
  if (!opensWebhook(state, command.token_hash)) return rejected({ code: 'WEBHOOK_NOT_FOUND' });
  return requestExecution(state, { ...command, trigger_type: 'webhook' });
}

/** Whether a token with this hash is the one that was issued last. Takes as long whatever it is compared with. */
export function opensWebhook(state: TaskState | null, tokenHash: Hash): state is TaskState {
  if (state === null || state.deleted_at !== null || state.webhook === null) return false;
  let difference = state.webhook.length ^ tokenHash.length;
  for (let at = 0; at < state.webhook.length; at++) {
    difference |= state.webhook.charCodeAt(at) ^ tokenHash.charCodeAt(at);
  }
  return difference === 0;
}

/**
 * Nothing for a message that the trigger does not ask for, or whose run has been requested. The id of the execution
 * is derived from task and message, so a repeat is known by it: among the largest that the task keeps, or, for one that
 * is smaller than all of them, in the task's history (`MESSAGE_MAY_BE_KNOWN`: the caller looks there).
 */
export function requestByEvent(state: TaskState | null, command: RequestByEvent): Decision<TaskEvent> {
  if (state === null || state.deleted_at !== null) return rejected({ code: 'TASK_NOT_FOUND' });
  const { execution_id, subject, payload } = command;
  if (state.trigger?.subject !== subject) return NOTHING;
  if (state.trigger_filter !== null && payload === undefined) return NOTHING;
  if (payload !== undefined && !fulfils(payload, state.trigger_filter)) return NOTHING;
  const runs = state.event_runs;
  if (runs.includes(execution_id)) return NOTHING;
  const [smallest] = runs;
  const forgotten = runs.length >= EVENT_RUNS_KEPT && smallest !== undefined && execution_id < smallest;
  if (forgotten && !command.is_new) return rejected({ code: 'MESSAGE_MAY_BE_KNOWN' });
  return requestExecution(state, { ...command, trigger_type: 'event' });
}
