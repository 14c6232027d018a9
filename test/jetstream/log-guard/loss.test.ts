import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { acceptLoss } from '../../../src/jetstream/log-guard/accept-loss.ts';
import { describeLoss, findLoss, findUnreadable } from '../../../src/jetstream/log-guard/find-loss.ts';
import { JetStreamLogGuard } from '../../../src/jetstream/log-guard/log-guard.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import { cutLogEnd, flipByteIn, forgetLogIndex } from '../../support/nats/damaged-store.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { taskParts } from '../../support/parts/task-parts.ts';

const ANN = 'ann' as UserId;
const logger = pino({ level: 'silent' });

/** Eight tasks in log and views; the server is stopped, and so are its clients. */
async function stoppedLog(): Promise<{ server: TestNatsServer; tasks: TaskId[] }> {
  const server = await natsServer();
  const nc = await connected(server);
  const { person, projector } = taskParts(nc, SECRETS);
  const tasks: TaskId[] = [];
  for (let made = 0; made < 8; made++) tasks.push(await person.create(ANN));
  await projector.runOnce();
  await nc.close();
  await server.halt();
  return { server, tasks };
}

async function partsAfter(damage: (storeDir: string) => void) {
  const { server, tasks } = await stoppedLog();
  damage(server.storeDir);
  await server.restart();
  const nc = await connected(server);
  const clock = systemClock;
  const accept = async () => {
    const loss = await findLoss(nc);
    if (loss !== null) await acceptLoss({ nc, clock, ids: ulidIds() }, loss);
  };
  return { server, tasks, accept, ...taskParts(nc, SECRETS) };
}

const DAMAGES: [string, (storeDir: string) => void][] = [
  ['was cut off', (storeDir) => cutLogEnd(storeDir, 100)],
  [
    'was cut off, and the server has forgotten that it was there',
    (storeDir) => {
      cutLogEnd(storeDir, 100);
      forgetLogIndex(storeDir);
    },
  ],
];

test.each(DAMAGES)(
  'a log whose end %s is found out, and goes on once that is accepted',
  async (_, damage) => {
    const parts = await partsAfter(damage);
    const { nc, accept, tasks, person, projector, queries, log, follower, views } = parts;
    const loss = await findLoss(nc);
    expect(loss).toMatchObject({ last: 7, from: 8, through: 8, inside: 0 });
    expect(describeLoss(loss ?? expect.fail())).toContain(
      'its last event is 7, and events up to 8 were there',
    );

    await accept();
    expect(await findLoss(nc)).toBeNull();
    expect(await findUnreadable(nc)).toBeNull();
    const next = await person.create(ANN, { name: 'after' });
    // Nobody ever knew an event 8 that is another now.
    const { message } = await jetstreamApi<{ message: { seq: number } }>(nc, 'STREAM.MSG.GET.TASK_LOG', {
      last_by_subj: `tasklog.ann.${next}`,
    });
    expect(message.seq).toBe(10);
    await projector.runOnce();
    const left = (await queries.tasksOf(ANN)).map(({ state }) => state.task_id);
    expect(left.toSorted()).toEqual([...tasks.slice(0, 7), next].toSorted());
    expect(await verifyViews({ log, follower, views })).toMatchObject({ events: 8, differences: [] });
  },
);

test('an acceptance that is broken off counts for nothing until it is repeated', async () => {
  const { nc, server } = await partsAfter((storeDir) => {
    cutLogEnd(storeDir, 100);
    forgetLogIndex(storeDir);
  });
  const brokenOff = new Proxy(nc, {
    get: (target, member) => {
      if (member !== 'request') return Reflect.get(target, member).bind(target);
      return (subject: string, ...more: []) =>
        subject.includes('STREAM.PURGE') ? Promise.reject(new Error('cut')) : nc.request(subject, ...more);
    },
  });
  const given = { clock: systemClock, ids: ulidIds() };
  const loss = (await findLoss(nc)) ?? expect.fail();
  await expect(acceptLoss({ nc: brokenOff, ...given }, loss)).rejects.toThrow('cut');
  const unfinished = (await findLoss(nc)) ?? expect.fail();
  expect(unfinished).toMatchObject({ from: 8, through: 8, unfinished: true });
  expect(describeLoss(unfinished)).toContain('accepting a loss was broken off');
  await acceptLoss({ nc, ...given }, unfinished);
  expect(await findLoss(nc)).toBeNull();
  expect(server.pid()).toBeGreaterThan(0);
});

test('an event whose bytes were changed is found out at the start, and cannot be accepted', async () => {
  const { nc } = await partsAfter((storeDir) => flipByteIn(storeDir, '"revision":1'));
  expect(await findLoss(nc)).toBeNull();
  const guard = new JetStreamLogGuard(nc, logger);
  onTestFinished(() => guard.stop());
  await guard.start(1);
  expect(guard.loss()).toMatch(/event 1 was asked of the log, and 2 came.*restore the log from a backup/);
  expect(guard.loss()).not.toContain('accept-loss');
});

test('a log that loses events while it is written to takes no more', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  const guard = new JetStreamLogGuard(nc, logger, 300);
  onTestFinished(() => guard.stop());
  await guard.start(1);
  const commit = new GroupCommit(nc, undefined, guard);
  const append = (taskId: string) =>
    commit.append([
      {
        subject: `tasklog.ann.${taskId}`,
        eventId: `event ${taskId}` as never,
        eventType: 'of the test',
        expected: 0 as never,
        body: Buffer.alloc(200, 'x'),
      },
    ]);
  for (const taskId of ['t1', 't2', 't3']) await append(taskId);
  await server.halt();
  cutLogEnd(server.storeDir, 100);
  forgetLogIndex(server.storeDir);
  await server.restart();
  await expect.poll(() => guard.loss(), { interval: 20, timeout: 8_000 }).toContain('this process 3');
  await expect(append('t4')).rejects.toThrow('the log has lost events');
});

test('a log that only seems to be behind is written to as soon as that is certain', async () => {
  const server = await natsServer();
  const nc = await connected(server);
  const guard = new JetStreamLogGuard(nc, logger);
  onTestFinished(() => guard.stop());
  await guard.start(1);
  guard.saw(1);
  await server.restart();
  await expect.poll(() => guard.doubt() !== null, { interval: 10 }).toBe(true);
  const doubt = guard.doubt();
  await nc.request('tasklog.ann.late', Buffer.from('what a new leader had not shown yet'));
  await doubt;
  expect(guard.loss()).toBeNull();
  expect(guard.doubt()).toBeNull();
});
