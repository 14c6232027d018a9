import type { TaskQueries } from '../../application/queries/queries.ts';
import { previewSlots, type SlotPreview } from '../../domain/schedule/preview.ts';
import type { Schedule } from '../../domain/schedule/types.ts';
import { type Instant, instantFromRfc3339, plusMs } from '../../domain/shared/instant.ts';
import { type Json, objectOrNull } from '../../domain/shared/json.ts';
import { slotsAhead } from '../../domain/task/ledger/slots-ahead.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { inspectSchedule } from '../tasks/inspect.ts';
import { DEFAULT_COUNT, MOST_SLOTS, type PreviewReason, previewRoute, previewTaskRoute } from './routes.ts';

type Queries = Pick<TaskQueries, 'task'>;

export function mountSchedules(router: Router, { queries }: { readonly queries: Queries }): void {
  router.user(previewTaskRoute, { handle: (call, { query }) => previewTask(queries, call, query) });
  router.user(previewRoute, {
    // As if the schedule were set at `from`: what it then has ahead is what is asked for.
    inspect: (call, body) => inspectSchedule(body, fromOf(body) ?? call.now),
    handle: async (call, { body, found }) => preview(found, begin(found, body.from ?? call.now), body),
  });
}

interface Asked {
  readonly count?: number | undefined;
  readonly to?: Instant | null | undefined;
}

/** A range has all its slots, as many as one answer may; without one, only the next few are asked for. */
function countOf({ count, to }: Asked): number {
  return count ?? ((to ?? null) === null ? DEFAULT_COUNT : MOST_SLOTS);
}

async function previewTask(
  queries: Queries,
  call: UserCall,
  query: Input<typeof previewTaskRoute, undefined>['query'],
): Promise<Answer> {
  const task = await queries.task(call.caller.userId, taskIdOf(call));
  if (task === null || task.state.deleted_at !== null) throw new Problem('TASK_NOT_FOUND');
  const reason = reasonOf(task.state);
  const asked = { count: countOf(query), from: query.from ?? null, to: query.to ?? null };
  const slots = reason === null ? slotsAhead(task.state, call.now, asked) : [];
  return shown(task.state.schedule, slots, reason);
}

/** Why nothing is planned; null where something may be. */
function reasonOf({ schedule, resting_status }: TaskState): PreviewReason | null {
  if (schedule === null) return 'no_schedule';
  switch (resting_status) {
    case 'scheduled':
      return null;
    case 'pending':
      return 'no_schedule';
    case 'paused':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return resting_status;
  }
}

/** After which the slots are those that a task has with the schedule set at `from`: a one-off may be due then. */
function begin(schedule: Schedule | null, from: Instant): Instant {
  return schedule?.type === 'once' ? plusMs(from, -1) : from;
}

function preview(schedule: Schedule | null, from: Instant, asked: Asked): Answer {
  if (schedule === null) return shown(null, [], 'no_schedule');
  const most = Math.min(countOf(asked), schedule.max_runs ?? Number.POSITIVE_INFINITY);
  // The jitter follows from the task, and there is none.
  const isPunctual = schedule.jitter_seconds === 0;
  const slots = previewSlots(schedule, from, most, asked.to ?? null);
  return shown(
    schedule,
    slots.map((slot) => ({ ...slot, due_at: isPunctual ? slot.at : null, skipped: false })),
    null,
  );
}

function shown(
  schedule: Schedule | null,
  slots: readonly (SlotPreview & { readonly due_at: Instant | null; readonly skipped: boolean })[],
  reason: PreviewReason | null,
): Answer {
  return json(200, { schedule, timezone: schedule?.timezone ?? null, reason, slots });
}

function fromOf(body: Json | undefined): Instant | null {
  const from = objectOrNull(body)?.from;
  return typeof from === 'string' ? instantFromRfc3339(from) : null;
}
