import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import type {
  LocalWorker,
  OfferedAttempt,
  StoredStart,
} from '../../../src/application/ports/work/local-worker.ts';
import type { WorkerLeaseListener } from '../../../src/application/ports/work/worker-leases.ts';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { deleteTask, updateTask } from '../../../src/domain/task/decide/decide.ts';
import {
  cancelExecution,
  finishExecution,
  requestExecution,
} from '../../../src/domain/task/decide/execution.ts';
import { everyMinute, failure, onceIn, success } from '../../support/histories/history.ts';
import { concludingWorker, FakeClock, FakeLog, Stage, settle } from '../fakes.ts';

/** Places that are counted, and what has begun in them. */
class FakeLocalWorker implements LocalWorker {
  readonly workerId: string;
  readonly concludes: LocalWorker['concludes'];
  readonly conclude: LocalWorker['conclude'];
  readonly concluded = () => {};
  readonly begun: StoredStart[] = [];
  readonly offered: OfferedAttempt[] = [];
  free: number;
  takesOffers = true;

  constructor(workerId: string, free: number) {
    const { concludes, conclude } = concludingWorker(new FakeClock());
    this.workerId = workerId;
    this.concludes = concludes;
    this.conclude = conclude;
    this.free = free;
  }

  reserve() {
    if (this.free === 0) return null;
    this.free--;
    let over = false;
    const once = () => {
      if (over) throw new Error('the place was given up before');
      over = true;
    };
    return {
      begin: (start: StoredStart) => {
        once();
        this.begun.push(start);
      },
      release: () => {
        once();
        this.free++;
      },
    };
  }

  offer(attempt: OfferedAttempt): boolean {
    if (!this.takesOffers) return false;
    this.offered.push(attempt);
    return true;
  }
}

const TOGETHER = ['task.execution_requested', 'task.execution_started'];
const backup = { task_type: 'data_backup', config: {} } as const;
const stages: Stage[] = [];

interface Setting {
  readonly places?: number;
  readonly workerId?: string;
  readonly userConcurrency?: number;
  readonly log?: FakeLog;
}

function staged({ places = 2, workerId = 'w1', userConcurrency = 100, log = new FakeLog() }: Setting = {}) {
  const worker = new FakeLocalWorker(workerId, places);
  let listener: WorkerLeaseListener | null = null;
  const stage = new Stage(log, {
    userConcurrency,
    local: () => ({ worker, tasks: new TaskRepository({ log, views: log }) }),
    workers: {
      watch: async (given) => {
        listener = given;
      },
    },
  });
  stages.push(stage);
  /** Sizes of the units that were appended. */
  const units: number[] = [];
  stage.log.beforeAppend = async ({ following = [] }) => void units.push(1 + following.length);
  return Object.assign(stage, { worker, units, leases: () => listener });
}

type Staged = ReturnType<typeof staged>;

const edit = (stage: Stage) => ({ now: stage.clock.now(), if_match: null, reason: null });
const rename = (stage: Stage, taskId: TaskId) =>
  stage.decide(taskId, (state) =>
    updateTask(state, { ...edit(stage), changes: { name: `${state.name}, changed` }, status: null }),
  );
const end = (stage: Stage, taskId: TaskId, outcome = success) =>
  stage.decide(taskId, (state) =>
    finishExecution(state, {
      now: stage.clock.now(),
      execution_id: state.execution?.execution_id ?? stage.ids.executionId(),
      attempt: state.execution?.attempt ?? 1,
      duration_ms: 5,
      outcome,
    }),
  );
const startedBy = (stage: Stage) =>
  stage.log.events.flatMap((event) => (event.type === 'task.execution_started' ? [event.data.claim] : []));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.scheduler.stop();
  vi.useRealTimers();
});

describe('a slot with a place free in this process', () => {
  test('is requested and started in one append, and begins once, without a command', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...TOGETHER]);
    expect(stage.units).toEqual([1, 2]);
    expect(stage.commands.emitted).toEqual([]);
    expect(stage.worker.offered).toEqual([]);
    const [, , started] = stage.log.events;
    expect(stage.worker.begun).toMatchObject([
      { command: { task_id: taskId, attempt: 1 }, sequence: 3, eventId: started?.meta.id },
    ]);
    expect(startedBy(stage)).toEqual([stage.worker.begun[0]?.claim]);
    expect(started?.meta).toMatchObject({ actor: 'worker:w1', causation_id: null });
    await stage.clock.pass(60_000);
    expect(stage.worker.begun).toHaveLength(1);
  });

  test('begins nothing before its start is stored, however long that takes', async () => {
    const stage = staged();
    await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    let store: () => void = () => {};
    stage.log.beforeAppend = () => new Promise((resolve) => (store = resolve));
    await stage.clock.pass(20_000);
    expect(stage.worker.begun).toEqual([]);
    expect(stage.worker.free).toBe(1);
    store();
    await settle();
    expect(stage.worker.begun).toHaveLength(1);
  });

  test('begins when the follower shows the start, though its answer is late', async () => {
    const stage = staged();
    await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    let answer: () => void = () => {};
    stage.log.beforeAnswer = () => new Promise((resolve) => (answer = resolve));
    await stage.clock.pass(5_100);
    expect(stage.worker.begun).toHaveLength(1);
    answer();
    await stage.clock.pass(30_000);
    expect(stage.worker.begun).toHaveLength(1);
    expect(startedBy(stage)).toHaveLength(1);
  });

  test('of a series begins slot by slot, once each', async () => {
    const stage = staged({ places: 3 });
    const taskId = await stage.create({ ...backup, schedule: everyMinute });
    await stage.lead();
    for (let slot = 1; slot <= 3; slot++) {
      while (stage.worker.begun.length < slot) await stage.clock.pass(1_000);
      await end(stage, taskId);
    }
    await stage.clock.pass(1_000);
    expect(stage.worker.begun).toHaveLength(3);
    expect(stage.commands.emitted).toEqual([]);
  });
});

describe('more than there are places', () => {
  test('are all requested alone, and offered, so that the worker chooses', async () => {
    const stage = staged({ places: 2 });
    for (let count = 0; count < 3; count++) await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.units).toEqual([1, 1, 1, 1, 1, 1]);
    expect(stage.worker.free).toBe(2);
    expect(stage.worker.offered).toHaveLength(3);
    expect(stage.commands.emitted).toEqual([]);
  });

  test('go through the queue where the worker takes none', async () => {
    const stage = staged({ places: 0 });
    stage.worker.takesOffers = false;
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.commands.emitted).toMatchObject([{ task_id: taskId, attempt: 1 }]);
  });

  test('handed back, are sent again: to the queue where others live', async () => {
    const stage = staged({ places: 0 });
    await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    const [offered] = stage.worker.offered;
    expect(offered?.mayWait()).toBe(true);
    stage.leases()?.onAlive('w2');
    expect(offered?.mayWait()).toBe(false);
    stage.worker.takesOffers = false;
    offered?.onHandedBack(1_000);
    await stage.clock.pass(900);
    expect(stage.commands.emitted).toEqual([]);
    await stage.clock.pass(200);
    expect(stage.commands.emitted).toHaveLength(1);
    stage.leases()?.onGone('w2');
    expect(offered?.mayWait()).toBe(true);
  });

  test('of one user than may run at once: the next starts when one has ended', async () => {
    const stage = staged({ places: 5, userConcurrency: 1 });
    for (let count = 0; count < 2; count++) await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    const [first] = stage.worker.begun;
    expect(stage.worker.begun).toHaveLength(1);
    expect(stage.worker.offered).toEqual([]);
    if (first !== undefined) await end(stage, first.command.task_id);
    await stage.clock.pass(50);
    expect(stage.worker.offered).toHaveLength(1);
  });
});

describe('the place', () => {
  test('is given back where a change comes first, and taken again for what is decided on the change', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    let changed = false;
    stage.log.beforeAppend = async ({ event }) => {
      if (changed || event.type !== 'task.execution_requested') return;
      changed = true;
      await rename(stage, taskId);
    };
    await stage.clock.pass(7_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.updated', ...TOGETHER]);
    expect(stage.worker.begun).toHaveLength(1);
    expect(stage.worker.free).toBe(1);
  });

  test('is given back where the task is deleted first', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.beforeAppend = async ({ event }) => {
      if (event.type !== 'task.execution_requested') return;
      await stage.decide(taskId, (state) => deleteTask(state, edit(stage)));
    };
    await stage.clock.pass(7_000);
    expect(stage.worker.begun).toEqual([]);
    expect(stage.worker.free).toBe(2);
  });

  test('is given back where the start was cancelled before it was seen', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.followerHeld = true;
    stage.log.beforeAnswer = async ({ event }) => {
      if (event.type !== 'task.execution_requested') return;
      await stage.decide(taskId, (state) =>
        cancelExecution(state, {
          ...edit(stage),
          execution_id: state.execution?.execution_id ?? stage.ids.executionId(),
        }),
      );
      throw new OutcomeUnknown('no answer');
    };
    await stage.clock.pass(5_100);
    stage.log.releaseFollower();
    await stage.clock.pass(1_000);
    // What was running for a moment may have begun: then its watch ends it.
    expect(stage.worker.begun.length + (stage.worker.free - 1)).toBe(1);
    expect(startedBy(stage)).toHaveLength(1);
  });

  test('is given back by a leader that is deposed and has stored nothing', async () => {
    const stage = staged();
    await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.beforeAppend = async () => {
      throw new LogUnavailable('away');
    };
    await stage.clock.pass(6_000);
    expect(stage.worker.free).toBe(1);
    stage.lease.depose();
    await settle();
    expect(stage.worker.free).toBe(2);
  });

  test('is kept where nothing was stored, for the next try', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    let away = true;
    stage.log.beforeAppend = async () => {
      if (away) throw new LogUnavailable('away');
    };
    await stage.clock.pass(8_000);
    away = false;
    await stage.clock.pass(3_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...TOGETHER]);
    expect(stage.worker.begun).toHaveLength(1);
    expect(stage.worker.free).toBe(1);
  });

  test('is not taken where the log does not store the two together', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.beforeAppend = async ({ following = [] }) => {
      if (following.length > 0) throw new LogRefused('EVENT_TOO_LARGE', 'too large');
    };
    await stage.clock.pass(5_100);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.execution_requested']);
    expect(stage.worker.free).toBe(2);
    expect(stage.worker.offered).toHaveLength(1);
  });
});

describe('a lost answer', () => {
  for (const [how, held] of [
    ['before the follower shows it', true],
    ['after the follower has shown it', false],
  ] as const) {
    test(`to what was stored begins it once (${how})`, async () => {
      const stage = staged();
      const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
      await stage.lead();
      stage.log.followerHeld = held;
      stage.log.beforeAnswer = async () => {
        throw new OutcomeUnknown('no answer');
      };
      await stage.clock.pass(20_000);
      expect(stage.worker.begun).toHaveLength(held ? 0 : 1);
      stage.log.releaseFollower();
      await stage.clock.pass(10_000);
      expect(stage.worker.begun).toHaveLength(1);
      expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...TOGETHER]);
      expect(stage.worker.free).toBe(1);
    });
  }

  test('to what was not stored leads to one start', async () => {
    const stage = staged();
    const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
    await stage.lead();
    let lost = 2;
    stage.log.beforeAppend = async () => {
      if (lost-- > 0) throw new OutcomeUnknown('no answer');
    };
    await stage.clock.pass(9_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...TOGETHER]);
    expect(stage.worker.begun).toHaveLength(1);
    expect(stage.worker.free).toBe(1);
  });
});

test('two leaders start each slot once, and only whose start is stored begins it', async () => {
  const stage = staged({ places: 50 });
  const other = staged({ places: 50, workerId: 'w2', log: stage.log });
  for (let count = 0; count < 20; count++) await stage.create({ ...backup, schedule: onceIn(5_000) });
  await stage.lead();
  await other.lead();
  other.clock.step(6_000);
  stage.clock.step(6_000);
  await Promise.all([stage.clock.pass(3_000), other.clock.pass(3_000)]);
  const begun = [...stage.worker.begun, ...other.worker.begun].map(({ claim }) => claim);
  expect(begun.sort()).toEqual(startedBy(stage).sort());
  expect(begun).toHaveLength(20);
  expect(stage.worker.free + other.worker.free).toBe(80);
});

test('an attempt that its worker leaves is given to the next at once', async () => {
  const stage = staged();
  const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
  await stage.lead();
  await stage.clock.pass(5_100);
  stage.worker.begun[0]?.onLost();
  await stage.clock.pass(50);
  expect(stage.log.typesOf(taskId).at(-1)).toBe('task.execution_failed');
  expect(stage.log.snapshotOf(taskId)?.state.execution).toMatchObject({ state: 'requested', attempt: 2 });
  expect(stage.worker.offered).toMatchObject([{ command: { attempt: 2 } }]);
});

test('a further attempt, and a run by hand, are offered', async () => {
  const stage = staged();
  const taskId = await stage.create({ ...backup, schedule: onceIn(5_000) });
  const byHand = await stage.create(backup);
  await stage.lead();
  await stage.decide(byHand, (state) =>
    requestExecution(state, {
      now: stage.clock.now(),
      execution_id: stage.ids.executionId(),
      trigger_type: 'manual',
      trigger_data: {},
      default_timeout_seconds: 30,
    }),
  );
  await stage.clock.pass(5_100);
  await end(stage, taskId, failure);
  await stage.clock.pass(10 * 60_000);
  expect(stage.worker.offered.map(({ command }) => command.task_id)).toContain(byHand);
  expect(stage.commands.emitted).toEqual([]);
});

/** What becomes of each append of the scheduler. */
const accidents = fc.constantFrom(
  'stored',
  'away',
  'lost, stored',
  'lost, not stored',
  'another first',
  'deposed',
);

test('whatever becomes of appends: no place is lost, nothing begins twice, or before its start is in the log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(accidents, { maxLength: 6 }), fc.boolean(), async (all, isBehind) => {
      const stage = staged({ places: 3 });
      const taskIds: TaskId[] = [];
      for (let count = 0; count < 2; count++) {
        taskIds.push(await stage.create({ ...backup, schedule: onceIn(5_000) }));
      }
      await stage.lead();
      await withAccidents(stage, [...all], isBehind);
      const claims = stage.worker.begun.map(({ claim }) => claim);
      expect(new Set(claims).size).toBe(claims.length);
      expect(claims.sort()).toEqual(startedBy(stage).sort());
      expect(stage.worker.begun).toHaveLength(2);
      expect(stage.worker.free).toBe(1);
    }),
    { numRuns: 25 },
  );
});

async function withAccidents(
  stage: Staged,
  all: (typeof accidents extends fc.Arbitrary<infer A> ? A : never)[],
  isBehind: boolean,
) {
  let after: 'answered' | 'lost' = 'answered';
  stage.log.beforeAppend = async ({ event, taskId }) => {
    if (event.type !== 'task.execution_requested') return;
    const accident = all.shift() ?? 'stored';
    after = accident === 'lost, stored' ? 'lost' : 'answered';
    if (accident === 'away') throw new LogUnavailable('away');
    if (accident === 'lost, not stored') throw new OutcomeUnknown('no answer');
    if (accident === 'another first') await rename(stage, taskId);
    if (accident === 'deposed') stage.lease.depose();
  };
  stage.log.beforeAnswer = async ({ event }) => {
    if (event.type === 'task.execution_requested' && after === 'lost') throw new OutcomeUnknown('no answer');
  };
  stage.log.followerHeld = isBehind;
  await stage.clock.pass(6_000);
  stage.log.releaseFollower();
  for (let turns = 0; turns < 10; turns++) {
    if (stage.lease.stands) stage.lease.elect();
    await stage.clock.pass(1_000);
  }
}
