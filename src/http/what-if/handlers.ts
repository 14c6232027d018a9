import { AsOfTooFar } from '../../application/queries/history/user-past.ts';
import { type PastStretch, type Tried, whatIf } from '../../application/queries/history/what-if.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { calendarsFollowed } from '../../domain/schedule/followed-calendars.ts';
import { taskScheduleFrom } from '../../domain/schedule/parse/schedules.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import type { CalendarId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { SlotRecord } from '../../domain/task/ledger/slot-fates.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import { type Fault, invalid, Problem, problemOf } from '../server/problem.ts';
import { slotOf } from '../slots/representation.ts';
import { type CalendarsToFollow, inspectSchedule } from '../tasks/inspect.ts';
import { shownSchedules } from '../tasks/representation.ts';
import { assumptionsOf } from './assumptions.ts';
import { whatIfRoute } from './routes.ts';

type Queries = Pick<TaskQueries, 'task' | 'past' | 'executions'>;
type Body = Input<typeof whatIfRoute, undefined>['body'];

/** Of runs before, where the range has none. */
const LOOKED_AT_RUNS = 20;

interface Deps {
  readonly queries: Queries;
  readonly calendars: CalendarsToFollow;
}

export function mountWhatIf(router: Router, deps: Deps): void {
  router.user(whatIfRoute, { handle: (call, { body }) => tried(deps, call, body) });
}

async function tried({ queries, calendars }: Deps, call: UserCall, body: Body): Promise<Answer> {
  const { from, to } = body;
  if (from > to) throw invalid([{ loc: ['body', 'from'], type: 'conflict', ...says`must not be after to` }]);
  const task = await queries.task(call.caller.userId, taskIdOf(call));
  if (task === null || task.state.deleted_at !== null) throw new Problem('TASK_NOT_FOUND');
  const stretch = await queries.past.stretch(task, { from, to }, call.now);
  if (stretch === 'too_much') throw new AsOfTooFar();
  if (stretch === null) {
    const nothing = { proposed: [], actual: [], differences: [], assumptions: [] };
    return json(200, { task_id: task.state.task_id, from, to, ...shownSchedules(null), ...nothing });
  }
  const schedule = await scheduleOf(body, stretch, calendars, call.caller.userId);
  const typicalMs = await typicalOf(queries, task, stretch);
  const outcome = await whatIf(stretch, schedule, typicalMs);
  if (outcome.kind === 'rejected') throw problemOf(outcome.rejection);
  return json(200, {
    task_id: task.state.task_id,
    from: stretch.from,
    to,
    ...shownSchedules(schedule ?? stretch.start.schedule),
    ...(await compared(outcome.tried, to)),
    assumptions: assumptionsOf(outcome.tried, { until: stretch.until, to, typicalMs }),
  });
}

/** Null: what the task had. */
async function scheduleOf(
  { schedule, schedules, policies }: Body,
  { start, from }: PastStretch,
  calendars: CalendarsToFollow,
  userId: UserId,
): Promise<TaskSchedule | null> {
  if (schedule === undefined && schedules === undefined && policies === undefined) return null;
  const asked =
    schedule === undefined && schedules === undefined ? sentAs(start.schedule) : { schedule, schedules };
  const withPolicies = (document: JsonObject): JsonObject => ({ ...document, ...(policies as JsonObject) });
  const body = {
    schedule: asked.schedule === undefined ? null : withPolicies(asked.schedule),
    schedules: asked.schedules === undefined ? null : asked.schedules.map(withPolicies),
  };
  // Calendars that it followed then have the days that they had.
  const then = new Map(calendarsFollowed(start.schedule).map((each) => [each.calendar_id, each]));
  const lookupFor = async () => {
    const now = await calendars.lookupFor(userId);
    return (id: CalendarId) => then.get(id) ?? now(id);
  };
  const reading = { calendars: { lookupFor }, userId, now: from, stored: start.schedule };
  const { faults, found } = await inspectSchedule(body, reading);
  if (faults.length > 0) throw invalid(faults.map((fault) => placed(fault, policies)));
  return found && taskScheduleFrom(found.all, start.schedule);
}

/** What the task had, as if somebody sent it. */
function sentAs(schedule: TaskSchedule | null): Pick<Body, 'schedule' | 'schedules'> {
  if (schedule === null) throw new Problem('NO_SCHEDULE');
  return schedule.type === 'several'
    ? { schedules: shownSchedules(schedule).schedules as unknown as JsonObject[] }
    : { schedule: shownSchedules(schedule).schedule as unknown as JsonObject };
}

/** A policy stands beside the schedules, for all of them. */
function placed(fault: Fault, policies: object | undefined): Fault {
  const [body = 'body', list, ...below] = fault.loc;
  const [member, ...more] = list === 'schedules' ? below.slice(1) : below;
  const isPolicy = policies !== undefined && member !== undefined && Object.hasOwn(policies, member);
  return isPolicy ? { ...fault, loc: [body, 'policies', member, ...more] } : fault;
}

/** Milliseconds: the median of the range’s runs, or of the last ones. */
async function typicalOf(queries: Queries, task: TaskSnapshot, { events }: PastStretch): Promise<number> {
  const recorded = events.flatMap((event) =>
    event.type === 'task.execution_completed' ? [event.data.duration_ms] : [],
  );
  if (recorded.length > 0) return medianOf(recorded);
  const { user_id, task_id } = task.state;
  const last = await queries.executions(user_id, task_id, { limit: LOOKED_AT_RUNS });
  return medianOf(last.flatMap(({ duration_ms }) => duration_ms ?? []));
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function compared({ actual, proposed, recorded }: Tried, to: Instant) {
  const slice = new Timeslice();
  const sides: { readonly actual: Row[]; readonly proposed: Row[] } = { actual: [], proposed: [] };
  const rows = new Map<Instant, { actual: Row | null; proposed: Row | null }>();
  for (const [side, slots] of Object.entries({ actual, proposed })) {
    for (const slot of slots) {
      const row = rowOf(slot, to, recorded);
      sides[side as keyof typeof sides].push(row);
      rows.set(row.at, { ...(rows.get(row.at) ?? { actual: null, proposed: null }), [side]: row });
      if (slice.isOver()) await slice.next();
    }
  }
  const differences: ({ at: Instant } & { actual: Row | null; proposed: Row | null })[] = [];
  for (const [at, row] of rows) {
    if (!isSameRow(row.actual, row.proposed)) differences.push({ at, ...row });
    if (slice.isOver()) await slice.next();
  }
  return { ...sides, differences: differences.sort((a, b) => (a.at < b.at ? -1 : 1)) };
}

type Row = ReturnType<typeof rowOf>;

/** Runs that there were not have no id. */
function rowOf(slot: SlotRecord, to: Instant, { runs }: Tried['recorded']) {
  const { schedule_version: _, execution_id, ...row } = slotOf(slot, to);
  return { ...row, execution_id: execution_id !== null && runs.has(execution_id) ? execution_id : null };
}

function isSameRow(a: Row | null, b: Row | null): boolean {
  if (a === null || b === null) return a === b;
  return Object.entries(a).every(([name, value]) => b[name as keyof Row] === value);
}
