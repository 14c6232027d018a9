import { describe, expect, test } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/event.ts';
import { instantOf, plusMs } from '../../../src/domain/instant.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import { SlotLedger, type SlotRecord } from '../../../src/domain/task/slot-ledger.ts';
import {
  everyHour,
  everyMinute,
  failure,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../../support/history.ts';

const MINUTE = 60_000;
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
