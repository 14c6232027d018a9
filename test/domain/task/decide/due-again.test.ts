import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import { type Instant, instantOf, plusMs } from '../../../../src/domain/shared/instant.ts';
import { dueAgain } from '../../../../src/domain/task/decide/due-again.ts';
import { SlotLedger } from '../../../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
  everyMinute,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../../../support/histories/history.ts';

const MINUTE = 60_000;
const LEAP = 10 * MINUTE;
const at = (minutes: number): Instant => plusMs(START, minutes * MINUTE);
const stateOf = (history: History) => history.state as TaskState;

/** Slots of each minute, taken by a clock that is ten minutes ahead and comes back half a minute later. */
function leapt(policy: Partial<Schedule> = {}): History {
  const history = new History().create({ schedule: withPolicy(policy) });
  history.after(LEAP + 5_000).takeAllDue();
  history.now = instantOf(Date.parse(START) + 35_000);
  return history;
}

function run(history: History): void {
  history.step({ do: 'start', after: 0 });
  history.step({ do: 'finish', after: 0, outcome: success });
}

describe('a slot that was taken, seen by a clock that is behind', () => {
  const seconds = (count: number): Instant => plusMs(START, count * 1_000);

  test.each<[string, (history: History) => void]>([
    [
      'paused and resumed',
      (history) => {
        history.step({ do: 'pause', after: 0 });
        history.now = seconds(52);
        history.step({ do: 'resume', after: 0 });
      },
    ],
    [
      'deleted and restored',
      (history) => {
        history.step({ do: 'delete', after: 0 });
        history.now = seconds(52);
        history.step({ do: 'restore', after: 0 });
      },
    ],
  ])('is not taken again when its task is %s', (_, change) => {
    const history = new History().create({ schedule: everyMinute });
    history.now = seconds(61);
    history.takeAllDue();
    run(history);
    history.now = seconds(50);
    change(history);
    expect(stateOf(history)).toMatchObject({ next_run_time: at(2), decided_through: at(1) });
    history.now = seconds(61);
    expect(history.takeAllDue()).toEqual([]);
    history.now = seconds(121);
    expect(history.takeAllDue()).toMatchObject([{ data: { scheduled_for: at(2) } }]);
  });
});

describe('slots taken by a clock that was ahead', () => {
  test('are due again from now on, under a new version of the schedule', () => {
    const history = leapt();
    run(history);
    history.take(dueAgain(stateOf(history), history.now));
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.rescheduled',
      data: { schedule_version: 2, previous: at(11), next_run_time: at(1) },
    });
    expect(stateOf(history)).toMatchObject({
      schedule_version: 2,
      next_run_time: at(1),
      taken_through: null,
    });
    expect(dueAgain(stateOf(history), history.now)).toEqual({ kind: 'nothing' });
  });

  test('have the fates that they had under the version before, and those of their time under the new one', () => {
    const history = leapt();
    run(history);
    history.take(dueAgain(stateOf(history), history.now));
    history.now = at(1);
    history.takeAllDue();
    run(history);
    const ledger = new SlotLedger({ from: START, to: at(60) });
    for (const event of history.events) ledger.add(event);
    const told = [...ledger.slots(history.now)].map(
      (slot) => `${slot.schedule_version} ${(Date.parse(slot.at) - Date.parse(START)) / MINUTE} ${slot.fate}`,
    );
    expect(told).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => `1 ${minute} missed`),
      '1 10 fired',
      '2 1 fired',
      '2 2 due',
    ]);
  });

  test('are freed of an execution that has not started: it would wait for its time', () => {
    const history = leapt();
    history.take(dueAgain(stateOf(history), history.now));
    expect(history.events.at(-1)).toMatchObject({
      type: 'task.execution_cancelled',
      data: { code: 'NOT_STARTED' },
    });
    history.take(dueAgain(stateOf(history), history.now));
    expect(stateOf(history)).toMatchObject({ execution: null, next_run_time: at(1) });
  });

  test('count for max_runs where they have run', () => {
    const history = leapt({ max_runs: 2 });
    run(history);
    history.take(dueAgain(stateOf(history), history.now));
    history.now = at(1);
    history.takeAllDue();
    expect(stateOf(history)).toMatchObject({ slots_taken: 2, next_run_time: null });
  });
});

test.each<[string, History]>([
  ['slots that have come', new History().create({ schedule: everyMinute }).after(MINUTE)],
  ['a schedule that has none left', new History().create({ schedule: onceIn(MINUTE) }).after(LEAP)],
  ['a task without a schedule', new History().create()],
])('nothing is due again of %s', (_, history) => {
  history.takeAllDue();
  expect(dueAgain(stateOf(history), history.now)).toEqual({ kind: 'nothing' });
  expect(dueAgain(stateOf(history), START)).toEqual({ kind: 'nothing' });
});

test('nothing is due again of a task that is paused or deleted meanwhile', () => {
  for (const what of ['pause', 'delete'] as const) {
    const history = leapt();
    run(history);
    history.step({ do: what, after: 0 });
    expect(dueAgain(stateOf(history), history.now)).toEqual({ kind: 'nothing' });
  }
});
