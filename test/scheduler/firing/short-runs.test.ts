import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import type { Sequence, TaskId } from '../../../src/domain/shared/ids.ts';
import { updateTask } from '../../../src/domain/task/decide/decide.ts';
import { requestExecution } from '../../../src/domain/task/decide/execution.ts';
import { everyMinute, onceIn, USER } from '../../support/histories/history.ts';
import { concludingWorker, FakeLog, Stage, settle } from '../fakes.ts';

/** A scheduler with a worker in its process. */
function stageOn(log = new FakeLog()): Stage & { readonly ended: string[]; readonly tasks: TaskRepository } {
  const ended: string[] = [];
  const tasks = new TaskRepository({ log, views: log });
  const stage = new Stage(log, {
    local: ({ clock }) => ({ worker: concludingWorker(clock, ended), tasks }),
  });
  return Object.assign(stage, { ended, tasks });
}

/** However busy the machine is. */
const SOON = { timeout: 20_000 };
const RUN = ['task.execution_requested', 'task.execution_started', 'task.execution_completed'];
const todo = { task_type: 'todo', config: {} } as const;
const request = (stage: Stage, taskId: TaskId) =>
  stage.decide(taskId, (state) =>
    requestExecution(state, {
      now: stage.clock.now(),
      execution_id: stage.ids.executionId(),
      trigger_type: 'manual',
      trigger_data: {},
      default_timeout_seconds: 30,
    }),
  );

let stage: ReturnType<typeof stageOn>;
let appends: number[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  stage = stageOn();
  appends = [];
  stage.log.beforeAppend = async ({ following = [] }) => void appends.push(1 + following.length);
});
afterEach(async () => {
  await stage.scheduler.stop();
  vi.useRealTimers();
});

describe('a run that needs nothing from outside', () => {
  test('is one append of request, start and outcome, and no command', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(4_900);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created']);
    await stage.clock.pass(200);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...RUN]);
    expect(appends).toEqual([1, 3]);
    expect(stage.commands.emitted).toEqual([]);
    expect(stage.ended).toEqual(['completed']);
    const [, requested, started, completed] = stage.log.events;
    expect(requested?.meta.actor).toBe('scheduler');
    expect(started).toMatchObject({
      meta: { actor: 'worker:w1', causation_id: null },
      data: { attempt: 1, worker_id: 'w1', late_by_ms: 0 },
    });
    expect(completed).toMatchObject({
      meta: { actor: 'worker:w1', causation_id: started?.meta.id },
      data: { personal: { result: { acknowledged: true } } },
    });
    expect(stage.log.snapshotOf(taskId)?.state).toMatchObject({
      resting_status: 'completed',
      execution: null,
      success_count: 1,
    });
  });

  test('leaves the task known as its events make it, though none of them was folded', async () => {
    const taskId = await stage.create({ ...todo, schedule: everyMinute });
    await stage.lead();
    await stage.clock.pass(3 * 60_000 + 1_000);
    const fold = vi.spyOn(stage.tasks, 'fold');
    await stage.clock.pass(60_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...RUN, ...RUN, ...RUN, ...RUN]);
    expect(fold).not.toHaveBeenCalled();
    expect(stage.tasks.lastSeen(USER, taskId)).toEqual(stage.log.snapshotOf(taskId));
  });

  test('is one of at most 1,024 events that are on their way', async () => {
    await stage.lead();
    for (let task = 0; task < 400; task++) void stage.create({ ...todo, schedule: onceIn(1_000) });
    await settle();
    let waiting = 0;
    let release: () => void = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.log.beforeAppend = ({ following = [] }) => {
      waiting += 1 + following.length;
      return open;
    };
    await stage.clock.pass(1_000);
    try {
      await vi.waitFor(() => expect(waiting).toBe(3 * 342), SOON);
      await settle();
      expect(waiting).toBe(3 * 342);
    } finally {
      release();
    }
    await vi.waitFor(() => expect(waiting).toBe(3 * 400), SOON);
  });

  test('of a series goes on slot by slot, each once', async () => {
    const taskId = await stage.create({ ...todo, schedule: everyMinute });
    await stage.lead();
    await stage.clock.pass(5 * 60_000 + 1_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...RUN, ...RUN, ...RUN, ...RUN, ...RUN]);
    expect(stage.commands.emitted).toEqual([]);
  });

  test('that was requested by hand is one append of start and outcome', async () => {
    const taskId = await stage.create(todo);
    await stage.lead();
    await request(stage, taskId);
    await stage.clock.pass(50);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...RUN]);
    expect(appends).toEqual([1, 1, 2]);
    expect(stage.commands.emitted).toEqual([]);
  });

  test('whose config does not fit (any more) has failed', async () => {
    const taskId = await stage.create({ task_type: 'reminder', config: {}, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.log.events.at(-1)).toMatchObject({
      type: 'task.execution_failed',
      meta: { task_id: taskId },
      data: { code: 'INVALID_CONFIG', will_retry: false },
    });
    expect(stage.ended).toEqual(['failed']);
  });

  test('of any other type goes to the workers, as ever', async () => {
    const taskId = await stage.create({ task_type: 'data_backup', config: {}, schedule: onceIn(5_000) });
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.execution_requested']);
    expect(stage.commands.emitted).toHaveLength(1);
  });
});

describe('all or none', () => {
  test('a change that comes first leaves nothing of the run, which is decided again on the change', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    await stage.lead();
    let changed = false;
    stage.log.beforeAppend = async ({ event }) => {
      if (changed || event.type !== 'task.execution_requested') return;
      changed = true;
      await stage.decide(taskId, (state) =>
        updateTask(state, {
          now: stage.clock.now(),
          if_match: null,
          reason: null,
          changes: { name: 'Buy bread' },
          status: null,
        }),
      );
    };
    await stage.clock.pass(7_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.updated', ...RUN]);
    expect(stage.log.events.at(-1)).toMatchObject({ data: { personal: { summary: 'Buy bread' } } });
  });

  test('a lost answer to what was stored leads to no second run', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.beforeAnswer = async () => {
      throw new OutcomeUnknown('no answer');
    };
    await stage.clock.pass(60_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', ...RUN]);
  });

  test('two leaders run each slot once, whole', async () => {
    const other = stageOn(stage.log);
    const tasks: TaskId[] = [];
    for (let count = 0; count < 20; count++) {
      tasks.push(await stage.create({ ...todo, schedule: everyMinute }));
    }
    await stage.lead();
    await other.lead();
    for (let minute = 0; minute < 3; minute++) {
      await stage.clock.pass(60_000);
      other.clock.step(60_000);
      await other.clock.pass(50);
      await settle();
    }
    await other.scheduler.stop();
    for (const taskId of tasks) {
      const types = stage.log.typesOf(taskId);
      expect(types).toEqual(['task.created', ...RUN, ...RUN, ...RUN]);
    }
  });

  test('what the log does not take together is tried apart', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    await stage.lead();
    stage.log.beforeAppend = async ({ following = [] }) => {
      if (following.length > 0) throw new LogRefused('EVENT_TOO_LARGE', 'too large');
    };
    await stage.clock.pass(5_100);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.execution_requested']);
    expect(stage.commands.emitted).toHaveLength(1);
  });

  test('a log that is away is asked again, and the slot runs once', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    await stage.lead();
    let away = true;
    stage.log.beforeRead = async () => {
      if (away) throw new LogUnavailable('away');
    };
    stage.log.beforeAppend = async () => {
      if (away) throw new LogUnavailable('away');
    };
    await stage.clock.pass(8_000);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created']);
    away = false;
    await stage.clock.pass(4_000);
    const types = stage.log.typesOf(taskId);
    expect(types.filter((type) => type === 'task.execution_requested')).toHaveLength(1);
  });

  test('a task that the view has as it was is read from the log', async () => {
    const taskId = await stage.create({ ...todo, schedule: onceIn(5_000) });
    stage.log.projectedThrough = 1 as Sequence;
    await stage.decide(taskId, (state) =>
      updateTask(state, {
        now: stage.clock.now(),
        if_match: null,
        reason: null,
        changes: { name: 'Buy salt' },
        status: null,
      }),
    );
    await stage.lead();
    await stage.clock.pass(5_100);
    expect(stage.log.typesOf(taskId)).toEqual(['task.created', 'task.updated', ...RUN]);
    expect(stage.log.events.at(-1)).toMatchObject({ data: { personal: { summary: 'Buy salt' } } });
  });
});
