import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../../../src/domain/schedule/types.ts';
import type { LimitExceeded } from '../../../../src/domain/shared/decision.ts';
import type { ExecutionId } from '../../../../src/domain/shared/ids.ts';
import { type Instant, instantOf } from '../../../../src/domain/shared/instant.ts';
import { requestExecution } from '../../../../src/domain/task/decide/execution.ts';
import { skipToReset } from '../../../../src/domain/task/decide/slots/skip-to-reset.ts';
import type { Why } from '../../../../src/domain/task/ledger/why.ts';
import type { TaskState } from '../../../../src/domain/task/state.ts';
import {
  endsSoon,
  everyHour,
  everyMinute,
  failure,
  History,
  onceIn,
  START,
  success,
  withPolicy,
} from '../../../support/histories/history.ts';
import { WhyAt } from '../../../support/histories/why-at.ts';

const MINUTE = 60_000;
const at = (ms: number) => instantOf(Date.parse(START) + ms);
const NOT_RETRYABLE = { ...failure, retryable: false } as typeof failure;
const HAND = 'exe_01JD9999999999999999999999' as ExecutionId;

function why(history: History, time: Instant, now = history.now): Why {
  const asked = new WhyAt(time);
  for (const event of history.events) asked.add(event);
  return asked.explain(now);
}
const sentence = (history: History, ms: number) => why(history, at(ms)).why;
const created = (policy: Partial<Schedule> = {}) => new History().create({ schedule: withPolicy(policy) });
/** The slot of the first minute has been requested, and so much of its run has come. */
function ran(until: 'requested' | 'started' | 'done', policy: Partial<Schedule> = {}, late = 0): History {
  const history = created(policy);
  history.after(MINUTE).takeAllDue();
  if (until !== 'requested') history.step({ do: 'start', after: late });
  if (until === 'done') history.step({ do: 'finish', after: 1, outcome: success });
  return history;
}
function reachLimit(history: History, code: LimitExceeded['code'], resets_at: Instant): void {
  const exceeded: LimitExceeded = {
    code,
    limit_type: 'executions_per_day',
    limit: 1,
    used: 1,
    resets_at,
    retry_after_seconds: 1,
  };
  history.take({ kind: 'event', event: skipToReset(history.state as TaskState, exceeded) });
}
const idOf = (history: History) => history.state?.execution?.execution_id;

describe('a slot that fired', () => {
  const SLOT = at(MINUTE);

  test('is told with its execution, and what has come of that', () => {
    const history = ran('requested');
    const id = idOf(history);
    const told = () => why(history, SLOT);
    expect(told()).toEqual({
      why: `The slot of ${SLOT} fired: execution ${id} has been requested and waits for a worker.`,
      slot: {
        at: SLOT,
        schedule_version: 1,
        fate: 'fired',
        run: { execution_id: id, late_by_ms: null, status: 'requested', code: null },
      },
      execution_id: id,
      no_next_run_reason: null,
    });
    history.step({ do: 'start', after: 0 });
    const fired = `The slot of ${SLOT} fired: execution ${id} started on time and`;
    expect(told().why).toBe(`${fired} has not ended yet.`);
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(told().why).toBe(`${fired} completed.`);
  });

  test.each([
    ['failed with its code', { do: 'finish', after: 0, outcome: NOT_RETRYABLE }, 'failed (PROVIDER_ERROR)'],
    ['was cancelled by somebody', { do: 'cancelExecution', after: 0 }, 'was cancelled (CANCELLED_BY_USER)'],
    ['ended with its task', { do: 'cancel', after: 0 }, 'was cancelled (TASK_CANCELLED)'],
  ] as const)('is told where its run %s', (_, step, end) => {
    const history = ran('started');
    history.step(step);
    expect(sentence(history, MINUTE)).toMatch(
      new RegExp(`started on time and ${end.replace(/[()]/g, '\\$&')}\\.$`),
    );
  });

  test.each([
    [999, 'on time'],
    [1_000, '1 s late'],
    [1_499, '1 s late'],
    [1_500, '2 s late'],
    [61_000, '61 s late'],
  ])('%d ms late is told as %s', (late, told) => {
    expect(sentence(ran('started', {}, late), MINUTE)).toContain(` started ${told} and `);
  });
});

describe('a slot that did not run', () => {
  const slot = (ms: number) => `The slot of ${at(ms)}`;

  test('is told as missed, with the catch-up of then', () => {
    const history = new History().create({ schedule: everyHour });
    history.after(61 * MINUTE).takeAllDue();
    const missed = `${slot(60 * MINUTE)} was missed: nothing fired it in time, and the schedule's catch_up`;
    expect(why(history, at(60 * MINUTE))).toEqual({
      why: `${missed} (skip) did not bring it back.`,
      slot: { at: at(60 * MINUTE), schedule_version: 1, fate: 'missed', run: null },
      execution_id: null,
      no_next_run_reason: null,
    });
    history.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    expect(sentence(history, 60 * MINUTE)).toBe(`${missed} (skip) did not bring it back.`);
  });

  test('is told as missed where no worker came, with the execution that waited for one', () => {
    const history = ran('requested', { catch_up_window_seconds: 60 });
    const id = idOf(history);
    history.after(MINUTE + 1).takeAllDue();
    expect(why(history, at(MINUTE))).toMatchObject({
      why: `${slot(MINUTE)} was missed: execution ${id} was requested, but no worker started it in time.`,
      execution_id: id,
    });
  });

  test('is told as skipped where the run before it went on, the task was paused, or a limit was reached', () => {
    const overlap = ran('started', { timeout_seconds: 600 });
    overlap.after(MINUTE).takeAllDue();
    expect(why(overlap, at(2 * MINUTE))).toMatchObject({
      why: `${slot(2 * MINUTE)} was skipped: the run before it was still going when it came due.`,
      execution_id: null,
    });

    const paused = created();
    paused.step({ do: 'pause', after: 0 });
    expect(sentence(paused.after(MINUTE), MINUTE)).toBe(`${slot(MINUTE)} was skipped: the task was paused.`);

    for (const [code, because] of [
      ['EXECUTION_LIMIT_EXCEEDED', "the executions that its owner's tier allows in a day were used up"],
      [
        'CREDIT_LIMIT_EXCEEDED',
        "it would have gone beyond the credits that its owner's tier allows in a month",
      ],
    ] as const) {
      const limited = created().after(MINUTE);
      reachLimit(limited, code, at(3 * MINUTE));
      expect(sentence(limited, MINUTE)).toBe(`${slot(MINUTE)} was skipped: ${because}.`);
    }
  });

  test('is told as left out on an excluded date', () => {
    const history = created({ exclude_dates: ['2026-11-24'] }).after(24 * 60 * MINUTE);
    expect(sentence(history, 12 * 60 * MINUTE)).toBe(
      `${slot(12 * 60 * MINUTE)} was left out: its date is one of the schedule's exclude_dates.`,
    );
  });

  test.each([
    ['the task was paused', { do: 'pause', after: 0 }],
    ['the task was cancelled', { do: 'cancel', after: 0 }],
    ['the task was deleted', { do: 'delete', after: 0 }],
    ['the task was completed', { do: 'update', after: 0, changes: {}, status: 'completed' }],
    ['the schedule was changed', { do: 'update', after: 0, changes: { schedule: everyHour }, status: null }],
    ['its execution was cancelled', { do: 'cancelExecution', after: 0 }],
  ] as const)('is told as void: %s', (because, step) => {
    const history = ran('requested');
    history.step(step);
    expect(why(history, at(MINUTE))).toMatchObject({
      why: `${slot(MINUTE)} is void: ${because} before it could run.`,
      execution_id: null,
    });
  });

  test('is told as the one that is due', () => {
    expect(sentence(created().after(MINUTE), MINUTE)).toBe(
      `${slot(MINUTE)} has not run yet: it is the task's next one, or waits for a run to end.`,
    );
  });
});

describe('the slot that is meant', () => {
  const history = ran('done');

  test.each([
    [1, true],
    [MINUTE, true],
    [0, false],
    [MINUTE + 1, false],
  ])('is the one in the minute that begins then: %d ms', (ms, found) => {
    expect(why(history, at(ms)).slot?.at === at(MINUTE)).toBe(found);
  });

  test('may be asked for at either end of time', () => {
    for (const time of [
      instantOf(Date.UTC(1970, 0, 1)),
      instantOf(Date.UTC(9999, 11, 31, 23, 59, 59, 999)),
    ]) {
      expect(why(history, time).slot).toBeNull();
    }
  });
});

describe('a time without a slot, while something ran', () => {
  const byHand = (schedule: Schedule | null = null) => {
    const history = new History().create({ schedule }).after(10_000);
    const command = { trigger_type: 'webhook', trigger_data: {}, default_timeout_seconds: 3_600 } as const;
    history.take(requestExecution(history.state, { now: history.now, execution_id: HAND, ...command }));
    return history;
  };
  const going = `Execution ${HAND} (webhook) was running: it started at ${at(20_000)} and`;
  const started = () => {
    const history = byHand();
    history.step({ do: 'start', after: 10_000 });
    return history;
  };

  test('is told by the run that was going', () => {
    const history = started().after(MINUTE);
    expect(why(history, at(30_000))).toEqual({
      why: `${going} has not ended yet.`,
      slot: null,
      execution_id: HAND,
      no_next_run_reason: null,
    });
    history.step({ do: 'finish', after: 0, outcome: success });
    expect(sentence(history, 30_000)).toBe(`${going} ended at ${at(80_000)}.`);
  });

  test.each([
    [-39_999, true, 'the minute in which it started'],
    [-40_000, false, 'the minute before'],
    [80_000, true, 'the instant at which it ended'],
    [80_001, false, 'a millisecond later'],
  ])('from %d ms: %s (%s)', (ms, told) => {
    const history = started();
    history.step({ do: 'finish', after: MINUTE, outcome: success });
    expect(why(history, at(ms)).execution_id).toBe(told ? HAND : null);
  });

  test('is not told by a run that has only been asked for, nor by one that somebody took back', () => {
    const history = byHand();
    expect(why(history, at(10_000)).execution_id).toBeNull();
    history.step({ do: 'cancelExecution', after: 1 });
    expect(why(history, at(10_000)).execution_id).toBeNull();
  });

  test('keeps its first start over further attempts, and the last of several runs', () => {
    const history = started();
    history.step({ do: 'lose', after: 0 });
    history.step({ do: 'start', after: 5_000 });
    expect(sentence(history, 30_000)).toBe(`${going} has not ended yet.`);
    history.step({ do: 'finish', after: 0, outcome: success });
    history.step({ do: 'request', after: 1_000 });
    history.step({ do: 'start', after: 0 });
    const second = idOf(history);
    expect(why(history, at(20_000)).execution_id).toBe(second);
    history.step({ do: 'finish', after: 1, outcome: success });
    expect(why(history, at(20_000)).execution_id).toBe(second);
    history.step({ do: 'request', after: 10 * MINUTE });
    history.step({ do: 'start', after: 0 });
    expect(why(history, at(20_000)).execution_id).toBe(second);
  });
});

describe('a time without a slot or a run', () => {
  test('before the task, or while it was deleted or had no schedule', () => {
    const history = new History().create();
    const before = at(-MINUTE - 1);
    expect(why(history, before).why).toBe(`The task did not exist at ${before}: it was created at ${START}.`);
    expect(sentence(history, 0)).toBe(
      `The task had no schedule at ${START}: it runs only when somebody or something asks for it.`,
    );
    history.step({ do: 'delete', after: 1_000 });
    expect(sentence(history, 999)).toContain('had no schedule');
    expect(sentence(history, 1_000)).toBe(`The task was deleted at ${at(1_000)}, so it had no slots.`);
  });

  test.each(['completed', 'cancelled'] as const)('while the task was %s', (status) => {
    const history = created();
    history.step({ do: 'update', after: 0, changes: {}, status });
    expect(why(history.after(MINUTE), at(MINUTE))).toEqual({
      why: `The task was ${status} at ${at(MINUTE)}, so it had no slots.`,
      slot: null,
      execution_id: null,
      no_next_run_reason: null,
    });
  });

  test('while its slots had passed unused, or its last run had failed', () => {
    const unused = new History().create({ schedule: onceIn(MINUTE) });
    unused.after(180 * MINUTE).takeAllDue();
    expect(sentence(unused, 180 * MINUTE)).toBe(`The task was pending at ${unused.now}, so it had no slots.`);
    const failed = ran('started', { max_runs: 1 });
    failed.step({ do: 'finish', after: MINUTE, outcome: NOT_RETRYABLE });
    expect(sentence(failed.after(MINUTE), 3 * MINUTE)).toBe(
      `The task was failed at ${failed.now}, so it had no slots.`,
    );
  });

  test('between two slots names both, and what became of the one before', () => {
    const history = new History().create({ schedule: everyHour });
    history.after(60 * MINUTE).takeAllDue();
    history.step({ do: 'start', after: 0 });
    history.step({ do: 'finish', after: 0, outcome: success });
    history.after(10 * MINUTE);
    const [none, last, next] = [65 * MINUTE, 60 * MINUTE, 120 * MINUTE].map(at);
    expect(sentence(history, 65 * MINUTE)).toBe(
      `No slot of the schedule falls on ${none}. The slot before it was ${last} (fired), the next one is ${next}.`,
    );
    expect(sentence(history, 70 * MINUTE)).toContain(`No slot of the schedule falls on ${history.now}. `);
    const early = 5 * MINUTE;
    expect(sentence(history, early)).toBe(
      `No slot of the schedule falls on ${at(early)}. The next one is ${last}.`,
    );
  });

  test('after a slot on an excluded date names that', () => {
    const schedule = { ...everyHour, exclude_dates: ['2026-11-24'] } as Schedule;
    const history = new History().create({ schedule }).after(40 * 60 * MINUTE);
    const [time, last, next] = [20.5, 20, 36].map((hours) => at(hours * 60 * MINUTE));
    expect(why(history, time as Instant).why).toBe(
      `No slot of the schedule falls on ${time}. The slot before it was ${last} (excluded), the next one is ${next}.`,
    );
  });

  test('after the last slot that max_runs allows names that alone', () => {
    const history = ran('done', { max_runs: 2 });
    history.after(MINUTE).takeAllDue();
    const last = at(2 * MINUTE);
    expect(sentence(history.after(MINUTE / 2), 2 * MINUTE + 1_000)).toBe(
      `No slot of the schedule falls on ${at(2 * MINUTE + 1_000)}. The slot before it was ${last} (fired).`,
    );
  });

  test('after the last slot names that alone', () => {
    const history = new History().create({ schedule: { ...endsSoon, max_runs: null } as Schedule });
    history.after(3 * MINUTE).takeAllDue();
    history.after(MINUTE);
    expect(sentence(history, 3 * MINUTE + 30_000)).toBe(
      `No slot of the schedule falls on ${at(3 * MINUTE + 30_000)}. The slot before it was ${at(3 * MINUTE)} (fired).`,
    );
  });
});

describe('a time ahead', () => {
  const ahead = (history: History, ms: number) => why(history, at(ms), START);

  test('tells when the task will be due in that minute', () => {
    const told = `The task will be due at ${at(120 * MINUTE)}, if nothing changes.`;
    const history = new History().create({ schedule: everyHour });
    expect(ahead(history, 120 * MINUTE)).toEqual({
      why: told,
      slot: null,
      execution_id: null,
      no_next_run_reason: null,
    });
    expect(ahead(history, 119 * MINUTE + 1).why).toBe(told);
    expect(ahead(history, 59 * MINUTE).why).toBe(
      `No slot of the schedule will fall on ${at(59 * MINUTE)}; the next one after it is ${at(60 * MINUTE)}.`,
    );
    expect(ahead(history, 119 * MINUTE).why).toBe(
      `No slot of the schedule will fall on ${at(119 * MINUTE)}; the next one after it is ${at(120 * MINUTE)}.`,
    );
  });

  test('tells nothing of slots that the task will not come to', () => {
    const limited = new History().create({ schedule: everyHour }).after(60 * MINUTE);
    reachLimit(limited, 'EXECUTION_LIMIT_EXCEEDED', at(240 * MINUTE));
    expect(sentence(limited, 90 * MINUTE)).toBe(`No slot of the schedule will fall on ${at(90 * MINUTE)}.`);
    const history = created({ end_at: at(3 * MINUTE + 30_000) });
    expect(ahead(history, 4 * MINUTE).why).toBe(`No slot of the schedule will fall on ${at(4 * MINUTE)}.`);
    const spent = created({ max_runs: 1 });
    spent.after(MINUTE).takeAllDue();
    expect(sentence(spent, 5 * MINUTE)).toBe(`No slot of the schedule will fall on ${at(5 * MINUTE)}.`);
  });

  test('counts the runs that max_runs leaves until then', () => {
    const history = created({ max_runs: 3 });
    history.after(MINUTE).takeAllDue();
    expect(sentence(history, 3 * MINUTE)).toBe(
      `The task will be due at ${at(3 * MINUTE)}, if nothing changes.`,
    );
    expect(sentence(history, 4 * MINUTE)).toBe(`No slot of the schedule will fall on ${at(4 * MINUTE)}.`);
  });

  test('tells that a task is paused, deleted or done', () => {
    const paused = created();
    paused.step({ do: 'pause', after: 0 });
    expect(ahead(paused, 5 * MINUTE).why).toBe(
      `The task is paused, so nothing will run at ${at(5 * MINUTE)}.`,
    );
    const deleted = created();
    deleted.step({ do: 'delete', after: 0 });
    expect(ahead(deleted, MINUTE).why).toBe(`The task was deleted at ${at(MINUTE)}, so it had no slots.`);
    const done = created();
    done.step({ do: 'update', after: 0, changes: {}, status: 'completed' });
    expect(ahead(done, MINUTE).why).toBe(`The task was completed at ${at(MINUTE)}, so it had no slots.`);
  });

  test('goes by the task as it stands now', () => {
    const history = new History().create({ schedule: everyHour });
    history.step({ do: 'update', after: 0, changes: { schedule: null }, status: null });
    expect(ahead(history, 60 * MINUTE).why).toContain('had no schedule');
    history.step({ do: 'update', after: 0, changes: { schedule: everyMinute }, status: null });
    expect(ahead(history, 5 * MINUTE).why).toBe(
      `The task will be due at ${at(5 * MINUTE)}, if nothing changes.`,
    );
  });
});
