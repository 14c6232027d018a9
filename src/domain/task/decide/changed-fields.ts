/** What an update really changes, and what of a task's schedules it leaves as it is. */
import { onWholeMinutes, withoutId } from '../../schedule/parse/schedules.ts';
import { namedSchedules, type SlotsUsed, usedBy } from '../../schedule/several.ts';
import type { NamedSchedule, TaskSchedule } from '../../schedule/types.ts';
import { sameJson } from '../../shared/json.ts';
import type { TaskChanges } from '../commands.ts';
import type { TaskUpdated } from '../events/events.ts';
import { slotsTaken } from '../slots-used.ts';
import type { TaskState } from '../state.ts';

export function realChanges(state: TaskState, asked: TaskChanges): TaskChanges {
  const current: TaskChanges = state;
  const fields = Object.keys(asked) as (keyof TaskChanges)[];
  const changed = fields.filter(
    (field) => asked[field] !== undefined && !sameJson(asked[field], current[field] ?? null),
  );
  return Object.fromEntries(changed.map((field) => [field, asked[field]]));
}

/** Members that REST callers know as part of another. */
const PART_OF: Readonly<Record<string, string>> = { trigger_filter: 'trigger', due_day: 'due_date' };

/** As the REST caller knows them. */
export function namesOf(state: TaskState, changes: TaskChanges): string[] {
  const names = Object.keys(changes).map((name) => PART_OF[name] ?? name);
  const { schedule } = changes;
  const areSeveral =
    schedule !== undefined && [schedule, state.schedule].some((each) => each?.type === 'several');
  return [...new Set(areSeveral ? [...names, 'schedules'] : names)].sort();
}

/** Ids of the schedules that were there before and are as they were. */
export function stayingIds(state: TaskState, schedule: TaskSchedule): ReadonlySet<string> {
  const before = state.schedule === null ? [] : namedSchedules(state.schedule);
  const isSeveral = schedule.type === 'several';
  const staying = namedSchedules(schedule).filter((one) =>
    before.some((other) => other.id === one.id && isAsBefore(other, one, isSeveral)),
  );
  return new Set(staying.map(({ id }) => id));
}

/** Slots that each schedule has taken already: one that stays goes on counting. */
export function keptBy(state: TaskState, schedule: TaskSchedule): SlotsUsed {
  const taken = slotsTaken(state);
  const counts = [...stayingIds(state, schedule)].map((id) => [id, usedBy(taken, id)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The same as an event says it: nothing where none goes on. */
export function slotsKept(
  state: TaskState,
  schedule: TaskSchedule | null | undefined,
): Pick<TaskUpdated, 'slots_kept'> {
  const kept = schedule ? keptBy(state, schedule) : 0;
  return typeof kept === 'number' || Object.keys(kept).length === 0 ? {} : { slots_kept: kept };
}

/** One that others have come to is on whole minutes since. */
function isAsBefore(before: NamedSchedule, after: NamedSchedule, isSeveral: boolean): boolean {
  if (sameJson(before, after)) return true;
  return isSeveral && sameJson(onWholeMinutes(withoutId(before)), withoutId(after));
}
