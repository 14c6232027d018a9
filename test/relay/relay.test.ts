import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import { ulidIds } from '../../src/app/ulid-ids.ts';
import { foldTask } from '../../src/application/commands/task-repository.ts';
import type { Lease } from '../../src/application/ports/lease.ts';
import { Overtaken, PUBLISHED_TYPES } from '../../src/application/ports/platform.ts';
import type { CreditMicros } from '../../src/domain/shared/credits.ts';
import {
  type ExecutionId,
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type Term,
  type UserId,
} from '../../src/domain/shared/ids.ts';
import { type Instant, plusMs } from '../../src/domain/shared/instant.ts';
import type { TaskSnapshot } from '../../src/domain/task/evolve/snapshot.ts';
import { jetstreamApi } from '../../src/jetstream/connection/api.ts';
import { JetStreamEventLog } from '../../src/jetstream/log/event-log.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { JetStreamPublishedStream } from '../../src/jetstream/publishing/published-stream.ts';
import { JetStreamRelayStateStore } from '../../src/jetstream/views/relay-state-store.ts';
import type { Relay } from '../../src/relay/relay.ts';
import { describedSubjects, faultsOf } from '../support/async-api.ts';
import { everyMinute, failure } from '../support/histories/history.ts';
import { type Published, publishedOn } from '../support/log/published.ts';
import { leaderOf } from '../support/nats/leader-of.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer } from '../support/nats/nats-server.ts';
import { type RelayOptions, relayOn } from '../support/parts/relay-parts.ts';
import { type TaskParts, taskParts } from '../support/parts/task-parts.ts';
import { bundled } from '../support/processes/bundled.ts';

const USER = 'usr_1' as UserId;
const PROGRAM = await bundled(join(import.meta.dirname, '..', 'support', 'processes', 'relaying-process.ts'));
const LEASE_TTL_MS = 300;

const alwaysLeads: Lease = {
  run: (lead, signal) => lead({ term: 1 as Term, signal, holds: () => true }),
  holder: () => null,
};

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const secretsKey = randomBytes(32);
  const parts = taskParts(nc, secretsKey);
  const relay = (options?: RelayOptions): Relay => {
    const started = relayOn(nc, secretsKey, options);
    started.start();
    onTestFinished(() => started.stop());
    return started;
  };
  const process_ = () => {
    const key = Buffer.from(secretsKey).toString('base64');
    const args = [server.servers, server.user, server.pass, key, String(LEASE_TTL_MS)];
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  return { nc, parts, relay, process: process_ };
}

/** Resolves when the last message tells of this event or a later one. */
async function relayedThrough(nc: NatsConnection, sequence: Sequence): Promise<void> {
  const stream = new JetStreamPublishedStream(nc);
  while ((await stream.position()).logSequence < sequence) await delay(10);
}

/** Every event of every task as the relay is to tell it: message ids in log order. */
function expectedIds(published: readonly Published[]): void {
  const ids = published.map(({ headers }) => headers['Nats-Msg-Id']);
  expect(new Set(ids).size).toBe(ids.length);
  const sequences = published.map(({ headers }) => Number(headers['Log-Sequence']));
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
}

/** A task's life that leads to a message of each type. */
async function wholeLife({ person, commands }: TaskParts): Promise<TaskId> {
  const now = systemClock.now();
  const edit = { now, if_match: null, reason: 'later' };
  const schedule = { ...everyMinute, pause_on_failure: 1 };
  const due = plusMs(now, 60);
  const taskId = await person.create(USER, {
    schedule,
    task_type: 'reminder',
    config: { reminder_message: 'Water them' },
    reminder_time: due,
    due_date: due,
    credits_per_run_micros: 1_500_000 as CreditMicros,
  });
  const ask: typeof person.ask = (...how) => person.ask(...how);
  const take = (execution_id: ExecutionId, at: Instant) =>
    commands.execute({ userId: USER, taskId, now: at }, CONTEXT, {
      type: 'take_due',
      data: { execution_id, default_timeout_seconds: 30, term: 1 as Term },
    });
  // Two slots have passed by then: the first of them is missed.
  await take(ulidIds().executionId(now), plusMs(now, 120_000));
  await ask(USER, taskId, { type: 'pause', data: edit });
  await person.change(USER, taskId, { name: 'Feed the cat' });
  await person.run(USER, taskId);
  await person.change(USER, taskId, { schedule: null });
  await person.change(USER, taskId, { schedule });
  const execution_id = await person.request(USER, taskId);
  await person.start(USER, taskId, execution_id);
  const outcome = { ...failure, retryable: false };
  const finish = { now: systemClock.now(), execution_id, attempt: 1, duration_ms: 3, outcome };
  await ask(USER, taskId, { type: 'finish_execution', data: finish });
  await delay(Math.max(0, Date.parse(due) - Date.now() + 1));
  for (let timers = 0; timers < 2; timers++) {
    await take(execution_id, systemClock.now());
  }
  await ask(USER, taskId, { type: 'delete', data: edit });
  await ask(USER, taskId, { type: 'restore', data: edit });
  return taskId;
}

const CONTEXT = { actor: 'scheduler', correlation_id: 'c', causation_id: null, traceparent: null };

it('keeps each task as its last event has left it, for whoever needs it in this process', async () => {
  const { nc, parts, relay } = await scene();
  const kept = new Map<TaskId, TaskSnapshot>();
  relay({ keep: (task) => void kept.set(task.state.task_id, task) });
  const taskId = await wholeLife(parts);
  const other = await parts.person.create(USER, {});
  await relayedThrough(nc, await parts.log.lastOfTask(USER, other));
  for (const id of [taskId, other]) {
    expect(kept.get(id)).toEqual(await foldTask(parts.log, USER, id));
  }
});

it('every message is as the AsyncAPI document says, with exactly its members, in log order', async () => {
  const { nc, parts, relay } = await scene();
  const taskId = await wholeLife(parts);
  relay();
  await relayedThrough(nc, await parts.follower.lastSequence());
  const published = await publishedOn(nc);

  expect([...new Set(published.map(({ subject }) => subject))].sort()).toEqual([...PUBLISHED_TYPES].sort());
  for (const type of PUBLISHED_TYPES) expect(describedSubjects).toContain(type);
  for (const { subject, document, headers } of published) {
    expect({ subject, faults: faultsOf(subject, document, headers) }).toEqual({ subject, faults: [] });
    expect(headers['Nats-Msg-Id']).toBe(`${headers['Log-Sequence']}.${subject}`);
    expect(document.data.task_id).toBe(taskId);
  }
  expectedIds(published);
  expect(published.map(({ subject }) => subject)).toEqual([
    'task.created',
    'task.slots_skipped',
    'task.status_changed',
    'task.updated',
    'task.executed',
    'task.updated',
    'task.updated',
    'task.executed',
    'task.failed',
    'task.reminder_triggered',
    'task.overdue',
    'task.deleted',
    'task.updated',
  ]);
});

it('relays killed with -9 at any point, and after the server has forgotten the ids, lose and double nothing', async () => {
  const { nc, parts, process } = await scene();
  const { config } = await jetstreamApi<{ config: object }>(nc, 'STREAM.INFO.TASK_EVENTS');
  await jetstreamApi(nc, 'STREAM.UPDATE.TASK_EVENTS', { ...config, duplicate_window: 100_000_000 });
  let writing = true;
  const made: number[] = [];
  const writers = Array.from({ length: 4 }, async () => {
    while (writing) {
      const taskId = await parts.person.create(USER);
      await parts.person.run(USER, taskId);
      await parts.person.rename(USER, taskId, 'anew');
      made.push(1);
    }
  });
  const relays = Array.from({ length: 4 }, () => process());
  for (let kills = 0; kills < 3; kills++) {
    await relayedThrough(nc, await parts.follower.lastSequence());
    await delay(Math.random() * 20);
    const leader = await leaderOf(nc, 'relay');
    relays.find(({ pid }) => `${pid}` === leader)?.kill('SIGKILL');
  }
  writing = false;
  await Promise.all(writers);
  await relayedThrough(nc, await parts.follower.lastSequence());
  const published = await publishedOn(nc);
  expectedIds(published);
  for (const type of ['task.created', 'task.executed', 'task.updated']) {
    expect(published.filter(({ subject }) => subject === type)).toHaveLength(made.length);
  }
});

it('two relays that both believe that they lead tell each event once', async () => {
  const { nc, parts, relay } = await scene();
  relay({ lease: alwaysLeads });
  relay({ lease: alwaysLeads });
  const tasks = await Promise.all(Array.from({ length: 100 }, () => parts.person.create(USER)));
  await Promise.all(tasks.map((taskId) => parts.person.run(USER, taskId)));
  await relayedThrough(nc, await parts.follower.lastSequence());
  const published = await publishedOn(nc);
  expectedIds(published);
  expect(published).toHaveLength(200);
});

it('a relay that cannot trust its lease for a moment, and then can again, leaves nothing out', async () => {
  const { nc, parts, relay } = await scene();
  await parts.person.create(USER);
  let looks = 0;
  relay({
    lease: {
      ...alwaysLeads,
      run: (lead, signal) => lead({ term: 1 as Term, signal, holds: () => looks++ > 0 }),
    },
  });
  await relayedThrough(nc, await parts.follower.lastSequence());
  expect(await publishedOn(nc)).toHaveLength(1);
});

it('what is published behind another message than was seen there is refused', async () => {
  const { nc, parts, relay } = await scene();
  relay();
  await parts.person.create(USER);
  await relayedThrough(nc, await parts.follower.lastSequence());
  const stream = new JetStreamPublishedStream(nc);
  const message = {
    type: 'task.deleted',
    userId: 'u' as UserId,
    logSequence: 99 as Sequence,
    logType: 'x',
    body: '{}',
  } as const;
  await expect(stream.publish([message], 0)).rejects.toThrow(Overtaken);
  await expect(stream.publish([message, { ...message, type: 'task.overdue' }], 0)).rejects.toThrow(Overtaken);
  expect(await publishedOn(nc)).toHaveLength(1);
});

it('a relay goes on from its checkpoint where all messages have expired', async () => {
  const { nc, parts, relay } = await scene();
  const first = relay();
  await parts.person.create(USER);
  await relayedThrough(nc, await parts.follower.lastSequence());
  await first.stop();
  await jetstreamApi(nc, 'STREAM.PURGE.TASK_EVENTS');
  const reached = await new JetStreamRelayStateStore(nc).get(['checkpoint', 'relay']);
  expect(reached?.value).toEqual({ sequence: await parts.follower.lastSequence() });
  relay();
  await parts.person.create(USER);
  await relayedThrough(nc, await parts.follower.lastSequence());
  expect((await publishedOn(nc)).map(({ headers }) => headers['Log-Sequence'])).toEqual(['2']);
});

it('a relay that begins anew tells of a task with a long history from its view, and from its history where it was edited since', async () => {
  const { nc, parts, relay } = await scene();
  const { person, projector } = parts;
  const taskId = await person.create(USER, { credits_per_run_micros: 1_500_000 as CreditMicros });
  for (let runs = 0; runs < 15; runs++) await person.run(USER, taskId);
  const before = relay();
  await relayedThrough(nc, await parts.follower.lastSequence());
  await before.stop();
  const readTask = vi.spyOn(JetStreamEventLog.prototype, 'readTask');
  onTestFinished(() => readTask.mockRestore());

  /** What a relay of its own tells of what was done, and whether it read the history from its beginning. */
  async function told(act: () => Promise<unknown>) {
    await act();
    await projector.runOnce();
    const known = (await publishedOn(nc)).length;
    readTask.mockClear();
    const anew = relay();
    await relayedThrough(nc, await parts.follower.lastSequence());
    await anew.stop();
    const messages = (await publishedOn(nc)).slice(known).map(({ document }) => document.data);
    return { messages, fromTheBeginning: readTask.mock.calls.some(([, , after]) => after === NO_SEQUENCE) };
  }
  const run = { name: 'Water the plants', trigger_type: 'manual', credits_consumed: 1.5, tokens_used: 3 };
  const twice = await told(async () => [await person.run(USER, taskId), await person.run(USER, taskId)]);
  expect(twice).toMatchObject({ messages: [run, run], fromTheBeginning: false });
  const edited = await told(async () => [
    await person.run(USER, taskId),
    await person.rename(USER, taskId, 'X'),
  ]);
  expect(edited).toMatchObject({ messages: [run, { task_id: taskId }], fromTheBeginning: true });
});
