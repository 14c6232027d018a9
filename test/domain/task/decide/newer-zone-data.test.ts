/**
 * Zone data of two ages: what the older one calls the zone of a schedule, the newer one calls another, so a task that was
 * made under the one is gone on with under the other.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../../src/domain/schedule/parse/options.ts';
import { slotsFrom } from '../../../../src/domain/schedule/slots.ts';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import { type Instant, instantOf, msBetween } from '../../../../src/domain/shared/instant.ts';
import { rescheduleTask } from '../../../../src/domain/task/decide/slots/reschedule.ts';
import { evolve } from '../../../../src/domain/task/evolve/evolve.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import { History, START, success } from '../../../support/histories/history.ts';

const HOUR = 3_600_000;
const at = (text: string): Instant => instantOf(Date.parse(text));
const stateOf = (history: History) => history.state as TaskState;

function daily(timezone: string, run_time = '09:00'): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'daily', run_time, timezone };
}

/** The same task, its events read where the zone data is newer, and its next slot held against that as a leader begins. */
function restarted(history: History, timezone: string, now: Instant): History {
  const next = new History();
  next.now = now;
  for (const event of history.events) {
    const read =
      event.type === 'task.created' && event.data.schedule !== null
        ? { ...event, data: { ...event.data, schedule: { ...event.data.schedule, timezone } } }
        : event;
    next.events.push(read);
    next.state = evolve(next.state, read);
  }
  next.take(rescheduleTask(stateOf(next)));
  return next;
}

/** What is due is taken, and what runs ends at once, until nothing is due any more. */
function takeAll(history: History): void {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const taken = history.takeAllDue();
    if (stateOf(history).execution !== null) {
      history.step({ do: 'start', after: 0 });
      history.step({ do: 'finish', after: 0, outcome: success });
    } else if (taken.length === 0) return;
  }
  throw new Error('something is due without end');
}

const requested = (events: readonly RecordedTaskEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'task.execution_requested' ? [data.scheduled_for] : []));

describe('a stored slot that newer zone data moves', () => {
  test('to a time that has passed is late, and runs', () => {
    const old = new History();
    old.now = at('2026-04-30T08:00:00Z');
    old.create({ schedule: daily('Etc/GMT-2') });
    expect(stateOf(old).next_run_time).toBe(at('2026-05-01T07:00:00Z'));
    const history = restarted(old, 'Etc/GMT-3', at('2026-05-01T06:30:00Z'));
    takeAll(history);
    expect(requested(history.events)).toEqual([at('2026-05-01T06:00:00Z')]);
    expect(stateOf(history).next_run_time).toBe(at('2026-05-02T06:00:00Z'));
  });

  test('to a time that passed too long ago is missed, not forgotten', () => {
    const old = new History();
    old.now = at('2026-04-30T08:00:00Z');
    old.create({ schedule: { ...daily('Etc/GMT-2'), catch_up_window_seconds: 60 } });
    const history = restarted(old, 'Etc/GMT-3', at('2026-05-01T06:30:00Z'));
    takeAll(history);
    expect(history.events.slice(1)).toMatchObject([
      { type: 'task.rescheduled', data: { next_run_time: at('2026-05-01T06:00:00Z') } },
      { type: 'task.slots_skipped', data: { reason: 'missed', count: 1, from: at('2026-05-01T06:00:00Z') } },
    ]);
  });

  test('to a later time does not run before it', () => {
    const old = new History();
    old.now = at('2026-04-30T08:00:00Z');
    old.create({ schedule: daily('Etc/GMT-3') });
    const history = restarted(old, 'Etc/GMT-2', at('2026-05-01T06:30:00Z'));
    takeAll(history);
    expect(requested(history.events)).toEqual([]);
    history.now = at('2026-05-01T07:00:00Z');
    takeAll(history);
    expect(requested(history.events)).toEqual([at('2026-05-01T07:00:00Z')]);
  });

  test('while the task is paused counts among those that passed meanwhile', () => {
    const old = new History();
    old.now = at('2026-04-30T08:00:00Z');
    old.create({ schedule: daily('Etc/GMT-2') });
    old.step({ do: 'pause', after: 0 });
    const history = restarted(old, 'Etc/GMT-3', at('2026-05-01T06:30:00Z'));
    history.step({ do: 'resume', after: 0 });
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.status_changed',
      data: { slots_skipped: { reason: 'paused', count: 1, from: at('2026-05-01T06:00:00Z') } },
    });
  });
});

const offsets = fc.integer({ min: -12, max: 14 });
const zoneOf = (hours: number) => `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
const two = (value: number) => String(value).padStart(2, '0');
const shapes = fc.oneof(
  fc
    .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
    .map(([h, m]) => ({ type: 'daily', run_time: `${two(h)}:${two(m)}` })),
  fc
    .tuple(fc.uniqueArray(fc.nat({ max: 23 }), { minLength: 1, maxLength: 6 }), fc.nat({ max: 59 }))
    .map(([hours, minute]) => ({ type: 'cron', expression: `${minute} ${hours.join()} * * *` })),
  fc
    .constantFrom('*/30 8-18 * * *', '15 */3 * * MON-FRI')
    .map((expression) => ({ type: 'cron', expression })),
);
const policies = fc.record({
  catch_up: fc.constantFrom('skip', 'latest', 'all'),
  overlap: fc.constantFrom('skip', 'buffer_one', 'cancel_running'),
  catch_up_window_seconds: fc.constantFrom(60, 3_600, 86_400),
  jitter_seconds: fc.constantFrom(0, 0, 900),
});
const passing = fc.array(fc.integer({ min: 1, max: 30 * 60 }), { maxLength: 12 });

test('every slot of newer zone data after the last one decided has a fate, whenever the service starts again', () => {
  fc.assert(
    fc.property(
      fc.record({ shape: shapes, policy: policies, before: offsets, shift: fc.constantFrom(-3, -1, 1, 2) }),
      passing,
      passing,
      ({ shape, policy, before, shift }, minutesBefore, minutesAfter) => {
        const after = Math.max(-12, Math.min(14, before + shift));
        const schedule = { ...DEFAULT_OPTIONS, ...shape, ...policy, timezone: zoneOf(before) } as Schedule;
        const old = new History().create({ schedule });
        for (const minutes of minutesBefore) {
          old.after(minutes * 60_000);
          takeAll(old);
        }
        const history = restarted(old, zoneOf(after), old.now);
        const decided = stateOf(history).decided_through ?? START;
        const known = old.events.length;
        for (const minutes of minutesAfter) {
          history.after(minutes * 60_000);
          takeAll(history);
        }
        const ledger = new SlotLedger({ from: START, to: history.now });
        for (const event of history.events) ledger.add(event);
        const fates = new Map([...ledger.slots(history.now)].map((slot) => [slot.at, slot]));
        const events = history.events.slice(known);
        const jitter = policy.jitter_seconds * 1000;
        for (const slot of slotsFrom({ ...schedule, timezone: zoneOf(after) }, decided)) {
          if (msBetween(slot, history.now) <= jitter || minutesAfter.length === 0) break;
          const fate = fates.get(slot);
          expect(fate === undefined ? 'none' : fate.fate, slot).not.toMatch(/none|due/);
          const skipped = events.some(
            ({ type, data }) => type === 'task.slots_skipped' && data.from <= slot && slot <= data.to,
          );
          expect(skipped || requested(events).includes(slot), slot).toBe(true);
        }
        const slots = requested(history.events);
        expect(slots).toEqual([...new Set(slots)]);
      },
    ),
    { numRuns: 300 },
  );
});

test('a next slot that newer zone data leaves where it is stays', () => {
  const history = new History().create({ schedule: daily('Europe/Berlin') });
  expect(rescheduleTask(stateOf(history))).toEqual({ kind: 'nothing' });
  history.after(30 * HOUR);
  takeAll(history);
  expect(rescheduleTask(stateOf(history))).toEqual({ kind: 'nothing' });
});
