import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Admissions } from '../../src/application/commands/admissions.ts';
import { KnownUsers } from '../../src/application/commands/known-users.ts';
import { TaskRepository } from '../../src/application/commands/task-repository.ts';
import type { Clock, Ids } from '../../src/application/ports/clock.ts';
import type {
  Append,
  AppendedEvents,
  UserAppend,
  UserFacts,
  UserLog,
} from '../../src/application/ports/log/log.ts';
import { DEFAULT_OPTIONS } from '../../src/domain/schedule/parse/options.ts';
import type { Schedule } from '../../src/domain/schedule/types.ts';
import type { CreditMicros } from '../../src/domain/shared/credits.ts';
import type { RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import {
  type ExecutionId,
  type Hash,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
  type TaskId,
} from '../../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../../src/domain/shared/instant.ts';
import { finishExecution, requestExecution, startExecution } from '../../src/domain/task/decide/execution.ts';
import { backfillTask } from '../../src/domain/task/decide/slots/backfill.ts';
import { SlotLedger } from '../../src/domain/task/ledger/slot-ledger.ts';
import type { TaskState } from '../../src/domain/task/state.ts';
import type { UserEvent } from '../../src/domain/user/events.ts';
import { DEFAULT_TIER_LIMITS } from '../../src/domain/user/limits.ts';
import { everyHour, START, success, USER } from '../support/histories/history.ts';
import { WhyAt } from '../support/histories/why-at.ts';
import { concludingWorker, FakeLog, Stage } from './fakes.ts';

/** The log with users' facts. What is admitted together is kept as one. */
class LogOfUsers extends FakeLog implements UserLog {
  readonly admissions: (readonly string[])[] = [];
  facts: UserFacts | null = null;

  async lastFact() {
    return this.facts;
  }

  async appendFact({ event, after }: UserAppend) {
    if ((this.facts?.sequence ?? NO_SEQUENCE) !== after.sequence) return { kind: 'conflict' as const };
    this.facts = factsOf(event, after.revision + 1);
    return { kind: 'appended' as const, facts: this.facts };
  }

  async appendAdmitted(appends: readonly Append[], fact: UserAppend): ReturnType<UserLog['appendAdmitted']> {
    const stale = appends.some(
      ({ taskId, after }) => (this.snapshotOf(taskId)?.sequence ?? NO_SEQUENCE) !== after.sequence,
    );
    if (stale) return { kind: 'conflict' };
    const admitted = await this.appendFact(fact);
    if (admitted.kind === 'conflict') return admitted;
    if (fact.event.type === 'user.execution_admitted') {
      this.admissions.push(fact.event.data.executions.map(({ task_id }) => task_id));
    }
    const stored: AppendedEvents[] = [];
    for (const append of appends) {
      const appended = await this.append(append);
      if (appended.kind === 'appended') stored.push(appended);
    }
    return { kind: 'appended', appended: stored, facts: admitted.facts };
  }

  of(taskId: TaskId): RecordedTaskEvent[] {
    return this.events.filter(({ meta }) => meta.task_id === taskId);
  }
}

function factsOf({ data }: UserEvent, revision: number): UserFacts {
  return {
    sequence: revision as Sequence,
    revision: revision as Revision,
    hash: '2'.repeat(64) as Hash,
    state: 'tier' in data ? { tier: data.tier, source: data.tier_source } : null,
    deleted: !('tier' in data),
  };
}

let log: LogOfUsers;
let tiers: KnownUsers;
let stage: Stage;

function admissionsOn(clock: Clock, ids: Ids): Admissions {
  tiers = new KnownUsers(log, clock);
  return new Admissions({
    log,
    tiers,
    tasksOf: async () => {
      const taskIds = new Set(log.events.map(({ meta }) => meta.task_id));
      return [...taskIds].flatMap((taskId) => log.snapshotOf(taskId) ?? []);
    },
    limits: DEFAULT_TIER_LIMITS,
    clock,
    ids,
  });
}

beforeEach(() => {
  // `performance` too: how long the scheduler holds the loop is no matter of this machine.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  log = new LogOfUsers();
  stage = new Stage(log, {
    admissions: ({ clock, ids }) => admissionsOn(clock, ids),
  });
});
afterEach(async () => {
  await stage.scheduler.stop();
  vi.useRealTimers();
});

const free: UserEvent = {
  type: 'user.tier_changed',
  data: { previous_tier: null, tier: 'free', tier_source: 'subscription' },
};
const everyMinute: Schedule = {
  ...DEFAULT_OPTIONS,
  type: 'interval',
  interval_seconds: 60,
  anchor: START,
  overlap: 'cancel_running',
};

describe('slots of a user who has limits', () => {
  test('that are due together are one admission', async () => {
    log.facts = factsOf(free, 1);
    const tasks = [];
    for (let count = 0; count < 4; count++) tasks.push(await stage.create({ schedule: everyMinute }));
    await stage.lead();
    await stage.clock.pass(60_000);
    expect(log.admissions.map((ids) => ids.toSorted())).toEqual([tasks.toSorted()]);
  });

  test('whose runs need nothing from outside are admitted as whole runs, exactly as many as the day allows', async () => {
    await stage.scheduler.stop();
    stage = new Stage(log, {
      admissions: ({ clock, ids }) => admissionsOn(clock, ids),
      local: ({ clock }) => ({
        worker: concludingWorker(clock),
        tasks: new TaskRepository({ log, views: log }),
      }),
    });
    log.facts = factsOf(free, 1);
    const tasks = [];
    for (let count = 0; count < 4; count++) {
      tasks.push(await stage.create({ task_type: 'todo', config: {}, schedule: everyMinute }));
    }
    await stage.lead();
    await stage.clock.pass(60_000);
    expect(log.admissions.flat().toSorted()).toEqual(tasks.toSorted());
    await stage.clock.pass(5 * 60_000);
    const count = (type: string) => log.events.filter((event) => event.type === type).length;
    expect(count('task.execution_requested')).toBe(10);
    expect(count('task.execution_started')).toBe(10);
    expect(count('task.execution_completed')).toBe(10);
    expect(stage.commands.emitted).toEqual([]);
  });

  test('beyond the limit of the day move to the first slot after midnight UTC, with one event that says why', async () => {
    log.facts = factsOf(free, 1);
    const taskId = await stage.create({ schedule: everyMinute });
    await stage.lead();
    await stage.clock.pass(12 * 60_000 + 1_000);
    const midnight = '2026-11-24T00:00:00.000Z';
    const skipped = log.of(taskId).filter(({ type }) => type === 'task.slots_skipped');
    expect(skipped.map(({ data }) => data)).toMatchObject([
      {
        reason: 'execution_limit',
        from: '2026-11-23T12:11:00.000Z',
        to: '2026-11-23T23:59:00.000Z',
        count: 11 * 60 + 49,
        next_run_time: midnight,
        status: null,
      },
    ]);
    expect(stage.requestedSlots(taskId)).toHaveLength(10);
    const at = '2026-11-23T20:00:00.000Z' as Instant;
    const ledger = new SlotLedger({ from: at, to: at });
    const why = new WhyAt(at);
    for (const event of log.of(taskId)) {
      ledger.add(event);
      why.add(event);
    }
    const now = midnight as Instant;
    expect([...ledger.slots(now)]).toMatchObject([{ at, fate: 'skipped', reason: 'execution_limit' }]);
    expect(why.explain(now).why).toBe(
      `The slot of ${at} was skipped: the executions that its owner's tier allows in a day were used up.`,
    );

    stage.clock.step(Date.parse(midnight) - Date.parse(stage.clock.now()) - 1_000);
    await stage.clock.pass(2_000);
    expect(stage.requestedSlots(taskId).at(-1)).toBe(midnight);
  });

  test('beyond the limit of the day end no run that is going, whatever the schedule says', async () => {
    log.facts = factsOf(free, 1);
    const taskId = await stage.create({ schedule: { ...everyMinute, timeout_seconds: 600 } });
    await stage.lead();
    for (let slot = 0; slot < 10; slot++) {
      if (slot > 0) await runThrough(taskId);
      stage.clock.step(58_000);
      await stage.clock.pass(2_000);
    }
    await start(taskId);
    const going = log.snapshotOf(taskId)?.state.execution?.execution_id;
    stage.clock.step(58_000);
    await stage.clock.pass(2_000);
    expect(log.of(taskId).at(-1)).toMatchObject({
      type: 'task.slots_skipped',
      data: { reason: 'execution_limit', status: null },
    });
    expect(log.snapshotOf(taskId)?.state.execution).toMatchObject({ execution_id: going, state: 'running' });
  });

  test('beyond the credits of the month end the run where that gives back what the slot needs', async () => {
    log.facts = factsOf(free, 1);
    const credits_per_run_micros = 60_000_000 as CreditMicros;
    const taskId = await stage.create({
      schedule: { ...everyHour, overlap: 'cancel_running', timeout_seconds: 3_600 },
      credits_per_run_micros,
    });
    await stage.lead();
    stage.clock.step(3_599_000);
    await stage.clock.pass(2_000);
    await start(taskId);
    stage.clock.step(3_597_500);
    await stage.clock.pass(2_000);
    expect(stage.requestedSlots(taskId)).toEqual(['2026-11-23T13:00:00.000Z', '2026-11-23T14:00:00.000Z']);
  });

  test('beyond the credits of the month move to the first slot of the next month', async () => {
    log.facts = factsOf(free, 1);
    const credits_per_run_micros = 60_000_000 as CreditMicros;
    const taskId = await stage.create({ schedule: everyHour, credits_per_run_micros });
    await stage.lead();
    for (let slot = 0; slot < 2; slot++) {
      stage.clock.step(3_599_000);
      await stage.clock.pass(2_000);
      if (slot === 0) await runThrough(taskId);
    }
    const skipped = log.of(taskId).filter(({ type }) => type === 'task.slots_skipped');
    expect(skipped.map(({ data }) => data)).toMatchObject([
      {
        reason: 'credit_limit',
        from: '2026-11-23T14:00:00.000Z',
        to: '2026-11-30T23:00:00.000Z',
        next_run_time: '2026-12-01T00:00:00.000Z',
      },
    ]);
    expect(stage.requestedSlots(taskId)).toEqual(['2026-11-23T13:00:00.000Z']);
  });

  test('keep a backfill waiting until the reset, while reminders and slots go on', async () => {
    log.facts = factsOf(free, 1);
    const taskId = await stage.create({
      schedule: { ...everyHour, catch_up: 'skip' },
      reminder_time: instantOf(Date.parse(START) + 11.75 * 3_600_000),
    });
    stage.clock.step(11.5 * 3_600_000);
    await stage.lead();
    await stage.decide(taskId, (state) =>
      backfillTask(state, { now: stage.clock.now(), from: START, to: stage.clock.now() }),
    );
    for (let run = 0; run < 10; run++) {
      await stage.clock.pass(50);
      await runThrough(taskId);
    }
    await stage.clock.pass(200);
    expect(log.admissions).toHaveLength(10);
    expect(log.snapshotOf(taskId)?.state.backfill?.next).toBe('2026-11-23T22:00:00.000Z');

    stage.clock.step(0.25 * 3_600_000);
    await stage.clock.pass(1_000);
    expect(log.of(taskId).at(-1)?.type).toBe('task.reminder_triggered');
    expect(log.admissions).toHaveLength(10);

    stage.clock.step(0.25 * 3_600_000);
    await stage.clock.pass(1_000);
    await runThrough(taskId);
    await stage.clock.pass(1_000);
    const requested = log
      .of(taskId)
      .flatMap((event) => (event.type === 'task.execution_requested' ? [event.data] : []));
    expect(
      requested.slice(-2).map(({ trigger_type, scheduled_for }) => [trigger_type, scheduled_for]),
    ).toEqual([
      ['scheduled', '2026-11-24T00:00:00.000Z'],
      ['backfill', '2026-11-23T22:00:00.000Z'],
    ]);
  });
});

test('of a deleted user nothing due is begun: no slot, no reminder, no command; what runs is seen to its end', async () => {
  const schedule = { ...everyMinute, overlap: 'skip' as const };
  const slots = await stage.create({ schedule });
  const reminded = await stage.create({ reminder_time: instantOf(Date.parse(START) + 5_000) });
  const [waiting, running] = [await stage.create({}), await stage.create({})];
  for (const taskId of [waiting, running]) {
    await stage.decide(taskId, (state) =>
      requestExecution(state, {
        now: stage.clock.now(),
        execution_id: stage.ids.executionId(),
        trigger_type: 'manual',
        trigger_data: {},
        default_timeout_seconds: 30,
      }),
    );
  }
  await start(running);
  tiers.onDeleted(USER);
  await stage.lead();
  await stage.clock.pass(10 * 60_000);
  expect(stage.commands.emitted).toEqual([]);
  expect(log.of(slots)).toHaveLength(1);
  expect(log.of(reminded)).toHaveLength(1);
  expect(log.of(waiting).at(-1)?.type).toBe('task.execution_requested');
  expect(log.of(running).at(-1)?.type).toBe('task.execution_failed');
});

test('of a deleted user no run is ended for a slot that would take its place', async () => {
  const taskId = await stage.create({ schedule: { ...everyMinute, timeout_seconds: 600 } });
  await stage.lead();
  stage.clock.step(59_000);
  await stage.clock.pass(2_000);
  await start(taskId);
  tiers.onDeleted(USER);
  stage.clock.step(58_000);
  await stage.clock.pass(2_000);
  expect(log.of(taskId).at(-1)?.type).toBe('task.execution_started');
});

/** The worker starts the run that is requested, and ends it with success. */
async function runThrough(taskId: TaskId): Promise<void> {
  await start(taskId);
  await stage.decide(taskId, (state) =>
    finishExecution(state, { ...attemptOf(state), duration_ms: 1, outcome: success }),
  );
}

async function start(taskId: TaskId): Promise<void> {
  await stage.decide(taskId, (state) =>
    startExecution(state, { ...attemptOf(state), worker_id: 'w1', claim: 'c', redelivered: false }),
  );
}

function attemptOf(state: TaskState) {
  const execution_id = state.execution?.execution_id as ExecutionId;
  return { now: stage.clock.now(), execution_id, attempt: 1 };
}

test.each([
  ['has no limits', factsOf({ ...free, data: { ...free.data, tier: 'enterprise' } } as UserEvent, 1)],
  ['nothing is known of', null],
])('who %s runs without an admission', async (_, facts) => {
  log.facts = facts;
  const taskId = await stage.create({ schedule: everyMinute });
  await stage.lead();
  await stage.clock.pass(12 * 60_000 + 1_000);
  expect(log.admissions).toEqual([]);
  expect(stage.requestedSlots(taskId)).toHaveLength(12);
});

describe('a deleted user, whom a leader that has just started does not know yet', () => {
  function startingWith(tiers: KnownUsers): Stage {
    const starting = new Stage(log, {
      admissions: ({ clock, ids }) =>
        new Admissions({ log, tiers, tasksOf: async () => [], limits: DEFAULT_TIER_LIMITS, clock, ids }),
      usersKnown: (signal) => tiers.onceKnown(signal),
    });
    onTestFinished(() => starting.scheduler.stop());
    return starting;
  }

  test('has no slot fired and no reminder triggered, then or later', async () => {
    const tiers = new KnownUsers(log, stage.clock);
    const starting = startingWith(tiers);
    const taskId = await starting.create({ schedule: everyMinute, reminder_time: plusMs(START, 1_000) });
    await starting.lead();
    await starting.clock.pass(150_000);
    expect(log.of(taskId).map(({ type }) => type)).toEqual(['task.created']);
    tiers.onDeleted(USER);
    tiers.onComplete();
    await starting.clock.pass(1);
    starting.lease.elect();
    await starting.clock.pass(150_000);
    expect(starting.scheduler.status().state).toBe('leading');
    expect(log.of(taskId).map(({ type }) => type)).toEqual(['task.created']);
  });

  test('keeps the instance from standing, so that one that knows more leads', async () => {
    const tiers = new KnownUsers(log, stage.clock);
    const starting = startingWith(tiers);
    await starting.start();
    expect(starting.lease.stands).toBe(false);
    expect(starting.scheduler.status().state).toBe('loading');
    tiers.onComplete();
    await starting.clock.pass(1);
    expect(starting.lease.stands).toBe(true);
  });

  test('does not hold up a leader that has known all of them before', async () => {
    const tiers = new KnownUsers(log, stage.clock);
    tiers.onComplete();
    tiers.onLost();
    const starting = startingWith(tiers);
    const taskId = await starting.create({ schedule: everyMinute });
    await starting.lead();
    await starting.clock.pass(61_000);
    expect(starting.requestedSlots(taskId)).toHaveLength(1);
  });
});
