import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { TaskCommands } from '../../../src/application/commands/execute-command.ts';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import { LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';
import type { EventLog } from '../../../src/application/ports/log/log.ts';
import { NOT_MEASURED } from '../../../src/application/ports/measures.ts';
import type { EventId, UserId } from '../../../src/domain/shared/ids.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { eventually } from '../../support/eventually.ts';
import { everyMinute, newTask } from '../../support/histories/history.ts';
import { appendOf } from '../../support/log/log-fixture.ts';
import { freeze } from '../../support/nats/frozen.ts';
import { connected, disconnected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';
import { NO_LIMITS } from '../../support/parts/nobody.ts';
import { type TaskPartsOptions, taskParts } from '../../support/parts/task-parts.ts';
import { stopwatch } from '../../support/processes/waited-for-cores.ts';

const USER = 'usr_1' as UserId;
const context = { actor: 'user:usr_1', correlation_id: 'c', causation_id: null, traceparent: null };

async function twoProcesses(options: TaskPartsOptions = {}) {
  const server = await natsServer();
  const nc = await connected(server, 'one');
  await provision(nc, { replicas: 1 });
  const secretsKey = randomBytes(32);
  const one = taskParts(nc, secretsKey, options);
  const two = taskParts(await connected(server, 'two'), secretsKey, options);
  return { server, one, two };
}

function edit() {
  return { now: systemClock.now(), if_match: null, reason: null };
}

describe('commands', () => {
  it('all land, 200 unconditional updates of one task at once, with revisions without gaps', async () => {
    const { one } = await twoProcesses();
    const taskId = await one.person.create(USER);
    const took = stopwatch();
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, n) => one.person.rename(USER, taskId, `name ${n}`)),
    );
    expect(took()).toBeLessThan(4_000);
    expect(results.map(({ snapshot }) => snapshot.revision)).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 2),
    );
    const events = await one.log.readTask(USER, taskId, NO_SEQUENCE);
    expect(events.map(({ meta }) => meta.revision)).toEqual(Array.from({ length: 201 }, (_, n) => n + 1));
  });

  it('of two processes on one task all land, each decided on what the other did', async () => {
    const { one, two } = await twoProcesses();
    const taskId = await one.person.create(USER);
    await Promise.all(
      [one, two].flatMap(({ person }, process) =>
        Array.from({ length: 30 }, (_, n) => person.rename(USER, taskId, `name ${process}.${n}`)),
      ),
    );
    const events = await one.log.readTask(USER, taskId, NO_SEQUENCE);
    expect(events.map(({ meta }) => meta.revision)).toEqual(Array.from({ length: 61 }, (_, n) => n + 1));
    expect(new Set(events.flatMap((e) => (e.type === 'task.updated' ? e.data.personal.name : []))).size).toBe(
      60,
    );
  });

  it('that one process refuses, or finds done already, on an old state are decided again on the log', async () => {
    const { one, two } = await twoProcesses();
    const taskId = await one.person.create(USER, { schedule: everyMinute });
    await two.person.ask(USER, taskId, { type: 'pause', data: edit() });

    // The first process still believes in a task that is scheduled, where there is nothing to resume.
    const resumed = await one.person.ask(USER, taskId, { type: 'resume', data: edit() });
    expect(resumed.event?.type).toBe('task.status_changed');

    // And the second in one that is paused already.
    const paused = await two.person.ask(USER, taskId, { type: 'pause', data: edit() });
    expect(paused.event?.type).toBe('task.status_changed');
    const again = await two.person.ask(USER, taskId, { type: 'pause', data: edit() });
    expect(again).toMatchObject({ event: null, snapshot: { revision: 4 } });
  });

  it('are refused with the state that they were refused on', async () => {
    const { one } = await twoProcesses();
    const taskId = await one.person.create(USER);
    const stale = await one.commands.execute({ userId: USER, taskId }, context, {
      type: 'update',
      data: { ...edit(), if_match: 9 as never, changes: { name: 'x' }, status: null },
    });
    expect(stale).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'REVISION_MISMATCH', current: 1 },
      snapshot: { revision: 1 },
    });
    const missing = await one.commands.execute(
      { userId: USER, taskId: one.ids.taskId(systemClock.now()) },
      context,
      { type: 'pause', data: edit() },
    );
    expect(missing).toEqual({ kind: 'rejected', rejection: { code: 'TASK_NOT_FOUND' }, snapshot: null });
  });

  it('that create a task which exists find it, without an event', async () => {
    const { one, two } = await twoProcesses();
    const taskId = await one.person.create(USER, { name: 'First' });
    const again = await two.person.ask(USER, taskId, { type: 'create', data: newTask({ name: 'Second' }) });
    expect(again).toMatchObject({ event: null, snapshot: { revision: 1, state: { name: 'First' } } });
  });

  it('repeated under their event id answer what they led to then, and append nothing', async () => {
    const { one, two } = await twoProcesses();
    const taskId = await one.person.create(USER);
    const eventId = one.ids.eventId(systemClock.now());
    const rename = (parts: typeof one, mayExist: boolean) =>
      parts.commands.execute({ userId: USER, taskId, eventId, mayExist }, context, {
        type: 'update',
        data: { ...edit(), changes: { name: 'Mine' }, status: null },
      });
    const first = await rename(one, false);
    await one.person.rename(USER, taskId, 'Later');
    const repeated = await rename(two, true);
    expect(repeated).toEqual(first);
    expect(repeated).toMatchObject({ snapshot: { revision: 2, state: { name: 'Mine' } } });
    expect(await one.log.lastOfTask(USER, taskId)).toBe((await one.queries.task(USER, taskId))?.sequence);
    expect(await two.queries.task(USER, taskId)).toMatchObject({ revision: 3, state: { name: 'Later' } });

    const other = one.ids.eventId(systemClock.now()) as EventId;
    const unknown = await two.commands.execute(
      { userId: USER, taskId, eventId: other, mayExist: true },
      context,
      { type: 'update', data: { ...edit(), changes: { name: 'New' }, status: null } },
    );
    expect(unknown).toMatchObject({ event: { meta: { id: other, revision: 4 } } });
  });

  it('that lose every race end as a conflict when their time is over', async () => {
    const { one, two } = await twoProcesses();
    const taskId = await one.person.create(USER);
    let n = 0;
    const losing: EventLog = {
      ...boundTo(one.log),
      append: async (append, maySend) => {
        await two.person.rename(USER, taskId, `rival ${n++}`);
        return one.log.append(append, maySend);
      },
    };
    const repository = new TaskRepository({ log: losing, views: one.views });
    const commands = new TaskCommands({
      log: losing,
      repository,
      clock: systemClock,
      ids: one.ids,
      admissions: NO_LIMITS,
      measures: NOT_MEASURED,
      budgetMs: 1_500,
    });
    const result = await commands.execute({ userId: USER, taskId }, context, {
      type: 'update',
      data: { ...edit(), changes: { name: 'mine' }, status: null },
    });
    expect(result).toEqual({ kind: 'conflict' });
    expect(n).toBeGreaterThan(1);
  });

  it('that wait for a connection were never sent, and are not sent once that was said', async () => {
    const { server, one } = await twoProcesses({ budgetMs: 500 });
    const taskId = await one.person.create(USER);
    const lost = disconnected(one.nc);
    await server.kill9();
    await lost;
    await expect(one.person.rename(USER, taskId, 'late')).rejects.toBeInstanceOf(LogUnavailable);
    await server.restart();
    // What had waited for the connection would have been sent before this.
    await eventually(() => one.log.append(appendOf()).catch(() => null));
    expect(await one.log.readTask(USER, taskId, NO_SEQUENCE)).toHaveLength(1);
  });

  it('that a frozen server does not answer end in time, and those that queued behind were never sent', async () => {
    const { server, one } = await twoProcesses({ budgetMs: 1_000 });
    const taskId = await one.person.create(USER);
    await freeze(server, one.nc);
    const took = stopwatch();
    const ends = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => one.person.rename(USER, taskId, `name ${n}`)),
    );
    expect(took()).toBeLessThan(1_500);
    const errors = ends.map((end) => (end.status === 'rejected' ? end.reason : null));
    expect(errors[0]).toBeInstanceOf(OutcomeUnknown);
    for (const error of errors.slice(1)) expect(error).toBeInstanceOf(LogUnavailable);
    server.thaw();
    await one.person.rename(USER, taskId, 'afterwards');
    const names = (await one.log.readTask(USER, taskId, NO_SEQUENCE)).flatMap((event) =>
      event.type === 'task.updated' ? event.data.personal.name : [],
    );
    expect(['afterwards', 'name 0,afterwards']).toContain(names.join());
  });
});

/** A log's methods, free of their object. */
function boundTo(log: EventLog): EventLog {
  return {
    append: (append, maySend) => log.append(append, maySend),
    readTask: (userId, taskId, after, limit) => log.readTask(userId, taskId, after, limit),
    readUser: (userId, after, limit) => log.readUser(userId, after, limit),
    lastOfTask: (userId, taskId) => log.lastOfTask(userId, taskId),
    ownerOf: (taskId) => log.ownerOf(taskId),
    lastOfUser: (userId) => log.lastOfUser(userId),
  };
}
