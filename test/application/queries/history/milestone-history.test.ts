import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ulidFrom } from '../../../../src/application/commands/derived-ids.ts';
import type { MilestoneViews } from '../../../../src/application/queries/history/milestone-history.ts';
import { TaskHistory } from '../../../../src/application/queries/history/task-history.ts';
import { evolveExecution } from '../../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../../src/domain/execution/state.ts';
import type { ExecutionStatus } from '../../../../src/domain/execution/types.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { ExecutionId, Sequence } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../../../../src/domain/shared/instant.ts';
import { executionNumberOf } from '../../../../src/domain/task/events/event-accessors.ts';
import { advance, type TaskSnapshot } from '../../../../src/domain/task/evolve/snapshot.ts';
import type { SlotPlace } from '../../../../src/domain/task/ledger/slot-fates.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import { SPACING } from '../../../../src/projections/milestones.ts';
import {
  creations,
  everyMinute,
  type History,
  play,
  START,
  type Step,
  steps,
  success,
} from '../../../support/histories/history.ts';
import { WhyAt } from '../../../support/histories/why-at.ts';
import { CLOSE, ReadHistory } from '../../../support/log/read-history.ts';

const at = (ms: number) => instantOf(Date.parse(START) + ms);
const BEGINNING = at(-1e12);
const END = at(1e12);

const histories = fc.tuple(creations, steps).map(([creation, all]) => play(creation, all));
const behind = fc.integer({ min: 0, max: 7 });
const minutes = fc.integer({ min: -2, max: 200 }).map((minute) => at(minute * 20_000));
const RUNS = { numRuns: 150 };

describe('from the milestones of a history', { timeout: 120_000 }, () => {
  test('the task as of any time and any sequence is what all events up to then make of it', async () => {
    await fc.assert(
      fc.asyncProperty(histories, behind, minutes, fc.nat(100), async ({ events }, late, time, sequence) => {
        const read = new ReadHistory(events, CLOSE, Math.min(late, events.length));
        const upTo = (isLater: (event: RecordedTaskEvent) => boolean) => {
          const end = events.findIndex(isLater);
          return events.slice(0, end < 0 ? undefined : end).reduce<TaskSnapshot | null>(advance, null);
        };
        expect(await read.history.asOf(read.task, { time })).toEqual(upTo(({ meta }) => meta.time > time));
        expect(await read.history.asOf(read.task, { sequence: sequence as Sequence })).toEqual(
          upTo(({ meta }) => meta.sequence > sequence),
        );
      }),
      RUNS,
    );
  });

  test('the slots of any range, after any place, are those that the whole history tells', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        behind,
        minutes,
        fc.constantFrom(0, 90_000, 600_000, 1e9),
        fc.integer({ min: 1, max: 6 }),
        fc.option(fc.tuple(fc.integer({ min: 0, max: 4 }), minutes)),
        async (history, late, from, length, limit, place) => {
          const { events, now } = history;
          const read = new ReadHistory(events, CLOSE, Math.min(late, events.length));
          const to = instantOf(Date.parse(from) + length);
          const after: SlotPlace | null = place && { schedule_version: place[0], at: place[1] };
          const ledger = new SlotLedger({ from: BEGINNING, to: END });
          for (const event of events) ledger.add(event);
          const all = [...taken(ledger.slots(now, after, { from, to }), limit)];
          expect(await read.history.slots(read.task, { from, to, after, limit }, now)).toEqual(all);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('why it ran or did not is what the whole history tells', async () => {
    await fc.assert(
      fc.asyncProperty(histories, behind, minutes, async ({ events, now }, late, time) => {
        const read = new ReadHistory(events, CLOSE, Math.min(late, events.length));
        const whole = new WhyAt(time);
        for (const event of events) whole.add(event);
        expect(await read.history.why(read.task, time, now)).toEqual(whole.explain(now));
      }),
      { numRuns: 200 },
    );
  });

  test('executions by place, by id and by status are those that the whole history tells', async () => {
    const status = fc.constantFrom<ExecutionStatus | undefined>(
      undefined,
      'completed',
      'failed',
      'cancelled',
      'running',
      'pending',
    );
    await fc.assert(
      fc.asyncProperty(
        histories,
        behind,
        status,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        fc.option(fc.nat(12)),
        fc.option(fc.nat(120)),
        async ({ events }, late, only, limit, offset, number, id) => {
          const read = new ReadHistory(events, CLOSE, Math.min(late, events.length));
          const beforeNumber = number ?? undefined;
          const beforeId = (id ?? undefined) as Sequence | undefined;
          const all = executionsOf(events).filter(
            (each) =>
              (only === undefined || each.status === only) &&
              each.number < (beforeNumber ?? Infinity) &&
              each.id < (beforeId ?? Infinity),
          );
          const found = await read.executions.page(read.task, {
            limit,
            offset,
            beforeNumber,
            beforeId,
            status: only === undefined ? undefined : [only],
          });
          expect(found).toEqual(all.slice(offset, offset + limit));
        },
      ),
      RUNS,
    );
  });
});

test('an execution is found by its id', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, behind, async ({ events }, late) => {
      const dated = withDatedIds(events);
      const read = new ReadHistory(dated, CLOSE, Math.min(late, events.length));
      for (const each of executionsOf(dated)) {
        expect(await read.executions.find(read.task, each.execution_id)).toEqual(each);
      }
    }),
    { numRuns: 100 },
  );
});

test('views of another history, or without a page, are of no consequence', async () => {
  const { events, now } = longHistory(40);
  const others = longHistory(70).events;
  const read = new ReadHistory(events);
  const whole = { from: BEGINNING, to: END, after: null, limit: 1_000 };
  const right = await read.history.slots(read.task, whole, now);
  const other = new ReadHistory(
    others.map((event) => ({
      ...event,
      meta: { ...event.meta, sequence: (event.meta.sequence + 1) as Sequence },
    })),
  );
  const holes: MilestoneViews = {
    ...read.views,
    milestonePage: async (user, task, number) =>
      number === 2 ? [] : read.views.milestonePage(user, task, number),
  };
  for (const views of [other.views, holes]) {
    const history = new TaskHistory(read.log, views);
    expect(await history.slots(read.task, whole, now)).toEqual(right);
  }
});

test('slots of many runs are told in stretches, with turns for others in between', async () => {
  const { events, now } = longHistory(200);
  const read = new ReadHistory(events, SPACING);
  // Each look at the clock is a millisecond later.
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs++);
  let [turns, isOver] = [0, false];
  const countTurns = () => {
    turns++;
    if (!isOver) setImmediate(countTurns);
  };
  try {
    setImmediate(countTurns);
    await read.history.slots(read.task, { from: BEGINNING, to: END, after: null, limit: 1_000 }, now);
    expect(turns).toBeGreaterThan(events.length / 20);
  } finally {
    isOver = true;
    clock.mockRestore();
  }
});

describe('what is asked of a long history costs no more than of a short one', () => {
  const tenMinutes = (from: Instant) => ({
    from,
    to: instantOf(Date.parse(from) + 600_000),
    after: null,
    limit: 101,
  });
  const ASKED: Readonly<Record<string, (read: ReadHistory, middle: Instant) => Promise<unknown>>> = {
    as_of: ({ history, task }, time) => history.asOf(task, { time }),
    'slots of ten minutes': ({ history, task }, from) => history.slots(task, tenMinutes(from), END),
    'the first page of slots': ({ history, task }) =>
      history.slots(task, { from: BEGINNING, to: END, after: null, limit: 21 }, END),
    why: ({ history, task }, time) => history.why(task, time, END),
    'a page of old executions': ({ executions, task }) =>
      executions.page(task, { limit: 20, beforeNumber: 200 }),
    'failed ones': ({ executions, task }) => executions.page(task, { limit: 20, status: ['failed'] }),
    'one that is not there': ({ executions, task }, time) =>
      executions.find(task, `exe_${ulidFrom(plusMs(time, -1e10), '')}` as ExecutionId),
  };

  test.each([300, 3_000])('%i runs', { timeout: 120_000 }, async (runs) => {
    const { events } = longHistory(runs);
    const read = new ReadHistory(events, SPACING);
    const middle = events[Math.floor(events.length / 2)]?.meta.time as Instant;
    for (const [what, ask] of Object.entries(ASKED)) {
      read.events = 0;
      read.pages = 0;
      await ask(read, middle);
      expect(read.events, what).toBeLessThanOrEqual(5 * SPACING.events);
      expect(read.pages, what).toBeLessThanOrEqual(3);
    }
  });
});

/** A task that runs each minute, so many times. */
function longHistory(runs: number): History {
  const run: Step[] = [
    { do: 'due', after: 60_000 },
    { do: 'start', after: 5 },
    { do: 'finish', after: 10, outcome: success },
  ];
  return play({ schedule: everyMinute }, Array.from({ length: runs }, () => run).flat());
}

/** Ids of executions say when they were made. */
function withDatedIds(events: readonly RecordedTaskEvent[]): RecordedTaskEvent[] {
  let text = JSON.stringify(events);
  for (const event of events) {
    if (event.type !== 'task.execution_requested') continue;
    const id = event.data.execution_id;
    text = text.replaceAll(id, `exe_${ulidFrom(event.meta.time, id)}`);
  }
  return JSON.parse(text);
}

function executionsOf(events: readonly RecordedTaskEvent[]): ExecutionState[] {
  const all = new Map<number, ExecutionState>();
  for (const event of events) {
    const number = executionNumberOf(event);
    if (number !== null) all.set(number, evolveExecution(all.get(number) ?? null, event));
  }
  return [...all.values()].sort((a, b) => b.number - a.number);
}

function* taken<T>(all: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const each of all) {
    if (left-- <= 0) return;
    yield each;
  }
}
