import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import type { Clock } from '../../src/application/ports/clock.ts';
import type { EventId, TaskId } from '../../src/domain/shared/ids.ts';
import { epochMs, type Instant, instantOf, msBetween, plusMs } from '../../src/domain/shared/instant.ts';
import { DEFAULT_TIER_LIMITS } from '../../src/domain/user/limits.ts';
import { JetStreamLease } from '../../src/jetstream/leases/lease.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log/follow/log-follower.ts';
import { PROJECTOR_LEASE } from '../../src/jetstream/views/view-keys.ts';
import { Projector } from '../../src/projector/projector.ts';
import type { Scheduler } from '../../src/scheduler/scheduler.ts';
import { everyMinute, onceIn } from '../support/histories/history.ts';
import { appendOf, SECRETS, START, USER } from '../support/log/log-fixture.ts';
import { connected } from '../support/nats/nats-client.ts';
import { bundled } from '../support/processes/bundled.ts';
import { stopwatch, threadsWaitedForCores, waitedForCores } from '../support/processes/waited-for-cores.ts';
import { silent } from './fakes.ts';
import { type InstanceOptions, schedulerOn } from './instance.ts';
import { LiveLog, onceAt } from './live-log.ts';

const CHILD = await bundled(join(import.meta.dirname, 'scheduler-process.ts'));

async function startScheduler(live: LiveLog, options: Partial<InstanceOptions> = {}): Promise<Scheduler> {
  const scheduler = schedulerOn({
    nc: await connected(live.fixture.server, 'scheduler'),
    secretsKey: SECRETS,
    holder: 'in-process',
    logger: silent,
    ...options,
  });
  onTestFinished(() => scheduler.stop());
  scheduler.start();
  return scheduler;
}

/** Polls what nothing signals: the state of a scheduler in this process. */
async function untilState(scheduler: Scheduler, state: string): Promise<void> {
  while (scheduler.status().state !== state) await delay(10);
}

/** A scheduler in a process of its own, once it leads. */
async function leadingProcess(live: LiveLog, ttlMs: number): Promise<ChildProcess> {
  const { server } = live.fixture;
  const key = SECRETS.toString('base64');
  const child = spawn(
    process.execPath,
    [CHILD, server.servers, server.user, server.pass, key, String(ttlMs)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('scheduler leads')) break;
  }
  return child;
}

/** Milliseconds from now that this process, or a thread of the server, was ready to run and others had the cores. */
function waitsFrom({ fixture }: LiveLog): () => number {
  const both = () => waitedForCores(process.pid) + threadsWaitedForCores(fixture.server.pid());
  const before = both();
  return () => both() - before;
}

interface StoredCommand {
  readonly subject: string;
  readonly messageId: string;
  readonly taskId: string;
}

/** The commands in the queue: read by sequence, so that none is consumed. */
async function queuedCommands(live: LiveLog): Promise<StoredCommand[]> {
  const { nc } = live.fixture;
  const info = await nc.request('$JS.API.STREAM.INFO.EXECUTION_COMMANDS');
  const { state } = info.json<{ state: { first_seq: number; last_seq: number } }>();
  const stored: StoredCommand[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const answer = await nc.request('$JS.API.STREAM.MSG.GET.EXECUTION_COMMANDS', JSON.stringify({ seq }));
    const { message } = answer.json<{ message?: { subject: string; hdrs: string; data: string } }>();
    if (message === undefined) continue;
    const headers = Buffer.from(message.hdrs, 'base64').toString();
    const { task_id } = JSON.parse(Buffer.from(message.data, 'base64').toString()) as { task_id: string };
    const messageId = /Nats-Msg-Id: (\S+)/.exec(headers)?.[1] ?? '';
    stored.push({ subject: message.subject, messageId, taskId: task_id });
  }
  return stored;
}

function expectEachOnce(live: LiveLog, slots: ReadonlyMap<TaskId, Instant>): void {
  const requested = live.requests().map(({ taskId, slot }) => `${taskId} ${slot}`);
  expect([...requested].sort()).toEqual([...slots].map(([taskId, slot]) => `${taskId} ${slot}`).sort());
}

/** A clock that can be set; the real one before that. */
function settableClock(): { clock: Clock; setTo(time: Instant): void } {
  let offset = 0;
  return {
    clock: { now: () => instantOf(Date.now() + offset), monotonicMs: () => performance.now() },
    setTo: (time) => {
      offset = epochMs(time) - Date.now();
    },
  };
}

describe('on a real server', () => {
  it('admits of the slots of a free user that are due together as many as a day allows, in a few batches', async () => {
    const live = await LiveLog.open();
    const { log } = live.fixture;
    const { time, context } = appendOf();
    const data = { previous_tier: null, tier: 'free', tier_source: 'claim' } as const;
    const event = { type: 'user.tier_changed', data } as const;
    await log.appendFact({ userId: USER, eventId: ulid() as EventId, time, event, context, after: START });
    const slot = plusMs(systemClock.now(), 1_500);
    await Promise.all(Array.from({ length: 12 }, () => live.create({ schedule: onceAt(slot) })));
    await startScheduler(live, { limits: DEFAULT_TIER_LIMITS });
    await live.until(({ events }) => events.length === 24);
    expect(live.requests()).toHaveLength(10);
    const skipped = live.events.flatMap((each) => (each.type === 'task.slots_skipped' ? [each.data] : []));
    expect(skipped.map(({ reason, next_run_time, status }) => [reason, next_run_time, status?.to])).toEqual(
      Array.from({ length: 2 }, () => ['execution_limit', null, 'pending']),
    );
    // One fact for each batch, behind the tier's. A slow machine takes what is due in more than one turn.
    const batches = ((await log.lastFact(USER))?.revision ?? 0) - 1;
    expect(batches).toBeGreaterThan(0);
    expect(batches).toBeLessThan(5);
  });

  it('requests the slots of once, interval and cron when they are due, and queues their commands', async () => {
    const live = await LiveLog.open();
    const { clock, setTo } = settableClock();
    const minute = instantOf(Math.ceil(Date.now() / 60_000) * 60_000);
    const now = plusMs(minute, -55_000);
    setTo(now);
    const scheduler = await startScheduler(live, { clock });
    await untilState(scheduler, 'leading');
    const anchor = plusMs(minute, -600_000);
    const slots = new Map([
      [await live.create({ now, schedule: onceAt(minute), priority: 'urgent' }), minute],
      [
        await live.create({
          now,
          schedule: { ...everyMinute, type: 'interval', interval_seconds: 60, anchor },
        }),
        minute,
      ],
      [await live.create({ now, schedule: { ...onceIn(0), type: 'cron', expression: '* * * * *' } }), minute],
    ]);
    while (scheduler.status().armed_timers < 3) await delay(10);
    // Time enough for it to notice that the clock was set: within a second.
    setTo(plusMs(minute, -1_300));
    const waitedBefore = waitedForCores(process.pid);
    await live.until(() => live.requests().length >= 3);
    expectEachOnce(live, slots);
    const waited = waitedForCores(process.pid) - waitedBefore;
    for (const request of live.requests()) {
      expect(msBetween(minute, request.at)).toBeGreaterThanOrEqual(0);
      expect(msBetween(minute, request.at)).toBeLessThan(500 + waited);
    }

    let commands: StoredCommand[] = [];
    while (commands.length < 3) commands = await queuedCommands(live);
    expect(commands.map((command) => command.taskId).sort()).toEqual([...slots.keys()].sort());
    expect(commands.map((command) => command.subject).sort()).toEqual([
      'executions.medium.todo',
      'executions.medium.todo',
      'executions.urgent.todo',
    ]);
    for (const { messageId } of commands) expect(messageId).toMatch(/^exe_\w{26}\.1\.0$/);
  });

  it('lets one of two lead and request', async () => {
    const live = await LiveLog.open();
    const first = await startScheduler(live);
    await untilState(first, 'leading');
    const second = await startScheduler(live);
    await untilState(second, 'standby');
    const slots = await live.createOnce(60, 300, 10);
    await live.until(() => live.requests().length >= 60);
    expectEachOnce(live, slots);
    expect(new Set(live.requests().map((request) => request.term))).toEqual(new Set([first.status().term]));
    expect(second.status()).toMatchObject({
      state: 'standby',
      tasks: 60,
      holder: { term: first.status().term },
    });
  });

  it('hands over at once on a clean stop', async () => {
    const live = await LiveLog.open();
    const first = await startScheduler(live);
    await untilState(first, 'leading');
    const second = await startScheduler(live);
    await untilState(second, 'standby');
    const slots = await live.createOnce(40, 200, 50);
    await live.until(() => live.requests().length >= 10);
    const took = stopwatch();
    await first.stop();
    await untilState(second, 'leading');
    expect(took()).toBeLessThan(2_000);
    await live.until(() => live.requests().length >= 40);
    expectEachOnce(live, slots);
    expect(first.status().state).toBe('stopped');
  });

  it('fires within 5 s of the leader being killed, none lost, none twice', async () => {
    const live = await LiveLog.open();
    const leader = await leadingProcess(live, 2_500);
    const standby = await startScheduler(live);
    await untilState(standby, 'standby');
    const slots = await live.createOnce(80, 200, 50);
    await live.until(() => live.requests().length >= 20);
    leader.kill('SIGKILL');
    const killedAt = systemClock.now();
    const waited = waitsFrom(live);
    const termBefore = live.requests()[0]?.term;
    await live.until(() => live.requests().some((request) => request.term !== termBefore));
    const [first] = live.requests().filter((request) => request.term !== termBefore);
    expect(msBetween(killedAt, first?.at ?? killedAt)).toBeLessThan(5_000 + waited());
    await live.until(() => live.requests().length >= 80);
    expectEachOnce(live, slots);
  });

  it('requests no slot twice when a leader that was frozen goes on', async () => {
    const live = await LiveLog.open();
    const leader = await leadingProcess(live, 1_000);
    const standby = await startScheduler(live, { ttlMs: 1_000 });
    await untilState(standby, 'standby');
    const slots = await live.createOnce(150, 200, 40);
    await live.until(() => live.requests().length >= 20);
    leader.kill('SIGSTOP');
    await delay(3_000);
    leader.kill('SIGCONT');
    await live.until(() => live.requests().length >= 150);
    await delay(300);
    expectEachOnce(live, slots);
    expect(standby.status().state).toBe('leading');
  });

  it('loses no slot and requests none twice when the server is killed in between', async () => {
    const live = await LiveLog.open();
    const scheduler = await startScheduler(live);
    await untilState(scheduler, 'leading');
    const slots = await live.createOnce(100, 200, 30);
    await live.until(() => live.requests().length >= 30);
    await live.fixture.server.kill9();
    await live.fixture.server.restart();
    await live.until(() => live.requests().length >= 100);
    await delay(200);
    expectEachOnce(live, slots);
  });

  it('catches up after downtime: the missed slots in one event, then one run', async () => {
    const live = await LiveLog.open();
    const created = plusMs(systemClock.now(), -30 * 60_000 - 5_000);
    const taskId = await live.create({
      now: created,
      schedule: { ...everyMinute, type: 'interval', interval_seconds: 60, anchor: created },
    });
    await startScheduler(live);
    await live.until(() => live.requests().length >= 1);
    expect(live.events.filter((event) => event.meta.task_id === taskId).map((event) => event.type)).toEqual([
      'task.created',
      'task.slots_skipped',
      'task.execution_requested',
    ]);
    expect(live.events[1]).toMatchObject({ data: { reason: 'missed', count: 29 } });
    expect(live.requests()[0]?.slot).toBe(plusMs(created, 30 * 60_000));
  });

  it('emits a command again when it was lost before the start', async () => {
    const live = await LiveLog.open();
    let offset = 0;
    const clock: Clock = {
      now: () => instantOf(Date.now() + offset),
      monotonicMs: () => performance.now(),
    };
    await startScheduler(live, { clock });
    const [[taskId] = []] = await live.createOnce(1, 100, 0);
    while ((await queuedCommands(live)).length === 0) await delay(10);
    await live.fixture.nc.request('$JS.API.STREAM.PURGE.EXECUTION_COMMANDS');
    offset = 10_000;
    let commands: StoredCommand[] = [];
    while (commands.length === 0) commands = await queuedCommands(live);
    expect(commands).toEqual([
      expect.objectContaining({ taskId, messageId: expect.stringMatching(/\.1\.1$/) }),
    ]);
  });

  it('starts from what a projector left, and goes on from the log without one', async () => {
    const live = await LiveLog.open();
    const { nc, log, keys } = live.fixture;
    const early = await live.createOnce(20, 300, 20);
    await live.create({});
    const projector = new Projector({
      nc,
      keys,
      log,
      follower: new JetStreamLogFollower(nc, keys),
      lease: new JetStreamLease(nc, systemClock, { name: PROJECTOR_LEASE, holder: 'once' }),
      logger: silent,
      executionsKept: 100,
    });
    expect(await projector.runOnce()).toBe(21);
    const late = await live.createOnce(20, 300, 20);
    const { clock, setTo } = settableClock();
    setTo(plusMs(systemClock.now(), -60_000));
    const scheduler = await startScheduler(live, { clock });
    await untilState(scheduler, 'leading');
    expect(scheduler.status()).toMatchObject({ tasks: 40, armed_timers: 40, position: 41 });
    setTo(systemClock.now());
    await live.until(() => live.requests().length >= 40);
    expectEachOnce(live, new Map([...early, ...late]));
  });

  it('requests a thousand slots of one instant within seconds, however busy the machine is', async () => {
    const live = await LiveLog.open();
    const scheduler = await startScheduler(live);
    await untilState(scheduler, 'leading');
    const slots = await live.createOnce(1_000, 3_000, 0);
    const waited = waitsFrom(live);
    await live.until(() => live.requests().length >= 1_000);
    const [slot] = slots.values();
    expect(Date.now() - epochMs(slot as Instant)).toBeLessThan(5_000 + waited());
    expectEachOnce(live, slots);
  });
});
