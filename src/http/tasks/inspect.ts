/**
 * What is wrong with a task's schedule and config, beyond what a schema can tell: read from the body as it was
 * sent, so that their faults are named together with all others.
 */

import type { Calendars } from '../../application/commands/calendars.ts';
import type { ConfigFault, OutsideChecks, TaskTypeCatalog } from '../../application/ports/task-types.ts';
import {
  CALENDAR_MEMBERS,
  type CalendarLookup,
  NO_CALENDARS,
  type ShownSchedule,
  shownSchedule,
} from '../../domain/schedule/parse/calendars.ts';
import { parseSchedule } from '../../domain/schedule/parse/parse.ts';
import { type AskedSchedule, readSchedules } from '../../domain/schedule/parse/schedules.ts';
import { MAIN_SCHEDULE, MOST_SCHEDULES, namedSchedules } from '../../domain/schedule/several.ts';
import type { TaskSchedule } from '../../domain/schedule/types.ts';
import { type CreditMicros, creditsOf, parseCredits } from '../../domain/shared/credits.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type Json, type JsonObject, objectOrNull, sameJson } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { TASK_TYPES, type TaskType } from '../../domain/task/status.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import type { Inspected, UserCall } from '../router/route.ts';
import type { Fault } from '../server/problem.ts';
import { dueFaults } from './due-date.ts';

/** Finds the calendars that a user may follow. */
export type CalendarsToFollow = Pick<Calendars, 'lookupFor'>;

export interface ScheduleReading {
  readonly calendars: CalendarsToFollow;
  readonly userId: UserId;
  readonly now: Instant;
  /** The one that the task has. */
  readonly stored?: TaskSchedule | null;
}

/** As a call reads it. */
export function scheduleReadingOf(
  { calendars }: { readonly calendars: CalendarsToFollow },
  { caller, now }: Pick<UserCall, 'caller' | 'now'>,
): ScheduleReading {
  return { calendars, userId: caller.userId, now };
}

/** The schedules that a body asks for, and by which member. */
export interface AskedSchedules {
  readonly member: 'schedule' | 'schedules';
  readonly all: readonly AskedSchedule[];
}

/** Those of a body, null where it has none (or null, or what the schema refuses). */
export async function inspectSchedule(
  body: Json | undefined,
  reading: ScheduleReading,
): Promise<Inspected<AskedSchedules | null>> {
  const { now, stored = null } = reading;
  const members = objectOrNull(body);
  const document = objectOrNull(members?.schedule);
  const list = members?.schedules ?? null;
  if (list === null) return document === null ? NOT_ASKED : inspectOne(document, reading);
  if (document !== null) {
    const said = says`cannot be given together with ${{ other: 'schedule' }}`;
    return { faults: [{ loc: ['body', 'schedules'], type: 'conflict', ...said }], found: null };
  }
  // How many there may be, and that each is an object, the schema tells.
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_SCHEDULES) return NOT_ASKED;
  const documents = list.map(objectOrNull);
  const lookup = await lookupFor(documents, reading);
  const { faults, asked } = readSchedules(documents, now, stored, lookup);
  return {
    faults: faults.map((one) => bodyFault('schedules', one)),
    found: { member: 'schedules', all: asked },
  };
}

/** A schedule that is there already, as if it had been sent. */
export function askedAs(schedule: TaskSchedule): AskedSchedules {
  const all = namedSchedules(schedule).map(({ id, ...one }, index) => {
    return { index, id, document: asJson(shownSchedule(one)), schedule: one };
  });
  return { member: schedule.type === 'several' ? 'schedules' : 'schedule', all };
}

function asJson(schedule: ShownSchedule): JsonObject {
  return schedule as unknown as JsonObject;
}

const NOT_ASKED = { faults: [], found: null };

/** Asked only where a schedule follows any. */
async function lookupFor(
  documents: readonly (JsonObject | null)[],
  { calendars, userId }: ScheduleReading,
): Promise<CalendarLookup> {
  const isFollowing = documents.some((one) =>
    CALENDAR_MEMBERS.some((name) => (one?.[name] ?? null) !== null),
  );
  return isFollowing ? calendars.lookupFor(userId) : NO_CALENDARS;
}

async function inspectOne(
  document: JsonObject,
  reading: ScheduleReading,
): Promise<Inspected<AskedSchedules | null>> {
  const { now, stored = null } = reading;
  const found = (schedule: AskedSchedule['schedule']): Inspected<AskedSchedules> => ({
    faults: [],
    found: { member: 'schedule', all: [{ index: 0, id: MAIN_SCHEDULE, document, schedule }] },
  });
  // Shown and sent back as it is: no change, also where no slot is ahead any more.
  if (stored !== null && stored.type !== 'several' && sameJson(document, asJson(shownSchedule(stored))))
    return found(stored);
  const parsed = parseSchedule(document, now, await lookupFor([document], reading));
  if (parsed.ok) return found(parsed.schedule);
  return { faults: parsed.faults.map((one) => bodyFault('schedule', one)), found: null };
}

export function createFaults(
  body: Json | undefined,
  catalog: TaskTypeCatalog,
  terms: TaskTypeTerms,
): Fault[] {
  const members = objectOrNull(body);
  if (members === null) return [];
  const taskType = TASK_TYPES.find((type) => type === members.task_type);
  const config = members.config === undefined ? {} : objectOrNull(members.config);
  const ofConfig = taskType === undefined || config === null ? [] : configFaults(taskType, config, catalog);
  const ofPrice = taskType === undefined ? [] : priceFaults(members.credits_per_run, taskType, terms);
  return [...ofConfig, ...ofPrice, ...reminderFaults(members), ...dueFaults(members, null)];
}

/** Reminders before a due date need one. Not the schema's to tell: it compares members only once each is right. */
export function reminderFaults({ remind_before, due_date, task_type }: JsonObject): Fault[] {
  // Its event_time will do.
  if (task_type === 'calendar_event') return [];
  const reminds = Array.isArray(remind_before) && remind_before.length > 0;
  if (!reminds || (due_date ?? null) !== null) return [];
  return [{ loc: ['body', 'remind_before'], type: 'conflict', ...says`needs a due_date` }];
}

/** Of `credits_per_run`, where it is less than the task type's; as it is stored it may stay. */
export function priceFaults(
  asked: Json | undefined,
  taskType: TaskType,
  terms: TaskTypeTerms,
  stored: CreditMicros | null = null,
): Fault[] {
  const micros = typeof asked === 'number' ? parseCredits(asked) : null;
  const { credits_per_run_micros: least } = terms[taskType];
  if (micros === null || micros >= least || micros === stored) return [];
  const said = says`must be at least what a run of ${{ task_type: taskType }} costs: ${{ minimum: creditsOf(least) }}`;
  return [{ loc: ['body', 'credits_per_run'], type: 'too_small', ...said }];
}

export function updateFaults(
  body: Json | undefined,
  task: TaskState,
  catalog: TaskTypeCatalog,
  terms: TaskTypeTerms,
): Fault[] {
  const members = objectOrNull(body) ?? {};
  const { task_type, credits_per_run_micros } = task;
  const config = objectOrNull(members.config);
  const ofConfig =
    config === null
      ? []
      : configFaults(task.task_type, catalog.unmasked(task.task_type, config, task.config), catalog);
  const { due_date = task.due_date, remind_before = null } = members;
  // Shown and sent back as they are, reminders that a due date was taken from are no change.
  const reminds = sameJson(remind_before, task.remind_before) ? null : remind_before;
  return [
    ...ofConfig,
    ...priceFaults(members.credits_per_run, task_type, terms, credits_per_run_micros),
    ...reminderFaults({ remind_before: reminds, due_date, task_type }),
    ...dueFaults(members, task.due_day ?? null),
  ];
}

function configFaults(taskType: TaskType, config: JsonObject, catalog: TaskTypeCatalog): Fault[] {
  return catalog.faultsOf(taskType, config).map((one) => bodyFault('config', one));
}

/** What was found, or, where nothing is wrong with it, what there is to find by asking further. */
export async function orAsked<Found>(
  inspected: Inspected<Found>,
  ask: () => Promise<readonly Fault[]>,
): Promise<Inspected<Found>> {
  if (inspected.faults.length > 0 || inspected.problem !== undefined) return inspected;
  return { ...inspected, faults: await ask() };
}

/** What somebody outside has against the config that a body gives a task; asked only where all else is right. */
export async function outsideFaults(
  asked: Json | undefined,
  config: Json,
  checks: OutsideChecks,
  call: Pick<UserCall, 'aside'>,
): Promise<Fault[]> {
  const taskType = TASK_TYPES.find((type) => type === asked);
  const known = objectOrNull(config);
  if (taskType === undefined || known === null) return [];
  const faults = await call.aside(() => checks.faultsOf(taskType, known));
  return faults.map((one) => bodyFault('config', one));
}

function bodyFault(member: string, { path, type, msg, params }: ConfigFault): Fault {
  return { loc: ['body', member, ...path], type, msg, params };
}
