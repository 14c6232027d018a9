/**
 * What a task was at some time, what became of its slots, and why it ran or did not: each from the stretches of its
 * history that have to do with it.
 */
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence } from '../../../domain/shared/ids.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { evolve } from '../../../domain/task/evolve/evolve.ts';
import { evolveScheduling } from '../../../domain/task/evolve/evolve-scheduling.ts';
import { advance, type TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { runAfter, type UnfinishedRun } from '../../../domain/task/ledger/progress.ts';
import type { SlotPlace, SlotRange, SlotRecord } from '../../../domain/task/ledger/slot-fates.ts';
import { SlotLedger } from '../../../domain/task/ledger/slot-ledger.ts';
import {
  explainWhy,
  minuteFrom,
  type RunThen,
  slotBefore,
  type Why,
} from '../../../domain/task/ledger/why.ts';
import type { SchedulingState, TaskState } from '../../../domain/task/state.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import type { EventLog } from '../../ports/log/log.ts';
import { MilestoneHistory, type MilestoneViews, type StretchMark } from './milestone-history.ts';
import { MOST_EVENTS_TRIED, type PastStretch } from './what-if.ts';

/** A place in the past, inclusive. */
export type AsOf = { readonly sequence: Sequence } | { readonly time: Instant };

export interface SlotsQuery extends SlotRange {
  /** Where the listing goes on; null: at the start. */
  readonly after: SlotPlace | null;
  readonly limit: number;
}

/** `task`, wherever it is asked for, is current. All throw LogUnavailable. */
export class TaskHistory {
  readonly #log: Pick<EventLog, 'readTask'>;
  readonly #views: MilestoneViews;

  constructor(log: Pick<EventLog, 'readTask'>, views: MilestoneViews) {
    this.#log = log;
    this.#views = views;
  }

  /** After the last event up to a sequence, or before the first one later than a time; null: not there yet. */
  asOf(task: TaskSnapshot, asOf: AsOf): Promise<TaskSnapshot | null> {
    const isLater = (event: RecordedTaskEvent) =>
      'sequence' in asOf ? event.meta.sequence > asOf.sequence : event.meta.time > asOf.time;
    return this.#along(task, async (history) => {
      const base = await history.last((mark) =>
        'sequence' in asOf ? mark.sequence <= asOf.sequence : mark.latest <= asOf.time,
      );
      let then: TaskSnapshot | null = base;
      for await (const event of history.eventsAfter(base)) {
        if (isLater(event)) break;
        then = advance(then, event);
      }
      return then === null ? null : snapshotOf(then);
    });
  }

  /** In order, at most `limit`, as of `now`. */
  slots(task: TaskSnapshot, query: SlotsQuery, now: Instant): Promise<SlotRecord[]> {
    return this.#along(task, (history) => slotsAlong(history, query, now));
  }

  /**
   * A range from the task's state at its beginning on, with what was recorded in it until `now`; null where the task came
   * later, 'too_much' where that is more than one answer may go through.
   */
  stretch(task: TaskSnapshot, range: SlotRange, now: Instant): Promise<PastStretch | 'too_much' | null> {
    return this.#along(task, (history) => stretchAlong(history, range, now));
  }

  why(task: TaskSnapshot, at: Instant, now: Instant): Promise<Why> {
    return this.#along(task, async (history) => {
      const minute = minuteFrom(at);
      const slotIn = async (range: SlotRange) =>
        (await slotsAlong(history, { ...range, after: null, limit: 1 }, now))[0] ?? null;
      const slot = await slotIn(minute);
      const { was, ran } = await minuteAlong(history, minute);
      const before = slot === null && ran === null ? slotBefore({ at, now, was }) : null;
      return explainWhy({
        at,
        now,
        created_at: task.state.created_at,
        task: task.state,
        was,
        slot,
        ran,
        before: before === null ? null : await slotIn({ from: before, to: before }),
      });
    });
  }

  #along<Answer>(
    task: TaskSnapshot,
    answer: (history: MilestoneHistory) => Promise<Answer>,
  ): Promise<Answer> {
    return MilestoneHistory.along(this.#log, this.#views, task, answer);
  }
}

/** A milestone without what else it holds. */
function snapshotOf({ sequence, revision, hash, state }: TaskSnapshot): TaskSnapshot {
  return { sequence, revision, hash, state };
}

/**
 * The ledger is filled by the stretches that touch the range only. Once the slots asked for are found, those after
 * the last of them are of no interest, unless a later stretch takes some back.
 */
async function slotsAlong(history: MilestoneHistory, query: SlotsQuery, now: Instant): Promise<SlotRecord[]> {
  const { from, to, after, limit } = query;
  const ledger = new SlotLedger({ from, to });
  let end = to;
  const isWanted = ({ touched, from_version, schedule_version }: StretchMark) => {
    if (touched === null || touched.from > end || touched.to < from) return false;
    if (after === null || schedule_version > after.schedule_version) return true;
    return (
      schedule_version === after.schedule_version &&
      (from_version < schedule_version || touched.to > after.at)
    );
  };
  const slice = new Timeslice();
  for await (const stretch of history.stretches(isWanted)) {
    const { base } = stretch;
    if (base !== null) ledger.goOn(base.state, base.ledger);
    for await (const event of await history.eventsOf(stretch)) {
      if (slice.isOver()) await slice.next();
      ledger.add(event);
    }
    const found = firstOf(ledger.slots(stretch.end === null ? now : null, after), limit);
    if (stretch.end === null) return found;
    end = (found.length < limit ? undefined : found.at(-1)?.at) ?? to;
  }
  return [];
}

async function stretchAlong(
  history: MilestoneHistory,
  { from, to }: SlotRange,
  now: Instant,
): Promise<PastStretch | 'too_much' | null> {
  const until = to < now ? to : now;
  const base = await history.last((mark) => mark.latest <= from);
  const ledgers = [new SlotLedger({ from, to }), new SlotLedger({ from, to })] as const;
  if (base !== null) for (const ledger of ledgers) ledger.goOn(base.state, base.ledger);
  let start: TaskState | null = base?.state ?? null;
  const events: RecordedTaskEvent[] = [];
  for await (const event of history.eventsAfter(base)) {
    if (event.meta.time > until) break;
    if (start === null || (events.length === 0 && event.meta.time <= from)) {
      start = evolve(start, event);
      for (const ledger of ledgers) ledger.addFolded(event, start);
    } else {
      events.push(event);
      if (events.length > MOST_EVENTS_TRIED) return 'too_much';
    }
  }
  if (start === null) return null;
  return { start, from: from > start.created_at ? from : start.created_at, to, until, events, ledgers };
}

/** The task at the beginning of the minute, and the last run that was going in it. */
async function minuteAlong(history: MilestoneHistory, { from, to }: SlotRange) {
  const base = await history.last((mark) => mark.latest < from);
  let state: SchedulingState | null = base?.state ?? null;
  let was = state;
  let run: UnfinishedRun | null = base?.run ?? null;
  let ran: RunThen | null = null;
  const ranThen = (ended_at: Instant | null): RunThen | null => {
    if (run === null || run.started_at === null || run.started_at > to) return null;
    return { ...run, started_at: run.started_at, ended_at };
  };
  for await (const event of history.eventsAfter(base)) {
    const { time } = event.meta;
    if (time > to && ranThen(null) === null) return { was, ran };
    state = evolveScheduling(state, event);
    if (time <= from) was = state;
    const next = runAfter(run, event, state);
    if (next?.execution_id !== run?.execution_id && time >= from) ran = ranThen(time) ?? ran;
    run = next;
  }
  return { was, ran: ranThen(null) ?? ran };
}

function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const each of all) {
    if (first.length === count) break;
    first.push(each);
  }
  return first;
}
