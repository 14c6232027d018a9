import { describe, expect, test } from 'vitest';
import { UNGUARDED } from '../../../../src/application/ports/log/log-guard.ts';
import { NOT_MEASURED } from '../../../../src/application/ports/measures.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import type { Sequence } from '../../../../src/domain/shared/ids.ts';
import { type StoredMessage, UnreadableEvent } from '../../../../src/jetstream/codec/codec.ts';
import { taskSubject } from '../../../../src/jetstream/connection/subjects.ts';
import { GroupCommit } from '../../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../../../src/jetstream/log/follow/log-follower.ts';
import { LogBroken } from '../../../../src/jetstream/log/follow/log-message.ts';
import { RecentAppends } from '../../../../src/jetstream/log/follow/recent-appends.ts';
import { provision } from '../../../../src/jetstream/provisioning/provision.ts';
import { consumersOfLog, fill, follow, gapless, settled } from '../../../support/log/following.ts';
import { appendOf, landed, logFixture, newTaskId, USER } from '../../../support/log/log-fixture.ts';
import { stopwatch } from '../../../support/processes/waited-for-cores.ts';

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function twoAtTheEnd() {
  const fixture = await logFixture();
  const { nc, keys, log } = fixture;
  const follower = new JetStreamLogFollower(nc, keys);
  const [one, other] = [follow(follower), follow(follower, { opened: false })];
  await log.append(appendOf());
  await Promise.all([one.through(1), other.through(1)]);
  await log.append(appendOf());
  await Promise.all([one.through(2), other.through(2)]);
  return { ...fixture, follower, one, other };
}

describe('those who follow the log in one process', () => {
  test('read its end together', async () => {
    const { nc, log, one, other } = await twoAtTheEnd();
    await expect.poll(() => consumersOfLog(nc)).toBe(1);
    await Promise.all(Array.from({ length: 300 }, () => log.append(appendOf())));
    await Promise.all([one.through(302), other.through(302)]);
    gapless(one.events);
    gapless(other.events);
    expect(await consumersOfLog(nc)).toBe(1);
  });

  test('decode an event once, and open none for who did not ask', async () => {
    const { nc, log, follower, other } = await twoAtTheEnd();
    const third = follow(follower, { after: 2 as Sequence, opened: false });
    await expect.poll(() => consumersOfLog(nc)).toBe(1);
    await log.append(appendOf());
    await Promise.all([other.through(3), third.through(3)]);
    expect(third.events.at(-1)).toBe(other.events.at(-1));
    expect(third.events.at(-1)?.data).not.toHaveProperty('personal');
  });

  test('catch up by themselves, and then join', async () => {
    const { nc, log, follower } = await twoAtTheEnd();
    await fill(nc, 3_000);
    const late = follow(follower, { maxBatch: 100 });
    await late.through(3_002);
    await log.append(appendOf());
    await late.through(3_003);
    expect(late.events.map(({ meta }) => meta.sequence)).toEqual([1, 2, 3_003]);
    await expect.poll(() => consumersOfLog(nc)).toBe(1);
  });

  test('do not wait for the slowest, which misses nothing', async () => {
    const { nc, log, follower, one } = await twoAtTheEnd();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = follow(follower, { maxBatch: 500, after: 2 as Sequence, onEvents: () => held });
    await log.append(appendOf());
    await slow.through(3);
    await fill(nc, 20_000);
    await log.append(appendOf());
    await one.through(20_004);
    expect(slow.throughs).toEqual([3]);
    release();
    await slow.through(20_004);
    const seen = slow.throughs.reduce((sum, through, at) => sum + through - (slow.throughs[at - 1] ?? 2), 0);
    expect(seen).toBe(20_002);
    expect(slow.events.map(({ meta }) => meta.sequence)).toEqual([3, 20_004]);
    await expect.poll(() => consumersOfLog(nc)).toBe(1);
  });

  test('go on when any of them leaves, and leave nothing behind', async () => {
    const { nc, log, one, other } = await twoAtTheEnd();
    one.stop();
    await one.ended;
    await log.append(appendOf());
    await other.through(3);
    gapless(other.events);
    other.stop();
    await other.ended;
    await expect.poll(() => consumersOfLog(nc)).toBe(0);
  });

  test('go on together after a kill -9 of the server', async () => {
    const { server, nc, log, one, other } = await twoAtTheEnd();
    await server.kill9();
    await server.restart();
    await log.append(appendOf());
    await Promise.all([one.through(3), other.through(3)]);
    gapless(one.events);
    gapless(other.events);
    await expect.poll(() => consumersOfLog(nc)).toBe(1);
  });

  test('are all told that the log lost what it held', async () => {
    const { nc, one, other } = await twoAtTheEnd();
    await nc.request('$JS.API.STREAM.DELETE.TASK_LOG', '');
    await provision(nc, { replicas: 1 });
    await expect(one.ended).rejects.toBeInstanceOf(LogBroken);
    await expect(other.ended).rejects.toBeInstanceOf(LogBroken);
  });

  test('are told so too while they are busy with what came last', async () => {
    const { nc, keys, log } = await logFixture();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const busy = follow(new JetStreamLogFollower(nc, keys), { onEvents: () => held });
    const other = follow(new JetStreamLogFollower(nc, keys));
    await log.append(appendOf());
    await Promise.all([busy.through(1), other.through(1)]);
    await nc.request('$JS.API.STREAM.DELETE.TASK_LOG', '');
    await provision(nc, { replicas: 1 });
    await expect(other.ended).rejects.toBeInstanceOf(LogBroken);
    release();
    await expect(busy.ended).rejects.toBeInstanceOf(LogBroken);
  });
});

describe('what this process has appended', () => {
  async function ownLog() {
    const fixture = await logFixture();
    const { nc, keys } = fixture;
    const own = new RecentAppends();
    const rest = { mostMs: 50, onlyKnown: true };
    const follower = new JetStreamLogFollower(nc, keys, { own, rest });
    const stored = (messages: readonly StoredMessage[]) => follower.appended(messages);
    const commit = new GroupCommit(nc, NOT_MEASURED, UNGUARDED, stored);
    return {
      ...fixture,
      other: fixture.log,
      log: new JetStreamEventLog(nc, keys, commit, { own }),
      follower,
    };
  }

  test('is followed as others read it', async () => {
    const { nc, keys, log, follower } = await ownLog();
    await Promise.all(Array.from({ length: 40 }, () => log.append(appendOf())));
    const mine = follow(follower);
    const decoded = follow(new JetStreamLogFollower(nc, keys));
    await Promise.all([mine.through(40), decoded.through(40)]);
    expect(mine.events).toEqual(decoded.events);
  });

  test('comes when it is acknowledged, and waits for no delivery', async () => {
    const { log, follower } = await ownLog();
    const mine = follow(follower);
    await log.append(appendOf());
    await mine.through(1);
    const others = follow(follower, { opened: false });
    await others.through(1);
    await log.append(appendOf());
    await Promise.all([mine.through(2), others.through(2)]);
    for (let sequence = 3; sequence < 50; sequence++) {
      await log.append(appendOf());
      await endOfTurn();
      expect(mine.throughs.at(-1)).toBe(sequence);
      expect(others.throughs.at(-1)).toBe(sequence);
    }
    gapless(mine.events);
    gapless(others.events);
  });

  test('comes in the order of the log among what others append', async () => {
    const { nc, log, other, follower } = await ownLog();
    const mine = follow(follower);
    for (let round = 0; round < 20; round++) {
      const appends = Array.from({ length: 10 }, (_, index) =>
        (index + round) % 3 === 0 ? other.append(appendOf()) : log.append(appendOf()),
      );
      await Promise.all(appends);
      if (round % 5 === 0) await settled(nc);
    }
    await mine.through(200);
    gapless(mine.events);
    const alone = landed(await other.append(appendOf()));
    await mine.through(alone.meta.sequence);
    gapless(mine.events);
  });

  test('comes once across kill -9 of the server', async () => {
    const { server, log, other, follower } = await ownLog();
    const mine = follow(follower);
    for (let kill = 0; kill < 3; kill++) {
      await Promise.all(Array.from({ length: 20 }, () => log.append(appendOf())));
      await server.kill9();
      const appending = log.append(appendOf());
      await server.restart();
      await Promise.all([appending, other.append(appendOf())]);
    }
    await mine.through(66);
    gapless(mine.events);
    expect(mine.events).toHaveLength(66);
  });

  test('is not taken for the same bytes at another task', async () => {
    const { nc, log, follower } = await ownLog();
    const stored = nc.subscribe('tasklog.>', { max: 1 });
    await nc.flush();
    const event: RecordedTaskEvent = landed(await log.append(appendOf()));
    for await (const { data } of stored) await nc.request(taskSubject(USER, newTaskId()), data);
    const mine = follow(follower);
    await expect(mine.ended).rejects.toBeInstanceOf(UnreadableEvent);
    expect(mine.events).toEqual([]);
    expect(event.meta.sequence).toBe(1);
  });
});

describe('a reader that rests', () => {
  test('has what comes one by one together, and the first of it at once', async () => {
    const { nc, keys, log } = await logFixture();
    const rest = { mostMs: 250, onlyKnown: false };
    const following = follow(new JetStreamLogFollower(nc, keys, { rest }));
    await log.append(appendOf());
    await following.through(1);
    await settled(nc);
    const before = following.sizes.length;
    for (let count = 0; count < 200; count++) await log.append(appendOf());
    await following.through(201);
    gapless(following.events);
    expect(following.sizes.length - before).toBeLessThan(100);
  });

  test('reads what lies before it without a rest', async () => {
    const { nc, keys } = await logFixture();
    await fill(nc, 20_000);
    const rest = { mostMs: 60_000, onlyKnown: false };
    const following = follow(new JetStreamLogFollower(nc, keys, { rest }), { maxBatch: 1_000 });
    const took = stopwatch();
    await following.through(20_000);
    expect(took()).toBeLessThan(5_000);
  });
});
