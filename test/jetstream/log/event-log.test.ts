import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { ulid } from 'ulid';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import type { Append } from '../../../src/application/ports/log/log.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import {
  type EventId,
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type UserId,
} from '../../../src/domain/shared/ids.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { lastSequence } from '../../../src/jetstream/connection/leader-read.ts';
import { LOG_STREAM } from '../../../src/jetstream/connection/subjects.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import {
  appendOf,
  landed,
  logFixture,
  newTaskId,
  positionOf,
  SECRETS,
  taskCreated,
  taskUpdated,
  USER,
  updateAfter,
} from '../../support/log/log-fixture.ts';
import { verifyChain } from '../../support/log/verify-chain.ts';
import { connected, disconnected } from '../../support/nats/nats-client.ts';
import { startNatsServer } from '../../support/nats/nats-server.ts';
import { stopwatch } from '../../support/processes/waited-for-cores.ts';

/** A task with that many events. */
async function taskOf(
  log: JetStreamEventLog,
  count: number,
  given: Partial<Append> = {},
): Promise<RecordedTaskEvent[]> {
  const events = [landed(await log.append(appendOf(given)))];
  while (events.length < count)
    events.push(landed(await log.append(updateAfter(events.at(-1) as RecordedTaskEvent))));
  return events;
}

/** Resolves once the client knows that its connection is gone. */
const elapsed = async (work: Promise<unknown>) => {
  const took = stopwatch();
  await work.catch(() => undefined);
  return took();
};

describe('append', () => {
  test('of several events of one task at once answers them as they are read back, each linked to the one before', async () => {
    const { log } = await logFixture();
    const append = unitOfThree();
    const appended = await log.append(append);
    if (appended.kind !== 'appended') throw new Error('conflict');
    const events = [appended.event, ...appended.following];
    expect(events.map(({ meta }) => meta.revision)).toEqual([1, 2, 3]);
    expect(events.map(({ meta }) => meta.id)).toEqual(
      [append, ...append.following].map(({ eventId }) => eventId),
    );
    expect(await log.readTask(USER, append.taskId, NO_SEQUENCE)).toEqual(events);
    expect(await log.readTask(USER, append.taskId, 2 as Sequence)).toEqual(events.slice(2));
    verifyChain(events);
    const next = landed(await log.append(updateAfter(events[2] as RecordedTaskEvent)));
    expect(next.meta.revision).toBe(4);
    expect((await log.append({ ...unitOfThree(), taskId: append.taskId })).kind).toBe('conflict');
    expect((await log.readTask(USER, append.taskId, NO_SEQUENCE)).length).toBe(4);
  });

  test('answers the event as it is read back', async () => {
    const { log } = await logFixture();
    const append = appendOf({ event: taskCreated('Wäsche 🧺') });
    const event = landed(await log.append(append));
    expect(event.meta).toMatchObject({
      id: append.eventId,
      sequence: 1,
      revision: 1,
      prevhash: '0'.repeat(64),
    });
    expect(await log.readTask(USER, append.taskId, NO_SEQUENCE)).toEqual([event]);
    const next = landed(await log.append(updateAfter(event)));
    expect(next.meta).toMatchObject({ sequence: 2, revision: 2, prevhash: event.meta.hash });
  });

  test('after another event came first is a conflict and stores nothing', async () => {
    const { log } = await logFixture();
    const [event] = await taskOf(log, 1);
    const won = landed(await log.append(updateAfter(event as RecordedTaskEvent, 'won')));
    const lost = await log.append(updateAfter(event as RecordedTaskEvent, 'lost'));
    expect(lost).toEqual({ kind: 'conflict' });
    const again = await log.append(appendOf({ taskId: won.meta.task_id }));
    expect(again).toEqual({ kind: 'conflict' });
    expect((await log.readTask(USER, won.meta.task_id, NO_SEQUENCE)).length).toBe(2);
  });

  test('repeated with the same event id answers the event as it stands in the log', async () => {
    const { nc, log } = await logFixture();
    const append = appendOf();
    const event = landed(await log.append(append));
    expect(landed(await log.append(append))).toEqual(event);
    // By one who has folded the event already.
    expect(landed(await log.append({ ...append, after: positionOf(event) }))).toEqual(event);
    // By another process, after the next event.
    await log.append(updateAfter(event));
    const other = new JetStreamEventLog(nc, new UserKeys(nc, SECRETS), new GroupCommit(nc));
    expect(landed(await other.append(append))).toEqual(event);
    expect(await lastSequence(nc, LOG_STREAM)).toBe(2);
  });

  test('of 64 clients over 40 tasks lands with gapless revisions and a whole chain', async () => {
    const { nc, log } = await logFixture();
    const tasks = Array.from({ length: 40 }, newTaskId);
    const heads = new Map<TaskId, RecordedTaskEvent>();
    let conflicts = 0;
    const client = async (number: number) => {
      for (let round = 0; round < 10; ) {
        const taskId = tasks[(number * 7 + round * 13) % tasks.length] as TaskId;
        const head = heads.get(taskId) ?? (await log.readTask(USER, taskId, NO_SEQUENCE)).at(-1);
        const appended = await log.append(head === undefined ? appendOf({ taskId }) : updateAfter(head));
        if (appended.kind === 'appended') {
          heads.set(taskId, appended.event);
          round++;
        } else {
          conflicts++;
          heads.delete(taskId);
        }
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, number) => client(number)));
    const events = await log.readUser(USER, NO_SEQUENCE);
    expect(events.length).toBe(640);
    expect(await lastSequence(nc, LOG_STREAM)).toBe(640);
    expect(conflicts).toBeGreaterThan(0);
    verifyChain(events);
  });

  test('by 200 at once to one task, each reloading after a conflict, all land', async () => {
    const { log } = await logFixture();
    const [created] = await taskOf(log, 1);
    const { task_id } = (created as RecordedTaskEvent).meta;
    const appender = async (name: string) => {
      let head = created as RecordedTaskEvent;
      for (;;) {
        const appended = await log.append(updateAfter(head, name));
        if (appended.kind === 'appended') return;
        await delay(Math.random() * 20);
        head = (await log.readTask(USER, task_id, head.meta.sequence)).at(-1) ?? head;
      }
    };
    await Promise.all(Array.from({ length: 200 }, (_, index) => appender(`name ${index}`)));
    const events = await log.readTask(USER, task_id, NO_SEQUENCE);
    expect(events.length).toBe(201);
    verifyChain(events);
  });

  test('of what no message can hold is refused, and so is any once the log is full', async () => {
    const server = await startNatsServer({ maxFileStore: '12MB' });
    const nc = await connected(server);
    try {
      await provision(nc, { replicas: 1 });
      const log = new JetStreamEventLog(nc, new UserKeys(nc, SECRETS), new GroupCommit(nc));
      const sized = (bytes: number) => appendOf({ event: taskCreated('x'.repeat(bytes)) });
      const refusal = (code: LogRefused['code']) => expect.objectContaining({ name: 'LogRefused', code });
      await expect(log.append(sized(4_500_000))).rejects.toEqual(refusal('EVENT_TOO_LARGE'));
      const fill = Array.from({ length: 20 }, () => log.append(sized(1_000_000)));
      const outcomes = await Promise.allSettled(fill);
      expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
      await expect(log.append(sized(1_000_000))).rejects.toEqual(refusal('LOG_FULL'));
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of refused) expect(reason).toBeInstanceOf(LogRefused);
      const stored = outcomes.length - refused.length;
      expect((await log.readUser(USER, NO_SEQUENCE)).length).toBe(stored);
    } finally {
      await server.stop();
    }
  });
});

describe('reading', () => {
  test('a task: everything, what is after a sequence, and the oldest of it', async () => {
    const { log } = await logFixture();
    const events = await taskOf(log, 5);
    await taskOf(log, 3);
    const { task_id } = (events[0] as RecordedTaskEvent).meta;
    for (let from = 0; from <= 5; from++) {
      const after = (events[from - 1]?.meta.sequence ?? NO_SEQUENCE) as Sequence;
      expect(await log.readTask(USER, task_id, after)).toEqual(events.slice(from));
      for (const limit of [0, 1, 2, 9]) {
        expect(await log.readTask(USER, task_id, after, limit)).toEqual(events.slice(from).slice(0, limit));
      }
    }
    expect(await log.readTask(USER, newTaskId(), NO_SEQUENCE)).toEqual([]);
    expect(await log.lastOfTask(USER, task_id)).toBe(events.at(-1)?.meta.sequence);
    expect(await log.lastOfTask(USER, newTaskId())).toBe(0);
  });

  test('a history of many pages comes whole and in order', async () => {
    const { log } = await logFixture();
    const events = await taskOf(log, 1_203);
    const { task_id } = (events[0] as RecordedTaskEvent).meta;
    expect(await log.readTask(USER, task_id, NO_SEQUENCE)).toEqual(events);
    expect(await log.readTask(USER, task_id, 3 as Sequence, 700)).toEqual(events.slice(3, 703));
    expect(await log.readUser(USER, NO_SEQUENCE)).toEqual(events);
  });

  test('a user: all tasks in log order, nobody else, and nothing that is no task', async () => {
    const { nc, log } = await logFixture();
    const ann = 'ann.*.>@example.com' as UserId;
    const mine = [...(await taskOf(log, 2, { userId: ann })), ...(await taskOf(log, 1, { userId: ann }))];
    await nc.request('tasklog.ann=2E=2A=2E=3E=40example=2Ecom._user', '{"not":"for us"}');
    await taskOf(log, 2);
    mine.push(...(await taskOf(log, 1, { userId: ann })));
    expect(await log.readUser(ann, NO_SEQUENCE)).toEqual(mine);
    expect(await log.readUser(ann, 2 as Sequence)).toEqual(mine.slice(2));
    expect(await log.readUser(ann, 1 as Sequence, 2)).toEqual(mine.slice(1, 3));
    expect(await log.readUser(ann, 2 as Sequence, 2)).toEqual(mine.slice(2));
    expect(await log.lastOfUser(ann)).toBe(mine.at(-1)?.meta.sequence);
    expect(await log.readUser(ann, await log.lastOfUser(ann))).toEqual([]);
    expect(await log.lastOfUser('nobody' as UserId)).toBe(0);
  });

  test('many events at once lets others have their turn in between', async () => {
    const { log, keys } = await logFixture();
    await Promise.all(Array.from({ length: 2_000 }, () => log.append(appendOf())));
    const key = await keys.get(USER);
    let [opened, most] = [0, 0];
    const counted = {
      number: key.number,
      get secret() {
        most = Math.max(most, ++opened);
        return key.secret;
      },
    };
    vi.spyOn(keys, 'kept').mockReturnValue(counted);
    let others = setImmediate(function turn() {
      opened = 0;
      others = setImmediate(turn);
    });
    onTestFinished(() => clearImmediate(others));
    expect(await log.readUser(USER, NO_SEQUENCE)).toHaveLength(2_000);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(2_000);
  });

  test('leaves no subscription behind', async () => {
    const { nc, log } = await logFixture();
    const events = await taskOf(log, 4);
    const { task_id } = (events[0] as RecordedTaskEvent).meta;
    const open = () =>
      (nc as unknown as { protocol: { subscriptions: { size(): number } } }).protocol.subscriptions.size();
    const before = open();
    for (let round = 0; round < 20; round++) {
      await log.readTask(USER, task_id, NO_SEQUENCE);
      await log.readUser(USER, NO_SEQUENCE);
    }
    expect(open()).toBe(before);
  });
});

describe('a server that is gone', () => {
  test('kill -9 while 64 appends are under way: acknowledged ones are there once, the others at most once', async () => {
    const { server, nc, log } = await logFixture();
    await taskOf(log, 1);
    const acknowledged = new Map<string, RecordedTaskEvent>();
    const unresolved = new Set<string>();
    const stop = new AbortController();
    const client = async () => {
      while (!stop.signal.aborted) {
        const append = appendOf();
        try {
          const event = landed(await log.append(append));
          acknowledged.set(append.eventId, event);
        } catch (error) {
          if (!(error instanceof OutcomeUnknown || error instanceof LogUnavailable)) throw error;
          unresolved.add(append.eventId);
        }
      }
    };
    const clients = Array.from({ length: 64 }, client);
    for (let kill = 0; kill < 3; kill++) {
      const enough = acknowledged.size + 300;
      await expect.poll(() => acknowledged.size, { interval: 5 }).toBeGreaterThan(enough);
      await server.kill9();
      await server.restart();
    }
    const enough = acknowledged.size + 300;
    await expect.poll(() => acknowledged.size, { interval: 5 }).toBeGreaterThan(enough);
    stop.abort();
    await Promise.all(clients);

    const stored = await log.readUser(USER, NO_SEQUENCE);
    const ids = stored.map((event) => event.meta.id);
    expect(new Set(ids).size).toBe(ids.length);
    const byId = new Map(stored.map((event) => [event.meta.id as string, event]));
    for (const [id, event] of acknowledged) expect(byId.get(id)).toEqual(event);
    for (const id of ids.slice(1)) expect(acknowledged.has(id) || unresolved.has(id)).toBe(true);
    expect(await lastSequence(nc, LOG_STREAM)).toBe(stored.length);
    verifyChain(stored);
  });

  test('kill -9 while units of three are appended: each is there whole or not at all, an acknowledged one whole', async () => {
    const { server, log } = await logFixture();
    await taskOf(log, 1);
    const acknowledged = new Set<TaskId>();
    const stop = new AbortController();
    const client = async () => {
      while (!stop.signal.aborted) {
        const append = unitOfThree();
        try {
          const appended = await log.append(append);
          if (appended.kind !== 'appended') throw new Error('conflict');
          expect(appended.following.map(({ meta }) => meta.revision)).toEqual([2, 3]);
          acknowledged.add(append.taskId);
        } catch (error) {
          if (!(error instanceof OutcomeUnknown || error instanceof LogUnavailable)) throw error;
        }
      }
    };
    const clients = Array.from({ length: 48 }, client);
    for (let kill = 0; kill < 4; kill++) {
      const enough = acknowledged.size + 150;
      await expect.poll(() => acknowledged.size, { interval: 5 }).toBeGreaterThan(enough);
      await server.kill9();
      await server.restart();
    }
    stop.abort();
    await Promise.all(clients);

    const stored = await log.readUser(USER, NO_SEQUENCE);
    const byTask = new Map<TaskId, RecordedTaskEvent[]>();
    for (const event of stored.slice(1)) {
      byTask.set(event.meta.task_id, [...(byTask.get(event.meta.task_id) ?? []), event]);
    }
    for (const events of byTask.values()) {
      const [first = 0] = events.map(({ meta }) => meta.sequence);
      expect(events.map(({ meta }) => meta.sequence)).toEqual([first, first + 1, first + 2]);
    }
    for (const taskId of acknowledged) expect(byTask.get(taskId)?.length).toBe(3);
    verifyChain(stored);
  });

  test('frozen while appends are sent, singly and in a batch: unknown within 5 s, stored at most once', async () => {
    const { server, log } = await logFixture();
    await taskOf(log, 1);
    server.freeze();
    const appends = Array.from({ length: 33 }, () => appendOf());
    const took = stopwatch();
    const single = appends.slice(0, 3).map((append) => log.append(append));
    await nextTurn();
    const batched = appends.slice(3).map((append) => log.append(append));
    const outcomes = await Promise.allSettled([...single, ...batched]);
    expect(took()).toBeLessThan(5_000);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { name: 'OutcomeUnknown' } });
    server.thaw();

    const repeated = await Promise.all(appends.map((append) => log.append(append)));
    const again = await Promise.all(appends.map((append) => log.append(append)));
    expect(again).toEqual(repeated);
    const stored = await log.readUser(USER, NO_SEQUENCE);
    expect(stored.length).toBe(appends.length + 1);
    for (const event of repeated.map(landed)) expect(stored).toContainEqual(event);
  });

  test('stopped before the append: nothing was stored, and it says so', async () => {
    const { server, nc, log } = await logFixture();
    const [event] = await taskOf(log, 1);
    const noticed = disconnected(nc);
    await server.kill9();
    await noticed;
    const append = updateAfter(event as RecordedTaskEvent);
    const appending = log.append(append);
    expect(await elapsed(appending)).toBeLessThan(5_000);
    await expect(appending).rejects.toThrow(LogUnavailable);
    await server.restart();
    await expect.poll(() => log.lastOfTask(USER, append.taskId).catch(() => null)).toBe(1);
    expect(landed(await log.append(append)).meta.sequence).toBe(2);
  });

  test.each(['freeze', 'kill9'] as const)(
    '%s: reads say that the log is unavailable within 3 s',
    async (how) => {
      const { server, log } = await logFixture();
      const events = await taskOf(log, 3);
      const { task_id } = (events[0] as RecordedTaskEvent).meta;
      await server[how]();
      const reads = [
        log.readTask(USER, task_id, NO_SEQUENCE),
        log.readUser(USER, NO_SEQUENCE),
        log.lastOfTask(USER, task_id),
        log.lastOfUser(USER),
      ];
      expect(Math.max(...(await Promise.all(reads.map(elapsed))))).toBeLessThan(3_000);
      for (const read of reads) await expect(read).rejects.toThrow(LogUnavailable);
    },
  );
});

function unitOfThree() {
  const append = appendOf();
  const { time, context } = append;
  const following = ['Buy bread', 'Buy salt'].map((name) => {
    return { eventId: ulid() as EventId, time, event: taskUpdated(name), context };
  });
  return { ...append, following };
}
