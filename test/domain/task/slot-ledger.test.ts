import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/event.ts';
import { type Instant, instantOf, plusMs } from '../../../src/domain/instant.ts';
import { nominalSlotsFrom } from '../../../src/domain/schedule/slots.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import { SlotLedger, type SlotPlace, type SlotRecord } from '../../../src/domain/task/slot-ledger.ts';
import type { SchedulingState } from '../../../src/domain/task/state.ts';
import {
  creations,
  everyHour,
  everyMinute,
  failure,
  History,
  onceIn,
  play,
  START,
  steps,
  success,
  withPolicy,
} from '../../support/history.ts';

const MINUTE = 60_000;
/** What a slot can be before its time has come: the next one, and those left out before it. */
const AHEAD: ReadonlySet<string> = new Set(['due', 'excluded']);
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const ALL = { from: at(-1e12), to: at(1e12) };

function ledgerOf(events: readonly RecordedTaskEvent[], range = ALL): SlotLedger {
  const ledger = new SlotLedger(range);
  for (const event of events) ledger.add(event);
  return ledger;
}

const slotsOf = (history: History): SlotRecord[] => [...ledgerOf(history.events).slots(history.now)];
/** As `minute fate`. */
const told = (history: History) =>
  slotsOf(history).map((slot) => {
    const minute = (Date.parse(slot.at) - Date.parse(START)) / MINUTE;
    const why = 'reason' in slot ? ` ${slot.reason}` : '';
    return `${minute} ${slot.fate}${why}`;
  });
const run = (history: History, outcome = success) => {
  history.step({ do: 'start', after: 3 });
  history.step({ do: 'finish', after: 4, outcome });
};

describe('the slot ledger', () => {
  test('tells of a slot that fired: its execution, how late it began, how it ended', () => {
    const history = new History().create({ schedule: everyMinute });
    history.after(MINUTE).takeAllDue();
    const execution_id = history.state?.execution?.execution_id;
    const fired = (run: object) => ({
      at: at(MINUTE),
      schedule_version: 1,
      fate: 'fired',
      run: { execution_id, code: null, ...run },
    });
    expect(slotsOf(history)[0]).toEqual(fired({ late_by_ms: null, status: 'requested' }));
    history.step({ do: 'start', after: 7 });
    expect(slotsOf(history)[0]).toEqual(fired({ late_by_ms: 7, status: 'running' }));
    history.step({ do: 'finish', after: 1, outcome: failure });
    const failed = fired({ late_by_ms: 7, status: 'failed', code: 'PROVIDER_ERROR' });
    expect(slotsOf(history)).toEqual([failed, { at: at(2 * MINUTE), schedule_version: 1, fate: 'due' }]);
  });

  test('tells of slots that were missed, overlapped, and passed while paused (BR-SCH-003, BR-SCH-004)', () => {
    const history = new History().create({ schedule: withPolicy({ timeout_seconds: 600 }) });
    history.now = at(3 * MINUTE + 30_000);
    history.takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'finish', after: 1, outcome: success });
    history.step({ do: 'pause', after: 0 });
    history.after(2 * MINUTE);
    const before = ['1 missed', '2 missed', '3 fired', '4 skipped overlap'];
    expect(told(history)).toEqual([...before, '5 skipped paused', '6 skipped paused']);
    history.step({ do: 'resume', after: MINUTE });
    expect(told(history)).toEqual([
      ...before,
      '5 skipped paused',
      '6 skipped paused',
      '7 skipped paused',
      '8 due',
    ]);
  });

  test('tells of slots that are void: not started when the task was paused, cancelled, or given another schedule', () => {
    const requested = () => {
      const history = new History().create({ schedule: everyMinute });
      history.after(MINUTE).takeAllDue();
      return history;
    };
    const paused = requested();
    paused.step({ do: 'pause', after: 0 });
    expect(told(paused)).toEqual(['1 void TASK_PAUSED']);
    const cancelled = requested();
    cancelled.step({ do: 'cancel', after: 0 });
    expect(told(cancelled)).toEqual(['1 void TASK_CANCELLED']);
    const byHand = requested();
    byHand.step({ do: 'cancelExecution', after: 0 });
    expect(told(byHand)).toEqual(['1 void CANCELLED_BY_USER', '2 due']);
    const changed = requested();
    changed.step({ do: 'update', after: 90_000, changes: { schedule: everyHour }, status: null });
    expect(told(changed)).toEqual(['1 void SCHEDULE_CHANGED', '2 void SCHEDULE_CHANGED', '60 due']);
    const deleted = requested();
    deleted.step({ do: 'delete', after: 90_000 });
    expect(told(deleted)).toEqual(['1 void TASK_DELETED', '2 void TASK_DELETED']);
  });

  test('tells of slots on excluded dates, and of none after the last', () => {
    const history = new History().create({
      schedule: {
        ...everyHour,
        interval_seconds: 86_400,
        exclude_dates: ['2026-11-24'],
        max_runs: 1,
      } as Schedule,
    });
    history.now = at(2 * 86_400_000);
    history.takeAllDue();
    run(history);
    expect(told(history)).toEqual(['1440 excluded', '2880 fired']);
    history.after(10 * 86_400_000);
    expect(told(history)).toEqual(['1440 excluded', '2880 fired']);
  });

  test('tells of a buffered slot: due, then fired; and of a slot nobody started', () => {
    const history = new History().create({
      schedule: withPolicy({ overlap: 'buffer_one', timeout_seconds: 600, catch_up_window_seconds: 60 }),
    });
    history.after(MINUTE).takeAllDue();
    history.step({ do: 'start', after: 1 });
    history.after(MINUTE).takeAllDue();
    expect(told(history)).toEqual(['1 fired', '2 due', '3 due']);
    history.step({ do: 'finish', after: 1, outcome: success });
    history.takeAllDue();
    expect(told(history)).toEqual(['1 fired', '2 fired', '3 due']);
    history.after(61_000).takeAllDue();
    expect(told(history)[1]).toBe('2 missed');
  });

  test('has no slots while the task is done, and goes on where it is reopened', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'update', after: 90_000, changes: {}, status: 'completed' });
    history.step({ do: 'update', after: 10 * MINUTE, changes: {}, status: 'scheduled' });
    expect(told(history)).toEqual(['1 void TASK_COMPLETED', '12 due']);
  });

  test('a slot that came between the decision to resume and its event is the next slot', () => {
    const history = new History().create({ schedule: everyMinute });
    history.step({ do: 'pause', after: 0 });
    history.step({ do: 'resume', after: MINUTE - 1 });
    const late = history.events.map((event) =>
      event.meta.revision === 3
        ? { ...event, meta: { ...event.meta, time: plusMs(event.meta.time, 50) } }
        : event,
    );
    const [next] = ledgerOf(late).slots(at(MINUTE));
    expect(next).toMatchObject({ at: at(MINUTE), fate: 'due' });
  });

  test('a one-off has one slot', () => {
    const history = new History().create({ schedule: onceIn(-1_000) });
    history.takeAllDue();
    run(history);
    expect(slotsOf(history)).toMatchObject([{ at: at(-1_000), fate: 'fired' }]);
  });
});

describe('over every history', () => {
  /** Nominal slots by what the task was when each came: an account that knows no events. */
  function expectedSlots(history: History): Set<string> {
    const expected = new Set<string>();
    const { events, states, now } = history;
    states.forEach((state, i) => {
      const from = events[i]?.meta.time as Instant;
      const to = events[i + 1]?.meta.time ?? now;
      if (!comesWhile(state) || state.schedule === null) return;
      // Twice the same instant: what comes at the end of a stretch belongs to it.
      for (const slot of nominalSlotsFrom(state.schedule, from)) {
        if (slot.at > to || slot.at > lastOf(history, state)) break;
        expected.add(`${state.schedule_version} ${slot.at}`);
      }
    });
    return expected;
  }
  /** A schedule that has fired all it may ends with its last slot, however late that was taken. */
  function lastOf({ states, events }: History, { schedule, schedule_version }: SchedulingState): string {
    const used = states.findIndex(
      (state) =>
        state.schedule_version === schedule_version &&
        schedule !== null &&
        schedule.max_runs !== null &&
        state.slots_taken >= schedule.max_runs,
    );
    const event = events[used];
    if (event?.type === 'task.slot_buffered') return event.data.slot;
    return (event?.type === 'task.execution_requested' && event.data.scheduled_for) || '9999';
  }
  const comesWhile = (state: SchedulingState) =>
    (state.resting_status === 'scheduled' || state.resting_status === 'paused') &&
    state.deleted_at === null &&
    state.next_run_time !== null;

  test('every nominal slot that came has exactly one fate, in order, and no other slot has one', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const history = play(creation, all);
        const slots = slotsOf(history);
        const keys = slots.map((slot) => `${slot.schedule_version} ${slot.at}`);
        expect(new Set(keys).size).toBe(keys.length);
        const places = slots.map((slot) => [slot.schedule_version, slot.at] as const);
        expect(places).toEqual([...places].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)));
        const known = new Set(keys);
        expect([...expectedSlots(history)].filter((key) => !known.has(key))).toEqual([]);
        expect(slots.filter((slot) => !AHEAD.has(slot.fate) && slot.at > history.now)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('what it tells is what the events say', () => {
    fc.assert(
      fc.property(creations, steps, (creation, all) => {
        const history = play(creation, all);
        const slots = slotsOf(history);
        const ofFate = (fate: string, reason?: string) =>
          slots.filter(
            (slot) => slot.fate === fate && (!reason || ('reason' in slot && slot.reason === reason)),
          );
        const started = new Set(
          history.events.flatMap((e) => (e.type === 'task.execution_started' ? [e.data.execution_id] : [])),
        );
        const requested = history.events.flatMap((e) =>
          e.type === 'task.execution_requested' && e.data.trigger_type === 'scheduled' ? [e.data] : [],
        );
        const fired = slots.flatMap((slot) => (slot.fate === 'fired' ? [slot] : []));
        for (const { run: told, at: slot } of fired) {
          expect(requested.find((e) => e.execution_id === told.execution_id)?.scheduled_for).toBe(slot);
        }
        for (const { execution_id } of requested) {
          if (started.has(execution_id)) {
            expect(fired.some((slot) => slot.run.execution_id === execution_id)).toBe(true);
          }
        }
        const skipped = (reason: string) =>
          history.events
            .map((e) =>
              e.type === 'task.slots_skipped'
                ? e.data
                : e.type === 'task.updated' || e.type === 'task.status_changed'
                  ? e.data.slots_skipped
                  : null,
            )
            .reduce((sum, range) => sum + (range?.reason === reason ? range.count : 0), 0);
        const unstarted = ofFate('missed').filter((slot) => 'run' in slot && slot.run !== null).length;
        expect(ofFate('missed').length - unstarted).toBe(skipped('missed'));
        expect(ofFate('skipped', 'paused').length).toBeGreaterThanOrEqual(skipped('paused'));
        expect(ofFate('skipped', 'overlap').length).toBeGreaterThanOrEqual(skipped('overlap'));
      }),
      { numRuns: 400 },
    );
  });

  test('pages and ranges give the slots of the whole', () => {
    fc.assert(
      fc.property(
        creations,
        steps,
        fc.integer({ min: 1, max: 7 }),
        fc.tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 10_000_000 })),
        (creation, all, size, [start, length]) => {
          const history = play(creation, all);
          const range = { from: at(start), to: at(start + length) };
          const within = slotsOf(history).filter((slot) => slot.at >= range.from && slot.at <= range.to);
          const ledger = ledgerOf(history.events, range);
          const paged: SlotRecord[] = [];
          let place: SlotPlace | null = null;
          for (let page = 0; page < 40; page++) {
            let count = 0;
            for (const slot of ledger.slots(history.now, place)) {
              paged.push(slot);
              place = slot;
              if (++count === size) break;
            }
            if (count < size) break;
          }
          expect(paged).toEqual(within.slice(0, 40 * size));
        },
      ),
      { numRuns: 150 },
    );
  });
});
