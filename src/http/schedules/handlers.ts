import type { TaskQueries } from '../../application/queries/queries.ts';
import { taskScheduleFrom } from '../../domain/schedule/parse/schedules.ts';
import { type NamedPreview, previewUnset } from '../../domain/schedule/preview.ts';
import { firstSchedule, scheduleBy } from '../../domain/schedule/several.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import { type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import { type Json, objectOrNull } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { slotsAhead } from '../../domain/task/ledger/slots-ahead.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Input, Inspected, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { type AskedSchedules, type CalendarsToFollow, inspectSchedule } from '../tasks/inspect.ts';
import { shownSchedules } from '../tasks/representation.ts';
import { DEFAULT_COUNT, MOST_SLOTS, type PreviewReason, previewRoute, previewTaskRoute } from './routes.ts';

type Queries = Pick<TaskQueries, 'task'>;

interface Deps {
  readonly queries: Queries;
  readonly calendars: CalendarsToFollow;
}

export function mountSchedules(router: Router, { queries, calendars }: Deps): void {
  router.user(previewTaskRoute, { handle: (call, { query }) => previewTask(queries, call, query) });
  router.user(previewRoute, {
    inspect: (call, body) => inspectPreview(calendars, call, body),
    handle: async (call, { body, found }) =>
      preview(found && taskScheduleFrom(found.all, null), body.from ?? call.now, body),
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

function preview(schedule: TaskSchedule | null, from: Instant, asked: Asked): Answer {
  if (schedule === null) return shown(null, [], 'no_schedule');
  // The jitter follows from the task, and there is none.
  const slots = previewUnset(schedule, from, countOf(asked), asked.to ?? null).map((slot) => {
    const isPunctual = scheduleBy(schedule, slot.schedule_id).jitter_seconds === 0;
    return { ...slot, due_at: isPunctual ? slot.at : null, skipped: false };
  });
  return shown(schedule, slots, null);
}

function shown(
  schedule: TaskSchedule | null,
  slots: readonly (NamedPreview & { readonly due_at: Instant | null; readonly skipped: boolean })[],
  reason: PreviewReason | null,
): Answer {
  const timezone = schedule && firstSchedule(schedule).timezone;
  return json(200, { ...shownSchedules(schedule), timezone, reason, slots });
}

/** One schedule is needed, by either member. */
async function inspectPreview(
  calendars: CalendarsToFollow,
  call: UserCall,
  body: Json | undefined,
): Promise<Inspected<AskedSchedules | null>> {
  // As if the schedule were set at `from`: what it then has ahead is what is asked for.
  const { userId } = call.caller;
  const inspected = await inspectSchedule(body, { calendars, userId, now: fromOf(body) ?? call.now });
  const { schedule = null, schedules = null } = objectOrNull(body) ?? {};
  if (schedule !== null || schedules !== null) return inspected;
  return { faults: [{ loc: ['body', 'schedule'], type: 'missing', ...says`is required` }], found: null };
}

function fromOf(body: Json | undefined): Instant | null {
  const from = objectOrNull(body)?.from;
  return typeof from === 'string' ? instantFromRfc3339(from) : null;
}
