import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import { LogUnavailable, OutcomeUnknown } from '../../src/application/ports/failures.ts';
import type { UserId } from '../../src/domain/shared/ids.ts';
import type { Priority } from '../../src/domain/task/status.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import type { ExecutionResult, Executor, Run } from '../../src/task-types/executor.ts';
import { Worker, type WorkerDeps } from '../../src/worker/worker.ts';
import { NOBODY_DELETED } from '../support/parts/nobody.ts';
import { providers } from '../support/parts/providers.ts';
import { outboundTo, readHere, silent } from '../support/parts/run.ts';
import { type Accident, FakeDelivery, FakeQueue, FakeTasks } from './fakes.ts';

/** An executor whose runs end when the test says so. */
class HeldExecutor implements Executor {
  readonly runs: Run<unknown>[] = [];
  readonly #ends: ((result: ExecutionResult) => void)[] = [];
  readonly #waiting: { n: number; wake: () => void }[] = [];
  #opened = false;
  readonly #outside: boolean;

  /** `outside`: they wait for somebody else. */
  constructor({ outside = false } = {}) {
    this.#outside = outside;
  }

  parseConfig() {
    return { ok: true, config: null } as const;
  }

  secretsIn() {
    return [];
  }

  /** Pays no heed to its signal. */
  execute(run: Run<unknown>): Promise<ExecutionResult> {
    return this.#outside ? run.outside(this.#held(run)) : this.#held(run);
  }

  #held(run: Run<unknown>): Promise<ExecutionResult> {
    this.runs.push(run);
    for (const { n, wake } of this.#waiting) if (this.runs.length >= n) wake();
    if (this.#opened) return Promise.resolve({ result: 'held', summary: null });
    return new Promise((resolve) => this.#ends.push(resolve));
  }

  running(n: number): Promise<void> {
    if (this.runs.length >= n) return Promise.resolve();
    return new Promise((wake) => this.#waiting.push({ n, wake }));
  }

  /** Ends the oldest run that has not ended. */
  endOne(): void {
    this.#ends.shift()?.({ result: 'held', summary: null });
  }

  /** Ends all runs, and those to come at once. */
  open(): void {
    this.#opened = true;
    while (this.#ends.length > 0) this.endOne();
  }
}

type StageOptions = Partial<
  Pick<WorkerDeps, 'concurrency' | 'timing' | 'isDeleted' | 'usersKnown' | 'leases'>
> & {
  readonly executor?: Executor;
};

interface Delivered {
  readonly priority?: Priority;
  readonly deliveries?: number;
  readonly user?: UserId;
  readonly timeoutSeconds?: number;
}

function stage({ executor, timing, ...options }: StageOptions = {}) {
  const tasks = new FakeTasks();
  const queue = new FakeQueue();
  const executors = createExecutors(providers());
  const worker = new Worker({
    workerId: 'w1',
    queue,
    commands: tasks,
    tasks,
    queries: tasks,
    log: tasks,
    executors: { ...executors, ...(executor ? { todo: executor } : {}) },
    outbound: outboundTo(),
    documents: readHere,
    clock: systemClock,
    logger: silent,
    ...NOBODY_DELETED,
    concurrency: 4,
    timing: { retryFirst: 5, retryMost: 10, watch: 20, stopGrace: 50, ...timing },
    ...options,
  });
  worker.start();
  onTestFinished(() => worker.stop());

  async function deliver(n: number, fields: Delivered = {}) {
    const { priority = 'medium', deliveries = 1, user, timeoutSeconds = 30 } = fields;
    const command = await tasks.requested(n, { priority }, timeoutSeconds, user);
    const delivery = new FakeDelivery({ ...command, timeout_seconds: timeoutSeconds }, deliveries);
    queue.deliver(delivery);
    return delivery;
  }
  return { tasks, queue, worker, deliver };
}

/** An attempt that the scheduler of the process has started, and the place that it was reserved. */
async function startedHere({ tasks, worker }: ReturnType<typeof stage>, n: number, onLost = () => {}) {
  const command = await tasks.requested(n);
  const { user_id: userId, task_id: taskId, execution_id, attempt } = command;
  const place = worker.local.reserve(userId, 30);
  const claim = `${execution_id}.${attempt}.w1`;
  const context = { actor: 'worker:w1', correlation_id: execution_id, causation_id: null, traceparent: null };
  const start = { now: systemClock.now(), execution_id, attempt, worker_id: 'w1', claim, redelivered: false };
  const result = await tasks.execute({ userId, taskId }, context, { type: 'start_execution', data: start });
  if (result.kind !== 'done' || result.event === null) throw new Error('not started');
  const { sequence, id: eventId } = result.event.meta;
  return { place, stored: { command, claim, sequence, eventId, onLost }, eventId };
}

const away = () => new LogUnavailable('away');
const unknown = () => new OutcomeUnknown('no answer');

test('a command is acked after its outcome is stored', async () => {
  const { tasks, worker, deliver } = stage();
  const delivery = await deliver(1);
  expect(await delivery.settled).toBe('acked');
  expect(tasks.count('task.execution_completed')).toBe(1);
  expect(worker.status()).toMatchObject({ started: 1, completed: 1 });
  await expect.poll(() => worker.status().running).toBe(0);
});

test('a command of a deleted user is acked and starts nothing; what runs when its user is deleted ends as ever', async () => {
  const deleted = new Set<UserId>();
  const executor = new HeldExecutor();
  const { tasks, deliver } = stage({ executor, isDeleted: (userId) => deleted.has(userId) });
  const running = await deliver(1);
  await executor.running(1);
  deleted.add(running.command.user_id);
  const late = await deliver(2);
  expect(await late.settled).toBe('acked');
  expect(executor.runs).toHaveLength(1);
  executor.open();
  expect(await running.settled).toBe('acked');
  expect(tasks.count('task.execution_started')).toBe(1);
  expect(tasks.count('task.execution_completed')).toBe(1);
});

test('never more run than the concurrency allows, and a free slot is filled at once', async () => {
  const executor = new HeldExecutor();
  const { tasks, worker, deliver } = stage({ executor, concurrency: 3 });
  const deliveries = await Promise.all([1, 2, 3, 4, 5].map((n) => deliver(n)));
  await executor.running(3);
  expect(worker.status()).toMatchObject({ running: 3, waiting: { medium: 2 } });
  executor.endOne();
  await executor.running(4);
  await deliveries[0]?.settled;
  expect(worker.status()).toMatchObject({ running: 3, waiting: { medium: 1 } });
  expect(executor.runs).toHaveLength(4);
  // The tasks of those that had to wait were read meanwhile.
  expect(tasks.readAheadOf).toEqual(deliveries.slice(3).map(({ command }) => command.task_id));
  executor.open();
  await Promise.all(deliveries.map(({ settled }) => settled));
  expect(worker.status().completed).toBe(5);
  await expect.poll(() => worker.status().running).toBe(0);
});

test('runs that wait for others in silence leave their places: others start at once, and all end', async () => {
  const executor = new HeldExecutor({ outside: true });
  const { worker, deliver } = stage({ executor, concurrency: 4, timing: { aside: 5 } });
  const silent = await Promise.all(Array.from({ length: 20 }, (_, n) => deliver(n + 1)));
  await executor.running(20);
  await expect.poll(() => worker.status()).toMatchObject({ running: 20, aside: 20 });
  executor.open();
  expect(await Promise.all(silent.map(({ settled }) => settled))).toEqual(Array(20).fill('acked'));
  await expect.poll(() => worker.status()).toMatchObject({ running: 0, aside: 0, completed: 20 });
});

test('runs with much time never hold the places of others', async () => {
  const executor = new HeldExecutor();
  const { worker, deliver } = stage({ executor, concurrency: 4 });
  const long = [];
  for (let n = 1; n <= 10; n++) long.push(await deliver(n, { timeoutSeconds: 3_600, priority: 'urgent' }));
  await executor.running(1);
  await deliver(11, { priority: 'low' });
  await executor.running(2);
  expect(executor.runs[1]?.task.task_id).toMatch(/11$/);
  expect(worker.status()).toMatchObject({ running: 2, waiting: { urgent: 9 } });
  executor.open();
});

test('the next place goes to who has least going', async () => {
  const executor = new HeldExecutor();
  const { deliver } = stage({ executor, concurrency: 2 });
  const [greedy, modest] = ['greedy' as UserId, 'modest' as UserId];
  for (let n = 1; n <= 4; n++) await deliver(n, { user: greedy });
  await executor.running(2);
  await deliver(5, { user: modest });
  executor.endOne();
  await executor.running(3);
  expect(executor.runs.map(({ task }) => task.user_id)).toEqual([greedy, greedy, modest]);
  executor.open();
});

test('for how long something waits while nothing starts is told', async () => {
  const executor = new HeldExecutor();
  const { worker, deliver } = stage({ executor, concurrency: 1 });
  expect(worker.status().nothing_started_seconds).toBeNull();
  await deliver(1);
  await executor.running(1);
  expect(worker.status().nothing_started_seconds).toBeNull();
  await deliver(2);
  await expect.poll(() => worker.status().nothing_started_seconds).toBeGreaterThanOrEqual(1);
  executor.open();
  await expect.poll(() => worker.status().nothing_started_seconds).toBeNull();
});

test('what waits starts by priority', async () => {
  const executor = new HeldExecutor();
  const { tasks, deliver } = stage({ executor, concurrency: 1 });
  await deliver(1, { priority: 'low' });
  await executor.running(1);
  const order = ['low', 'medium', 'urgent', 'high'] as const;
  const rest = await Promise.all(order.map((priority, n) => deliver(n + 2, { priority })));
  executor.open();
  await Promise.all(rest.map(({ settled }) => settled));
  const started = tasks.events.filter(({ type }) => type === 'task.execution_started');
  const byTask = new Map(rest.map(({ command }) => [command.task_id, command.priority]));
  expect(started.slice(1).map(({ meta }) => byTask.get(meta.task_id))).toEqual([
    'urgent',
    'high',
    'medium',
    'low',
  ]);
});

test('an outcome that waits for the log keeps no other from running, until as many wait as may run', async () => {
  const { tasks, worker, deliver } = stage({ concurrency: 2 });
  const deliveries = [];
  let isAway = true;
  tasks.onAppend = ({ type }) => {
    if (isAway && type === 'task.execution_completed') throw away();
  };
  for (let n = 1; n <= 6; n++) deliveries.push(await deliver(n));
  await expect.poll(() => tasks.count('task.execution_started')).toBe(4);
  expect(worker.status()).toMatchObject({ running: 2, waiting: { medium: 2 } });
  isAway = false;
  expect(await Promise.all(deliveries.map(({ settled }) => settled))).toEqual(Array(6).fill('acked'));
  expect(tasks.count('task.execution_completed')).toBe(6);
});

test('heartbeats go out for what runs and for what waits', async () => {
  const executor = new HeldExecutor();
  const { deliver } = stage({ executor, concurrency: 1, timing: { heartbeat: 5 } });
  const running = await deliver(1);
  const waiting = await deliver(2);
  await expect.poll(() => Math.min(running.heartbeats, waiting.heartbeats)).toBeGreaterThan(2);
  executor.open();
});

test('what finds no place for long is handed back for another worker', async () => {
  const executor = new HeldExecutor();
  const { worker, deliver } = stage({ executor, concurrency: 1, timing: { heartbeat: 5, waitForPlace: 30 } });
  const running = await deliver(1);
  const waiting = await deliver(2);
  expect(await waiting.settled).toEqual({ handedBack: 1_000 });
  expect(worker.status()).toMatchObject({ running: 1, waiting: { medium: 0 }, handed_back: 1 });
  executor.open();
  expect(await running.settled).toBe('acked');
});

test('a message delivered again while it is held runs once, and both deliveries are settled', async () => {
  const executor = new HeldExecutor();
  const { tasks, queue, deliver } = stage({ executor });
  const first = await deliver(1);
  await executor.running(1);
  const again = new FakeDelivery(first.command, 2, first.messageId);
  queue.deliver(again);
  executor.open();
  expect(await Promise.all([first.settled, again.settled])).toEqual(['acked', 'acked']);
  expect(tasks.count('task.execution_started')).toBe(1);
  expect(executor.runs).toHaveLength(1);
});

test('a command whose execution is over is acked and dropped', async () => {
  const { tasks, queue, deliver } = stage();
  const first = await deliver(1);
  await first.settled;
  const late = new FakeDelivery(first.command, 1, `${first.command.execution_id}.1.7`);
  queue.deliver(late);
  expect(await late.settled).toBe('acked');
  expect(tasks.count('task.execution_started')).toBe(1);
});

test('the log away at the start: handed back with a delay, nothing run', async () => {
  const executor = new HeldExecutor();
  const { tasks, deliver } = stage({ executor });
  tasks.accidents = [away()];
  expect(await (await deliver(1)).settled).toEqual({ handedBack: 1_000 });
  expect(executor.runs).toHaveLength(0);
});

test('the answer to the start lost, though it is in the log: the attempt runs here, once', async () => {
  const { tasks, deliver } = stage();
  tasks.accidents = ['answer lost'];
  expect(await (await deliver(1)).settled).toBe('acked');
  expect(tasks.events.map(({ type }) => type).slice(2)).toEqual([
    'task.execution_started',
    'task.execution_completed',
  ]);
});

test('the same for a start that came by redelivery: no attempt is counted as lost', async () => {
  const { tasks, deliver } = stage();
  tasks.accidents = ['answer lost'];
  expect(await (await deliver(1, { deliveries: 2 })).settled).toBe('acked');
  expect(tasks.count('task.execution_started')).toBe(1);
});

test('the answer to the start lost, and it is not in the log: it is started then', async () => {
  const { tasks, deliver } = stage();
  tasks.accidents = [unknown()];
  expect(await (await deliver(1)).settled).toBe('acked');
  expect(tasks.count('task.execution_started')).toBe(1);
  expect(tasks.count('task.execution_completed')).toBe(1);
});

test.each<[string, Accident[]]>([
  ['away', [away(), away(), away()]],
  ['silent', [unknown(), unknown()]],
  ['contested', ['conflict', 'conflict']],
  ['answering, but the answer is lost', ['answer lost']],
  ['all of it', [away(), 'conflict', unknown(), 'answer lost']],
])('the log %s at the end: the outcome is kept, and stored once', async (_how, accidents) => {
  const { tasks, deliver } = stage();
  tasks.accidents = [null, ...accidents];
  expect(await (await deliver(1)).settled).toBe('acked');
  expect(tasks.count('task.execution_completed')).toBe(1);
  expect(tasks.accidents).toEqual([]);
});

test('the log away at the end for as long as the worker lives: handed back when it stops', async () => {
  const executor = new HeldExecutor();
  const { tasks, worker, deliver } = stage({ executor });
  const delivery = await deliver(1);
  await executor.running(1);
  tasks.accidents = Array.from({ length: 10_000 }, away);
  executor.open();
  await worker.stop();
  expect(await delivery.settled).toEqual({ handedBack: 0 });
});

test('a result that the log will not take is a failure with a name', async () => {
  const { tasks, deliver } = stage();
  tasks.onAppend = ({ type }) => {
    if (type === 'task.execution_completed') throw new Error('too large');
  };
  expect(await (await deliver(1)).settled).toBe('acked');
  const last = tasks.events.at(-1);
  expect(last).toMatchObject({ type: 'task.execution_failed', data: { code: 'RESULT_NOT_STORED' } });
});

test.each([
  [1, 1_000],
  [2, 2_000],
  [4, 8_000],
  [40, 60_000],
])(
  'a command that breaks our own code (delivery %i) is handed back for %i ms, and others go on',
  async (deliveries, delayMs) => {
    const { tasks, deliver } = stage();
    tasks.accidents = [new TypeError('a defect')];
    const poison = await deliver(1, { deliveries });
    const other = await deliver(2);
    expect(await poison.settled).toEqual({ handedBack: delayMs });
    expect(await other.settled).toBe('acked');
  },
);

test('a delivery that cannot be settled costs no slot', async () => {
  const { tasks, queue, worker, deliver } = stage({ concurrency: 1 });
  const broken = new FakeDelivery(await tasks.requested(1));
  broken.ack = () => {
    throw new Error('connection closed');
  };
  queue.deliver(broken);
  expect(await (await deliver(2)).settled).toBe('acked');
  expect(worker.status().completed).toBe(2);
  await expect.poll(() => worker.status().running).toBe(0);
});

test('an executor that throws something odd fails its execution only', async () => {
  const executor = new HeldExecutor();
  executor.execute = () => {
    throw 'a text';
  };
  const { tasks, deliver } = stage({ executor });
  expect(await (await deliver(1)).settled).toBe('acked');
  expect(tasks.events.at(-1)).toMatchObject({
    type: 'task.execution_failed',
    data: { code: 'EXECUTOR_ERROR' },
  });
});

test('BR-EXE-008: an executor that ignores its signal is left behind at the deadline, and its late result dropped', async () => {
  const executor = new HeldExecutor();
  const { tasks, queue, worker, deliver } = stage({ executor, concurrency: 1 });
  const hanging = new FakeDelivery(await tasks.requested(1, {}, 1));
  queue.deliver(hanging);
  const next = await deliver(2);
  await executor.running(1);
  expect(executor.runs[0]?.signal.aborted).toBe(false);
  expect(await hanging.settled).toBe('acked');
  expect(executor.runs[0]?.signal.aborted).toBe(true);
  expect(tasks.events.at(-1)).toMatchObject({ type: 'task.execution_failed', data: { code: 'TIMEOUT' } });
  executor.open();
  expect(await next.settled).toBe('acked');
  expect(worker.status()).toMatchObject({ failed: 1, completed: 1 });
  expect(tasks.count('task.execution_completed')).toBe(1);
});

test('stop: one whose lease was never stored, as on a full store, ends at once', async () => {
  const ended = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const { worker } = stage({
    leases: { hold: (_, signal) => ({ known: ended(signal), ended: ended(signal) }) },
  });
  await worker.stop();
});

test('stop: what waits goes back at once, what runs gets its grace, what is left goes back without an outcome', async () => {
  const executor = new HeldExecutor();
  const { tasks, queue, worker, deliver } = stage({ executor, concurrency: 2 });
  const deliveries = [await deliver(1), await deliver(2), await deliver(3)] as const;
  await executor.running(2);
  const stopped = worker.stop();
  expect(await deliveries[2].settled).toEqual({ handedBack: 0 });
  executor.endOne();
  expect(await deliveries[0].settled).toBe('acked');
  const late = new FakeDelivery(await tasks.requested(4));
  queue.deliver(late);
  expect(await late.settled).toEqual({ handedBack: 0 });
  await stopped;
  expect(await deliveries[1].settled).toEqual({ handedBack: 0 });
  expect(executor.runs[1]?.signal.aborted).toBe(true);
  expect(tasks.count('task.execution_completed')).toBe(1);
  expect(tasks.count('task.execution_failed')).toBe(0);
});

test('of a deleted user no attempt starts, also where the deletion is told while the start waits', async () => {
  let looks = 0;
  const { tasks, deliver } = stage({ isDeleted: () => looks++ > 0 });
  for (const n of [1, 2]) expect(await (await deliver(n)).settled).toBe('acked');
  expect(tasks.count('task.execution_started')).toBe(0);
});

test('until it is known who is deleted nothing is taken', async () => {
  let known = () => {};
  const { queue, deliver } = stage({
    usersKnown: () =>
      new Promise((resolve) => {
        const before = known;
        known = () => {
          before();
          resolve();
        };
      }),
  });
  await deliver(1);
  expect(queue.takers).toBe(0);
  known();
  await expect.poll(() => queue.takers).toBeGreaterThan(0);
  expect(await (await deliver(2)).settled).toBe('acked');
});

test('an attempt that the scheduler of the process has started runs in the place reserved for it', async () => {
  const executor = new HeldExecutor();
  const there = stage({ executor, concurrency: 2 });
  await ready(there.worker);
  const { place, stored, eventId } = await startedHere(there, 1);
  expect(there.worker.status()).toMatchObject({ running: 1, started: 0 });
  const other = there.worker.local.reserve('usr_other' as UserId, 30);
  expect(other).not.toBeNull();
  expect(there.worker.local.reserve('usr_other' as UserId, 30)).toBeNull();
  place?.begin(stored);
  await executor.running(1);
  expect(there.worker.status()).toMatchObject({ running: 2, started: 1 });
  other?.release();
  executor.open();
  await expect.poll(() => there.tasks.count('task.execution_completed')).toBe(1);
  expect(there.tasks.count('task.execution_started')).toBe(1);
  expect(there.tasks.events.at(-1)?.meta.causation_id).toBe(eventId);
  await expect.poll(() => there.worker.status().running).toBe(0);
});

test('one whose task cannot be read at first is read again, and runs', async () => {
  const there = stage();
  await ready(there.worker);
  const { place, stored } = await startedHere(there, 1);
  there.tasks.accidents = [away(), away()];
  place?.begin(stored);
  await expect.poll(() => there.tasks.count('task.execution_completed')).toBe(1);
});

test('one that is over already by what the log says does nothing', async () => {
  const executor = new HeldExecutor();
  const there = stage({ executor });
  await ready(there.worker);
  const { place, stored } = await startedHere(there, 1);
  place?.begin({ ...stored, claim: 'another' });
  await expect.poll(() => there.worker.status().running).toBe(0);
  expect(executor.runs).toEqual([]);
});

test('one that a stop leaves without an outcome is told', async () => {
  const executor = new HeldExecutor();
  const there = stage({ executor });
  await ready(there.worker);
  let lost = 0;
  const { place, stored } = await startedHere(there, 1, () => void lost++);
  place?.begin(stored);
  await executor.running(1);
  await there.worker.stop();
  expect(lost).toBe(1);
  expect(there.worker.local.reserve('usr_other' as UserId, 30)).toBeNull();
});

test('what the scheduler of the process offers waits for a place, chosen as what was queued is', async () => {
  const executor = new HeldExecutor();
  const there = stage({ executor, concurrency: 1, timing: { heartbeat: 10, waitForPlace: 30 } });
  await ready(there.worker);
  const queued = await there.deliver(1);
  await executor.running(1);
  const returned: number[] = [];
  const offer = async (n: number, mayWait: boolean) => {
    const command = await there.tasks.requested(n);
    const onHandedBack = (delayMs: number) => void returned.push(delayMs);
    const claim = `${command.execution_id}.1.w1`;
    return () => there.worker.local.offer({ command, claim, mayWait: () => mayWait, onHandedBack });
  };
  const [patient, other] = [await offer(2, true), await offer(3, false)];
  expect(other()).toBe(false);
  expect(patient()).toBe(true);
  // Again, while it is here: nothing more.
  expect(patient()).toBe(true);
  expect(there.worker.status().waiting.medium).toBe(1);
  const beats = queued.heartbeats;
  await expect.poll(() => queued.heartbeats - beats).toBeGreaterThan(6);
  expect(returned).toEqual([]);
  executor.open();
  await expect.poll(() => there.tasks.count('task.execution_completed')).toBe(2);
  expect(other()).toBe(true);
  await expect.poll(() => there.tasks.count('task.execution_completed')).toBe(3);
});

test('offered attempts go back to the scheduler when others could run them, and when the log is away', async () => {
  const executor = new HeldExecutor();
  const there = stage({ executor, concurrency: 1, timing: { heartbeat: 10, waitForPlace: 30 } });
  await ready(there.worker);
  await there.deliver(1);
  await executor.running(1);
  let isAlone = true;
  const returned: number[] = [];
  const command = await there.tasks.requested(2);
  const claim = `${command.execution_id}.1.w1`;
  const onHandedBack = (delayMs: number) => void returned.push(delayMs);
  const offer = () => there.worker.local.offer({ command, claim, mayWait: () => isAlone, onHandedBack });
  expect(offer()).toBe(true);
  isAlone = false;
  await expect.poll(() => returned).toEqual([1_000]);
  executor.open();
  await expect.poll(() => there.worker.status().running).toBe(0);
  there.tasks.accidents = [away()];
  expect(offer()).toBe(true);
  await expect.poll(() => returned).toEqual([1_000, 1_000]);
  expect(there.tasks.count('task.execution_started')).toBe(1);
});

/** Resolves when the worker takes what the scheduler gives it. */
async function ready(worker: Worker): Promise<void> {
  await expect
    .poll(() => {
      const place = worker.local.reserve('usr_probe' as UserId, 30);
      place?.release();
      return place !== null;
    })
    .toBe(true);
}
