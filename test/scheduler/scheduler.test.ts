import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SteadyClock } from '../../src/app/steady-clock.ts';
import { LogUnavailable, OutcomeUnknown } from '../../src/application/ports/failures.ts';
import type { Schedule } from '../../src/domain/schedule/types.ts';
import type { Sequence, TaskId } from '../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../src/domain/shared/instant.ts';
import {
  createTask,
  deleteTask,
  pauseTask,
  resumeTask,
  updateTask,
} from '../../src/domain/task/decide/decide.ts';
import { finishExecution, requestExecution, startExecution } from '../../src/domain/task/decide/execution.ts';
import { rescheduleTask } from '../../src/domain/task/decide/slots/reschedule.ts';
import { Timeslice } from '../../src/kernel/timeslice.ts';
import {
  endsSoon,
  everyHour,
  everyMinute,
  newTask,
  onceIn,
  START,
  success,
} from '../support/histories/history.ts';
import { FakeLog, Stage, settle, silent } from './fakes.ts';

/** Whatever else the machine has to do. */
const SOON = { timeout: 15_000 };

const at = (ms: number): Instant => plusMs(START, ms);
const edit = (stage: Stage) => ({ now: stage.clock.now(), if_match: null, reason: null });

async function startRun(stage: Stage, taskId: TaskId, redelivered = false): Promise<void> {
  await stage.decide(taskId, (state) =>
    startExecution(state, {
      now: stage.clock.now(),
      execution_id: state.execution?.execution_id ?? stage.ids.executionId(),
      attempt: state.execution?.attempt ?? 1,
      worker_id: 'w1',
      claim: `${state.execution?.execution_id}.${state.execution?.attempt}`,
      redelivered,
    }),
  );
}

async function finishRun(stage: Stage, taskId: TaskId): Promise<void> {
  await stage.decide(taskId, (state) =>
    finishExecution(state, {
      now: stage.clock.now(),
      execution_id: state.execution?.execution_id ?? stage.ids.executionId(),
      attempt: state.execution?.attempt ?? 1,
      duration_ms: 5,
      outcome: success,
    }),
  );
}

async function runOnce(stage: Stage, taskId: TaskId): Promise<void> {
  await startRun(stage, taskId);
  await finishRun(stage, taskId);
}

async function requestByHand(stage: Stage, taskId: TaskId): Promise<void> {
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

let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  stage = new Stage();
});

afterEach(async () => {
  await stage.scheduler.stop();
  vi.useRealTimers();
});

describe('slots', () => {
  it('requests a slot once, when it is due, and emits its command at once', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(3_000) });
    await stage.clock.pass(2_950);
    expect(stage.requestedSlots(taskId)).toEqual([]);
    await stage.clock.pass(50);
    expect(stage.requestedSlots(taskId)).toEqual([at(3_000)]);
    expect(stage.commands.emitted).toEqual([
      expect.objectContaining({ task_id: taskId, attempt: 1, due_at: at(3_000), n: 0, term: 1 }),
    ]);
    await stage.clock.pass(5_000);
    expect(stage.requestedSlots(taskId)).toHaveLength(1);
    expect(stage.commands.emitted).toHaveLength(1);
  });

  it('requests every slot of a schedule exactly once', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: everyMinute });
    for (let minute = 1; minute <= 3; minute++) {
      await stage.clock.pass(60_000);
      await runOnce(stage, taskId);
    }
    expect(stage.requestedSlots(taskId)).toEqual([at(60_000), at(120_000), at(180_000)]);
  });

  it('requests a slot that two schedules have once, and every other slot of each', async () => {
    await stage.lead();
    const other: Schedule = { ...everyMinute, type: 'interval', interval_seconds: 180, anchor: START };
    const schedules = [
      { ...everyMinute, type: 'interval' as const, interval_seconds: 120, anchor: START, id: 'even' },
      { ...other, id: 'third' },
    ];
    const taskId = await stage.create({ schedule: { type: 'several', schedules } });
    for (let minute = 1; minute <= 6; minute++) {
      await stage.clock.pass(60_000);
      if (minute !== 1 && minute !== 5) await runOnce(stage, taskId);
    }
    expect(stage.requestedSlots(taskId)).toEqual([2, 3, 4, 6].map((minute) => at(minute * 60_000)));
    const named = stage.log.events.flatMap((event) =>
      event.type === 'task.execution_requested' ? [event.data.schedule_ids] : [],
    );
    expect(named).toEqual([['even'], ['third'], ['even'], ['even', 'third']]);
  });

  it('records a slot that is due while the last run still goes as skipped', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: { ...everyMinute, timeout_seconds: 600 } });
    await stage.clock.pass(60_000);
    await startRun(stage, taskId);
    await stage.clock.pass(60_000);
    expect(stage.log.events.at(-1)).toMatchObject({
      type: 'task.slots_skipped',
      data: { reason: 'overlap', count: 1, from: at(120_000), to: at(120_000) },
    });
    expect(stage.requestedSlots(taskId)).toEqual([at(60_000)]);
  });

  it('catches up after downtime: missed slots are recorded, the latest runs', async () => {
    const taskId = await stage.create({ schedule: everyMinute });
    stage.clock.step(30 * 60_000 + 5_000);
    await stage.lead();
    expect(stage.log.events.slice(1)).toMatchObject([
      {
        type: 'task.slots_skipped',
        data: { reason: 'missed', count: 29, from: at(60_000), to: at(29 * 60_000) },
      },
      { type: 'task.execution_requested', data: { scheduled_for: at(30 * 60_000) } },
    ]);
    expect(stage.commands.emitted).toMatchObject([{ task_id: taskId }]);
  });

  it('fires nothing for a paused, deleted or ended task', async () => {
    await stage.lead();
    const paused = await stage.create({ schedule: everyMinute });
    const deleted = await stage.create({ schedule: everyMinute });
    const ended = await stage.create({ schedule: endsSoon });
    await stage.decide(paused, (state) => pauseTask(state, edit(stage)));
    await stage.decide(deleted, (state) => deleteTask(state, edit(stage)));
    for (let minute = 0; minute < 3; minute++) {
      await stage.clock.pass(60_000);
      await runOnce(stage, ended);
    }
    await stage.clock.pass(120_000);
    expect(stage.requestedSlots(paused)).toEqual([]);
    expect(stage.requestedSlots(deleted)).toEqual([]);
    expect(stage.requestedSlots(ended)).toHaveLength(3);
    expect(stage.scheduler.status()).toMatchObject({ tasks: 0, armed_timers: 0 });
  });

  it('fires for a task that becomes timed later: resumed, or given a schedule', async () => {
    await stage.lead();
    const resumed = await stage.create({ schedule: everyMinute });
    await stage.decide(resumed, (state) => pauseTask(state, edit(stage)));
    const given = await stage.create({});
    await stage.clock.pass(90_000);
    await stage.decide(resumed, (state) => resumeTask(state, edit(stage)));
    await stage.decide(given, (state) =>
      updateTask(state, { ...edit(stage), changes: { schedule: everyMinute }, status: null }),
    );
    await stage.clock.pass(30_000);
    expect(stage.requestedSlots(resumed)).toEqual([at(120_000)]);
    expect(stage.requestedSlots(given)).toEqual([at(120_000)]);
  });
});

describe('a wall clock that leaps two days ahead', () => {
  const TWO_DAYS = 48 * 3_600_000;
  const steady = () => new Stage(undefined, { steady: (clock) => new SteadyClock(clock, silent) });

  it('for six seconds costs no slot', async () => {
    const leaping = steady();
    await leaping.lead();
    const taskId = await leaping.create({ schedule: everyMinute });
    await leaping.clock.pass(30_000);
    leaping.clock.step(TWO_DAYS);
    await leaping.clock.pass(6_000);
    leaping.clock.step(-TWO_DAYS);
    await leaping.clock.pass(60_000);
    expect(leaping.log.typesOf(taskId)).toEqual(['task.created', 'task.execution_requested']);
    expect(leaping.requestedSlots(taskId)).toEqual([at(60_000)]);
    await leaping.scheduler.stop();
  });

  it('fires what is due by the time before for a minute, and by the new time after it', async () => {
    const leaping = steady();
    await leaping.lead();
    const taskId = await leaping.create({ schedule: everyMinute });
    await leaping.clock.pass(30_000);
    leaping.clock.step(TWO_DAYS);
    await leaping.clock.pass(45_000);
    expect(leaping.requestedSlots(taskId)).toEqual([at(60_000)]);
    await leaping.clock.pass(20_000);
    // Nobody has started the first one.
    expect(leaping.log.typesOf(taskId).slice(1)).toEqual([
      'task.execution_requested',
      'task.execution_cancelled',
      'task.slots_skipped',
      'task.execution_requested',
    ]);
    expect(leaping.requestedSlots(taskId)[1]).toBe(at(TWO_DAYS + 60_000));
    await leaping.scheduler.stop();
  });
});

describe('a wall clock that is put back after its leap was believed', () => {
  const TWO_DAYS = 48 * 3_600_000;
  const daily = { ...everyHour, type: 'daily', run_time: '13:00', timezone: 'UTC' } as Schedule;

  it('has slots due again that were not due after all', async () => {
    await stage.lead();
    const first = await stage.create({ schedule: daily });
    const second = await stage.create({
      schedule: { ...daily, catch_up: 'latest', catch_up_window_seconds: 86_400 },
    });
    stage.clock.step(TWO_DAYS);
    await stage.clock.pass(2_000);
    expect(stage.log.typesOf(first)).toEqual(['task.created', 'task.slots_skipped']);
    await runOnce(stage, second);
    stage.clock.step(-TWO_DAYS);
    await stage.clock.pass(2_000);
    for (const taskId of [first, second]) {
      expect(stage.log.snapshotOf(taskId)?.state.next_run_time).toBe(at(3_600_000));
    }
    stage.clock.step(3_600_000);
    await stage.clock.pass(1_000);
    expect(stage.requestedSlots(first)).toEqual([at(3_600_000)]);
    expect(stage.requestedSlots(second)).toEqual([at(TWO_DAYS - 23 * 3_600_000), at(3_600_000)]);
  });

  it('ends what was requested by the time of the leap and waits for it', async () => {
    await stage.lead();
    const taskId = await stage.create({
      schedule: { ...daily, catch_up: 'latest', catch_up_window_seconds: 86_400 },
    });
    stage.clock.step(TWO_DAYS);
    await stage.clock.pass(1_000);
    stage.lease.depose();
    await settle();
    stage.clock.step(-TWO_DAYS);
    await stage.clock.pass(1_000);
    stage.lease.elect();
    await stage.clock.pass(1_000);
    expect(stage.log.typesOf(taskId).slice(-3)).toEqual([
      'task.execution_requested',
      'task.execution_cancelled',
      'task.rescheduled',
    ]);
    expect(stage.log.snapshotOf(taskId)?.state).toMatchObject({
      schedule_version: 2,
      next_run_time: at(3_600_000),
      execution: null,
    });
  });

  it('or that is set back without having leapt, leaves slots alone that have come', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: everyMinute });
    await stage.clock.pass(60_000);
    await runOnce(stage, taskId);
    stage.clock.step(-3_600_000);
    await stage.clock.pass(2_000);
    expect(stage.log.typesOf(taskId)).not.toContain('task.rescheduled');
  });
});

describe('newer zone data', () => {
  const schedule = {
    ...everyHour,
    type: 'daily',
    run_time: '13:30',
    timezone: 'Europe/Berlin',
  } as Schedule;

  /** Half past one in Berlin, said when its clocks were an hour behind. */
  async function createWrong(): Promise<TaskId> {
    const wrong = stage.ids.taskId();
    const decided = createTask(null, newTask({ now: stage.clock.now(), schedule }));
    if (decided.kind !== 'event' || decided.event.type !== 'task.created') throw new Error(decided.kind);
    const data = { ...decided.event.data, next_run_time: at(90 * 60_000) };
    await stage.append(wrong, { kind: 'event', event: { ...decided.event, data } });
    return wrong;
  }

  it('that the log did not take at first moves the slot when it does', async () => {
    const wrong = await createWrong();
    let answers = false;
    stage.log.beforeAppend = async () => {
      if (!answers) throw new LogUnavailable('down');
    };
    await stage.lead();
    await stage.clock.pass(1_000);
    expect(stage.log.typesOf(wrong)).toEqual(['task.created']);
    answers = true;
    await stage.clock.pass(3_000);
    expect(stage.log.typesOf(wrong)).toEqual(['task.created', 'task.rescheduled']);
  });

  it('by which another leader has moved the slot leaves nothing overdue on who led before', async () => {
    const wrong = await createWrong();
    let answers = false;
    stage.log.beforeAppend = async () => {
      if (!answers) throw new LogUnavailable('down');
    };
    await stage.lead();
    await stage.clock.pass(1_000);
    stage.lease.depose();
    await settle();
    answers = true;
    await stage.decide(wrong, (state) => rescheduleTask(state));
    await stage.clock.pass(5_000);
    expect(stage.scheduler.status()).toMatchObject({ state: 'standby', overdue_ms: 0 });
  });

  it('has next slots moved by the leader, once, before they come', async () => {
    const right = await stage.create({ schedule });
    const wrong = await createWrong();
    await stage.lead();
    await stage.clock.pass(1_000);
    expect(stage.log.typesOf(right)).toEqual(['task.created']);
    expect(stage.log.typesOf(wrong)).toEqual(['task.created', 'task.rescheduled']);
    stage.clock.step(30 * 60_000);
    await stage.clock.pass(1_000);
    expect(stage.requestedSlots(wrong)).toEqual([at(30 * 60_000)]);
    expect(stage.requestedSlots(right)).toEqual([at(30 * 60_000)]);
  });
});

describe('other timers', () => {
  it('triggers a reminder once, and once again only after it was moved', async () => {
    await stage.lead();
    const taskId = await stage.create({ reminder_time: at(5_000), due_date: at(8_000) });
    await stage.clock.pass(10_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.reminder_triggered', 'task.overdue']);
    await stage.decide(taskId, (state) =>
      updateTask(state, { ...edit(stage), changes: { reminder_time: at(12_000) }, status: null }),
    );
    await stage.clock.pass(10_000);
    expect(stage.log.typesOf(taskId).slice(3)).toEqual(['task.updated', 'task.reminder_triggered']);
  });

  it('cancels an execution that nobody started in time', async () => {
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    await stage.clock.pass(5 * 60_000 + 50);
    expect(stage.log.events.at(-1)).toMatchObject({
      type: 'task.execution_cancelled',
      data: { code: 'NOT_STARTED' },
    });
  });

  it('gives an attempt whose deadline passed without an outcome to another worker, twice, then fails it', async () => {
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    for (let lost = 1; lost <= 3; lost++) {
      await startRun(stage, taskId);
      await stage.clock.pass(36_000);
      expect(stage.log.events.at(-1)).toMatchObject({
        type: 'task.execution_failed',
        data: { code: 'WORKER_LOST', will_retry: lost < 3 },
      });
      await stage.clock.pass(1_000);
    }
    expect(new Set(stage.commands.emitted.map((command) => command.attempt))).toEqual(new Set([1, 2, 3]));
  });
});

describe('execution commands', () => {
  it('follow a request by hand at once, although the book did not know the task', async () => {
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    expect(stage.commands.emitted).toMatchObject([{ task_id: taskId, attempt: 1, n: 0 }]);
  });

  it('are repeated every 10 s until the log shows the start', async () => {
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    await stage.clock.pass(25_000);
    expect(stage.commands.emitted.map((command) => command.n)).toEqual([0, 1, 2]);
    await startRun(stage, taskId);
    await stage.clock.pass(25_000);
    expect(stage.commands.emitted).toHaveLength(3);
  });

  it('are repeated at once by a new leader', async () => {
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    await stage.clock.pass(4_000);
    stage.lease.depose();
    await settle();
    await stage.clock.pass(20_000);
    expect(stage.commands.emitted).toHaveLength(1);
    stage.lease.elect();
    await settle();
    expect(stage.commands.emitted.map(({ n, term }) => [n, term])).toEqual([
      [0, 1],
      [2, 2],
    ]);
  });

  it('are emitted again after they could not be', async () => {
    let answers = false;
    stage.commands.beforeEmit = async () => {
      if (!answers) throw new LogUnavailable('down');
    };
    await stage.lead();
    const taskId = await stage.create({});
    await requestByHand(stage, taskId);
    await stage.clock.pass(3_000);
    expect(stage.commands.emitted).toEqual([]);
    answers = true;
    await stage.clock.pass(2_000);
    expect(stage.commands.emitted).toMatchObject([{ task_id: taskId, n: 0 }]);
  });

  it('of slots due together are emitted together', async () => {
    await stage.lead();
    for (let task = 0; task < 100; task++) await stage.create({ schedule: onceIn(5_000) });
    await stage.clock.pass(5_000);
    // A slow machine takes them in several turns of the event loop.
    await vi.waitFor(() => expect(stage.commands.emitted).toHaveLength(100), SOON);
    expect(stage.commands.batches.length).toBeLessThan(30);
  });

  it('of due slots wait for no long work that others do in the same thread', async () => {
    await stage.lead();
    for (let task = 0; task < 10; task++) await stage.create({ schedule: onceIn(50) });
    let goesOn = true;
    const work = (async () => {
      const slice = new Timeslice();
      while (goesOn) {
        while (!slice.isOver());
        await slice.next();
      }
    })();
    await stage.clock.pass(50);
    await vi.waitFor(() => expect(stage.commands.emitted).toHaveLength(10), SOON);
    goesOn = false;
    await work;
  });
});

describe('the executions of one user', () => {
  let few: Stage;
  const tasks: TaskId[] = [];
  const emitted = () => few.commands.emitted.map(({ task_id }) => tasks.indexOf(task_id));

  beforeEach(async () => {
    few = new Stage(undefined, { userConcurrency: 2 });
    await few.lead();
    tasks.length = 0;
    for (const priority of ['medium', 'medium', 'low', 'urgent', 'medium'] as const) {
      tasks.push(await few.create({ priority }));
    }
  });

  afterEach(() => few.scheduler.stop());

  it('are as many at once as the user may have; the next starts as soon as one has ended', async () => {
    for (const task of tasks) await requestByHand(few, task);
    expect(emitted()).toEqual([0, 1]);
    expect(few.scheduler.status().held_back).toBe(3);
    const [first = tasks[0] as TaskId, second = tasks[1] as TaskId] = tasks;
    await runOnce(few, first);
    await settle();
    expect(emitted()).toEqual([0, 1, 3]);
    await startRun(few, second);
    await settle();
    expect(emitted()).toEqual([0, 1, 3]);
    await finishRun(few, second);
    await settle();
    expect(emitted()).toEqual([0, 1, 3, 4]);
  });

  it('are counted by the log: a new leader, and one that finds them running, hold back too', async () => {
    for (const task of tasks.slice(0, 3)) {
      await requestByHand(few, task);
      await few.clock.pass(50);
    }
    await startRun(few, tasks[0] as TaskId);
    few.lease.depose();
    await settle();
    few.lease.elect();
    await settle();
    expect(emitted()).toEqual([0, 1, 1]);
    expect(few.scheduler.status().held_back).toBe(1);
  });

  it('that wait hold no turn while their task is cancelled, changed, or waits for another attempt', async () => {
    for (const task of tasks) await requestByHand(few, task);
    const [first, second, third] = tasks as [TaskId, TaskId, TaskId];
    await few.decide(tasks[3] as TaskId, (state) => deleteTask(state, edit(few)));
    await few.decide(third, (state) =>
      updateTask(state, { ...edit(few), changes: { priority: 'urgent' }, status: null }),
    );
    await few.decide(first, (state) => deleteTask(state, edit(few)));
    await settle();
    expect(emitted()).toEqual([0, 1, 2]);
    await startRun(few, second);
    await few.clock.pass(36_000);
    // The worker of the second is lost: its next attempt asks for a turn again, behind nobody that is older.
    expect(few.log.typesOf(second).at(-1)).toBe('task.execution_failed');
    expect(new Set(emitted())).toEqual(new Set([0, 1, 2, 4]));
  });

  it('whose time to start passes while they are held back are cancelled', async () => {
    for (const task of tasks) await requestByHand(few, task);
    for (const task of tasks.slice(0, 2)) await startRun(few, task);
    for (let part = 0; part < 11; part++) {
      await few.clock.pass(29_000);
      for (const task of tasks.slice(0, 2)) {
        if (few.log.snapshotOf(task)?.state.execution?.state === 'requested') await startRun(few, task);
      }
    }
    expect(few.log.typesOf(tasks[2] as TaskId).at(-1)).toBe('task.execution_cancelled');
  });
});

describe('leadership', () => {
  it('stands for election only once the book holds what the log held', async () => {
    stage.log.followerHeld = true;
    await stage.create({ schedule: everyMinute });
    await stage.start();
    expect(stage.lease.stands).toBe(false);
    stage.log.releaseFollower();
    await settle();
    expect(stage.lease.stands).toBe(true);
  });

  it('fires nothing without it, and everything due when it comes', async () => {
    await stage.start();
    const taskId = await stage.create({ schedule: onceIn(1_000) });
    await stage.clock.pass(20_000);
    expect(stage.requestedSlots(taskId)).toEqual([]);
    expect(stage.scheduler.status()).toMatchObject({ state: 'standby', armed_timers: 1, overdue_ms: 19_000 });
    stage.lease.elect();
    await settle();
    expect(stage.requestedSlots(taskId)).toEqual([at(1_000)]);
    expect(stage.scheduler.status()).toMatchObject({ state: 'leading', term: 1 });
  });

  it('two leaders never request one slot twice', async () => {
    const other = new Stage(stage.log);
    const { log } = stage;
    const append = log.append.bind(log);
    let lost = 0;
    log.append = async (one) => {
      const appended = await append(one);
      if (appended.kind === 'conflict') lost += 1;
      return appended;
    };
    try {
      await stage.lead();
      await other.lead();
      const taskIds: TaskId[] = [];
      for (let task = 0; task < 20; task++) taskIds.push(await stage.create({ schedule: onceIn(2_000) }));
      await settle();
      // Neither hears of the other's requests: each asks for every slot.
      log.followerHeld = true;
      for (let passed = 0; passed < 3_000; passed += 50) {
        await stage.clock.pass(50);
        await other.clock.pass(50);
      }
      log.releaseFollower();
      await settle();
      for (const taskId of taskIds) expect(stage.requestedSlots(taskId)).toEqual([at(2_000)]);
      expect(lost).toBeGreaterThanOrEqual(taskIds.length);
    } finally {
      await other.scheduler.stop();
    }
  });

  it('ends by itself, failed, where the log holds what it cannot fold', async () => {
    await stage.lead();
    await stage.create({ schedule: everyMinute });
    stage.log.beforeRead = async () => {
      throw new Error('unknown event type');
    };
    await requestByHand(stage, await stage.create({}));
    await settle();
    expect(stage.scheduler.status()).toMatchObject({ state: 'failed', failure: 'Error: unknown event type' });
  });
});

describe('an ailing log', () => {
  it('is asked again, less and less often, until it answers, and the slot is requested once', async () => {
    let asked = 0;
    let answers = false;
    stage.log.beforeAppend = async (append) => {
      if (append.event.type !== 'task.execution_requested') return;
      asked += 1;
      if (!answers) throw new LogUnavailable('down');
    };
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(1_000) });
    await stage.clock.pass(20_000);
    expect(stage.requestedSlots(taskId)).toEqual([]);
    expect(asked).toBeGreaterThan(8);
    expect(asked).toBeLessThan(25);
    answers = true;
    await stage.clock.pass(2_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(1_000)]);
  });

  it('that stored the request but lost the answer gets no second one, and the command goes out', async () => {
    stage.log.beforeAnswer = async (append) => {
      if (append.event.type === 'task.execution_requested') throw new OutcomeUnknown('no answer');
    };
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(1_000) });
    await stage.clock.pass(30_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(1_000)]);
    expect(stage.commands.emitted.map((command) => command.n)).toEqual([0, 1, 2]);
  });

  it('whose answer is late does not hold up what the follower has brought', async () => {
    let answer: () => void = () => {};
    stage.log.beforeAnswer = (append) =>
      append.event.type === 'task.execution_requested'
        ? new Promise<void>((resolve) => {
            answer = resolve;
          })
        : Promise.resolve();
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(1_000) });
    await stage.clock.pass(1_000);
    expect(stage.commands.emitted).toMatchObject([{ task_id: taskId, n: 0 }]);
    await runOnce(stage, taskId);
    answer();
    await settle();
    expect(stage.scheduler.status().tasks).toBe(0);
    expect(stage.log.typesOf(taskId)).toHaveLength(4);
  });

  it('whose follower is behind makes a conflict wait, not spin', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(1_000) });
    stage.log.followerHeld = true;
    await stage.decide(taskId, (state) =>
      updateTask(state, { ...edit(stage), changes: { schedule: onceIn(9_000) }, status: null }),
    );
    let asked = 0;
    stage.log.beforeAppend = async () => {
      asked += 1;
    };
    await stage.clock.pass(5_000);
    expect(asked).toBeLessThan(8);
    expect(stage.requestedSlots(taskId)).toEqual([]);
    stage.log.releaseFollower();
    await stage.clock.pass(5_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(9_000)]);
  });

  it('that refuses everything at once leaves the event loop to others in between', async () => {
    await stage.lead();
    const creations = Array.from({ length: 3_000 }, () => stage.create({ schedule: onceIn(1_000) }));
    await Promise.all(creations);
    let turns = 0;
    const turnsSeen = new Set<number>();
    stage.log.beforeAppend = async () => {
      turnsSeen.add(turns);
      throw new LogUnavailable('down');
    };
    let counting = true;
    const count = () => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await stage.clock.pass(1_000);
    await vi.waitFor(() => expect(stage.scheduler.status().overdue_ms).toBe(0), SOON);
    counting = false;
    expect(turnsSeen.size).toBeGreaterThan(3);
  });

  it('is never asked for more than 1,024 events at once', async () => {
    let open = false;
    const waiting: (() => void)[] = [];
    const log = stage.log;
    await stage.lead();
    for (let task = 0; task < 1_300; task++) {
      void stage.create({ schedule: onceIn(1_000) });
    }
    await settle();
    log.beforeAppend = () =>
      open ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve));
    log.mostAppendsInFlight = 0;
    await stage.clock.pass(1_000);
    await vi.waitFor(() => expect(waiting).toHaveLength(1_024), SOON);
    await settle();
    expect(waiting).toHaveLength(1_024);
    open = true;
    for (const release of waiting) release();
    await vi.waitFor(
      () =>
        expect(log.events.filter((event) => event.type === 'task.execution_requested')).toHaveLength(1_300),
      SOON,
    );
    expect(log.mostAppendsInFlight).toBe(1_024);
  });
});

describe('the wall clock', () => {
  it('that jumps forward over a slot has it requested within a second, late', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: onceIn(3_600_000) });
    await stage.clock.pass(2_000);
    stage.clock.step(3_600_000);
    await stage.clock.pass(1_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(3_600_000)]);
  });

  it('that is set back over a slot requests none twice and loses none', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: everyMinute });
    await stage.clock.pass(61_000);
    await runOnce(stage, taskId);
    stage.clock.step(-30_000);
    await stage.clock.pass(60_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(60_000)]);
    await stage.clock.pass(30_000);
    expect(stage.requestedSlots(taskId)).toEqual([at(60_000), at(120_000)]);
  });

  it('of a machine that slept for a day has one run of each task caught up, the rest recorded', async () => {
    await stage.lead();
    const taskId = await stage.create({ schedule: everyHour });
    await stage.clock.pass(1_000);
    stage.clock.step(86_400_000);
    await stage.clock.pass(1_000);
    expect(stage.log.typesOf(taskId)).toEqual([
      'task.created',
      'task.slots_skipped',
      'task.execution_requested',
    ]);
    expect(stage.requestedSlots(taskId)).toEqual([at(86_400_000)]);
  });
});

describe('loading', () => {
  it('starts from the view and follows the log from its checkpoint', async () => {
    const early = await stage.create({ schedule: onceIn(1_000) });
    const gone = await stage.create({ schedule: onceIn(1_000) });
    stage.log.projectedThrough = 2 as Sequence;
    const late = await stage.create({ schedule: onceIn(1_000) });
    await stage.decide(gone, (state) => deleteTask(state, edit(stage)));
    await stage.lead();
    await stage.clock.pass(1_000);
    expect(stage.requestedSlots(early)).toEqual([at(1_000)]);
    expect(stage.requestedSlots(late)).toEqual([at(1_000)]);
    expect(stage.requestedSlots(gone)).toEqual([]);
  });

  it('takes values that are ahead of the checkpoint as they are', async () => {
    const log = new (class extends FakeLog {
      override async checkpoint(): Promise<Sequence> {
        return 1 as Sequence;
      }
    })();
    const ahead = new Stage(log);
    const taskId = await ahead.create({});
    await requestByHand(ahead, taskId);
    await runOnce(ahead, taskId);
    const waiting = await ahead.create({ schedule: onceIn(1_000) });
    log.projectedThrough = null;
    await ahead.lead();
    await ahead.clock.pass(1_000);
    expect(ahead.scheduler.status().tasks).toBe(1);
    expect(ahead.commands.emitted).toMatchObject([{ task_id: waiting }]);
    await ahead.scheduler.stop();
  });

  it('waits for a log that does not answer', async () => {
    let answers = false;
    const log = new (class extends FakeLog {
      override async checkpoint(): Promise<Sequence> {
        if (!answers) throw new LogUnavailable('down');
        return super.checkpoint();
      }
    })();
    const waiting = new Stage(log);
    const taskId = await waiting.create({ schedule: onceIn(1_000) });
    await waiting.start();
    expect(waiting.scheduler.status().state).toBe('loading');
    await waiting.clock.pass(5_000);
    answers = true;
    await vi.waitFor(() => expect(waiting.lease.stands).toBe(true), SOON);
    waiting.lease.elect();
    await settle();
    expect(waiting.requestedSlots(taskId)).toEqual([at(1_000)]);
    await waiting.scheduler.stop();
  });
});

describe('status', () => {
  it('tells how late executions started, as the log shows it', async () => {
    await stage.lead();
    for (let task = 1; task <= 10; task++) {
      const run_time = plusMs(stage.clock.now(), 1_000);
      const taskId = await stage.create({ schedule: { ...onceIn(0), type: 'once', run_time } });
      await stage.clock.pass(1_000 + task * 10);
      await runOnce(stage, taskId);
    }
    const lateness = stage.scheduler.status().lateness_ms;
    expect(lateness?.count).toBe(10);
    expect(lateness?.max).toBe(100);
    expect(lateness?.p50).toBe(50);
  });
});
