/**
 * What would have become of a task's slots under another schedule: the range as it was recorded, and the same range played
 * by the domain's own deciders, both from the state that the task was in. Nothing is appended.
 */
import { countSlots, slotsFrom } from '../../../domain/schedule/slots.ts';
import type { SlotCount, TaskSchedule } from '../../../domain/schedule/types.ts';
import { type Decision, type Rejection, rejected } from '../../../domain/shared/decision.ts';
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import { type Instant, plusMs } from '../../../domain/shared/instant.ts';
import { sameJson } from '../../../domain/shared/json.ts';
import { updateTask } from '../../../domain/task/decide/decide.ts';
import type { TaskEvent } from '../../../domain/task/events/events.ts';
import { evolve } from '../../../domain/task/evolve/evolve.ts';
import type { SlotRecord } from '../../../domain/task/ledger/slot-fates.ts';
import type { SlotLedger } from '../../../domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import { type RecordedRange, recordedRange } from '../../../domain/task/what-if/recorded-range.ts';
import { Simulation } from '../../../domain/task/what-if/simulation.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';

/** Of one answer. */
export const MOST_SLOTS_TRIED = 10_000;
/** Recorded events that are played again, and things that happen in between. */
export const MOST_EVENTS_TRIED = 30_000;
const MOST_STEPS = 200_000;

/** A task's past from a state on. */
export interface PastStretch {
  readonly start: TaskState;
  /** Not before the task was made. */
  readonly from: Instant;
  readonly to: Instant;
  /** Up to there it is recorded what happened. */
  readonly until: Instant;
  /** After `start`, none later than `until`. */
  readonly events: readonly RecordedTaskEvent[];
  /** Two, that hold the same: all up to `start`. */
  readonly ledgers: readonly [SlotLedger, SlotLedger];
}

export interface Tried {
  readonly actual: readonly SlotRecord[];
  readonly proposed: readonly SlotRecord[];
  readonly recorded: RecordedRange;
  /** Runs of which nothing is recorded. */
  readonly invented: number;
  readonly isChanged: boolean;
}

/** `schedule` null: the one that it has. `typicalMs`: of a run of which nothing is recorded. */
export async function whatIf(
  stretch: PastStretch,
  schedule: TaskSchedule | null,
  typicalMs: number,
): Promise<
  | { readonly kind: 'tried'; readonly tried: Tried }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
> {
  const { start, from, to, until, events, ledgers } = stretch;
  const isChanged = schedule !== null && !sameJson(schedule, start.schedule);
  const tooMany = await refusalOf(isChanged ? schedule : start.schedule, from, to);
  if (tooMany !== null) return tooMany;
  const recorded = recordedRange(start, events, until);
  const options = { from, until, to, typicalMs };
  const proposed = new Simulation({
    ...options,
    start,
    recorded,
    ledger: ledgers[1],
    keepsSchedule: isChanged,
  });
  if (isChanged) {
    const decision = scheduled(start, schedule, from);
    if (decision.kind === 'rejected') return decision;
    if (decision.kind === 'event') proposed.apply(decision.event, from);
  }
  const isOver = (await played(proposed)) && (await playedOn(ledgers[0], stretch, options));
  const slots: SlotRecord[][] = [];
  for (const ledger of isOver ? ledgers : []) slots.push(await firstSlots(ledger, to));
  const [ofActual, ofProposed] = slots;
  if (
    ofActual === undefined ||
    ofProposed === undefined ||
    slots.some((all) => all.length > MOST_SLOTS_TRIED)
  ) {
    return tooManySlots(MOST_SLOTS_TRIED + 1);
  }
  const { invented } = proposed;
  return { kind: 'tried', tried: { actual: ofActual, proposed: ofProposed, recorded, invented, isChanged } };
}

/** What was recorded, and what is still to come of it as things stand. */
async function playedOn(
  ledger: SlotLedger,
  { start, events, until, to }: PastStretch,
  options: { readonly typicalMs: number },
): Promise<boolean> {
  const slice = new Timeslice();
  let state = start;
  for (const event of events) {
    state = evolve(state, event);
    ledger.addFolded(event, state);
    if (slice.isOver()) await slice.next();
  }
  if (to <= until) return true;
  const recorded = recordedRange(state, [], until);
  const ahead = { ...options, start: state, recorded, ledger, from: until, until, to, keepsSchedule: false };
  return played(new Simulation(ahead));
}

/** False: there is no end to it. */
async function played(simulation: Simulation): Promise<boolean> {
  const slice = new Timeslice();
  for (let steps = 0; simulation.step(); steps++) {
    if (steps === MOST_STEPS) return false;
    if (slice.isOver()) await slice.next();
  }
  return true;
}

function scheduled(start: TaskState, schedule: TaskSchedule, now: Instant): Decision<TaskEvent> {
  return updateTask(start, { now, if_match: null, reason: null, status: null, changes: { schedule } });
}

async function refusalOf(schedule: TaskSchedule | null, from: Instant, to: Instant) {
  if (schedule === null) return null;
  const { count, count_is_minimum } =
    schedule.type === 'several' ? await countOfSeveral(schedule, from, to) : countSlots(schedule, from, to);
  return count > MOST_SLOTS_TRIED || count_is_minimum ? tooManySlots(count) : null;
}

/** One by one: nobody knows how many of them fall together. */
async function countOfSeveral(schedule: TaskSchedule, from: Instant, to: Instant): Promise<SlotCount> {
  const slice = new Timeslice();
  let count = 0;
  for (const slot of slotsFrom(schedule, plusMs(from, -1))) {
    if (slot > to || count > MOST_SLOTS_TRIED) break;
    count += 1;
    if (slice.isOver()) await slice.next();
  }
  return { count, count_is_minimum: false };
}

function tooManySlots(count: number) {
  return rejected({ code: 'TOO_MANY_SLOTS', limit: MOST_SLOTS_TRIED, count });
}

async function firstSlots(ledger: SlotLedger, to: Instant): Promise<SlotRecord[]> {
  const slots: SlotRecord[] = [];
  const slice = new Timeslice();
  for (const slot of ledger.slots(to)) {
    slots.push(slot);
    if (slice.isOver()) await slice.next();
    if (slots.length > MOST_SLOTS_TRIED) break;
  }
  return slots;
}
