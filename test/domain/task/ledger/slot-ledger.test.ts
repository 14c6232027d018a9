import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedSchedules, usedBy } from '../../../../src/domain/schedule/several.ts';
import { nominalSlotsFrom } from '../../../../src/domain/schedule/slots.ts';
import type { NamedSchedule } from '../../../../src/domain/schedule/types.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import type { SlotPlace, SlotRecord } from '../../../../src/domain/task/ledger/slot-fates.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import { slotsSpokenFor } from '../../../../src/domain/task/slots-used.ts';
import type { SchedulingState } from '../../../../src/domain/task/state.ts';
import { creations, type History, play, START, steps } from '../../../support/histories/history.ts';

/** What a slot can be before its time has come: the next one, and those left out or taken out before it. */
const isAhead = (slot: SlotRecord) =>
  slot.fate === 'due' || slot.fate === 'excluded' || (slot.fate === 'skipped' && slot.reason === 'by_owner');
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const ALL = { from: at(-1e12), to: at(1e12) };

function ledgerOf(events: readonly RecordedTaskEvent[], range = ALL): SlotLedger {
  const ledger = new SlotLedger(range);
  for (const event of events) ledger.add(event);
  return ledger;
}

const slotsOf = (history: History): SlotRecord[] => [...ledgerOf(history.events).slots(history.now)];

describe('the slot ledger over every history', () => {
  /** Nominal slots by what the task was when each came: an account that knows no events. */
  function expectedSlots(history: History): Set<string> {
    const expected = new Set<string>();
    const { events, states, now } = history;
    states.forEach((state, i) => {
      const from = events[i]?.meta.time as Instant;
      const to = events[i + 1]?.meta.time ?? now;
      if (!comesWhile(state) || state.schedule === null) return;
      // Twice the same instant: what comes at the end of a stretch belongs to it.
      for (const one of namedSchedules(state.schedule)) {
        const last = lastOf(history, i, one);
        for (const slot of nominalSlotsFrom(one, from)) {
          if (slot.at > to || slot.at > last) break;
          expected.add(`${state.schedule_version} ${slot.at}`);
        }
      }
    });
    return expected;
  }
  /** A schedule that has fired all it may ends with its last slot, however late that was taken. */
  function lastOf({ states, events }: History, from: number, { id, max_runs }: NamedSchedule): string {
    const { schedule_version } = states[from] as SchedulingState;
    const isUsedUp = (state: SchedulingState) =>
      usedBy(slotsSpokenFor(state), id) >= (max_runs ?? Number.POSITIVE_INFINITY);
    if (isUsedUp(states[from] as SchedulingState)) return '';
    const used = states.findIndex(
      (state, i) => i >= from && state.schedule_version === schedule_version && isUsedUp(state),
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
        expect(slots.filter((slot) => !isAhead(slot) && slot.at > history.now)).toEqual([]);
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
        const ranges = history.events.map((e) =>
          e.type === 'task.slots_skipped'
            ? e.data
            : e.type === 'task.updated' || e.type === 'task.status_changed'
              ? e.data.slots_skipped
              : null,
        );
        const skipped = (reason: string) =>
          ranges.reduce((sum, range) => sum + (range?.reason === reason ? range.count : 0), 0);
        const isMinimum = ranges.some((range) => range?.count_is_minimum);
        const unstarted = ofFate('missed').filter((slot) => 'run' in slot && slot.run !== null).length;
        const missed = ofFate('missed').length - unstarted;
        if (isMinimum) expect(missed).toBeGreaterThanOrEqual(skipped('missed'));
        else expect(missed).toBe(skipped('missed'));
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
