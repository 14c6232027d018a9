import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { LimitExceeded } from '../../../src/domain/shared/decision.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import { skipToReset } from '../../../src/domain/task/decide/slots/skip-to-reset.ts';
import type { TaskEvent } from '../../../src/domain/task/events/events.ts';
import { SlotLedger } from '../../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { admitted, demandOf, isExact, limitInTheWay, usageWith } from '../../../src/domain/user/admission.ts';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { countsAsTask, usageOf } from '../../../src/domain/user/usage.ts';
import {
  creations,
  everyHour,
  everyMinute,
  History,
  onceIn,
  play,
  START,
  steps,
  TASK,
} from '../../support/histories/history.ts';

/** Counted from nothing but the events, by the words of the limits. */
function naiveUsage(histories: readonly (readonly RecordedTaskEvent[])[], now: Instant) {
  const day = now.slice(0, 10);
  const month = now.slice(0, 7);
  let executions = 0;
  let credits = 0;
  for (const events of histories) {
    const running = new Map<string, number>();
    let costs = 0;
    for (const { type, data, meta } of events) {
      if (type === 'task.created') costs = data.credits_per_run_micros;
      if (type === 'task.updated') costs = data.changes.credits_per_run_micros ?? costs;
      if (type === 'task.execution_requested') {
        if (meta.time.startsWith(day)) executions += 1;
        running.set(data.execution_id, costs);
      }
      if (type === 'task.execution_completed' && meta.time.startsWith(month)) {
        credits += data.credits_consumed_micros;
      }
      const ended = endedBy({ type, data } as TaskEvent);
      if (ended !== null) running.delete(ended);
    }
    for (const reserved of running.values()) credits += reserved;
  }
  return { executions, credits };
}

function endedBy(event: TaskEvent): string | null {
  switch (event.type) {
    case 'task.execution_completed':
    case 'task.execution_cancelled':
      return event.data.execution_id;
    case 'task.execution_failed':
      return event.data.will_retry ? null : event.data.execution_id;
    case 'task.updated':
    case 'task.status_changed':
    case 'task.deleted':
      return event.data.ended_execution?.execution_id ?? null;
    default:
      return null;
  }
}

const costs = fc.constantFrom(0, 1, 1_500_000).map((micros) => micros as CreditMicros);
const histories = fc.array(fc.tuple(creations, costs, steps), { minLength: 1, maxLength: 4 });

describe('what a user has used', () => {
  test('is what a naive count over the log says, at any time after any history', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(0, 3_600_000, 86_400_000, 40 * 86_400_000), (given, later) => {
        const tasks = given.map(([creation, credits_per_run_micros, all]) =>
          play({ ...creation, credits_per_run_micros }, all),
        );
        const latest =
          tasks
            .map(({ now }) => now)
            .toSorted()
            .at(-1) ?? START;
        const now = instantOf(Date.parse(latest) + later);
        const states = tasks.flatMap(({ state }) => state ?? []);
        const usage = usageOf(states, now);
        const naive = naiveUsage(
          tasks.map(({ events }) => events),
          now,
        );
        expect(usage.executions_today).toBe(naive.executions);
        expect(usage.credits_this_month_micros).toBe(naive.credits);
      }),
      { numRuns: 150 },
    );
  });

  test('grows by no more than was admitted: within its limits it never goes beyond them', () => {
    const limits = {
      tasks: 2,
      executions_per_day: 3,
      credits_per_month_micros: 4_000_000 as CreditMicros,
      existing_tasks: null,
      edits_per_day: 5,
      stored_bytes: null,
    };
    fc.assert(
      fc.property(histories, (given) => {
        const others: TaskState[] = [];
        let now = START;
        for (const [creation, credits_per_run_micros, all] of given) {
          const history = new LimitedHistory((state, event, now) => {
            const demand = demandOf(state, TASK, event);
            const before = usageOf(state === null ? others : [...others, state], now);
            return demand === null || limitInTheWay(before, limits, demand, now) === null;
          });
          history.after(Date.parse(now) - Date.parse(START));
          history.create({ ...creation, credits_per_run_micros });
          if (history.state !== null) for (const step of all) history.step(step);
          for (const [index, state] of history.states.entries()) {
            const time = history.events[index]?.meta.time as Instant;
            const usage = usageOf([...others, state], time);
            expect(usage.tasks).toBeLessThanOrEqual(limits.tasks);
            expect(usage.edits_today).toBeLessThanOrEqual(limits.edits_per_day);
            expect(usage.executions_today).toBeLessThanOrEqual(limits.executions_per_day);
            expect(usage.credits_this_month_micros).toBeLessThanOrEqual(limits.credits_per_month_micros);
          }
          if (history.state !== null) others.push(history.state);
          now = history.now;
        }
      }),
      { numRuns: 100 },
    );
  });

  test('an admission asks for exactly what it then takes', () => {
    fc.assert(
      fc.property(creations, costs, steps, (creation, credits_per_run_micros, all) => {
        const history = play({ ...creation, credits_per_run_micros }, all);
        for (const [index, event] of history.events.entries()) {
          const before = history.states[index - 1] ?? null;
          const after = history.states[index] as TaskState;
          const demand = demandOf(before, TASK, event);
          const { time } = event.meta;
          const used = usageOf(before === null ? [] : [before], time);
          const then = usageOf([after], time);
          if (demand === null) {
            expect(then.tasks).toBeLessThanOrEqual(used.tasks);
            expect(then.executions_today).toBe(used.executions_today);
            expect(then.credits_this_month_micros).toBeLessThanOrEqual(used.credits_this_month_micros);
          } else if (isExact(demand)) {
            expect(then).toEqual(usageWith(used, demand));
          } else {
            const { existing_tasks, edits_today, stored_bytes, tasks } = usageWith(used, demand);
            expect(then).toMatchObject({ existing_tasks, edits_today, stored_bytes });
            expect(then.tasks).toBeLessThanOrEqual(tasks);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

class LimitedHistory extends History {
  readonly #allows: (state: TaskState | null, event: TaskEvent, now: Instant) => boolean;

  constructor(allows: (state: TaskState | null, event: TaskEvent, now: Instant) => boolean) {
    super();
    this.#allows = allows;
  }

  override take(decision: Parameters<History['take']>[0]): TaskEvent | null {
    if (decision.kind === 'event' && !this.#allows(this.state, decision.event, this.now)) return null;
    return super.take(decision);
  }
}

describe('a task counts', () => {
  const pause = { after: 1, do: 'pause' } as const;
  test.each([
    ['pending', new History().create(), true],
    ['paused', play({}, [pause]), true],
    ['completed', play({}, [{ after: 1, do: 'update', changes: {}, status: 'completed' }]), false],
    ['cancelled', play({}, [{ after: 1, do: 'cancel' }]), false],
    ['deleted', play({}, [{ after: 1, do: 'delete' }]), false],
    [
      'completed and run again',
      play({}, [
        { after: 1, do: 'update', changes: {}, status: 'completed' },
        { after: 1, do: 'request' },
      ]),
      true,
    ],
  ])('while it is %s or not', (_, { state }, counts) => {
    expect(countsAsTask(state as TaskState)).toBe(counts);
  });
});

describe('a limit', () => {
  const used = {
    tasks: 5,
    executions_today: 10,
    credits_this_month_micros: 100_000_000 as CreditMicros,
    existing_tasks: 5,
    edits_today: 0,
    stored_bytes: 0,
  };

  test('is never in the way of what does not count, or costs nothing', () => {
    const { state } = new History().create({ credits_per_run_micros: 0 as CreditMicros });
    const history = new History().create({ credits_per_run_micros: 0 as CreditMicros });
    const event = history.step({ after: 1, do: 'request' }) as TaskEvent;
    const demand = demandOf(state, TASK, event);
    const free = { ...used, executions_today: 9, credits_this_month_micros: 200_000_000 as CreditMicros };
    expect(demand && limitInTheWay(free, DEFAULT_TIER_LIMITS.free, demand, START)).toBeNull();
    expect(demand && limitInTheWay(used, DEFAULT_TIER_LIMITS.enterprise, demand, START)).toBeNull();
    expect(demandOf(state, TASK, history.step({ after: 1, do: 'start' }) as TaskEvent)).toBeNull();
  });

  test('of one admission counts the demands before it', () => {
    const state = new History().create().state as TaskState;
    const event = new History().create().step({ after: 1, do: 'request' }) as TaskEvent;
    const demand = demandOf(state, TASK, event);
    if (demand === null) throw new Error('a request asks for something');
    const usage = { ...used, executions_today: 8, credits_this_month_micros: 0 as CreditMicros };
    const limits = DEFAULT_TIER_LIMITS.free;
    const first = usageWith(usage, demand);
    const second = usageWith(first, demand);
    expect(limitInTheWay(first, limits, demand, START)).toBeNull();
    expect(limitInTheWay(second, limits, demand, START)).toMatchObject({ limit: 10, used: 10 });
    expect(admitted({ tier: 'free', source: 'default' }, [demand, demand])).toMatchObject({
      type: 'user.execution_admitted',
      data: { tier: 'free', executions: [{ task_id: TASK }, { task_id: TASK }] },
    });
  });
});

describe('a slot beyond a limit', () => {
  const exceeded = (resets_at: string): LimitExceeded => ({
    code: 'EXECUTION_LIMIT_EXCEEDED',
    limit_type: 'executions_per_day',
    limit: 10,
    used: 10,
    resets_at: resets_at as Instant,
    retry_after_seconds: 60,
  });
  const midnight = exceeded('2026-11-24T00:00:00.000Z');

  test('ends a one-off, which then waits for a person', () => {
    const { state } = new History().create({ schedule: onceIn(60_000) });
    expect(skipToReset(state as TaskState, midnight).data).toMatchObject({
      count: 1,
      next_run_time: null,
      status: { from: 'scheduled', to: 'pending' },
    });
  });

  test('takes a buffered slot with it, and both have the fate', () => {
    const history = new History().create({ schedule: { ...everyMinute, overlap: 'buffer_one' } });
    history.step({ after: 60_000, do: 'due' });
    history.step({ after: 0, do: 'start' });
    history.step({ after: 60_000, do: 'due' });
    expect(history.state?.buffered_slot).toBe('2026-11-23T12:02:00.000Z');
    history.step({ after: 1_000, do: 'cancelExecution' });
    const event = skipToReset(history.state as TaskState, exceeded('2026-11-23T12:05:00.000Z'));
    expect(event.data).toMatchObject({
      reason: 'execution_limit',
      from: '2026-11-23T12:02:00.000Z',
      to: '2026-11-23T12:04:00.000Z',
      count: 3,
      next_run_time: '2026-11-23T12:05:00.000Z',
    });
    history.take({ kind: 'event', event });
    expect(history.state?.buffered_slot).toBeNull();
    const ledger = new SlotLedger({ from: START, to: '2026-11-23T12:04:00.000Z' as Instant });
    for (const each of history.events) ledger.add(each);
    expect([...ledger.slots(history.now)].map(({ fate }) => fate)).toEqual([
      'fired',
      'skipped',
      'skipped',
      'skipped',
    ]);
  });

  test('goes on at the very moment of the reset, or after it', () => {
    const { state } = new History().create({ schedule: everyHour });
    const at = (reset: string) => skipToReset(state as TaskState, exceeded(reset)).data;
    expect(at('2026-11-24T00:00:00.000Z')).toMatchObject({ next_run_time: '2026-11-24T00:00:00.000Z' });
    expect(at('2026-11-24T00:00:00.001Z')).toMatchObject({ next_run_time: '2026-11-24T01:00:00.000Z' });
  });
});
