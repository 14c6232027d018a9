import { expect, test } from 'vitest';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { messagesOf } from '../../../src/relay/published/published-messages.ts';
import { History, START, TASK, USER, withPolicy } from '../../support/histories/history.ts';

const MINUTE = 60_000;

/** What was published of skipped slots. */
function skipped(history: History): JsonObject[] {
  let execution: ExecutionState | null = null;
  return history.events.flatMap((event, index) => {
    const task = history.states[index];
    if (event.type.startsWith('task.execution_')) execution = evolveExecution(execution, event);
    if (task === undefined) throw new Error('no state');
    return messagesOf(event, { task, execution })
      .filter(({ type }) => type === 'task.slots_skipped')
      .map(({ body }) => JSON.parse(body).data);
  });
}

const made = (policy: Partial<Schedule> = {}) =>
  new History().create({ schedule: withPolicy({ catch_up_window_seconds: 60, ...policy }) });
const at = (minutes: number) => new Date(Date.parse(START) + minutes * MINUTE).toISOString();

test('slots that were missed are one message, with their range', () => {
  const history = made().after(5 * MINUTE);
  history.takeAllDue();
  expect(skipped(history)).toEqual([
    {
      task_id: TASK,
      user_id: USER,
      reason: 'missed',
      count: 4,
      count_is_minimum: false,
      from: at(1),
      to: at(4),
      next_run_time: at(5),
      skipped_at: at(5),
    },
  ]);
});

test('a slot whose execution no worker started in time is missed', () => {
  const history = made({ overlap: 'buffer_one' }).after(MINUTE);
  history.takeAllDue();
  history.after(MINUTE + 1).takeAllDue();
  expect(skipped(history)[0]).toMatchObject({ reason: 'missed', count: 1, from: at(1), to: at(1) });
});

test('a slot that overlaps is told with that reason', () => {
  const history = made().after(MINUTE);
  history.takeAllDue();
  history.step({ do: 'start', after: 0 });
  history.after(MINUTE).takeAllDue();
  expect(skipped(history)).toMatchObject([{ reason: 'overlap', from: at(2), to: at(2) }]);
});

test('slots that passed while the owner had paused the task are not told, nor a run by hand that nobody started', () => {
  const history = made();
  history.step({ do: 'pause', after: 0 });
  history.step({ do: 'request', after: 1 });
  history.after(6 * MINUTE).takeAllDue();
  history.step({ do: 'resume', after: 0 });
  expect(history.events.map(({ type }) => type)).toContain('task.execution_cancelled');
  expect(skipped(history)).toEqual([]);
});
