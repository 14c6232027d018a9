import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import type { EventLog } from '../../../src/application/ports/log/log.ts';
import { TaskQueries } from '../../../src/application/queries/queries.ts';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import {
  type ExecutionId,
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type UserId,
} from '../../../src/domain/shared/ids.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { advanceAll } from '../../../src/domain/task/evolve/snapshot.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { everyMinute } from '../../support/histories/history.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { type TaskParts, type TaskPartsOptions, taskParts } from '../../support/parts/task-parts.ts';

const USER = 'usr_1' as UserId;
const OTHER = 'usr.2 *>' as UserId;

async function oneProcess(options: TaskPartsOptions = {}): Promise<TaskParts> {
  const nc = await connected(await natsServer());
  await provision(nc, { replicas: 1 });
  return taskParts(nc, randomBytes(32), options);
}

/** Queries of a process that has not seen anything yet. */
function fresh(parts: TaskParts, log: EventLog = parts.log): TaskQueries {
  const { views } = parts;
  return new TaskQueries({ log, views, repository: new TaskRepository({ log, views }) });
}

async function namesOf(queries: TaskQueries, userId: UserId): Promise<string[]> {
  return (await queries.tasksOf(userId)).map(({ state }) => state.name).sort();
}

function remove(parts: TaskParts, taskId: TaskId) {
  const edit = { now: systemClock.now(), if_match: null, reason: null };
  return parts.person.ask(USER, taskId, { type: 'delete', data: edit });
}

describe('with no projector at all', () => {
  it('a task is read as it was last written, at once, by every process', async () => {
    const parts = await oneProcess();
    const other = fresh(parts);
    const taskId = await parts.person.create(USER, { name: 'One' });
    expect(await other.task(USER, taskId)).toMatchObject({ revision: 1, state: { name: 'One' } });
    for (const name of ['Two', 'Three']) {
      const { snapshot } = await parts.person.rename(USER, taskId, name);
      expect(await other.task(USER, taskId)).toEqual(snapshot);
      expect(await parts.queries.task(USER, taskId)).toEqual(snapshot);
    }
    expect(await other.task(OTHER, taskId)).toBeNull();
  });

  it('a list holds what was written before it was asked for, deleted tasks too', async () => {
    const parts = await oneProcess();
    const { person, queries } = parts;
    expect(await queries.tasksOf(USER)).toEqual([]);
    const first = await person.create(USER, { name: 'A' });
    expect(await namesOf(queries, USER)).toEqual(['A']);
    await person.create(USER, { name: 'B' });
    await person.create(OTHER, { name: 'not mine' });
    expect(await namesOf(queries, USER)).toEqual(['A', 'B']);
    await person.rename(USER, first, 'C');
    expect(await namesOf(queries, USER)).toEqual(['B', 'C']);
    await remove(parts, first);
    const [deleted] = (await queries.tasksOf(USER)).filter(({ state }) => state.deleted_at !== null);
    expect(deleted?.state.task_id).toBe(first);
    expect(await namesOf(fresh(parts), USER)).toEqual(['B', 'C']);
    expect(await namesOf(queries, OTHER)).toEqual(['not mine']);
  });

  it('executions are as they were last written, newest first', async () => {
    const { person, queries } = await oneProcess();
    const taskId = await person.create(USER);
    const done = await person.run(USER, taskId);
    const pending = await person.request(USER, taskId);
    const shown = await queries.executions(USER, taskId, { limit: 10 });
    expect(shown.map((each) => [each.execution_id, each.status])).toEqual([
      [pending, 'pending'],
      [done, 'completed'],
    ]);
    await person.start(USER, taskId, pending);
    expect(await queries.execution(USER, taskId, pending)).toMatchObject({ status: 'running', number: 2 });
    expect(await queries.execution(USER, taskId, done)).toMatchObject({ status: 'completed', number: 1 });
    expect(await queries.execution(USER, taskId, `exe_${'0'.repeat(26)}` as ExecutionId)).toBeNull();
    await person.finish(USER, taskId, pending);
    expect((await queries.executions(USER, taskId, { limit: 1 }))[0]).toMatchObject({
      status: 'completed',
    });
  });
});

describe('executions', () => {
  /** Twelve runs and one that is pending, of which the ring holds the newest five. */
  async function thirteen(): Promise<{ parts: TaskParts; taskId: TaskId; ids: ExecutionId[] }> {
    const parts = await oneProcess({ executionsKept: 5 });
    const taskId = await parts.person.create(USER);
    const ids: ExecutionId[] = [];
    for (let n = 0; n < 12; n++) ids.push(await parts.person.run(USER, taskId));
    ids.push(await parts.person.request(USER, taskId));
    return { parts, taskId, ids };
  }

  for (const projected of [true, false]) {
    it(`are paged by number and by offset, beyond the ring too, ${projected ? 'from the view' : 'without it'}`, async () => {
      const { parts, taskId, ids } = await thirteen();
      if (projected) await parts.projector.runOnce();
      const numbers = async (query: Parameters<TaskQueries['executions']>[2]) =>
        (await fresh(parts).executions(USER, taskId, query)).map(({ number }) => number);

      expect(await numbers({ limit: 3 })).toEqual([13, 12, 11]);
      expect(await numbers({ limit: 3, beforeNumber: 12 })).toEqual([11, 10, 9]);
      expect(await numbers({ limit: 3, beforeNumber: 10 })).toEqual([9, 8, 7]);
      expect(await numbers({ limit: 3, offset: 3 })).toEqual([10, 9, 8]);
      expect(await numbers({ limit: 3, beforeNumber: 3 })).toEqual([2, 1]);
      expect(await numbers({ limit: 3, beforeNumber: 2 })).toEqual([1]);
      expect(await numbers({ limit: 3, beforeNumber: 1 })).toEqual([]);
      expect(await numbers({ limit: 50 })).toEqual(ids.map((_, index) => 13 - index));
      expect(await numbers({ limit: 50, offset: 20 })).toEqual([]);
      expect(await numbers({ limit: 2, status: ['completed'] })).toEqual([12, 11]);
      expect(await numbers({ limit: 3, offset: 3, status: ['completed'] })).toEqual([9, 8, 7]);
      expect(await numbers({ limit: 3, status: ['pending'] })).toEqual([13]);
      expect(await numbers({ limit: 3, status: ['failed'] })).toEqual([]);
      for (const [index, id] of ids.entries()) {
        expect(await fresh(parts).execution(USER, taskId, id)).toMatchObject({ number: index + 1 });
      }
    });
  }

  it('of the view are brought up to date by the events that came after it', async () => {
    const { parts, taskId, ids } = await thirteen();
    await parts.projector.runOnce();
    const pending = ids[12] as ExecutionId;
    await parts.person.start(USER, taskId, pending);
    await parts.person.finish(USER, taskId, pending);
    const next = await parts.person.request(USER, taskId);
    const shown = await fresh(parts).executions(USER, taskId, { limit: 3 });
    expect(shown.map((each) => [each.execution_id, each.status])).toEqual([
      [next, 'pending'],
      [pending, 'completed'],
      [ids[11], 'completed'],
    ]);
  });
});

describe('executions of all tasks of a user', () => {
  for (const projected of [true, false]) {
    it(`are merged by their requests, newest first, ${projected ? 'from the view' : 'without it'}`, async () => {
      const parts = await oneProcess({ executionsKept: 5 });
      const { person } = parts;
      const tasks = await Promise.all(Array.from({ length: 30 }, () => person.create(USER)));
      await person.run(OTHER, await person.create(OTHER));
      const ids: ExecutionId[] = [];
      for (let n = 0; n < 60; n++) ids.push(await person.run(USER, tasks[(n * n) % 13] as TaskId));
      ids.push(await person.request(USER, tasks[0] as TaskId));
      await person.rename(USER, tasks[20] as TaskId, 'newest of all, and never run');
      if (projected) await parts.projector.runOnce();
      const newestFirst = ids.toReversed();
      const queries = fresh(parts);
      const pageOf = async (query: Parameters<TaskQueries['executionsOf']>[1]) =>
        (await queries.executionsOf(USER, query)).executions.map(({ execution }) => execution);
      const idsOf = async (query: Parameters<TaskQueries['executionsOf']>[1]) =>
        (await pageOf(query)).map(({ execution_id }) => execution_id);

      expect(await idsOf({ limit: 100 })).toEqual(newestFirst);
      expect(await idsOf({ limit: 7 })).toEqual(newestFirst.slice(0, 7));
      const [, , , fourth] = await pageOf({ limit: 4 });
      expect(await idsOf({ limit: 7, before: fourth?.id })).toEqual(newestFirst.slice(4, 11));
      const paged: ExecutionId[] = [];
      for (let before: Sequence | undefined; ; ) {
        const { executions, next } = await queries.executionsOf(USER, { limit: 9, before });
        paged.push(...executions.map(({ execution }) => execution.execution_id));
        if (next === null) break;
        before = next;
      }
      expect(paged).toEqual(newestFirst);
      const beyondRing = {
        limit: 3,
        before: fourth?.id,
        taskId: tasks[0] as TaskId,
        status: ['completed' as const],
      };
      const all = await queries.executions(USER, tasks[0] as TaskId, { limit: 100, status: ['completed'] });
      expect(await pageOf(beyondRing)).toEqual(all.filter(({ id }) => id < (fourth?.id ?? 0)).slice(0, 3));
      expect(await idsOf({ limit: 9, status: ['cancelled'] })).toEqual([]);
      expect(await idsOf({ limit: 9, status: ['pending'] })).toEqual(newestFirst.slice(0, 1));
      expect(await idsOf({ limit: 3, status: ['completed'] })).toEqual(newestFirst.slice(1, 4));
      const ofOne = await pageOf({ limit: 100, taskId: tasks[1] as TaskId });
      expect(ofOne.length).toBeGreaterThan(5);
      expect(ofOne).toEqual(await queries.executions(USER, tasks[1] as TaskId, { limit: 100 }));
      const { created_at: from } = (await pageOf({ limit: 100 }))[19] as ExecutionState;
      const since = await pageOf({ limit: 100, from });
      expect(since.length).toBeGreaterThanOrEqual(20);
      expect(since.every(({ created_at }) => created_at >= from)).toBe(true);
      const until = await pageOf({ limit: 100, to: from });
      expect(until.every(({ created_at }) => created_at <= from)).toBe(true);
      expect(since.length + until.length).toBeGreaterThanOrEqual(61);
    });
  }
});

describe('lists', () => {
  it('asked for at once share a read, and none of them misses what was written before it was asked for', async () => {
    const parts = await oneProcess();
    let reads = 0;
    const { log } = parts;
    const counting: EventLog = {
      append: (append, maySend) => log.append(append, maySend),
      readTask: (userId, taskId, after, limit) => log.readTask(userId, taskId, after, limit),
      readUser: (userId, after, limit) => log.readUser(userId, after, limit),
      lastOfTask: (userId, taskId) => log.lastOfTask(userId, taskId),
      ownerOf: (taskId) => log.ownerOf(taskId),
      lastOfUser: (userId) => {
        reads++;
        return log.lastOfUser(userId);
      },
    };
    const queries = fresh(parts, counting);
    await parts.person.create(USER, { name: '0' });
    const early = Array.from({ length: 20 }, () => queries.tasksOf(USER));
    await parts.person.create(USER, { name: '1' });
    const late = Array.from({ length: 20 }, () => queries.tasksOf(USER));
    for (const list of await Promise.all(late)) expect(list).toHaveLength(2);
    for (const list of await Promise.all(early)) expect(list.length).toBeGreaterThan(0);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it('of a user who goes on changing tasks cost the new events, not the tasks', async () => {
    const parts = await oneProcess();
    const ids = await Promise.all(
      Array.from({ length: 300 }, (_, n) => parts.person.create(USER, { name: `${n}` })),
    );
    await parts.projector.runOnce();
    const viewReads = vi.spyOn(parts.views, 'tasksOf');
    const tailReads = vi.spyOn(parts.log, 'readUser');
    const queries = fresh(parts);
    for (let n = 0; n < 20; n++) {
      const list = await queries.tasksOf(USER);
      expect(await queries.tasksOf(USER)).toBe(list);
      await parts.person.rename(USER, ids[n * 7] as TaskId, `changed ${n}`);
    }
    const names = (await queries.tasksOf(USER)).map(({ state }) => state.name);
    expect(names.filter((name) => name.startsWith('changed'))).toHaveLength(20);
    const tails = await Promise.all(tailReads.mock.settledResults.map(({ value }) => value));
    expect(viewReads).toHaveBeenCalledTimes(1);
    expect(tails.flat()).toHaveLength(20);
  });

  it('of a user with more tasks than one answer holds are whole', async () => {
    const parts = await oneProcess();
    await Promise.all(Array.from({ length: 1_100 }, (_, n) => parts.person.create(USER, { name: `${n}` })));
    const reads = vi.spyOn(parts.log, 'readUser');
    expect(new Set((await fresh(parts).tasksOf(USER)).map(({ state }) => state.name)).size).toBe(1_100);
    const pages = await Promise.all(reads.mock.settledResults.map(({ value }) => value));
    expect(pages.map(({ length }) => length)).toEqual([1_000, 100]);
    await parts.projector.runOnce();
    await parts.person.create(USER, { name: 'last' });
    const names = await namesOf(fresh(parts), USER);
    expect(new Set(names).size).toBe(1_101);
  });
});

it('no read is ever older than the log, whatever the projector is doing', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = mulberry(seed);
  const parts = await oneProcess({ executionsKept: 8 });
  const { person, log } = parts;
  const tasks = await Promise.all(
    Array.from({ length: 6 }, () => person.create(USER, { schedule: everyMinute })),
  );
  const any = () => tasks[Math.floor(random() * tasks.length)] as TaskId;
  const processes = [parts.queries, fresh(parts), fresh(parts)];
  let writing = true;

  const write = async () => {
    for (let n = 0; n < 120; n++) {
      const roll = random();
      if (roll < 0.1) tasks.push(await person.create(USER));
      else if (roll < 0.5) await person.rename(USER, any(), `name ${n}`);
      else await person.run(USER, any()).catch(() => undefined);
    }
  };
  const read = async (queries: TaskQueries) => {
    while (writing) {
      const taskId = any();
      const before = await log.lastOfUser(USER);
      const beforeTask = await log.lastOfTask(USER, taskId);
      const [one, list, executions] = await Promise.all([
        queries.task(USER, taskId),
        queries.tasksOf(USER),
        queries.executions(USER, taskId, { limit: 5 }),
      ]);
      expect(one?.sequence, `seed ${seed}`).toBeGreaterThanOrEqual(beforeTask);
      const newest = Math.max(...list.map(({ sequence }) => sequence));
      expect(newest, `seed ${seed}`).toBeGreaterThanOrEqual(before);
      const events = await log.readTask(USER, taskId, NO_SEQUENCE);
      const listed = list.find(({ state }) => state.task_id === taskId);
      for (const snapshot of [one, listed]) {
        const held = events.filter(({ meta }) => meta.sequence <= (snapshot?.sequence ?? 0));
        expect(snapshot, `seed ${seed}`).toEqual(advanceAll(null, held));
      }
      const possible = executionsAfter(events, beforeTask);
      const fits = possible.some((each) => isDeepStrictEqual(each, executions));
      expect(fits, `executions, seed ${seed}`).toBe(true);
    }
  };
  const project = async () => {
    while (writing) {
      await parts.projector.runOnce();
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
    }
  };
  const written = Promise.all([write(), write()]).finally(() => {
    writing = false;
  });
  await Promise.all([written, ...processes.map(read), project()]);
  await parts.projector.runOnce();
  expect((await verifyViews(parts)).differences).toEqual([]);
});

/** The newest five executions as they were at each moment since that event, newest first. */
function executionsAfter(events: readonly RecordedTaskEvent[], since: Sequence): ExecutionState[][] {
  const folded: ExecutionState[] = [];
  const moments: ExecutionState[][] = [];
  for (const [index, event] of events.entries()) {
    const number = executionNumberOf(event);
    if (number !== null) folded[number - 1] = evolveExecution(folded[number - 1] ?? null, event);
    const next = events[index + 1];
    if (next === undefined || next.meta.sequence > since) moments.push(folded.slice(-5).reverse());
  }
  return moments;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
