import { describe, expect, test } from 'vitest';
import type { OtherEvents } from '../../../../src/application/ports/log/following.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../../../../src/domain/shared/ids.ts';
import type { TemplateEvent } from '../../../../src/domain/template/events.ts';
import { decodeUnopened, UnreadableEvent } from '../../../../src/jetstream/codec/codec.ts';
import { GroupCommit } from '../../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamLogFollower } from '../../../../src/jetstream/log/follow/log-follower.ts';
import { LogBroken } from '../../../../src/jetstream/log/follow/log-message.ts';
import { JetStreamTemplateLog } from '../../../../src/jetstream/log/template-log.ts';
import { sampleTemplateEvents, TEMPLATE } from '../../../support/histories/templates.ts';
import {
  consumersOfLog,
  type Following,
  fill,
  follow,
  gapless,
  settled,
} from '../../../support/log/following.ts';
import {
  appendOf,
  landed,
  logFixture,
  taskCreated,
  USER,
  updateAfter,
} from '../../../support/log/log-fixture.ts';
import { leastOfThree, stopwatch } from '../../../support/processes/waited-for-cores.ts';

async function elapsed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

function median(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}

describe('a follower', () => {
  test('gets every event in order, from the start and from any sequence, opened or not', async () => {
    const { nc, log, keys } = await logFixture();
    const follower = new JetStreamLogFollower(nc, keys);
    const first = landed(await log.append(appendOf()));
    const events = [first, landed(await log.append(updateAfter(first)))];
    const all = follow(follower);
    const sealed = follow(follower, { opened: false });
    const later = follow(follower, { after: 2 as Sequence });
    while (events.length < 31) {
      events.push(landed(await log.append(updateAfter(events.at(-1) as RecordedTaskEvent))));
    }
    await Promise.all([all.through(31), sealed.through(31), later.through(31)]);
    expect(all.events).toEqual(events);
    expect(later.events).toEqual(events.slice(2));
    expect(sealed.events).toEqual(
      events.map(({ data, ...event }) => {
        const { personal: _, ...open } = data as { personal?: unknown };
        return { ...event, data: open };
      }),
    );
    expect(await follower.lastSequence()).toBe(31);
  });

  test('takes in large events only as far as it has room, and reads few of them in one go', async () => {
    const { nc, keys } = await logFixture();
    const body = Buffer.alloc(600_000, 'x');
    await Promise.all(Array.from({ length: 40 }, () => nc.request('tasklog.u._user', body)));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const following = follow(new JetStreamLogFollower(nc, keys), { onEvents: () => held });
    await following.through(1);
    await settled(nc);
    const list = await nc.request('$JS.API.CONSUMER.LIST.TASK_LOG', '');
    const { consumers } = list.json<{ consumers: { num_pending: number }[] }>();
    expect(consumers).toHaveLength(1);
    expect(consumers[0]?.num_pending).toBeGreaterThan(0);
    release();
    await following.through(40);
    expect(following.throughs).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  test('takes what has arrived at once, never more than it may', async () => {
    const { nc, log, keys } = await logFixture();
    await Promise.all(Array.from({ length: 120 }, () => log.append(appendOf())));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const following = follow(new JetStreamLogFollower(nc, keys), { maxBatch: 50, onEvents: () => held });
    await following.through(1);
    await settled(nc);
    release();
    await following.through(120);
    gapless(following.events as RecordedTaskEvent[]);
    expect(Math.max(...following.sizes)).toBe(50);
  });

  test('passes over what is no task, and its checkpoint still moves past it', async () => {
    const { nc, log, keys } = await logFixture();
    const following = follow(new JetStreamLogFollower(nc, keys));
    await fill(nc, 1);
    await log.append(appendOf());
    await nc.request('tasklog._audit.checkpoints', '{}');
    await following.through(3);
    expect(following.events.map(({ meta }) => meta.sequence)).toEqual([2]);
    expect(following.throughs.at(-1)).toBe(3);
  });

  test('hands over events of templates beside those of tasks', async () => {
    const { nc, log, keys } = await logFixture();
    await log.append(appendOf());
    const event = sampleTemplateEvents[0] as TemplateEvent;
    const { taskId: _, userId: __, ...append } = appendOf();
    await new JetStreamTemplateLog(nc, new GroupCommit(nc)).append({
      ...append,
      event,
      templateId: TEMPLATE,
    });
    const stop = new AbortController();
    const seen: string[] = [];
    const take = async (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => {
      for (const { type } of [...events, ...others.templates]) seen.push(type);
      if (through === 2) stop.abort();
    };
    const options = { maxBatch: 10, signal: stop.signal };
    await new JetStreamLogFollower(nc, keys).followOpened(NO_SEQUENCE, take, options);
    expect(seen).toEqual(['task.created', 'template.published']);
  });

  test('sees an event within milliseconds of its acknowledgement', async () => {
    const { nc, log, keys } = await logFixture();
    const following = follow(new JetStreamLogFollower(nc, keys));
    let event = landed(await log.append(appendOf()));
    await following.through(1);
    const [delays, roundTrips]: [number[], number[]] = [[], []];
    for (let count = 0; count < 100; count++) {
      roundTrips.push(await elapsed(() => nc.flush()));
      event = landed(await log.append(updateAfter(event)));
      delays.push(await elapsed(() => following.through(event.meta.sequence)));
    }
    // What the machine has other work for makes the server's plain answers late as well.
    expect(median(delays)).toBeLessThan(2 + 4 * median(roundTrips));
  });

  test('reads 20,000 messages a second and more', async () => {
    const { nc, log, keys } = await logFixture();
    const event = landed(await log.append(appendOf()));
    await fill(nc, 40_000);
    const reads: Following[] = [];
    const took = await leastOfThree(2_000, async () => {
      const following = follow(new JetStreamLogFollower(nc, keys), { maxBatch: 1_000 });
      reads.push(following);
      await following.through(40_001);
      following.stop();
    });
    expect(took).toBeLessThan(2_000);
    for (const { events } of reads) expect(events).toEqual([event]);
  });

  test('holds only so much while it waits for its reader', async () => {
    const { nc, keys } = await logFixture();
    await fill(nc, 12_000);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const received = () => nc.stats().inMsgs;
    const before = received();
    const following = follow(new JetStreamLogFollower(nc, keys), { maxBatch: 10, onEvents: () => held });
    // The first batch is what has arrived by then, perhaps one message.
    await following.through(1);
    await settled(nc);
    expect(received() - before).toBeLessThan(3_000);
    release();
    await following.through(12_000);
  });

  test('ends without error when it is told to, at any moment', async () => {
    const { nc, log, keys } = await logFixture();
    const follower = new JetStreamLogFollower(nc, keys);
    const before = follow(follower);
    before.stop();
    await before.ended;
    const idle = follow(follower);
    await log.append(appendOf());
    await idle.through(1);
    idle.stop();
    await idle.ended;
    const busy = follow(follower, { onEvents: async () => busy.stop() });
    await busy.ended;
    expect(busy.throughs).toEqual([1]);
  });

  test('throws what its reader throws', async () => {
    const { nc, log, keys } = await logFixture();
    await log.append(appendOf());
    const failure = new Error('the reader failed');
    const following = follow(new JetStreamLogFollower(nc, keys), { onEvents: () => Promise.reject(failure) });
    await expect(following.ended).rejects.toBe(failure);
  });

  test('leaves no consumer and no subscription behind', async () => {
    const { nc, log, keys } = await logFixture();
    const open = () =>
      (nc as unknown as { protocol: { subscriptions: { size(): number } } }).protocol.subscriptions.size();
    await log.append(appendOf());
    const before = open();
    for (let round = 0; round < 3; round++) {
      const following = follow(new JetStreamLogFollower(nc, keys));
      await following.through(1);
      following.stop();
      await following.ended;
    }
    await expect.poll(open).toBe(before);
    await expect.poll(() => consumersOfLog(nc)).toBe(0);
  });
});

describe('what it cannot follow stops it', () => {
  test('an event of an unknown type, after all events before it', async () => {
    const { nc, log, keys } = await logFixture();
    const event = landed(await log.append(appendOf()));
    const { user_id, task_id } = event.meta;
    await nc.request(
      `tasklog.${user_id}.${task_id}`,
      JSON.stringify({
        specversion: '1.0',
        type: 'task.invented',
        dataschema: 'urn:task-service:schema:task.invented:1',
      }),
    );
    const following = follow(new JetStreamLogFollower(nc, keys), { maxBatch: 1, opened: false });
    await expect(following.ended).rejects.toThrow(UnreadableEvent);
    expect(following.throughs).toEqual([1]);
  });

  test('an event of a template of an unknown type', async () => {
    const { nc, keys } = await logFixture();
    const document = { specversion: '1.0', type: 'template.invented' };
    await nc.request('tasklog._catalog.tpl_todo_basic', JSON.stringify(document));
    const following = follow(new JetStreamLogFollower(nc, keys));
    await expect(following.ended).rejects.toThrow(UnreadableEvent);
    expect(following.throughs).toEqual([]);
  });

  test('a log that ends before what was read from it', async () => {
    const { nc, log, keys } = await logFixture();
    await log.append(appendOf());
    const following = follow(new JetStreamLogFollower(nc, keys), { after: 2 as Sequence });
    await expect(following.ended).rejects.toThrow(LogBroken);
    expect(following.events).toEqual([]);
  });
});

describe('a server that is gone', () => {
  test('kill -9 and restart: it goes on within seconds, with nothing missing and nothing twice', async () => {
    const { server, nc, log, keys } = await logFixture();
    const following = follow(new JetStreamLogFollower(nc, keys));
    let event = landed(await log.append(appendOf()));
    for (let kill = 0; kill < 3; kill++) {
      await Promise.all(Array.from({ length: 50 }, () => log.append(appendOf())));
      await server.kill9();
      await server.restart();
      const took = stopwatch();
      event = landed(await log.append(updateAfter(event)));
      await following.through(event.meta.sequence);
      expect(took()).toBeLessThan(3_000);
    }
    gapless(following.events as RecordedTaskEvent[]);
    expect(following.events.length).toBe(154);
  });

  test('kill -9 while it catches up', async () => {
    const { server, nc, log, keys } = await logFixture();
    const follower = new JetStreamLogFollower(nc, keys);
    // The user's key is made by the first.
    await log.append(appendOf());
    for (let count = 1; count < 3_000; count += 100) {
      // All at once, on a busy machine, the last would be given up before the first are encoded.
      const appends = Array.from({ length: Math.min(100, 3_000 - count) }, () => log.append(appendOf()));
      await Promise.all(appends);
    }
    let seen = 0;
    let back = Promise.resolve();
    const following = follow(follower, {
      maxBatch: 20,
      onEvents: async () => {
        if (++seen !== 20) return;
        await server.kill9();
        // Not after more has been seen: what had arrived may be over before that.
        back = server.restart();
      },
    });
    await following.through(3_000);
    await back;
    gapless(following.events as RecordedTaskEvent[]);
  });

  test('frozen and thawed', async () => {
    const { server, nc, log, keys } = await logFixture();
    const following = follow(new JetStreamLogFollower(nc, keys));
    const event = landed(await log.append(appendOf({ event: taskCreated('before') })));
    await following.through(1);
    server.freeze();
    const appending = log.append(updateAfter(event)).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    server.thaw();
    await appending;
    const after = landed(await log.append(appendOf()));
    await following.through(after.meta.sequence);
    gapless(following.events as RecordedTaskEvent[]);
  });
});

test('a message is read as it is stored', async () => {
  const { nc, log } = await logFixture();
  const event = landed(await log.append(appendOf()));
  const spied = nc.subscribe('tasklog.>', { max: 1 });
  await nc.flush();
  await log.append(updateAfter(event));
  for await (const message of spied) {
    const unopened = decodeUnopened({
      subject: message.subject,
      sequence: 2 as Sequence,
      body: message.data,
    });
    expect(unopened.meta).toMatchObject({ user_id: USER, prevhash: event.meta.hash });
    expect(message.headers?.get('Event-Type')).toBe('task.updated');
    expect(message.headers?.get('Content-Type')).toBe('application/cloudevents+json');
  }
});
