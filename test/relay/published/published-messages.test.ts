import { expect, test } from 'vitest';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import type { CreateTask } from '../../../src/domain/task/commands.ts';
import { dueOnDay } from '../../../src/domain/task/due-day.ts';
import { noticeOf } from '../../../src/relay/clients/notices.ts';
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

test('what is overdue says when it was due, and on which day where that has no time', () => {
  const overdue = (due: Partial<CreateTask>) => {
    const history = new History().create(due).after(48 * 60 * MINUTE);
    history.takeAllDue();
    const event = history.events.at(-1);
    const task = history.states.at(-1);
    if (event === undefined || task === undefined) throw new Error('no event');
    const [message] = messagesOf(event, { task, execution: null });
    const document = JSON.parse(message?.body ?? '');
    const notice = noticeOf({ ...document, userId: USER, taskId: TASK, traceparent: null }, task.name);
    return [document.data, notice?.content];
  };
  const ids = { task_id: TASK, user_id: USER, triggered_at: at(48 * 60) };
  expect(overdue({ due_date: at(5) as Instant })).toEqual([
    { ...ids, due_date: at(5) },
    `"Water the plants" was due ${at(5)}.`,
  ]);
  const day = { date: '2026-11-23', timezone: 'Europe/Zurich' };
  expect(overdue(dueOnDay(day.date, day.timezone))).toEqual([
    { ...ids, due_date: '2026-11-23T22:59:59.999Z', due_day: day },
    '"Water the plants" was due on 2026-11-23.',
  ]);
});

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
