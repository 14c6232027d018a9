/**
 * Several schedules of one task: each is read as one is, gets an id if it has none, and is put on whole minutes where it
 * is not the only one, so that slots of two of them are the same or a minute apart.
 */
import { epochMs, type Instant, instantOf } from '../../shared/instant.ts';
import { type JsonObject, sameJson } from '../../shared/json.ts';
import { type Said, says } from '../../shared/says.ts';
import { MS_PER_MINUTE } from '../calendar/civil.ts';
import { MAIN_SCHEDULE, namedSchedules, taskScheduleOf } from '../several.ts';
import type { NamedSchedule, Schedule, ScheduleFault, TaskSchedule } from '../types.ts';
import { type CalendarLookup, NO_CALENDARS, shownSchedule } from './calendars.ts';
import { type FaultType, type Path, quotedForFault } from './members.ts';
import { parseSchedule } from './parse.ts';
import { begunAsStored } from './repeated.ts';

/** A schedule as it was asked for: what its document leaves open hangs on what is stored. */
export interface AskedSchedule {
  /** In the list. */
  readonly index: number;
  /** Null: it has none yet. */
  readonly id: string | null;
  readonly document: JsonObject;
  readonly schedule: Schedule;
}

export interface ReadSchedules {
  /** The index in the list comes first in each path. */
  readonly faults: readonly ScheduleFault[];
  /** Those without faults. */
  readonly asked: readonly AskedSchedule[];
}

const MAX_ID = 32;
const ID = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/**
 * `documents`: null stands for what is none, and is passed over. `stored`: in force. What it has already may stay, also
 * where no slot is ahead any more.
 */
export function readSchedules(
  documents: readonly (JsonObject | null)[],
  now: Instant,
  stored: TaskSchedule | null,
  calendars: CalendarLookup = NO_CALENDARS,
): ReadSchedules {
  const faults: ScheduleFault[] = [];
  const asked: AskedSchedule[] = [];
  const fault = (path: Path, type: FaultType, said: Said) => faults.push({ path, type, ...said });
  const kept = stored === null ? [] : namedSchedules(stored);
  const isAlone = documents.length === 1;
  for (const [index, sent] of documents.entries()) {
    if (sent === null) continue;
    const { id = null, ...document } = sent;
    const known = kept.find(
      (one) => one.id === id && sameJson(shownSchedule(withoutId(one)) as unknown as JsonObject, document),
    );
    const parsed = known === undefined ? parseSchedule(document, now, calendars) : null;
    const schedule = known === undefined ? (parsed?.ok ? parsed.schedule : null) : withoutId(known);
    if (parsed?.ok === false) {
      faults.push(...parsed.faults.map((one) => ({ ...one, path: [index, ...one.path] })));
    }
    if (id !== null && (typeof id !== 'string' || !ID.test(id))) {
      const said = says`must be at most ${{ maximum: MAX_ID }} small letters, digits and dashes, without a dash at either end`;
      fault([index, 'id'], 'invalid_value', said);
      continue;
    }
    if (schedule === null) continue;
    if (!isAlone && schedule.type === 'interval' && schedule.interval_seconds % 60 !== 0) {
      const member = document.every === undefined ? 'interval_seconds' : 'every';
      fault([index, member], 'invalid_value', says`must be whole minutes where a task has several schedules`);
    }
    const twin = isAlone ? -1 : asked.findIndex((other) => isSame(other.schedule, schedule));
    if (twin >= 0) fault([index], 'conflict', says`is the same as another one of the list`);
    if (id !== null && asked.some((other) => other.id === id)) {
      fault(
        [index, 'id'],
        'conflict',
        says`${{ given: quotedForFault(id) }} is the id of another one of the list`,
      );
    }
    asked.push({ index, id, document, schedule });
  }
  return { faults, asked };
}

function isSame(a: Schedule, b: Schedule): boolean {
  return sameJson(onWholeMinutes(a), onWholeMinutes(b));
}

/** What they come to for a task that has been scheduled by `stored` so far. Null for none. */
export function taskScheduleFrom(
  asked: readonly AskedSchedule[],
  stored: TaskSchedule | null,
): TaskSchedule | null {
  const before = stored === null ? [] : namedSchedules(stored);
  const named: NamedSchedule[] = [];
  const taken = new Set(asked.map(({ id }) => id));
  for (const each of asked) {
    const id = each.id ?? idFor(each, { before, taken, isAlone: asked.length === 1 });
    taken.add(id);
    named.push({
      ...begun(
        each,
        before.find((one) => one.id === id),
      ),
      id,
    });
  }
  return taskScheduleOf(
    asked.length > 1 ? named.map((one) => ({ ...onWholeMinutes(one), id: one.id })) : named,
  );
}

function begun({ document, schedule }: AskedSchedule, stored: NamedSchedule | undefined): Schedule {
  return stored === undefined ? schedule : begunAsStored(document, schedule, withoutId(stored));
}

interface Ids {
  readonly before: readonly NamedSchedule[];
  readonly taken: ReadonlySet<string | null>;
  readonly isAlone: boolean;
}

/** That of the same schedule, where there is one that nobody else takes; else one that tells of its type. */
function idFor(asked: AskedSchedule, { before, taken, isAlone }: Ids): string {
  const same = before.find((one) => !taken.has(one.id) && isSame(begun(asked, one), withoutId(one)));
  if (same !== undefined) return same.id;
  if (isAlone) return MAIN_SCHEDULE;
  const { type } = asked.schedule;
  const isFree = (id: string) => !taken.has(id) && !before.some((one) => one.id === id);
  let id: string = type;
  for (let nth = 2; !isFree(id); nth += 1) id = `${type}-${nth}`;
  return id;
}

/** An interval begins its phase a little earlier, unless it begins with the schedule; a one-off is a little later. */
export function onWholeMinutes(schedule: Schedule): Schedule {
  if (schedule.type === 'once') return { ...schedule, run_time: toMinute(schedule.run_time, Math.ceil) };
  if (schedule.type !== 'interval') return schedule;
  const { anchor, start_at } = schedule;
  return { ...schedule, anchor: toMinute(anchor, anchor === start_at ? Math.ceil : Math.floor) };
}

function toMinute(at: Instant, round: (minutes: number) => number): Instant {
  return instantOf(round(epochMs(at) / MS_PER_MINUTE) * MS_PER_MINUTE);
}

export function withoutId({ id: _, ...schedule }: NamedSchedule): Schedule {
  return schedule;
}
