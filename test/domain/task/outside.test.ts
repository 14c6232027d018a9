/** What starts a task from outside: its webhook, the messages of its trigger, a backfill. */
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../src/domain/schedule/types.ts';
import type { ExecutionId, Hash, Revision } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { RequestByEvent } from '../../../src/domain/task/commands.ts';
import { backfillTask } from '../../../src/domain/task/decide/slots/backfill.ts';
import {
  issueWebhook,
  opensWebhook,
  requestByEvent,
  requestByWebhook,
  revokeWebhook,
} from '../../../src/domain/task/decide/trigger.ts';
import { EVENT_RUNS_KEPT, type TaskState } from '../../../src/domain/task/state.ts';
import type { TriggerFilter } from '../../../src/domain/task/trigger.ts';
import { everyMinute, History, START, success, withPolicy } from '../../support/histories/history.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const state = (history: History): TaskState => history.state as TaskState;
const refused = (rejection: object) => ({ kind: 'rejected', rejection });
const NOTHING = { kind: 'nothing' };
const EXECUTION = 'exe_01JD9999999999999999999999' as ExecutionId;

function deleted(): History {
  const history = new History().create({ schedule: everyMinute });
  history.step({ do: 'delete', after: 0 });
  return history;
}
function cancelled(): History {
  const history = new History().create({ schedule: everyMinute });
  history.step({ do: 'cancel', after: 0 });
  return history;
}
const command = (history: History) => ({
  now: history.now,
  execution_id: EXECUTION,
  trigger_data: { from: 'outside' },
  default_timeout_seconds: 30,
});

describe('a webhook', () => {
  const TOKEN = 'ab'.repeat(32) as Hash;
  const OTHER = 'cd'.repeat(32) as Hash;
  const issue = (history: History, token_hash = TOKEN, ifMatch: number | null = null) =>
    issueWebhook(history.state, {
      now: history.now,
      if_match: ifMatch as Revision | null,
      token_hash,
      terms: null,
    });
  const revoke = (history: History, ifMatch: number | null = null) =>
    revokeWebhook(history.state, { now: history.now, if_match: ifMatch as Revision | null });
  const call = (history: History, token_hash = TOKEN) =>
    requestByWebhook(history.state, { ...command(history), token_hash });
  const issued = () => {
    const history = new History().create();
    history.take(issue(history));
    return history;
  };

  test('is issued with the hash of its token, once, and takes the place of the one before', () => {
    const history = new History().create();
    const event = (token_hash: Hash) => ({ type: 'task.webhook_issued', data: { token_hash } });
    expect(issue(history)).toEqual({ kind: 'event', event: event(TOKEN) });
    history.take(issue(history));
    expect(issue(history)).toEqual(NOTHING);
    expect(issue(history, OTHER)).toEqual({ kind: 'event', event: event(OTHER) });
    history.take(issue(history, OTHER));
    expect(opensWebhook(history.state, TOKEN)).toBe(false);
    expect(opensWebhook(history.state, OTHER)).toBe(true);
  });

  test('is revoked, once; one that there is not needs no revoking', () => {
    const history = issued();
    expect(revoke(history)).toEqual({ kind: 'event', event: { type: 'task.webhook_revoked', data: {} } });
    history.take(revoke(history));
    expect(opensWebhook(history.state, TOKEN)).toBe(false);
    expect(revoke(history)).toEqual(NOTHING);
  });

  test('is neither issued nor revoked for a task that is not there, or by who saw another revision', () => {
    for (const history of [new History(), deleted()]) {
      expect(issue(history)).toEqual(refused({ code: 'TASK_NOT_FOUND' }));
      expect(revoke(history)).toEqual(refused({ code: 'TASK_NOT_FOUND' }));
    }
    const stale = refused({ code: 'REVISION_MISMATCH', current: 2 });
    expect([issue(issued(), OTHER, 1), revoke(issued(), 1)]).toEqual([stale, stale]);
    expect([issue(issued(), OTHER, 2).kind, revoke(issued(), 2).kind]).toEqual(['event', 'event']);
  });

  test('is not issued for a task that is cancelled; one that it has is revoked', () => {
    expect(issue(cancelled())).toEqual(refused({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' }));
    const history = issued();
    history.step({ do: 'cancel', after: 0 });
    expect(revoke(history).kind).toBe('event');
  });

  test('runs its task with what was sent', () => {
    expect(call(issued())).toMatchObject({
      event: {
        type: 'task.execution_requested',
        data: {
          execution_id: EXECUTION,
          trigger_type: 'webhook',
          start_by: at(60 * MINUTE),
          personal: { trigger_data: { from: 'outside' } },
        },
      },
    });
  });

  test('that is called is not found without its task, its token, or the whole of that', () => {
    const gone = issued();
    gone.step({ do: 'delete', after: 0 });
    const notFound = refused({ code: 'WEBHOOK_NOT_FOUND' });
    expect(call(new History())).toEqual(notFound);
    expect(call(new History().create())).toEqual(notFound);
    expect(call(gone)).toEqual(notFound);
    const swapped = TOKEN.replace(/^ab/, 'ba');
    for (const wrong of [OTHER, '', TOKEN.slice(0, -1), `${TOKEN}a`, `${TOKEN.slice(0, -1)}c`, swapped]) {
      expect(call(issued(), wrong as Hash)).toEqual(notFound);
    }
  });
});

describe('a message', () => {
  const TRIGGER = { type: 'event', subject: 'orders' } as const;
  const triggered = (trigger_filter: TriggerFilter | null = null) =>
    new History().create({ trigger: TRIGGER, trigger_filter });
  const message = (history: History, changes: Partial<RequestByEvent> = {}) =>
    requestByEvent(history.state, {
      ...command(history),
      subject: 'orders',
      payload: { paid: true },
      is_new: false,
      ...changes,
    });

  test('on the subject of the trigger runs the task', () => {
    expect(message(triggered())).toMatchObject({
      event: {
        type: 'task.execution_requested',
        data: { trigger_type: 'event', personal: { trigger_data: { from: 'outside' } } },
      },
    });
  });

  test('that is no JSON runs a task without a filter, and none with one', () => {
    expect(message(triggered(), { payload: undefined }).kind).toBe('event');
    expect(message(triggered({ paid: { exists: false } }), { payload: undefined })).toEqual(NOTHING);
  });

  test('runs only what its filter lets through', () => {
    expect(message(triggered({ paid: true })).kind).toBe('event');
    expect(message(triggered({ paid: false }))).toEqual(NOTHING);
  });

  test('on another subject, or for a task without a trigger, is nothing', () => {
    expect(message(triggered(), { subject: 'orders.paid' })).toEqual(NOTHING);
    expect(message(new History().create())).toEqual(NOTHING);
  });

  test('is refused for a task that is not there', () => {
    for (const history of [new History(), deleted()]) {
      expect(message(history)).toEqual(refused({ code: 'TASK_NOT_FOUND' }));
    }
  });

  test('is refused while the task runs, and nothing once it has requested its run', () => {
    const history = triggered();
    history.take(message(history));
    expect(message(history)).toEqual(NOTHING);
    const other = 'exe_01JD9999999999999999999998' as ExecutionId;
    const running = { code: 'TASK_ALREADY_RUNNING', execution_id: EXECUTION };
    expect(message(history, { execution_id: other })).toEqual(refused(running));
  });

  describe('that comes late', () => {
    const id = (n: number) => `exe_${String(n).padStart(26, '0')}` as ExecutionId;
    /** A task that so many messages have run: the tenth, the twentieth, and so on. */
    const ranBy = (count: number) => {
      const history = triggered();
      for (let n = 1; n <= count; n++) {
        history.take(message(history, { execution_id: id(n * 10) }));
        history.step({ do: 'start', after: 0 });
        history.step({ do: 'finish', after: 0, outcome: success });
      }
      return history;
    };

    test('is new as long as the task remembers all of its messages', () => {
      expect(message(ranBy(EVENT_RUNS_KEPT - 1), { execution_id: id(1) }).kind).toBe('event');
    });

    test('may be known where the task has forgotten some, unless somebody knows that it is new', () => {
      const history = ranBy(EVENT_RUNS_KEPT);
      expect(message(history, { execution_id: id(1) })).toEqual(refused({ code: 'MESSAGE_MAY_BE_KNOWN' }));
      expect(message(history, { execution_id: id(1), is_new: true }).kind).toBe('event');
      expect(message(history, { execution_id: id(10) })).toEqual(NOTHING);
      expect(message(history, { execution_id: id(11) }).kind).toBe('event');
    });

    test('leaves the task remembering the largest, in their order', () => {
      const history = ranBy(EVENT_RUNS_KEPT);
      history.take(message(history, { execution_id: id(15) }));
      const runs = state(history).event_runs;
      expect(runs).toHaveLength(EVENT_RUNS_KEPT);
      expect(runs.slice(0, 3)).toEqual([id(15), id(20), id(30)]);
    });
  });
});

describe('a backfill', () => {
  const since = (policy: Partial<Schedule> = {}) =>
    new History().create({ schedule: withPolicy({ anchor: at(-2_000 * MINUTE), ...policy } as Schedule) });
  const backfill = (history: History, from: number, to: number) =>
    backfillTask(history.state, { now: history.now, from: at(from), to: at(to) });

  test('is the slots between two instants, both inclusive', () => {
    expect(backfill(since(), -3 * MINUTE, -MINUTE)).toEqual({
      kind: 'event',
      event: {
        type: 'task.backfill_requested',
        data: {
          from: at(-3 * MINUTE),
          to: at(-MINUTE),
          first: at(-3 * MINUTE),
          count: 3,
          schedule_version: 1,
        },
      },
    });
    expect(backfill(since(), -3 * MINUTE + 1, -MINUTE - 1)).toMatchObject({
      event: { data: { first: at(-2 * MINUTE), count: 1 } },
    });
  });

  test('has at least one slot, and at most 1,000', () => {
    expect(backfill(since(), -MINUTE - 1, -MINUTE)).toMatchObject({ event: { data: { count: 1 } } });
    expect(backfill(since(), -MINUTE + 1, -1)).toEqual(refused({ code: 'NO_SLOTS' }));
    const over = new History().create({ schedule: withPolicy({ end_at: at(MINUTE) }) });
    expect(backfill(over, MINUTE + 1, 2 * MINUTE)).toEqual(refused({ code: 'NO_SLOTS' }));
    expect(backfill(since(), -999 * MINUTE, 0)).toMatchObject({ event: { data: { count: 1_000 } } });
    const many = { code: 'TOO_MANY_SLOTS', limit: 1_000, count: 1_001 };
    expect(backfill(since(), -1_000 * MINUTE, 0)).toEqual(refused(many));
  });

  test('asked for again is under way already; another has to wait', () => {
    const history = since();
    history.take(backfill(history, -3 * MINUTE, -MINUTE));
    expect(backfill(history, -3 * MINUTE, -MINUTE)).toEqual(NOTHING);
    const inProgress = { code: 'BACKFILL_IN_PROGRESS', from: at(-3 * MINUTE), to: at(-MINUTE) };
    expect(backfill(history, -3 * MINUTE, 0)).toEqual(refused(inProgress));
    expect(backfill(history, -2 * MINUTE, -MINUTE)).toEqual(refused(inProgress));
  });

  test('is refused for a task that is not there, cancelled, or without a schedule', () => {
    expect(backfill(new History(), 0, 0)).toEqual(refused({ code: 'TASK_NOT_FOUND' }));
    expect(backfill(deleted(), 0, 0)).toEqual(refused({ code: 'TASK_NOT_FOUND' }));
    expect(backfill(cancelled(), 0, 0)).toEqual(
      refused({ code: 'TASK_NOT_EXECUTABLE', status: 'cancelled' }),
    );
    expect(backfill(new History().create(), 0, 0)).toEqual(refused({ code: 'NO_SCHEDULE' }));
  });

  test('runs its slots as they are taken, the last of them with none to follow', () => {
    const history = since();
    history.take(backfill(history, -2 * MINUTE, -MINUTE));
    const [first] = history.takeAllDue();
    expect(first?.data).toEqual({
      execution_id: expect.any(String),
      number: 1,
      trigger_type: 'backfill',
      scheduled_for: at(-2 * MINUTE),
      schedule_version: 1,
      next_run_time: at(MINUTE),
      next_backfill: at(-MINUTE),
      due_at: START,
      start_by: at(60 * MINUTE),
      timeout_seconds: 30,
      credits_reserved_micros: 1_500_000,
      term: 7,
      personal: { trigger_data: {} },
    });
    history.step({ do: 'start', after: 5 });
    history.step({ do: 'finish', after: 5, outcome: success });
    const [last] = history.takeAllDue();
    expect(last?.data).toMatchObject({
      scheduled_for: at(-MINUTE),
      next_backfill: null,
      due_at: at(10),
    });
    expect(state(history).backfill).toBeNull();
  });

  test('takes none of the runs that max_runs allows', () => {
    const history = since({ max_runs: 1 });
    history.take(backfill(history, -2 * MINUTE, -MINUTE));
    for (let run = 0; run < 2; run++) {
      history.takeAllDue();
      history.step({ do: 'start', after: 5 });
      history.step({ do: 'finish', after: 5, outcome: success });
    }
    expect(state(history)).toMatchObject({ slots_taken: 0, next_run_time: at(MINUTE), backfill: null });
  });
});
