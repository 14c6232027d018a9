import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { type Instant, instantOf, plusMs } from '../../../../src/domain/shared/instant.ts';
import { updateTask } from '../../../../src/domain/task/decide/decide.ts';
import { evolve } from '../../../../src/domain/task/evolve/evolve.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { recordedRange } from '../../../../src/domain/task/what-if/recorded-range.ts';
import { Simulation } from '../../../../src/domain/task/what-if/simulation.ts';
import {
  creations,
  everyMinute,
  failure,
  type History,
  History as Life,
  play,
  START,
  steps,
  success,
  withPolicy,
} from '../../../support/histories/history.ts';

interface Tried {
  readonly from: Instant;
  readonly to: Instant;
  readonly schedule?: Schedule;
}

/** Slots of the range as they went, and as they would have gone. */
function tried({ events }: History, { from, to, schedule }: Tried) {
  const [actual, proposed] = [new SlotLedger({ from, to }), new SlotLedger({ from, to })];
  let state: TaskState | null = null;
  const inRange = [];
  for (const event of events) {
    if (event.meta.time > to) break;
    actual.add(event);
    if (inRange.length > 0 || (event.meta.time > from && state !== null)) inRange.push(event);
    else {
      state = evolve(state, event);
      proposed.addFolded(event, state);
    }
  }
  if (state === null) return { actual: [], proposed: [] };
  const simulation = new Simulation({
    start: state,
    ledger: proposed,
    recorded: recordedRange(state, inRange, to),
    from: from > state.created_at ? from : state.created_at,
    until: to,
    to,
    typicalMs: 1_000,
    keepsSchedule: schedule !== undefined,
  });
  if (schedule !== undefined) {
    const edit = { now: from, if_match: null, reason: null, status: null };
    const decision = updateTask(state, { ...edit, changes: { schedule } });
    if (decision.kind === 'event') simulation.apply(decision.event, from);
  }
  let count = 0;
  while (simulation.step()) if (++count > 5_000) throw new Error('it goes on without end');
  return { actual: [...actual.slots(to)], proposed: [...proposed.slots(to)] };
}

const shown = (slots: ReturnType<typeof tried>['actual']) =>
  slots.map((slot) => `${slot.at.slice(11, 16)} ${slot.fate}${'reason' in slot ? ` ${slot.reason}` : ''}`);

describe('what would have been', () => {
  test('without a change is what was, for any history, over any range', () => {
    const places = fc.tuple(
      fc.integer({ min: -60_000, max: 900_000 }),
      fc.integer({ min: 0, max: 200_000_000 }),
    );
    fc.assert(
      fc.property(creations, steps, places, (creation, taken, [fromMs, lastsMs]) => {
        const history = play(creation, taken);
        const from = instantOf(Date.parse(START) + fromMs);
        const { actual, proposed } = tried(history, { from, to: plusMs(from, lastsMs) });
        expect(proposed).toEqual(actual);
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  test('ends for any schedule instead, and gives each slot one fate', () => {
    const schedules = fc.constantFrom<Schedule>(
      withPolicy({ catch_up: 'all', overlap: 'buffer_one' }),
      withPolicy({ overlap: 'cancel_running', jitter_seconds: 30 }),
      withPolicy({ overlap: 'skip', max_runs: 5 }),
    );
    fc.assert(
      fc.property(creations, steps, schedules, (creation, taken, schedule) => {
        const history = play(creation, taken);
        const to = plusMs(START, 3_600_000);
        const { proposed } = tried(history, { from: START, to, schedule });
        const keys = proposed.map(({ at, schedule_version }) => `${schedule_version} ${at}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 200 },
    );
  });

  test('under another policy for overlaps the same run leaves the slots after it another fate', () => {
    const slow = withPolicy({ timeout_seconds: 600 });
    const life = new Life().create({ schedule: slow });
    life.after(60_000).takeAllDue();
    life.step({ after: 0, do: 'start' });
    for (const each of [60_000, 60_000]) life.after(each).takeAllDue();
    life.step({ after: 30_000, do: 'finish', outcome: success });
    const range = { from: START, to: plusMs(START, 235_000) };
    const { actual } = tried(life, range);
    expect(shown(actual)).toEqual(['12:01 fired', '12:02 skipped overlap', '12:03 skipped overlap']);
    const { proposed } = tried(life, { ...range, schedule: { ...slow, overlap: 'buffer_one' } });
    expect(shown(proposed)).toEqual(['12:01 fired', '12:02 fired', '12:03 skipped overlap']);
  });

  test('an outage stays one, and catching up takes what it kept from running', () => {
    const skips = withPolicy({ catch_up: 'skip' });
    const life = new Life().create({ schedule: skips });
    life.after(600_000).takeAllDue();
    life.step({ after: 0, do: 'start' });
    life.step({ after: 1_000, do: 'finish', outcome: success });
    const range = { from: START, to: plusMs(START, 630_000) };
    const { actual, proposed } = tried(life, {
      ...range,
      schedule: withPolicy({ catch_up: 'all', catch_up_window_seconds: 3_600 }),
    });
    expect(actual.filter(({ fate }) => fate === 'missed')).toHaveLength(9);
    expect(proposed.filter(({ fate }) => fate === 'fired')).toHaveLength(10);
    expect(proposed.map((slot) => (slot.fate === 'fired' ? slot.run.late_by_ms : null))[0]).toBe(540_000);
  });

  test('what failed fails, and what people paused is paused', () => {
    const life = new Life().create({ schedule: everyMinute });
    life.after(60_000).takeAllDue();
    life.step({ after: 0, do: 'start' });
    life.step({ after: 1_000, do: 'finish', outcome: failure });
    life.step({ after: 1_000, do: 'pause' });
    const { proposed } = tried(life, {
      from: START,
      to: plusMs(START, 200_000),
      schedule: withPolicy({ overlap: 'buffer_one' }),
    });
    expect(proposed.map((slot) => (slot.fate === 'fired' ? slot.run.status : slot.fate))).toEqual([
      'failed',
      'skipped',
      'skipped',
    ]);
  });
});
