import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { NO_SEQUENCE, type Sequence } from '../../../../src/domain/shared/ids.ts';
import { JetStreamLogSignals } from '../../../../src/jetstream/log/follow/log-signals.ts';
import { appendOf, landed, logFixture, USER, updateAfter } from '../../../support/log/log-fixture.ts';
import { tookOnOwnCores } from '../../../support/processes/waited-for-cores.ts';

const never = () => new AbortController().signal;

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise.then(() => 'settled'), delay(50, 'pending')])) === 'pending';
}

describe('waiting for a task', () => {
  test('ends at once where it has such an event already', async () => {
    const { nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    const event = landed(await log.append(appendOf()));
    await signals.waitForTask(USER, event.meta.task_id, NO_SEQUENCE, never());
  });

  test('ends with the next event of that task, not with one of another', async () => {
    const { nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    let last = landed(await log.append(appendOf()));
    let took = Infinity;
    // The least of three counts: others may be in its way too.
    for (let times = 0; times < 3 && took >= 100; times++) {
      const { task_id, sequence } = last.meta;
      const waiting = signals.waitForTask(USER, task_id, sequence, never());
      await log.append(appendOf());
      expect(await isPending(waiting)).toBe(true);
      last = landed(await log.append(updateAfter(last)));
      took = Math.min(took, await tookOnOwnCores(() => waiting));
    }
    expect(took).toBeLessThan(100);
  });

  test('misses nothing, whenever the event comes: 300 waiters that start while their events are appended', async () => {
    const { nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    const events = await Promise.all(
      Array.from({ length: 300 }, async () => landed(await log.append(appendOf()))),
    );
    const woken = events.map(async (event, index) => {
      const append = async () => {
        await delay(index % 7);
        return landed(await log.append(updateAfter(event)));
      };
      const wait = async () => {
        await delay(index % 5);
        await signals.waitForTask(USER, event.meta.task_id, event.meta.sequence, never());
      };
      await Promise.all([append(), wait()]);
    });
    await Promise.all(woken);
  });

  test('ends with the reason of its signal, before or while it waits', async () => {
    const { nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    const { task_id, sequence } = landed(await log.append(appendOf())).meta;
    const reason = new Error('enough');
    await expect(signals.waitForTask(USER, task_id, sequence, AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
    const controller = new AbortController();
    const waiting = signals.waitForTask(USER, task_id, sequence, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  test('keeps one consumer for all waiters', async () => {
    const { nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    const { task_id, sequence } = landed(await log.append(appendOf())).meta;
    const controller = new AbortController();
    const waiting = Array.from({ length: 10 }, () =>
      signals.waitForTask(USER, task_id, sequence, controller.signal),
    );
    const consumers = async () =>
      (await nc.request('$JS.API.CONSUMER.NAMES.TASK_LOG', '')).json<{ total: number }>().total;
    await expect.poll(consumers).toBe(1);
    expect(await consumers()).toBe(1);
    controller.abort();
    await Promise.allSettled(waiting);
  });

  test.each(['kill9', 'freeze'] as const)('goes on over a %s of the server', async (how) => {
    const { server, nc, log } = await logFixture();
    const signals = new JetStreamLogSignals(nc);
    const event = landed(await log.append(appendOf()));
    const { task_id } = event.meta;
    const first = signals.waitForTask(USER, task_id, event.meta.sequence, never());
    const next = landed(await log.append(updateAfter(event)));
    await first;
    const early = signals.waitForTask(USER, task_id, next.meta.sequence, never());
    await server[how]();
    const late = signals.waitForTask(USER, task_id, next.meta.sequence, never());
    await delay(300);
    if (how === 'kill9') await server.restart();
    else server.thaw();
    expect(await isPending(Promise.race([early, late]))).toBe(true);
    const last = landed(await log.append(updateAfter(next)));
    await Promise.all([early, late]);
    expect(last.meta.sequence).toBe(3 as Sequence);
  });
});
