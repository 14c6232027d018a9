import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExecutionId, Hash } from '../../../src/domain/shared/ids.ts';
import type { Json } from '../../../src/domain/shared/json.ts';
import { issueWebhook, requestByEvent, requestByWebhook } from '../../../src/domain/task/decide/trigger.ts';
import { EVENT_RUNS_KEPT, statusOf } from '../../../src/domain/task/state.ts';
import { filterFaults, fulfils, type TriggerFilter } from '../../../src/domain/task/trigger.ts';
import { everyMinute, failure, History, onceIn, success } from '../../support/histories/history.ts';

const TRIGGER = { type: 'event', subject: 'orders' } as const;
const TOKEN = 'ab'.repeat(32) as Hash;

function message(history: History, id: string, extra: { payload?: Json; is_new?: boolean } = {}) {
  return requestByEvent(history.state, {
    now: history.now,
    execution_id: id as ExecutionId,
    subject: 'orders',
    payload: undefined,
    trigger_data: {},
    default_timeout_seconds: 30,
    is_new: false,
    ...extra,
  });
}

function run(history: History, outcome = success) {
  history.step({ after: 1, do: 'start' });
  history.step({ after: 1, do: 'finish', outcome });
  return history.state && statusOf(history.state);
}

describe('a filter', () => {
  const payload = { a: 1, b: 'x', list: [{ n: 2 }, null], deep: { 'x y': true }, none: null };
  const cases: [TriggerFilter, boolean][] = [
    [{ a: 1 }, true],
    [{ a: '1' }, false],
    [{ none: null }, true],
    [{ missing: null }, false],
    [{ 'list.0.n': 2, 'deep.x y': true }, true],
    [{ 'list.1': null }, true],
    [{ 'list.length': 2 }, false],
    [{ 'b.length': { exists: true } }, false],
    [{ 'a.constructor': { exists: true } }, false],
    [{ a: { gt: 0, lt: 2 } }, true],
    [{ a: { gt: 1 } }, false],
    [{ a: { gte: 1, lte: 1 } }, true],
    [{ a: { gt: '0' } }, false],
    [{ b: { gte: 'w', lt: 'y' } }, true],
    [{ none: { gte: 0 } }, false],
    [{ a: { ne: 2 } }, true],
    [{ missing: { ne: 2 } }, false],
    [{ a: { in: [3, 1] } }, true],
    [{ b: { in: [] } }, false],
    [{ deep: { exists: true }, missing: { exists: false } }, true],
    [{ a: { exists: false } }, false],
    [{ a: 1, b: 'y' }, false],
  ];
  test.each(cases)('%j: %s', (filter, expected) => {
    expect(filterFaults(filter)).toEqual([]);
    expect(fulfils(payload, filter)).toBe(expected);
  });

  test('that has no fault can be asked of any message', () => {
    const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string());
    const comparable = fc.oneof(fc.integer(), fc.string());
    const [eq, gt] = [scalar, comparable];
    const operators = fc.record(
      { eq, ne: eq, gt, gte: gt, lt: gt, lte: gt, in: fc.array(scalar), exists: fc.boolean() },
      { requiredKeys: ['eq'] },
    );
    const path = fc.array(fc.constantFrom('a', 'b', '0', '__proto__', 'length'), {
      minLength: 1,
      maxLength: 3,
    });
    const filters = fc.dictionary(
      path.map((names) => names.join('.')),
      fc.oneof(scalar, operators),
      { minKeys: 1, maxKeys: 5 },
    );
    const payloads = fc.oneof(fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue()), fc.jsonValue());
    fc.assert(
      fc.property(filters, payloads, (filter, payload) => {
        expect(filterFaults(filter as TriggerFilter)).toEqual([]);
        expect(typeof fulfils(payload as Json, filter as TriggerFilter)).toBe('boolean');
      }),
    );
  });
});

describe('a message of a trigger', () => {
  test('is known by its execution whatever the order: each requests one run, however often it comes', () => {
    const ids = Array.from({ length: 60 }, (_, n) => `exe_${String(n).padStart(26, '0')}`);
    const order = fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(order, (arrivals) => {
        const history = new History().create({ trigger: TRIGGER });
        const requested = new Set<string>();
        for (const id of arrivals) {
          const decision = message(history, id);
          const forgotten =
            decision.kind === 'rejected' && decision.rejection.code === 'MESSAGE_MAY_BE_KNOWN';
          // The caller finds it in the history, or tells that it is new.
          if (forgotten && requested.has(id)) continue;
          const event = history.take(forgotten ? message(history, id, { is_new: true }) : decision);
          expect(event !== null).toBe(!requested.has(id));
          if (event === null) continue;
          requested.add(id);
          run(history);
        }
        expect(history.state?.event_runs.length).toBe(Math.min(requested.size, EVENT_RUNS_KEPT));
      }),
      { numRuns: 50 },
    );
  });

  test('asks for nothing without JSON where there is a filter', () => {
    const filter = { a: { exists: false } };
    const history = new History().create({ trigger: TRIGGER, trigger_filter: filter });
    expect(message(history, 'exe_1').kind).toBe('nothing');
    expect(message(history, 'exe_1', { payload: {} }).kind).toBe('event');
  });
});

describe('a task with a trigger returns to rest after a run', () => {
  const triggered = (changes = {}) => new History().create({ trigger: TRIGGER, ...changes });

  test('pending, with success and failure alike, and pending again from failed with success', () => {
    const history = triggered();
    history.take(message(history, 'exe_1'));
    expect(run(history)).toBe('pending');
    history.take(message(history, 'exe_2'));
    expect(run(history, { ...failure, retryable: false } as never)).toBe('pending');

    const failed = new History().create();
    failed.step({ after: 1, do: 'request' });
    expect(run(failed, { ...failure, retryable: false } as never)).toBe('failed');
    failed.step({
      after: 1,
      do: 'update',
      changes: { trigger: TRIGGER, trigger_filter: null },
      status: null,
    });
    failed.take(message(failed, 'exe_1'));
    expect(run(failed, { ...failure, retryable: false } as never)).toBe('failed');
    failed.take(message(failed, 'exe_2'));
    expect(run(failed)).toBe('pending');
  });

  test('scheduled, paused and completed', () => {
    const scheduled = triggered({ schedule: everyMinute });
    scheduled.take(message(scheduled, 'exe_1'));
    expect(run(scheduled)).toBe('scheduled');
    for (const status of ['paused', 'completed'] as const) {
      const history = triggered();
      history.step({ after: 1, do: 'update', changes: {}, status });
      history.step({ after: 1, do: 'request' });
      expect(run(history, { ...failure, retryable: false } as never)).toBe(status);
    }
  });

  test('but ends with the last slot of its schedule', () => {
    const history = triggered({ schedule: onceIn(1_000) });
    history.after(1_000).takeAllDue();
    expect(run(history)).toBe('completed');
  });
});

test('a webhook runs its task by the token that was issued last', () => {
  const history = new History().create();
  const call = (token_hash: Hash) =>
    requestByWebhook(history.state, {
      now: history.now,
      execution_id: 'exe_1' as ExecutionId,
      trigger_data: {},
      default_timeout_seconds: 30,
      token_hash,
    });
  const refused = { kind: 'rejected', rejection: { code: 'WEBHOOK_NOT_FOUND' } };
  expect(call(TOKEN)).toEqual(refused);
  const issue = { now: history.now, if_match: null };
  history.take(issueWebhook(history.state, { ...issue, token_hash: TOKEN, terms: null }));
  expect(call(TOKEN).kind).toBe('event');
  history.take(issueWebhook(history.state, { ...issue, token_hash: 'cd'.repeat(32) as Hash, terms: null }));
  expect(call(TOKEN)).toEqual(refused);
  expect(call('' as Hash)).toEqual(refused);
});
