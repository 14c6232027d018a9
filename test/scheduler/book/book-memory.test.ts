import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/domain/schedule/parse/options.ts';
import type { Hash, Revision, Sequence, TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { schedulingOf } from '../../../src/projections/schedule.ts';
import { ScheduleBook, type SchedulingSnapshot } from '../../../src/scheduler/book/schedule-book.ts';
import { everyMinute, History } from '../../support/histories/history.ts';

const TASKS = 60_000;
/** The state of one as objects takes a thousand. */
const MOST_BYTES = 200;

const collect = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** What the collector looks after, and what lies outside of it. */
function memory(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const [task] = new History().create({ schedule: everyMinute }).states;

function waiting(number: number): SchedulingSnapshot {
  if (task === undefined) throw new Error('no task');
  const digits = number.toString().padStart(6, '0');
  const at = instantOf(1_800_000_000_000 + number * 1_000);
  return {
    sequence: (number + 1) as Sequence,
    revision: 1 as Revision,
    hash: digits.padStart(64, 'a1') as Hash,
    state: {
      ...schedulingOf(task),
      task_id: `tsk_01KB2V4M3D8Q7ZP5${digits.padStart(10, 'XR')}` as TaskId,
      user_id: `user-${number % 1_000}` as UserId,
      schedule: {
        ...DEFAULT_OPTIONS,
        type: 'daily',
        run_time: `0${number % 10}:${10 + (number % 50)}`,
        timezone: 'Europe/Zurich',
      },
      decided_through: at,
      next_run_time: at,
    },
  };
}

it('takes some 130 bytes for each task that waits, wherever they are counted', () => {
  const book = new ScheduleBook();
  const before = memory();
  for (let number = 0; number < TASKS; number++) book.put(waiting(number));
  expect((memory() - before) / TASKS).toBeLessThan(MOST_BYTES);
  expect(book.size).toBe(TASKS);
  for (const number of [0, 1, 34_567, TASKS - 1])
    expect(book.find(waiting(number).state.task_id)).toEqual(waiting(number));
});
