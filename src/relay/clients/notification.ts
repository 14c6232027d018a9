/**
 * Notifies owners of what happened to their tasks, as far as a task's switches want it.
 *
 * Of a task's failures at most one an hour is told; of runs that were missed one, until the task has run again, and at
 * most one an hour too. The notice is claimed before it is sent, by the id of its message: a repeat of that message finds
 * its own claim and goes on, any other stays untold.
 */

import type { KnownUsers } from '../../application/commands/known-users.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { RelayStateStore } from '../../application/ports/platform.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { type Instant, msBetween, parseInstant } from '../../domain/shared/instant.ts';
import { DEFAULT_NOTIFY } from '../../domain/task/notify.ts';
import type { PublishedEvent } from '../published/published-event.ts';
import { type Notice, noticeOf } from './notices.ts';
import type { ServiceClient } from './service-client.ts';

const HOUR_MS = 3_600_000;

export interface NotificationDeps {
  readonly client: ServiceClient;
  readonly queries: Pick<TaskQueries, 'task'>;
  readonly users: Pick<KnownUsers, 'readIsDeleted'>;
  readonly records: RelayStateStore;
  readonly clock: Clock;
}

export async function notify(
  deps: NotificationDeps,
  told: PublishedEvent,
  signal: AbortSignal,
): Promise<void> {
  // To somebody who is gone there is nothing to say.
  if (await deps.users.readIsDeleted(told.userId)) return;
  const task = await deps.queries.task(told.userId, told.taskId);
  const notice = task === null ? null : noticeOf(told, task.state.name);
  if (task === null || notice === null) return;
  const switches = task.state.notify ?? DEFAULT_NOTIFY;
  if (!switches[notice.by]) return;
  if (notice.by === 'failure' && !(await claimsTheHour(deps, 'failure-notice', told))) return;
  if (notice.by === 'missed' && !(await claimsTheOutage(deps, told, task.state.last_run_time))) return;
  const body = { recipient_id: told.userId, ...shown(notice) };
  const { id, traceparent } = told;
  const call = { method: 'POST', path: '/api/v1/notifications', body, id, traceparent } as const;
  await deps.client.call(call, signal);
}

function shown({ notification_type, subject, content, metadata }: Notice) {
  return { notification_type, subject, content, metadata };
}

/** Missed once more in the same outage: nothing of the task has run since the last notice. */
async function claimsTheOutage(
  deps: NotificationDeps,
  told: PublishedEvent,
  lastRun: Instant | null,
): Promise<boolean> {
  const stored = await deps.records.get(['missed-notice', told.userId, told.taskId]);
  const last = typeof stored?.value.at === 'string' ? parseInstant(stored.value.at) : null;
  const isRepeat = stored?.value.message_id === told.id;
  if (last !== null && !isRepeat && (lastRun === null || lastRun <= last)) return false;
  return claimsTheHour(deps, 'missed-notice', told);
}

async function claimsTheHour(
  { records, clock }: NotificationDeps,
  notice: 'failure-notice' | 'missed-notice',
  told: PublishedEvent,
): Promise<boolean> {
  const key = [notice, told.userId, told.taskId] as const;
  const stored = await records.get(key);
  if (stored?.value.message_id === told.id) return true;
  const at = clock.now();
  const last = typeof stored?.value.at === 'string' ? parseInstant(stored.value.at) : null;
  const sinceMs = last === null ? null : msBetween(last, at);
  // Of a clock that was ahead once there may be one to come: it holds nothing back.
  if (sinceMs !== null && sinceMs >= 0 && sinceMs < HOUR_MS) return false;
  const claimed = await records.put(key, { message_id: told.id, at }, stored?.version ?? 0);
  if (claimed === null) throw new Error('another such notice of the task is being claimed');
  return true;
}
